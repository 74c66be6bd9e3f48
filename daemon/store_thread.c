#include "daemon/store_thread.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <uv.h>

#include "config/err.h"
#include "daemon/epoch.h"
#include "daemon/sample_db.h"
#include "daemon/watchdog_mark.h"

#define JOIN_MS 1000 /* of the 5 s in which a stop is done */

struct job {
    enum store_job what;
    struct store_begin begin;
    uint64_t epoch;
    int64_t mono_ms;
    struct batch *batch;
    struct fetch *fetch;
    struct sample_batch *samples;
    struct reading *reading;
    struct store_keep keep;
};

/* A ring of each; answers never overflow, since a job keeps its place until
 * its answer was given. */
struct store_thread {
    pthread_t id;
    pthread_mutex_t lock; /* of jobs, answers, n_*, is_ending, has_ended, is_left */
    pthread_cond_t changed;
    struct job jobs[STORE_QUEUE];
    size_t first_job, n_jobs;
    struct store_answer answers[STORE_QUEUE];
    size_t first_answer, n_answers;
    bool is_ending;
    bool has_ended;
    bool is_left; /* given up: the loop's handle is gone */

    uv_async_t async; /* the loop's */
    size_t pending;   /* the loop's: handed in, not answered */
    store_answered *answered;
    void *ctx;
    struct store_answer now; /* the loop's: the one that is told */

    struct store *store; /* the thread's, as all below */
    struct sample_db *samples;
    const struct plant *plant;
    char folder[PATH_MAX];
    uint64_t db_epoch; /* greatest in the record, as it was opened */
};

static void do_open(struct store_thread *t, struct store_answer *a)
{
    if (t->store != NULL) {
        a->err = RG_EALREADY;
        snprintf(a->text, sizeof a->text, "%s", rg_error_text(a->err));
        return;
    }
    struct store_opened *opened = calloc(1, sizeof *opened);
    a->err = RG_ENOMEM;
    if (opened == NULL)
        return;
    mkdir(t->folder, 0750); /* what is wrong with it, the open says */
    a->is_watchdog = watchdog_mark_renew(t->folder);
    a->err = store_open(&t->store, t->folder, t->plant, opened);
    snprintf(a->text, sizeof a->text, "%s", opened->error);
    t->db_epoch = opened->epoch;
    if (a->err == RG_OK)
        a->opened = opened;
    else
        free(opened);
}

static int put_begin(struct store_thread *t, const struct store_begin *b, uint64_t epoch)
{
    return store_begin_epoch(t->store, epoch, b->utc_ms, b->boot_ms, b->boot_id);
}

/* Either of file and database makes a number durable. */
static void take_epoch(struct store_thread *t, const struct store_begin *b, struct store_answer *a)
{
    uint64_t last = epoch_recorded(t->folder);

    a->epoch = epoch_begin(t->folder, t->db_epoch, &a->is_volatile);
    if (t->store == NULL)
        return;
    last = last > t->db_epoch ? last : t->db_epoch;
    if (a->is_volatile && put_begin(t, b, last + 1) == RG_OK) {
        a->epoch = last + 1;
        a->is_volatile = false;
        a->err = RG_OK;
        return;
    }
    a->err = put_begin(t, b, a->epoch);
}

static void do_begin(struct store_thread *t, const struct store_begin *b, struct store_answer *a)
{
    a->epoch = b->epoch;
    if (b->epoch == 0)
        take_epoch(t, b, a);
    else if (t->store != NULL)
        a->err = put_begin(t, b, b->epoch);
    install_id(t->folder, a->install);
}

static void do_samples(struct store_thread *t, struct sample_batch *b, struct store_answer *a)
{
    a->err = sample_db_write(t->samples, b);
    const char *aside = sample_db_set_aside(t->samples);
    a->set_aside = aside[0] != '\0';
    if (a->set_aside)
        snprintf(a->text, sizeof a->text, "%.190s", aside);
    else if (a->err != RG_OK)
        snprintf(a->text, sizeof a->text, "%s", sample_db_error(t->samples));
}

static void do_watch(struct store_thread *t, struct store_answer *a)
{
    char as[PATH_MAX];
    enum store_news news = store_watch(t->store);

    if (news == STORE_SAME)
        return;
    if (news == STORE_MOVED)
        snprintf(a->text, sizeof a->text,
                 "somebody has read events.db for too long: it was copied");
    else
        snprintf(a->text, sizeof a->text, "%s", store_error(t->store));
    if (news == STORE_STUCK)
        a->err = RG_EIO;
    if (news != STORE_LOST)
        return;
    a->err = store_renew(t->store, t->plant, as, sizeof as);
    a->is_renewed = a->err == RG_OK;
}

