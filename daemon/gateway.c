#include "daemon/gateway.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/gateway_core.h"

#define POOL_BASE       512   /* messages on their way to the store, alarms among them */
#define POOL_PER_UPLINK 480   /* what one outbox may keep in memory of the store's */
#define SHORT_LIFE_MS   10000 /* of a link that another one took away */

/* --- its life --- */

static void make_topics(struct gateway *g)
{
    const struct site_conf *s = &g->conf.plant->site;
    static const char *const down[2] = { "receipt", "request" };

    for (int t = 0; t < TOPICS; t++)
        snprintf(g->topics[t], TOPIC_NAME_MAX, "riskgw/v1/%s/%s/%s", s->ent, s->gw, topic_words[t]);
    for (int i = 0; i < 2; i++)
        snprintf(g->down[i], TOPIC_NAME_MAX, "riskgw/v1/%s/%s/down/%s", s->ent, s->gw, down[i]);
}

static int make_links(struct gateway *g, struct stamp now)
{
    const struct plant *p = g->conf.plant;
    int err = RG_OK;

    for (; g->n_links < p->n_uplinks && err == RG_OK; g->n_links++) {
        size_t i = g->n_links;
        struct outbox_conf c = { .uplink = (uint8_t)i,
                                 .receipts = p->uplinks[i].receipts,
                                 .seed = g->conf.seed ^ (i * 0x9E3779B97F4A7C15u),
                                 .epoch = g->conf.epoch };

        memcpy(c.owed, g->conf.owed[i], sizeof c.owed);
        err = outbox_new(&g->links[i].outbox, &c, g->pool, now.mono_ms);
        g->all_bits |= 1u << i;
    }
    return err;
}

static int build(struct gateway *g, struct stamp now)
{
    const struct plant *p = g->conf.plant;
    int err = engine_new(&g->engine, p, g->conf.epoch, now);

    if (err == RG_OK)
        err = message_pool_new(&g->pool, POOL_BASE + POOL_PER_UPLINK * p->n_uplinks);
    if (err == RG_OK)
        err = journal_new(&g->journal, g->pool, engine_slots(g->engine));
    if (err == RG_OK)
        err = recorder_new(&g->recorder, p, g->conf.epoch, NULL);
    if (err == RG_OK)
        err = make_links(g, now);
    g->use_pct = calloc(p->n_buses + 1, sizeof *g->use_pct);
    return err == RG_OK && g->use_pct == NULL ? RG_ENOMEM : err;
}

int gateway_new(struct gateway **out, const struct gateway_conf *c, struct stamp now)
{
    struct gateway *g = calloc(1, sizeof *g);
    int err;

    if (g == NULL)
        return RG_ENOMEM;
    g->conf = *c;
    if (c->prev != NULL) {
        g->prev = *c->prev;
        g->conf.prev = &g->prev;
    }
    err = build(g, now);
    if (err != RG_OK) {
        gateway_free(g);
        return err;
    }
    g->env = (struct envelope){ .plant = c->plant,
                                .engine = g->engine,
                                .epoch = c->epoch,
                                .is_volatile = c->is_volatile,
                                .clk_sync = c->clk_sync,
                                .version = c->version,
                                .install = c->install,
                                .config = c->config };
    g->next_id = c->next_id > 0 ? c->next_id : 1;
    g->began_ms = now.mono_ms;
    g->status_ms = now.mono_ms;
    g->active_ms = now.mono_ms;
    g->telemetry_ms = now.mono_ms + c->plant->telemetry_every_ms;
    make_topics(g);
    *out = g;
    return RG_OK;
}

void gateway_free(struct gateway *g)
{
    if (g == NULL)
        return;
    for (size_t i = 0; i < g->n_links; i++)
        outbox_free(g->links[i].outbox);
    journal_free(g->journal);
    recorder_free(g->recorder);
    message_pool_free(g->pool);
    engine_free(g->engine);
    free(g->use_pct);
    free(g);
}

int gateway_restore(struct gateway *g, const struct saved_alarm *v, size_t n, int64_t shift_ms,
                    int64_t died_ms, struct stamp now)
{
    return engine_restore(g->engine, v, n, shift_ms, died_ms, now);
}

void gateway_begin(struct gateway *g, struct stamp now)
{
    for (size_t i = 0; i < g->n_links; i++) /* what the last epoch has shown */
        g->links[i].retained.active_shown = payload_active_parts(&g->env);
    engine_restart(g->engine, payload_restart_parts(&g->env), now);
    gateway_drain(g, now);
}

