#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "config/err.h"
#include "daemon/recovery.h"
#include "tests/unit/store_rig.h"

#define BOUND_MS 20000

/* A disk that holds whoever opens the record. */
static sem_t disk;
static atomic_bool disk_hangs;

int __real_store_open(struct store **out, const char *folder, const struct plant *p,
                      struct store_opened *opened);
int __wrap_store_open(struct store **out, const char *folder, const struct plant *p,
                      struct store_opened *opened);

int __wrap_store_open(struct store **out, const char *folder, const struct plant *p,
                      struct store_opened *opened)
{
    if (disk_hangs)
        sem_wait(&disk);
    return __real_store_open(out, folder, p, opened);
}

struct rig {
    unsigned lost;
    struct store_rig *r;
    uv_loop_t loop;
    struct clock clock;
    struct recovery *recovery;
    size_t readies, commits, fetches;
    uint64_t epoch;
    bool is_volatile, was_opened, had_alarm;
    struct store_prev prev;
    uint64_t next_id, owed;
    char reason[16], install[17];
    int err;
    int64_t bytes;
    unsigned ticks;
    bool is_late;
};

static void ready(void *ctx, const struct recovered *v)
{
    struct rig *x = ctx;

    x->readies++;
    x->epoch = v->epoch;
    x->is_volatile = v->is_volatile;
    x->was_opened = v->opened != NULL;
    snprintf(x->reason, sizeof x->reason, "%s", v->gap.reason);
    snprintf(x->install, sizeof x->install, "%s", v->install);
    if (v->opened == NULL)
        return;
    x->prev = v->opened->prev;
    x->next_id = v->opened->next_id;
    x->owed = v->opened->owed[0][LANE_ALARM];
    x->had_alarm = v->opened->n_alarms == 1 && strcmp(v->opened->alarms[0].key, RIG_KEY) == 0;
}

static void committed(void *ctx, struct batch *b, int err)
{
    struct rig *x = ctx;

    assert_ptr_equal(b, &x->r->batch);
    x->commits++;
    x->err = err;
}

static void fetched(void *ctx, struct fetch *f)
{
    struct rig *x = ctx;

    x->fetches++;
    x->err = f->err;
}

static void bytes(void *ctx, int64_t n)
{
    ((struct rig *)ctx)->bytes = n;
}

static void samples_written(void *ctx, int err)
{
    (void)ctx;
    (void)err;
}

static void was_read(void *ctx, struct reading *r)
{
    (void)ctx;
    (void)r;
}

static void lost(void *ctx)
{
    ((struct rig *)ctx)->lost++;
}

static const struct recovery_host host = { .ready = ready,
                                           .committed = committed,
                                           .fetched = fetched,
                                           .samples_written = samples_written,
                                           .read = was_read,
                                           .lost = lost,
                                           .bytes = bytes };

static int begin(void **state)
{
    struct rig *x = calloc(1, sizeof *x);

    x->r = rig_new();
    disk_hangs = false;
    sem_init(&disk, 0, 0);
    uv_loop_init(&x->loop);
    clock_begin(&x->clock);
    *state = x;
    return 0;
}

static int end(void **state)
{
    struct rig *x = *state;

    uv_run(&x->loop, UV_RUN_DEFAULT);
    int err = uv_loop_close(&x->loop);
    rig_free(x->r);
    free(x);
    return err;
}

static void start(struct rig *x, int64_t patience_ms)
{
    const struct recovery_conf c = { .folder = x->r->folder,
                                     .plant = &x->r->plant,
                                     .clock = &x->clock,
                                     .host = &host,
                                     .ctx = x,
                                     .patience_ms = patience_ms,
                                     .retry_ms = 1 };

    assert_int_equal(recovery_start(&x->recovery, &x->loop, &c), RG_OK);
}

#define TICK_MS 10 /* a turn of the loop may run a timer and then wait */

static void ticked(uv_timer_t *t)
{
    struct rig *x = t->data;

    x->is_late = ++x->ticks > BOUND_MS / TICK_MS;
}

