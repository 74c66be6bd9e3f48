/* rules/event.h - what crosses from the rules to the daemon: one thing that
 * happened to an alarm, and the alarm's state after it.
 * Plain data, copied by value; strings that point into the plant live as long
 * as the plant.  Thread: the loop. */
#ifndef RG_RULES_EVENT_H
#define RG_RULES_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "config/model.h"
#include "drivers/sample.h"

#define SLOT_NONE UINT32_MAX
#define PERSON_MAX 64
#define COMMENT_MAX 400
#define SLOT_KEY_MAX 96

/* X(constant, word in messages, bad news: may leave before it is durable) */
#define EVENTS(X)                              \
    X(EV_NONE, "", false) /* only state */     \
    X(EV_RESTART, "restart", false)            \
    X(EV_RAISE, "raise", true)                 \
    X(EV_LEVEL_UP, "level_up", true)           \
    X(EV_LEVEL_DOWN, "level_down", false)      \
    X(EV_RE_RAISE, "re_raise", true)           \
    X(EV_ACK, "ack", false)                    \
    X(EV_CLEAR, "clear", false)                \
    X(EV_RTN_LATCHED, "rtn_latched", false)    \
    X(EV_RESET, "reset", false)                \
    X(EV_SUPPRESS, "suppress", false)          \
    X(EV_UNSUPPRESS, "unsuppress", false)      \
    X(EV_FAULT_RAISE, "fault_raise", true)     \
    X(EV_FAULT_CLEAR, "fault_clear", false)    \
    X(EV_RETIRE, "retire", false)              \
    X(EV_CLOCK_STEP, "clock_step", false)

#define EVENT_NUMBER(name, word, bad) name,
enum event_type { EVENTS(EVENT_NUMBER) EVENT_TYPES };
#undef EVENT_NUMBER

#define ALARM_KINDS(X) \
    X(KIND_LL, "LL") X(KIND_L, "L") X(KIND_H, "H") X(KIND_HH, "HH") \
    X(KIND_COMM, "COMM") X(KIND_FAULT, "FAULT") X(KIND_BUS, "BUS") \
    X(KIND_STORE, "STORE") X(KIND_TIME, "TIME") X(KIND_CONFIG, "CONFIG") \
    X(KIND_UPLINK, "UPLINK")
#define KIND_NUMBER(name, word) name,
enum alarm_kind { ALARM_KINDS(KIND_NUMBER) KIND_COUNT };
#undef KIND_NUMBER

/* (epoch, seq) of the RAISE message; epoch 0: none.  Written for people as
 * ENT-GW-EPOCH-SEQ. */
struct alarm_id {
    uint64_t epoch;
    uint64_t seq;
};

enum clear_reason { CLEAR_RETURNED, CLEAR_RESET };
enum proc { PROC_N, PROC_PON, PROC_A, PROC_POFF, PROC_STATES };

/* One level's own condition: its delays run here, beside the other levels'. */
struct level_state {
    enum proc proc;
    int64_t left_ms;  /* of the running delay, as of `from_ms` or while paused */
    int64_t from_ms;  /* mono ms at which the delay last began to run */
    bool running;     /* false: paused (q not good) or no delay */
    struct stamp crossed; /* first crossing of this PON or A */
};

/* All that one alarm is; persisted whole with each change. */
struct alarm_state {
    struct level_state levels[2]; /* [0] the nearer (H, L), [1] the outer (HH, LL) */
    bool active;    /* process A or POFF at some level */
    bool acked;
    bool latched;   /* waits for a reset */
    uint8_t level;  /* published: 0 or 1; meaningful while `id` is open */
    uint8_t supp;   /* bits of what holds it down: SUPP_* */
    struct alarm_id id;         /* open instance; epoch 0: none (NORMAL) */
    struct alarm_id supersedes; /* older, returned, unacked instance; epoch 0: none */
    struct stamp since;     /* first crossing */
    struct stamp announced; /* the RAISE */
    double val;  /* last value seen by this slot; NaN: none (raised by over_range) */
    struct stamp sampled;
    double peak;
    struct stamp peak_at;
    uint8_t priority; /* as announced; faults take a caught alarm's */
    struct why why;   /* fault slots: the reason as announced */
    enum quality q;   /* fault slots: the quality as announced */
};
#define SUPP_BUS 1u /* a unit's alarm under its bus's */

/* listed: active or not acked or latched, so `id.epoch != 0`. */

struct event {
    enum event_type type;
    uint64_t seq;      /* number on the alarm topic, 0 for EV_NONE */
    uint32_t slot;     /* SLOT_NONE: restart, clock_step */
    struct stamp at;
    enum alarm_kind kind; /* of the level the event speaks of */
    uint8_t lvl;          /* priority 1..4 */
    bool has_val;
    double val;
    bool has_limit;
    double limit;
    enum quality q;
    bool has_last;        /* fault_raise, and raise by over_range */
    double last;
    struct stamp last_at;
    uint32_t pending;     /* fault_raise: bits 1u << enum level that it has caught */
    enum clear_reason reason;
    int64_t duration_ms;  /* clear, fault_clear */
    char by[PERSON_MAX];
    char comment[COMMENT_MAX];
    uint16_t part, parts; /* restart: from 1 */
    int64_t offset_ms;    /* clock_step: new wall minus old wall */
    struct alarm_state after; /* the slot's whole state, to be stored with it;
                                 before its instance ended for the last event
                                 of an instance the id is kept in `id` below */
    struct alarm_id id;       /* the instance this event belongs to */
};

const char *event_word(enum event_type t);
bool event_is_bad_news(enum event_type t);
const char *alarm_kind_word(enum alarm_kind k);

#endif
