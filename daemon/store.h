/* daemon/store.h - the durable record: events.db, above SQLite's VFS.
 * WAL + synchronous=FULL; one connection, prepared statements, no other
 * connection ever.  Synchronous calls; store_thread.h runs them on their own
 * thread.  Thread: whichever owns the struct, one at a time. */
#ifndef RG_DAEMON_STORE_H
#define RG_DAEMON_STORE_H

#include "config/model.h"
#include "daemon/record.h"

struct store;

struct store_opened {
    struct store_prev prev;
    uint64_t epoch;   /* greatest one recorded that was counted (below 2^52), 0: none */
    uint64_t next_id; /* first free message id */
    uint64_t owed[PLANT_UPLINKS_MAX][LANES]; /* by index in the plant's uplinks */
    uint8_t bit[PLANT_UPLINKS_MAX];          /* bit number of each of the plant's uplinks */
    struct saved_alarm *alarms;              /* malloc'd, the caller's */
    size_t n_alarms;
    struct audit_head audit;
    bool set_aside; /* a damaged file was renamed and a new one begun */
    char set_aside_as[256];
    char error[200]; /* why store_open() failed or set aside, else "" */
};

/* folder: the state folder.  RG_OK; RG_EIO (full, read-only, ...: try again
 * later), RG_ENEWER (refused, named in the log), RG_ENOMEM.  A damaged file is
 * set aside under a dated name, never deleted. */
int store_open(struct store **out, const char *folder, const struct plant *p,
               struct store_opened *opened);
void store_close(struct store *s); /* NULL-safe */
/* The row of the epoch that begins; durable when RG_OK. */
int store_begin_epoch(struct store *s, uint64_t epoch, int64_t utc_ms, int64_t boot_ms,
                      const char *boot_id);
int store_commit(struct store *s, uint64_t epoch, struct batch *b);
int store_fetch(struct store *s, struct fetch *f); /* the answer, and the error, in *f */
int store_clean_stop(struct store *s, uint64_t epoch, int64_t mono_ms);
/* Delete what is done and old enough, a bounded slice a call: alarm messages are
 * the history of the plant and kept longer than what is kept for a resend. */
int store_trim(struct store *s, int64_t sent_before_utc_ms, int64_t alarms_before_utc_ms);
/* Look whether the files are still the ones that were opened, and whether the log
 * grows behind somebody's long reading: the record then moves to a copy and the
 * reader keeps the old file.  STORE_LOST: deleted, replaced or cut short;
 * store_error() says what.  Cheap: once in 2 s. */
enum store_news { STORE_SAME, STORE_MOVED, STORE_STUCK, STORE_LOST };
enum store_news store_watch(struct store *s);
/* Give up what STORE_LOST named: what stands there is set aside, a new record
 * begins with the row of the running epoch, and its numbers go on. */
int store_renew(struct store *s, const struct plant *p, char *as, size_t size);
int64_t store_bytes(const struct store *s);
const char *store_error(const struct store *s); /* the last failure, for the log */

#endif
