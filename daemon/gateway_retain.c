#include "daemon/gateway_core.h"

#include <stdio.h>

#define STOP_DRAIN_MS 2000 /* alarms go before the word that we end, so long */

void retained_begin(struct link *l)
{
    l->retained.status = l->retained.active = l->retained.meta = true;
    l->retained.active_again = false;
    l->retained.active_at = (struct active_cursor){ 0 };
    l->retained.meta_at = (struct meta_cursor){ 0 };
    l->retained.flies = false;
}

/* A round under way is finished first: else a list that changes each second
 * would never show its later parts on a slow link. */
void retained_show_active(struct retained *r)
{
    if (r->active && r->active_at.n > 0)
        r->active_again = true;
    r->active = true;
}

void retained_puback(struct link *l, uint32_t token, int64_t now_ms)
{
    if (!l->retained.flies || l->retained.token != token)
        return;
    outbox_host_puback(l->outbox, now_ms);
    l->retained.flies = false;
    if (l->stop == STOP_SENT)
        l->stop = STOP_DONE;
}

/* --- status --- */

/* What an earlier epoch left is as old as its ts says; where that is not known,
 * as old as this epoch at least. */
int64_t gateway_oldest_ms(const struct outbox_stats *s, struct stamp now)
{
    if (s->oldest_born_ms == INT64_MAX)
        return 0;
    if (s->oldest_born_ms != INT64_MIN)
        return now.mono_ms - s->oldest_born_ms;
    return s->oldest_utc_ms != 0 && s->oldest_utc_ms < now.utc_ms ? now.utc_ms - s->oldest_utc_ms
                                                                  : now.mono_ms;
}

static void worst_queue(const struct gateway *g, struct status_facts *f, struct stamp now)
{
    for (size_t i = 0; i < g->n_links; i++) {
        struct outbox_stats s;
        int64_t oldest_s;

        outbox_stats(g->links[i].outbox, &s);
        if (s.queue[LANE_ALARM] > f->queue_alarm)
            f->queue_alarm = s.queue[LANE_ALARM];
        if (s.queue[LANE_TELEMETRY] > f->queue_telemetry)
            f->queue_telemetry = s.queue[LANE_TELEMETRY];
        oldest_s = gateway_oldest_ms(&s, now) / 1000;
        if (oldest_s > f->oldest_s)
            f->oldest_s = oldest_s;
    }
}

void gateway_facts(const struct gateway *g, struct stamp now, struct envelope *e,
                   struct status_facts *f)
{
    *e = g->env;
    *f = (struct status_facts){ .use_pct = g->use_pct,
                                .store_ok = gateway_store_ok(g),
                                .store_bytes = g->store_bytes,
                                .receipts = true,
                                .last_good = g->on_last_good,
                                .audit = g->audit };
    for (size_t i = 0; i < g->n_links; i++)
        f->receipts = f->receipts && g->conf.plant->uplinks[i].receipts;
    worst_queue(g, f, now);
}

/* --- one message --- */

static void publish(struct gateway *g, uint32_t uplink, const char *topic, size_t len,
                    struct stamp now, struct gateway_action *a)
{
    struct retained *r = &g->links[uplink].retained;

    g->retain_token = (g->retain_token + 1) % RETAIN_TOKEN;
    r->flies = true;
    r->token = RETAIN_TOKEN | g->retain_token;
    outbox_host_sent(g->links[uplink].outbox, now.mono_ms);
    a->what = GW_PUBLISH;
    a->uplink = uplink;
    a->topic = topic;
    a->body = g->scratch;
    a->len = len;
    a->retain = true;
    a->token = r->token;
}

static const char *part_topic(struct gateway *g, enum topic t, unsigned n)
{
    snprintf(g->part_topic, sizeof g->part_topic, "%s/%u", g->topics[t], n);
    return g->part_topic;
}

static void publish_status(struct gateway *g, uint32_t uplink, struct stamp now,
                           struct gateway_action *a)
{
    struct status_facts f;
    struct envelope e;