static void wait_for(struct rig *x, const size_t *count, size_t n)
{
    uv_timer_t bound = { .data = x };

    uv_timer_init(&x->loop, &bound);
    x->ticks = 0;
    uv_timer_start(&bound, ticked, TICK_MS, TICK_MS);
    while (*count < n && !x->is_late)
        uv_run(&x->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&bound, NULL);
    uv_run(&x->loop, UV_RUN_NOWAIT);
    assert_false(x->is_late);
}

static void start_and_wait(struct rig *x)
{
    size_t before = x->readies;

    start(x, BOUND_MS);
    wait_for(x, &x->readies, before + 1);
}

static void end_it(struct rig *x, bool is_whole)
{
    assert_int_equal(recovery_stop(x->recovery, is_whole), RG_OK);
    uv_run(&x->loop, UV_RUN_DEFAULT);
}

static void stop(struct rig *x)
{
    end_it(x, true);
}

/* Commits until it is taken: what a journal does. */
static void commit_at_last(struct rig *x)
{
    do {
        size_t before = x->commits;
        recovery_commit(x->recovery, &x->r->batch);
        wait_for(x, &x->commits, before + 1);
    } while (x->err != RG_OK && !x->is_late);
    assert_int_equal(x->err, RG_OK);
}

static void a_first_start_a_stop_and_a_start_know_of_each_other(void **state)
{
    struct rig *x = *state;

    start_and_wait(x);
    assert_string_equal(x->reason, "first");
    assert_int_equal(x->epoch, 1);
    assert_false(x->is_volatile);
    assert_int_equal(strlen(x->install), 16);
    rig_add(x->r, TOPIC_ALARM, 1, 1, 1, 1u);
    commit_at_last(x);
    assert_true(x->bytes > 0);
    stop(x);
    start_and_wait(x);
    assert_string_equal(x->reason, "stop");
    assert_int_equal(x->epoch, 2);
    assert_int_equal(x->prev.epoch, 1);
    assert_int_equal(x->prev.seq[TOPIC_ALARM], 1);
    assert_int_equal(x->next_id, 2);
    assert_int_equal(x->owed, 1);
    stop(x);
}

/* As a process of this boot that was killed left it. */
static void leave_a_crash(struct rig *x)
{
    char boot_id[40];

    clock_boot_id(boot_id);
    rig_open(x->r, 0);
    assert_int_equal(
        store_begin_epoch(x->r->store, 1, clock_now(&x->clock).utc_ms, clock_boot_ms(), boot_id),
        RG_OK);
    struct record *rec = rig_add(x->r, TOPIC_ALARM, 1, 1, 1, 1u);
    rec->has_state = true;
    rec->state = rig_alarm(RIG_KEY, 1);
    assert_int_equal(rig_commit(x->r, 1), RG_OK);
    rig_close(x->r);
}

static void what_a_killed_process_left_comes_back_with_its_alarms(void **state)
{
    struct rig *x = *state;

    leave_a_crash(x);
    start_and_wait(x);
    assert_string_equal(x->reason, "crash");
    assert_int_equal(x->epoch, 2);
    assert_true(x->had_alarm);
    stop(x);
}

static void an_end_that_left_something_behind_is_no_clean_stop(void **state)
{
    struct rig *x = *state;

    start_and_wait(x);
    rig_add(x->r, TOPIC_ALARM, 1, 1, 1, 1u);
    commit_at_last(x);
    end_it(x, false);
    start_and_wait(x);
    assert_string_equal(x->reason, "crash");
    stop(x);
}

static void the_mark_of_the_watchdog_is_taken_once(void **state)
{
    struct rig *x = *state;
    char mark[128];

    leave_a_crash(x);
    snprintf(mark, sizeof mark, "%s/watchdog", x->r->folder);
    fclose(fopen(mark, "w"));
    start_and_wait(x);
    assert_string_equal(x->reason, "watchdog");
    assert_int_not_equal(access(mark, F_OK), 0);
    stop(x);
}

