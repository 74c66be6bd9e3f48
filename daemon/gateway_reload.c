#include "daemon/gateway_reload.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/gateway_core.h"
#include "rules/engine_reload.h"

/* ---- what can't change ---- */

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_tls(const struct tls_conf *a, const struct tls_conf *b)
{
    return same_text(a->ca, b->ca) && same_text(a->cert, b->cert) && same_text(a->key, b->key) &&
           same_text(a->crl, b->crl);
}

static bool same_uplink(const struct uplink_conf *a, const struct uplink_conf *b)
{
    return same_text(a->name, b->name) && same_text(a->host, b->host) && a->port == b->port &&
           a->protocol == b->protocol && same_text(a->client_id, b->client_id) &&
           same_text(a->user, b->user) && same_text(a->password_file, b->password_file) &&
           same_tls(&a->tls, &b->tls) && a->keepalive_s == b->keepalive_s &&
           a->receipts == b->receipts;
}

static bool same_uplinks(const struct plant *a, const struct plant *b)
{
    if (a->n_uplinks != b->n_uplinks)
        return false;
    for (size_t i = 0; i < a->n_uplinks; i++)
        if (!same_uplink(&a->uplinks[i], &b->uplinks[i]))
            return false;
    return true;
}

const char *gateway_fixed(const struct plant *from, const struct plant *to)
{
    if (!same_text(from->site.ent, to->site.ent))
        return "site.ent";
    if (!same_text(from->site.gw, to->site.gw))
        return "site.gw";
    if (!same_text(from->control_socket, to->control_socket))
        return "control.socket";
    return same_uplinks(from, to) ? NULL : "uplinks";
}

/* ---- the change ---- */

/* All that a new plant needs, taken before anything changes. */
struct change {
    struct engine *engine;
    double *use_pct;
    struct recorder *recorder;
};

static void forget(struct change *c)
{
    engine_free(c->engine);
    free(c->use_pct);
    recorder_free(c->recorder);
}

static int prepare(struct gateway *g, const struct plant *p, struct stamp now, struct change *c)
{
    int err = engine_new(&c->engine, p, g->conf.epoch, now);

    if (err != RG_OK)
        return err;
    c->use_pct = calloc(p->n_buses + 1, sizeof *c->use_pct);
    if (c->use_pct == NULL)
        return RG_ENOMEM;
    err = recorder_new(&c->recorder, p, g->conf.epoch, g->recorder);
    if (err != RG_OK)
        return err;
    if (engine_leave_count(g->engine, c->engine) >= message_pool_left(g->pool))
        return RG_EFULL;
    return journal_grow(g->journal, engine_slots(g->engine) + engine_slots(c->engine));
}

static void keep_use(const struct gateway *g, const struct plant *p, double *use_pct)
{
    const struct plant *from = g->conf.plant;

    for (size_t i = 0; i < p->n_buses; i++)
        for (size_t k = 0; k < from->n_buses; k++)
            if (strcmp(p->buses[i].name, from->buses[k].name) == 0)
                use_pct[i] = g->use_pct[k];
}

static void swap(struct gateway *g, const struct plant *p, const char *config, struct change *c,
                 int64_t now_ms)
{
    struct change old = { g->engine, g->use_pct, g->recorder };

    keep_use(g, p, c->use_pct);
    g->engine = c->engine;
    g->use_pct = c->use_pct;
    recorder_adopt(c->recorder, g->recorder, now_ms);
    g->recorder = c->recorder;
    g->conf.plant = p;
    g->conf.config = config;
    g->env.plant = p;
    g->env.engine = c->engine;
    g->env.config = config;
    forget(&old);
}

static void show_all(struct gateway *g, struct stamp now)
{
    for (size_t i = 0; i < g->n_links; i++) {
        struct retained *r = &g->links[i].retained;

        r->status = r->meta = true;
        r->meta_at = (struct meta_cursor){ 0 };
        r->active_at = (struct active_cursor){ 0 };
    }
    g->active_dirty = true;
    if (g->telemetry_ms > now.mono_ms + g->conf.plant->telemetry_every_ms)
        g->telemetry_ms = now.mono_ms + g->conf.plant->telemetry_every_ms;
}

static void say(struct gateway *g, bool is_accepted, const struct config_news *n, const char *by,
                struct stamp now)
{
    g->news = n;
    engine_config(g->engine, is_accepted, by, now);
    gateway_drain(g, now);
    g->news = NULL;
}

int gateway_reload(struct gateway *g, const struct plant *plant, const char *config, const char *by,
                   struct stamp now)
{
    const struct config_news n = { .old = g->conf.config, .new = config };
    struct change c = { NULL, NULL, NULL };
    int err;

    if (g->stopping)
        return RG_EREFUSED;
    engine_tick(g->engine, now);
    gateway_drain(g, now);
    err = prepare(g, plant, now, &c);
    if (err != RG_OK) {
        forget(&c);
        return err;
    }
    say(g, true, &n, by, now);
    engine_leave(g->engine, c.engine, by, now);
    gateway_drain(g, now);
    engine_adopt(c.engine, g->engine, by, now);
    swap(g, plant, config, &c, now.mono_ms);
    gateway_drain(g, now);
    show_all(g, now);
    return RG_OK;
}

void gateway_reload_refused(struct gateway *g, const struct config_news *n, const char *by,
                            struct stamp now)
{
    struct config_news news = *n;

    news.old = g->conf.config;
    say(g, false, &news, by, now);
}

bool gateway_on_last_good(const struct gateway *g)
{
    return g->on_last_good;
}
