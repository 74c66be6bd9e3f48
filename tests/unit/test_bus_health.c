/* Units that die, refuse, come back; blocks that matter more than others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/unit.h"
#include "tests/unit/bus_rig.h"

static struct bus_rig r;
static uint64_t dead; /* a bit for each unit id that does not answer */
static int64_t asked_us[RIG_UNITS], longest_us[RIG_UNITS]; /* between two requests */

static int make(enum bus_kind kind)
{
    bus_rig_init(&r, kind);
    dead = 0;
    for (int i = 0; i < RIG_UNITS; i++)
        asked_us[i] = longest_us[i] = 0;
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

static void living_answer(struct bus_rig *rig, const struct request *q, const uint8_t *honest,
                          size_t n)
{
    int64_t since_us = rig->now_us - asked_us[q->unit];

    if (since_us > longest_us[q->unit])
        longest_us[q->unit] = since_us;
    asked_us[q->unit] = rig->now_us;
    if (!(dead >> q->unit & 1))
        bus_rig_answers(rig, q, honest, n);
}

static void units(unsigned n, int64_t every_ms)
{
    r.answer = living_answer;
    for (unsigned i = 0; i < n; i++)
        bus_rig_point(&r, bus_rig_unit(&r, (uint8_t)i), 10, every_ms);
}

/* ---- a few wrong bits on the way ---- */

static unsigned spoil; /* so many of the next replies get a wrong bit */

/* It has one register and refuses to be asked for more. */
static void narrow_answer(struct bus_rig *rig, const struct request *q, const uint8_t *honest,
                          size_t n)
{
    uint8_t f[FRAME_MAX];

    if (q->count != 1) {
        bus_rig_deliver(rig, rig->turn_us, f, bus_rig_exception(rig, q, 2, f));
        return;
    }
    memcpy(f, honest, n);
    if (spoil > 0) {
        spoil--;
        f[3] ^= 0x10;
    }
    bus_rig_deliver(rig, rig->turn_us, f, n);
}

static void a_spoilt_reply_of_a_detector_with_one_register_is_asked_for_again(void **unused)
{
    (void)unused;
    r.conf.retries = 2;
    units(2, 1000);
    r.answer = narrow_answer;
    spoil = 0;
    bus_rig_start(&r, 1);
    bus_rig_run(&r, 10 * RIG_S);
    for (int i = 0; i < 10; i++) {
        uint64_t before = r.seen[0].values + r.seen[1].values;
        spoil = 2;
        bus_rig_run(&r, r.now_us + RIG_S);
        assert_int_equal(r.seen[0].values + r.seen[1].values, before + 2);
    }
    assert_int_equal(r.wrong, 0);
    assert_int_equal(
        bus_rig_stats(&r, 0).rejected[WHY_CRC] + bus_rig_stats(&r, 1).rejected[WHY_CRC], 20);
}

/* A kill -9 and a start: replies that were asked for before may still come. */
static void a_detector_with_one_register_is_read_before_its_silence_is_a_fault(void **unused)
{
    (void)unused;
    units(2, 1000);
    r.answer = narrow_answer;
    r.is_heir = true;
    spoil = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        bus_rig_start(&r, seed);
        int64_t start_us = r.now_us;
        bus_rig_run(&r, start_us + 3 * RIG_S + RIG_S); /* 3 polls + 1 s */
        assert_true(r.seen[0].values > 0 && r.seen[1].values > 0);
        bus_rig_stop(&r);
        for (int i = 0; i < 2; i++)
            r.seen[i] = (struct bus_point){ 0 };
    }
    bus_rig_start(&r, 1);
}

static bool is_junk_next;
static unsigned asked_plainly; /* for the one register alone */

/* As many bytes as the answer, of nobody: the answer itself may still come. */
static void junk_answer(struct bus_rig *rig, const struct request *q, const uint8_t *honest,
                        size_t n)
{
    static const uint8_t junk[FRAME_MAX] = { 0xA5, 0x5A, 0x33, 0xCC, 0x0F, 0xF0, 0x99 };

    asked_plainly += q->count == 1;
    if (is_junk_next && q->count == 1)
        bus_rig_deliver(rig, rig->turn_us, junk, n);
    else
        narrow_answer(rig, q, honest, n);
    is_junk_next = false;
}

static void noise_as_long_as_the_answer_is_not_taken_for_it(void **unused)
{
    (void)unused;
    r.conf.retries = 2;
    units(1, 1000);
    r.answer = junk_answer;
    spoil = 0;
    bus_rig_start(&r, 1);
    bus_rig_run(&r, 10 * RIG_S);
    asked_plainly = 0;
    is_junk_next = true;
    bus_rig_run(&r, r.now_us + 2 * RIG_S);
    assert_int_equal(asked_plainly, 1); /* not again while the answer may come */
}

