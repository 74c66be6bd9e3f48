/* daemon/ring.h - the black box: what came last of every point at full rate, in
 * memory, 16 bytes a sample.  The oldest gives way, by age or for want of room;
 * what was to be written and could not be is counted.  Pure, allocates in
 * ring_new() alone.  Thread: the loop. */
#ifndef RG_DAEMON_RING_H
#define RG_DAEMON_RING_H

#include "daemon/samples.h"

#define RING_ROW_BYTES  16
#define RING_POINTS_MAX (1u << 20)

struct ring;

int ring_new(struct ring **out, int64_t bytes); /* RG_ENOMEM */
void ring_free(struct ring *r);                 /* NULL-safe */
/* is_kept: it is to be written, whatever comes.  t_ms never goes back. */
void ring_put(struct ring *r, const struct sample_row *row, bool is_kept);

/* Rows have rising numbers: first .. end - 1 are there. */
uint64_t ring_first(const struct ring *r);
uint64_t ring_end(const struct ring *r);
size_t ring_room(const struct ring *r);
/* now_ms: at or behind the newest row.  True: it is kept and not taken yet. */
bool ring_row(const struct ring *r, uint64_t n, int64_t now_ms, struct sample_row *out);
bool ring_is_taken(const struct ring *r, uint64_t n);
void ring_keep(struct ring *r, uint64_t n); /* it is to be written, too */
void ring_take(struct ring *r, uint64_t n);
/* Kept rows that gave way untaken since the last call, and their times. */
uint64_t ring_lost(struct ring *r, int64_t *from_ms, int64_t *to_ms);
/* How long the ring of this plant reaches back; at most BLACK_BOX_MS. */
int64_t ring_reach_ms(const struct plant *p);

#endif
