/* A plant that does anything to its replies, under a seed: whatever comes, no
 * value is wrong, and each due poll of each point gives one sample.
 *   test_bus_mix [-s SEED] [-n SEEDS] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/hostile.h"

#define SLOW_MS 5000 /* long enough for every retry of every block: no poll overruns */
#define FAST_MS 100  /* the line is hardly ever idle */
#define SECONDS 600
#define BLOCKS  3

static struct bus_rig r;
static struct hostile h;
static uint64_t first_seed = 1, seeds = 200;
static uint64_t transactions;
static int64_t every_ms;

static void start(uint64_t seed)
{
    bus_rig_init(&r, (enum bus_kind)(seed % BUS_KINDS));
    h = (struct hostile){ .rig = &r, .random = seed, .late_ms = 3100 };
    h.percent = 1 + (unsigned)hostile_pick(&h, 50);
    h.strict_from = (uint16_t)(1 + hostile_pick(&h, HOSTILE_IDS + 1));
    r.ctx = &h;
    r.is_heir = hostile_pick(&h, 2) == 0;
    r.conf.in_flight = r.conf.kind == BUS_TCP ? (uint8_t)(1 + seed / BUS_KINDS % 4) : 1;
    r.conf.retries = (uint8_t)hostile_pick(&h, 3);
    every_ms = hostile_pick(&h, 2) == 0 ? FAST_MS : SLOW_MS;
    r.conf.timeout_ms = 150 + (int64_t)hostile_pick(&h, 2) * 100;
    for (uint8_t id = 1; id <= HOSTILE_IDS; id++) {
        uint32_t unit = bus_rig_unit(&r, id);
        r.units[unit].max_gap = hostile_pick(&h, 3) == 0 ? PLANT_ANY_GAP : 0;
        for (uint16_t block = 0; block < BLOCKS; block++)
            for (uint16_t k = 0; k < 2; k++)
                bus_rig_point(&r, unit, (uint16_t)(block * 10 + k), every_ms);
    }
    r.turn_us = 1000 + (int64_t)hostile_pick(&h, 60 * RIG_MS);
    r.answer = hostile_answer;
    bus_rig_start(&r, seed);
}

static void check(uint64_t seed)
{
    for (size_t p = 0; p < r.plant.n_points; p++) {
        const struct bus_point *s = &r.seen[p];
        uint64_t due = (uint64_t)(SECONDS * 1000 / every_ms);
        if (s->samples > due + 1 ||
            (every_ms == SLOW_MS &&
             s->samples + 1 < due)) /* a probe may be early, a poll under way */
            fail_msg("seed %lu, point %zu: %lu samples of %lu due polls", (unsigned long)seed, p,
                     (unsigned long)s->samples, (unsigned long)due);
    }
    if (bus_master_heard(r.bus, r.now_us, &(struct bus_master){ 0 }))
        fail_msg("seed %lu: another master, and there is none", (unsigned long)seed);
    transactions += h.transactions;
    if (r.wrong > 0)
        fail_msg("seed %lu: %lu wrong values", (unsigned long)seed, (unsigned long)r.wrong);
}

static void whatever_a_plant_sends_no_value_is_wrong(void **unused)
{
    (void)unused;
    for (uint64_t seed = first_seed; seed < first_seed + seeds; seed++) {
        start(seed);
        bus_rig_run(&r, (int64_t)SECONDS * RIG_S);
        check(seed);
        bus_rig_stop(&r);
    }
    printf("%lu seeds, %lu transactions, 0 wrong values\n", (unsigned long)seeds,
           (unsigned long)transactions);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_a_plant_sends_no_value_is_wrong),
    };
    int option;

    while ((option = getopt(argc, argv, "s:n:")) != -1) {
        if (option == 's')
            first_seed = strtoull(optarg, NULL, 10), seeds = 1;
        else if (option == 'n')
            seeds = strtoull(optarg, NULL, 10);
        else
            return 64;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
