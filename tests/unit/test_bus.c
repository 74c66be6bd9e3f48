#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

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

/* "good" behind a line that is down would be a false all-clear. */
static void a_unit_behind_a_line_that_is_down_is_unknown(void **unused)
{
    (void)unused;
    one_point(1000);
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 10 * RIG_S);
    assert_int_equal(bus_rig_stats(&r, 0).state, UNIT_GOOD);
    r.refuses = true;
    bus_down(r.bus, r.now_us);
    bus_rig_run(&r, 12 * RIG_S);
    assert_int_equal(bus_rig_stats(&r, 0).state, UNIT_UNKNOWN);
    r.refuses = false;
    bus_rig_run(&r, 30 * RIG_S);
    assert_int_equal(bus_rig_stats(&r, 0).state, UNIT_GOOD);
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

/* ---- what RTU can't tell apart ---- */

static unsigned asked_counts[8];

static void count_shapes(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                         size_t n)
{
    asked_counts[asked->count]++;
    bus_rig_answers(rig, asked, honest, n);
}

static void neighbours_of_one_shape_are_asked_in_different_shapes(void **unused)
{
    (void)unused;
    uint32_t unit = bus_rig_unit(&r, 1);
    for (uint16_t k = 0; k < 3; k++)
        bus_rig_point(&r, unit, (uint16_t)(10 * k), 1000);
    r.answer = count_shapes;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 100 * RIG_S);
    for (unsigned k = 1; k <= 3; k++)
        assert_in_range(asked_counts[k], 99, 100);
    assert_int_equal(r.wrong, 0);
}

/* It refuses every other register, and repeats each reply twice. */
static void thrice(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                   size_t n)
{
    uint8_t f[FRAME_MAX];

    if (asked->count != 1) {
        bus_rig_deliver(rig, rig->turn_us, f, bus_rig_exception(rig, asked, 2, f));
        return;
    }
    bus_rig_deliver(rig, rig->turn_us, honest, n);
    bus_rig_deliver(rig, 140 * RIG_MS, honest, n);
    bus_rig_deliver(rig, 510 * RIG_MS, honest, n);
}

static void what_came_twice_may_come_a_third_time(void **unused)
{
    (void)unused;
    uint32_t unit = bus_rig_unit(&r, 1);
    bus_rig_point(&r, unit, 0, 1000);
    bus_rig_point(&r, unit, 10, 1000);
    for (uint64_t seed = 1; seed < 50; seed++) {
        memset(r.flight, 0, sizeof r.flight);
        r.answer = thrice;
        bus_rig_start(&r, seed);
        bus_rig_run(&r, r.now_us + 20 * RIG_S);
        assert_int_equal(r.wrong, 0);
        assert_true(bus_rig_stats(&r, 0).rejected[WHY_DUP] > 0);
        bus_rig_stop(&r);
    }
}

/* Each reply tells the number of its request; some come again in the next poll. */
static void numbered(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                     size_t n)
{
    uint8_t f[FRAME_MAX];

    (void)asked;
    memcpy(f, honest, n);
    f[3] = (uint8_t)(rig->sends >> 8);
    f[4] = (uint8_t)rig->sends;
    bus_rig_seal(rig, f, n);
    bus_rig_deliver(rig, rig->turn_us, f, n);
    if (rig->sends % 20 == 0)
        bus_rig_deliver(rig, 230 * RIG_MS, f, n);
}

static void a_duplicate_does_not_answer_the_next_poll_of_its_own_block(void **unused)
{
    (void)unused;
    uint32_t p = bus_rig_point(&r, bus_rig_unit(&r, 1), 0, 200);
    int64_t seen_us = 0;
    r.answer = numbered;
    r.turn_us = 60 * RIG_MS;
    bus_rig_start(&r, 7);
    while (r.now_us < 60 * RIG_S) {
        uint64_t out = r.sends; /* the request that is out, if one is */
        bus_rig_run(&r, r.now_us + RIG_MS);
        if (r.seen[p].value_us != seen_us)
            assert_in_range((uint64_t)r.seen[p].last.val, out, r.sends);
        seen_us = r.seen[p].value_us;
    }
    assert_true(r.seen[p].values > 250);
}

/* It refuses register 100, and says so twice; the other registers are slow. */
static void refuses_twice(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                          size_t n)
{
    uint8_t f[FRAME_MAX];

    if (asked->count == 1 && asked->address < 100) {
        bus_rig_deliver(rig, 100 * RIG_MS, honest, n);
        return;
    }
    n = bus_rig_exception(rig, asked, 2, f);
    bus_rig_deliver(rig, rig->turn_us, f, n);
    if (asked->address == 100)
        bus_rig_deliver(rig, rig->turn_us + 60 * RIG_MS, f, n);
}

