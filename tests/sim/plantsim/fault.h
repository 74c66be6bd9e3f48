/* tests/sim/plantsim/fault.h - the ways in which a unit can go wrong.
 * Pure: time and chance are arguments. */
#ifndef RG_PLANTSIM_FAULT_H
#define RG_PLANTSIM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/sim/plantsim/rng.h"

enum fault_kind {
    FAULT_DEAD,      /* no reply */
    FAULT_LATE,      /* the reply comes `delay` later */
    FAULT_EXCEPTION, /* exception `number` instead of a value */
    FAULT_FC,        /* another function code; number: which, 0: a neighbour */
    FAULT_COUNT,     /* the byte count is off by `number` */
    FAULT_EXTRA,     /* `number` bytes behind the PDU, inside a sound frame */
    FAULT_FOREIGN,   /* unit `number` in the frame, 0: the next id */
    FAULT_TID,       /* TCP: another transaction id; number: how far off, 0: at random */
    FAULT_PROTO,     /* TCP: protocol id `number` */
    FAULT_LEN,       /* TCP: the MBAP length says `number` */
    FAULT_CORRUPT,   /* `number` bits flipped, 0: 1 to 3; TCP: in header, function, count */
    FAULT_GLUE,      /* a whole reply of another unit stands in front, without a gap */
    FAULT_NOISE,     /* `number` random bytes in front */
    FAULT_DUP,       /* the same frame once more, after `delay` */
    FAULT_DRIP,      /* `delay` between two bytes */
    FAULT_SPLIT,     /* in two pieces at byte `number` (0: at random), `delay` between */
    FAULT_CUT,       /* `number` is an enum cut */
    FAULTS
};

enum cut { CUT_NONE, CUT_MID, CUT_RST, CUT_FIN };

struct fault {
    bool on;
    bool chance;      /* p counts */
    double p;         /* chance that a reply is hit */
    long left;        /* replies still to be hit; < 0: no end */
    int64_t until_ns; /* 0: no end */
    int64_t delay_ns;
    long number;
};

#define FAULT_BIT(kind) (1u << (kind))

/* Which faults hit this reply, as FAULT_BIT()s; counts `left` down.  A dead
 * unit's other faults wait. */
uint32_t faults_draw(struct fault faults[FAULTS], int64_t now_ns, struct rng *rng);

#endif
