/* One outbox against a model of store, link, broker and platform, under a seed:
 * messages of all topics, commits that are late or fail, links that break,
 * PUBACKs and receipts in any order, kills of the process.
 * Usage: test_outbox_model [-s SEED] */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/err.h"
#include "daemon/outbox.h"

#define SEEDS    100
#define STEPS    6000
#define IDS_MAX  12000
#define FLIGHTS  64
#define EPOCHS   64
#define POOL     1024
#define WINDOW   16
#define TELE_MAX 4

struct fact { /* all that is true of one message */
    uint64_t epoch, seq;
    enum topic topic;
    int64_t born_ms;
    bool bad_news, is_volatile;
    bool durable, owed, gone;  /* gone: died with a process before it was durable */
    bool live;                 /* made in this connection */
    bool in_memory;            /* of this process, not durable yet */
    unsigned sends, sends_now; /* in all, in this connection */
    int64_t acked_ms, wait_ms; /* its last PUBACK, and how long it waits from there */
    bool received, receipted, done;
};

struct flight {
    uint32_t token;
    uint64_t id;
};

struct world {
    uint64_t random;
    struct message_pool *pool;
    struct outbox *box;
    struct message *pending[POOL]; /* not durable: the journal's references */
    size_t n_pending;
    uint64_t marks[IDS_MAX]; /* done, and the store does not know yet */
    size_t n_marks;
    struct fact facts[IDS_MAX];
    uint64_t next_id;
    uint64_t epoch;
    uint64_t seq[NUMBERED_TOPICS];
    int64_t now_ms, began_ms;
    bool up, calm, store_bad, all_good;
    struct fetch fetch;
    bool fetching;
    int64_t fetch_at_ms;
    struct flight flights[FLIGHTS];
    size_t n_flights;
    uint64_t last_sent[LANES][2]; /* by lane and live, in this connection */
    uint64_t queue[LANES];        /* the longest of late */
    bool host_flies;
    uint64_t n_resends, n_kills, n_downs;
};

static uint64_t start_seed = 1;
static unsigned seeds = SEEDS;
static uint64_t running;

static uint64_t draw(struct world *w, uint64_t below)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return (w->random * 0x2545F4914F6CDD1Du >> 20) % below;
}

static bool chance(struct world *w, uint64_t percent)
{
    return draw(w, 100) < percent;
}

static int64_t mono(const struct world *w)
{
    return w->now_ms - w->began_ms;
}

static enum lane lane_of(const struct fact *f)
{
    return f->topic == TOPIC_TELEMETRY ? LANE_TELEMETRY : LANE_ALARM;
}

/* --- process --- */

static void begin_process(struct world *w)
{
    struct outbox_conf c = { .receipts = true, .seed = w->random, .epoch = ++w->epoch };

    w->began_ms = w->now_ms;
    for (uint64_t id = 1; id < w->next_id; id++)
        if (w->facts[id].owed)
            c.owed[lane_of(&w->facts[id])]++;
    memset(w->seq, 0, sizeof w->seq);
    assert_int_equal(message_pool_new(&w->pool, POOL), RG_OK);
    assert_int_equal(outbox_new(&w->box, &c, w->pool, 0), RG_OK);
}

static void link_gone(struct world *w)
{
    w->up = false;
    w->host_flies = false;
    w->n_flights = 0;
    memset(w->last_sent, 0, sizeof w->last_sent);
    for (uint64_t id = 1; id < w->next_id; id++) {
        w->facts[id].live = false;
        w->facts[id].sends_now = 0;
        w->facts[id].wait_ms = 0;
    }
}

static void kill_process(struct world *w)
{
    outbox_free(w->box);
    message_pool_free(w->pool);
    for (uint64_t id = 1; id < w->next_id; id++) {
        w->facts[id].gone = w->facts[id].gone || w->facts[id].in_memory;
        w->facts[id].in_memory = false;
    }
    while (w->n_marks > 0) /* the store was never told: done again, after a resend */
        w->facts[w->marks[--w->n_marks]].done = false;
    w->n_pending = 0;
    w->fetching = false;
    w->n_kills++;
    link_gone(w);
    begin_process(w);
}