static void a_spoilt_reply_frees_no_doubt_that_stood_before(void **unused)
{
    struct unit u = { 0 };

    (void)unused;
    unit_make_spoilt(&u, 3, 2, 7, 100, 1000);
    assert_false(unit_is_ambiguous(&u, 3, 2, 7, 500));
    assert_true(unit_is_ambiguous(&u, 3, 2, 8, 500));
    assert_true(unit_is_ambiguous(&u, 3, 2, NO_BLOCK, 500));
    unit_make_ambiguous(&u, 3, 2, 2000);
    unit_make_spoilt(&u, 3, 2, 7, 1500, 3000);
    assert_true(unit_is_ambiguous(&u, 3, 2, 7, 2500));
    assert_false(unit_is_ambiguous(&u, 3, 2, 7, 3000));
}

/* Twice as many bytes as the answer, of nobody, and then the answer. */
static void glued_answer(struct bus_rig *rig, const struct request *q, const uint8_t *honest,
                         size_t n)
{
    static const uint8_t junk[FRAME_MAX] = { 0xA5, 0x5A, 0x33, 0xCC, 0x0F, 0xF0, 0x99 };

    (void)q;
    if (is_junk_next)
        bus_rig_deliver(rig, rig->turn_us, junk, 2 * n);
    bus_rig_deliver(rig, rig->turn_us + (is_junk_next ? 10 : 0) * RIG_MS, honest, n);
    is_junk_next = false;
}

static void after_what_may_have_been_a_spoilt_answer_another_shape_is_asked(void **unused)
{
    (void)unused;
    units(1, 1000);
    r.turn_us = 20 * RIG_MS;
    r.answer = glued_answer;
    bus_rig_start(&r, 1);
    bus_rig_run(&r, 10 * RIG_S);
    assert_int_equal(r.asked.count, 1);
    is_junk_next = true;
    bus_rig_run(&r, r.now_us + 2 * RIG_S);
    assert_int_not_equal(r.asked.count, 1);
    assert_int_equal(r.wrong, 0);
}

/* ---- one dead unit costs the others nothing ---- */

static int64_t worst_period_us(unsigned from, int64_t seconds)
{
    int64_t begin_us = r.now_us, worst_us = 0;
    uint64_t before[RIG_UNITS];

    for (unsigned i = 0; i < r.plant.n_points; i++)
        before[i] = r.seen[i].values;
    bus_rig_run(&r, begin_us + seconds * RIG_S);
    for (unsigned i = from; i < r.plant.n_points; i++) {
        uint64_t n = r.seen[i].values - before[i];
        int64_t mean_us = n == 0 ? INT64_MAX : seconds * RIG_S / (int64_t)n;
        if (mean_us > worst_us)
            worst_us = mean_us;
    }
    return worst_us;
}

static void half_of_the_units_dead(int64_t every_ms)
{
    units(64, every_ms);
    dead = 0xFFFFFFFF;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 120 * RIG_S);
    for (unsigned i = 0; i < 32; i++)
        longest_us[i] = 0;
    int64_t period_us = worst_period_us(32, 600);
    print_message("period of the living %.3f s of %.3f s\n", (double)period_us / RIG_S,
                  (double)every_ms / 1000);
    assert_true(period_us <= every_ms * RIG_MS * 13 / 10);
    assert_int_equal(r.wrong, 0);
    int64_t alive_us = bus_rig_stats(&r, 40).rtt_p50_us * 32 * 1000 / every_ms;
    print_message("use %.1f %%, of it the living %.1f %%\n", bus_use_pct(r.bus, r.now_us),
                  (double)alive_us / 10000);
    assert_true(bus_use_pct(r.bus, r.now_us) <= (double)alive_us / 10000 + 20);
    for (unsigned i = 0; i < 32; i++) {
        assert_true(longest_us[i] <= 60 * RIG_S);
        assert_int_equal(bus_rig_stats(&r, i).state, UNIT_SILENT);
        assert_in_range(r.seen[i].samples, 720000 / every_ms - 20, 720000 / every_ms);
    }
}

static void half_of_the_units_dead_behind_a_tcp_gateway(void **unused)
{
    (void)unused;
    half_of_the_units_dead(1000);
}

static void half_of_the_units_dead_on_a_slow_line(void **unused)
{
    (void)unused;
    half_of_the_units_dead(2000); /* what the wire has room for */
}

