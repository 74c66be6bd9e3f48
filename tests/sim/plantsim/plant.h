/* tests/sim/plantsim/plant.h - the plant: buses, their units, named points.
 * One thread, the loop's. */
#ifndef RG_PLANTSIM_PLANT_H
#define RG_PLANTSIM_PLANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/sim/plantsim/loop.h"
#include "tests/sim/plantsim/point.h"
#include "tests/sim/plantsim/rng.h"
#include "tests/sim/plantsim/unit.h"

#define BUSES_MAX 512

struct bus;

struct plant {
    struct loop loop;
    struct rng rng;
    struct bus *buses[BUSES_MAX];
    int n_buses;
    struct point *points;
    size_t n_points, cap_points;
    struct timer tick; /* moves what ramps or is noisy */
    bool print;        /* scenario lines are told when they run */
};

/* 0 or -1 with errno. */
int plant_open(struct plant *p, uint64_t seed);
void plant_close(struct plant *p);

struct bus *plant_bus(const struct plant *p, const char *name);

/* A point of a unit; its cells become there.  NULL: no memory, or a cell was
 * there already. */
struct point *plant_add_point(struct plant *p, struct unit *u, enum table t, unsigned address,
                              const struct coding *coding);
struct point *plant_point(const struct plant *p, const struct unit *u, enum table t,
                          unsigned address);

/* Something ramps or has noise: the tick runs from now on. */
void plant_moves(struct plant *p);

#endif
