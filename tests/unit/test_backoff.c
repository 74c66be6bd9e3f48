/* When a connection is tried again: never in step, never in a tight loop, and
 * soon while an alarm waits. */
#include "daemon/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define GATEWAYS 20000

struct spread {
    int64_t least_ms, most_ms;
    double mean_ms;
};

/* The n-th wait of many gateways. */
static struct spread nth_wait(unsigned n, bool is_alarm_waiting)
{
    struct spread s = { INT64_MAX, 0, 0 };

    for (uint64_t seed = 0; seed < GATEWAYS; seed++) {
        struct backoff b;
        int64_t wait_ms = 0;

        backoff_init(&b, seed);
        for (unsigned i = 0; i < n; i++)
            wait_ms = backoff_next(&b, is_alarm_waiting);
        s.least_ms = wait_ms < s.least_ms ? wait_ms : s.least_ms;
        s.most_ms = wait_ms > s.most_ms ? wait_ms : s.most_ms;
        s.mean_ms += (double)wait_ms / GATEWAYS;
    }
    return s;
}

/* Full jitter: evenly over everything up to the bound, which doubles. */
static void waits_are_spread_over_all_that_the_bound_allows(void **unused)
{
    static const struct {
        unsigned n;
        bool alarm;
        int64_t bound_ms;
    } rows[] = {
        { 1, false, 1000 },  { 2, false, 2000 },  { 3, false, 4000 },    { 4, false, 8000 },
        { 6, false, 32000 }, { 7, false, 60000 }, { 100, false, 60000 }, { 1, true, 1000 },
        { 3, true, 4000 },   { 4, true, 5000 },   { 100, true, 5000 },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct spread s = nth_wait(rows[i].n, rows[i].alarm);
        double bound_ms = (double)rows[i].bound_ms;

        assert_true(s.least_ms >= 50 && s.most_ms <= rows[i].bound_ms);
        assert_true((double)s.least_ms < bound_ms * 0.06);
        assert_true((double)s.most_ms > bound_ms * 0.99);
        assert_true(s.mean_ms > bound_ms * 0.49 && s.mean_ms < bound_ms * 0.52);
    }
}

static void a_good_connection_lets_it_begin_small_again(void **unused)
{
    struct backoff b;

    (void)unused;
    backoff_init(&b, 7);
    for (int i = 0; i < 20; i++)
        backoff_next(&b, false);
    backoff_reset(&b);
    assert_true(backoff_next(&b, false) <= 1000);
}

/* A locked account is worse than a late message. */
static void a_refused_gateway_waits_a_minute_at_least(void **unused)
{
    struct backoff b;

    (void)unused;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        backoff_init(&b, seed);
        assert_in_range(backoff_refused(&b), 60001, 66000);
    }
}

static void an_alarm_waits_5_s_at_most(void **unused)
{
    struct backoff b;

    (void)unused;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        backoff_init(&b, seed);
        assert_in_range(backoff_hurry(&b), 1, 5000);
    }
}

static void the_same_seed_waits_the_same(void **unused)
{
    struct backoff a, b;

    (void)unused;
    backoff_init(&a, 42);
    backoff_init(&b, 42);
    for (int i = 0; i < 100; i++)
        assert_int_equal(backoff_next(&a, i % 2 == 0), backoff_next(&b, i % 2 == 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_are_spread_over_all_that_the_bound_allows),
        cmocka_unit_test(a_good_connection_lets_it_begin_small_again),
        cmocka_unit_test(a_refused_gateway_waits_a_minute_at_least),
        cmocka_unit_test(an_alarm_waits_5_s_at_most),
        cmocka_unit_test(the_same_seed_waits_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
