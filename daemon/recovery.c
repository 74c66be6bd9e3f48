#include "daemon/recovery.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "daemon/epoch.h"
#include "daemon/log.h"

#define RETRY_EARLY_MS 500 /* while everybody waits for the epoch */

/* How far the record has come. */
enum stage { STAGE_CLOSED, STAGE_OPENED, STAGE_BEGUN };

struct recovery {
    struct recovery_conf conf;
    struct store_thread *thread;
    enum stage stage;
    bool is_told; /* the host runs, in epoch `epoch` */
    uint64_t epoch;
    struct store_opened opened; /* until the host was told */
    struct gap_here here;
    uv_timer_t retry;
    uv_timer_t patience;
    int handles; /* open ones; the memory goes with the last */
    struct log_gate gate;
};

/* --- the epoch --- */

static void tell(struct recovery *r, const struct recovered *v)
{
    r->is_told = true;
    r->epoch = v->epoch;
    uv_timer_stop(&r->patience);
    r->conf.host->ready(r->conf.ctx, v);
    free(r->opened.alarms);
    memset(&r->opened, 0, sizeof r->opened);
}

static void tell_recovered(struct recovery *r, const struct store_answer *a)
{
    struct recovered v = { .epoch = a->epoch,
                           .is_volatile = a->is_volatile,
                           .install = a->install,
                           .opened = &r->opened,
                           .gap = gap_measure(&r->opened.prev, &r->here) };

    tell(r, &v);
}

static void patience_ended(uv_timer_t *t)
{
    struct recovery *r = t->data;
    struct recovered v = { .epoch = epoch_volatile(),
                           .is_volatile = true,
                           .install = "",
                           .gap = gap_measure(NULL, &r->here) };

    log_event(LOG_LEVEL_ERROR, "record_given_up", "epoch=%" PRIu64 " after_ms=%" PRId64, v.epoch,
              clock_now(r->conf.clock).mono_ms);
    tell(r, &v);
}

/* --- opening and beginning --- */

static void ask_begin(struct recovery *r)
{
    struct store_begin b = { .epoch = r->is_told ? r->epoch : 0,
                             .utc_ms = r->here.utc_ms,
                             .boot_ms = r->here.boot_ms };

    memcpy(b.boot_id, r->here.boot_id, sizeof b.boot_id);
    store_thread_begin(r->thread, &b);
}

static void try_again(uv_timer_t *t)
{
    struct recovery *r = t->data;

    if (r->stage == STAGE_CLOSED)
        store_thread_open(r->thread);
    else
        ask_begin(r);
}

static void failed(struct recovery *r, const struct store_answer *a)
{
    if (log_gate_open(&r->gate, clock_mono_us() / 1000))
        log_event(LOG_LEVEL_ERROR, "record_not_open", "folder=%s error=\"%s\"", r->conf.folder,
                  a->text[0] != '\0' ? a->text : rg_error_text(a->err));
    /* A newer program's record does not get older by waiting. */
    if (a->err == RG_ENEWER && !r->is_told)
        uv_timer_start(&r->patience, patience_ended, 0, 0);
    int64_t wait_ms = r->is_told ? r->conf.retry_ms : RETRY_EARLY_MS;
    uv_timer_start(&r->retry, try_again, (uint64_t)wait_ms, 0);
}

static void opened(struct recovery *r, const struct store_answer *a)
{
    r->here.is_watchdog = r->here.is_watchdog || a->is_watchdog;
    if (a->err != RG_OK) {
        failed(r, a);
        return;
    }
    if (a->opened->audit.broken_at != 0)
        log_event(LOG_LEVEL_ERROR, "audit_chain_broken", "row=%" PRIu64 " rows=%" PRIu64,
                  a->opened->audit.broken_at, a->opened->audit.n);
    if (a->opened->set_aside)
        log_event(LOG_LEVEL_ERROR, "record_set_aside", "damaged=\"%s\" error=\"%s\"",
                  a->opened->set_aside_as, a->opened->error);
    r->stage = STAGE_OPENED;
    if (r->is_told)
        free(a->opened->alarms); /* too late: this epoch said that it knows of none */
    else
        r->opened = *a->opened;
    ask_begin(r);
}

static void begun(struct recovery *r, const struct store_answer *a)
{
    bool is_ours = !r->is_told || a->epoch == r->epoch;

    if (!r->is_told)
        tell_recovered(r, a);
    if (!is_ours) { /* it was given up meanwhile: now the running epoch's row */
        ask_begin(r);
    } else if (a->err != RG_OK) {
        failed(r, a);
    } else {
        r->stage = STAGE_BEGUN;
        log_gate_reset(&r->gate);
        log_event(LOG_LEVEL_INFO, "record_open", "folder=%s epoch=%" PRIu64, r->conf.folder,
                  r->epoch);
    }
}

/* --- the store's answers --- */

static void watched(struct recovery *r, const struct store_answer *a)
{
    if (a->text[0] == '\0' || a->err != RG_OK)
        return;
    log_event(LOG_LEVEL_ERROR, a->is_renewed ? "record_lost" : "record_moved", "reason=\"%s\"",
              a->text);
    if (a->is_renewed)
        r->conf.host->lost(r->conf.ctx);
}

