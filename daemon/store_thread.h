/* daemon/store_thread.h - the one thread that owns the struct store, behind a
 * bounded queue.  Jobs are handed in on the loop and never block it; each is
 * answered once, in order, on the loop.  A stuck disk only delays answers.
 * Thread: the loop. */
#ifndef RG_DAEMON_STORE_THREAD_H
#define RG_DAEMON_STORE_THREAD_H

#include "daemon/reading.h"
#include "daemon/samples.h"
#include "daemon/store.h"

#define STORE_QUEUE 64

struct store_thread;
struct uv_loop_s;

enum store_job {
    STORE_OPEN,
    STORE_BEGIN,
    STORE_COMMIT,
    STORE_FETCH,
    STORE_SAMPLES,
    STORE_READ,
    STORE_WATCH,
    STORE_TRIM,
    STORE_CLEAN_STOP,
    STORE_CLOSE
};

/* The epoch that begins. */
struct store_begin {
    uint64_t epoch; /* 0: take a new number from the state folder; else write the
                       row of this running epoch into a record that opened late */
    int64_t utc_ms;
    int64_t boot_ms;
    char boot_id[40];
};

/* What the record may hold. */
struct store_keep {
    int64_t now_utc_ms;
    bool is_trusted; /* the clock: no age is judged by a wrong one */
    int64_t keep_ms, keep_sent_ms;
    int64_t max_bytes;
};

struct store_answer {
    enum store_job job;
    int err;                     /* RG_EIO too for a job on a store that is not open */
    char text[200];              /* why, when err is not RG_OK */
    int64_t bytes;               /* of the record on disk, after the job */
    struct store_opened *opened; /* STORE_OPEN and RG_OK: `alarms` is the receiver's
                                    to free, the rest is valid during the call */
    bool is_watchdog;            /* STORE_OPEN: the watchdog ended the start before */
    uint64_t epoch;              /* STORE_BEGIN: the number, valid whatever err says */
    bool is_volatile;            /* STORE_BEGIN: neither file nor database holds it */
    char install[17];            /* STORE_BEGIN */
    struct batch *batch;         /* STORE_COMMIT: given back */
    struct fetch *fetch;         /* STORE_FETCH: given back */
    struct reading *reading;     /* STORE_READ: given back, err in it */
    bool is_renewed; /* STORE_WATCH: the record was lost, text says how; a new one runs */
    bool set_aside;  /* STORE_SAMPLES: a damaged file, named in text */
};

typedef void store_answered(void *ctx, const struct store_answer *a);

/* folder is copied, and made by the first job if it is missing; the plant must
 * outlive the thread. */
int store_thread_start(struct store_thread **out, struct uv_loop_s *loop, const char *folder,
                       const struct plant *p, store_answered *answered, void *ctx);

/* Each: false when the queue is full, then nothing was taken.  A failed open
 * may be asked for again; on an open store it answers RG_EALREADY. */
bool store_thread_open(struct store_thread *t);
bool store_thread_begin(struct store_thread *t, const struct store_begin *b);
/* What is handed in belongs to the thread until their answer. */
bool store_thread_commit(struct store_thread *t, uint64_t epoch, struct batch *b);
bool store_thread_fetch(struct store_thread *t, struct fetch *f);
bool store_thread_samples(struct store_thread *t, struct sample_batch *b);
/* The next piece; works while the record itself is not open. */
bool store_thread_read(struct store_thread *t, struct reading *r);
/* See store_watch(); what was lost is renewed at once. */
bool store_thread_watch(struct store_thread *t);
bool store_thread_trim(struct store_thread *t, const struct store_keep *k);
bool store_thread_clean_stop(struct store_thread *t, uint64_t epoch, int64_t mono_ms);
bool store_thread_close(struct store_thread *t);

/* Does what is queued, closes the store and ends the thread; waits at most 1 s.
 * No answer comes after this call.  RG_OK, or RG_EIO: the disk holds the thread,
 * which is left behind (with its memory, batches and folder) for the process to
 * end.  The loop must turn once more for its handle.  NULL-safe. */
int store_thread_stop(struct store_thread *t);

#endif
