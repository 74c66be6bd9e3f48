/* The outbox alone: its window, its timers, what it calls a dead link. */
#include "daemon/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/err.h"

#define POOL 512

static struct message_pool *pool;
static struct outbox *o;
static uint64_t next_id, seq[NUMBERED_TOPICS];
static uint32_t flies[POOL];
static size_t n_flies, n_sent;
static unsigned disconnects;

static int set_up(void **unused)
{
    struct outbox_conf c = { .receipts = true, .seed = 1, .epoch = 1 };

    (void)unused;
    next_id = 0;
    n_flies = n_sent = disconnects = 0;
    memset(seq, 0, sizeof seq);
    assert_int_equal(message_pool_new(&pool, POOL), RG_OK);
    assert_int_equal(outbox_new(&o, &c, pool, 0), RG_OK);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    outbox_free(o);
    message_pool_free(pool);
    return 0;
}

static struct message *put(enum topic t, bool durable, int64_t now_ms)
{
    struct message *m = message_take(pool);

    assert_non_null(m);
    m->id = ++next_id;
    m->epoch = 1;
    m->topic = t;
    m->seq = ++seq[t];
    m->born_ms = now_ms;
    m->durable = durable;
    outbox_add(o, m, now_ms);
    message_drop(pool, m);
    return m;
}

static void add(enum topic t, int64_t now_ms)
{
    put(t, true, now_ms);
}

/* Whatever is due now; an empty store.  Returns until when it sleeps. */
static int64_t run(int64_t now_ms)
{
    struct outbox_action a;

    for (;;) {
        outbox_next(o, now_ms, &a);
        switch (a.what) {
        case OUTBOX_SLEEP:
            return a.until_ms;
        case OUTBOX_CONNECT:
            outbox_up(o, now_ms);
            break;
        case OUTBOX_DISCONNECT:
            disconnects++;
            n_flies = 0;
            break;
        case OUTBOX_SEND:
            n_sent++;
            flies[n_flies++] = a.token;
            break;
        case OUTBOX_FETCH:
            outbox_fetched(o, &a.fetch, now_ms);
            break;
        case OUTBOX_DONE:
        case OUTBOX_EXPIRED:
            break;
        }
    }
}

static void puback(size_t i, int64_t now_ms)
{
    outbox_puback(o, flies[i], true, now_ms);
    memmove(&flies[i], &flies[i + 1], (--n_flies - i) * sizeof flies[0]);
}

static void connect_at(int64_t now_ms)
{
    while (run(now_ms) != INT64_MAX && n_sent == 0 && disconnects == 0) {
        struct outbox_stats s;

        outbox_stats(o, &s);
        if (s.up)
            return;
        now_ms += 10;
    }
}

/* --- what is a dead link --- */

static void a_frozen_broker_is_noticed_after_10_s(void **unused)
{
    (void)unused;
    connect_at(0);
    add(TOPIC_ALARM, 20000);
    assert_int_equal(run(20000), 30000);
    run(29999);
    assert_int_equal(disconnects, 0);
    run(30000);
    assert_int_equal(disconnects, 1);
}

/* Receive maximum 1 and 2 s a PUBACK: the sixteenth is answered after 32 s. */
static void a_broker_that_takes_one_after_the_other_is_not_dead(void **unused)
{
    (void)unused;
    connect_at(0);
    for (int i = 0; i < 40; i++)
        add(TOPIC_ALARM, 20000);
    run(20000);
    assert_int_equal(n_flies, 16);
    for (int64_t now_ms = 22000; now_ms < 90000 && n_flies > 0; now_ms += 2000) {
        puback(0, now_ms);
        run(now_ms);
    }
    assert_int_equal(disconnects, 0);
    assert_true(n_sent >= 40);
}

/* Perhaps it was too long for this broker: others must not hide that for ever. */
static void a_message_that_is_never_answered_ends_the_link_after_60_s(void **unused)
{
    int64_t now_ms = 20000;

    (void)unused;
    connect_at(0);
    add(TOPIC_ALARM, now_ms);
    run(now_ms);
    for (; now_ms < 79000; now_ms += 1000) {
        add(TOPIC_TELEMETRY, now_ms);
        run(now_ms);
        puback(1, now_ms);
        assert_int_equal(disconnects, 0);
    }
    assert_int_equal(run(79000), 80000);
    run(80000);
    assert_int_equal(disconnects, 1);
}

