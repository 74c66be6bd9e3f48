#include "daemon/gateway_watch.h"

#include <stdio.h>

#include "daemon/clock.h"
#include "daemon/gateway_core.h"
#include "daemon/identity.h"

#define QUIET_MS 120000 /* four periods of status: a gateway that is there has spoken */
#define WHO_MAX  24
#define FLAPS    2 /* short lives in a row: by then the other has come three times */

/* --- certificates --- */

void gateway_cert(struct gateway *g, uint32_t uplink, const struct cert_state *c)
{
    g->links[uplink].cert = *c;
}

const struct cert_state *gateway_cert_state(const struct gateway *g, uint32_t uplink)
{
    return &g->links[uplink].cert;
}

/* Before the clock was set no date says anything. */
static enum said judge_cert(const struct gateway *g, uint32_t uplink, struct stamp now)
{
    const struct cert_state *c = &g->links[uplink].cert;

    if (g->conf.plant->uplinks[uplink].tls.ca == NULL)
        return SAID_GOOD;
    if (c->what[0] == '\0' || now.utc_ms < CLOCK_BUILD_UTC_MS)
        return SAID_NOTHING;
    return now.utc_ms >= c->due_utc_ms ? SAID_BAD : SAID_GOOD;
}

/* --- identity --- */

static void saw_another(struct gateway *g, uint32_t uplink, struct stamp now)
{
    g->links[uplink].is_shared = true;
    g->links[uplink].shared_ms = now.mono_ms;
    gateway_watch_self(g, now);
}

void gateway_taken_over(struct gateway *g, uint32_t uplink, struct stamp now)
{
    saw_another(g, uplink, now);
}

void gateway_note_will(struct gateway *g, uint32_t uplink, struct stamp now)
{
    struct identity_wills *w = &g->links[uplink].wills;

    payload_time(w->ts[w->next++ % IDENTITY_WILLS], now.utc_ms, g->conf.plant->site.zone_min);
}

bool gateway_own_status(struct gateway *g, uint32_t uplink, const void *body, size_t len,
                        struct stamp now)
{
    const struct link *l = &g->links[uplink];
    const struct identity self = { .install = g->conf.install,
                                   .epoch = g->conf.epoch,
                                   .is_volatile = g->conf.is_volatile,
                                   .mono_ms = now.mono_ms,
                                   .wills = &l->wills,
                                   .is_flapping = l->short_lives >= FLAPS };
    char who[WHO_MAX], why[80];

    if (!identity_is_foreign(&self, body, len, who, sizeof who))
        return false;
    snprintf(why, sizeof why, "another gateway goes by this one's name%s%s",
             who[0] == '\0' ? "" : ": ", who);
    gateway_uplink_note(g, uplink, why);
    saw_another(g, uplink, now);
    return true;
}

static bool is_quiet(const struct link *l, struct stamp now)
{
    int64_t from_ms = l->shared_ms > l->up_ms ? l->shared_ms : l->up_ms;

    return l->up && now.mono_ms - from_ms >= QUIET_MS;
}

/* Good only when it could have been seen: an alarm of an earlier epoch stands
 * until then. */
static enum said judge_identity(struct gateway *g, struct stamp now)
{
    bool is_shared = false, is_seen = false;

    for (size_t i = 0; i < g->n_links; i++) {
        struct link *l = &g->links[i];
        bool is_calm = is_quiet(l, now);

        if (l->is_shared && is_calm)
            gateway_uplink_note(g, (uint32_t)i, "");
        l->is_shared = l->is_shared && !is_calm;
        is_shared |= l->is_shared;
        is_seen |= is_calm;
    }
    return is_shared ? SAID_BAD : is_seen ? SAID_GOOD : SAID_NOTHING;
}

void gateway_watch_self(struct gateway *g, struct stamp now)
{
    for (uint32_t i = 0; i < g->n_links; i++)
        gateway_say(g, &g->links[i].cert_said, judge_cert(g, i, now), SYS_CERT, i, now);
    gateway_say(g, &g->identity_said, judge_identity(g, now), SYS_IDENTITY, 0, now);
}
