/* drivers/bus_core.h - what the bus's own files share.  Thread: the loop. */
#ifndef RG_DRIVERS_BUS_CORE_H
#define RG_DRIVERS_BUS_CORE_H

#include "drivers/plan.h"
#include "drivers/unit.h"

#define RX_MAX         1024
#define TIDS           64
#define USE_BUCKETS    12
#define USE_BUCKET_US  5000000 /* 12 of them: the last minute */
#define BACKOFF_MIN_US 200000

enum link_state { LINK_DOWN, LINK_OPENING, LINK_UP };

struct block {
    const struct plan_block *plan;
    uint32_t unit; /* index in bus->units */
    int64_t every_us;
    int64_t due_us;
    int64_t good_us; /* of its last good reply, -1: none */
    unsigned tries;  /* spent on the poll that runs */
    uint8_t no_up;   /* the device refused to be read beyond it, */
    uint8_t no_down; /* or before it, from so many steps on; 0: not yet */
};

/* What is being told to the engine: one sample for each point of a block. */
struct telling {
    const struct block *block; /* NULL: nothing */
    uint32_t next;
    bool has_values;
    bool alive;
    uint16_t address; /* of the first value */
    struct why why;
    uint8_t data[FRAME_DATA_MAX + 2];
};

struct transaction {
    struct block *block; /* NULL: the line is free */
    struct request request;
    bool is_unsent;
    bool is_probe;
    bool has_echoed;
    int64_t sent_us;
    int64_t deadline_us;
};

struct tid_mark {
    uint16_t tid;
    bool answered;
};

struct bus {
    const struct plant *plant;
    const struct bus_conf *conf;
    struct plan plan;
    struct block *blocks;
    struct unit *units;
    size_t n_units;
    struct transaction now;
    struct telling telling;
    uint8_t tx[FRAME_MAX];
    size_t tx_len;
    uint8_t rx[RX_MAX];
    size_t rx_len;
    size_t rx_judged;      /* so many of them were found not to be whole yet */
    int64_t rx_us;         /* last byte seen */
    int64_t char_us;       /* RTU: one character on the wire */
    int64_t gap_us;        /* RTU: silence that ends a frame */
    int64_t free_us;       /* the line may be used again from here on */
    int64_t probe_free_us; /* and for a silent unit from here on */
    int64_t start_us;
    enum link_state link;
    bool wants_close;
    bool has_proof;   /* a proven frame came since it is up */
    int64_t link_us;  /* since when in this state */
    int64_t retry_us; /* LINK_DOWN: next attempt */
    int64_t backoff_us;
    uint16_t tid;
    struct tid_mark tids[TIDS];
    uint64_t random;
    int64_t use_us[USE_BUCKETS];
    int64_t use_bucket; /* number of the newest bucket since time zero */
};

/* bus.c */
uint64_t bus_random(struct bus *b);
void bus_note_use(struct bus *b, int64_t from_us, int64_t to_us);

/* bus_schedule.c */
/* Tell one poll that is lost unasked, or ask the most urgent; false: neither. */
bool schedule_step(struct bus *b, int64_t now_us);
int64_t schedule_until_us(const struct bus *b, int64_t now_us);
void schedule_told(struct block *block, int64_t now_us);
/* The probe that ends now was lost: rest before the next one. */
void schedule_lost_probe(struct bus *b, int64_t now_us);

/* bus_link.c */
void link_lost(struct bus *b, int64_t now_us);
bool link_next(struct bus *b, int64_t now_us, struct bus_action *a);
int64_t link_until_us(const struct bus *b); /* INT64_MAX: nothing to wait for */
/* Every unit silent on a connection that still stands: open it anew. */
void link_doubt(struct bus *b, int64_t now_us);

/* bus_talk.c */
/* Ask for the block now; false: its reply could not be told from a late one,
 * and the poll is to be told as a miss. */
bool talk_begin(struct bus *b, struct block *block, int64_t now_us);
/* What the bytes, the silence and the deadline say by now; false: nothing new. */
bool talk_step(struct bus *b, int64_t now_us);
void talk_abandon(struct bus *b, int64_t now_us); /* the link is gone */
int64_t talk_until_us(const struct bus *b);

/* bus_tell.c: one sample for each point of the block, then its next due time. */
void tell_miss(struct bus *b, struct block *block, struct why why, bool alive, int64_t now_us);
void tell_values(struct bus *b, struct block *block, const uint8_t *data, size_t len,
                 int64_t now_us);
bool tell_next(struct bus *b, struct bus_action *a);

#endif
