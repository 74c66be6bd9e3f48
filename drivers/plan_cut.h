/* drivers/plan_cut.h - the cheapest requests that read a row of places.
 * Pure; the caller owns all memory.  Thread: any. */
#ifndef RG_DRIVERS_PLAN_CUT_H
#define RG_DRIVERS_PLAN_CUT_H

#include "config/model.h"

#define PLAN_NO_SET UINT32_MAX

/* Of requests in any unit, if it is the same for both. */
struct plan_cost {
    int64_t request; /* but for its values' bytes */
    int64_t byte;
};

/* What one unit takes of one function code. */
struct plan_rule {
    uint8_t fc;
    uint32_t most;    /* registers or bits of one request */
    uint32_t max_gap; /* of them that no place wants, in a row */
    struct plan_cost cost;
    const struct hole_conf *holes; /* of any function code */
    size_t n_holes;
};

/* A place, in the order of address. */
struct plan_item {
    uint32_t address, end;
    uint32_t sets[2]; /* what shares a number is read at once: [0] before [1], where it can be */
    bool is_lone;     /* no request may read it: it is one of its own */
    bool is_first;    /* the result: a request begins here */
    bool is_joined, is_apart;
    uint32_t from;
    int64_t cost;
};

/* Values' bytes of a reply. */
uint32_t plan_bytes(uint8_t fc, uint32_t count);
/* Sets is_first.  items: room for n + 1; those that no request may read go last,
 * and are requests of their own.  Of requests of least cost, the longest first. */
void plan_cut(struct plan_item *items, size_t n, const struct plan_rule *rule);
/* A request may read all of address .. end - 1. */
bool plan_allows(const struct plan_rule *rule, uint32_t address, uint32_t end);

#endif
