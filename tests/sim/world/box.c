#include "daemon/gateway_samples.h"
#include "tests/sim/world/box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/world/defect.h"
#include "tests/sim/world/world.h"

#define RUNS_MAX  2000          /* at one instant; more is a core that spins */
#define DRAIN_US  (4 * WORLD_S) /* as daemon/app.c */
#define MINUTE_US (60 * WORLD_S)
#define USE_US    (10 * WORLD_S)

/* --- birth --- */

static void start(struct world *w, const struct task *t);

static const char *reason_of(const struct store_prev *prev)
{
    if (prev->first)
        return "first";
    return prev->clean_stop ? "stop" : "crash";
}

static uint64_t next_epoch(struct world *w, uint64_t recorded)
{
    struct box *b = &w->box;
    uint64_t last = recorded > b->epoch_file ? recorded : b->epoch_file;

    b->epoch_file = defect_epoch(w, last) ? last : last + 1;
    return b->epoch_file;
}

static void make_gateway(struct world *w, const struct store_opened *o, struct stamp began)
{
    struct box *b = &w->box;
    struct gateway_conf c = { .plant = w->plant,
                              .epoch = b->epoch,
                              .version = "world",
                              .install = "0123456789abcdef",
                              .config = "fedcba9876543210",
                              .start_reason = reason_of(&o->prev),
                              .prev = &o->prev,
                              .next_id = o->next_id,
                              .seed = dice_bits(&w->dice) };

    memcpy(c.owed, o->owed, sizeof c.owed);
    if (gateway_new(&b->gateway, &c, began) != RG_OK)
        abort();
}

static void restore(struct world *w, const struct store_opened *o, struct stamp began)
{
    int64_t shift_ms = w->now_us / 1000 - o->prev.began_boot_ms;

    if (o->n_alarms > 0 && gateway_restore(w->box.gateway, o->alarms, o->n_alarms, shift_ms,
                                           o->prev.died_ms, began) != RG_OK)
        world_violation(w, "the states of %zu alarms could not be restored", o->n_alarms);
    w->counts.restored += o->n_alarms;
}

static void make_buses(struct world *w)
{
    struct box *b = &w->box;

    for (uint32_t i = 0; i < BOX_BUSES; i++) {
        if (bus_new(&b->buses[i], w->plant, i, w->now_us, dice_bits(&w->dice)) != RG_OK)
            abort();
        b->bus_us[i] = w->now_us;
    }
}

static void every_while(struct world *w, const struct task *t)
{
    struct box *b = &w->box;

    if (t->life != b->life)
        return;
    for (uint32_t i = 0; i < BOX_BUSES; i++)
        gateway_bus_use(b->gateway, i, bus_use_pct(b->buses[i], w->now_us));
    b->kind->trim(b->disk, world_stamp(w).utc_ms - w->plant->keep_sent_ms);
    world_at(w, w->now_us + USE_US, every_while, b->life, 0);
}

static void start(struct world *w, const struct task *t)
{
    struct box *b = &w->box;
    struct store_opened o;

    if (b->is_alive || t->life != b->life)
        return;
    b->is_alive = true;
    b->stopping = false;
    b->kill_in = 0;
    b->began_us = w->now_us;
    struct stamp began = world_stamp(w);
    if (b->kind->open(b->disk, w->plant, &o) != RG_OK)
        abort();
    b->epoch = next_epoch(w, o.epoch);
    b->kind->begin_epoch(b->disk, b->epoch, began.utc_ms, w->now_us / 1000);
    make_gateway(w, &o, began);
    restore(w, &o, began);
    free(o.alarms);
    gateway_begin(b->gateway, began);
    gateway_config_fault(b->gateway, false, began);
    make_buses(w);
    b->gateway_us = w->now_us;
    world_trace(w, "start epoch %llu", (unsigned long long)b->epoch);
    judge_started(w);
    world_at(w, w->now_us + USE_US, every_while, b->life, 0);
}

