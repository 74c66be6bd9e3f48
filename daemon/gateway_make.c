#include "daemon/gateway_core.h"

#include <stdio.h>
#include <string.h>

#define LEDGER_SOON_MS  1000  /* losses of one moment make one message */
#define LEDGER_SLOW_MS  60000 /* while the store is in alarm and they go on */
#define TELEMETRY_SPARE 128   /* messages of the pool that it leaves to alarms */

/* --- losses --- */

static bool continues(const struct lost *a, const struct lost *b)
{
    return a->topic == b->topic && a->to_epoch == b->from_epoch && a->to_seq + 1 == b->from_seq &&
           strcmp(a->reason, b->reason) == 0;
}

/* The last one of this topic and epoch: it is stretched when there is no room
 * for one more.  Better to say too much lost than too little. */
static struct lost *stretchable(struct gateway *g, const struct lost *l)
{
    for (size_t i = g->n_lost; i-- > 0;)
        if (g->lost[i].topic == l->topic && g->lost[i].to_epoch == l->from_epoch &&
            g->lost[i].to_seq < l->from_seq)
            return &g->lost[i];
    return NULL;
}

static bool is_answer(const struct lost *l)
{
    return strcmp(l->reason, REASON_EXPIRED) == 0;
}

/* Answers to a platform's own questions and telemetry leave room for the loss
 * of an alarm, which must never go unsaid. */
static size_t losses_max(const struct lost *l)
{
    if (is_answer(l))
        return LOSSES_MAX / 2;
    return l->topic == TOPIC_TELEMETRY ? LOSSES_MAX * 3 / 4 : LOSSES_MAX;
}

void gateway_lost(struct gateway *g, const struct lost *l)
{
    bool is_room = g->n_lost < losses_max(l);
    struct lost *to = NULL;

    for (size_t i = 0; i < g->n_lost && to == NULL; i++)
        if (continues(&g->lost[i], l))
            to = &g->lost[i];
    if (to == NULL && !is_room && !is_answer(l))
        to = stretchable(g, l);
    if (to != NULL) {
        to->to_seq = l->to_seq;
        to->t1_utc_ms = l->t1_utc_ms;
    } else if (is_room) {
        g->lost[g->n_lost++] = *l;
    }
}

static void lose(struct gateway *g, enum topic t, uint64_t seq, int64_t utc_ms, const char *reason)
{
    struct lost l = { .topic = t,
                      .from_epoch = g->conf.epoch,
                      .from_seq = seq,
                      .to_epoch = g->conf.epoch,
                      .to_seq = seq,
                      .t0_utc_ms = utc_ms,
                      .t1_utc_ms = utc_ms,
                      .reason = reason };

    gateway_lost(g, &l);
}

/* --- memory --- */

static bool all_may_forget(const struct gateway *g, const struct message *m)
{
    for (size_t i = 0; i < g->n_links; i++)
        if (!outbox_may_forget(g->links[i].outbox, m))
            return false;
    return true;
}

static void forget(struct gateway *g, size_t at)
{
    struct message *m = journal_message(g->journal, at);
    bool was_owed = false;

    for (size_t i = 0; i < g->n_links; i++)
        was_owed = outbox_forget(g->links[i].outbox, m) || was_owed;
    if (was_owed)
        lose(g, m->topic, m->seq, m->utc_ms, "disk_full");
    journal_give_up(g->journal, at);
}

/* In this order: what only the disk still lacks, telemetry, the oldest alarm
 * messages (their states stay).  A ledger entry is the last trace of others. */
enum sacrifice { DELIVERED, TELEMETRY, OLD_ALARM };

static bool may_go(const struct gateway *g, const struct message *m, int sacrifice)
{
    if (m == NULL)
        return false;
    if (sacrifice == DELIVERED)
        return m->refs == 1;
    if (sacrifice == TELEMETRY)
        return m->topic == TOPIC_TELEMETRY && all_may_forget(g, m);
    return m->topic == TOPIC_ALARM && all_may_forget(g, m);
}

static bool make_room(struct gateway *g, int last)
{
    for (int sacrifice = 0; sacrifice <= last; sacrifice++)
        for (size_t i = 0; i < journal_length(g->journal); i++)
            if (may_go(g, journal_message(g->journal, i), sacrifice)) {
                forget(g, i);
                return true;
            }
    return false;
}

/* The last messages of the pool are not for telemetry. */
static struct message *take(struct gateway *g, enum topic t)
{
    static const struct {
        size_t spare;
        int sacrifice; /* up to this one */
    } rows[NUMBERED_TOPICS] = {
        [TOPIC_ALARM] = { 0, OLD_ALARM },
        [TOPIC_TELEMETRY] = { TELEMETRY_SPARE, DELIVERED },
        [TOPIC_LEDGER] = { 0, DELIVERED },
    };

    while (message_pool_left(g->pool) <= rows[t].spare)
        if (!make_room(g, rows[t].sacrifice))
            return NULL;
    return message_take(g->pool);
}

/* What people did counts as much as an alarm. */
struct message *gateway_take(struct gateway *g)
{
    return take(g, TOPIC_ALARM);
}

/* --- messages --- */

