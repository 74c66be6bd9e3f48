/* tests/sim/plantsim/answer.h - from a request to its reply, or to what the
 * unit's faults make of it. */
#ifndef RG_PLANTSIM_ANSWER_H
#define RG_PLANTSIM_ANSWER_H

#include <stddef.h>
#include <stdint.h>

struct link;

/* ended_ns: when the request was whole.  May close the link. */
void answer(struct link *l, uint8_t unit, uint16_t tid, const uint8_t *pdu, size_t n,
            int64_t ended_ns);

#endif
