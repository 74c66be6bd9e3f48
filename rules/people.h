/* rules/people.h - what people do with alarms: one struct an act, one verdict.
 * Strings stay the caller's.  Thread: the loop. */
#ifndef RG_RULES_PEOPLE_H
#define RG_RULES_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/event.h"

#define REASON_MAX 200 /* bytes of a hold's reason or permit, with its NUL */
#define HOLDS_MAX  256 /* slots held down by people at one time: more nobody oversees */
/* Longer than any work that one permit covers. */
#define HOLD_MS_MAX (INT64_C(366) * 86400000)

/* X(constant, word) */
#define ACTS(X)                                                                                    \
    X(ACT_ACK, "ack")                                                                              \
    X(ACT_RESET, "reset")                                                                          \
    X(ACT_COMMENT, "comment")                                                                      \
    X(ACT_HANDLE, "handle")                                                                        \
    X(ACT_CLOSE, "close")                                                                          \
    X(ACT_SHELVE, "shelve")                                                                        \
    X(ACT_UNSHELVE, "unshelve")                                                                    \
    X(ACT_OOS, "oos")                                                                              \
    X(ACT_IN_SERVICE, "in-service")                                                                \
    X(ACT_SUPPRESS, "suppress")                                                                    \
    X(ACT_UNSUPPRESS, "unsuppress")                                                                \
    X(ACT_MAINT, "maint start")                                                                    \
    X(ACT_MAINT_STOP, "maint stop")
#define ACT_NUMBER(name, word) name,
enum act { ACTS(ACT_NUMBER) ACT_COUNT };
#undef ACT_NUMBER

struct person_act {
    enum act act;
    const char *what;    /* rule or alarm_id; maint: point */
    const char *by;      /* who; NULL: nobody, a rule of the design */
    const char *comment; /* the cause (handle), reason, or permit; NULL: none */
    const char *action;  /* handle */
    int64_t for_ms;      /* shelve, oos, maint: how long; > 0 */
    bool once;           /* shelve: ends with the alarm's return */
};

/* X(constant, word in the audit trail) */
#define VERDICTS(X)                                                                                \
    X(ACT_DONE, "done")                                                                            \
    X(ACT_ALREADY, "already")           /* acked before: no error */                               \
    X(ACT_NO_RULE, "no_rule")           /* nor point, nor alarm that can still be named */         \
    X(ACT_NOTHING_OPEN, "nothing_open") /* nothing to ack */                                       \
    X(ACT_NO_CASE, "no_case") /* handle, comment, close: it was never raised, or is closed */      \
    X(ACT_NOT_LATCHED, "not_latched")                                                              \
    X(ACT_STILL_ACTIVE, "still_active")                                                            \
    X(ACT_NOT_ACKED, "not_acked")                                                                  \
    X(ACT_NOT_HANDLED, "not_handled")                                                              \
    X(ACT_IS_OOS, "is_oos")                                                                        \
    X(ACT_BARRED_CLASS, "barred_class")                                                            \
    X(ACT_TOO_LONG, "too_long")                                                                    \
    X(ACT_NO_END, "no_end")                                                                        \
    X(ACT_NO_REASON, "no_reason")                                                                  \
    X(ACT_NOT_HELD, "not_held")                                                                    \
    X(ACT_IS_HELD, "is_held")                                                                      \
    X(ACT_TOO_MANY, "too_many")
#define VERDICT_NUMBER(name, word) name,
enum refusal { VERDICTS(VERDICT_NUMBER) REFUSALS };
#undef VERDICT_NUMBER
const char *refusal_word(enum refusal r);

/* Who holds an alarm down, and why. */
struct hold_words {
    char by[PERSON_MAX];
    char why[REASON_MAX];
};

struct engine;

/* rule: POINT/LEVEL of any level of the side, POINT/fault, unit/.., bus/..,
 * sys/.., or an alarm_id "ENT-GW-EPOCH-SEQ".
 * RG_OK; RG_ENOENT no such rule; RG_EALREADY acked before; RG_EREFUSED nothing
 * to ack, or reset while active or unacked. */
int engine_ack(struct engine *e, const char *rule, const char *by, const char *comment,
               struct stamp now);
int engine_reset(struct engine *e, const char *rule, const char *by, struct stamp now);
/* Whatever a person may do; what is refused has changed nothing. */
enum refusal engine_do(struct engine *e, const struct person_act *a, struct stamp now);
/* Who and why of st->words[hold]; NULL: nobody. */
const struct hold_words *engine_words(const struct engine *e, const struct alarm_state *st,
                                      enum held hold);

#endif