static void do_trim(struct store_thread *t, const struct store_keep *k, struct store_answer *a)
{
    a->err = store_trim(t->store, k->now_utc_ms - k->keep_sent_ms, k->now_utc_ms - k->keep_ms);
    sample_db_keep(t->samples, k->now_utc_ms, k->is_trusted, k->keep_ms, k->max_bytes,
                   store_bytes(t->store));
}

static void run(struct store_thread *t, const struct job *j, struct store_answer *a)
{
    *a = (struct store_answer){
        .job = j->what, .err = RG_OK, .batch = j->batch, .fetch = j->fetch, .reading = j->reading
    };
    bool is_open = t->store != NULL;

    if (!is_open && j->what != STORE_OPEN && j->what != STORE_READ) {
        a->err = RG_EIO;
        snprintf(a->text, sizeof a->text, "the record is not open");
    }
    switch (j->what) {
    case STORE_OPEN:
        do_open(t, a);
        break;
    case STORE_BEGIN:
        do_begin(t, &j->begin, a);
        break;
    case STORE_COMMIT:
        a->err = is_open ? store_commit(t->store, j->epoch, j->batch) : a->err;
        break;
    case STORE_FETCH:
        j->fetch->n = 0;
        j->fetch->more = false;
        j->fetch->err = is_open ? store_fetch(t->store, j->fetch) : a->err;
        a->err = j->fetch->err;
        break;
    case STORE_SAMPLES:
        if (is_open)
            do_samples(t, j->samples, a);
        break;
    case STORE_READ:
        sample_db_read(t->samples, j->reading);
        break;
    case STORE_WATCH:
        if (is_open)
            do_watch(t, a);
        break;
    case STORE_TRIM:
        if (is_open)
            do_trim(t, &j->keep, a);
        break;
    case STORE_CLEAN_STOP:
        a->err = is_open ? store_clean_stop(t->store, j->epoch, j->mono_ms) : a->err;
        break;
    case STORE_CLOSE:
        store_close(t->store);
        t->store = NULL;
        a->err = RG_OK;
        break;
    }
    if (a->err != RG_OK && is_open && a->text[0] == '\0')
        snprintf(a->text, sizeof a->text, "%s", store_error(t->store));
    a->bytes = t->store != NULL ? store_bytes(t->store) + sample_db_bytes(t->samples) : 0;
}

/* Sends the answer to the loop, unless nobody listens any more. */
static void tell(struct store_thread *t, const struct store_answer *a)
{
    pthread_mutex_lock(&t->lock);
    t->answers[(t->first_answer + t->n_answers++) % STORE_QUEUE] = *a;
    if (!t->is_left)
        uv_async_send(&t->async);
    pthread_mutex_unlock(&t->lock);
}

static bool take_job(struct store_thread *t, struct job *out)
{
    pthread_mutex_lock(&t->lock);
    while (t->n_jobs == 0 && !t->is_ending)
        pthread_cond_wait(&t->changed, &t->lock);
    bool is_there = t->n_jobs > 0;
    if (is_there) {
        *out = t->jobs[t->first_job];
        t->first_job = (t->first_job + 1) % STORE_QUEUE;
        t->n_jobs--;
    }
    pthread_mutex_unlock(&t->lock);
    return is_there;
}

static void *work(void *arg)
{
    struct store_thread *t = arg;
    struct store_answer a;
    struct job j;

    while (take_job(t, &j)) {
        run(t, &j, &a);
        tell(t, &a);
    }
    store_close(t->store);
    sample_db_free(t->samples);
    pthread_mutex_lock(&t->lock);
    t->has_ended = true;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

static bool next_answer(struct store_thread *t)
{
    pthread_mutex_lock(&t->lock);
    bool is_there = t->n_answers > 0;
    if (is_there) {
        t->now = t->answers[t->first_answer];
        t->first_answer = (t->first_answer + 1) % STORE_QUEUE;
        t->n_answers--;
    }
    pthread_mutex_unlock(&t->lock);
    return is_there;
}

static void woken(uv_async_t *async)
{
    struct store_thread *t = async->data;

    while (!uv_is_closing((uv_handle_t *)async) && next_answer(t)) {
        t->pending--;
        t->answered(t->ctx, &t->now);
        free(t->now.opened);
    }
}

static bool hand_in(struct store_thread *t, const struct job *j)
{
    if (t->pending == STORE_QUEUE)
        return false;
    t->pending++;
    pthread_mutex_lock(&t->lock);
    t->jobs[(t->first_job + t->n_jobs++) % STORE_QUEUE] = *j;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->lock);
    return true;
}