/* --- store --- */

static void make_message(struct world *w)
{
    static const enum topic topics[] = { TOPIC_ALARM, TOPIC_ALARM, TOPIC_LEDGER, TOPIC_TELEMETRY };
    struct message *m;
    struct fact *f;

    if (w->next_id == IDS_MAX || w->n_pending > POOL / 4)
        return;
    m = message_take(w->pool);
    assert_non_null(m);
    f = &w->facts[w->next_id];
    *f = (struct fact){ .epoch = w->epoch, .topic = topics[draw(w, 4)], .born_ms = w->now_ms };
    f->seq = ++w->seq[f->topic];
    f->bad_news = f->topic == TOPIC_ALARM && chance(w, 50);
    f->is_volatile = w->store_bad;
    f->in_memory = true;
    f->live = w->up;
    m->id = w->next_id++;
    m->epoch = f->epoch;
    m->seq = f->seq;
    m->topic = f->topic;
    m->born_ms = mono(w);
    m->bad_news = f->bad_news;
    m->is_volatile = f->is_volatile;
    w->pending[w->n_pending++] = m;
    outbox_add(w->box, m, mono(w));
}

static void commit(struct world *w)
{
    for (size_t i = 0; i < w->n_pending; i++) {
        struct fact *f = &w->facts[w->pending[i]->id];

        f->durable = true;
        f->in_memory = false;
        f->owed = true;
        w->pending[i]->durable = true;
        message_drop(w->pool, w->pending[i]);
    }
    w->n_pending = 0;
    while (w->n_marks > 0)
        w->facts[w->marks[--w->n_marks]].owed = false;
}

static void answer_fetch(struct world *w)
{
    struct fetch *f = &w->fetch;

    w->fetching = false;
    f->n = 0;
    f->more = false;
    f->err = w->store_bad ? RG_EIO : RG_OK;
    for (uint64_t id = f->after_id + 1; id < f->below_id && id < w->next_id && f->err == RG_OK;
         id++) {
        struct fact *k = &w->facts[id];

        if (!k->owed || lane_of(k) != f->lane)
            continue;
        if (f->n == f->max) {
            f->more = true;
            break;
        }
        f->v[f->n]->id = id;
        f->v[f->n]->epoch = k->epoch;
        f->v[f->n]->seq = k->seq;
        f->v[f->n]->topic = k->topic;
        f->v[f->n]->sent = true;
        f->v[f->n++]->born_ms = k->epoch == w->epoch ? k->born_ms - w->began_ms : INT64_MIN;
    }
    outbox_fetched(w->box, f, mono(w));
}

/* --- what must hold at a sending --- */

static bool may_leave(const struct world *w, const struct fact *f)
{
    return f->durable || f->is_volatile ||
           (f->bad_news && w->now_ms >= f->born_ms + 300 && !f->gone);
}

static void check_live_first(const struct world *w, uint64_t sent)
{
    for (uint64_t id = 1; id < w->next_id; id++) {
        const struct fact *f = &w->facts[id];

        if (f->live && f->topic != TOPIC_TELEMETRY && f->sends_now == 0 && !f->done &&
            may_leave(w, f) && id != sent)
            fail_msg("live alarm %ju waits behind %ju", (uintmax_t)id, (uintmax_t)sent);
    }
}

/* The first sendings of one connection rise in each lane, live and backlog;
 * only where no disk was late may that be asked of early bad news too. */
static void check_order(struct world *w, uint64_t id)
{
    struct fact *f = &w->facts[id];
    uint64_t *last = &w->last_sent[lane_of(f)][f->live];

    if (f->sends_now > 0)
        return;
    if (w->calm)
        assert_true(id > *last);
    *last = id;
}

