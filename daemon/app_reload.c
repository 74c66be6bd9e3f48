#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/err.h"
#include "daemon/app_core.h"
#include "daemon/bus_swap.h"
#include "daemon/gateway_reload.h"
#include "daemon/log.h"

void app_forget_plant(struct app *a, const struct plant *p)
{
    if (p != a->conf->plant) /* store and uplinks go on with conf's */
        plant_free((struct plant *)(uintptr_t)p);
}

/* From here on the old plant is nobody's. */
static void run_plant(struct app *a, const struct plant *next, struct bus_swap *swap)
{
    const struct plant *old = a->plant;
    struct bus_loop **buses = a->buses;

    a->plant = next;
    a->buses = bus_swap_do(swap);
    a->subject.plant = next;
    a->subject.buses = a->buses;
    app_note_periods(a);
    free(buses);
    app_forget_plant(a, old);
    malloc_trim(0);
}

static int change(struct app *a, const struct plant *next, const char *hash, const char *by)
{
    const struct bus_swap_conf c = { .buses = a->buses,
                                     .from = a->plant,
                                     .to = next,
                                     .timer = a->bus_timer,
                                     .sample = app_sampled,
                                     .ctx = a };
    struct stamp now = clock_now(&a->clock);
    int at = 1 - a->config_at;
    struct bus_swap *swap;
    int err = bus_swap_new(&swap, &c);

    if (err != RG_OK)
        return err;
    snprintf(a->config[at], sizeof a->config[at], "%s", hash);
    err = gateway_reload(a->gateway, next, a->config[at], by, now);
    if (err == RG_OK) {
        a->config_at = at;
        a->on_last_good = false;
        run_plant(a, next, swap);
        gateway_config_fault(a->gateway, false, now);
    }
    bus_swap_free(swap);
    return err;
}

static int swap_plant(void *ctx, struct plant *next, const char *hash, const char *by, char *why,
                      size_t size)
{
    struct app *a = ctx;
    const char *fixed = gateway_fixed(a->plant, next);
    int64_t began_us = clock_mono_us();

    if (fixed != NULL) {
        snprintf(why, size, "%s: a change here needs a restart", fixed);
        return RG_ECONF;
    }
    int err = a->gateway == NULL ? RG_EREFUSED : change(a, next, hash, by);
    if (a->gateway == NULL)
        snprintf(why, size, "the daemon is starting");
    else if (err == RG_EFULL)
        snprintf(why, size, "too many open alarms would end at once for the room that is left");
    else if (err != RG_OK)
        snprintf(why, size, "%s", rg_error_text(err));
    else
        log_event(LOG_LEVEL_INFO, "reloaded", "config=%s points=%zu held_loop_us=%" PRId64, hash,
                  next->n_points, clock_mono_us() - began_us);
    return err;
}

static void refused(void *ctx, const struct config_news *n, const char *by)
{
    struct app *a = ctx;

    if (a->gateway != NULL)
        gateway_reload_refused(a->gateway, n, by, clock_now(&a->clock));
}

int app_reload_begin(struct app *a)
{
    const struct reload_conf c = { .config = a->conf->config,
                                   .state = a->conf->state,
                                   .swap = swap_plant,
                                   .refused = refused,
                                   .ctx = a };
    int err = reload_new(&a->reload, &a->loop, &c);

    a->subject.reload = a->reload;
    return err;
}

/* The findings go to the log's own place, as at the start. */
static void print_findings(void *ctx, uint64_t ticket, const struct reload_result *r)
{
    (void)ctx;
    (void)ticket;
    fputs(r->findings, stderr);
}

void app_reload_by_signal(struct app *a)
{
    const struct reload_order o = { .lang = DIAG_ZH, .done = print_findings };

    if (a->reload == NULL || !reload_ask(a->reload, &o))
        log_event(LOG_LEVEL_WARNING, "reload_refused", "reason=\"one waits already\"");
}
