#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "config/err.h"
#include "daemon/hold.h"

static const struct point_conf points[] = { { .every_ms = 100 }, { .every_ms = 1000 } };
static const struct plant plant = { .points = (struct point_conf *)points, .n_points = 2 };

static void put(struct hold *h, int64_t at_ms)
{
    struct sample s = { .point = (uint32_t)(at_ms % 2), .val = (double)at_ms };

    hold_put(h, &s, (struct stamp){ .mono_ms = at_ms, .utc_ms = at_ms + 7 });
}

static void a_sample_comes_back_in_order_and_with_its_own_time(void **unused)
{
    struct hold *h;
    struct sample s;
    struct stamp at;

    (void)unused;
    assert_int_equal(hold_new(&h, &plant, 5000), RG_OK);
    for (int64_t i = 0; i < 57; i++) /* all that both points give in 5 s */
        put(h, i);
    for (int64_t i = 0; i < 57; i++) {
        assert_true(hold_take(h, &s, &at));
        assert_int_equal(at.mono_ms, i);
        assert_int_equal(at.utc_ms, i + 7);
        assert_int_equal(s.point, i % 2);
    }
    assert_false(hold_take(h, &s, &at));
    assert_int_equal(hold_lost(h), 0);
    hold_free(h);
}

static void a_full_hold_loses_the_oldest_and_counts_them(void **unused)
{
    struct hold *h;
    struct sample s;
    struct stamp at;
    int64_t n = 0, first = -1;

    (void)unused;
    assert_int_equal(hold_new(&h, &plant, 5000), RG_OK);
    for (int64_t i = 0; i < 500; i++)
        put(h, i);
    for (; hold_take(h, &s, &at); n++)
        first = first < 0 ? at.mono_ms : first;
    assert_int_equal(first + n, 500);
    assert_int_equal(hold_lost(h), 500 - n);
    hold_free(h);
}

static void a_plant_of_any_size_is_held_in_4_mb(void **unused)
{
    struct plant huge = { .points = (struct point_conf *)points, .n_points = 1 };
    struct hold *h;
    struct sample s;
    struct stamp at;
    size_t n = 0;

    (void)unused;
    assert_int_equal(hold_new(&h, &huge, INT64_C(1) << 40), RG_OK);
    for (int64_t i = 0; i < 200000; i++)
        put(h, i);
    while (hold_take(h, &s, &at))
        n++;
    assert_true(n > 10000);
    assert_true(n * (sizeof s + sizeof at) <= 4u << 20);
    hold_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_comes_back_in_order_and_with_its_own_time),
        cmocka_unit_test(a_full_hold_loses_the_oldest_and_counts_them),
        cmocka_unit_test(a_plant_of_any_size_is_held_in_4_mb),
    };

    return cmocka_run_group_tests_name("hold", tests, NULL, NULL);
}
