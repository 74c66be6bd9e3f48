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
#include "rules/alarm_state.h"

#define SLOT_NONE    UINT32_MAX
#define PERSON_MAX   64
#define COMMENT_MAX  400
#define SLOT_KEY_MAX 96
#define PENDING_RULE (1u << LEVELS)

/* X(constant, word in messages, bad news: may leave before it is durable) */
#define EVENTS(X)                                                                                  \
    X(EV_NONE, "", false) /* only state */                                                         \
    X(EV_RESTART, "restart", false)                                                                \
    X(EV_RAISE, "raise", true)                                                                     \
    X(EV_LEVEL_UP, "level_up", true)                                                               \
    X(EV_LEVEL_DOWN, "level_down", false)                                                          \
    X(EV_RE_RAISE, "re_raise", true)                                                               \
    X(EV_ACK, "ack", false)                                                                        \
    X(EV_CLEAR, "clear", false)                                                                    \
    X(EV_RTN_LATCHED, "rtn_latched", false)                                                        \
    X(EV_RESET, "reset", false)                                                                    \
    X(EV_HANDLE, "handle", false)                                                                  \
    X(EV_CLOSE, "close", false)                                                                    \
    X(EV_COMMENT, "comment", false)                                                                \
    X(EV_ESCALATE, "escalate", true)                                                               \
    X(EV_SHELVE, "shelve", false)                                                                  \
    X(EV_UNSHELVE, "unshelve", false)                                                              \
    X(EV_OOS, "oos", false)                                                                        \
    X(EV_IN_SERVICE, "in_service", false)                                                          \
    X(EV_SUPPRESS, "suppress", false)                                                              \
    X(EV_UNSUPPRESS, "unsuppress", false)                                                          \
    X(EV_FAULT_RAISE, "fault_raise", true)                                                         \
    X(EV_FAULT_CLEAR, "fault_clear", false)                                                        \
    X(EV_RETIRE, "retire", false)                                                                  \
    X(EV_CONFIG, "config", false)                                                                  \
    X(EV_CONFIG_REJECTED, "config_rejected", false)                                                \
    X(EV_CLOCK_STEP, "clock_step", false)

#define EVENT_NUMBER(name, word, bad) name,
enum event_type { EVENTS(EVENT_NUMBER) EVENT_TYPES };
#undef EVENT_NUMBER

#define ALARM_KINDS(X)                                                                             \
    X(KIND_LL, "LL")                                                                               \
    X(KIND_L, "L")                                                                                 \
    X(KIND_H, "H")                                                                                 \
    X(KIND_HH, "HH")                                                                               \
    X(KIND_COMPOSITE, "COMPOSITE")                                                                 \
    X(KIND_COMM, "COMM")                                                                           \
    X(KIND_FAULT, "FAULT")                                                                         \
    X(KIND_BUS, "BUS")                                                                             \
    X(KIND_STORE, "STORE") X(KIND_TIME, "TIME") X(KIND_CONFIG, "CONFIG") X(KIND_UPLINK, "UPLINK")
#define KIND_NUMBER(name, word) name,
enum alarm_kind { ALARM_KINDS(KIND_NUMBER) KIND_COUNT };
#undef KIND_NUMBER

/* Why a condition, or what held an alarm down, has ended. */
#define END_REASONS(X)                                                                             \
    X(CLEAR_RETURNED, "returned")                                                                  \
    X(CLEAR_RESET, "reset")                                                                        \
    X(END_PERSON, "person")                                                                        \
    X(END_EXPIRED, "expired")                                                                      \
    X(END_ONE_SHOT, "one_shot")                                                                    \
    X(END_LEVEL_UP, "level_up")                                                                    \
    X(END_NO_TIME, "no_time") /* nobody knows how late it is */                                    \
    X(END_REMOVED, "removed") /* its rule */
#define REASON_NUMBER(name, word) name,
enum end_reason { END_REASONS(REASON_NUMBER) END_REASON_COUNT };
#undef REASON_NUMBER

struct event {
    enum event_type type;
    uint64_t seq;  /* number on the alarm topic, 0 for EV_NONE */
    uint32_t slot; /* SLOT_NONE: restart, clock_step, config */
    struct stamp at;
    enum alarm_kind kind; /* of the level the event speaks of */
    uint8_t lvl;          /* priority 1..4 */
    bool has_val;
    double val;
    bool has_limit;
    double limit;
    enum quality q;
    bool has_last; /* fault_raise, and raise by over_range */
    double last;
    struct stamp last_at;
    uint32_t pending; /* fault_raise: bits 1u << enum level that it has caught, PENDING_RULE */
    enum end_reason reason;
    int64_t duration_ms;      /* clear, fault_clear */
    uint8_t hold;             /* the bit of SUPP_* that begins or ends */
    uint16_t part, parts;     /* restart: from 1 */
    int64_t offset_ms;        /* clock_step: new wall minus old wall */
    struct alarm_state after; /* the slot's whole state, to be stored with it;
                                 before its instance ended for the last event
                                 of an instance the id is kept in `id` below */
    struct alarm_id id;       /* the instance this event belongs to */
    /* Texts last: what begins an event need not touch all of their bytes. */
    char by[PERSON_MAX];
    char comment[COMMENT_MAX]; /* also the cause (handle), the reason or permit (holds) */
    char action[COMMENT_MAX];  /* handle */
};

const char *event_word(enum event_type t);
bool event_is_bad_news(enum event_type t);
const char *alarm_kind_word(enum alarm_kind k);
const char *end_reason_word(enum end_reason r);

#endif
