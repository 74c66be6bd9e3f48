/* drivers/sample.h - what crosses from acquisition to the rules: one point,
 * one due poll, a value or the reason why there is none.
 * Every due poll of every point gives exactly one sample, also when its unit
 * is silent, backed off, or its line is down.  Thread: the loop. */
#ifndef RG_DRIVERS_SAMPLE_H
#define RG_DRIVERS_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

/* One instant.  Decisions use mono_ms only; utc_ms is a label that is carried
 * along and never compared.  mono_ms: ms since this epoch began (negative for
 * what an earlier epoch left behind).  utc_ms: ms since 1970, as the wall
 * clock said then. */
struct stamp {
    int64_t mono_ms;
    int64_t utc_ms;
};

/* X(constant, word in messages, class); the words are the public contract. */
#define QUALITIES(X)                                                                               \
    X(Q_GOOD, "good", QC_GOOD)                                                                     \
    X(Q_UNCERTAIN, "uncertain", QC_GOOD)                                                           \
    X(Q_MAINT, "maint", QC_GOOD)                                                                   \
    X(Q_NEVER_READ, "never_read", QC_UNKNOWN)                                                      \
    X(Q_STALE, "stale", QC_UNKNOWN)                                                                \
    X(Q_WARM_UP, "warm_up", QC_UNKNOWN)                                                            \
    X(Q_SETTLING, "settling", QC_UNKNOWN)                                                          \
    X(Q_CALIB, "calib", QC_UNKNOWN)                                                                \
    X(Q_COMM_FAIL, "comm_fail", QC_BAD)                                                            \
    X(Q_SENSOR_FAULT, "sensor_fault", QC_BAD)                                                      \
    X(Q_OVER_RANGE, "over_range", QC_BAD)                                                          \
    X(Q_UNDER_RANGE, "under_range", QC_BAD)                                                        \
    X(Q_IDENTITY, "identity", QC_BAD)                                                              \
    X(Q_STUCK, "stuck", QC_BAD)

enum quality_class { QC_GOOD, QC_UNKNOWN, QC_BAD };
#define QUALITY_NUMBER(name, word, class) name,
enum quality { QUALITIES(QUALITY_NUMBER) QUALITY_COUNT };
#undef QUALITY_NUMBER

/* Why there is no good value.  The first REJECT_CAUSES are the causes for
 * which a frame is refused; each has a counter of its own. */
#define WHY_CODES(X)                                                                               \
    X(WHY_CRC, "crc")                                                                              \
    X(WHY_TID, "tid")                                                                              \
    X(WHY_PROTO, "proto")                                                                          \
    X(WHY_LEN, "len")                                                                              \
    X(WHY_UNIT, "unit")                                                                            \
    X(WHY_FC, "fc")                                                                                \
    X(WHY_COUNT, "count")                                                                          \
    X(WHY_LATE, "late")                                                                            \
    X(WHY_DUP, "dup")                                                                              \
    X(WHY_ECHO, "echo")                                                                            \
    X(WHY_NOISE, "noise")                                                                          \
    X(WHY_MASTER, "master") /* somebody else asks on this line */                                  \
    X(WHY_NONE, "")                                                                                \
    X(WHY_TIMEOUT, "timeout")                                                                      \
    X(WHY_EXCEPTION, "exc") /* arg: the exception code */                                          \
    X(WHY_QUARANTINE, "quarantine")                                                                \
    X(WHY_RANGE, "range")                                                                          \
    X(WHY_NAN, "nan")                                                                              \
    X(WHY_LINK, "link") /* the line or connection is down */                                       \
    X(WHY_GAP, "gap")   /* the gateway itself stood still */                                       \
    X(WHY_NEVER, "never_read")                                                                     \
    X(WHY_BROKEN, "broken")     /* the raw value is one that says: no value */                     \
    X(WHY_NE43, "ne43")         /* the current is beyond what NAMUR NE43 calls a value */          \
    X(WHY_BIT, "bit")           /* arg: the enum status_word that the device says */               \
    X(WHY_SETTLING, "settling") /* its unit has only just come back */                             \
    X(WHY_IDENTITY, "identity") /* its unit is another device, or has not proven that it is not */

#define WHY_NUMBER(name, word) name,
enum why_code { WHY_CODES(WHY_NUMBER) WHY_CODE_COUNT, REJECT_CAUSES = WHY_NONE };
#undef WHY_NUMBER

struct why {
    enum why_code code;
    uint16_t arg;
};

enum sample_kind {
    SAMPLE_VALUE, /* a proven frame gave this: q good, or proven bad */
    SAMPLE_MISS   /* the poll failed with its retries spent: no value at all */
};

struct sample {
    uint32_t point; /* index in the plant */
    enum sample_kind kind;
    bool alive;     /* this poll brought a proven frame of the unit itself (an
                   exception 1-9 is one; 10 and 11 speak for a gateway) */
    enum quality q; /* SAMPLE_VALUE: good, over_range, under_range, sensor_fault; calib,
                   warm_up by the device's word; stale: NE43, not 4 s yet */
    double val;     /* valid for good, over_range, under_range; else NaN */
    struct why why; /* WHY_NONE when good */
};

enum quality_class quality_class(enum quality q);
const char *quality_word(enum quality q);
/* Writes "timeout", "exc_2", "bit:warming_up", ...; buf of 24 bytes is enough for all. */
const char *why_word(struct why w, char *buf, unsigned size);

#endif
