#include "daemon/app.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/err.h"
#include "daemon/app_core.h"
#include "daemon/digest.h"
#include "daemon/epoch.h"
#include "daemon/log.h"
#include "daemon/notify.h"
#include "daemon/threads.h"

#define RECOVERY_MS   5000 /* Source: the published contract, restart */
#define RETRY_MS      5000 /* of opening the record: as slow as the journal's own */
#define SECOND_MS     1000
#define DRAIN_MS      2300 /* of the 5 s in which SIGTERM is done: */
#define CLOSE_MS      1600 /* the sinks; the store's thread takes at most 1 s more */
#define LINGER_MS     200
#define BUS_USE_EVERY 10 /* seconds */
#define WATCH_EVERY   2  /* seconds */
#define TRIM_EVERY    60 /* seconds */
#define CTL_EVERY     60 /* seconds */

/* --- the end --- */

static void bound_passed(uv_timer_t *t);

static void end(struct app *a)
{
    uv_handle_t *const handles[] = {
        (uv_handle_t *)&a->pump,       (uv_handle_t *)&a->wake,       (uv_handle_t *)&a->second,
        (uv_handle_t *)&a->watchdog,   (uv_handle_t *)&a->signals[0], (uv_handle_t *)&a->signals[1],
        (uv_handle_t *)&a->signals[2],
    };
    bool is_whole = a->gateway == NULL || gateway_is_recorded(a->gateway);
    bool is_held = recovery_stop(a->recovery, is_whole) != RG_OK || a->threads_left > 0;

    a->phase = PHASE_END;
    log_event(LOG_LEVEL_INFO, "stopped", "exit=%d held=%d", a->exit_code, is_held);
    if (is_held) /* a disk or broker holds a thread: it must not see its memory go */
        _exit(a->exit_code);
    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++)
        uv_close(handles[i], NULL);
    uv_timer_start(&a->bound, bound_passed, LINGER_MS, 0);
    uv_unref((uv_handle_t *)&a->bound);
}

static void close_down(struct app *a)
{
    a->phase = PHASE_CLOSE;
    for (size_t i = 0; i < a->plant->n_uplinks; i++)
        uplink_close(a->uplinks[i], &a->threads_left);
    uv_timer_start(&a->bound, bound_passed, CLOSE_MS, 0);
}

static void bound_passed(uv_timer_t *t)
{
    struct app *a = t->data;

    if (a->phase == PHASE_DRAIN)
        close_down(a);
    else if (a->phase == PHASE_CLOSE)
        end(a);
    else /* a name look-up that nothing can cancel */
        _exit(a->exit_code);
}

static void stop(struct app *a)
{
    if (a->phase != PHASE_RUN)
        return;
    a->phase = PHASE_DRAIN;
    log_event(LOG_LEVEL_INFO, "stopping", "drain_ms=%d", DRAIN_MS);
    notify_stopping();
    reload_stop(a->reload, &a->threads_left);
    a->reload = NULL;
    readings_stop(a->readings);
    ctl_close(a->ctl); /* before what it shows */
    for (size_t i = 0; a->buses != NULL && i < a->plant->n_buses; i++)
        bus_loop_close(a->buses[i]);
    bus_timer_close(a->bus_timer);
    if (a->gateway != NULL)
        gateway_stop(a->gateway, clock_now(&a->clock));
    uv_timer_start(&a->bound, bound_passed, DRAIN_MS, 0);
}

static void give_up(struct app *a, const char *what, int err)
{
    log_event(LOG_LEVEL_ERROR, "start_failed", "part=%s error=\"%s\"", what, rg_error_text(err));
    a->exit_code = EXIT_FAILURE;
    stop(a);
}

/* --- the pump --- */

static void carry(struct app *a, const struct gateway_action *act)
{
    struct uplink *u = a->uplinks[act->uplink];

    switch (act->what) {
    case GW_SLEEP:
        break;
    case GW_COMMIT:
        recovery_commit(a->recovery, act->batch);
        break;
    case GW_RECORD:
        recovery_samples(a->recovery, act->samples);
        break;
    case GW_FETCH:
        recovery_fetch(a->recovery, act->fetch);
        break;
    case GW_CONNECT:
        uplink_connect(u);
        break;
    case GW_DISCONNECT:
        uplink_disconnect(u);
        break;
    case GW_PUBLISH:
        uplink_publish(u, act);
        break;
    }
}

