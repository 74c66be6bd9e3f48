/* tests/sim/plantsim/disturb.h - bytes on a bus that nobody asked for: a second
 * master with its unit's replies, or a flood. */
#ifndef RG_PLANTSIM_DISTURB_H
#define RG_PLANTSIM_DISTURB_H

#include <stdint.h>

#include "tests/sim/plantsim/loop.h"

struct bus;

enum disturbance { DISTURB_MASTER, DISTURB_FLOOD, DISTURBANCES };

struct disturb {
    struct timer timer;
    struct bus *bus;
    int64_t every_ns; /* 0: off */
    uint8_t unit;     /* whom the second master asks */
};

/* every_ns 0 ends it. */
void disturb_set(struct bus *b, enum disturbance kind, uint8_t unit, int64_t every_ns);
void disturb_stop(struct bus *b);

#endif
