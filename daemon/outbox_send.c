#include "daemon/outbox_core.h"

static void extend_reach(struct outbox *o, const struct message *m)
{
    struct reach *r = outbox_reach(o, m->epoch);

    if (r == NULL) {
        r = &o->reach[o->reach_next];
        o->reach_next = (o->reach_next + 1) % OUTBOX_EPOCHS;
        *r = (struct reach){ .epoch = m->epoch };
    }
    if (m->seq > r->seq[m->topic])
        r->seq[m->topic] = m->seq;
}

struct load {
    size_t all, back, telemetry;
};

static struct load loads(const struct outbox *o)
{
    const struct shelf *alarm = &o->shelves[LANE_ALARM], *tele = &o->shelves[LANE_TELEMETRY];
    struct load l = { 0, 0, 0 };

    for (size_t i = 0; i < o->asked.n; i++)
        l.telemetry += o->asked.v[i].state == ITEM_FLIES;
    l.telemetry += shelf_count(tele, ITEM_FLIES, false) + shelf_count(tele, ITEM_FLIES, true);
    l.back = l.telemetry + shelf_count(alarm, ITEM_FLIES, false);
    l.back += o->n_orphans + o->host.flies;
    l.all = l.back + shelf_count(alarm, ITEM_FLIES, true);
    return l;
}

static bool store_is_late(const struct outbox *o, const struct shelf *s, int64_t now_ms)
{
    return s->troubled || (o->fetching && now_ms - o->fetch_ms >= OUTBOX_FETCH_LATE_MS);
}

static struct item *choose_backlog(const struct outbox *o, const struct shelf *s, int64_t now_ms)
{
    struct item *it = shelf_first_due(s, ITEM_ACKED, now_ms);

    return it != NULL ? it : shelf_first(s, false, store_is_late(o, s, now_ms), now_ms);
}

static struct item *choose_telemetry(struct outbox *o, int64_t now_ms)
{
    const struct shelf *tele = &o->shelves[LANE_TELEMETRY];
    struct item *it = asked_choose(o);

    if (it == NULL)
        it = shelf_first(tele, true, false, now_ms);
    return it != NULL ? it : choose_backlog(o, tele, now_ms);
}

/* Live alarms, the alarm backlog, then telemetry in the same order.  Whatever
 * is not a live alarm keeps to the window, so that a slow link never has more
 * before a live alarm than it can carry in about a second. */
static struct item *choose(struct outbox *o, int64_t now_ms)
{
    const struct shelf *alarm = &o->shelves[LANE_ALARM];
    struct load l = loads(o);
    struct item *it;

    if (l.all >= OUTBOX_WINDOW)
        return NULL;
    it = shelf_first(alarm, true, false, now_ms);
    if (it != NULL || l.back >= o->window || (o->host.waits && !o->host.had_turn))
        return it;
    it = choose_backlog(o, alarm, now_ms);
    if (it == NULL && l.telemetry < OUTBOX_TELE_MAX)
        it = choose_telemetry(o, now_ms);
    o->host.had_turn = o->host.had_turn && it == NULL;
    return it;
}

static void send(struct outbox *o, struct item *it, int64_t now_ms, struct outbox_action *a)
{
    struct message *m = it->msg;

    o->token = o->token == OUTBOX_TOKEN_MAX ? 1 : o->token + 1;
    a->what = OUTBOX_SEND;
    a->msg = m;
    a->token = o->token;
    a->replay = it->second || m->born_ms == INT64_MIN || now_ms - m->born_ms > OUTBOX_REPLAY_MS;
    o->sent++;
    o->resent += it->second;
    it->live = it->live && !it->second;
    it->state = ITEM_FLIES;
    it->token = o->token;
    it->due_ms = now_ms + OUTBOX_PUBACK_MS;
    it->sent = true;
    it->second = true;
    m->sent = true;
    extend_reach(o, m);
}

static bool take_done(struct outbox *o, struct outbox_action *a)
{
    for (int i = 0; i < LANES; i++) {
        struct shelf *s = &o->shelves[i];
        struct item *it = shelf_first_due(s, ITEM_DONE, 0);

        if (it == NULL)
            continue;
        a->what = OUTBOX_DONE;
        a->done = (struct done){ .id = it->msg->id, .uplink = o->conf.uplink };
        o->dones[o->dones_next] = it->msg->id;
        o->dones_next = (o->dones_next + 1) % OUTBOX_DONES;
        shelf_remove(s, o->pool, (size_t)(it - s->v));
        return true;
    }
    return false;
}

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
    return a_ms < b_ms ? a_ms : b_ms;
}