    gateway_facts(g, now, &e, &f);
    g->links[uplink].retained.status = false;
    publish(g, uplink, g->topics[TOPIC_STATUS], payload_status(g->scratch, &e, now, &f), now, a);
}

static void publish_offline(struct gateway *g, uint32_t uplink, struct stamp now,
                            struct gateway_action *a)
{
    g->links[uplink].stop = STOP_SENT;
    publish(g, uplink, g->topics[TOPIC_STATUS], payload_offline(g->scratch, &g->env, now, "stop"),
            now, a);
}

/* Parts that a list no longer has are shown empty, so that no old alarm or point
 * stays in the picture. */
static void publish_active(struct gateway *g, uint32_t uplink, struct stamp now,
                           struct gateway_action *a)
{
    struct retained *r = &g->links[uplink].retained;
    uint16_t n = r->active_at.n;
    size_t len = payload_active(g->scratch, &g->env, now, &r->active_at);
    uint16_t parts = r->active_at.parts;

    if (n >= r->active_shown)
        r->active_shown = (uint16_t)(n + 1);
    if (r->active_at.n >= r->active_shown && r->active_at.n >= parts) {
        r->active = r->active_again;
        r->active_again = false;
        r->active_at = (struct active_cursor){ 0 };
        r->active_shown = parts;
    }
    publish(g, uplink, part_topic(g, TOPIC_ACTIVE, n), len, now, a);
}

static void publish_meta(struct gateway *g, uint32_t uplink, struct stamp now,
                         struct gateway_action *a)
{
    struct retained *r = &g->links[uplink].retained;
    uint16_t n = r->meta_at.n;
    size_t len = payload_meta(g->scratch, &g->env, now, &r->meta_at);

    if (n >= r->meta_shown)
        r->meta_shown = (uint16_t)(n + 1);
    if (r->meta_at.n >= r->meta_shown && r->meta_at.point == g->conf.plant->n_points) {
        r->meta = false;
        r->meta_at = (struct meta_cursor){ 0 };
        r->meta_shown = payload_meta_parts(&g->env);
    }
    publish(g, uplink, part_topic(g, TOPIC_META, n), len, now, a);
}

/* The end is said last: nothing is retained over it. */
static bool end_next(struct gateway *g, uint32_t uplink, struct stamp now, struct gateway_action *a)
{
    struct link *l = &g->links[uplink];

    if (l->stop != STOP_DUE ||
        (now.mono_ms - g->stop_ms < STOP_DRAIN_MS && !outbox_is_drained(l->outbox)))
        return false;
    publish_offline(g, uplink, now, a);
    return true;
}

/* Status and active show the engine as it is: while the disk does not have the
 * last good news, they would tell it too early. */
static bool picture_may_leave(const struct gateway *g)
{
    return g->env.is_volatile || g->durable[TOPIC_ALARM] >= g->good_seq;
}

bool retained_waits(const struct gateway *g, uint32_t uplink)
{
    const struct retained *r = &g->links[uplink].retained;

    return !g->stopping && (r->meta || ((r->status || r->active) && picture_may_leave(g)));
}

bool retained_next(struct gateway *g, uint32_t uplink, struct stamp now, struct gateway_action *a)
{
    struct link *l = &g->links[uplink];
    bool is_picture = picture_may_leave(g);

    if (g->stopping)
        return l->up && end_next(g, uplink, now, a);
    if (!retained_waits(g, uplink) || !outbox_host_may_send(l->outbox))
        return false;
    if (l->retained.status && is_picture)
        publish_status(g, uplink, now, a);
    else if (l->retained.active && is_picture)
        publish_active(g, uplink, now, a);
    else
        publish_meta(g, uplink, now, a);
    return true;
}

int64_t retained_until(const struct gateway *g, uint32_t uplink, int64_t now_ms)
{
    const struct link *l = &g->links[uplink];
    int64_t drained_ms = g->stop_ms + STOP_DRAIN_MS;

    return l->up && l->stop == STOP_DUE && drained_ms > now_ms ? drained_ms : INT64_MAX;
}
