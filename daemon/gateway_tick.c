#include "daemon/gateway_core.h"

#include "daemon/clock.h"

#define STATUS_EVERY_MS 30000  /* Source: the published contract, status */
#define ACTIVE_EVERY_MS 1000   /* Source: the published contract, active */
#define UPLINK_DOWN_MS  60000  /* Source: the published contract, sys/uplink */
#define UNSYNC_MS       300000 /* Source: the published contract, sys/time */

void gateway_sooner(int64_t *until_ms, int64_t at_ms)
{
    if (at_ms < *until_ms)
        *until_ms = at_ms;
}

/* Say it to the engine when it changed; nothing decided says nothing. */
void gateway_say(struct gateway *g, enum said *said, enum said is, enum sys_fault f,
                 uint32_t uplink, struct stamp now)
{
    struct why why = { .code = WHY_NONE };

    if (is == SAID_NOTHING || is == *said)
        return;
    *said = is;
    engine_sys(g->engine, f, uplink, is == SAID_BAD, why, now);
    gateway_drain(g, now);
}

void gateway_watch_store(struct gateway *g, struct stamp now)
{
    bool bad = journal_failing(g->journal, now.mono_ms);

    g->env.is_volatile = g->conf.is_volatile || bad;
    if (bad) {
        journal_mark_volatile(g->journal);
        gateway_say(g, &g->store_said, SAID_BAD, SYS_STORE, 0, now);
    } else if (g->store_proven) {
        gateway_say(g, &g->store_said, SAID_GOOD, SYS_STORE, 0, now);
    }
}

void gateway_watch_link(struct gateway *g, uint32_t uplink, struct stamp now)
{
    struct link *l = &g->links[uplink];
    struct outbox_stats s;

    outbox_stats(l->outbox, &s);
    if (s.up)
        gateway_say(g, &l->said, SAID_GOOD, SYS_UPLINK, uplink, now);
    else if (l->refused || now.mono_ms - s.down_since_ms >= UPLINK_DOWN_MS)
        gateway_say(g, &l->said, SAID_BAD, SYS_UPLINK, uplink, now);
}

static enum said judge_time(const struct gateway *g, struct stamp now)
{
    if (now.utc_ms < CLOCK_BUILD_UTC_MS)
        return SAID_BAD;
    if (g->env.clk_sync)
        return SAID_GOOD;
    return now.mono_ms - g->began_ms >= UNSYNC_MS ? SAID_BAD : SAID_NOTHING;
}

static bool ledger_can_go(const struct gateway *g)
{
    bool up = g->store_said != SAID_BAD;

    for (size_t i = 0; i < g->n_links && !up; i++)
        up = g->links[i].up;
    return g->n_lost > 0 && up;
}

static void show_active(struct gateway *g, int64_t now_ms)
{
    g->active_dirty = false;
    g->active_ms = now_ms + ACTIVE_EVERY_MS;
    for (size_t i = 0; i < g->n_links; i++)
        retained_show_active(&g->links[i].retained);
}

static void show_status(struct gateway *g, int64_t now_ms)
{
    g->status_ms = now_ms + STATUS_EVERY_MS;
    for (size_t i = 0; i < g->n_links; i++)
        g->links[i].retained.status = true;
}

/* On its raster, not after each delay; what was slept over is not made up for. */
static int64_t next_on_raster(int64_t last_ms, int64_t every_ms, int64_t now_ms)
{
    return last_ms + ((now_ms - last_ms) / every_ms + 1) * every_ms;
}

void gateway_tick(struct gateway *g, bool clk_sync, struct stamp now)
{
    g->env.clk_sync = clk_sync;
    engine_tick(g->engine, now);
    gateway_drain(g, now);
    gateway_watch_store(g, now);
    for (uint32_t i = 0; i < g->n_links; i++)
        gateway_watch_link(g, i, now);
    gateway_say(g, &g->time_said, judge_time(g, now), SYS_TIME, 0, now);
    gateway_watch_self(g, now);
    if (now.mono_ms >= g->telemetry_ms && !g->stopping) {
        gateway_telemetry(g, now);
        g->telemetry_ms =
            next_on_raster(g->telemetry_ms, g->conf.plant->telemetry_every_ms, now.mono_ms);
    }
    if (ledger_can_go(g) && now.mono_ms >= g->ledger_ms)
        gateway_ledger(g, now);
    if (now.mono_ms >= g->status_ms)
        show_status(g, now.mono_ms);
    if (g->active_dirty && now.mono_ms >= g->active_ms)
        show_active(g, now.mono_ms);
}

static int64_t link_timer(const struct link *l)
{
    struct outbox_stats s;

    outbox_stats(l->outbox, &s);
    return s.up || l->said == SAID_BAD ? INT64_MAX : s.down_since_ms + UPLINK_DOWN_MS;
}

int64_t gateway_timers(const struct gateway *g)
{
    int64_t until_ms = engine_next_ms(g->engine);

    gateway_sooner(&until_ms, g->status_ms);
    if (!g->stopping)
        gateway_sooner(&until_ms, g->telemetry_ms);
    if (g->active_dirty)
        gateway_sooner(&until_ms, g->active_ms);
    if (ledger_can_go(g))
        gateway_sooner(&until_ms, g->ledger_ms);
    if (g->time_said != SAID_BAD && !g->env.clk_sync)
        gateway_sooner(&until_ms, g->began_ms + UNSYNC_MS);
    for (size_t i = 0; i < g->n_links; i++)
        gateway_sooner(&until_ms, link_timer(&g->links[i]));
    return until_ms;
}