/* Stopped, or starved: before anything is judged that waited meanwhile. */
static void look_for_gap(struct app *a, struct stamp now)
{
    int64_t from_ms = a->turned_ms;

    a->turned_ms = now.mono_ms;
    if (a->gateway == NULL || now.mono_ms - from_ms < GAP_MS)
        return;
    log_event(LOG_LEVEL_WARNING, "gap", "ms=%" PRId64 " points=%zu", now.mono_ms - from_ms,
              a->plant->n_points);
    gateway_gap(a->gateway, from_ms, now);
}

static void woke(uv_timer_t *t)
{
    (void)t; /* the pump runs before every wait of the loop */
}

static void run_gateway(struct app *a)
{
    struct gateway_action act;

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

/* Before each wait: let the core say all that it wants, then sleep as long as
 * it allows. */
static void pump(uv_prepare_t *h)
{
    struct app *a = h->data;

    look_for_gap(a, clock_now(&a->clock));
    if (a->phase <= PHASE_DRAIN && a->gateway != NULL)
        run_gateway(a);
    if (a->phase == PHASE_DRAIN && (a->gateway == NULL || gateway_idle(a->gateway)))
        close_down(a);
    if (a->phase == PHASE_CLOSE && a->threads_left == 0)
        end(a);
}

/* --- samples --- */

void app_sampled(void *ctx, const struct sample *s, int64_t mono_us)
{
    struct app *a = ctx;

    if (mono_us != a->sampled_us) {
        a->sampled = clock_now(&a->clock);
        look_for_gap(a, a->sampled);
    }
    a->sampled_us = mono_us;
    if (a->gateway != NULL)
        gateway_sample(a->gateway, s, a->sampled);
    else
        hold_put(a->hold, s, a->sampled);
}

static void judge_held(struct app *a)
{
    struct sample s;
    struct stamp at;

    while (hold_take(a->hold, &s, &at))
        gateway_sample(a->gateway, &s, at);
    if (hold_lost(a->hold) > 0)
        log_event(LOG_LEVEL_WARNING, "samples_lost", "n=%zu before=start", hold_lost(a->hold));
    hold_free(a->hold);
    a->hold = NULL;
}

/* --- the record's answers --- */

static int make_gateway(struct app *a, const struct recovered *r, struct stamp began)
{
    struct gateway_conf c = { .plant = a->plant,
                              .epoch = r->epoch,
                              .is_volatile = r->is_volatile,
                              .clk_sync = a->clk_sync,
                              .version = RISKGW_VERSION,
                              .install = a->install,
                              .config = a->config[a->config_at],
                              .start_reason = r->gap.reason,
                              .next_id = epoch_first_id(r->epoch, began.utc_ms),
                              .seed = r->epoch ^ (uint64_t)clock_mono_us() << 20 };

    snprintf(a->install, sizeof a->install, "%s", r->install);
    if (r->opened != NULL) {
        c.prev = &r->opened->prev;
        c.next_id = r->opened->next_id;
        for (size_t i = 0; i < PLANT_UPLINKS_MAX; i++)
            for (int lane = 0; lane < LANES; lane++)
                c.owed[i][lane] = r->opened->owed[i][lane];
    }
    return gateway_new(&a->gateway, &c, began);
}

static void restore(struct app *a, const struct recovered *r, struct stamp began)
{
    const struct store_opened *o = r->opened;

    if (o == NULL || o->n_alarms == 0)
        return;
    int err = gateway_restore(a->gateway, o->alarms, o->n_alarms, r->gap.shift_ms, o->prev.died_ms,
                              began);
    if (err != RG_OK)
        log_event(LOG_LEVEL_ERROR, "restore", "alarms=%zu error=\"%s\"", o->n_alarms,
                  rg_error_text(err));
}

static int open_uplinks(struct app *a)
{
    int err = RG_OK;

    for (uint32_t i = 0; i < a->plant->n_uplinks && err == RG_OK; i++)
        err = uplink_open(&a->uplinks[i], &a->loop, a->gateway, i, &a->clock);
    return err;
}

static void recovered(void *ctx, const struct recovered *r)
{
    struct app *a = ctx;
    struct stamp now = clock_now(&a->clock);
    struct stamp began = { .mono_ms = 0, .utc_ms = now.utc_ms - now.mono_ms };

    if (a->phase != PHASE_RUN)
        return;
    int err = make_gateway(a, r, began);
    if (err == RG_OK)
        err = open_uplinks(a);
    if (err != RG_OK) {
        give_up(a, "gateway", err);
        return;
    }
    restore(a, r, began);
    gateway_begin(a->gateway, began);
    gateway_config_fault(a->gateway, a->on_last_good, began);
    judge_held(a);
    a->subject.gateway = a->gateway;
    malloc_trim(0); /* the loader's scratch, several times the plant that it made */
    notify_ready("polling");
    log_event(LOG_LEVEL_INFO, "ready",
              "epoch=%" PRIu64
              " volatile=%d reason=%s points=%zu buses=%zu uplinks=%zu after_ms=%" PRId64,
              r->epoch, r->is_volatile, r->gap.reason, a->plant->n_points, a->plant->n_buses,
              a->plant->n_uplinks, now.mono_ms);
    if (!a->on_last_good)
        reload_keep(a->reload, a->plant);
}

static void committed(void *ctx, struct batch *b, int err)
{
    struct app *a = ctx;

    gateway_committed(a->gateway, b, err, clock_now(&a->clock));
}

static void fetched(void *ctx, struct fetch *f)
{
    struct app *a = ctx;

    gateway_fetched(a->gateway, f->uplink, f, clock_now(&a->clock));
}

static void samples_written(void *ctx, int err)
{
    struct app *a = ctx;

    gateway_samples_written(a->gateway, err, clock_now(&a->clock));
}

static void was_read(void *ctx, struct reading *r)
{
    struct app *a = ctx;

    readings_answered(a->readings, r);
}

static void record_lost(void *ctx)
{
    struct app *a = ctx;

    gateway_record_lost(a->gateway, clock_now(&a->clock));
}

static void record_bytes(void *ctx, int64_t bytes)
{
    struct app *a = ctx;

    if (a->gateway != NULL)
        gateway_store_bytes(a->gateway, bytes);
}

static const struct recovery_host host = {
    .ready = recovered,
    .committed = committed,
    .fetched = fetched,
    .samples_written = samples_written,
    .read = was_read,
    .lost = record_lost,
    .bytes = record_bytes,
};

/* --- what comes by the clock --- */

static void open_control(struct app *a)
{
    if (a->ctl == NULL)
        ctl_open(&a->ctl, &a->loop, &a->subject);
}

static void note_bus_use(struct app *a)
{
    for (uint32_t i = 0; i < a->plant->n_buses; i++)
        gateway_bus_use(a->gateway, i, bus_use_pct(bus_loop_core(a->buses[i]), clock_mono_us()));
}

static void second_passed(uv_timer_t *t)
{
    struct app *a = t->data;
    int64_t by_ms;

    if (a->phase != PHASE_RUN || a->gateway == NULL)
        return;
    a->seconds++;
    a->clk_sync = clock_is_sync();
    if (clock_stepped(&a->clock, &by_ms)) {
        log_event(LOG_LEVEL_WARNING, "clock_step", "by_ms=%" PRId64, by_ms);
        gateway_clock_step(a->gateway, by_ms, clock_now(&a->clock));
    }
    if (a->seconds % BUS_USE_EVERY == 0)
        note_bus_use(a);
    if (a->seconds % WATCH_EVERY == 0)
        recovery_watch(a->recovery);
    if (a->seconds % TRIM_EVERY == 0)
        recovery_trim(a->recovery, a->plant, a->clk_sync);
    if (a->seconds % CTL_EVERY == 0)
        open_control(a);
}

/* The loop turns, since this is called; the engine lives while samples come:
 * every due poll gives one, whatever its unit does. */
static void feed(uv_timer_t *t)
{
    struct app *a = t->data;
    int64_t silent_ms = clock_now(&a->clock).mono_ms - a->sampled.mono_ms;

    if (a->plant->n_points == 0 || silent_ms <= a->every_ms + PROGRESS_MS)
        notify_alive();
}

static void signalled(uv_signal_t *h, int sig)
{
    if (sig == SIGHUP)
        app_reload_by_signal(h->data);
    else
        stop(h->data);
}

/* --- the start --- */

static int start_timers(struct app *a)
{
    static const int sigs[] = { SIGTERM, SIGINT, SIGHUP };
    uv_timer_t *const timers[] = { &a->wake, &a->second, &a->watchdog, &a->bound };
    int64_t feed_ms = notify_watchdog_ms();

    for (size_t i = 0; i < sizeof timers / sizeof timers[0]; i++) {
        uv_timer_init(&a->loop, timers[i]);
        timers[i]->data = a;
    }
    for (size_t i = 0; i < sizeof sigs / sizeof sigs[0]; i++) {
        int err = uv_signal_init(&a->loop, &a->signals[i]);
        if (err == 0)
            err = uv_signal_start(&a->signals[i], signalled, sigs[i]);
        if (err != 0)
            return err;
        a->signals[i].data = a;
    }
    uv_timer_start(&a->second, second_passed, SECOND_MS, SECOND_MS);
    if (feed_ms > 0)
        uv_timer_start(&a->watchdog, feed, (uint64_t)feed_ms, (uint64_t)feed_ms);
    uv_prepare_init(&a->loop, &a->pump);
    a->pump.data = a;
    uv_prepare_start(&a->pump, pump);
    return 0;
}

static int try_pipe(void)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return uv_translate_sys_error(errno);
    close(ends[0]);
    close(ends[1]);
    return 0;
}

