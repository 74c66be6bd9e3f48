/* RTU frames over a TCP connection: no silence tells where one ends, and its
 * bytes come as the network has them, split and glued at any place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/bus_rig.h"

#define UNIT    1
#define ADDRESS 10
#define SECONDS 10

static struct bus_rig r;
static uint32_t point;
static size_t cut_at;

static void run(bus_rig_answer *answer)
{
    bus_rig_init(&r, BUS_RTU_OVER_TCP);
    point = bus_rig_point(&r, bus_rig_unit(&r, UNIT), ADDRESS, 1000);
    bus_rig_unit(&r, 2); /* of which nothing is read */
    r.answer = answer;
    bus_rig_start(&r, 7);
    bus_rig_run(&r, SECONDS * RIG_S);
    assert_int_equal(r.wrong, 0);
}

static uint64_t rejected(enum why_code cause)
{
    return bus_rig_stats(&r, 0).rejected[cause] + bus_rig_stats(&r, 1).rejected[cause];
}

static void assert_every_poll_has_its_value(void)
{
    assert_in_range(r.seen[point].values, SECONDS - 1, SECONDS);
    assert_int_equal(r.seen[point].misses, 0);
    assert_int_equal(r.connects, 1);
}

static size_t reply_of(uint8_t unit, uint16_t address, const struct request *asked, uint8_t *f)
{
    struct request other = *asked;

    other.unit = unit;
    other.address = address;
    return bus_rig_honest(&r, &other, f);
}

/* ---- what comes ---- */

static void split(struct bus_rig *rig, const struct request *asked, const uint8_t *honest, size_t n)
{
    (void)asked;
    bus_rig_deliver(rig, rig->turn_us, honest, cut_at);
    bus_rig_deliver(rig, rig->turn_us + 30 * RIG_MS, honest + cut_at, n - cut_at);
}

static void twice_at_once(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                          size_t n)
{
    uint8_t both[2 * FRAME_MAX];

    (void)asked;
    memcpy(both, honest, n);
    memcpy(both + n, honest, n);
    bus_rig_deliver(rig, rig->turn_us, both, 2 * n);
}

/* The second one in two segments, cut anywhere. */
static void twice_and_split(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                            size_t n)
{
    uint8_t both[2 * FRAME_MAX];
    size_t first = n + cut_at;

    (void)asked;
    memcpy(both, honest, n);
    memcpy(both + n, honest, n);
    bus_rig_deliver(rig, rig->turn_us, both, first);
    bus_rig_deliver(rig, rig->turn_us + 20 * RIG_MS, both + first, 2 * n - first);
}

static void behind_another_unit(struct bus_rig *rig, const struct request *asked,
                                const uint8_t *honest, size_t n)
{
    uint8_t f[2 * FRAME_MAX];
    size_t other = reply_of(2, 50, asked, f);

    memcpy(f + other, honest, n);
    bus_rig_deliver(rig, rig->turn_us, f, other + n);
}

static void behind_its_echo(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                            size_t n)
{
    uint8_t f[FRAME_MAX];
    size_t sent = frame_rtu_encode(asked, f);

    memcpy(f + sent, honest, n);
    bus_rig_deliver(rig, rig->turn_us, f, sent + n);
}

static void before_half_a_frame(struct bus_rig *rig, const struct request *asked,
                                const uint8_t *honest, size_t n)
{
    uint8_t f[2 * FRAME_MAX];

    (void)asked;
    memcpy(f, honest, n);
    memcpy(f + n, honest, cut_at);
    bus_rig_deliver(rig, rig->turn_us, f, n + cut_at);
}

static void late_then_on_time(struct bus_rig *rig, const struct request *asked,
                              const uint8_t *honest, size_t n)
{
    (void)asked;
    bus_rig_deliver(rig, rig->sends == 3 ? 800 * RIG_MS : rig->turn_us, honest, n);
}

/* ---- what must follow ---- */

static void a_whole_frame_is_a_value_at_once(void **unused)
{
    (void)unused;
    run(bus_rig_answers);
    assert_every_poll_has_its_value();
    assert_in_range(bus_rig_stats(&r, 0).rtt_max_us, r.turn_us, r.turn_us + RIG_MS);
    bus_rig_stop(&r);
}

static void a_frame_may_be_split_at_any_byte(void **unused)
{
    (void)unused;
    for (cut_at = 1; cut_at < 7; cut_at++) {
        run(split);
        assert_every_poll_has_its_value();
        bus_rig_stop(&r);
    }
}

static void a_frame_that_comes_twice_is_one_value_wherever_it_is_cut(void **unused)
{
    (void)unused;
    run(twice_at_once);
    assert_every_poll_has_its_value();
    assert_in_range(rejected(WHY_DUP), SECONDS - 1, SECONDS);
    bus_rig_stop(&r);
    for (cut_at = 1; cut_at < 7; cut_at++) {
        run(twice_and_split);
        assert_every_poll_has_its_value();
        assert_in_range(rejected(WHY_DUP), SECONDS - 1, SECONDS);
        bus_rig_stop(&r);
    }
}

static void what_stands_before_the_answer_is_told_from_it(void **unused)
{
    (void)unused;
    run(behind_another_unit);
    assert_every_poll_has_its_value();
    assert_in_range(rejected(WHY_UNIT) + rejected(WHY_LATE), SECONDS - 1, SECONDS);
    bus_rig_stop(&r);
    run(behind_its_echo);
    assert_every_poll_has_its_value();
    assert_in_range(rejected(WHY_ECHO), SECONDS - 1, SECONDS);
    bus_rig_stop(&r);
}

/* Whose is it? */
static void half_a_frame_behind_the_answer_is_no_proof(void **unused)
{
    (void)unused;
    for (cut_at = 1; cut_at < 5; cut_at++) {
        run(before_half_a_frame);
        assert_int_equal(r.seen[point].values, 0);
        assert_true(rejected(WHY_LEN) > 0);
        bus_rig_stop(&r);
    }
}

static void a_late_reply_is_not_the_answer_to_the_next_question(void **unused)
{
    (void)unused;
    run(late_then_on_time);
    assert_int_equal(rejected(WHY_LATE), 1);
    assert_int_equal(bus_rig_stats(&r, 0).timeouts, 1);
    assert_in_range(r.seen[point].values, SECONDS - 2, SECONDS);
    bus_rig_stop(&r);
}

/* A pulled cable behind the serial server looks like it, and so does its one
 * place for a client that an old connection holds. */
static void a_connection_on_which_all_are_silent_is_made_anew(void **unused)
{
    (void)unused;
    bus_rig_init(&r, BUS_RTU_OVER_TCP);
    point = bus_rig_point(&r, bus_rig_unit(&r, UNIT), ADDRESS, 1000);
    bus_rig_start(&r, 7);
    r.is_mute = true;
    bus_rig_run(&r, 20 * RIG_S);
    assert_true(r.connects > 1);
    r.is_mute = false;
    bus_rig_run(&r, 40 * RIG_S);
    assert_int_equal(r.seen[point].last.q, Q_GOOD);
    bus_rig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_frame_is_a_value_at_once),
        cmocka_unit_test(a_frame_may_be_split_at_any_byte),
        cmocka_unit_test(a_frame_that_comes_twice_is_one_value_wherever_it_is_cut),
        cmocka_unit_test(what_stands_before_the_answer_is_told_from_it),
        cmocka_unit_test(half_a_frame_behind_the_answer_is_no_proof),
        cmocka_unit_test(a_late_reply_is_not_the_answer_to_the_next_question),
        cmocka_unit_test(a_connection_on_which_all_are_silent_is_made_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
