#include "daemon/app.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <uv.h>

#include "config/err.h"
#include "daemon/bus_loop.h"
#include "daemon/ctl.h"
#include "daemon/log.h"
#include "daemon/notify.h"
#include "daemon/recovery.h"
#include "daemon/uplink.h"

#define RECOVERY_MS 5000 /* Source: the published contract, restart */
#define SECOND_MS 1000
#define DRAIN_MS 4000    /* of the 5 s in which SIGTERM is done */
#define BUS_USE_S 10

struct app {
    uv_loop_t loop;
    const struct plant *plant;
    const char *state;
    struct clock clock;
    struct recovery *recovery; /* the record: opened, begun, committed to */
    struct gateway *gateway;   /* NULL until the record was read or given up */
    struct bus_loop **buses;
    struct uplink **uplinks;
    struct ctl_subject subject;
    struct ctl *ctl;
    uv_prepare_t pump;
    uv_timer_t wake;
    uv_timer_t second;
    uv_timer_t drain;
    uv_signal_t signals[3];
    unsigned sinks_left;
    unsigned seconds;
    bool clk_sync;
    bool stopping;
    bool closed;
    int exit_code;
};

static void carry(struct app *a, const struct gateway_action *act)
{
    switch (act->what) {
    case GW_SLEEP: break;
    case GW_COMMIT: recovery_commit(a->recovery, act->batch); break;
    case GW_FETCH: recovery_fetch(a->recovery, act->uplink, act->fetch); break;
    case GW_CONNECT: uplink_connect(a->uplinks[act->uplink]); break;
    case GW_DISCONNECT: uplink_disconnect(a->uplinks[act->uplink]); break;
    case GW_PUBLISH: uplink_publish(a->uplinks[act->uplink], act); break;
    }
}

static void woke(uv_timer_t *t)
{
    (void)t; /* the pump runs before every wait of the loop */
}

/* Before each wait: let the core say all that it wants, then sleep as long as
 * it allows. */
static void pump(uv_prepare_t *h)
{
    struct app *a = h->data;
    struct gateway_action act;

    if (a->gateway == NULL || a->closed)
        return;
    gateway_tick(a->gateway, a->clk_sync, clock_now(&a->clock));
    for (;;) {
        gateway_next(a->gateway, clock_now(&a->clock), &act);
        if (act.what == GW_SLEEP)
            break;
        carry(a, &act);
    }
    int64_t wait_ms = act.until_ms - clock_now(&a->clock).mono_ms;
    uv_update_time(&a->loop);
    uv_timer_start(&a->wake, woke, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}