/* When the link counts as dead unless a PUBACK comes.  A broker that takes one
 * message after the other is slow, not dead. */
static int64_t dead_ms(const struct outbox *o)
{
    int64_t first_ms = INT64_MAX, silent_ms = o->puback_ms + OUTBOX_PUBACK_MS;

    for (int i = 0; i < LANES; i++)
        first_ms = earlier(first_ms, shelf_first_sent(&o->shelves[i]));
    for (size_t i = 0; i < o->asked.n; i++)
        if (o->asked.v[i].state == ITEM_FLIES)
            first_ms = earlier(first_ms, o->asked.v[i].due_ms);
    for (size_t i = 0; i < o->n_orphans; i++)
        first_ms = earlier(first_ms, o->orphans[i].due_ms);
    if (o->host.flies)
        first_ms = earlier(first_ms, o->host.due_ms);
    if (first_ms == INT64_MAX || first_ms >= silent_ms)
        return first_ms;
    return earlier(silent_ms, first_ms - OUTBOX_PUBACK_MS + OUTBOX_STUCK_MS);
}

static void sooner(int64_t *until_ms, int64_t at_ms, int64_t now_ms)
{
    if (at_ms > now_ms && at_ms < *until_ms)
        *until_ms = at_ms;
}

static int64_t sleep_until(const struct outbox *o, int64_t now_ms)
{
    int64_t until_ms = INT64_MAX;

    for (int i = 0; i < LANES; i++) {
        sooner(&until_ms, shelf_until(&o->shelves[i], now_ms), now_ms);
        sooner(&until_ms, o->shelves[i].fetch_after_ms, now_ms);
    }
    sooner(&until_ms, dead_ms(o), now_ms);
    if (o->asked.active)
        sooner(&until_ms, o->asked.after_ms, now_ms);
    if (o->fetching)
        sooner(&until_ms, o->fetch_ms + OUTBOX_FETCH_LATE_MS, now_ms);
    return until_ms;
}

static void next_while_up(struct outbox *o, int64_t now_ms, struct outbox_action *a)
{
    struct item *it;

    if (dead_ms(o) <= now_ms) {
        a->what = OUTBOX_DISCONNECT;
        outbox_down(o, false, now_ms);
        return;
    }
    it = choose(o, now_ms);
    if (it != NULL) {
        send(o, it, now_ms, a);
        return;
    }
    if (outbox_fetch_next(o, &a->fetch, now_ms)) {
        a->what = OUTBOX_FETCH;
        return;
    }
    a->until_ms = sleep_until(o, now_ms);
}

void outbox_next(struct outbox *o, int64_t now_ms, struct outbox_action *a)
{
    a->what = OUTBOX_SLEEP;
    a->until_ms = INT64_MAX;
    if (take_done(o, a) || asked_take_gap(o, a))
        return;
    if (o->link == LINK_UP) {
        next_while_up(o, now_ms, a);
    } else if (o->link == LINK_DOWN && now_ms >= o->retry_ms) {
        o->link = LINK_CONNECTING;
        a->what = OUTBOX_CONNECT;
    } else if (o->link == LINK_DOWN) {
        a->until_ms = o->retry_ms;
    }
}

/* --- the host's own messages --- */

void outbox_host_waits(struct outbox *o, bool waits)
{
    o->host.waits = waits;
}

bool outbox_host_may_send(const struct outbox *o)
{
    struct load l = loads(o);

    return o->link == LINK_UP && !o->host.flies && l.back < o->window && l.all < OUTBOX_WINDOW;
}

void outbox_host_sent(struct outbox *o, int64_t now_ms)
{
    o->host.flies = true;
    o->host.had_turn = true;
    o->host.due_ms = now_ms + OUTBOX_PUBACK_MS;
}

void outbox_host_puback(struct outbox *o, int64_t now_ms)
{
    o->host.flies = false;
    o->puback_ms = now_ms;
}