bool store_thread_open(struct store_thread *t)
{
    return hand_in(t, &(struct job){ .what = STORE_OPEN });
}

bool store_thread_begin(struct store_thread *t, const struct store_begin *b)
{
    return hand_in(t, &(struct job){ .what = STORE_BEGIN, .begin = *b });
}

bool store_thread_commit(struct store_thread *t, uint64_t epoch, struct batch *b)
{
    return hand_in(t, &(struct job){ .what = STORE_COMMIT, .epoch = epoch, .batch = b });
}

bool store_thread_fetch(struct store_thread *t, struct fetch *f)
{
    return hand_in(t, &(struct job){ .what = STORE_FETCH, .fetch = f });
}

bool store_thread_samples(struct store_thread *t, struct sample_batch *b)
{
    return hand_in(t, &(struct job){ .what = STORE_SAMPLES, .samples = b });
}

bool store_thread_read(struct store_thread *t, struct reading *r)
{
    return hand_in(t, &(struct job){ .what = STORE_READ, .reading = r });
}

bool store_thread_watch(struct store_thread *t)
{
    return hand_in(t, &(struct job){ .what = STORE_WATCH });
}

bool store_thread_trim(struct store_thread *t, const struct store_keep *k)
{
    return hand_in(t, &(struct job){ .what = STORE_TRIM, .keep = *k });
}

bool store_thread_clean_stop(struct store_thread *t, uint64_t epoch, int64_t mono_ms)
{
    return hand_in(t,
                   &(struct job){ .what = STORE_CLEAN_STOP, .epoch = epoch, .mono_ms = mono_ms });
}

bool store_thread_close(struct store_thread *t)
{
    return hand_in(t, &(struct job){ .what = STORE_CLOSE });
}

static void init_lock(struct store_thread *t)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&t->changed, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&t->lock, NULL);
}

static void release(struct store_thread *t)
{
    while (next_answer(t))
        if (t->now.opened != NULL) {
            free(t->now.opened->alarms);
            free(t->now.opened);
        }
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static void async_closed(uv_handle_t *h)
{
    struct store_thread *t = h->data;

    if (!t->is_left)
        release(t);
}

int store_thread_start(struct store_thread **out, uv_loop_t *loop, const char *folder,
                       const struct plant *p, store_answered *answered, void *ctx)
{
    struct store_thread *t = calloc(1, sizeof *t);

    if (t == NULL)
        return RG_ENOMEM;
    t->plant = p;
    t->answered = answered;
    t->ctx = ctx;
    t->async.data = t;
    snprintf(t->folder, sizeof t->folder, "%s", folder);
    init_lock(t);
    if (sample_db_new(&t->samples, folder) != RG_OK) {
        release(t);
        return RG_ENOMEM;
    }
    if (uv_async_init(loop, &t->async, woken) != 0) {
        sample_db_free(t->samples);
        release(t);
        return RG_ENOMEM;
    }
    if (pthread_create(&t->id, NULL, work, t) != 0) {
        sample_db_free(t->samples);
        uv_close((uv_handle_t *)&t->async, async_closed);
        return RG_EIO;
    }
    *out = t;
    return RG_OK;
}

static bool wait_for_end(struct store_thread *t)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += JOIN_MS / 1000;
    pthread_mutex_lock(&t->lock);
    t->is_ending = true;
    pthread_cond_broadcast(&t->changed);
    while (!t->has_ended && pthread_cond_timedwait(&t->changed, &t->lock, &until) == 0)
        ;
    bool has_ended = t->has_ended;
    t->is_left = !has_ended;
    pthread_mutex_unlock(&t->lock);
    return has_ended;
}

int store_thread_stop(struct store_thread *t)
{
    if (t == NULL)
        return RG_OK;
    bool has_ended = wait_for_end(t);
    if (has_ended)
        pthread_join(t->id, NULL);
    else
        pthread_detach(t->id);
    uv_close((uv_handle_t *)&t->async, async_closed);
    return has_ended ? RG_OK : RG_EIO;
}
