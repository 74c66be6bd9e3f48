/* tests/sim/plantsim/scenario.h - the plant's file: what is there, and what
 * happens when (`at 5s ...`, `repeat 60s`). */
#ifndef RG_PLANTSIM_SCENARIO_H
#define RG_PLANTSIM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/sim/plantsim/loop.h"
#include "tests/sim/plantsim/plant.h"

struct scene {
    int64_t at_ns; /* since the begin */
    int line;
    char *command;
};

struct scenario {
    struct timer timer;
    struct plant *plant;
    struct scene *scenes; /* by time */
    size_t n, cap, next;
    int64_t begin_ns, repeat_ns; /* repeat_ns 0: once */
};

/* false: refused, every finding told on standard error. */
bool scenario_load(struct scenario *s, struct plant *p, const char *path);
void scenario_begin(struct scenario *s);
void scenario_free(struct scenario *s);

#endif
