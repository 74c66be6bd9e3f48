/* drivers/plan.h - from points to requests, as a pure function.
 * Points of one unit, function code and period whose registers touch are read
 * together, up to what one frame holds; a 32-bit value is never split.
 * Thread: start-up. */
#ifndef RG_DRIVERS_PLAN_H
#define RG_DRIVERS_PLAN_H

#include "config/model.h"

struct plan_block {
    uint32_t unit; /* index in the plant */
    uint8_t fc;
    uint16_t address;
    uint16_t count; /* registers or bits */
    int64_t every_ms;
    bool has_limits; /* some point of it can raise an alarm */
    uint32_t first;  /* into plan->points */
    uint32_t n;
};

struct plan {
    struct plan_block *blocks; /* room for one for each point */
    size_t n_blocks;
    uint32_t *points; /* indices in the plant, block after block, by address */
    size_t n_points;
};

/* RG_OK or RG_ENOMEM. */
int plan_make(struct plan *out, const struct plant *p, uint32_t bus);
bool plan_has_limits(const struct point_conf *c);
void plan_fini(struct plan *p);

#endif
