/* drivers/unit.h - one (bus, unit id): its health, what it counted, and which
 * reply shapes of it can't be told apart just now.  Pure; times in us.
 * Thread: the loop. */
#ifndef RG_DRIVERS_UNIT_H
#define RG_DRIVERS_UNIT_H

#include "drivers/bus.h"
#include "drivers/frame.h"

#define RING_SIZE   64 /* samples of the percentiles */
#define SHAPES_MAX  8
#define SILENT_POLLS 2 /* polls lost in a row, retries spent, that make it silent */

struct ring_us {
    int64_t v[RING_SIZE];
    unsigned n, next;
};

/* A reply that may still come: nothing of this unit, function and byte count
 * can be told from it before until_us. */
struct shape {
    uint8_t fc, bytes;
    int64_t until_us;
};

struct unit {
    struct unit_stats stats;
    struct ring_us rtt, period;
    struct shape shapes[SHAPES_MAX];
    int64_t all_until_us;    /* more lost replies than places: every shape */
    unsigned lost_polls;     /* in a row */
    bool is_silent;
    int64_t probe_us;        /* when it may be asked again while silent */
    int64_t probe_gap_us;
    uint8_t last_fc, last_bytes; /* of its last proven reply, */
    uint32_t last_block;         /* and whose it was */
    int64_t last_us;
};

void ring_add(struct ring_us *r, int64_t us);
int64_t ring_percentile(const struct ring_us *r, unsigned percent); /* -1: empty */
int64_t ring_max(const struct ring_us *r);

void unit_make_ambiguous(struct unit *u, uint8_t fc, uint8_t bytes, int64_t until_us);
bool unit_is_ambiguous(const struct unit *u, uint8_t fc, uint8_t bytes, int64_t now_us);

/* A proven frame, also an exception. */
void unit_spoke(struct unit *u);
/* A poll with its retries spent brought nothing.  silent: units of the bus that
 * are silent already; cost_us: of one probe; first_gap_us: its period. */
void unit_lost(struct unit *u, int64_t now_us, unsigned silent, int64_t cost_us,
               int64_t first_gap_us);
void unit_reject(struct unit *u, enum why_code cause);

#endif
