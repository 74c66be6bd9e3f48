#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "config/err.h"
#include "daemon/store_thread.h"
#include "tests/unit/store_rig.h"

#define BOUND_MS 20000

struct thread_rig {
    struct store_rig *r;
    uv_loop_t loop;
    struct store_thread *t;
    struct store_answer last;
    enum store_job order[STORE_QUEUE];
    size_t n;
    uint64_t next_id;
    bool is_late;
};

static void took(void *ctx, const struct store_answer *a)
{
    struct thread_rig *x = ctx;

    x->last = *a;
    x->order[x->n++ % STORE_QUEUE] = a->job;
    if (a->opened != NULL) {
        x->next_id = a->opened->next_id;
        free(a->opened->alarms);
    }
}

static void too_late(uv_timer_t *t)
{
    ((struct thread_rig *)t->data)->is_late = true;
}

static void run_until(struct thread_rig *x, size_t answers)
{
    uv_timer_t bound = { .data = x };

    uv_timer_init(&x->loop, &bound);
    uv_timer_start(&bound, too_late, BOUND_MS, 0);
    while (x->n < answers && !x->is_late)
        uv_run(&x->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&bound, NULL);
    uv_run(&x->loop, UV_RUN_NOWAIT);
    assert_false(x->is_late);
}

static int begin(void **state)
{
    struct thread_rig *x = calloc(1, sizeof *x);

    x->r = rig_new();
    uv_loop_init(&x->loop);
    assert_int_equal(store_thread_start(&x->t, &x->loop, x->r->folder, &x->r->plant, took, x),
                     RG_OK);
    *state = x;
    return 0;
}

static int end(void **state)
{
    struct thread_rig *x = *state;

    assert_int_equal(store_thread_stop(x->t), RG_OK);
    uv_run(&x->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&x->loop), 0);
    rig_free(x->r);
    free(x);
    return 0;
}

static const struct store_begin new_epoch = { .utc_ms = 1, .boot_ms = 2, .boot_id = "boot" };

static void open_and_begin(struct thread_rig *x)
{
    assert_true(store_thread_open(x->t));
    assert_true(store_thread_begin(x->t, &new_epoch));
    run_until(x, 2);
    assert_int_equal(x->last.err, RG_OK);
}

static void jobs_are_answered_in_order(void **state)
{
    struct thread_rig *x = *state;
    static const enum store_job want[] = { STORE_OPEN, STORE_BEGIN,      STORE_COMMIT, STORE_FETCH,
                                           STORE_TRIM, STORE_CLEAN_STOP, STORE_CLOSE };

    rig_add(x->r, TOPIC_ALARM, 1, 1, 1, 1u);
    x->r->fetch.max = FETCH_MAX;
    x->r->fetch.below_id = UINT64_MAX;
    assert_true(store_thread_open(x->t));
    assert_true(store_thread_begin(x->t, &new_epoch));
    assert_true(store_thread_commit(x->t, 1, &x->r->batch));
    assert_true(store_thread_fetch(x->t, &x->r->fetch));
    assert_true(store_thread_trim(x->t, &(struct store_keep){ 0 }));
    assert_true(store_thread_clean_stop(x->t, 1, 5));
    assert_true(store_thread_close(x->t));
    run_until(x, 7);
    assert_memory_equal(x->order, want, sizeof want);
    assert_int_equal(x->r->fetch.n, 1);
    assert_true(rig_is_as_made(x->r->fetch.v[0]));
    assert_int_equal(x->next_id, 1);
    rig_open(x->r, 0);
    assert_true(x->r->opened.prev.clean_stop);
}

static void an_epoch_is_taken_from_file_and_record(void **state)
{
    struct thread_rig *x = *state;

    open_and_begin(x);
    assert_int_equal(x->last.epoch, 1);
    assert_false(x->last.is_volatile);
    assert_int_equal(strlen(x->last.install), 16);
    assert_true(store_thread_begin(x->t, &(struct store_begin){ .utc_ms = 9 }));
    run_until(x, 3);
    assert_int_equal(x->last.epoch, 2);
    assert_true(store_thread_open(x->t));
    run_until(x, 4);
    assert_int_equal(x->last.err, RG_EALREADY);
}

static void without_its_record_every_job_says_so(void **state)
{
    struct thread_rig *x = *state;

    rig_sql(x->r, "PRAGMA application_id=0x52474457; PRAGMA user_version=99;");
    x->r->fetch.max = FETCH_MAX;
    assert_true(store_thread_open(x->t));
    run_until(x, 1);
    assert_int_equal(x->last.err, RG_ENEWER);
    assert_non_null(strstr(x->last.text, "version 99"));
    assert_null(x->last.opened);
    assert_true(store_thread_begin(x->t, &new_epoch));
    run_until(x, 2);
    assert_int_equal(x->last.err, RG_EIO);
    assert_int_equal(x->last.epoch, 1);
    assert_false(x->last.is_volatile);
    assert_true(store_thread_commit(x->t, 1, &x->r->batch));
    assert_true(store_thread_fetch(x->t, &x->r->fetch));
    run_until(x, 4);
    assert_int_equal(x->r->fetch.err, RG_EIO);
    assert_ptr_equal(x->last.fetch, &x->r->fetch);
    assert_string_equal(x->last.text, "the record is not open");
}

static void a_full_queue_takes_nothing(void **state)
{
    struct thread_rig *x = *state;

    for (int i = 0; i < STORE_QUEUE; i++)
        assert_true(store_thread_trim(x->t, &(struct store_keep){ 0 }));
    assert_false(store_thread_trim(x->t, &(struct store_keep){ 0 }));
    run_until(x, STORE_QUEUE);
    assert_true(store_thread_trim(x->t, &(struct store_keep){ 0 }));
    run_until(x, STORE_QUEUE + 1);
}

static void what_is_queued_at_the_stop_is_done(void **state)
{
    struct thread_rig *x = *state;

    open_and_begin(x);
    rig_add(x->r, TOPIC_ALARM, 1, 1, 1, 1u);
    assert_true(store_thread_commit(x->t, 1, &x->r->batch));
    assert_true(store_thread_clean_stop(x->t, 1, 5));
    assert_int_equal(store_thread_stop(x->t), RG_OK);
    x->t = NULL;
    uv_run(&x->loop, UV_RUN_DEFAULT);
    assert_int_equal(x->n, 2);
    rig_open(x->r, 0);
    assert_true(x->r->opened.prev.clean_stop);
    assert_int_equal(x->r->opened.owed[0][LANE_ALARM], 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(jobs_are_answered_in_order),           T(an_epoch_is_taken_from_file_and_record),
        T(without_its_record_every_job_says_so), T(a_full_queue_takes_nothing),
        T(what_is_queued_at_the_stop_is_done),
    };

    return cmocka_run_group_tests_name("store_thread", tests, NULL, NULL);
}
