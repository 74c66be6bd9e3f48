/* tests/property/walk.h - a random plant, the real engine, and what must hold
 * after every step.  Thread: the test's. */
#ifndef RG_TESTS_PROPERTY_WALK_H
#define RG_TESTS_PROPERTY_WALK_H

#include "rules/engine_core.h"

#define POINTS_MAX 50
#define UNITS_MAX  12
#define BUSES_MAX  4
#define SLOTS_MAX  256

struct walk {
    uint64_t random;
    struct plant plant;
    struct bus_conf buses[BUSES_MAX];
    struct unit_conf units[UNITS_MAX];
    struct point_conf points[POINTS_MAX];
    uint32_t n_names;
    struct engine *e;
    uint64_t epoch, seq;
    int64_t now, began;
    int64_t due[POINTS_MAX];
    int64_t dead_until[UNITS_MAX]; /* by the plant's own truth */
    double level[POINTS_MAX];
    struct alarm_state kept[SLOTS_MAX]; /* what the events have said */
    uint64_t events, reloads;
    bool is_reloading;
    unsigned retired; /* by the reload that is being made */
};

void walk_start(struct walk *w, uint64_t seed);
struct stamp walk_now_of(const struct walk *w);

/* What happens; each drains the engine and checks it. */
void walk_poll(struct walk *w, uint32_t i);
void walk_kill_unit(struct walk *w);
void walk_touch(struct walk *w);
void walk_restart(struct walk *w);
void walk_reload(struct walk *w); /* to a plant that differs at random places */
void walk_pass_time(struct walk *w);
void walk_drain(struct walk *w);
void walk_check_event(struct walk *w, const struct event *ev);

uint32_t walk_draw(struct walk *w, uint32_t below);
int64_t walk_draw_delay(struct walk *w);
void walk_draw_limits(struct walk *w, struct point_conf *p);
void walk_draw_point(struct walk *w, uint32_t i);
void walk_settle_units(struct walk *w);
const char *walk_new_name(struct walk *w); /* of a point or a bus: no name comes back */

#endif
