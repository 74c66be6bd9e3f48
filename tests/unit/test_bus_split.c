/* A register that the device refuses must not cost its neighbours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/bus_rig.h"

#define POINTS 100

static struct bus_rig r;
static bool has[POINTS + 16]; /* the registers of the device */
static unsigned most;         /* of one request */

static void device(struct bus_rig *rig, const struct request *q, const uint8_t *honest, size_t n)
{
    uint8_t f[FRAME_MAX], code = q->count > most ? 3 : 0;

    for (unsigned i = 0; i < q->count && code == 0; i++)
        if (q->address + i >= POINTS + 16u || !has[q->address + i])
            code = 2;
    if (code != 0)
        n = bus_rig_exception(rig, q, code, f);
    bus_rig_deliver(rig, rig->turn_us, code != 0 ? f : honest, n);
}

static void start(enum bus_kind kind)
{
    bus_rig_init(&r, kind);
    r.turn_us = 3 * RIG_MS;
    r.answer = device;
    for (unsigned i = 0; i < sizeof has / sizeof has[0]; i++)
        has[i] = i < POINTS;
    most = REGISTERS_MAX;
    uint32_t unit = bus_rig_unit(&r, 1);
    for (uint16_t i = 0; i < POINTS; i++)
        bus_rig_point(&r, unit, i, 10000);
}

static void demand_each_point(uint64_t values)
{
    for (unsigned i = 0; i < POINTS; i++) {
        const struct bus_point *s = &r.seen[i];
        if (has[i] ? s->values < values || s->last.q != Q_GOOD : s->values != 0)
            fail_msg("register %u: %lu values, %lu misses", i, (unsigned long)s->values,
                     (unsigned long)s->misses);
        if (!has[i] &&
            (s->last.why.code != WHY_EXCEPTION || s->last.why.arg != 2 || !s->last.alive))
            fail_msg("register %u: why %d %d after %lu misses", i, s->last.why.code,
                     s->last.why.arg, (unsigned long)s->misses);
    }
    assert_int_equal(r.wrong, 0);
}

static void one_refused_register_costs_itself_alone(void **unused)
{
    (void)unused;
    for (int kind = BUS_TCP; kind < BUS_KINDS; kind++)
        for (unsigned bad = 0; bad < POINTS; bad++) {
            start((enum bus_kind)kind);
            has[bad] = false;
            bus_rig_start(&r, bad);
            bus_rig_run(&r, 10 * RIG_S);
            demand_each_point(1); /* in the very first poll */
            for (unsigned i = 0; i < POINTS; i++)
                assert_int_equal(r.seen[i].samples, 1);
            uint64_t before = r.sends;
            bus_rig_run(&r, 210 * RIG_S);
            demand_each_point(20);
            assert_true(r.sends - before <= 20 * 9);
            bus_rig_stop(&r);
        }
}

static void whatever_is_missing_the_rest_is_read(void **unused)
{
    uint64_t x = 1;

    (void)unused;
    for (unsigned seed = 0; seed < 100; seed++) {
        start(seed % 2 == 0 ? BUS_TCP : BUS_RTU);
        for (unsigned i = 0; i < POINTS; i++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            has[i] = has[i] && (x >> 33) % 100 >= seed % 10;
        }
        bus_rig_start(&r, seed);
        bus_rig_run(&r, 80 * RIG_S);
        demand_each_point(7);
        bus_rig_stop(&r);
    }
}

static void a_device_that_takes_fewer_registers_is_asked_for_fewer(void **unused)
{
    (void)unused;
    start(BUS_TCP);
    most = 30;
    bus_rig_start(&r, 1);
    bus_rig_run(&r, 10 * RIG_S);
    demand_each_point(1);
    uint64_t before = r.sends;
    bus_rig_run(&r, 110 * RIG_S);
    assert_int_equal(r.sends - before, 10 * 4);
    bus_rig_stop(&r);
}

