/* daemon/recovery.h - the way to the record: opens it, begins the epoch, and
 * carries commits and fetches.  Not open in time: the epoch is volatile, the
 * daemon goes on without its record, and opening is tried again for ever.
 * What is asked while the record is away is answered with RG_EIO.
 * Thread: the loop. */
#ifndef RG_DAEMON_RECOVERY_H
#define RG_DAEMON_RECOVERY_H

#include <uv.h>

#include "daemon/clock.h"
#include "daemon/gap.h"
#include "daemon/store_thread.h"

struct recovery;

/* What the gateway begins with; valid during the call. */
struct recovered {
    uint64_t epoch;
    bool is_volatile;
    const char *install;
    const struct store_opened *opened; /* NULL: the record could not be read */
    struct gap gap;
};

/* Who is told; all on the loop.  `ready` once, before the others. */
struct recovery_host {
    void (*ready)(void *ctx, const struct recovered *r);
    void (*committed)(void *ctx, struct batch *b, int err);
    void (*fetched)(void *ctx, struct fetch *f);
    void (*samples_written)(void *ctx, int err);
    void (*read)(void *ctx, struct reading *r);
    void (*lost)(void *ctx); /* the record, while it was open: a new one has begun */
    void (*bytes)(void *ctx, int64_t bytes); /* of the record, after each job */
};

struct recovery_conf {
    const char *folder; /* made if it is missing */
    const struct plant *plant;
    const struct clock *clock;
    const struct recovery_host *host;
    void *ctx;
    int64_t patience_ms; /* until the epoch is volatile */
    int64_t retry_ms;    /* between two tries, once the host runs */
};

/* RG_OK, RG_ENOMEM, RG_EIO (no thread). */
int recovery_start(struct recovery **out, uv_loop_t *loop, const struct recovery_conf *c);
/* They belong to the store until committed() or fetched(). */
void recovery_commit(struct recovery *r, struct batch *b);
void recovery_fetch(struct recovery *r, struct fetch *f);
void recovery_samples(struct recovery *r, struct sample_batch *b);
/* False: too much waits, nothing was taken. */
bool recovery_read(struct recovery *r, struct reading *question);
/* Looks whether the record is still there. */
void recovery_watch(struct recovery *r);
/* Deletes a slice of what the plant's `store` no longer keeps. */
void recovery_trim(struct recovery *r, const struct plant *p, bool clk_sync);
/* The end; is_whole: nothing waits for the disk any more, so the record may
 * call it a clean one.  No call to the host comes after this; the memory goes when
 * the loop has closed its handles.  RG_EIO: the disk holds the store's thread,
 * which still reads the batch and the fetches: leave them and end the process.
 * NULL-safe. */
int recovery_stop(struct recovery *r, bool is_whole);

#endif
