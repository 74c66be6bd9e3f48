/* Dead units among living ones, on a virtual clock: what each promise of the
 * schedule comes to, printed.  Half of 64 units die while they are polled, stay
 * dead, and come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/bus_rig.h"

#define ALL    64
#define DEAD   32
#define STEP   (10 * RIG_MS)
#define LONG_S 600

static struct bus_rig r;
static bool is_dead; /* units 0 .. DEAD - 1 */
static int64_t asked_us[ALL], longest_us[ALL];

static void answer(struct bus_rig *rig, const struct request *q, const uint8_t *honest, size_t n)
{
    int64_t since_us = rig->now_us - asked_us[q->unit];

    longest_us[q->unit] = since_us > longest_us[q->unit] ? since_us : longest_us[q->unit];
    asked_us[q->unit] = rig->now_us;
    if (!is_dead || q->unit >= DEAD)
        bus_rig_answers(rig, q, honest, n);
}

static void start(enum bus_kind kind, uint8_t first, unsigned n, int64_t every_ms)
{
    bus_rig_init(&r, kind);
    r.answer = answer;
    is_dead = false;
    for (unsigned i = 0; i < n; i++)
        bus_rig_point(&r, bus_rig_unit(&r, (uint8_t)(first + i)), 10, every_ms);
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 60 * RIG_S);
}

static void note_asked(void)
{
    for (int i = 0; i < ALL; i++) {
        asked_us[i] = r.now_us;
        longest_us[i] = 0;
    }
}

/* The longest mean period of points[from ..] over the time that follows. */
static double period_ms(unsigned from, int64_t seconds)
{
    int64_t until_us = r.now_us + seconds * RIG_S;
    uint64_t before[ALL], least = UINT64_MAX;

    for (unsigned i = from; i < r.plant.n_points; i++)
        before[i] = r.seen[i].values;
    bus_rig_run(&r, until_us);
    for (unsigned i = from; i < r.plant.n_points; i++) {
        uint64_t n = r.seen[i].values - before[i];
        least = n < least ? n : least;
    }
    assert_true(least > 0);
    return (double)seconds * 1000 / (double)least;
}

static int64_t worst_gap_us; /* between two values of one that lives, meanwhile */

static void note_gaps(int64_t last_us[])
{
    for (unsigned i = DEAD; i < ALL; i++) {
        int64_t gap_us = r.seen[i].value_us - last_us[i];
        worst_gap_us = gap_us > worst_gap_us ? gap_us : worst_gap_us;
        last_us[i] = r.seen[i].value_us;
    }
}

/* From a dead unit's last value to its first miss, at worst. */
static int64_t unknown_after_us(void)
{
    int64_t last_us[ALL];
    int64_t worst_us = 0, died_us = r.now_us;
    uint64_t misses[DEAD];
    bool is_known[DEAD] = { false };
    unsigned left = DEAD;

    for (unsigned i = 0; i < DEAD; i++)
        misses[i] = r.seen[i].misses;
    for (unsigned i = DEAD; i < ALL; i++)
        last_us[i] = r.seen[i].value_us;
    worst_gap_us = 0;
    is_dead = true;
    while (r.now_us < died_us + 120 * RIG_S) {
        bus_rig_run(&r, r.now_us + STEP);
        note_gaps(last_us);
        for (unsigned i = 0; i < DEAD; i++)
            if (!is_known[i] && r.seen[i].misses > misses[i]) {
                is_known[i] = true;
                left--;
                int64_t us = r.now_us - r.seen[i].value_us;
                worst_us = us > worst_us ? us : worst_us;
            }
    }
    assert_int_equal(left, 0);
    return worst_us;
}

