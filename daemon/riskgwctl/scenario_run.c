#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/payload.h"
#include "daemon/riskgwctl/scenario.h"
#include "rules/engine_reload.h"

#define START_UTC_MS 1767196800000 /* 2026-01-01 00:00 +08:00 */

/* One point as its instrument answers now. */
struct answers {
    const struct answer_conf **v; /* by point of the plant that runs; NULL: none yet */
};

struct run {
    struct scenario *s;
    const struct plant *plant;
    struct engine *engine;
    struct answers answers;
    struct saved_alarm *store;
    size_t n_store;
    uint64_t epoch;
    int64_t now_ms, began_ms, offset_ms;
    int err;
};

static struct stamp now(const struct run *r)
{
    return (struct stamp){ r->now_ms - r->began_ms, START_UTC_MS + r->now_ms + r->offset_ms };
}

/* ---- what comes out ---- */

static void *grown(struct run *r, void *v, size_t n, size_t size)
{
    void *more = realloc(v, n * size);

    if (more == NULL)
        r->err = RG_ENOMEM;
    return more;
}

static json_t *message_of(const struct run *r, const struct event *ev)
{
    struct envelope env = { .plant = r->plant,
                            .engine = r->engine,
                            .epoch = r->epoch,
                            .clk_sync = true,
                            .version = RISKGW_VERSION,
                            .install = "test",
                            .config = "" };
    char body[MESSAGE_MAX];
    size_t len;

    if (ev->type == EV_CONFIG || ev->type == EV_CONFIG_REJECTED)
        return json_pack("{s:s, s:s}", "ev", event_word(ev->type), "by", ev->by);
    len = ev->type == EV_RESTART ? payload_restart(body, &env, ev, NULL, "stop")
                                 : payload_event(body, &env, ev);
    return json_loadb(body, len, 0, NULL);
}

static bool is_announced(const struct alarm_state *st)
{
    return alarm_is_active(st) && !st->acked && st->supp == 0;
}

static void note(struct run *r, const struct event *ev)
{
    struct scenario *s = r->s;
    json_t *message = message_of(r, ev), *line;

    if (s->n_seen == s->room) {
        struct seen *more = grown(r, s->seen, s->room * 2 + 64, sizeof *more);
        if (more == NULL)
            return;
        s->seen = more;
        s->room = s->room * 2 + 64;
    }
    line = json_pack("{s:I}", "t_ms", (json_int_t)r->now_ms);
    if (ev->slot != SLOT_NONE)
        json_object_set_new(line, "announced", json_boolean(is_announced(&ev->after)));
    json_object_update(line, message);
    json_decref(message);
    s->seen[s->n_seen++] = (struct seen){ .t_ms = r->now_ms, .message = line };
}

/* As the store does: the state behind each event, by its key. */
static void keep(struct run *r, const struct saved_alarm *saved)
{
    struct saved_alarm *more;
    size_t i = 0;

    while (i < r->n_store && strcmp(r->store[i].key, saved->key) != 0)
        i++;
    if (i == r->n_store) {
        more = grown(r, r->store, r->n_store + 1, sizeof *more);
        if (more == NULL)
            return;
        r->store = more;
        r->n_store++;
    }
    r->store[i] = *saved;
}

static void drain(struct run *r)
{
    struct event ev;

    while (engine_take(r->engine, &ev)) {
        struct saved_alarm saved = { .st = ev.after };

        if (ev.slot != SLOT_NONE)
            engine_save(r->engine, ev.slot, &ev.after, &saved);
        else
            snprintf(saved.key, sizeof saved.key, "%.95s", ev.comment);
        if (ev.slot != SLOT_NONE || ev.type == EV_NONE || ev.type == EV_RETIRE)
            keep(r, &saved);
        if (ev.type != EV_NONE)
            note(r, &ev);
    }
}

/* ---- steps ---- */

static void start_engine(struct run *r, const struct plant *plant)
{
    r->plant = plant;
    r->began_ms = r->now_ms;
    r->epoch++;
    r->err = engine_new(&r->engine, plant, r->epoch, now(r));
}

/* What each point answered so far it goes on answering under its id. */
static void take_plant(struct run *r, const struct plant *old, const struct plant *plant)
{
    const struct answer_conf **v = calloc(plant->n_points + 1, sizeof *v);

    if (v == NULL) {
        r->err = RG_ENOMEM;
        return;
    }
    for (size_t i = 0; old != NULL && i < old->n_points; i++) {
        uint32_t point = plant_find_point(plant, old->points[i].id);
        if (point != PLANT_NONE)
            v[point] = r->answers.v[i];
    }
    free(r->answers.v);
    r->answers.v = v;
    r->plant = plant;
}

static void restart(struct run *r, const struct step *step)
{
    int64_t died_ms = r->now_ms - r->began_ms;

    engine_free(r->engine);
    r->engine = NULL;
    r->now_ms += step->ms;
    start_engine(r, r->plant);
    if (r->err == RG_OK)
        r->err =
            engine_restore(r->engine, r->store, r->n_store, died_ms + step->ms, died_ms, now(r));
    if (r->err != RG_OK)
        return;
    engine_restart(r->engine, 1, now(r));
    drain(r);
}

static void reload(struct run *r, const struct step *step)
{
    struct engine *next = NULL, *old = r->engine;

    engine_tick(old, now(r));
    drain(r);
    engine_config(old, step->plant != NULL, step->by, now(r));
    drain(r);
    if (step->plant == NULL)
        return;
    r->err = engine_new(&next, step->plant, r->epoch, now(r));
    if (r->err != RG_OK)
        return;
    engine_leave(old, next, step->by, now(r));
    drain(r);
    engine_adopt(next, old, step->by, now(r));
    take_plant(r, r->plant, step->plant);
    r->engine = next;
    engine_free(old);
    drain(r);
}