/* The bytes are made: number the row, hand it to the journal and to everyone. */
static void hand_out(struct gateway *g, struct message *m, struct record *r, struct stamp now)
{
    m->id = g->next_id++;
    m->epoch = g->conf.epoch;
    m->is_volatile = g->env.is_volatile;
    r->msg = m;
    r->uplinks = g->all_bits;
    journal_add(g->journal, r);
    for (size_t i = 0; i < g->n_links; i++)
        outbox_add(g->links[i].outbox, m, now.mono_ms);
    message_drop(g->pool, m);
}

static size_t make_event(struct gateway *g, char *body, const struct event *ev)
{
    if (ev->type == EV_RESTART)
        return payload_restart(body, &g->env, ev, g->conf.prev, g->conf.start_reason);
    if (ev->type == EV_CONFIG || ev->type == EV_CONFIG_REJECTED)
        return payload_config(body, &g->env, ev, g->news);
    return payload_event(body, &g->env, ev);
}

static bool fill_event(struct gateway *g, struct message *m, const struct event *ev)
{
    m->topic = TOPIC_ALARM;
    m->seq = ev->seq;
    m->born_ms = ev->at.mono_ms;
    m->utc_ms = ev->at.utc_ms;
    m->bad_news = event_is_bad_news(ev->type);
    m->len = (uint16_t)make_event(g, m->body, ev);
    return m->len > 0;
}

/* What the store keeps of the alarm.  A key that the plant no longer has comes
 * by name, with an empty state. */
static void fill_state(const struct gateway *g, struct record *r, const struct event *ev)
{
    r->has_state = ev->slot != SLOT_NONE || ev->type == EV_RETIRE || ev->type == EV_NONE;
    if (!r->has_state)
        return;
    if (ev->slot != SLOT_NONE) {
        engine_save(g->engine, ev->slot, &ev->after, &r->state);
        return;
    }
    snprintf(r->state.key, sizeof r->state.key, "%.*s", SLOT_KEY_MAX - 1, ev->comment);
    r->state.st = ev->after;
}

static void on_event(struct gateway *g, const struct event *ev, struct stamp now)
{
    struct record r = { .mono_ms = now.mono_ms };
    struct message *m;

    fill_state(g, &r, ev);
    if (ev->type == EV_NONE) {
        journal_add(g->journal, &r);
        return;
    }
    g->seq[TOPIC_ALARM] = ev->seq;
    g->active_dirty = true;
    gateway_note_raise(g, ev, now);
    if (!event_is_bad_news(ev->type))
        g->good_seq = ev->seq;
    m = take(g, TOPIC_ALARM);
    if (m != NULL && fill_event(g, m, ev)) {
        hand_out(g, m, &r, now);
        return;
    }
    lose(g, TOPIC_ALARM, ev->seq, ev->at.utc_ms, m == NULL ? "disk_full" : "damaged");
    message_drop(g->pool, m);
    if (r.has_state)
        journal_add(g->journal, &r);
}

void gateway_drain(struct gateway *g, struct stamp now)
{
    struct event ev;

    while (engine_take(g->engine, &ev))
        on_event(g, &ev, now);
}

static void hand_out_own(struct gateway *g, struct message *m, enum topic t, size_t len,
                         struct stamp now)
{
    struct record r = { .mono_ms = now.mono_ms };

    m->topic = t;
    m->seq = g->seq[t];
    m->born_ms = now.mono_ms;
    m->utc_ms = now.utc_ms;
    m->len = (uint16_t)len;
    hand_out(g, m, &r, now);
}

void gateway_telemetry(struct gateway *g, struct stamp now)
{
    uint32_t point = 0;
    size_t len = 1;

    while (point < g->conf.plant->n_points && len > 0) {
        struct message *m = take(g, TOPIC_TELEMETRY);
        char *body = m != NULL ? m->body : g->scratch;

        len = payload_telemetry(body, &g->env, ++g->seq[TOPIC_TELEMETRY], now, &point);
        if (m != NULL && len > 0) {
            hand_out_own(g, m, TOPIC_TELEMETRY, len, now);
            continue;
        }
        lose(g, TOPIC_TELEMETRY, g->seq[TOPIC_TELEMETRY], now.utc_ms,
             m == NULL ? "disk_full" : "damaged");
        message_drop(g->pool, m);
    }
}

void gateway_ledger(struct gateway *g, struct stamp now)
{
    size_t n = g->n_lost < LEDGER_LOST_MAX ? g->n_lost : LEDGER_LOST_MAX;
    struct message *m = take(g, TOPIC_LEDGER);
    size_t len;

    g->ledger_ms = now.mono_ms + (g->store_said == SAID_BAD ? LEDGER_SLOW_MS : LEDGER_SOON_MS);
    if (m == NULL)
        return;
    len = payload_ledger(m->body, &g->env, g->seq[TOPIC_LEDGER] + 1, now, g->lost, n);
    if (len == 0) {
        message_drop(g->pool, m);
        return;
    }
    g->seq[TOPIC_LEDGER]++;
    hand_out_own(g, m, TOPIC_LEDGER, len, now);
    g->n_lost -= n;
    memmove(g->lost, g->lost + n, g->n_lost * sizeof *g->lost);
}