static void check_window(const struct world *w)
{
    size_t telemetry = 0;

    for (size_t i = 0; i < w->n_flights; i++)
        telemetry += w->facts[w->flights[i].id].topic == TOPIC_TELEMETRY;
    assert_true(w->n_flights + w->host_flies <= WINDOW);
    assert_true(telemetry <= TELE_MAX);
}

/* Without a receipt it goes again 30 s after its PUBACK, doubling to 10 min. */
static void check_patience(struct world *w, struct fact *f)
{
    static const uint64_t few[LANES] = { 250, 60 }; /* so few stay in memory */

    if (f->sends_now == 0 || w->queue[lane_of(f)] >= few[lane_of(f)])
        return;
    assert_true(w->now_ms >= f->acked_ms + f->wait_ms);
}

static void on_send(struct world *w, const struct outbox_action *a)
{
    uint64_t id = a->msg->id;
    struct fact *f = &w->facts[id];

    assert_true(w->up);
    assert_true(may_leave(w, f));
    assert_int_equal(a->msg->seq, f->seq);
    if (!a->replay) {
        assert_int_equal(f->sends, 0);
        assert_true(w->now_ms - f->born_ms <= 5000);
    }
    if (!f->live || f->topic == TOPIC_TELEMETRY)
        check_live_first(w, id);
    check_order(w, id);
    check_patience(w, f);
    w->n_resends += f->sends > 0;
    f->sends++;
    f->sends_now++;
    assert_true(w->n_flights < FLIGHTS);
    w->flights[w->n_flights++] = (struct flight){ a->token, id };
    check_window(w);
}

static void on_done(struct world *w, uint64_t id)
{
    struct fact *f = &w->facts[id];

    assert_true(f->received);
    assert_true(f->topic == TOPIC_TELEMETRY || f->receipted);
    f->done = true;
    assert_true(w->n_marks < IDS_MAX);
    w->marks[w->n_marks++] = id;
}

static void run_outbox(struct world *w)
{
    struct outbox_action a;

    for (int i = 0;; i++) {
        assert_true(i < 20000);
        outbox_next(w->box, mono(w), &a);
        switch (a.what) {
        case OUTBOX_SLEEP:
            assert_true(a.until_ms > mono(w));
            return;
        case OUTBOX_CONNECT:
            if (w->all_good || chance(w, 60)) {
                w->up = true;
                outbox_up(w->box, mono(w));
            } else {
                outbox_down(w->box, chance(w, 5), mono(w));
            }
            break;
        case OUTBOX_DISCONNECT:
            link_gone(w);
            break;
        case OUTBOX_SEND:
            on_send(w, &a);
            break;
        case OUTBOX_FETCH:
            assert_false(w->fetching);
            w->fetching = true;
            w->fetch = a.fetch;
            w->fetch_at_ms = w->now_ms + (w->calm || w->all_good ? 0 : (int64_t)draw(w, 3000));
            break;
        case OUTBOX_DONE:
            on_done(w, a.done.id);
            break;
        case OUTBOX_EXPIRED:
            fail();
        }
    }
}

/* --- platform --- */

static void puback_one(struct world *w)
{
    size_t i = draw(w, w->n_flights);
    struct flight f = w->flights[i];
    bool ok = w->all_good || !chance(w, 3);
    struct fact *k = &w->facts[f.id];

    w->flights[i] = w->flights[--w->n_flights];
    k->received = k->received || ok;
    k->acked_ms = w->now_ms;
    k->wait_ms = k->wait_ms == 0 ? 30000 : k->wait_ms < 300000 ? k->wait_ms * 2 : 600000;
    outbox_puback(w->box, f.token, ok, mono(w));
}

static uint64_t received_upto(const struct world *w, enum topic t, uint64_t epoch)
{
    uint64_t upto = 0;

    for (uint64_t id = 1; id < w->next_id; id++) {
        const struct fact *f = &w->facts[id];

        if (f->topic != t || f->epoch != epoch)
            continue;
        if (!f->received)
            break;
        upto = f->seq;
    }
    return upto;
}

