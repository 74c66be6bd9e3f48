/* Several requests on their way at once, through a gateway that can. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/bus_adopt.h"
#include "tests/unit/bus_rig.h"

#define BEHIND 8

static struct bus_rig r;
static uint8_t dead; /* unit id that does not answer */
static uint8_t held[FRAME_MAX];
static size_t n_held;

static void start(uint8_t in_flight, int64_t every_ms)
{
    bus_rig_init(&r, BUS_TCP);
    r.conf.in_flight = in_flight;
    for (uint8_t id = 1; id <= BEHIND; id++)
        bus_rig_point(&r, bus_rig_unit(&r, id), 10, every_ms);
    dead = 0;
    n_held = 0;
    bus_rig_start(&r, 3);
}

static uint64_t values(void)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < BEHIND; i++)
        n += r.seen[i].values;
    return n;
}

static void living_answer(struct bus_rig *rig, const struct request *q, const uint8_t *honest,
                          size_t n)
{
    if (q->unit != dead)
        bus_rig_deliver(rig, rig->turn_us, honest, n);
}

/* The later one first. */
static void swapped_answer(struct bus_rig *rig, const struct request *q, const uint8_t *honest,
                           size_t n)
{
    (void)q;
    if (n_held == 0) {
        memcpy(held, honest, n);
        n_held = n;
        return;
    }
    bus_rig_deliver(rig, rig->turn_us, honest, n);
    bus_rig_deliver(rig, rig->turn_us, held, n_held);
    n_held = 0;
}

static void a_slow_gateway_that_takes_several_keeps_the_period(void **unused)
{
    (void)unused;
    for (uint8_t in_flight = 1; in_flight <= 8; in_flight *= 2) {
        start(in_flight, 200);
        r.answer = living_answer;
        r.turn_us = 90 * RIG_MS;
        bus_rig_run(&r, 20 * RIG_S);
        uint64_t before = values();
        bus_rig_run(&r, 120 * RIG_S);
        uint64_t due = BEHIND * 500, can = (uint64_t)in_flight * 100000 / 90;
        assert_in_range(values() - before, (due < can ? due : can) - 10,
                        due < can ? due : can + 10);
        assert_true(bus_use_pct(r.bus, r.now_us) <= 100);
        assert_int_equal(r.wrong, 0);
        bus_rig_stop(&r);
    }
}

static void replies_may_come_in_another_order(void **unused)
{
    (void)unused;
    start(4, 500);
    r.answer = swapped_answer;
    bus_rig_run(&r, 60 * RIG_S);
    assert_int_equal(r.wrong, 0);
    assert_true(values() > BEHIND * 110);
    for (unsigned i = 0; i < BEHIND; i++)
        assert_int_equal(bus_rig_stats(&r, i).rejected[WHY_LATE], 0);
    bus_rig_stop(&r);
}

static void one_that_does_not_answer_takes_nothing_from_the_others(void **unused)
{
    (void)unused;
    start(2, 100);
    r.answer = living_answer;
    bus_rig_run(&r, 10 * RIG_S);
    dead = 3;
    uint64_t before = r.seen[0].values, silent_before = r.seen[2].samples;
    bus_rig_run(&r, 70 * RIG_S);
    assert_in_range(r.seen[0].values - before, 598, 601);
    assert_in_range(r.seen[2].samples - silent_before, 550,
                    601); /* one for all instants of a probe */
    assert_int_equal(bus_rig_stats(&r, 2).state, UNIT_SILENT);
    assert_int_equal(r.closes, 0);
    bus_rig_stop(&r);
}

static void a_connection_that_ends_loses_no_poll_of_those_on_their_way(void **unused)
{
    (void)unused;
    start(8, 1000);
    r.answer = living_answer;
    r.turn_us = 300 * RIG_MS;
    for (int i = 1; i <= 60; i++) {
        bus_rig_run(&r, i * RIG_S);
        bus_rig_hang_up(&r, i * 7 % 30 * RIG_MS);
    }
    bus_rig_run(&r, 70 * RIG_S);
    assert_int_equal(r.wrong, 0);
    for (unsigned i = 0; i < BEHIND; i++)
        assert_in_range(r.seen[i].samples, 69, 71);
    bus_rig_stop(&r);
}

static void a_reload_keeps_those_on_their_way(void **unused)
{
    struct bus *fresh;

    (void)unused;
    start(8, 1000);
    r.answer = living_answer;
    r.turn_us = 400 * RIG_MS;
    for (int i = 1; i <= 60; i++) {
        bus_rig_run(&r, i * RIG_S + i * 13 * RIG_MS);
        assert_int_equal(bus_new(&fresh, &r.plant, 0, r.now_us, 1), 0);
        bus_adopt(fresh, r.bus, r.now_us);
        bus_free(r.bus);
        r.bus = fresh;
    }
    assert_int_equal(r.wrong, 0);
    for (unsigned i = 0; i < BEHIND; i++) {
        assert_int_equal(r.seen[i].misses, 0);
        assert_in_range(r.seen[i].values, 59, 61);
    }
    assert_in_range(r.sends, BEHIND * 59, BEHIND * 62); /* none is asked twice */
    bus_rig_stop(&r);
}

static int64_t free_us; /* the unit has answered what it was asked */
static unsigned overlaps;

static void one_at_a_time(struct bus_rig *rig, const struct request *q, const uint8_t *honest,
                          size_t n)
{
    (void)q;
    overlaps += rig->now_us < free_us;
    free_us = rig->now_us + rig->turn_us;
    bus_rig_deliver(rig, rig->turn_us, honest, n);
}

/* A gateway that mixes up two ids would exchange their values. */
static void two_requests_of_one_shape_to_one_unit_follow_each_other(void **unused)
{
    (void)unused;
    bus_rig_init(&r, BUS_TCP);
    r.conf.in_flight = 4;
    uint32_t unit = bus_rig_unit(&r, 1);
    bus_rig_point(&r, unit, 10, 500);
    bus_rig_point(&r, unit, 1000, 500);
    r.answer = one_at_a_time;
    r.turn_us = 90 * RIG_MS;
    free_us = 0;
    overlaps = 0;
    bus_rig_start(&r, 3);
    bus_rig_run(&r, 60 * RIG_S);
    assert_true(r.seen[0].values > 110 && r.seen[1].values > 110);
    assert_int_equal(overlaps, 0);
    bus_rig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_gateway_that_takes_several_keeps_the_period),
        cmocka_unit_test(replies_may_come_in_another_order),
        cmocka_unit_test(one_that_does_not_answer_takes_nothing_from_the_others),
        cmocka_unit_test(a_connection_that_ends_loses_no_poll_of_those_on_their_way),
        cmocka_unit_test(a_reload_keeps_those_on_their_way),
        cmocka_unit_test(two_requests_of_one_shape_to_one_unit_follow_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