static void a_folder_that_is_missing_is_made(void **state)
{
    struct rig *x = *state;

    rmdir(x->r->folder);
    start_and_wait(x);
    assert_string_equal(x->reason, "first");
    stop(x);
}

static void a_damaged_record_is_set_aside_and_the_number_goes_on(void **state)
{
    struct rig *x = *state;

    start_and_wait(x);
    stop(x);
    rig_sql(x->r, "PRAGMA application_id=7");
    start_and_wait(x);
    assert_string_equal(x->reason, "unknown");
    assert_int_equal(x->epoch, 2); /* by its own file */
    assert_false(x->is_volatile);
    assert_false(x->prev.known || x->prev.first);
    assert_int_equal(rig_files(x->r, "events.db.damaged"), 1);
    stop(x);
}

static void a_newer_record_is_not_waited_for(void **state)
{
    struct rig *x = *state;

    rig_sql(x->r, "PRAGMA application_id=0x52474457; PRAGMA user_version=99;");
    start_and_wait(x); /* its patience is longer than this test */
    assert_true(x->is_volatile);
    assert_false(x->was_opened);
    stop(x);
    assert_int_equal(rig_files(x->r, "events.db.damaged"), 0);
}

static void a_disk_that_hangs_makes_the_epoch_volatile_and_the_record_follows(void **state)
{
    struct rig *x = *state;

    leave_a_crash(x);
    x->r->fetch.max = FETCH_MAX;
    disk_hangs = true;
    start(x, 20);
    wait_for(x, &x->readies, 1);
    assert_true(x->is_volatile);
    assert_true(x->epoch >= UINT64_C(1) << 52);
    assert_false(x->was_opened);
    assert_string_equal(x->reason, "unknown");
    rig_add(x->r, TOPIC_ALARM, x->epoch, 1, 1000, 1u);
    disk_hangs = false;
    sem_post(&disk);
    commit_at_last(x);
    uint64_t blind = x->epoch;
    stop(x);
    start_and_wait(x);
    assert_int_equal(x->readies, 2);
    assert_string_equal(x->reason, "stop");
    assert_int_equal(x->prev.epoch, blind);
    assert_int_equal(x->prev.seq[TOPIC_ALARM], 1);
    assert_int_equal(x->owed, 2); /* the crash's and the blind one's */
    assert_true(x->had_alarm);    /* nothing was cleared by not knowing it */
    stop(x);
}

static void a_folder_that_can_not_be_used_answers_every_job(void **state)
{
    struct rig *x = *state;

    rmdir(x->r->folder);
    fclose(fopen(x->r->folder, "w"));
    start(x, 20);
    wait_for(x, &x->readies, 1);
    assert_true(x->is_volatile);
    recovery_commit(x->recovery, &x->r->batch);
    wait_for(x, &x->commits, 1);
    assert_int_equal(x->err, RG_EIO);
    recovery_fetch(x->recovery, &x->r->fetch);
    wait_for(x, &x->fetches, 1);
    assert_int_equal(x->err, RG_EIO);
    unlink(x->r->folder); /* somebody mends it */
    mkdir(x->r->folder, 0700);
    commit_at_last(x);
    stop(x);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_first_start_a_stop_and_a_start_know_of_each_other),
        T(what_a_killed_process_left_comes_back_with_its_alarms),
        T(an_end_that_left_something_behind_is_no_clean_stop),
        T(the_mark_of_the_watchdog_is_taken_once),
        T(a_folder_that_is_missing_is_made),
        T(a_damaged_record_is_set_aside_and_the_number_goes_on),
        T(a_newer_record_is_not_waited_for),
        T(a_disk_that_hangs_makes_the_epoch_volatile_and_the_record_follows),
        T(a_folder_that_can_not_be_used_answers_every_job),
    };

    return cmocka_run_group_tests_name("recovery", tests, NULL, NULL);
}
