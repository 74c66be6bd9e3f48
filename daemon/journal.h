/* daemon/journal.h - what is not durable yet: records and done marks on their
 * way to the store, as a pure core.  One batch at a time is at the store: an
 * idle store gets a record at once, what arrives meanwhile is the next group.
 * A failed batch is kept whole and tried again.  journal_new() takes all
 * memory.  Time is mono ms.  Thread: the loop; a lent batch is the store's. */
#ifndef RG_DAEMON_JOURNAL_H
#define RG_DAEMON_JOURNAL_H

#include "daemon/record.h"

#define JOURNAL_PENDING_MS 2000 /* Source: the published contract, sys/store */

struct journal;

/* states: how many alarm states there are; with it the ring can't run full. */
int journal_new(struct journal **out, struct message_pool *pool, size_t states);
void journal_free(struct journal *j); /* NULL-safe */
/* Room for so many alarm states behind what waits now.  RG_ENOMEM: as before. */
int journal_grow(struct journal *j, size_t states);

/* Takes its own reference of r->msg.  RG_EFULL: not taken. */
int journal_add(struct journal *j, const struct record *r);
/* Lost by a crash or a full ring, it costs one resend. */
void journal_done(struct journal *j, struct done d, int64_t now_ms);
/* Done marks do not wait for company any more. */
void journal_flush(struct journal *j);

/* The batch to commit now, lent until journal_committed(); NULL: not before
 * *until_ms. */
struct batch *journal_next(struct journal *j, int64_t now_ms, int64_t *until_ms);
void journal_committed(struct journal *j, struct batch *b, int err, int64_t now_ms);

/* The last commit failed, or one has been pending for JOURNAL_PENDING_MS. */
bool journal_failing(const struct journal *j, int64_t now_ms);
/* Whatever has neither left nor ever been at the store says from now on that it
 * is volatile, and so may leave.  What was there keeps its bytes also when the
 * commit failed: a transaction that was reported as failed may still be found
 * after a crash, and one id must not have two contents. */
void journal_mark_volatile(struct journal *j);
bool journal_is_empty(const struct journal *j);

/* Giving up, for a host without memory: what waits behind the batch, oldest
 * first.  The state of a record given up stays, its message does not. */
size_t journal_length(const struct journal *j);
struct message *journal_message(const struct journal *j, size_t i); /* may be NULL */
void journal_give_up(struct journal *j, size_t i);

#endif
