#include "daemon/outbox.h"

#include <stdlib.h>

#include "config/err.h"
#include "daemon/outbox_core.h"

#define KEEP_DOWN     64 /* of each lane, in memory while the link is down */
#define CAP_ALARM     320
#define CAP_TELEMETRY 96
#define SLOW_MS       1000  /* a PUBACK that takes longer halves the window */
#define HELD_MS       10000 /* a connection that lasted so long was a good one */

int outbox_new(struct outbox **out, const struct outbox_conf *c, struct message_pool *pool,
               int64_t now_ms)
{
    static const size_t caps[LANES] = {
        [LANE_ALARM] = CAP_ALARM, [LANE_TELEMETRY] = CAP_TELEMETRY
    };
    struct outbox *o = calloc(1, sizeof *o);

    if (o == NULL)
        return RG_ENOMEM;
    o->conf = *c;
    o->pool = pool;
    for (int i = 0; i < LANES; i++) {
        if (shelf_init(&o->shelves[i], message_pool_size(pool), c->owed[i]) != RG_OK) {
            outbox_free(o);
            return RG_ENOMEM;
        }
        o->shelves[i].cap = caps[i];
    }
    backoff_init(&o->backoff, c->seed);
    o->down_ms = now_ms;
    o->retry_ms = now_ms + backoff_next(&o->backoff, true);
    o->last_receipt_ms = INT64_MIN;
    *out = o;
    return RG_OK;
}

void outbox_free(struct outbox *o)
{
    if (o == NULL)
        return;
    for (int i = 0; i < LANES; i++)
        shelf_fini(&o->shelves[i]);
    free(o);
}

static bool alarm_waits(const struct outbox *o)
{
    return o->shelves[LANE_ALARM].owed > 0;
}

/* --- the link --- */

void outbox_up(struct outbox *o, int64_t now_ms)
{
    o->fetch_stale = o->fetching;
    asked_forget(o);
    o->n_orphans = 0;
    o->link = LINK_UP;
    o->refused = false;
    o->up_ms = now_ms;
    o->puback_ms = now_ms;
    o->window = 1;
    o->host = (struct host){ .waits = false };
    for (int i = 0; i < LANES; i++) {
        shelf_reset(&o->shelves[i], o->pool, KEEP_DOWN);
        shelf_rewind(&o->shelves[i]);
    }
}

void outbox_down(struct outbox *o, bool refused, int64_t now_ms)
{
    if (o->link == LINK_DOWN)
        return;
    if (o->link == LINK_UP) {
        o->down_ms = now_ms;
        if (now_ms - o->up_ms >= HELD_MS)
            backoff_reset(&o->backoff);
    }
    o->link = LINK_DOWN;
    o->refused = refused;
    o->retry_ms = now_ms + (refused ? backoff_refused(&o->backoff)
                                    : backoff_next(&o->backoff, alarm_waits(o)));
    o->fetch_stale = o->fetching;
    asked_forget(o);
    for (int i = 0; i < LANES; i++)
        shelf_reset(&o->shelves[i], o->pool, KEEP_DOWN);
}

/* --- what comes in --- */

static void hurry(struct outbox *o, int64_t now_ms)
{
    if (o->link != LINK_DOWN || o->refused || o->retry_ms - now_ms <= BACKOFF_ALARM_CAP_MS)
        return;
    o->retry_ms = now_ms + backoff_hurry(&o->backoff);
}

void outbox_add(struct outbox *o, struct message *m, int64_t now_ms)
{
    enum lane lane = message_lane(m);
    struct shelf *s = &o->shelves[lane];
    struct item *it = shelf_put(s, m);

    s->owed++;
    if (it == NULL)
        return; /* it can't be: a shelf is as large as the pool */
    message_ref(m);
    it->live = o->link == LINK_UP;
    if (s->floor == NO_FLOOR)
        s->floor = m->id;
    if (lane == LANE_ALARM)
        hurry(o, now_ms);
    shelf_shed(s, o->pool, o->link == LINK_UP ? s->cap : KEEP_DOWN);
}

static void learn_speed(struct outbox *o, const struct item *it, int64_t now_ms)
{
    int64_t took_ms = now_ms - (it->due_ms - OUTBOX_PUBACK_MS);

    if (took_ms > SLOW_MS)
        o->window = o->window > 1 ? o->window / 2 : 1;
    else if (o->window < OUTBOX_BACK_MAX)
        o->window++;
}

static void wait_for_receipt(struct item *it, int64_t now_ms)
{
    it->wait_ms = it->wait_ms == 0 ? OUTBOX_RESEND_MS : it->wait_ms * 2;
    if (it->wait_ms > OUTBOX_RESEND_MAX)
        it->wait_ms = OUTBOX_RESEND_MAX;
    it->state = ITEM_ACKED;
    it->due_ms = now_ms + it->wait_ms;
}

static void orphan_puback(struct outbox *o, uint32_t token)
{
    for (size_t i = 0; i < o->n_orphans; i++)
        if (o->orphans[i].token == token)
            o->orphans[i--] = o->orphans[--o->n_orphans];
}