/* What the host must give before anything is promised. */
static bool begin_loop(struct app *a)
{
    if (threads_prepare(a->plant) != RG_OK) {
        log_event(LOG_LEVEL_ERROR, "start_failed",
                  "part=threads error=\"the host gives too few: LimitNPROC, TasksMax\"");
        return false;
    }
    int err = try_pipe(); /* without one libuv ends the process, and says nothing */
    if (err == 0)
        err = uv_loop_init(&a->loop);
    if (err == 0)
        err = start_timers(a);
    if (err != 0)
        log_event(LOG_LEVEL_ERROR, "start_failed", "part=loop error=\"%s\"", uv_strerror(err));
    return err == 0;
}

static int open_buses(struct app *a)
{
    int err = bus_timer_open(&a->bus_timer, &a->loop);

    for (uint32_t i = 0; i < a->plant->n_buses && err == RG_OK; i++)
        err = bus_loop_open(&a->buses[i], a->bus_timer, a->plant, i, app_sampled, a);
    for (size_t i = 0; i < a->plant->n_buses && err == RG_OK; i++)
        bus_loop_start(a->buses[i]);
    return err;
}

static int start(struct app *a)
{
    const struct recovery_conf c = { .folder = a->conf->state,
                                     .plant = a->plant,
                                     .clock = &a->clock,
                                     .host = &host,
                                     .ctx = a,
                                     .patience_ms = RECOVERY_MS,
                                     .retry_ms = RETRY_MS };
    int err = hold_new(&a->hold, a->plant, RECOVERY_MS);

    a->buses = calloc(a->plant->n_buses + 1, sizeof *a->buses);
    a->subject = (struct ctl_subject){ .buses = a->buses, .plant = a->plant, .clock = &a->clock };
    if (a->buses == NULL)
        err = RG_ENOMEM;
    if (err == RG_OK)
        err = recovery_start(&a->recovery, &a->loop, &c);
    if (err == RG_OK)
        err = readings_new(&a->readings, a->recovery);
    a->subject.readings = a->readings;
    if (err == RG_OK)
        err = open_buses(a);
    if (err == RG_OK)
        err = app_reload_begin(a);
    if (err == RG_OK)
        open_control(a);
    return err;
}

