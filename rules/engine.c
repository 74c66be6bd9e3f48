#include "rules/engine_core.h"
#include "rules/holds.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Cuts one block into arrays; every size is a multiple of the alignment that
 * our structs need. */
struct cutter {
    char *base; /* NULL: only count */
    size_t used;
};

static void *cut(struct cutter *c, size_t n, size_t size)
{
    size_t bytes = (n * size + sizeof(int64_t) - 1) / sizeof(int64_t) * sizeof(int64_t);
    void *at = c->base == NULL ? NULL : c->base + c->used;

    c->used += bytes;
    return at;
}

static uint32_t count_timers(const struct plant *p)
{
    return (uint32_t)(p->n_units + p->n_points + p->n_rules) + slots_timed(p) + slots_count(p);
}

/* The most that one call can emit: every delay of a side may end in it and the
 * fresh sample may change it again; a unit may fall silent, go under its bus,
 * come out again and end, all before one late tick.  Each hold may end aloud,
 * and each slot be told again or escalate once. */
static uint32_t count_events(const struct plant *p)
{
    return slots_timed(p) * 4 +
           (uint32_t)(p->n_points * 2 + p->n_units * 6 + p->n_buses * 3 + p->n_uplinks) +
           slots_count(p) * 2 + HOLDS_MAX * 3 + 16;
}

static void lay_out_users(struct engine *e, const struct plant *p, const struct users_room *room,
                          struct cutter *c)
{
    struct users *u = &e->users;

    u->v = cut(c, room->users, sizeof *u->v);
    u->of_points = cut(c, room->uses, sizeof *u->of_points);
    u->first = cut(c, p->n_points + 1, sizeof *u->first);
    u->first_window = cut(c, p->n_points, sizeof *u->first_window);
    u->windows = cut(c, room->windows, sizeof *u->windows);
    u->next_window = cut(c, room->windows, sizeof *u->next_window);
    u->values = cut(c, room->values, sizeof *u->values);
}

static size_t lay_out(struct engine *e, const struct plant *p, char *base)
{
    struct cutter c = { .base = base };
    struct users_room room = users_count(p);
    uint32_t n_timers = count_timers(p);
    struct timer *timers;
    uint32_t *heap;

    cut(&c, 1, sizeof *e);
    e->points = cut(&c, p->n_points, sizeof *e->points);
    e->units = cut(&c, p->n_units, sizeof *e->units);
    e->buses = cut(&c, p->n_buses, sizeof *e->buses);
    e->slots = cut(&c, slots_count(p), sizeof *e->slots);
    e->by_key = cut(&c, slots_count(p), sizeof *e->by_key);
    lay_out_users(e, p, &room, &c);
    timers = cut(&c, n_timers, sizeof *timers);
    heap = cut(&c, n_timers, sizeof *heap);
    e->ring.size = count_events(p);
    e->ring.v = cut(&c, e->ring.size, sizeof *e->ring.v);
    e->words = cut(&c, HOLDS_MAX, sizeof *e->words);
    if (base != NULL)
        timers_init(&e->timers, timers, heap, n_timers);
    return c.used;
}

int engine_new(struct engine **out, const struct plant *p, uint64_t epoch, struct stamp now)
{
    struct engine sizes = { 0 };
    size_t bytes = lay_out(&sizes, p, NULL);
    struct engine *e = calloc(1, bytes);

    if (e == NULL)
        return RG_ENOMEM;
    lay_out(e, p, (char *)e);
    e->plant = p;
    e->bytes = bytes;
    e->epoch = epoch;
    e->at = (struct instant){ now, now.mono_ms };
    e->gap_ms = INT64_MIN;
    slots_build(e);
    users_build(e);
    faults_start(e);
    *out = e;
    return RG_OK;
}

void engine_free(struct engine *e)
{
    free(e);
}

void point_set_quality(struct engine *e, uint32_t point, enum quality q)
{
    struct point_state *st = &e->points[point].st;

    if (st->q == q)
        return;
    st->q = q;
    st->since = e->at.label;
}