void outbox_puback(struct outbox *o, uint32_t token, bool ok, int64_t now_ms)
{
    o->puback_ms = now_ms;
    for (int i = 0; i < LANES; i++) {
        struct shelf *s = &o->shelves[i];
        struct item *it = shelf_find_token(s, token);

        if (it == NULL)
            continue;
        learn_speed(o, it, now_ms);
        if (ok && (i == LANE_TELEMETRY || !o->conf.receipts))
            shelf_done(s, it);
        else
            wait_for_receipt(it, now_ms);
        return;
    }
    asked_puback(o, token);
    orphan_puback(o, token);
}

/* --- receipts --- */

struct reach *outbox_reach(struct outbox *o, uint64_t epoch)
{
    for (size_t i = 0; i < OUTBOX_EPOCHS; i++)
        if (o->reach[i].epoch == epoch)
            return &o->reach[i];
    return NULL;
}

static bool was_sent(const struct item *it, enum topic t, uint64_t epoch)
{
    return it->sent && it->msg->topic == t && it->msg->epoch == epoch;
}

/* Of an earlier epoch an earlier process has sent more than this one knows: all
 * up to a number that we never reached may well be true. */
static bool is_within_reach(struct outbox *o, enum topic t, uint64_t epoch, uint64_t seq, bool upto)
{
    const struct reach *r = outbox_reach(o, epoch);
    const struct shelf *s = &o->shelves[LANE_ALARM];

    if (r != NULL && (seq <= r->seq[t] || (upto && epoch != o->conf.epoch && r->seq[t] > 0)))
        return true;
    for (size_t i = 0; i < s->n; i++)
        if (was_sent(&s->v[i], t, epoch) && seq <= s->v[i].msg->seq)
            return true;
    return false;
}

static void receipted(struct outbox *o, struct shelf *s, struct item *it)
{
    if (it->state == ITEM_FLIES && o->n_orphans < OUTBOX_WINDOW)
        o->orphans[o->n_orphans++] = (struct orphan){ it->token, it->due_ms };
    shelf_done(s, it);
}

int outbox_receipt(struct outbox *o, enum topic t, uint64_t epoch, uint64_t seq, bool upto,
                   int64_t now_ms)
{
    struct shelf *s = &o->shelves[LANE_ALARM];

    if ((t != TOPIC_ALARM && t != TOPIC_LEDGER) || seq == 0 || epoch == 0 ||
        !is_within_reach(o, t, epoch, seq, upto)) {
        o->bad_receipts++;
        return RG_EINVAL;
    }
    o->last_receipt_ms = now_ms;
    for (size_t i = 0; i < s->n; i++) {
        struct item *it = &s->v[i];

        if (was_sent(it, t, epoch) && (it->msg->seq == seq || (upto && it->msg->seq < seq)))
            receipted(o, s, it);
    }
    return RG_OK;
}

/* --- for a host without memory, at its end, and for people --- */

bool outbox_may_forget(const struct outbox *o, const struct message *m)
{
    const struct item *it = shelf_find_message(&o->shelves[message_lane(m)], m);

    return it == NULL || it->state != ITEM_FLIES;
}

bool outbox_forget(struct outbox *o, const struct message *m)
{
    struct shelf *s = &o->shelves[message_lane(m)];
    struct item *it = shelf_find_message(s, m);
    bool was_owed = it != NULL && it->state != ITEM_DONE;

    if (it == NULL)
        return false;
    if (was_owed)
        shelf_done(s, it);
    shelf_remove(s, o->pool, (size_t)(it - s->v));
    return was_owed;
}

bool outbox_is_drained(const struct outbox *o)
{
    const struct shelf *s = &o->shelves[LANE_ALARM];

    if (o->link != LINK_UP)
        return true;
    for (size_t i = 0; i < s->n; i++)
        if (s->v[i].state == ITEM_WAITS || s->v[i].state == ITEM_FLIES)
            return false;
    return s->exhausted;
}

static void note_oldest(const struct shelf *s, struct outbox_stats *out)
{
    if (s->owed > 0 && s->unseen_born_ms < out->oldest_born_ms)
        out->oldest_born_ms = s->unseen_born_ms;
    for (size_t i = 0; i < s->n; i++) {
        const struct message *m = s->v[i].msg;

        if (s->v[i].state == ITEM_DONE)
            continue;
        if (m->born_ms < out->oldest_born_ms)
            out->oldest_born_ms = m->born_ms;
        if (m->born_ms == INT64_MIN && (out->oldest_utc_ms == 0 || m->utc_ms < out->oldest_utc_ms))
            out->oldest_utc_ms = m->utc_ms;
    }
}

void outbox_stats(const struct outbox *o, struct outbox_stats *out)
{
    *out = (struct outbox_stats){ .up = o->link == LINK_UP,
                                  .up_since_ms = o->up_ms,
                                  .down_since_ms = o->down_ms,
                                  .oldest_born_ms = INT64_MAX,
                                  .last_receipt_ms = o->last_receipt_ms,
                                  .bad_receipts = o->bad_receipts,
                                  .sent = o->sent,
                                  .resent = o->resent };
    for (int i = 0; i < LANES; i++) {
        out->queue[i] = o->shelves[i].owed;
        note_oldest(&o->shelves[i], out);
    }
}