/* --- death --- */

static void end(struct world *w, bool is_clean)
{
    struct box *b = &w->box;

    b->is_alive = false;
    b->life++;
    gateway_free(b->gateway);
    b->gateway = NULL;
    b->batch = NULL;
    b->fetch = NULL;
    for (uint32_t i = 0; i < BOX_BUSES; i++) {
        bus_free(b->buses[i]);
        b->buses[i] = NULL;
        line_close(w, i);
        judge_line_fault(w, i);
    }
    broker_gateway_died(w, is_clean);
    judge_way_broken(w);
}

static void plan_start(struct world *w)
{
    int64_t pause_us = dice_chance(&w->dice, 1000) ? dice_wait(&w->dice, 120 * WORLD_S)
                                                   : dice_wait(&w->dice, 2 * WORLD_S);

    world_at(w, w->now_us + pause_us, start, w->box.life, 0);
}

void box_kill(struct world *w)
{
    struct box *b = &w->box;

    if (!b->is_alive)
        return;
    world_trace(w, "kill");
    w->counts.kills++;
    w->counts.kills_with_batch_out += b->batch != NULL && !b->batch_is_written;
    w->counts.kills_by_step += b->kill_in == 1;
    box_disk_settle(w);
    end(w, false);
    b->kind->crash(b->disk);
    plan_start(w);
}

static void stopped(struct world *w)
{
    struct box *b = &w->box;

    world_trace(w, "stopped");
    w->counts.stops++;
    bool is_whole = gateway_is_recorded(b->gateway);
    box_disk_settle(w);
    if (is_whole && w->weather.disk <= DISK_SLOW)
        b->kind->clean_stop(b->disk, b->epoch, world_stamp(w).mono_ms);
    end(w, true);
    plan_start(w);
}

static void drain_ended(struct world *w, const struct task *t)
{
    if (t->life == w->box.life)
        stopped(w);
}

void box_stop(struct world *w)
{
    struct box *b = &w->box;

    if (!b->is_alive || b->stopping)
        return;
    world_trace(w, "stop");
    b->stopping = true;
    for (uint32_t i = 0; i < BOX_BUSES; i++) {
        line_close(w, i);
        b->bus_us[i] = INT64_MAX;
    }
    gateway_stop(b->gateway, world_stamp(w));
    b->gateway_us = w->now_us;
    world_at(w, w->now_us + DRAIN_US, drain_ended, b->life, 0);
}

/* --- its loop --- */

/* True: the process died before or behind this action. */
static bool dies(struct world *w)
{
    struct box *b = &w->box;

    w->step++;
    if (b->kill_in == 0 || --b->kill_in > 0)
        return false;
    b->kill_in = 1;
    box_kill(w);
    return true;
}

static void take_sample(struct world *w, const struct sample *s)
{
    struct sample seen = *s;

    defect_sample(w, &seen);
    gateway_sample(w->box.gateway, &seen, world_stamp(w));
    judge_sample(w, &seen);
    w->box.gateway_us = w->now_us;
}

static void run_bus(struct world *w, uint32_t i)
{
    struct box *b = &w->box;
    struct bus_action a;

    for (;;) {
        bus_next(b->buses[i], w->now_us, &a);
        if (a.what == BUS_SLEEP)
            break;
        if (dies(w))
            return;
        switch (a.what) {
        case BUS_CONNECT:
            line_connect(w, i);
            break;
        case BUS_CLOSE:
            line_close(w, i);
            break;
        case BUS_SEND:
            line_send(w, i, a.bytes, a.len);
            break;
        case BUS_SAMPLE:
            take_sample(w, &a.sample);
            break;
        case BUS_SLEEP:
            break;
        }
    }
    b->bus_us[i] = a.until_us;
}

