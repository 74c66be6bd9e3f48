/* rules/alarm.h - how one alarm moves: the transition rows of the alarm model
 * as two const arrays, tried in order, first match wins.
 * A level's rows act on its own condition and delay (struct level_state); the
 * alarm's rows act on the whole side or fault (struct alarm_state) and say
 * what is emitted.  Pure: no clock, no memory, no numbering of events.
 * Thread: the loop. */
#ifndef RG_RULES_ALARM_H
#define RG_RULES_ALARM_H

#include "config/model.h"
#include "rules/event.h"

#define LEVELS_A_SIDE 2
#define ROW_EMITS     3
#define ALARM_STEPS   3 /* of an escalation */

/* One instant: what is written on events, and what delays are counted by.  The
 * two differ only when a timer is served late: the delay still ended at `ms`. */
struct instant {
    struct stamp label;
    int64_t ms;
};

/* What one sample, or time, says about one level's condition. */
enum cond {
    COND_TRUE,    /* at the limit or beyond; rule 3's over_range counts */
    COND_HOLDS,   /* between `at` and `clear`: neither true nor false */
    COND_FALSE,   /* past `clear` */
    COND_UNKNOWN, /* a missed poll: delays pause */
    COND_BAD,     /* proven bad or too old: frozen */
    COND_DUE,     /* its running delay has ended */
    COND_RESTORE  /* brought back by a new epoch */
};

/* True when the level's state changed. */
bool level_step(struct level_state *level, enum cond cond, const struct limit_conf *limit,
                const struct instant *at);
bool level_is_up(const struct level_state *level);     /* A or POFF */
int64_t level_due_ms(const struct level_state *level); /* INT64_MAX: nothing runs */

enum alarm_input {
    ALARM_CLASS, /* before JUDGE, FAULT and RELOAD: may what comes be shelved? */
    ALARM_JUDGE, /* the levels were stepped by a sample that counts, or by time */
    ALARM_ACK,
    ALARM_RESET,
    ALARM_HANDLE,
    ALARM_CLOSE,
    ALARM_COMMENT,
    ALARM_SHELVE,
    ALARM_UNSHELVE, /* by a person, or its time is over */
    ALARM_SUPPRESS,
    ALARM_UNSUPPRESS,
    ALARM_OOS,
    ALARM_IN_SERVICE,
    ALARM_REMIND,    /* acked and still there */
    ALARM_ESCALATE,  /* not acked in time */
    ALARM_FAULT,     /* fault slots: the fault is there */
    ALARM_FAULT_END, /* and gone */
    ALARM_HOLD_DOWN, /* goes under its bus's alarm */
    ALARM_FREE,      /* comes out from under it */
    ALARM_RETIRE,    /* reload: does its rule still stand in the new limits? */
    ALARM_RELOAD     /* reload: with what severity it goes on */
};

struct alarm_case {
    const struct limit_conf *limits[LEVELS_A_SIDE]; /* sides only; NULL: the slot itself ends */
    struct alarm_id id;                             /* for a new instance */
    struct stamp now;
    bool good;        /* ALARM_FREE: a frame of the unit itself has just come */
    uint8_t priority; /* faults only, as why and q */
    struct why why;
    enum quality q;
    bool shelves_p1; /* the plant lets priority 1 be shelved */
    uint8_t class;   /* ALARM_SHELVE: priority of what is to be shelved */
    uint8_t bit;     /* ALARM_SUPPRESS, ALARM_UNSUPPRESS: SUPP_RULE or SUPP_MAINT */
    struct until until;
    uint16_t words;
    bool once;
};

struct alarm_row {
    int number; /* in the published table of transitions */
    enum alarm_input input;
    bool (*guard)(const struct alarm_state *st, const struct alarm_case *c);
    void (*change)(struct alarm_state *st, const struct alarm_case *c);
    enum event_type emits[ROW_EMITS]; /* EV_NONE: nothing */
};

/* Applies the first row that matches and returns it; NULL: none did and
 * nothing changed. */
const struct alarm_row *alarm_step(struct alarm_state *st, enum alarm_input input,
                                   const struct alarm_case *c);

#endif