static void give_upto(struct world *w, const struct fact *like)
{
    uint64_t upto = received_upto(w, like->topic, like->epoch);

    if (upto == 0)
        return;
    for (uint64_t id = 1; id < w->next_id; id++) {
        struct fact *f = &w->facts[id];

        if (f->topic == like->topic && f->epoch == like->epoch && f->seq <= upto)
            f->receipted = true;
    }
    outbox_receipt(w->box, like->topic, like->epoch, upto, true, mono(w));
}

static void give_receipt(struct world *w)
{
    struct fact *f = &w->facts[1 + draw(w, w->next_id - 1)];

    if (!f->received || f->topic == TOPIC_TELEMETRY)
        return;
    if (chance(w, 30)) {
        give_upto(w, f);
        return;
    }
    f->receipted = true;
    outbox_receipt(w->box, f->topic, f->epoch, f->seq, false, mono(w));
}

static void lie(struct world *w)
{
    struct outbox_stats before, after;
    uint64_t beyond = w->seq[TOPIC_ALARM] + 1;

    outbox_stats(w->box, &before);
    assert_int_equal(outbox_receipt(w->box, TOPIC_ALARM, w->epoch, beyond, true, mono(w)),
                     RG_EINVAL);
    assert_int_equal(outbox_receipt(w->box, TOPIC_ALARM, w->epoch + 1, 1, false, mono(w)),
                     RG_EINVAL);
    outbox_stats(w->box, &after);
    assert_int_equal(after.bad_receipts, before.bad_receipts + 2);
    assert_int_equal(after.queue[LANE_ALARM], before.queue[LANE_ALARM]);
}

static void receipt_all(struct world *w)
{
    for (uint64_t id = 1; id < w->next_id; id++) {
        struct fact *f = &w->facts[id];

        if (!f->received || f->done || f->topic == TOPIC_TELEMETRY)
            continue;
        f->receipted = true;
        outbox_receipt(w->box, f->topic, f->epoch, f->seq, false, mono(w));
    }
}

/* --- the run --- */

static void trouble(struct world *w)
{
    if (w->up && chance(w, 1)) {
        outbox_down(w->box, false, mono(w));
        link_gone(w);
        w->n_downs++;
    }
    if (draw(w, 1500) == 0)
        kill_process(w);
    if (!w->calm && draw(w, 200) == 0)
        w->store_bad = !w->store_bad;
    if (w->next_id > 1 && chance(w, 2))
        lie(w);
}

/* What status tells people: everything that is not done, no more and no less. */
static void check_queue(struct world *w)
{
    uint64_t waits[LANES] = { 0 };
    struct outbox_stats s;

    for (uint64_t id = 1; id < w->next_id; id++) {
        const struct fact *f = &w->facts[id];

        waits[lane_of(f)] += !f->done && (f->owed || f->in_memory);
    }
    outbox_stats(w->box, &s);
    assert_int_equal(s.queue[LANE_ALARM], waits[LANE_ALARM]);
    assert_int_equal(s.queue[LANE_TELEMETRY], waits[LANE_TELEMETRY]);
    for (int i = 0; i < LANES; i++)
        w->queue[i] = waits[i] > w->queue[i] ? waits[i] : w->queue[i] - (w->queue[i] > waits[i]);
}

/* The host's own messages come and go beside the others. */
static void host(struct world *w)
{
    outbox_host_waits(w->box, !w->host_flies && chance(w, 30));
    if (w->up && w->host_flies && chance(w, 50)) {
        w->host_flies = false;
        outbox_host_puback(w->box, mono(w));
    }
    run_outbox(w);
    if (w->up && outbox_host_may_send(w->box)) {
        w->host_flies = true;
        outbox_host_sent(w->box, mono(w));
        check_window(w);
    }
}

