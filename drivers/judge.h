/* drivers/judge.h - what a proven reading is worth: by its device's own status
 * word, its broken codes, its current (NAMUR NE43) and its range.  Pure: what
 * must be remembered of a point is handed in.  Thread: the loop. */
#ifndef RG_DRIVERS_JUDGE_H
#define RG_DRIVERS_JUDGE_H

#include "drivers/decode.h"
#include "drivers/sample.h"

/* Since when something holds, in readings one after the other. */
struct lasting {
    int64_t from_us;
    bool holds;
};

/* Of one point; all zero at first. */
struct judge_memory {
    struct lasting no_signal; /* NE43 */
    struct lasting away;      /* calibrating or warming up */
    struct lasting settling;  /* after a return, or one return after the other */
};

struct reading {
    struct raw raw;
    bool has_status;
    uint64_t status; /* the status word */
    int64_t at_us;   /* when its frame was proven: monotonic, never going back */
    int64_t back_us; /* when its unit came back last */
};

/* Fills kind, q, val and why of *s; never fails.  What the device says weighs
 * more than its number, whatever that is; while it settles nothing is believed. */
void judge_reading(const struct point_conf *p, const struct reading *r, struct judge_memory *m,
                   struct sample *s);

#endif