static void a_dead_unit_is_known_within_seconds_and_then_unknown_at_each_poll(void **unused)
{
    (void)unused;
    units(8, 1000);
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 20 * RIG_S);
    dead = 1u << 3;
    int64_t died_us = r.now_us;
    bus_rig_run(&r, died_us + 3 * RIG_S);
    assert_int_equal(r.seen[3].last.kind, SAMPLE_MISS);
    assert_int_equal(bus_rig_stats(&r, 3).state, UNIT_SILENT);
    assert_true(r.seen[3].misses >= 2);
    bus_rig_run(&r, died_us + 63 * RIG_S);
    assert_in_range(r.seen[3].misses, 61, 63);
    assert_int_equal(r.seen[3].last.why.code, WHY_TIMEOUT);
}

static void a_unit_that_comes_back_is_at_full_speed_at_once(void **unused)
{
    (void)unused;
    units(8, 1000);
    dead = 1u << 3;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 100 * RIG_S);
    dead = 0;
    while (r.seen[3].values == 0 && r.now_us < 106 * RIG_S)
        bus_rig_run(&r, r.now_us + 10 * RIG_MS);
    assert_in_range(r.seen[3].values, 1, 1);
    bus_rig_run(&r, r.now_us + 10 * RIG_S);
    assert_in_range(r.seen[3].values, 10, 11);
}

/* Register 100 is never answered, the rest of the unit is. */
static void half_answer(struct bus_rig *rig, const struct request *q, const uint8_t *honest,
                        size_t n)
{
    if (q->address < 90 || dead == 0)
        bus_rig_answers(rig, q, honest, n);
}

static void a_block_that_is_never_answered_costs_its_neighbours_a_share(void **unused)
{
    (void)unused;
    units(2, 500);
    bus_rig_point(&r, 0, 100, 500);
    r.answer = half_answer;
    dead = 1;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 60 * RIG_S);
    uint64_t samples = r.seen[2].samples;
    uint64_t before = r.seen[0].values;
    bus_rig_run(&r, 660 * RIG_S);
    assert_true(r.seen[0].values - before >= 1200 * 10 / 13);
    assert_in_range(r.seen[2].samples - samples, 1100, 1201); /* and says so at each poll */
    assert_int_equal(r.seen[2].values, 0);
    assert_int_equal(r.seen[2].last.why.code, WHY_TIMEOUT);
    dead = 0;
    bus_rig_run(&r, 725 * RIG_S);
    before = r.seen[2].values;
    assert_true(before > 0);
    bus_rig_run(&r, 735 * RIG_S);
    assert_in_range(r.seen[2].values - before, 19, 21);
}

static void each_point_has_its_reason_within_the_first_seconds(void **unused)
{
    (void)unused;
    units(8, 1000);
    dead = UINT64_MAX;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 2 * RIG_S + 600 * RIG_MS); /* phase, period, and a timeout */
    for (unsigned i = 0; i < 8; i++)
        assert_true(r.seen[i].misses >= 1);
}

static void a_lost_poll_is_tried_again_as_often_as_allowed(void **unused)
{
    (void)unused;
    units(1, 5000);
    r.conf.retries = 2;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 5 * RIG_S);
    uint64_t before = r.sends;
    dead = 1;
    bus_rig_run(&r, 10 * RIG_S);
    assert_int_equal(r.sends - before, 3);
    assert_int_equal(r.seen[0].misses, 1);
    assert_int_equal(bus_rig_stats(&r, 0).timeouts, 3);
}

/* ---- what matters goes first ---- */

static void an_overloaded_line_keeps_the_period_of_its_alarms(void **unused)
{
    (void)unused;
    units(4, 1000);
    r.points[2].limits[LEVEL_H].set = true;
    r.turn_us = 300 * RIG_MS;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 10 * RIG_S);
    uint64_t before = r.seen[2].values;
    bus_rig_run(&r, 110 * RIG_S);
    assert_in_range(r.seen[2].values - before, 99, 100);
    for (unsigned i = 0; i < 4; i++)
        assert_true(r.seen[i].values >= 60); /* and forgets nobody */
}

/* ---- lines that say something about themselves ---- */

static void a_pause_is_kept_between_two_transactions(void **unused)
{
    (void)unused;
    units(2, 100);
    r.conf.pause_ms = 90;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 10 * RIG_S);
    assert_in_range(r.sends, 90, 110); /* 5 ms + 90 ms each */
}

static void use_is_the_share_of_time_in_which_the_line_is_busy(void **unused)
{
    (void)unused;
    units(1, 1000);
    r.turn_us = 250 * RIG_MS;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 300 * RIG_S);
    double pct = bus_use_pct(r.bus, r.now_us);
    assert_true(pct > 23.5 && pct < 26.5);
    assert_in_range(bus_rig_stats(&r, 0).rtt_p50_us, 250 * RIG_MS, 251 * RIG_MS);
    assert_in_range(bus_rig_stats(&r, 0).period_p95_us, 999 * RIG_MS, 1001 * RIG_MS);
    dead = 1;
    bus_rig_run(&r, 600 * RIG_S);
    pct = bus_use_pct(r.bus, r.now_us);
    assert_true(pct > 5 && pct < 25); /* probes of 0.5 s, two each 5 s: the second on a new link */
}

