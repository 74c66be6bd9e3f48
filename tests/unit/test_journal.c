/* What is not durable yet: groups, retries, done marks, a ring that never runs
 * full. */
#include "daemon/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/err.h"

#define POOL   32
#define STATES 16

static struct message_pool *pool;
static struct journal *j;
static uint64_t next_id;

static int set_up(void **unused)
{
    (void)unused;
    next_id = 0;
    assert_int_equal(message_pool_new(&pool, POOL), RG_OK);
    assert_int_equal(journal_new(&j, pool, STATES), RG_OK);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    journal_free(j);
    message_pool_free(pool);
    return 0;
}

/* A message that only the journal holds, owed by the uplinks 0 and 1. */
static struct message *add(const char *key)
{
    struct record r = { .msg = message_take(pool), .uplinks = 3, .has_state = key != NULL };
    struct message *m = r.msg;

    assert_non_null(m);
    m->id = ++next_id;
    m->len = (uint16_t)snprintf(m->body, sizeof m->body, "{\"v\":1,\"replay\":false}");
    snprintf(r.state.key, sizeof r.state.key, "%s", key == NULL ? "" : key);
    r.state.st.peak = (double)next_id;
    assert_int_equal(journal_add(j, &r), RG_OK);
    message_drop(pool, m);
    return m;
}

static void add_state(const char *key, double peak)
{
    struct record r = { .has_state = true };

    snprintf(r.state.key, sizeof r.state.key, "%s", key);
    r.state.st.peak = peak;
    assert_int_equal(journal_add(j, &r), RG_OK);
}

static struct batch *due(int64_t now_ms)
{
    int64_t until_ms;

    return journal_next(j, now_ms, &until_ms);
}

static int64_t until(int64_t now_ms)
{
    int64_t until_ms;

    assert_null(journal_next(j, now_ms, &until_ms));
    return until_ms;
}

static void an_idle_store_gets_a_record_at_once_and_the_rest_as_a_group(void **unused)
{
    struct batch *b;

    (void)unused;
    assert_int_equal(until(0), INT64_MAX);
    add(NULL);
    b = due(0);
    assert_int_equal(b->n_records, 1);
    for (int i = 0; i < 5; i++)
        add(NULL);
    assert_null(due(10));
    journal_committed(j, b, RG_OK, 20);
    b = due(20);
    assert_int_equal(b->n_records, 5);
    assert_int_equal(b->records[0].msg->id, 2);
    assert_int_equal(b->records[4].msg->id, 6);
    journal_committed(j, b, RG_OK, 30);
    assert_true(journal_is_empty(j));
    assert_int_equal(message_pool_left(pool), POOL);
}

static void a_message_is_durable_only_when_its_commit_was_good(void **unused)
{
    struct message *m = message_ref(add(NULL));
    struct batch *b = due(0);

    (void)unused;
    assert_false(m->durable);
    journal_committed(j, b, RG_EIO, 10);
    assert_false(m->durable);
    journal_committed(j, due(510), RG_OK, 520);
    assert_true(m->durable);
    message_drop(pool, m);
}

/* Kept whole and in order: half a group would be a hole in the record. */
static void a_failed_group_is_tried_again_as_it_was(void **unused)
{
    static const int64_t waits_ms[] = { 500, 1000, 2000, 4000, 5000, 5000 };
    int64_t now_ms = 100;
    struct batch *b;

    (void)unused;
    add("co.a/high");
    add(NULL);
    b = due(now_ms);
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
        journal_committed(j, b, RG_EIO, now_ms);
        assert_true(journal_failing(j, now_ms));
        add(NULL);
        assert_int_equal(until(now_ms), now_ms + waits_ms[i]);
        now_ms += waits_ms[i];
        b = due(now_ms);
        assert_int_equal(b->n_records, 2);
        assert_int_equal(b->records[0].msg->id, 1);
        assert_string_equal(b->records[0].state.key, "co.a/high");
    }
    journal_committed(j, b, RG_OK, now_ms);
    assert_false(journal_failing(j, now_ms));
    assert_int_equal(due(now_ms)->n_records, 6);
}

static void a_store_that_is_silent_for_2_s_is_failing(void **unused)
{
    struct batch *b;

    (void)unused;
    add(NULL);
    b = due(1000);
    assert_int_equal(until(1001), 3000);
    assert_false(journal_failing(j, 2999));
    assert_true(journal_failing(j, 3000));
    assert_int_equal(until(3000), INT64_MAX);
    journal_committed(j, b, RG_OK, 9000);
    assert_false(journal_failing(j, 9000));
}

/* --- done marks --- */

static void done_marks_wait_a_second_for_company(void **unused)
{
    struct batch *b;

    (void)unused;
    journal_done(j, (struct done){ 77, 0 }, 100);
    journal_done(j, (struct done){ 78, 1 }, 600);
    assert_int_equal(until(600), 1100);
    b = due(1100);
    assert_int_equal(b->n_records, 0);
    assert_int_equal(b->n_dones, 2);
    assert_int_equal(b->dones[1].id, 78);
    assert_int_equal(b->dones[1].uplink, 1);
    journal_committed(j, b, RG_OK, 1110);
    assert_true(journal_is_empty(j));
}

static void done_marks_travel_with_the_next_record(void **unused)
{
    (void)unused;
    journal_done(j, (struct done){ 77, 0 }, 100);
    add(NULL);
    assert_int_equal(due(100)->n_dones, 1);
}