static void an_exception_that_came_twice_does_not_end_the_next_question(void **unused)
{
    (void)unused;
    uint32_t unit = bus_rig_unit(&r, 1);
    bus_rig_point(&r, unit, 100, 1000);
    bus_rig_point(&r, unit, 0, 1000);
    bus_rig_point(&r, unit, 10, 1000);
    for (uint64_t seed = 1; seed < 200; seed++) {
        memset(r.seen, 0, sizeof r.seen);
        memset(r.flight, 0, sizeof r.flight);
        r.answer = refuses_twice;
        bus_rig_start(&r, seed);
        bus_rig_run(&r, r.now_us + 20 * RIG_S);
        if (r.wrong > 0)
            fail_msg("seed %lu: %lu wrong values", (unsigned long)seed, (unsigned long)r.wrong);
        assert_true(r.seen[1].values > 0 && r.seen[2].values > 0);
        bus_rig_stop(&r);
    }
}

/* A device that refuses other registers, on a line that repeats: the first copy
 * of A's reply goes down in something else, the next one comes while B, of the
 * same shape, is asked. */
#define A 0
#define B 10

static uint8_t copy[FRAME_MAX];
static size_t n_copy;
static int64_t drowned_us; /* when its first copy went down; 0: not yet */
static bool drowns_in_noise;

static void drown_behind(struct bus_rig *rig, const uint8_t *other, size_t n)
{
    uint8_t both[FRAME_MAX];

    memcpy(both, other, n);
    memcpy(both + n, copy, n_copy);
    bus_rig_deliver(rig, rig->turn_us, both, n + n_copy);
    drowned_us = rig->now_us;
}

static void drown_in_noise(struct bus_rig *rig)
{
    uint8_t spoilt[FRAME_MAX];

    memcpy(spoilt, copy, n_copy);
    spoilt[3] ^= 0x10;
    bus_rig_deliver(rig, rig->turn_us, spoilt, n_copy);
    drowned_us = rig->now_us;
}

static void repeats(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                    size_t n)
{
    uint8_t f[FRAME_MAX];

    if (asked->unit == 1 && asked->count != 1) {
        bus_rig_deliver(rig, rig->turn_us, f, bus_rig_exception(rig, asked, 2, f));
        return;
    }
    if (asked->unit == 1 && asked->address == B && drowned_us != 0 &&
        rig->now_us - drowned_us < 2500 * RIG_MS)
        bus_rig_deliver(rig, rig->turn_us / 2, copy, n_copy);
    if (asked->unit == 1 && asked->address == A) {
        memcpy(copy, honest, n);
        n_copy = n;
        if (drowns_in_noise)
            drown_in_noise(rig);
        bus_rig_deliver(rig, rig->turn_us + 30 * RIG_MS, honest, n);
    } else if (asked->unit == 2 && !drowns_in_noise && n_copy > 0) {
        drown_behind(rig, honest, n);
    } else {
        bus_rig_deliver(rig, rig->turn_us + 30 * RIG_MS, honest, n);
    }
}

static void a_copy_that_went_down_in_something_else_is_expected_again(void **unused)
{
    (void)unused;
    uint32_t unit = bus_rig_unit(&r, 1);
    bus_rig_point(&r, unit, A, 1000);
    bus_rig_point(&r, unit, B, 1000);
    bus_rig_point(&r, bus_rig_unit(&r, 2), 0, 1000);
    for (uint64_t seed = 0; seed < 100; seed++) {
        n_copy = 0;
        drowned_us = 0;
        drowns_in_noise = seed % 2 == 0;
        r.answer = repeats;
        bus_rig_start(&r, seed);
        bus_rig_run(&r, r.now_us + 20 * RIG_S);
        if (r.wrong > 0)
            fail_msg("seed %lu: %lu wrong values", (unsigned long)seed, (unsigned long)r.wrong);
        assert_true(drowned_us > 0);
        bus_rig_stop(&r);
    }
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
        cmocka_unit_test_setup_teardown(a_unit_behind_a_line_that_is_down_is_unknown, tcp, stop),
        cmocka_unit_test_setup_teardown(a_duplicate_does_not_answer_the_next_poll_of_its_own_block,
                                        rtu, stop),
        cmocka_unit_test_setup_teardown(neighbours_of_one_shape_are_asked_in_different_shapes, rtu,
                                        stop),
        cmocka_unit_test_setup_teardown(what_came_twice_may_come_a_third_time, rtu, stop),
        cmocka_unit_test_setup_teardown(an_exception_that_came_twice_does_not_end_the_next_question,
                                        rtu, stop),
        cmocka_unit_test_setup_teardown(a_copy_that_went_down_in_something_else_is_expected_again,
                                        rtu, stop),
        cmocka_unit_test_setup_teardown(an_exception_is_the_units_own_word, tcp, stop),
        cmocka_unit_test_setup_teardown(an_exception_is_the_units_own_word, rtu, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