void gateway_stop(struct gateway *g, struct stamp now)
{
    if (g->stopping)
        return;
    g->stopping = true;
    g->stop_ms = now.mono_ms;
    journal_flush(g->journal);
    recorder_flush(g->recorder, now.mono_ms);
    for (size_t i = 0; i < g->n_links; i++)
        g->links[i].stop = STOP_DUE;
}

bool gateway_idle(const struct gateway *g)
{
    for (size_t i = 0; i < g->n_links; i++)
        if (g->links[i].up && g->links[i].stop != STOP_DONE)
            return false;
    return journal_is_empty(g->journal) && recorder_is_idle(g->recorder);
}

bool gateway_is_recorded(const struct gateway *g)
{
    return journal_is_empty(g->journal);
}

/* --- what comes in --- */

void gateway_sample(struct gateway *g, const struct sample *s, struct stamp now)
{
    engine_sample(g->engine, s, now);
    gateway_note_sample(g, s, now);
    gateway_drain(g, now);
}

void gateway_gap(struct gateway *g, int64_t from_ms, struct stamp now)
{
    engine_gap(g->engine, from_ms, now);
    gateway_drain(g, now);
    if (!g->stopping)
        gateway_telemetry(g, now); /* the record says since when nobody looked */
}

void gateway_clock_step(struct gateway *g, int64_t offset_ms, struct stamp now)
{
    engine_clock_step(g->engine, offset_ms, now);
    gateway_drain(g, now);
}

void gateway_bus_use(struct gateway *g, uint32_t bus, double use_pct)
{
    g->use_pct[bus] = use_pct;
}

void gateway_store_bytes(struct gateway *g, int64_t bytes)
{
    g->store_bytes = bytes;
}

void gateway_config_fault(struct gateway *g, bool bad, struct stamp now)
{
    struct why why = { .code = WHY_NONE };

    g->on_last_good = bad;
    engine_sys(g->engine, SYS_CONFIG, 0, bad, why, now);
    gateway_drain(g, now);
}

int gateway_ack(struct gateway *g, const char *rule, const char *by, const char *comment,
                struct stamp now)
{
    int err = engine_ack(g->engine, rule, by, comment, now);

    gateway_drain(g, now);
    return err;
}

int gateway_reset(struct gateway *g, const char *rule, const char *by, struct stamp now)
{
    int err = engine_reset(g->engine, rule, by, now);

    gateway_drain(g, now);
    return err;
}

static void note_durable(struct gateway *g, const struct batch *b)
{
    for (size_t i = 0; i < b->n_records; i++) {
        const struct message *m = b->records[i].msg;

        if (m != NULL && m->topic < NUMBERED_TOPICS && m->seq > g->durable[m->topic])
            g->durable[m->topic] = m->seq;
    }
}

void gateway_committed(struct gateway *g, struct batch *b, int err, struct stamp now)
{
    if (err == RG_OK) {
        g->store_proven = true;
        g->audit = b->audit;
        note_durable(g, b);
    }
    journal_committed(g->journal, b, err, now.mono_ms);
    gateway_watch_store(g, now);
}

void gateway_fetched(struct gateway *g, uint32_t uplink, struct fetch *f, struct stamp now)
{
    assert(f == &g->links[uplink].fetch);
    outbox_fetched(g->links[uplink].outbox, f, now.mono_ms);
}

void gateway_up(struct gateway *g, uint32_t uplink, struct stamp now)
{
    struct link *l = &g->links[uplink];

    outbox_up(l->outbox, now.mono_ms);
    l->up = true;
    l->up_ms = now.mono_ms;
    l->refused = false;
    retained_begin(l);
    gateway_watch_link(g, uplink, now);
}

static void link_lost(struct link *l)
{
    l->up = false;
    l->retained.flies = false;
    if (l->stop == STOP_SENT)
        l->stop = STOP_DUE;
}

void gateway_down(struct gateway *g, uint32_t uplink, bool refused, struct stamp now)
{
    struct link *l = &g->links[uplink];

    if (l->up)
        l->short_lives = now.mono_ms - l->up_ms < SHORT_LIFE_MS ? l->short_lives + 1 : 0;
    /* Two that take the link from each other get nothing through: slowly. */
    refused |= l->is_shared;
    outbox_down(l->outbox, refused, now.mono_ms);
    l->refused = refused;
    link_lost(l);
    gateway_watch_link(g, uplink, now);
}

void gateway_puback(struct gateway *g, uint32_t uplink, uint32_t token, bool ok, struct stamp now)
{
    struct link *l = &g->links[uplink];

    if ((token & RETAIN_TOKEN) != 0)
        retained_puback(l, token, now.mono_ms);
    else
        outbox_puback(l->outbox, token, ok, now.mono_ms);
}

/* --- what is to be done --- */

