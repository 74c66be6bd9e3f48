/* tests/sim/plantsim/lie.h - the bytes of a reply, true or false.  Pure. */
#ifndef RG_PLANTSIM_LIE_H
#define RG_PLANTSIM_LIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/sim/plantsim/rng.h"
#include "tests/sim/plantsim/unit.h"

struct request {
    bool tcp; /* framed for TCP, else RTU */
    uint16_t tid;
    const uint8_t *pdu;
    size_t n;
};

/* What unit u sends when these faults hit (FAULT_BITs); its length, at most
 * REPLY_MAX. */
size_t lie(struct unit *u, const struct request *q, uint32_t hits, struct rng *rng, uint8_t *out);

#endif
