#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules/timers.h"

#define N 64

static struct timer slots[N];
static uint32_t heap[N];
static struct timers t;

static int start(void **unused)
{
    (void)unused;
    timers_init(&t, slots, heap, N);
    return 0;
}

static void none_is_set_at_first(void **unused)
{
    uint32_t number;
    int64_t due;

    (void)unused;
    assert_true(timers_next_ms(&t) == INT64_MAX);
    assert_false(timers_take(&t, INT64_MAX, &number, &due));
    timers_stop(&t, 3);
    assert_false(timers_is_set(&t, 3));
}

static void they_come_by_time_then_by_number(void **unused)
{
    static const uint32_t order[] = { 9, 2, 5, 7 };
    uint32_t number;
    int64_t due;

    (void)unused;
    timers_set(&t, 7, 20);
    timers_set(&t, 5, 20);
    timers_set(&t, 2, 20);
    timers_set(&t, 9, 10);
    for (int i = 0; i < 4; i++) {
        assert_true(timers_take(&t, 20, &number, &due));
        assert_int_equal(number, order[i]);
        assert_int_equal(due, i == 0 ? 10 : 20);
    }
    assert_false(timers_take(&t, 20, &number, &due));
}

static void one_that_is_not_due_is_not_taken(void **unused)
{
    uint32_t number;
    int64_t due;

    (void)unused;
    timers_set(&t, 1, 100);
    assert_false(timers_take(&t, 99, &number, &due));
    assert_true(timers_is_set(&t, 1));
    timers_set(&t, 1, 50);
    assert_true(timers_next_ms(&t) == 50);
}

/* Against the plainest model: an array that is searched. */
static void it_agrees_with_a_plain_array(void **unused)
{
    int64_t model[N];
    uint32_t seed = 1;

    (void)unused;
    for (int i = 0; i < N; i++)
        model[i] = INT64_MAX;
    for (int step = 0; step < 200000; step++) {
        uint32_t number, first = 0;
        int64_t due;

        seed = seed * 1664525u + 1013904223u;
        number = seed >> 8 & (N - 1);
        if ((seed >> 24 & 3) == 0) {
            timers_stop(&t, number);
            model[number] = INT64_MAX;
        } else if ((seed >> 24 & 3) != 1) {
            model[number] = seed >> 16 & 31;
            timers_set(&t, number, model[number]);
        }
        for (uint32_t i = 1; i < N; i++)
            if (model[i] < model[first])
                first = i;
        assert_true(timers_next_ms(&t) == model[first]);
        assert_int_equal(timers_is_set(&t, number), model[number] != INT64_MAX);
        if ((seed >> 26 & 1) != 0 || model[first] == INT64_MAX)
            continue;
        assert_true(timers_take(&t, INT64_MAX - 1, &number, &due));
        assert_true(number == first && due == model[first]);
        model[first] = INT64_MAX;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(none_is_set_at_first, start),
        cmocka_unit_test_setup(they_come_by_time_then_by_number, start),
        cmocka_unit_test_setup(one_that_is_not_due_is_not_taken, start),
        cmocka_unit_test_setup(it_agrees_with_a_plain_array, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