static void a_gap_that_is_refused_costs_no_point_a_poll(void **unused)
{
    (void)unused;
    for (int kind = BUS_TCP; kind < BUS_KINDS; kind++)
        for (unsigned period = 2; period <= 10; period++) {
            start((enum bus_kind)kind);
            for (unsigned i = 0; i < POINTS; i++) {
                r.points[i].read.address = (uint16_t)(i * period / 2);
                has[i] = false;
            }
            r.plant.n_points = POINTS * 2 / period;
            r.units[0].max_gap = PLANT_ANY_GAP;
            for (unsigned i = 0; i < r.plant.n_points; i++)
                has[r.points[i].read.address] = true;
            bus_rig_start(&r, period);
            bus_rig_run(&r, 60 * RIG_S);
            for (unsigned i = 0; i < r.plant.n_points; i++) {
                assert_in_range(r.seen[i].values, 5, 6);
                assert_int_equal(r.seen[i].misses, 0);
            }
            assert_int_equal(r.wrong, 0);
            bus_rig_stop(&r);
        }
}

static void fall_silent(struct bus_rig *rig, const struct request *q, const uint8_t *honest,
                        size_t n)
{
    (void)honest;
    (void)n;
    assert_true(q->count <= 6);
    assert_true(q->address + q->count <= 40);
    rig->turn_us++;
}

static void what_files_exclude_is_not_asked_in_another_shape_either(void **unused)
{
    struct hole_conf hole = { .fc = 3, .address = 40, .count = 9 };

    (void)unused;
    start(BUS_RTU);
    r.plant.n_points = 4;
    for (uint16_t i = 0; i < 4; i++)
        r.points[i].read.address = (uint16_t)(36 + i);
    r.units[0].max_registers = 6;
    r.units[0].holes = &hole;
    r.units[0].n_holes = 1;
    bus_rig_start(&r, 1);
    bus_rig_run(&r, 15 * RIG_S);
    r.answer = fall_silent;
    bus_rig_run(&r, 200 * RIG_S);
    assert_true(r.turn_us > 3 * RIG_MS + 10);
    bus_rig_stop(&r);
}

static void a_unit_that_refuses_all_is_not_asked_for_each_point(void **unused)
{
    (void)unused;
    start(BUS_TCP);
    memset(has, 0, sizeof has);
    bus_rig_start(&r, 1);
    bus_rig_run(&r, 10 * RIG_S);
    assert_true(r.sends <= 30);
    bus_rig_run(&r, 30 * RIG_S);
    uint64_t before = r.sends;
    bus_rig_run(&r, 530 * RIG_S);
    assert_int_equal(r.sends - before, 50);
    for (unsigned i = 0; i < POINTS; i++) {
        assert_in_range(r.seen[i].misses, 52, 53);
        assert_true(r.seen[i].last.alive);
    }
    bus_rig_stop(&r);
}

static void a_device_that_was_being_set_up_is_read_whole_again(void **unused)
{
    (void)unused;
    start(BUS_TCP);
    has[50] = false;
    bus_rig_start(&r, 1);
    bus_rig_run(&r, 20 * RIG_S);
    has[50] = true;
    bus_rig_run(&r, 700 * RIG_S);
    uint64_t before = r.sends;
    bus_rig_run(&r, 750 * RIG_S);
    assert_int_equal(r.sends - before, 5);
    for (unsigned i = 0; i < POINTS; i++)
        assert_in_range(r.seen[i].samples, 74, 76);
    demand_each_point(72);
    bus_rig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_refused_register_costs_itself_alone),
        cmocka_unit_test(whatever_is_missing_the_rest_is_read),
        cmocka_unit_test(a_device_that_takes_fewer_registers_is_asked_for_fewer),
        cmocka_unit_test(a_gap_that_is_refused_costs_no_point_a_poll),
        cmocka_unit_test(what_files_exclude_is_not_asked_in_another_shape_either),
        cmocka_unit_test(a_unit_that_refuses_all_is_not_asked_for_each_point),
        cmocka_unit_test(a_device_that_was_being_set_up_is_read_whole_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