/* From a returned unit's first value to its third, at worst. */
static int64_t third_value_us(void)
{
    int64_t first_us[DEAD] = { 0 }, worst_us = 0, from_us = r.now_us;
    uint64_t before[DEAD];
    unsigned left = DEAD;

    for (unsigned i = 0; i < DEAD; i++)
        before[i] = r.seen[i].values;
    is_dead = false;
    while (left > 0 && r.now_us < from_us + 120 * RIG_S) {
        bus_rig_run(&r, r.now_us + STEP);
        for (unsigned i = 0; i < DEAD; i++) {
            uint64_t n = r.seen[i].values - before[i];
            if (n >= 1 && first_us[i] == 0)
                first_us[i] = r.now_us;
            if (n >= 3 && first_us[i] > 0) {
                int64_t us = r.now_us - first_us[i];
                worst_us = us > worst_us ? us : worst_us;
                first_us[i] = -1;
                left--;
            }
        }
    }
    assert_int_equal(left, 0);
    return worst_us;
}

static void half_of_the_units_die(enum bus_kind kind, const char *name, int64_t every_ms)
{
    start(kind, DEAD, DEAD, every_ms);
    double alone_ms = period_ms(0, LONG_S);
    bus_rig_stop(&r);

    start(kind, 0, ALL, every_ms);
    int64_t unknown_us = unknown_after_us();
    note_asked();
    double living_ms = period_ms(DEAD, LONG_S);
    int64_t probed_us = 0;
    for (int i = 0; i < DEAD; i++) {
        probed_us = longest_us[i] > probed_us ? longest_us[i] : probed_us;
        assert_int_equal(bus_rig_stats(&r, (size_t)i).state, UNIT_SILENT);
    }
    double use = bus_use_pct(r.bus, r.now_us);
    int64_t back_us = third_value_us();
    print_message(
        "%s, %d of %d dead, every %.1f s: period of the living %.3f s, alone %.3f s, ratio "
        "%.3f (goal 1.3); line used %.0f %%; while they die "
        "a living one waits %.2f s, a dead one is unknown %.2f s after its last value; probed "
        "each %.1f s (goal 60); third value %.2f periods after the first\n",
        name, DEAD, ALL, (double)every_ms / 1000, living_ms / 1000, alone_ms / 1000,
        living_ms / alone_ms, use, (double)worst_gap_us / RIG_S, (double)unknown_us / RIG_S,
        (double)probed_us / RIG_S, (double)back_us / 1000 / (double)every_ms);
    assert_true(living_ms <= 1.3 * alone_ms);
    assert_true(probed_us <= 60 * RIG_S);
    assert_true(back_us <= 35 * every_ms * RIG_MS / 10); /* the first may be an early probe */
    assert_true(worst_gap_us <= 3 * every_ms * RIG_MS + RIG_S); /* no living one is a fault */
    assert_int_equal(r.wrong, 0);
    assert_int_equal(r.closes, 0);
    bus_rig_stop(&r);
}

static void half_of_64_units_behind_a_gateway_die(void **unused)
{
    (void)unused;
    half_of_the_units_die(BUS_TCP, "TCP", 1000);
}

static void half_of_64_units_on_a_slow_line_die(void **unused)
{
    (void)unused;
    half_of_the_units_die(BUS_RTU, "RTU at 9600", 3000); /* what the wire has room for */
}

static void where_the_line_has_time_a_dead_unit_is_asked_each_five_seconds(void **unused)
{
    (void)unused;
    for (int kind = BUS_TCP; kind <= BUS_RTU; kind++) {
        start((enum bus_kind)kind, DEAD - 1, 8, 1000);
        is_dead = true;
        bus_rig_run(&r, r.now_us + 30 * RIG_S);
        note_asked();
        bus_rig_run(&r, r.now_us + 600 * RIG_S);
        print_message("1 of 8 dead: probed each %.2f s (goal 5)\n",
                      (double)longest_us[DEAD - 1] / RIG_S);
        assert_true(longest_us[DEAD - 1] <= 5 * RIG_S + 600 * RIG_MS); /* a probe's own time */
        bus_rig_stop(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_of_64_units_behind_a_gateway_die),
        cmocka_unit_test(half_of_64_units_on_a_slow_line_die),
        cmocka_unit_test(where_the_line_has_time_a_dead_unit_is_asked_each_five_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
