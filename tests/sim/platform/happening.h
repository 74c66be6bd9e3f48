/* tests/sim/platform/happening.h - one message on the alarm topic, taken apart.
 * Strings live in its body. */
#ifndef RG_TESTS_SIM_PLATFORM_HAPPENING_H
#define RG_TESTS_SIM_PLATFORM_HAPPENING_H

#include <jansson.h>

#include "tests/sim/platform/envelope.h"

enum {                       /* what an event does, and what it needs */
       VERB_ALARM = 1 << 0,  /* carries an alarm_id */
       VERB_RAISES = 1 << 1, /* opens an instance */
       VERB_ENDS = 1 << 2,   /* its condition ends; it must be active */
       VERB_ACKS = 1 << 3,   /* it must be open and not acked */
       VERB_RINGS = 1 << 4,  /* wants an ack anew; it must be active */
       VERB_MOVES = 1 << 5,  /* it must be active */
       VERB_RETIRES = 1 << 6,
       VERB_BAD = 1 << 7, /* may leave before it is recorded */
       VERB_RESTART = 1 << 8,
       VERB_STEP = 1 << 9
};

#define VERB_NEEDS 6
struct verb {
    const char *word;
    int does;
    const char *needs[VERB_NEEDS]; /* fields besides the envelope */
};

struct book;
struct alarm;
struct side;

/* What is said of an alarm: an entry of `open`, or the fields of an event. */
struct standing {
    struct alarm *alarm;
    struct side *side;
    const char *rule, *kind;
    int lvl;
    bool active, acked, inhibited;
};

struct list {
    struct standing *v;
    size_t n;
    bool is_null;
};

struct restart {
    uint64_t part, parts;
    const char *reason;
    bool has_prev;
    uint64_t prev_epoch, prev[NUMBERED];
    struct list open;
};

struct happening {
    json_t *body;
    const struct verb *verb;
    struct standing says; /* active and acked are not said by events */
    struct alarm *supersedes;
    int64_t mono_ms, ts_ms, offset_ms;
    bool is_drill;
    bool is_foreign; /* a raise whose alarm_id is not its own number */
    struct restart *restart;
};

/* NULL: ev is not of the contract, or a field is missing; it is noted. */
struct happening *happening_new(struct book *b, struct tally *t, json_t *body,
                                const struct envelope *e);
void happening_free(struct happening *h); /* NULL-safe */
void list_read(struct book *b, struct list *out, const json_t *open);

#endif