static void answered(void *ctx, const struct store_answer *a)
{
    struct recovery *r = ctx;
    const struct recovery_host *host = r->conf.host;

    switch (a->job) {
    case STORE_OPEN:
        opened(r, a);
        break;
    case STORE_BEGIN:
        begun(r, a);
        break;
    case STORE_COMMIT:
        host->committed(r->conf.ctx, a->batch, a->err);
        break;
    case STORE_FETCH:
        host->fetched(r->conf.ctx, a->fetch);
        break;
    case STORE_SAMPLES:
        if (a->set_aside)
            log_event(LOG_LEVEL_ERROR, "samples_set_aside", "damaged=\"%s\"", a->text);
        host->samples_written(r->conf.ctx, a->err);
        break;
    case STORE_READ:
        host->read(r->conf.ctx, a->reading);
        break;
    case STORE_WATCH:
        watched(r, a);
        break;
    case STORE_TRIM:
    case STORE_CLEAN_STOP:
    case STORE_CLOSE:
        break;
    }
    bool is_trouble = a->err != RG_OK && r->stage == STAGE_BEGUN;
    if (is_trouble && log_gate_open(&r->gate, clock_mono_us() / 1000))
        log_event(LOG_LEVEL_ERROR, "record_failed", "error=\"%s\"", a->text);
    else if (a->job == STORE_COMMIT && a->err == RG_OK)
        log_gate_reset(&r->gate);
    if (r->is_told)
        host->bytes(r->conf.ctx, a->bytes);
}

void recovery_commit(struct recovery *r, struct batch *b)
{
    if (!store_thread_commit(r->thread, r->epoch, b))
        r->conf.host->committed(r->conf.ctx, b, RG_EIO);
}

void recovery_fetch(struct recovery *r, struct fetch *f)
{
    if (store_thread_fetch(r->thread, f))
        return;
    f->n = 0;
    f->more = false;
    f->err = RG_EIO;
    r->conf.host->fetched(r->conf.ctx, f);
}

void recovery_samples(struct recovery *r, struct sample_batch *b)
{
    if (r->stage != STAGE_BEGUN || !store_thread_samples(r->thread, b))
        r->conf.host->samples_written(r->conf.ctx, RG_EIO);
}

bool recovery_read(struct recovery *r, struct reading *question)
{
    return store_thread_read(r->thread, question);
}

void recovery_watch(struct recovery *r)
{
    if (r->stage == STAGE_BEGUN)
        store_thread_watch(r->thread);
}

void recovery_trim(struct recovery *r, const struct plant *p, bool clk_sync)
{
    int64_t now_ms = clock_now(r->conf.clock).utc_ms;
    const struct store_keep k = { .now_utc_ms = now_ms,
                                  .is_trusted = clk_sync || now_ms >= CLOCK_BUILD_UTC_MS,
                                  .keep_ms =
                                      p->keep_ms > p->keep_sent_ms ? p->keep_ms : p->keep_sent_ms,
                                  .keep_sent_ms = p->keep_sent_ms,
                                  .max_bytes = p->max_bytes };

    if (r->stage == STAGE_BEGUN)
        store_thread_trim(r->thread, &k);
}

/* --- its life --- */

static void note_beginning(struct recovery *r)
{
    struct stamp now = clock_now(r->conf.clock);

    r->here.utc_ms = now.utc_ms - now.mono_ms;
    r->here.boot_ms = clock_boot_ms() - now.mono_ms;
    clock_boot_id(r->here.boot_id);
}

int recovery_start(struct recovery **out, uv_loop_t *loop, const struct recovery_conf *c)
{
    struct recovery *r = calloc(1, sizeof *r);

    if (r == NULL)
        return RG_ENOMEM;
    r->conf = *c;
    note_beginning(r);
    int err = store_thread_start(&r->thread, loop, c->folder, c->plant, answered, r);
    if (err != RG_OK) {
        free(r);
        return err;
    }
    uv_timer_init(loop, &r->retry);
    uv_timer_init(loop, &r->patience);
    r->retry.data = r->patience.data = r;
    r->handles = 2;
    uv_timer_start(&r->patience, patience_ended, (uint64_t)c->patience_ms, 0);
    store_thread_open(r->thread);
    *out = r;
    return RG_OK;
}

static void handle_closed(uv_handle_t *h)
{
    struct recovery *r = h->data;

    if (--r->handles == 0)
        free(r);
}

int recovery_stop(struct recovery *r, bool is_whole)
{
    if (r == NULL)
        return RG_OK;
    if (r->stage == STAGE_BEGUN && is_whole)
        store_thread_clean_stop(r->thread, r->epoch, clock_now(r->conf.clock).mono_ms);
    int err = store_thread_stop(r->thread);
    free(r->opened.alarms);
    uv_close((uv_handle_t *)&r->retry, handle_closed);
    uv_close((uv_handle_t *)&r->patience, handle_closed);
    return err;
}