void app_note_periods(struct app *a)
{
    a->every_ms = INT64_MAX - PROGRESS_MS;
    for (size_t i = 0; i < a->plant->n_units; i++)
        if (a->plant->units[i].every_ms < a->every_ms)
            a->every_ms = a->plant->units[i].every_ms;
}

static void begin_clock(struct app *a)
{
    clock_begin(&a->clock);
    a->clk_sync = clock_is_sync();
    app_note_periods(a);
}

int app_run(const struct app_conf *conf)
{
    struct app *a = calloc(1, sizeof *a);

    if (a == NULL) {
        log_event(LOG_LEVEL_ERROR, "start_failed", "part=memory error=\"out of memory\"");
        return EXIT_FAILURE;
    }
    a->conf = conf;
    a->plant = conf->plant;
    a->on_last_good = conf->on_last_good;
    begin_clock(a);
    digest_plant(a->plant, a->config[0]);
    log_event(LOG_LEVEL_INFO, "start", "version=%s config=%s state=%s", RISKGW_VERSION,
              a->config[0], conf->state);
    if (!begin_loop(a)) { /* nothing of it runs yet */
        free(a);
        return EXIT_FAILURE;
    }
    int err = start(a);
    if (err != RG_OK)
        give_up(a, "start", err);
    uv_run(&a->loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&a->bound, NULL);
    uv_run(&a->loop, UV_RUN_NOWAIT);
    uv_loop_close(&a->loop);
    gateway_free(a->gateway);
    hold_free(a->hold);
    readings_free(a->readings);
    free(a->buses);
    app_forget_plant(a, a->plant);
    int code = a->exit_code;
    free(a);
    return code;
}
