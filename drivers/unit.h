/* drivers/unit.h - one (bus, unit id): its health, what it counted, and which
 * reply shapes of it can't be told apart just now.  Pure; times in us.
 * Thread: the loop. */
#ifndef RG_DRIVERS_UNIT_H
#define RG_DRIVERS_UNIT_H

#include "drivers/bus.h"
#include "drivers/frame.h"
#include "drivers/trust.h"

#define RING_SIZE    64 /* samples of the percentiles */
#define SHAPES_MAX   16
#define SILENT_POLLS 2 /* polls lost in a row, retries spent, that make it silent */
#define NO_BLOCK     UINT32_MAX

struct ring_us {
    int64_t v[RING_SIZE];
    unsigned n, next;
};

/* One (function, byte count) of the unit's replies. */
struct shape {
    uint8_t fc, bytes;
    int64_t until_us;    /* before it a reply that is still owed may come */
    uint32_t spoilt;     /* the only doubt is that this block's spoilt reply may come once more */
    uint32_t block;      /* whose reply it was last, */
    int64_t answered_us; /* and when; a duplicate of it may follow */
};

struct unit {
    struct unit_stats stats;
    uint32_t of_plant; /* index in the plant */
    uint32_t n_blocks;
    struct ring_us rtt, period;
    int64_t usual_us; /* 0: too few replies to tell */
    struct shape shapes[SHAPES_MAX];
    uint8_t refused_fc, refused_code; /* its last exception, */
    int64_t refused_us;               /* and when */
    int64_t owes_until_us;            /* a reply to a request that was given up may come */
    int64_t all_until_us;             /* more shapes than places: every shape */
    unsigned lost_polls;              /* in a row */
    int64_t lost_us;                  /* the last of them in silence; 0: none yet */
    int64_t scout_us;                 /* when it was asked last whether it lives */
    bool has_spoken;                  /* ever */
    bool is_silent;
    bool is_back;     /* its next frame is the first one since it was silent, or ever */
    int64_t alive_us; /* its last proven frame */
    int64_t back_us;  /* when it came back: from silence, or on a line opened anew */
    struct trust trust;
    uint32_t identity; /* block that reads its identity, NO_BLOCK: none */
    struct why why;    /* of its last lost poll */
    int64_t probe_us;  /* when it may be asked again while silent */
    int64_t probe_gap_us;
    unsigned probes; /* counted to tell which is a long one */
};

void ring_add(struct ring_us *r, int64_t us);
int64_t ring_percentile(const struct ring_us *r, unsigned percent); /* -1: empty */

void unit_make_ambiguous(struct unit *u, uint8_t fc, uint8_t bytes, int64_t until_us);
/* The block's reply came and was spoilt: nothing is owed but, perhaps, a copy.
 * The block itself may ask again, every other one keeps away. */
void unit_make_spoilt(struct unit *u, uint8_t fc, uint8_t bytes, uint32_t block, int64_t now_us,
                      int64_t until_us);
/* For this block; NO_BLOCK: for what nobody asked for. */
bool unit_is_ambiguous(const struct unit *u, uint8_t fc, uint8_t bytes, uint32_t block,
                       int64_t now_us);
/* From when on it is not. */
int64_t unit_certain_us(const struct unit *u, uint8_t fc, uint8_t bytes, uint32_t block);
/* A proven reply of this shape answered this block. */
void unit_answered(struct unit *u, uint8_t fc, uint8_t bytes, uint32_t block, int64_t now_us);
/* When this shape last answered another block, or this one since own_us; long
 * ago: never. */
int64_t unit_answered_us(const struct unit *u, uint8_t fc, uint8_t bytes, uint32_t block,
                         int64_t own_us);

/* How long its replies usually take, at most; -1: too few to tell. */
int64_t unit_usual_us(const struct unit *u);
void unit_took(struct unit *u, int64_t us); /* a proven reply, so long */
/* A frame of a silent unit came too late to be proof: ask again, with patience. */
void unit_stirred(struct unit *u, int64_t now_us);
/* A proven frame, also an exception. */
void unit_spoke(struct unit *u);
/* Two polls must be lost for silence; this one is enough. */
void unit_doubt(struct unit *u);
/* A poll with its retries spent brought nothing; first_gap_us: its period. */
void unit_lost(struct unit *u, struct why why, int64_t now_us, int64_t first_gap_us);
void unit_reject(struct unit *u, enum why_code cause);

#endif