static void answer(struct run *r, const struct step *step)
{
    for (size_t i = 0; i < step->n_answers; i++) {
        uint32_t point = plant_find_point(r->plant, step->answers[i].point);
        if (point != PLANT_NONE)
            r->answers.v[point] = &step->answers[i];
    }
}

static void complain(struct run *r, const struct step *step, const char *what, const char *why)
{
    struct scenario *s = r->s;
    char **more = grown(r, s->wrong, s->n_wrong + 1, sizeof *more);
    char text[256];

    if (more == NULL)
        return;
    s->wrong = more;
    snprintf(text, sizeof text, "%s:%d: %s %s%s%s", step->place.source->name, step->place.line,
             step->verb == STEP_ACT ? step->act.what : "reload", what, why[0] == '\0' ? "" : ": ",
             why);
    s->wrong[s->n_wrong] = strdup(text);
    s->n_wrong += s->wrong[s->n_wrong] != NULL;
}

/* A second ack is answered, not refused. */
static const char *refused_for(enum refusal verdict)
{
    return verdict == ACT_DONE || verdict == ACT_ALREADY ? NULL : refusal_word(verdict);
}

/* why: NULL, it was not refused. */
static void check_verdict(struct run *r, const struct step *step, const char *why)
{
    if (why != NULL && !step->is_refused)
        complain(r, step, "was refused", why);
    if (why == NULL && step->is_refused)
        complain(r, step, "was not refused", "");
}

static void do_step(struct run *r, const struct step *step)
{
    switch (step->verb) {
    case STEP_SET:
    case STEP_BAD:
    case STEP_MISS:
        answer(r, step);
        break;
    case STEP_ACT:
        check_verdict(r, step, refused_for(engine_do(r->engine, &step->act, now(r))));
        break;
    case STEP_RESTART:
        restart(r, step);
        break;
    case STEP_RELOAD:
        check_verdict(r, step, step->plant == NULL ? "the file" : NULL);
        reload(r, step);
        break;
    case STEP_CLOCK:
        r->offset_ms += step->ms;
        engine_clock_step(r->engine, step->ms, now(r));
        break;
    }
    if (r->err == RG_OK)
        drain(r);
}

/* ---- samples and time ---- */

static struct why why_of(enum quality q)
{
    return (struct why){ .code = q == Q_OVER_RANGE || q == Q_UNDER_RANGE ? WHY_RANGE : WHY_BROKEN };
}

static struct sample sample_of(const struct run *r, uint32_t point)
{
    const struct answer_conf *a = r->answers.v[point];
    const struct point_conf *p = &r->plant->points[point];
    struct sample s = { .point = point, .val = NAN, .why.code = WHY_NONE };

    if (a == NULL || a->kind == SAMPLE_MISS) {
        s.kind = SAMPLE_MISS;
        s.why.code = WHY_TIMEOUT;
        return s;
    }
    s.alive = true;
    s.q = a->q;
    if (a->q == Q_GOOD)
        s.val = a->val;
    else
        s.why = why_of(a->q);
    if (p->has_range && a->q == Q_OVER_RANGE)
        s.val = p->range_high;
    if (p->has_range && a->q == Q_UNDER_RANGE)
        s.val = p->range_low;
    return s;
}

static void sample_all(struct run *r)
{
    for (uint32_t i = 0; i < r->plant->n_points; i++) {
        struct sample s;

        if (r->now_ms % r->plant->points[i].every_ms != 0)
            continue;
        s = sample_of(r, i);
        engine_sample(r->engine, &s, now(r));
        drain(r);
    }
}

static int64_t next_raster_ms(const struct run *r, int64_t after_ms)
{
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < r->plant->n_points; i++) {
        int64_t every_ms = r->plant->points[i].every_ms;
        int64_t due = (after_ms / every_ms + 1) * every_ms;
        if (due < next)
            next = due;
    }
    return next;
}

static int64_t next_timer_ms(const struct run *r)
{
    int64_t due = engine_next_ms(r->engine);

    return due == INT64_MAX ? due : due + r->began_ms;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* At one instant: steps, then samples, then timers. */
static void play(struct run *r)
{
    int64_t end_ms = scenario_end_ms(r->s), sampled_ms = -1;
    size_t step = 0;

    while (r->err == RG_OK) {
        bool is_due = step < r->s->n_steps && r->s->steps[step].at_ms <= r->now_ms;

        if (is_due) {
            do_step(r, &r->s->steps[step++]);
            continue;
        }
        if (sampled_ms < r->now_ms)
            sample_all(r);
        sampled_ms = r->now_ms;
        engine_tick(r->engine, now(r));
        drain(r);
        int64_t next = sooner(next_raster_ms(r, r->now_ms), next_timer_ms(r));
        if (step < r->s->n_steps)
            next = sooner(next, r->s->steps[step].at_ms);
        if (next > end_ms)
            break;
        r->now_ms = next;
    }
}

int scenario_run(struct scenario *s)
{
    struct run r = { .s = s };

    take_plant(&r, NULL, s->plant);
    if (r.err == RG_OK)
        start_engine(&r, s->plant);
    if (r.err == RG_OK)
        play(&r);
    engine_free(r.engine);
    free(r.answers.v);
    free(r.store);
    return r.err;
}
