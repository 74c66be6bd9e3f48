#include "tests/sim/world/world.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/world/defect.h"
#include "tests/sim/world/scene.h"

#define TOLD_MAX  10 /* violations told in full */
#define PERSON_US (15 * WORLD_S)
#define LAST_US   (1800 * WORLD_S) /* within it the last rest must have come */

void world_at(struct world *w, int64_t at_us, task_run *run, uint64_t life, uint32_t who)
{
    struct task t = { .at_us = at_us, .run = run, .life = life, .who = who };

    queue_add(&w->queue, &t);
}

static void print_place(FILE *to, const struct world *w)
{
    int64_t ms = w->now_us / 1000;

    fprintf(to, "seed %" PRIu64 " step %" PRIu64 " %" PRId64 "d %02d:%02d:%02d.%03d ", w->conf.seed,
            w->step, ms / 86400000, (int)(ms / 3600000 % 24), (int)(ms / 60000 % 60),
            (int)(ms / 1000 % 60), (int)(ms % 1000));
}

void world_violation(struct world *w, const char *format, ...)
{
    FILE *const to[] = { w->violations < TOLD_MAX ? stderr : NULL, w->conf.trace };
    va_list args;

    w->violations++;
    for (int i = 0; i < 2; i++) {
        if (to[i] == NULL)
            continue;
        print_place(to[i], w);
        fprintf(to[i], "VIOLATION ");
        va_start(args, format);
        vfprintf(to[i], format, args);
        va_end(args);
        fputc('\n', to[i]);
    }
}

void world_trace(struct world *w, const char *format, ...)
{
    va_list args;

    if (w->conf.trace == NULL)
        return;
    print_place(w->conf.trace, w);
    va_start(args, format);
    vfprintf(w->conf.trace, format, args);
    va_end(args);
    fputc('\n', w->conf.trace);
}

struct stamp world_stamp(const struct world *w)
{
    return (struct stamp){ .mono_ms = (w->now_us - w->box.began_us) / 1000,
                           .utc_ms = WORLD_UTC_MS + w->now_us / 1000 + w->wall_offset_ms };
}

/* --- what goes on by itself --- */

static void knot(struct world *w, const struct task *t)
{
    int64_t next_us = w->now_us + WORLD_S;

    if (!w->weather.is_rest)
        next_us = truth_move(&w->truth, t->who, w->now_us);
    world_at(w, next_us, knot, 0, t->who);
}

static void second(struct world *w, const struct task *t)
{
    (void)t;
    judge_second(w);
    world_at(w, w->now_us + WORLD_S, second, 0, 0);
}

static void act(struct world *w, uint32_t slot)
{
    struct gateway *g = w->box.gateway;
    const struct slot *s = engine_slot(gateway_engine(g), slot);
    bool was_active = s->st.active;
    char rule[PICTURE_KEY_MAX];

    engine_rule(gateway_engine(g), slot, rule, sizeof rule);
    if (!s->st.acked) {
        w->counts.acks += gateway_ack(g, rule, "op", NULL, world_stamp(w)) == RG_OK;
        judge_verb(w, slot, was_active);
    } else if (s->st.latched && gateway_reset(g, rule, "op", world_stamp(w)) == RG_OK) {
        w->counts.resets++;
        w->judge.active[slot] = alarm_is_active(&s->st);
    }
    w->box.gateway_us = w->now_us;
}

/* A person acks or resets one of what stands. */
static void person(struct world *w, const struct task *t)
{
    uint32_t listed[JUDGE_SLOTS];
    uint32_t n = 0;

    (void)t;
    world_at(w, w->now_us + dice_wait(&w->dice, PERSON_US), person, 0, 0);
    if (!w->box.is_alive || w->box.stopping || w->weather.is_rest)
        return;
    for (uint32_t i = 0; i < engine_slots(gateway_engine(w->box.gateway)); i++)
        if (alarm_is_listed(&engine_slot(gateway_engine(w->box.gateway), i)->st))
            listed[n++] = i;
    if (n > 0)
        act(w, listed[dice_below(&w->dice, n)]);
}

/* --- a run --- */

static bool begin(struct world *w, const struct world_conf *c)
{
    w->conf = *c;
    w->plant = scene_load();
    if (w->plant == NULL)
        return false;
    dice_init(&w->dice, c->seed, 'D');
    defect_init(w);
    w->spare = w->plant; /* the other one, with the same defect */
    w->plant = scene_load();
    if (w->plant == NULL)
        return false;
    defect_init(w);
    truth_init(&w->truth, w->plant, c->seed);
    for (uint32_t i = 0; i < w->plant->n_points; i++)
        world_at(w, dice_between(&w->dice, 0, 5 * WORLD_S), knot, 0, i);
    for (uint32_t i = 0; i < WORLD_BUSES; i++)
        line_init(w, i);
    judge_init(w);
    box_init(w);
    broker_init(w);
    desk_init(w);
    weather_init(w);
    world_at(w, WORLD_S, second, 0, 0);
    world_at(w, PERSON_US, person, 0, 0);
    return true;
}

static void end(struct world *w)
{
    box_fini(w);
    broker_fini(w);
    desk_fini(w);
    judge_fini(w);
    queue_fini(&w->queue);
    plant_free(w->plant);
    plant_free(w->spare);
}

static void step(struct world *w)
{
    int64_t at_us = queue_next_us(&w->queue);
    int64_t box_us = box_next_us(w);

    w->step++;
    if (box_us < at_us) {
        w->now_us = box_us > w->now_us ? box_us : w->now_us;
    } else {
        w->now_us = at_us;
        struct task t = queue_take(&w->queue);
        t.run(w, &t);
        free(t.bytes);
    }
    box_run(w);
}

uint64_t world_run(const struct world_conf *c, struct counts *counts)
{
    struct world *w = calloc(1, sizeof *w);
    uint64_t violations = 1;

    if (w == NULL)
        abort();
    if (begin(w, c)) {
        while (w->now_us < c->end_us && !w->is_over)
            step(w);
        weather_end(w);
        while (!w->is_over && !w->weather.is_over)
            step(w);
        w->counts.steps = w->step;
        violations = w->violations;
        *counts = w->counts;
        end(w);
    }
    free(w);
    return violations;
}