static void step(struct world *w)
{
    w->now_ms += 1 + (int64_t)draw(w, chance(w, 5) ? 2000 : 60);
    if (chance(w, 25))
        make_message(w);
    if (!w->store_bad && (w->calm || chance(w, 20)))
        commit(w);
    if (w->fetching && w->now_ms >= w->fetch_at_ms)
        answer_fetch(w);
    while (w->n_flights > 0 && chance(w, 60))
        puback_one(w);
    for (int i = 0; i < 4 && w->next_id > 1; i++)
        give_receipt(w);
    trouble(w);
    host(w);
    run_outbox(w);
    check_queue(w);
}

static bool all_done(const struct world *w)
{
    for (uint64_t id = 1; id < w->next_id; id++)
        if (!w->facts[id].gone && (!w->facts[id].done || w->facts[id].owed))
            return false;
    return true;
}

/* The faults end: then everything arrives and is done. */
static void settle(struct world *w)
{
    struct outbox_stats s;

    w->all_good = true;
    w->store_bad = false;
    if (w->host_flies)
        outbox_host_puback(w->box, mono(w));
    outbox_host_waits(w->box, false);
    for (int i = 0; i < 10000 && (!all_done(w) || w->fetching); i++) {
        w->now_ms += 100;
        commit(w);
        if (w->fetching && w->now_ms >= w->fetch_at_ms)
            answer_fetch(w);
        while (w->n_flights > 0)
            puback_one(w);
        receipt_all(w);
        run_outbox(w);
    }
    assert_true(all_done(w));
    outbox_stats(w->box, &s);
    assert_int_equal(s.queue[LANE_ALARM], 0);
    assert_int_equal(s.queue[LANE_TELEMETRY], 0);
    assert_int_equal(message_pool_left(w->pool), POOL);
}

static void old_backlog(struct world *w)
{
    uint64_t n = draw(w, 600);

    w->epoch = 1;
    for (w->next_id = 1; w->next_id <= n; w->next_id++) {
        struct fact *f = &w->facts[w->next_id];

        *f = (struct fact){ .epoch = 1, .durable = true, .owed = true, .born_ms = -100000 };
        f->topic = chance(w, 30) ? TOPIC_TELEMETRY : TOPIC_ALARM;
        f->seq = ++w->seq[f->topic];
    }
}

static void nothing_is_lost_and_nothing_is_done_without_a_receipt(void **unused)
{
    struct world *w = calloc(1, sizeof *w);
    uint64_t resends = 0, kills = 0, downs = 0;

    (void)unused;
    assert_non_null(w);
    for (uint64_t seed = start_seed; seed < start_seed + seeds; seed++) {
        memset(w, 0, sizeof *w);
        w->random = seed * 0x9E3779B97F4A7C15u | 1u;
        w->calm = seed % 2 == 0;
        running = seed;
        old_backlog(w);
        begin_process(w);
        for (int i = 0; i < STEPS; i++)
            step(w);
        settle(w);
        outbox_free(w->box);
        message_pool_free(w->pool);
        resends += w->n_resends;
        kills += w->n_kills;
        downs += w->n_downs;
    }
    print_message("%u seeds from %ju: %ju resends, %ju kills, %ju links lost\n", seeds,
                  (uintmax_t)start_seed, (uintmax_t)resends, (uintmax_t)kills, (uintmax_t)downs);
    assert_true(resends > 0 && downs > 0);
    free(w);
    running = 0;
}

static int name_the_seed(void **unused)
{
    (void)unused;
    if (running != 0)
        print_message("failed with -s %ju\n", (uintmax_t)running);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost_and_nothing_is_done_without_a_receipt),
    };

    if (argc == 3 && strcmp(argv[1], "-s") == 0) {
        start_seed = strtoull(argv[2], NULL, 10);
        seeds = 1;
    }
    return cmocka_run_group_tests(tests, NULL, name_the_seed);
}
