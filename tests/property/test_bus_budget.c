/* The budget of a bus against the bus itself on a virtual clock, with all polls
 * due at one instant: two answers of a point never lie further apart than the
 * budget says, with every unit answering, one that falls silent, and a third
 * that has been silent for long; and on average the budget is not far above what is
 * seen.
 *   test_bus_budget [-s SEED] [-n SEEDS] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "drivers/budget.h"
#include "drivers/bus_core.h"
#include "drivers/wire.h"
#include "tests/unit/bus_rig.h"

#define LOAD_MAX 0.8 /* dead units may take the rest */
#define STEP_US  (2 * RIG_MS)
#define BEGIN_US (6 * RIG_S) /* until probes of the silent and late replies have settled */

static struct bus_rig r;
static uint64_t first_seed = 1, seeds = 20, state;
static bool is_dead[RIG_UNITS + 1];
static double highest[BUDGET_CASES], lowest[BUDGET_CASES], sum[BUDGET_CASES]; /* bound / seen */

static unsigned pick(unsigned n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % n;
}

static void answer(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                   size_t n)
{
    int64_t chars = (int64_t)(REQUEST_BYTES + n) * wire_of(&rig->conf).char_us;

    if (!is_dead[asked->unit])
        bus_rig_deliver(rig, rig->turn_us + chars, honest, n);
}

static void add_points(uint32_t unit, int64_t every_ms)
{
    static const int64_t afters_ms[] = { 0, 1000, 3000 };
    unsigned blocks = 1 + pick(3);

    for (unsigned i = 0; i < blocks; i++) {
        uint32_t p = bus_rig_point(&r, unit, (uint16_t)(i * 100), every_ms);
        r.points[p].limits[LEVEL_H].set = pick(2) == 0;
        r.points[p].limits[LEVEL_H].after_ms = afters_ms[pick(3)];
    }
}

static void make_plant(uint64_t seed)
{
    static const int64_t periods_ms[] = { 500, 1000, 2000, 5000 };
    static const uint32_t bauds[] = { 9600, 19200, 38400, 115200 };

    state = seed;
    memset(is_dead, 0, sizeof is_dead);
    bus_rig_init(&r, pick(2) == 0 ? BUS_RTU : BUS_TCP);
    r.conf.baud = bauds[pick(4)];
    r.conf.timeout_ms = 100 + 100 * pick(4);
    r.conf.retries = (uint8_t)pick(3);
    r.conf.pause_ms = 5 * pick(3);
    r.answer = answer;
    r.turn_us = r.conf.kind == BUS_RTU ? ANSWER_SERIAL_US : ANSWER_TCP_US;
    uint8_t units = (uint8_t)(2 + pick(11));
    for (uint8_t id = 1; id <= units; id++)
        add_points(bus_rig_unit(&r, id), periods_ms[pick(4)]);
}

static void start(uint64_t seed)
{
    bus_rig_start(&r, seed);
    for (size_t i = 0; i < r.bus->plan.n_blocks; i++)
        r.bus->blocks[i].due_us = RIG_S / 10;
    bus_rig_run(&r, BEGIN_US);
}

static bool is_living(size_t point)
{
    return !is_dead[r.units[r.points[point].unit].unit_id];
}

/* Compares each gap with the bound until until_us; the greatest bound / seen of
 * any point is how far the budget is above the truth. */
static void watch(const struct budget *b, enum budget_case which, int64_t until_us)
{
    int64_t last_us[RIG_POINTS];
    double nearest = 1e9;

    for (size_t i = 0; i < r.plant.n_points; i++)
        last_us[i] = r.seen[i].value_us;
    while (r.now_us < until_us) {
        bus_rig_run(&r, r.now_us + STEP_US);
        for (size_t i = 0; i < r.plant.n_points; i++) {
            int64_t gap_us = r.seen[i].value_us - last_us[i];
            int64_t bound_us = budget_gap_ms(b, &r.points[i], which) * 1000;
            if (gap_us == 0 || !is_living(i))
                continue;
            if (gap_us > bound_us)
                fail_msg("case %d, point %zu: %ld us apart, the budget says %ld us", which, i,
                         (long)gap_us, (long)bound_us);
            if ((double)bound_us / (double)gap_us < nearest)
                nearest = (double)bound_us / (double)gap_us;
            last_us[i] = r.seen[i].value_us;
        }
    }
    sum[which] += nearest;
    if (nearest > highest[which])
        highest[which] = nearest;
    if (lowest[which] == 0 || nearest < lowest[which])
        lowest[which] = nearest;
}

/* The one that is asked most often before it counts as silent. */
static void kill_dearest(void)
{
    uint32_t n[RIG_UNITS] = { 0 }, dearest = 0;

    for (size_t i = 0; i < r.plant.n_points; i++)
        n[r.points[i].unit]++;
    for (uint32_t i = 0; i < r.plant.n_units; i++)
        dearest = n[i] > n[dearest] ? i : dearest;
    is_dead[r.units[dearest].unit_id] = true;
}

static void kill_units(size_t n)
{
    for (size_t k = 0; k < n; k++) {
        uint8_t id;
        do
            id = (uint8_t)(1 + pick((unsigned)r.plant.n_units));
        while (is_dead[id]);
        is_dead[id] = true;
    }
}

static void no_answer_is_later_than_the_budget_says(void **unused)
{
    unsigned judged = 0;

    (void)unused;
    for (uint64_t seed = first_seed; seed < first_seed + seeds; seed++) {
        struct budget b;

        make_plant(seed);
        assert_int_equal(budget_of_bus(&b, &r.plant, 0), 0);
        if (b.load > LOAD_MAX)
            continue;
        judged++;
        start(seed);
        watch(&b, BUDGET_ALL_ANSWER, r.now_us + 20 * RIG_S);
        kill_dearest();
        watch(&b, BUDGET_ONE_FALLS, r.now_us + 20 * RIG_S);
        kill_units(b.silent - 1);
        bus_rig_run(&r, r.now_us + 40 * RIG_S);
        watch(&b, BUDGET_THIRD_SILENT, r.now_us + 40 * RIG_S);
        bus_rig_stop(&r);
    }
    for (int which = 0; which < BUDGET_CASES; which++) {
        double mean = sum[which] / judged;
        printf("case %d: bound / seen %.2f .. %.2f, %.2f on average\n", which, lowest[which],
               highest[which], mean);
        assert_true(mean < 2.5);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_answer_is_later_than_the_budget_says),
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
