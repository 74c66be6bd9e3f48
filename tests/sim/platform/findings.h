/* tests/sim/platform/findings.h - what the county's end looks for, by name. */
#ifndef RG_TESTS_SIM_PLATFORM_FINDINGS_H
#define RG_TESTS_SIM_PLATFORM_FINDINGS_H

#include <stdbool.h>

/* X(constant, word, wrong: it fails a run; else it is only counted) */
#define COUNTY_FINDINGS(X)                                                                         \
    /* one message */                                                                              \
    X(COUNTY_TOPIC, "topic", true)       /* not a topic of the contract */                         \
    X(COUNTY_NOT_JSON, "not_json", true) /* or a key twice */                                      \
    X(COUNTY_TOO_LONG, "too_long", true) /* over 4096 bytes */                                     \
    X(COUNTY_ENVELOPE, "envelope", true) /* v ent gw epoch [seq] ts clk mono, in order */          \
    X(COUNTY_END, "end", true)           /* replay is not the last key */                          \
    X(COUNTY_RETAIN, "retain", true)     /* retained and should not be, or the reverse */          \
    X(COUNTY_FIELDS, "fields", true)     /* ev unknown, or a field it needs is missing */          \
    X(COUNTY_UNMARKED, "unmarked", true) /* a volatile epoch without volatile:true */              \
    /* numbers */                                                                                  \
    X(COUNTY_TWO_CONTENTS, "two_contents", true) /* one id, bytes differ beyond replay */          \
    X(COUNTY_MISSING, "missing", true)           /* alarm, ledger: no trace and no excuse */       \
    X(COUNTY_TOO_EARLY, "too_early", true)       /* good news left before it was recorded */       \
    /* the chain of epochs */                                                                      \
    X(COUNTY_NOT_FIRST, "not_first", true) /* seq 1 .. parts is not the restart event */           \
    X(COUNTY_CHAIN, "chain", true)         /* prev names an epoch that nobody saw */               \
    X(COUNTY_FORK, "fork", true)           /* two recorded epochs after the same one */            \
    /* alarms, in the order of the chain */                                                        \
    X(COUNTY_FOREIGN_ID, "foreign_id", true)   /* alarm_id is not that of its raise */             \
    X(COUNTY_OVER_ACTIVE, "over_active", true) /* raised while the last instance is active */      \
    X(COUNTY_SUPERSEDES, "supersedes", true)   /* missing, or names no returned alarm */           \
    X(COUNTY_NO_RAISE, "no_raise", true)       /* an event, a clear about what is not up */        \
    X(COUNTY_DRILL, "drill", true)             /* an alarm that changes its drill mark */          \
    X(COUNTY_VANISHED, "vanished", true)       /* recorded, open, not in open after a restart */   \
    X(COUNTY_REOPENED, "reopened", true)       /* in open, but was over */                         \
    X(COUNTY_UNHEARD, "unheard", true)         /* in open, but was never raised */                 \
    X(COUNTY_OPEN_DIFFERS, "open_differs", true)                                                   \
    X(COUNTY_STEP_UNTOLD, "step_untold", true) /* ts jumps against mono without clock_step */      \
    /* pictures */                                                                                 \
    X(COUNTY_ACTIVE_DIFFERS, "active_differs", true)                                               \
    X(COUNTY_HASH_DIFFERS, "hash_differs", true)                                                   \
    /* told, not wrong */                                                                          \
    X(COUNTY_DUPLICATE, "duplicate", false)                                                        \
    X(COUNTY_LOST, "lost", false) /* missing, excused by the ledger */                             \
    X(COUNTY_LOST_BUT_HERE, "lost_but_here", false)                                                \
    X(COUNTY_UNRECORDED, "unrecorded", false) /* missing above prev: was never recorded */         \
    X(COUNTY_UNKNOWN, "unknown_since_restart", false)                                              \
    X(COUNTY_TELEMETRY_HOLE, "telemetry_hole", false) /* telemetry ends at PUBACK */

#define COUNTY_NUMBER(name, word, wrong) name,
enum county_finding { COUNTY_FINDINGS(COUNTY_NUMBER) COUNTY_KINDS };
#undef COUNTY_NUMBER
extern const char *const county_words[COUNTY_KINDS];
bool county_is_wrong(enum county_finding f);

#endif
