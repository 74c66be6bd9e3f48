#include "config/err.h"
#include "daemon/outbox_core.h"

#define BACK_LOW 80 /* fetch when fewer wait in their turn */

/* --- a range asked for --- */

void asked_forget(struct outbox *o)
{
    for (size_t i = 0; i < o->asked.n; i++)
        message_drop(o->pool, o->asked.v[i].msg);
    o->asked = (struct asked){ .active = false };
}

void asked_puback(struct outbox *o, uint32_t token)
{
    struct asked *a = &o->asked;

    for (size_t i = 0; i < a->n; i++) {
        if (a->v[i].state != ITEM_FLIES || a->v[i].token != token)
            continue;
        message_drop(o->pool, a->v[i].msg);
        for (a->n--; i < a->n; i++)
            a->v[i] = a->v[i + 1];
        return;
    }
}

struct item *asked_choose(struct outbox *o)
{
    for (size_t i = 0; i < o->asked.n; i++)
        if (o->asked.v[i].state == ITEM_WAITS)
            return &o->asked.v[i];
    return NULL;
}

bool asked_take_gap(struct outbox *o, struct outbox_action *a)
{
    struct asked *k = &o->asked;

    if (k->n_gaps == 0)
        return false;
    a->what = OUTBOX_EXPIRED;
    k->n_gaps--;
    a->fetch = (struct fetch){ .by_seq = true,
                               .topic = k->topic,
                               .epoch = k->epoch,
                               .from_seq = k->gaps[k->n_gaps].from,
                               .to_seq = k->gaps[k->n_gaps].to };
    return true;
}

/* --- the store's answers --- */

int outbox_resend(struct outbox *o, enum topic t, uint64_t epoch, uint64_t from, uint64_t to,
                  int64_t now_ms)
{
    if (t >= NUMBERED_TOPICS || epoch == 0 || from == 0 || to < from)
        return RG_EINVAL;
    if (o->asked.active || o->asked.n > 0 || o->asked.n_gaps > 0)
        return RG_EFULL;
    o->asked = (struct asked){
        .active = true, .topic = t, .epoch = epoch, .next = from, .to = to, .after_ms = now_ms
    };
    return RG_OK;
}

static bool remembers_done(const struct outbox *o, uint64_t id)
{
    for (size_t i = 0; i < OUTBOX_DONES; i++)
        if (o->dones[i] == id)
            return true;
    return false;
}

static bool may_be_second(struct outbox *o, const struct message *m)
{
    const struct reach *r = outbox_reach(o, m->epoch);

    return m->epoch != o->conf.epoch || (r != NULL && m->seq <= r->seq[m->topic]);
}

static void shelve(struct outbox *o, struct shelf *s, struct message *m)
{
    struct item *it;

    m->durable = true;
    if (!s->shed)
        s->cursor = m->id;
    it = shelf_put(s, m);
    if (it == NULL) {
        message_drop(o->pool, m);
        return;
    }
    it->second = may_be_second(o, m);
    if (!remembers_done(o, m->id))
        return;
    it->known_done = true;
    shelf_done(s, it);
}

static void take_backlog(struct outbox *o, struct fetch *f, int64_t now_ms)
{
    struct shelf *s = &o->shelves[f->lane];

    s->troubled = f->err != RG_OK;
    if (f->err != RG_OK) {
        s->fetch_after_ms = now_ms + OUTBOX_FETCH_WAIT_MS;
        return;
    }
    for (size_t i = 0; i < f->n; i++) {
        shelve(o, s, f->v[i]);
        f->v[i] = NULL;
    }
    if (f->more || s->shed)
        return;
    s->exhausted = true;
    s->unseen_born_ms = INT64_MAX;
}

static void add_gap(struct asked *a, uint64_t from, uint64_t to)
{
    if (from <= to && a->n_gaps < OUTBOX_GAPS)
        a->gaps[a->n_gaps++] = (struct gap){ from, to };
}

static void take_asked(struct outbox *o, struct fetch *f, int64_t now_ms)
{
    struct asked *a = &o->asked;

    if (f->err != RG_OK) {
        a->after_ms = now_ms + OUTBOX_FETCH_WAIT_MS;
        return;
    }
    for (size_t i = 0; i < f->n; i++) {
        struct message *m = f->v[i];

        if (m->seq < a->next || m->seq > a->to)
            continue;
        m->durable = true;
        a->v[a->n++] = (struct item){ .msg = m, .state = ITEM_WAITS, .second = true };
        f->v[i] = NULL;
        add_gap(a, a->next, m->seq - 1);
        a->next = m->seq + 1;
    }
    if (f->more && f->n > 0)
        return;
    add_gap(a, a->next, a->to);
    a->active = false;
}

void outbox_fetched(struct outbox *o, struct fetch *f, int64_t now_ms)
{
    if (!o->fetch_stale && f->by_seq)
        take_asked(o, f, now_ms);
    else if (!o->fetch_stale)
        take_backlog(o, f, now_ms);
    o->fetching = false;
    o->fetch_stale = false;
    for (size_t i = 0; i < f->max; i++)
        message_drop(o->pool, f->v[i]);
}

static bool begin_fetch(struct outbox *o, struct fetch *f, int64_t now_ms)
{
    if (message_pool_left(o->pool) < message_pool_size(o->pool) / 4 + FETCH_MAX)
        return false;
    f->uplink = o->conf.uplink;
    f->max = FETCH_MAX;
    for (size_t i = 0; i < f->max; i++)
        f->v[i] = message_take(o->pool);
    o->fetching = true;
    o->fetch_ms = now_ms;
    return true;
}

/* What may leave as it stands; the younger wait for what is fetched. */
static size_t count_in_turn(const struct shelf *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n && s->v[i].msg->id <= s->cursor; i++)
        n += s->v[i].state == ITEM_WAITS && !s->v[i].live;
    return n;
}

static bool wants_backlog(const struct shelf *s, int64_t now_ms)
{
    return !s->exhausted && now_ms >= s->fetch_after_ms && s->n + FETCH_MAX <= s->cap &&
           count_in_turn(s) < BACK_LOW;
}

bool outbox_fetch_next(struct outbox *o, struct fetch *f, int64_t now_ms)
{
    struct asked *a = &o->asked;

    *f = (struct fetch){ .err = RG_OK };
    if (o->fetching)
        return false;
    for (int i = 0; i < LANES; i++) {
        struct shelf *s = &o->shelves[i];

        if (!s->exhausted && s->n + FETCH_MAX > s->cap)
            shelf_make_room(s, o->pool, s->cap - FETCH_MAX);
        if (!wants_backlog(s, now_ms))
            continue;
        f->lane = (enum lane)i;
        f->after_id = s->cursor;
        f->below_id = s->floor;
        if (begin_fetch(o, f, now_ms)) {
            s->shed = false;
            return true;
        }
        s->fetch_after_ms = now_ms + OUTBOX_FETCH_WAIT_MS;
    }
    if (!a->active || a->n > 0 || a->n_gaps > 0 || now_ms < a->after_ms)
        return false;
    f->lane = a->topic == TOPIC_TELEMETRY ? LANE_TELEMETRY : LANE_ALARM;
    f->by_seq = true;
    f->topic = a->topic;
    f->epoch = a->epoch;
    f->from_seq = a->next;
    f->to_seq = a->to;
    if (begin_fetch(o, f, now_ms))
        return true;
    a->after_ms = now_ms + OUTBOX_FETCH_WAIT_MS;
    return false;
}
