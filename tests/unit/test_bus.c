#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/bus_rig.h"

static struct bus_rig r;

static int make(enum bus_kind kind)
{
    bus_rig_init(&r, kind);
    return 0;
}

static int tcp(void **unused)
{
    (void)unused;
    return make(BUS_TCP);
}

static int rtu(void **unused)
{
    (void)unused;
    return make(BUS_RTU);
}

static int stop(void **unused)
{
    (void)unused;
    bus_rig_stop(&r);
    return 0;
}

static uint32_t one_point(int64_t every_ms)
{
    return bus_rig_point(&r, bus_rig_unit(&r, 1), 10, every_ms);
}

/* ---- time ---- */

static void polls_keep_their_raster_over_ten_thousand_periods(void **unused)
{
    (void)unused;
    uint32_t p = one_point(100);
    r.conf.timeout_ms = 50;
    r.turn_us = 1234;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 1);
    bus_rig_run(&r, 100 * RIG_MS);
    int64_t first_us = r.seen[p].first_us;
    bus_rig_run(&r, first_us + 9999 * 100 * RIG_MS);
    assert_int_equal(r.seen[p].values, 10000);
    assert_int_equal(r.seen[p].last_us, first_us + 9999 * 100 * RIG_MS);
    assert_int_equal(r.wrong, 0);
}

static void a_poll_that_overruns_its_period_comes_back_to_the_raster(void **unused)
{
    (void)unused;
    uint32_t p = one_point(100);
    bus_rig_start(&r, 7);
    bus_rig_run(&r, RIG_S);
    uint64_t before = r.seen[p].samples;
    int64_t phase_us = r.seen[p].last_us % (100 * RIG_MS);
    r.turn_us = 350 * RIG_MS;
    bus_rig_run(&r, 2 * RIG_S);
    r.turn_us = 5 * RIG_MS;
    bus_rig_run(&r, 4 * RIG_S);
    assert_int_equal(r.seen[p].last_us % (100 * RIG_MS), phase_us);
    assert_int_equal(r.seen[p].misses, 0);
    assert_true(r.seen[p].samples - before >= 20 + 3);
}

/* ---- value or reason ---- */

static void a_dead_unit_has_a_miss_for_each_due_poll(void **unused)
{
    (void)unused;
    uint32_t p = one_point(1000);
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 10 * RIG_S);
    assert_int_equal(r.seen[p].values, 10);
    r.is_mute = true;
    bus_rig_run(&r, 110 * RIG_S);
    assert_int_equal(r.seen[p].values, 10);
    assert_in_range(r.seen[p].misses, 99, 100);
    assert_false(r.seen[p].last.alive);
    assert_int_equal(bus_rig_stats(&r, 0).state, UNIT_SILENT);
}

static void a_line_that_is_down_has_a_miss_for_each_due_poll(void **unused)
{
    (void)unused;
    uint32_t p = one_point(1000);
    r.refuses = true;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 100 * RIG_S);
    assert_in_range(r.seen[p].misses, 99, 100);
    assert_int_equal(r.seen[p].last.why.code, WHY_LINK);
    assert_int_equal(bus_is_up(r.bus), 0);
    r.refuses = false;
    bus_rig_run(&r, 110 * RIG_S);
    assert_true(r.seen[p].values >= 4);
    assert_int_equal(bus_is_up(r.bus), 1);
}

static void refuse_with_2(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                          size_t n)
{
    uint8_t out[FRAME_MAX];

    (void)honest;
    (void)n;
    bus_rig_deliver(rig, rig->turn_us, out, bus_rig_exception(rig, asked, 2, out));
}

static void an_exception_is_the_units_own_word(void **unused)
{
    (void)unused;
    uint32_t p = one_point(1000);
    r.answer = refuse_with_2;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 10 * RIG_S);
    assert_int_equal(r.seen[p].misses, 10);
    assert_true(r.seen[p].last.alive);
    assert_int_equal(r.seen[p].last.why.code, WHY_EXCEPTION);
    assert_int_equal(r.seen[p].last.why.arg, 2);
    assert_int_equal(bus_rig_stats(&r, 0).exceptions[2], 10);
    assert_int_equal(bus_rig_stats(&r, 0).state, UNIT_REFUSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(polls_keep_their_raster_over_ten_thousand_periods, tcp,
                                        stop),
        cmocka_unit_test_setup_teardown(a_poll_that_overruns_its_period_comes_back_to_the_raster,
                                        tcp, stop),
        cmocka_unit_test_setup_teardown(a_dead_unit_has_a_miss_for_each_due_poll, tcp, stop),
        cmocka_unit_test_setup_teardown(a_dead_unit_has_a_miss_for_each_due_poll, rtu, stop),
        cmocka_unit_test_setup_teardown(a_line_that_is_down_has_a_miss_for_each_due_poll, tcp,
                                        stop),
        cmocka_unit_test_setup_teardown(an_exception_is_the_units_own_word, tcp, stop),
        cmocka_unit_test_setup_teardown(an_exception_is_the_units_own_word, rtu, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