static void many_done_marks_and_those_at_the_end_do_not_wait(void **unused)
{
    struct batch *b;

    (void)unused;
    for (uint64_t id = 0; id < 256; id++)
        journal_done(j, (struct done){ 1000 + id, 0 }, 100);
    b = due(100);
    assert_int_equal(b->n_dones, 256);
    journal_committed(j, b, RG_OK, 110);
    journal_done(j, (struct done){ 77, 0 }, 120);
    journal_flush(j);
    assert_non_null(due(120));
}

/* Done before it was recorded: it is recorded as not owed, and no mark is. */
static void what_is_done_before_it_is_recorded_is_never_owed(void **unused)
{
    struct batch *b;

    (void)unused;
    add(NULL);
    journal_done(j, (struct done){ 1, 1 }, 0);
    b = due(0);
    assert_int_equal(b->records[0].uplinks, 1);
    assert_int_equal(b->n_dones, 0);
}

/* The store has the record already: it must be told behind it. */
static void what_is_done_while_it_is_being_recorded_is_told_behind_it(void **unused)
{
    struct batch *b;

    (void)unused;
    add(NULL);
    b = due(0);
    journal_done(j, (struct done){ 1, 1 }, 5);
    assert_int_equal(b->records[0].uplinks, 3);
    journal_committed(j, b, RG_EIO, 10);
    b = due(510);
    assert_int_equal(b->n_dones, 0);
    journal_committed(j, b, RG_OK, 520);
    b = due(1520);
    assert_int_equal(b->n_dones, 1);
    assert_int_equal(b->dones[0].id, 1);
}

/* --- a store that is away for long --- */

static void states_without_end_never_fill_the_ring(void **unused)
{
    char key[16];
    struct batch *b;

    (void)unused;
    add("k0");
    b = due(0);
    for (int i = 0; i < 100000; i++) {
        snprintf(key, sizeof key, "k%d", i % STATES);
        add_state(key, i);
    }
    journal_committed(j, b, RG_OK, 10);
    for (double newest[STATES] = { 0 };;) {
        b = due(10);
        if (b == NULL) {
            for (int i = 0; i < STATES; i++)
                assert_true(newest[i] >= 100000 - STATES);
            break;
        }
        for (size_t i = 0; i < b->n_records; i++) {
            int k = (int)strtol(b->records[i].state.key + 1, NULL, 10);

            assert_true(b->records[i].state.st.peak >= newest[k]); /* in the order of time */
            newest[k] = b->records[i].state.st.peak;
        }
        journal_committed(j, b, RG_OK, 10);
    }
}

/* A message and its state are one transaction: neither is thinned out. */
static void no_message_is_dropped_for_a_younger_state(void **unused)
{
    size_t messages = 0;
    struct batch *b;

    (void)unused;
    for (int i = 0; i < POOL; i++)
        add("k0");
    for (int i = 0; i < 10000; i++)
        add_state("k0", 1000 + i);
    while ((b = due(0)) != NULL) {
        for (size_t i = 0; i < b->n_records; i++)
            if (b->records[i].msg != NULL)
                assert_int_equal(b->records[i].msg->id, ++messages);
        journal_committed(j, b, RG_OK, 0);
    }
    assert_int_equal(messages, POOL);
    assert_int_equal(message_pool_left(pool), POOL);
}

static void a_message_that_is_given_up_leaves_its_state(void **unused)
{
    struct batch *b;

    (void)unused;
    add("co.a/high");
    assert_int_equal(journal_length(j), 1);
    journal_give_up(j, 0);
    assert_null(journal_message(j, 0));
    assert_int_equal(message_pool_left(pool), POOL);
    b = due(0);
    assert_null(b->records[0].msg);
    assert_string_equal(b->records[0].state.key, "co.a/high");
}

/* Bytes that left, or that the store has had, never change: a transaction that
 * was reported as failed may still be found after a crash. */
static void only_what_nobody_has_had_is_marked_volatile(void **unused)
{
    struct message *lent = add(NULL), *sent, *waits;
    struct batch *b = due(0);

    (void)unused;
    sent = add(NULL);
    sent->sent = true;
    waits = add(NULL);
    journal_mark_volatile(j);
    assert_false(lent->is_volatile);
    assert_false(sent->is_volatile);
    assert_null(strstr(sent->body, "volatile"));
    assert_true(waits->is_volatile);
    assert_non_null(strstr(waits->body, "\"volatile\":true,\"replay\":false}"));
    journal_committed(j, b, RG_EIO, 10);
    journal_mark_volatile(j);
    assert_false(lent->is_volatile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_idle_store_gets_a_record_at_once_and_the_rest_as_a_group,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_message_is_durable_only_when_its_commit_was_good, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_failed_group_is_tried_again_as_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_store_that_is_silent_for_2_s_is_failing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(done_marks_wait_a_second_for_company, set_up, tear_down),
        cmocka_unit_test_setup_teardown(done_marks_travel_with_the_next_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_done_marks_and_those_at_the_end_do_not_wait, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_done_before_it_is_recorded_is_never_owed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_done_while_it_is_being_recorded_is_told_behind_it,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(states_without_end_never_fill_the_ring, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_message_is_dropped_for_a_younger_state, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_message_that_is_given_up_leaves_its_state, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(only_what_nobody_has_had_is_marked_volatile, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
