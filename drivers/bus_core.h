/* drivers/bus_core.h - what one bus remembers; only its own files see it, and
 * bus_parts.h says what they do for each other.  Thread: the loop. */
#ifndef RG_DRIVERS_BUS_CORE_H
#define RG_DRIVERS_BUS_CORE_H

#include "drivers/bus_telling.h"
#include "drivers/bus_transaction.h"
#include "drivers/plan.h"
#include "drivers/unit.h"

#define RX_MAX         1024
#define RX_FLIGHT      2400 /* eight replies at once, and what is late */
#define DEAD_SHARE_PCT 20   /* of a configuration that says nothing */
#define SENT_KEPT      4    /* requests whose echo may still come */
#define ASKED_BYTES    8    /* of a read request, RTU */
#define MASTER_MIN     3    /* frames within a minute: the line has another master */
#define USE_BUCKETS    180
#define BACKOFF_MIN_US 200000

enum link_state { LINK_DOWN, LINK_OPENING, LINK_UP };

/* What the plan would read at once; split while the device refuses that. */
struct whole {
    uint32_t first, n; /* places */
    bool is_split;
    bool has_good;     /* some part was read since */
    unsigned refusals; /* before that */
    int64_t again_us;  /* split: read it whole again; else: do not split it before */
    struct ring_us period;
};

/* blocks[i] is whole i or its first part, for i < n_wholes; parts follow. */
struct block {
    const struct plan_block *plan; /* n 0: not in use */
    uint32_t whole;
    uint32_t unit; /* index in bus->units */
    int64_t every_us;
    int64_t due_us;
    int64_t good_us; /* of its last good reply, -1: none */
    bool is_asked;   /* its request is on its way */
    unsigned tries;  /* spent on the poll that runs */
    unsigned silent; /* polls in a row that nothing answered, while its unit did answer others */
    int64_t rest_us; /* until then its polls are lost unasked */
    uint8_t no_up;   /* the device refused to be read beyond it, */
    uint8_t no_down; /* or before it, from so many steps on; 0: not yet */
};

/* Somebody else asks on this line. */
struct other_master {
    struct bus_master said;
    int64_t heard_us[MASTER_MIN]; /* of its last frames */
    uint8_t unit, fc, bytes;      /* the reply that it waits for */
    int64_t until_us;             /* it may come until then */
};

struct bus {
    const struct plant *plant;
    const struct bus_conf *conf;
    struct plan plan;
    struct block *blocks; /* room for one for each place */
    struct whole *wholes;
    size_t n_wholes;
    struct word *words;
    struct judge_memory *memory; /* by place */
    struct unit *units;
    size_t n_units;
    struct transaction now;                       /* at hand; */
    struct transaction parked[IN_FLIGHT_MAX - 1]; /* others on their way (TCP) */
    int64_t busy_us;                              /* use is noted up to here, while any is */
    struct telling telling;
    uint8_t tx[FRAME_MAX];
    size_t tx_len;
    uint8_t rx[RX_FLIGHT];
    size_t rx_len;
    size_t rx_judged;      /* so many of them were found not to be whole yet */
    int64_t rx_us;         /* last byte seen */
    int64_t char_us;       /* RTU: one character on the wire */
    int64_t gap_us;        /* RTU: silence that ends a frame, or what is none */
    int64_t free_us;       /* the line may be used again from here on */
    int64_t probe_free_us; /* and for a silent unit from here on */
    int64_t heir_until_us; /* replies to the run before may come; 0: not open yet */
    int64_t start_us;
    enum link_state link;
    bool wants_close;
    bool has_proof;   /* a proven frame came since it is up */
    int64_t link_us;  /* since when in this state */
    int64_t retry_us; /* LINK_DOWN: next attempt */
    int64_t backoff_us;
    uint16_t tid;
    struct tid_mark tids[TIDS];
    uint8_t sent[SENT_KEPT][ASKED_BYTES]; /* RTU: not answered yet; all 0: none */
    struct other_master other;
    uint64_t random;
    int64_t use_us[USE_BUCKETS];
    int64_t use_bucket; /* number of the newest bucket since time zero */
};

/* Per cent of the line's time, for all that is silent, at most. */
static inline int64_t bus_dead_share(const struct bus_conf *c)
{
    return c->dead_share_pct > 0 ? c->dead_share_pct : DEAD_SHARE_PCT;
}

/* RTU frames, whatever carries them. */
static inline bool bus_is_rtu(const struct bus *b)
{
    return b->conf->kind != BUS_TCP;
}

/* A line whose silences tell where a frame ends. */
static inline bool bus_is_serial(const struct bus *b)
{
    return b->conf->kind == BUS_RTU;
}

#endif
