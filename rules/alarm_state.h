/* rules/alarm_state.h - all that one alarm is at one instant: plain data, held
 * by the engine and persisted whole with each change.  Thread: the loop. */
#ifndef RG_RULES_ALARM_STATE_H
#define RG_RULES_ALARM_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/sample.h"

/* (epoch, seq) of the RAISE message; epoch 0: none.  Written for people as
 * ENT-GW-EPOCH-SEQ. */
struct alarm_id {
    uint64_t epoch;
    uint64_t seq;
};

enum proc { PROC_N, PROC_PON, PROC_A, PROC_POFF, PROC_STATES };

/* One level's own condition: its delays run here, beside the other levels'. */
struct level_state {
    enum proc proc;
    int64_t left_ms;      /* of the running delay, as of `from_ms` or while paused */
    int64_t from_ms;      /* mono ms at which the delay last began to run */
    bool running;         /* false: paused (q not good) or no delay */
    struct stamp crossed; /* first crossing of this PON or A */
};

/* What holds an alarm down: it is judged, recorded and published as ever, with
 * a mark, but not announced.  Bits of `supp`; the last three end by a time. */
#define SUPP_BUS   1u  /* a unit's alarm under its bus's */
#define SUPP_RULE  2u  /* by design: its condition does not count now */
#define SUPP_MAINT 4u  /* its point is in maintenance */
#define SUPP_SHELF 8u  /* shelved by a person */
#define SUPP_OOS   16u /* out of service by a permit */
enum held { HOLD_MAINT, HOLD_SHELF, HOLD_OOS, HOLDS };
#define HOLD_BIT(hold) (SUPP_MAINT << (hold))

struct until {
    int64_t ms;     /* mono; what counts */
    int64_t utc_ms; /* for people; after a restart the sooner of the two counts */
};

/* All that one alarm is; persisted whole with each change. */
struct alarm_state {
    struct level_state levels[2]; /* [0] the nearer (H, L), [1] the outer (HH, LL) */
    bool active;                  /* process A or POFF at some level */
    bool acked;
    bool latched;               /* waits for a reset */
    uint8_t level;              /* published: 0 or 1; meaningful while `id` is open */
    uint8_t supp;               /* bits of what holds it down: SUPP_* */
    struct alarm_id id;         /* open instance; epoch 0: none (NORMAL) */
    struct alarm_id supersedes; /* older, returned, unacked instance; epoch 0: none */
    struct stamp since;         /* first crossing */
    struct stamp announced;     /* the RAISE */
    double val;                 /* last value seen by this slot; NaN: none (raised by over_range) */
    struct stamp sampled;
    double peak;
    struct stamp peak_at;
    uint8_t priority; /* as announced; faults take a caught alarm's */
    struct why why;   /* fault slots: the reason as announced */
    enum quality q;   /* fault slots: the quality as announced */
    struct until until[HOLDS];
    uint16_t words[HOLDS]; /* who and why: a number in the engine, 0: none */
    bool once;             /* the shelf ends with the alarm's return */
    uint8_t carried;       /* bits of holds brought over a restart; not persisted */
    struct alarm_id last;  /* newest instance, open or not; epoch 0: none */
    bool handled, closed;  /* the paperwork of `last` */
    uint8_t step;          /* of its escalation */
    int64_t attend_ms;     /* mono: it escalates, or is announced again; 0: neither */
};

#endif
