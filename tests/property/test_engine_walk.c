/* A random walk over random plants of many points, units and buses, with
 * restarts and reloads.  The seed is printed; `-s SEED` takes it back. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/property/walk.h"

#define PLANTS 20
#define STEPS  4000

static uint64_t first_seed = 20261124;

static void walk_on(struct walk *w)
{
    for (int step = 0; step < STEPS; step++) {
        uint32_t luck = walk_draw(w, 1000);

        for (uint32_t i = 0; i < w->plant.n_points; i++)
            if (w->due[i] <= w->now) {
                walk_poll(w, i);
                w->due[i] = w->now + w->points[i].every_ms;
            }
        engine_tick(w->e, walk_now_of(w));
        walk_drain(w);
        if (luck < 15)
            walk_kill_unit(w);
        else if (luck < 100)
            walk_touch(w);
        else if (luck < 103)
            walk_restart(w);
        else if (luck < 108)
            walk_reload(w);
        walk_pass_time(w);
    }
}

static void a_random_walk_keeps_the_invariants(void **unused)
{
    static struct walk w;
    uint64_t events = 0, reloads = 0;

    (void)unused;
    for (uint64_t seed = first_seed; seed < first_seed + PLANTS; seed++) {
        print_message("\rseed %" PRIu64, seed);
        walk_start(&w, seed);
        walk_on(&w);
        engine_free(w.e);
        events += w.events;
        reloads += w.reloads;
    }
    print_message(": %d plants, %" PRIu64 " events, %" PRIu64 " reloads\n", PLANTS, events,
                  reloads);
    assert_true(events > 10000);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_random_walk_keeps_the_invariants),
    };

    if (argc == 3 && strcmp(argv[1], "-s") == 0)
        first_seed = strtoull(argv[2], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