static void connect_broker(struct world *w)
{
    const struct site_conf *s = &w->plant->site;
    char will[MESSAGE_MAX];
    char topic[128];

    snprintf(topic, sizeof topic, "riskgw/v1/%s/%s/status", s->ent, s->gw);
    size_t len = gateway_will(w->box.gateway, will, world_stamp(w));
    broker_connect(w, topic, will, len);
}

static void publish(struct world *w, const struct gateway_action *a)
{
    char topic[160];
    char body[MESSAGE_MAX];

    snprintf(topic, sizeof topic, "%s", a->topic);
    memcpy(body, a->body, a->len);
    w->counts.published++;
    judge_publish(w, topic, body, a->len);
    if (!defect_publish(w, topic, body, a->len, a->token))
        broker_publish(w, topic, body, a->len, a->retain, a->token);
}

static void carry(struct world *w, const struct gateway_action *a)
{
    switch (a->what) {
    case GW_SLEEP:
        break;
    case GW_COMMIT:
        box_disk_commit(w, a->batch);
        break;
    case GW_RECORD: /* no part of the world's disk: it takes them */
        gateway_samples_written(w->box.gateway, RG_OK, world_stamp(w));
        break;
    case GW_FETCH:
        box_disk_fetch(w, a->fetch);
        break;
    case GW_CONNECT:
        connect_broker(w);
        break;
    case GW_DISCONNECT:
        broker_disconnect(w);
        break;
    case GW_PUBLISH:
        publish(w, a);
        break;
    }
}

static void run_gateway(struct world *w)
{
    struct box *b = &w->box;
    struct gateway_action a;

    gateway_tick(b->gateway, b->clk_sync, world_stamp(w));
    judge_ticked(w);
    for (;;) {
        gateway_next(b->gateway, world_stamp(w), &a);
        if (a.what == GW_SLEEP)
            break;
        bool is_first = b->kill_in == 1 && dice_chance(&w->dice, 5000);
        if (!is_first)
            carry(w, &a);
        if (dies(w))
            return;
        if (is_first)
            carry(w, &a);
    }
    b->gateway_us = a.until_ms > INT64_MAX / 2000 ? INT64_MAX : b->began_us + a.until_ms * 1000;
    if (b->stopping && gateway_idle(b->gateway))
        stopped(w);
}

static bool spins(struct world *w)
{
    struct box *b = &w->box;

    b->runs = b->ran_us == w->now_us ? b->runs + 1 : 0;
    b->ran_us = w->now_us;
    if (b->runs < RUNS_MAX)
        return false;
    world_violation(w, "the process never sleeps: %s",
                    b->gateway_us <= w->now_us ? "gateway_next()" : "bus_next()");
    w->is_over = true;
    return true;
}

void box_run(struct world *w)
{
    struct box *b = &w->box;

    while (b->is_alive && box_next_us(w) <= w->now_us && !spins(w)) {
        for (uint32_t i = 0; i < BOX_BUSES && b->is_alive; i++)
            if (b->bus_us[i] <= w->now_us)
                run_bus(w, i);
        if (b->is_alive && b->gateway_us <= w->now_us)
            run_gateway(w);
    }
}

int64_t box_next_us(const struct world *w)
{
    const struct box *b = &w->box;
    int64_t next_us = b->gateway_us;

    if (!b->is_alive)
        return INT64_MAX;
    for (uint32_t i = 0; i < BOX_BUSES; i++)
        if (b->bus_us[i] < next_us)
            next_us = b->bus_us[i];
    return next_us;
}

/* --- its world --- */

void box_init(struct world *w)
{
    w->box = (struct box){ .kind = &disk_memory, .life = 1, .clk_sync = true };
    w->box.disk = w->box.kind->make();
    world_at(w, 0, start, w->box.life, 0);
}

void box_fini(struct world *w)
{
    struct box *b = &w->box;

    gateway_free(b->gateway);
    for (uint32_t i = 0; i < BOX_BUSES; i++)
        bus_free(b->buses[i]);
    b->kind->free(b->disk);
}