static void a_quiet_link_is_not_a_dead_one(void **unused)
{
    (void)unused;
    connect_at(0);
    assert_int_equal(run(3600000), INT64_MAX);
    assert_int_equal(disconnects, 0);
}

/* --- the window --- */

/* Backlog begins with one message and doubles its trust with each answer. */
static void backlog_opens_its_window_with_the_answers(void **unused)
{
    static const size_t wanted[] = { 1, 2, 3, 4 };

    (void)unused;
    for (int i = 0; i < 60; i++)
        add(TOPIC_ALARM, 0);
    connect_at(0);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        run(1000 + (int64_t)i);
        assert_int_equal(n_flies, wanted[i]);
        puback(0, 1000 + (int64_t)i);
    }
    for (int64_t now_ms = 2000; now_ms < 2030; now_ms++) {
        run(now_ms);
        assert_true(n_flies <= 12);
        puback(0, now_ms);
    }
}

static void a_slow_answer_halves_the_window(void **unused)
{
    (void)unused;
    for (int i = 0; i < 100; i++)
        add(TOPIC_ALARM, 0);
    connect_at(0);
    for (int64_t now_ms = 1000; now_ms < 1008; now_ms++) {
        run(now_ms);
        puback(0, now_ms);
    }
    run(1010);
    assert_true(n_flies >= 8);
    while (n_flies > 0)
        puback(0, 4000); /* each took 3 s */
    run(4000);
    assert_int_equal(n_flies, 1);
}

static void telemetry_never_holds_more_than_four_places(void **unused)
{
    (void)unused;
    connect_at(0);
    for (int i = 0; i < 60; i++)
        add(TOPIC_TELEMETRY, 1000);
    for (int64_t now_ms = 1000; now_ms < 1040; now_ms++) {
        run(now_ms);
        assert_true(n_flies <= 4);
        puback(0, now_ms);
    }
}

/* --- refused --- */

static void an_alarm_does_not_hurry_a_refused_gateway(void **unused)
{
    struct outbox_stats s;
    int64_t until_ms;

    (void)unused;
    connect_at(0);
    outbox_down(o, true, 5000);
    until_ms = run(5000);
    assert_in_range(until_ms, 65000, 71000);
    add(TOPIC_ALARM, 6000);
    assert_int_equal(run(6000), until_ms);
    outbox_stats(o, &s);
    assert_false(s.up);
}

/* A long wait that began in peace is cut short by an alarm. */
static void an_alarm_hurries_a_lost_connection(void **unused)
{
    (void)unused;
    connect_at(0);
    for (int i = 0; i < 12; i++) {
        outbox_down(o, false, 1000 + i);
        outbox_up(o, 1000 + i);
    }
    do
        outbox_down(o, false, 2000), outbox_up(o, 2000), outbox_down(o, false, 2000);
    while (run(2000) < 12000);
    add(TOPIC_ALARM, 3000);
    assert_in_range(run(3000), 3001, 8000);
}

/* A hundred that came while the disk was stuck, and something older that the store
 * owes: they wait for it, so it must be asked for. */
static void many_that_wait_for_the_store_do_not_keep_it_from_being_asked(void **unused)
{
    struct message *late[100];

    (void)unused;
    connect_at(0);
    outbox_down(o, false, 1000);
    for (int i = 0; i < 100; i++)
        late[i] = put(TOPIC_ALARM, false, 1000);
    outbox_up(o, 1000);
    for (int i = 0; i < 100; i++)
        late[i]->durable = true;
    for (run(2000); n_flies > 0; run(2000))
        puback(0, 2000);
    assert_int_equal(n_sent, 100);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_frozen_broker_is_noticed_after_10_s),
        CASE(a_broker_that_takes_one_after_the_other_is_not_dead),
        CASE(a_message_that_is_never_answered_ends_the_link_after_60_s),
        CASE(a_quiet_link_is_not_a_dead_one),
        CASE(backlog_opens_its_window_with_the_answers),
        CASE(a_slow_answer_halves_the_window),
        CASE(telemetry_never_holds_more_than_four_places),
        CASE(an_alarm_does_not_hurry_a_refused_gateway),
        CASE(an_alarm_hurries_a_lost_connection),
        CASE(many_that_wait_for_the_store_do_not_keep_it_from_being_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
