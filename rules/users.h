/* rules/users.h - what is worked out from points: the conditions of the rules.
 * A user is judged once at an instant at which one of its points had something
 * new, after all samples of that instant and before its delays: it has a timer,
 * due at once.  Thread: the loop. */
#ifndef RG_RULES_USERS_H
#define RG_RULES_USERS_H

#include "config/model.h"
#include "rules/window.h"

struct engine;

struct user {
    uint32_t rule;
    uint32_t window; /* first of its windows */
};

/* What a plant needs room for. */
struct users_room {
    uint32_t users, uses, windows, values;
};

struct users {
    struct user *v;
    uint32_t n;
    uint32_t *of_points; /* user numbers, those of one point together */
    uint32_t *first;     /* by point: where they begin; n_points + 1 entries */
    struct window *windows;
    uint32_t *next_window;  /* of the same point, or PLANT_NONE */
    uint32_t *first_window; /* by point */
    struct window_value *values;
};

struct users_room users_count(const struct plant *p);
void users_build(struct engine *e);
/* The point has a new value or another quality. */
void users_tell(struct engine *e, uint32_t point);
/* Slots of the rules over a point, i = 0, 1, ...; SLOT_NONE: no more. */
uint32_t users_rule_at(const struct engine *e, uint32_t point, uint32_t i);
void users_due(struct engine *e, uint32_t user);
/* Reload: what the windows of a point have seen goes on. */
void users_adopt(struct engine *e, uint32_t point, const struct engine *from, uint32_t old);

#endif
