/* RTU replies carry no transaction id: one that is late fits the next request.
 * Each try sends one reply late by one of the delays at which libmodbus reads
 * wrong values for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/bus_rig.h"

#define TRIES 1000

static const int64_t delays_ms[] = { 800, 1100, 1300, 3000, 3500 };
#define DELAYS (sizeof delays_ms / sizeof delays_ms[0])

static struct bus_rig r;
static uint64_t random_state;
static uint64_t late_at; /* this request's reply is late */
static bool is_strict;   /* the device refuses registers that it was not configured for */

static uint64_t pick(uint64_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (random_state >> 33) % n;
}

static void answer(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                   size_t n)
{
    uint8_t f[FRAME_MAX];

    if (rig->sends == late_at) {
        bus_rig_deliver(rig, delays_ms[pick(DELAYS)] * RIG_MS + rig->turn_us, honest, n);
    } else if (is_strict && asked->count > 2) {
        n = bus_rig_exception(rig, asked, 2, f);
        bus_rig_answers(rig, asked, f, n);
    } else {
        bus_rig_answers(rig, asked, honest, n);
    }
}

static void answer_late(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                        size_t n)
{
    late_at = rig->sends;
    answer(rig, asked, honest, n);
}

/* Two units of three blocks each, all of one shape. */
static void one_try(uint64_t seed, int64_t late_guard_ms)
{
    random_state = seed;
    bus_rig_init(&r, BUS_RTU);
    r.conf.late_guard_ms = late_guard_ms;
    r.conf.retries = (uint8_t)pick(3);
    for (uint8_t id = 1; id <= 2; id++) {
        uint32_t unit = bus_rig_unit(&r, id);
        for (uint16_t block = 0; block < 3; block++) {
            bus_rig_point(&r, unit, (uint16_t)(block * 10), 1000);
            bus_rig_point(&r, unit, (uint16_t)(block * 10 + 1), 1000);
        }
    }
    is_strict = pick(2) == 0;
    late_at = 1 + pick(24);
    r.turn_us = (int64_t)(1 + pick(60)) * RIG_MS;
    r.answer = answer;
    bus_rig_start(&r, seed);
    bus_rig_run(&r, 15 * RIG_S);
}

static uint64_t counted(enum why_code cause)
{
    return bus_rig_stats(&r, 0).rejected[cause] + bus_rig_stats(&r, 1).rejected[cause];
}

static void a_late_reply_is_never_the_answer_to_another_request(void **unused)
{
    uint64_t late = 0;

    (void)unused;
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        one_try(seed, 3000);
        if (r.wrong > 0)
            fail_msg("seed %lu: %lu wrong values", (unsigned long)seed, (unsigned long)r.wrong);
        for (size_t p = 0; p < r.plant.n_points; p++)
            assert_int_equal(r.seen[p].last.q, Q_GOOD);
        late += counted(WHY_LATE);
        bus_rig_stop(&r);
    }
    printf("%d tries, %lu late replies counted, 0 wrong values\n", TRIES, (unsigned long)late);
    assert_true(late >= TRIES * 9 / 10);
}

/* The replies to a run that was killed come to the one after it. */
static void kill_and_run(uint64_t seed, bool is_heir)
{
    one_try(seed, 3000);
    r.answer = answer_late;
    bus_rig_run(&r, 15 * RIG_S + RIG_MS * (int64_t)pick(2000));
    bus_rig_stop(&r);
    r.now_us += RIG_MS * (int64_t)pick(500);
    r.answer = answer;
    late_at = 0;
    r.is_heir = is_heir;
    bus_rig_start(&r, seed + 1);
    bus_rig_run(&r, r.now_us + 20 * RIG_S);
}

static void what_a_killed_run_asked_for_is_not_believed_by_the_next(void **unused)
{
    uint64_t refused = 0;

    (void)unused;
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        kill_and_run(seed, true);
        if (r.wrong > 0)
            fail_msg("seed %lu: %lu wrong values", (unsigned long)seed, (unsigned long)r.wrong);
        for (size_t p = 0; p < r.plant.n_points; p++)
            assert_int_equal(r.seen[p].last.q, Q_GOOD);
        refused += counted(WHY_DUP) + counted(WHY_COUNT) + counted(WHY_UNIT) + counted(WHY_LATE);
        bus_rig_stop(&r);
    }
    printf("%d kills, %lu replies to the run before refused\n", TRIES, (unsigned long)refused);
    assert_true(refused > TRIES);
}

static void without_its_guard_this_test_finds_wrong_values(void **unused)
{
    uint64_t wrong = 0, heirs = 0;

    (void)unused;
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        one_try(seed, -r.conf.timeout_ms);
        wrong += r.wrong;
        bus_rig_stop(&r);
    }
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        kill_and_run(seed, false);
        heirs += r.wrong;
        bus_rig_stop(&r);
    }
    printf("without the guard: %lu wrong values, %lu after kills\n", (unsigned long)wrong,
           (unsigned long)heirs);
    assert_true(heirs > TRIES / 20);
    assert_true(wrong > TRIES / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_late_reply_is_never_the_answer_to_another_request),
        cmocka_unit_test(what_a_killed_run_asked_for_is_not_believed_by_the_next),
        cmocka_unit_test(without_its_guard_this_test_finds_wrong_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