static void a_device_that_never_stops_talking_does_not_stop_the_reasons(void **unused)
{
    static const uint8_t babble[] = { 0x55, 0xAA, 0x01 };

    (void)unused;
    units(1, 1000);
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 5 * RIG_S);
    r.is_mute = true;
    for (int64_t t_us = r.now_us; t_us < 25 * RIG_S; t_us += RIG_MS) {
        bus_rig_run(&r, t_us);
        bus_input(r.bus, babble, sizeof babble, r.now_us);
    }
    assert_int_equal(r.wrong, 0);
    assert_true(r.seen[0].misses >= 15);
    assert_true(bus_rig_stats(&r, 0).rejected[WHY_NOISE] > 0);
}

static void a_flood_on_a_connection_closes_it(void **unused)
{
    static uint8_t flood[5000];

    (void)unused;
    units(1, 1000);
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 5 * RIG_S);
    bus_input(r.bus, flood, sizeof flood, r.now_us);
    bus_rig_run(&r, 15 * RIG_S);
    assert_int_equal(r.connects, 2);
    assert_int_equal(r.seen[0].last.q, Q_GOOD);
    assert_int_equal(r.seen[0].misses, 0);
}

static void a_connection_on_which_all_are_silent_is_made_anew(void **unused)
{
    (void)unused;
    units(2, 1000);
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 10 * RIG_S);
    dead = 3;
    bus_rig_run(&r, 25 * RIG_S);
    assert_true(r.connects >= 2);
}

static void one_silent_unit_never_closes_the_connection_of_the_others(void **unused)
{
    (void)unused;
    units(2, 1000);
    dead = 1;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 300 * RIG_S);
    assert_int_equal(r.connects, 1);
}

static void attempts_to_connect_back_off_to_five_seconds(void **unused)
{
    (void)unused;
    units(1, 1000);
    r.refuses = true;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 60 * RIG_S);
    uint64_t before = r.connects;
    bus_rig_run(&r, 560 * RIG_S);
    assert_in_range(r.connects - before, 500 / 5, 500 / 2); /* full jitter: 2.5 s in the mean */
}

#define TEST(name, kind) cmocka_unit_test_setup_teardown(name, kind, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_detector_with_one_register_is_read_before_its_silence_is_a_fault, rtu, stop),
        cmocka_unit_test_setup_teardown(noise_as_long_as_the_answer_is_not_taken_for_it, rtu, stop),
        cmocka_unit_test(a_spoilt_reply_frees_no_doubt_that_stood_before),
        cmocka_unit_test_setup_teardown(
            after_what_may_have_been_a_spoilt_answer_another_shape_is_asked, rtu, stop),
        cmocka_unit_test_setup_teardown(
            a_spoilt_reply_of_a_detector_with_one_register_is_asked_for_again, rtu, stop),
        TEST(half_of_the_units_dead_behind_a_tcp_gateway, tcp),
        TEST(half_of_the_units_dead_on_a_slow_line, rtu),
        TEST(a_dead_unit_is_known_within_seconds_and_then_unknown_at_each_poll, tcp),
        TEST(a_dead_unit_is_known_within_seconds_and_then_unknown_at_each_poll, rtu),
        TEST(a_unit_that_comes_back_is_at_full_speed_at_once, tcp),
        TEST(a_unit_that_comes_back_is_at_full_speed_at_once, rtu),
        TEST(a_block_that_is_never_answered_costs_its_neighbours_a_share, tcp),
        TEST(a_block_that_is_never_answered_costs_its_neighbours_a_share, rtu),
        TEST(each_point_has_its_reason_within_the_first_seconds, rtu),
        TEST(a_lost_poll_is_tried_again_as_often_as_allowed, tcp),
        TEST(a_lost_poll_is_tried_again_as_often_as_allowed, rtu),
        TEST(an_overloaded_line_keeps_the_period_of_its_alarms, tcp),
        TEST(a_pause_is_kept_between_two_transactions, tcp),
        TEST(use_is_the_share_of_time_in_which_the_line_is_busy, tcp),
        TEST(a_device_that_never_stops_talking_does_not_stop_the_reasons, rtu),
        TEST(a_flood_on_a_connection_closes_it, tcp),
        TEST(a_connection_on_which_all_are_silent_is_made_anew, tcp),
        TEST(one_silent_unit_never_closes_the_connection_of_the_others, tcp),
        TEST(attempts_to_connect_back_off_to_five_seconds, tcp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