uint32_t users_timer(const struct engine *e, uint32_t user)
{
    return (uint32_t)(e->plant->n_units + e->plant->n_points) + user;
}

uint32_t slot_timer(const struct engine *e, uint32_t slot)
{
    return users_timer(e, e->users.n) + slot;
}

/* Each timer acts at its own ms, also when it is served late: what ended
 * before a sample ended before it. */
void engine_run_timers(struct engine *e, int64_t until_ms, struct stamp now)
{
    uint32_t n_units = (uint32_t)e->plant->n_units;
    uint32_t n_points = (uint32_t)e->plant->n_points;
    uint32_t number;

    e->at.label = now;
    while (timers_take(&e->timers, until_ms, &number, &e->at.ms)) {
        if (number < n_units)
            faults_unit_due(e, number);
        else if (number < n_units + n_points)
            faults_point_due(e, number - n_units);
        else if (number < n_units + n_points + e->users.n)
            users_due(e, number - n_units - n_points);
        else if (number < n_units + n_points + e->users.n + e->n_timed)
            limits_due(e, number - n_units - n_points - e->users.n);
        else
            holds_due(e, number - n_units - n_points - e->users.n - e->n_timed);
    }
    e->at.ms = now.mono_ms;
}

/* A good value is a number: NaN compares false with every limit and would read
 * as normal. */
static struct sample distrusted(const struct sample *s)
{
    struct sample copy = *s;

    if (s->kind == SAMPLE_VALUE && quality_class(s->q) == QC_GOOD && !isfinite(s->val)) {
        copy.q = Q_SENSOR_FAULT;
        copy.why = (struct why){ .code = WHY_NAN };
    }
    return copy;
}

void engine_sample(struct engine *e, const struct sample *s, struct stamp now)
{
    struct sample checked = distrusted(s);

    assert(s->point < e->plant->n_points);
    ring_release(e);
    engine_run_timers(e, now.mono_ms - 1, now);
    if (checked.kind == SAMPLE_VALUE || checked.alive)
        faults_frame(e, e->plant->points[s->point].unit);
    if (checked.kind == SAMPLE_MISS)
        faults_miss(e, &checked);
    else
        faults_value(e, &checked);
}

void engine_tick(struct engine *e, struct stamp now)
{
    ring_release(e);
    engine_run_timers(e, now.mono_ms, now);
}

void engine_gap(struct engine *e, int64_t from_ms, struct stamp now)
{
    struct stamp from = { from_ms, now.utc_ms - (now.mono_ms - from_ms) };

    ring_release(e);
    engine_run_timers(e, from_ms, from);
    faults_gap(e, now.mono_ms);
    engine_run_timers(e, from_ms, from); /* what rules say to it */
    e->at = (struct instant){ now, now.mono_ms };
}

int64_t engine_next_ms(const struct engine *e)
{
    return timers_next_ms(&e->timers);
}

size_t engine_slots(const struct engine *e)
{
    return e->n_slots;
}

const struct slot *engine_slot(const struct engine *e, size_t i)
{
    assert(i < e->n_slots);
    return &e->slots[i];
}

const struct point_state *engine_point(const struct engine *e, uint32_t point)
{
    assert(point < e->plant->n_points);
    return &e->points[point].st;
}

enum quality engine_point_quality(const struct engine *e, uint32_t point)
{
    return engine_point(e, point)->q;
}

bool engine_rule_names(const struct engine *e, uint32_t slot, uint32_t point)
{
    uint32_t i = 0;

    while (users_rule_at(e, point, i) != slot && users_rule_at(e, point, i) != SLOT_NONE)
        i++;
    return users_rule_at(e, point, i) == slot;
}

bool engine_unit_silent(const struct engine *e, uint32_t unit)
{
    return e->units[unit].silent;
}

uint64_t engine_seq(const struct engine *e)
{
    return e->seq;
}
