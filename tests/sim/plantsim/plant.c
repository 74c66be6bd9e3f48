#include "tests/sim/plantsim/plant.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sim/plantsim/bus.h"

/* How often ramps and noise move: five times in the shortest poll. */
#define TICK_NS (20 * NS_MS)

static struct plant *of_tick(struct timer *t)
{
    return (struct plant *)((char *)t - offsetof(struct plant, tick));
}

static void on_tick(struct timer *t)
{
    struct plant *p = of_tick(t);
    int64_t now = clock_ns();
    bool moving = false;

    for (size_t i = 0; i < p->n_points; i++)
        moving |= point_tick(&p->points[i], now, &p->rng);
    if (moving)
        loop_arm(&p->loop, t, t->due_ns + TICK_NS > now ? t->due_ns + TICK_NS : now + TICK_NS);
}

int plant_open(struct plant *p, uint64_t seed)
{
    *p = (struct plant){ .rng = { seed }, .tick = { .fire = on_tick } };
    return loop_open(&p->loop);
}

void plant_close(struct plant *p)
{
    for (int i = 0; i < p->n_buses; i++)
        bus_free(p->buses[i]);
    free(p->points);
    loop_close(&p->loop);
}

struct bus *plant_bus(const struct plant *p, const char *name)
{
    for (int i = 0; i < p->n_buses; i++)
        if (strcmp(p->buses[i]->name, name) == 0)
            return p->buses[i];
    return NULL;
}

struct point *plant_add_point(struct plant *p, struct unit *u, enum table t, unsigned address,
                              const struct coding *coding)
{
    if (p->n_points == p->cap_points) {
        size_t cap = p->cap_points ? 2 * p->cap_points : 64;
        struct point *more = realloc(p->points, cap * sizeof(*more));

        if (more == NULL)
            return NULL;
        p->points = more;
        p->cap_points = cap;
    }
    for (unsigned i = 0; i < coding_registers(coding); i++)
        if (!unit_add(u, t, address + i))
            return NULL;
    p->points[p->n_points] =
        (struct point){ .unit = u, .table = t, .address = address, .coding = *coding };
    return &p->points[p->n_points++];
}

struct point *plant_point(const struct plant *p, const struct unit *u, enum table t,
                          unsigned address)
{
    for (size_t i = 0; i < p->n_points; i++)
        if (p->points[i].unit == u && p->points[i].table == t && p->points[i].address == address)
            return &p->points[i];
    return NULL;
}

void plant_moves(struct plant *p)
{
    if (p->tick.place == 0)
        loop_arm(&p->loop, &p->tick, clock_ns() + TICK_NS);
}