static void note_expired(struct gateway *g, const struct fetch *f, struct stamp now)
{
    struct lost l = { .topic = f->topic,
                      .from_epoch = f->epoch,
                      .from_seq = f->from_seq,
                      .to_epoch = f->epoch,
                      .to_seq = f->to_seq,
                      .t0_utc_ms = now.utc_ms,
                      .t1_utc_ms = now.utc_ms,
                      .reason = REASON_EXPIRED };

    gateway_lost(g, &l);
}

static void publish(struct gateway *g, const struct outbox_action *o, struct gateway_action *a)
{
    a->what = GW_PUBLISH;
    a->topic = g->topics[o->msg->topic];
    a->len = payload_with_replay(g->scratch, o->msg->body, o->msg->len, o->replay);
    a->body = g->scratch;
    a->retain = false;
    a->token = o->token;
}

/* One step of one outbox; false: it sleeps until o->until_ms. */
static bool step(struct gateway *g, uint32_t uplink, struct stamp now, struct outbox_action *o,
                 struct gateway_action *a)
{
    struct link *l = &g->links[uplink];

    outbox_next(l->outbox, now.mono_ms, o);
    switch (o->what) {
    case OUTBOX_SLEEP:
        return false;
    case OUTBOX_DONE:
        journal_done(g->journal, o->done, now.mono_ms);
        break;
    case OUTBOX_EXPIRED:
        note_expired(g, &o->fetch, now);
        break;
    case OUTBOX_SEND:
        publish(g, o, a);
        break;
    case OUTBOX_FETCH:
        l->fetch = o->fetch;
        a->fetch = &l->fetch;
        a->what = GW_FETCH;
        break;
    case OUTBOX_CONNECT:
        a->what = g->stopping ? GW_SLEEP : GW_CONNECT;
        break;
    case OUTBOX_DISCONNECT:
        link_lost(l);
        a->what = GW_DISCONNECT;
        break;
    }
    return true;
}

static bool link_next(struct gateway *g, uint32_t uplink, struct stamp now,
                      struct gateway_action *a, int64_t *until_ms)
{
    struct outbox_action o;

    a->uplink = uplink;
    outbox_host_waits(g->links[uplink].outbox, retained_waits(g, uplink));
    while (step(g, uplink, now, &o, a))
        if (a->what != GW_SLEEP)
            return true;
    if (retained_next(g, uplink, now, a))
        return true;
    gateway_sooner(until_ms, o.until_ms);
    gateway_sooner(until_ms, retained_until(g, uplink, now.mono_ms));
    return false;
}

static bool commit_next(struct gateway *g, struct stamp now, struct gateway_action *a,
                        int64_t *until_ms)
{
    int64_t at_ms;

    a->batch = journal_next(g->journal, now.mono_ms, &at_ms);
    if (a->batch == NULL) {
        gateway_sooner(until_ms, at_ms);
        return false;
    }
    a->what = GW_COMMIT;
    return true;
}

void gateway_next(struct gateway *g, struct stamp now, struct gateway_action *a)
{
    int64_t until_ms = INT64_MAX;

    *a = (struct gateway_action){ .what = GW_SLEEP };
    if (commit_next(g, now, a, &until_ms))
        return;
    for (size_t i = 0; i < g->n_links; i++) {
        uint32_t uplink = (uint32_t)((g->turn + i) % g->n_links);

        if (link_next(g, uplink, now, a, &until_ms)) {
            g->turn = (uplink + 1) % g->n_links;
            return;
        }
    }
    if (commit_next(g, now, a, &until_ms)) /* done marks that have just come */
        return;
    if (gateway_record_next(g, now, a, &until_ms))
        return;
    gateway_sooner(&until_ms, gateway_timers(g));
    a->until_ms = until_ms;
}

size_t gateway_will(const struct gateway *g, char *body, struct stamp now)
{
    return payload_offline(body, &g->env, now, NULL);
}

const struct engine *gateway_engine(const struct gateway *g)
{
    return g->engine;
}

const struct plant *gateway_plant(const struct gateway *g)
{
    return g->conf.plant;
}

void gateway_uplink_stats(const struct gateway *g, uint32_t uplink, struct outbox_stats *out)
{
    outbox_stats(g->links[uplink].outbox, out);
    out->bad_receipts += g->links[uplink].malformed;
}

void gateway_uplink_note(struct gateway *g, uint32_t uplink, const char *why)
{
    snprintf(g->links[uplink].why, sizeof g->links[uplink].why, "%s", why);
}

const char *gateway_uplink_why(const struct gateway *g, uint32_t uplink)
{
    return g->links[uplink].why;
}

bool gateway_store_ok(const struct gateway *g)
{
    return g->store_said != SAID_BAD;
}
