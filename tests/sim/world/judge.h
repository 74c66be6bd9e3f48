/* tests/sim/world/judge.h - what must hold: looked at after every step of the
 * gateway, every second, and when everything is at rest. */
#ifndef RG_TESTS_SIM_WORLD_JUDGE_H
#define RG_TESTS_SIM_WORLD_JUDGE_H

#include "daemon/gateway.h"
#include "tests/sim/world/book.h"
#include "tests/sim/world/picture.h"
#include "tests/sim/world/truth.h"

#define JUDGE_SLOTS 128
#define JUDGE_UNITS 8
#define JUDGE_BUSES 2

struct watch {               /* one point, as its samples told it to this process */
    int64_t over_us[LEVELS]; /* since when every poll said so; INT64_MAX: it does not */
    int64_t past_us[LEVELS]; /* first good value past `clear` since it was over or bad */
    bool was_up[LEVELS];     /* over for its whole on-delay, so its off-delay counts */
    int64_t seen_us;         /* last proven value; the start before that */
    int64_t sample_us;       /* last sample of any kind */
    bool last_is_good;
    double last_val;
    int64_t timed_us[LEVELS]; /* the crossing of the truth that was already looked at */
};

struct unit_watch {    /* one unit of the plant */
    int64_t proven_us; /* last proven frame; the start before that */
    bool is_lost;      /* its silence, or its bus's, became a fault, and it has not spoken yet */
    int64_t back_us;   /* when it last came back from a silence; the start before that */
    int64_t well_us;   /* since when nothing went wrong on its line; INT64_MAX: it does */
};

struct judge {
    struct watch points[TRUTH_POINTS_MAX];
    struct unit_watch units[JUDGE_UNITS];
    bool active[JUDGE_SLOTS]; /* by slot, before the step */
    struct book said;         /* every numbered message that left or was recorded */
    struct picture record;    /* fold of what is recorded */
    int64_t way_us;           /* since when the way to the county is well; INT64_MAX */
    int64_t trust_us;         /* since when the desk trusts what it sees */
    int64_t quiet_us;         /* since when nothing is on its way; 0: something is */
    uint64_t quiet_seq;
};

struct world;
void judge_init(struct world *w);
void judge_fini(struct world *w);
void judge_started(struct world *w);                        /* a process came up, restored */
void judge_sample(struct world *w, const struct sample *s); /* after it was judged */
void judge_ticked(struct world *w);                         /* after gateway_tick() */
void judge_verb(struct world *w, uint32_t slot, bool was_active);
void judge_line_fault(struct world *w, uint32_t bus);
void judge_way_broken(struct world *w); /* the way to the county */

/* judge_word.c: messages by their names */
void judge_commit(struct world *w, const struct batch *b);
void judge_publish(struct world *w, const char *topic, const char *body, size_t len);
void judge_received(struct world *w, const struct name *n, const char *body);
void judge_missing(struct world *w);

/* judge_desk.c: what the county shows, against the truth */
void judge_second(struct world *w);

/* judge_rest.c */
bool judge_rest(struct world *w); /* true: at rest, and all pictures are equal */

#endif
