/* drivers/plan.h - from points to requests, as a pure function.
 * A point has up to two places that are read: its value and its status word,
 * perhaps of another function code; one point of a unit also its identity, alone.  Places of one unit, function code and
 * period are read by the requests that cost the line least: on TCP the fewest,
 * on a serial line those that take the least time, so that a gap is read along
 * while that is cheaper than to ask once more.  None is longer than the device
 * or a frame allows, reaches over a hole or splits a place, up to 64 bits wide;
 * what belongs together, and a value with its status word, is read at once
 * where one request can.
 * Thread: start-up. */
#ifndef RG_DRIVERS_PLAN_H
#define RG_DRIVERS_PLAN_H

#include "drivers/plan_cut.h"

#define PLAN_NO_WORD UINT32_MAX

enum plan_which { PLAN_VALUE, PLAN_STATUS, PLAN_IDENTITY };

struct plan_place {
    uint32_t point; /* index in the plant */
    uint32_t word;  /* number of the point's status word in the plan, PLAN_NO_WORD: none */
    uint32_t set;   /* number of what is read together, PLAN_NO_SET: none */
    enum plan_which which;
};

/* Where a place stands in its unit. */
struct plan_span {
    uint8_t fc;
    uint16_t address;
    uint16_t width; /* registers or bits, 1..4 */
};

struct plan_block {
    uint32_t unit; /* index in the plant */
    uint8_t fc;
    uint16_t address;
    uint16_t count; /* registers or bits */
    int64_t every_ms;
    bool has_limits; /* some point of it can raise an alarm */
    uint32_t first;  /* into plan->places */
    uint32_t n;
};

struct plan {
    struct plan_block *blocks; /* room for one for each place */
    size_t n_blocks;
    struct plan_place *places; /* block after block; in each by address */
    size_t n_places;
    size_t n_words; /* status words */
};

/* RG_OK or RG_ENOMEM. */
int plan_make(struct plan *out, const struct plant *p, uint32_t bus);
struct plan_span plan_span(const struct point_conf *c, enum plan_which which);
/* By the files alone; what is learnt comes on top. */
struct plan_rule plan_rule_of(const struct plant *p, uint32_t unit, uint8_t fc);
/* Puts places[first .. first + n - 1] in order and says in items[n] where requests
 * begin; they must be of one group.  Allocates nothing. */
void plan_arrange(struct plan *plan, const struct plant *p, uint32_t first, uint32_t n,
                  const struct plan_rule *rule, struct plan_item *items);
/* The block's registers and limits, of places[first .. first + n - 1]. */
void plan_measure(const struct plan *plan, const struct plant *p, struct plan_block *b,
                  uint32_t first, uint32_t n);
void plan_fini(struct plan *p);

#endif
