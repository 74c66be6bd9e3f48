/* daemon/recorder.h - which samples are written, and when: each point's own
 * `record`, and around a process alarm everything of its rule and its area, 5
 * minutes before it (as far as the ring reaches) and behind it.  A sample is
 * written once, however many alarms want it.  Pure; recorder_new() takes all
 * memory.  Time is mono ms of the epoch.  Thread: the loop; a lent batch is the
 * store's. */
#ifndef RG_DAEMON_RECORDER_H
#define RG_DAEMON_RECORDER_H

#include "daemon/samples.h"

struct recorder;

/* from: the one that it is to follow over a reload, or NULL.  RG_ENOMEM. */
int recorder_new(struct recorder **out, const struct plant *p, uint64_t epoch,
                 const struct recorder *from);
void recorder_free(struct recorder *r); /* NULL-safe */
/* Takes over, by name, what `from` holds, a lent batch too; `from` is then only
 * to be freed. */
void recorder_adopt(struct recorder *r, struct recorder *from, int64_t now_ms);

void recorder_put(struct recorder *r, const struct sample_row *row);
void recorder_raise(struct recorder *r, const struct incident *x);
/* Everything as soon as possible: the end is near. */
void recorder_flush(struct recorder *r, int64_t now_ms);

/* The batch to write now, lent until recorder_written(); NULL: not before
 * *until_ms. */
struct sample_batch *recorder_next(struct recorder *r, struct stamp now, bool clk_sync,
                                   int64_t *until_ms);
/* err: it is kept and tried again. */
void recorder_written(struct recorder *r, int err, int64_t now_ms);
/* Nothing waits that the disk would take. */
bool recorder_is_idle(const struct recorder *r);

#endif
