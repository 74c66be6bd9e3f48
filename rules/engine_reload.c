#include "rules/engine_reload.h"

#include <math.h>
#include <string.h>

#include "rules/engine_core.h"
#include "rules/holds.h"

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void begin(struct engine *e, struct stamp now)
{
    ring_release(e);
    e->at = (struct instant){ now, now.mono_ms };
}

void engine_config(struct engine *e, bool is_accepted, const char *by, struct stamp now)
{
    struct event *ev;

    begin(e, now);
    ev = ring_push(e, is_accepted ? EV_CONFIG : EV_CONFIG_REJECTED);
    if (ev != NULL)
        note_copy(ev->by, sizeof ev->by, by);
}

/* ---- what ends ---- */

static bool has_level(const struct alarm_case *c, int level)
{
    return c->limits[level] != NULL && c->limits[level]->set;
}

static bool drop_levels(struct alarm_state *st, const struct alarm_case *c)
{
    bool has_changed = false;

    for (int i = 0; i < LEVELS_A_SIDE; i++) {
        if (has_level(c, i) || st->levels[i].proc == PROC_N)
            continue;
        st->levels[i] = (struct level_state){ .proc = PROC_N };
        has_changed = true;
    }
    return has_changed;
}

static void take_limits(const struct engine *e, uint32_t slot, struct alarm_case *c)
{
    for (int i = 0; i < LEVELS_A_SIDE; i++)
        c->limits[i] = slot_limit(e, &e->slots[slot], i);
}

/* What held down a rule that is gone ends with it, and that is said. */
static bool leave_holds(struct engine *e, uint32_t slot, const struct note *note)
{
    struct note removed = *note;
    bool has_ended = false;

    removed.reason = END_REMOVED;
    for (int i = 0; i < HOLDS; i++)
        has_ended |= holds_end(e, slot, (enum held)i, &removed);
    return has_ended;
}

/* A delay that nobody was told of ends without a word. */
static void leave_slot(struct engine *e, uint32_t slot, const struct engine *next,
                       const struct note *note)
{
    struct slot *s = &e->slots[slot];
    struct alarm_state before = s->st;
    uint32_t same = slots_find_same(next, s);
    struct alarm_case c = { .q = s->st.q };
    bool has_changed;

    if (same != SLOT_NONE && !slot_has_levels(s))
        return;
    if (same != SLOT_NONE)
        take_limits(next, same, &c);
    has_changed = drop_levels(&s->st, &c);
    if (engine_move(e, slot, ALARM_RETIRE, &c, note))
        return;
    if (same != SLOT_NONE) {
        s->st = before; /* goes on in the other engine */
        return;
    }
    s->st.last = (struct alarm_id){ 0 };
    if (!leave_holds(e, slot, note) && (has_changed || before.last.epoch != 0))
        engine_emit(e, slot, EV_NONE, before.id, NULL);
}

void engine_leave(struct engine *e, const struct engine *next, const char *by, struct stamp now)
{
    begin(e, now);
    for (uint32_t i = 0; i < e->n_slots; i++)
        leave_slot(e, i, next, &(struct note){ .by = by });
}

size_t engine_leave_count(const struct engine *e, const struct engine *next)
{
    size_t n = 0;

    for (uint32_t i = 0; i < e->n_slots; i++) {
        struct alarm_state st = e->slots[i].st;
        uint32_t same = slots_find_same(next, &e->slots[i]);
        struct alarm_case c = { .q = st.q, .shelves_p1 = next->plant->shelve.p1 };

        if (same != SLOT_NONE && !slot_has_levels(&e->slots[i]))
            continue;
        if (same != SLOT_NONE)
            take_limits(next, same, &c);
        drop_levels(&st, &c);
        if (alarm_step(&st, ALARM_RETIRE, &c) != NULL)
            n++;
        else if (same == SLOT_NONE)
            for (int hold = 0; hold < HOLDS; hold++)
                n += (st.supp & HOLD_BIT(hold)) != 0 ? 1 : 0;
        else {
            n += alarm_step(&st, ALARM_CLASS, &c) != NULL ? 1 : 0;
            n += alarm_step(&st, ALARM_RELOAD, &c) != NULL ? 1 : 0;
        }
    }
    return n;
}

/* ---- points, units, buses ---- */

static bool same_line(const struct bus_conf *a, const struct bus_conf *b)
{
    if (a->kind != b->kind)
        return false;
    return a->kind != BUS_RTU ? a->port == b->port && strcmp(a->host, b->host) == 0
                              : strcmp(a->device, b->device) == 0;
}

static bool same_read(const struct read_conf *a, const struct read_conf *b)
{
    return a->fc == b->fc && a->address == b->address && a->type == b->type &&
           a->order == b->order && a->scale == b->scale && a->offset == b->offset;
}

/* The same number of the same instrument. */
static bool same_source(const struct engine *e, uint32_t point, const struct engine *from,
                        uint32_t old)
{
    const struct point_conf *a = &e->plant->points[point], *b = &from->plant->points[old];

    return same_line(&e->plant->buses[a->bus], &from->plant->buses[b->bus]) &&
           e->plant->units[a->unit].unit_id == from->plant->units[b->unit].unit_id &&
           same_read(&a->read, &b->read) && a->unit_of_value == b->unit_of_value;
}

static void adopt_bus(struct engine *e, uint32_t bus, const struct engine *from, uint32_t old)
{
    e->buses[bus].line_down = from->buses[old].line_down;
    e->buses[bus].why = from->buses[old].why;
}

/* From when an age counts that was made shorter: it can't have passed already,
 * and it does not end later than the one that was running. */
static int64_t shortened_from(int64_t due_ms, int64_t age_ms, int64_t now_ms)
{
    return smaller(due_ms, now_ms + age_ms) - age_ms;
}

static void adopt_unit(struct engine *e, uint32_t unit, const struct engine *from, uint32_t old)
{
    struct unit_watch *to = &e->units[unit];
    const struct unit_watch *was = &from->units[old];

    to->proven_ms = was->proven_ms;
    if (to->age_ms < was->age_ms)
        to->proven_ms = shortened_from(was->proven_ms + was->age_ms, to->age_ms, e->at.ms);
    to->back_ms = was->back_ms;
    to->why = was->why;
    to->silent = was->silent;
    to->lost = was->lost;
    if (timers_is_set(&from->timers, old))
        timers_set(&e->timers, unit, to->proven_ms + to->age_ms);
    else
        timers_stop(&e->timers, unit);
}

/* True when an alarm speaks of this point's silence, so that no timer has to;
 * the one of a unit that has another name now does no longer. */
static bool silence_is_told(const struct engine *e, uint32_t point)
{
    return e->units[e->plant->points[point].unit].lost ||
           e->slots[e->points[point].fault].st.active;
}

static void adopt_age(struct engine *e, uint32_t point, const struct engine *from, uint32_t old)
{
    struct point_watch *to = &e->points[point];
    int64_t age_ms = faults_age_ms(e->plant->points[point].every_ms);
    bool was_set = timers_is_set(&from->timers, faults_point_timer(from, old));

    to->from_ms = from->points[old].from_ms;
    if (!was_set && silence_is_told(e, point)) {
        timers_stop(&e->timers, faults_point_timer(e, point));
        return;
    }
    if (was_set && age_ms < faults_age_ms(from->plant->points[old].every_ms))
        to->from_ms = shortened_from(faults_point_due_ms(from, old), age_ms, e->at.ms);
    timers_set(&e->timers, faults_point_timer(e, point), faults_point_due_ms(e, point));
}

/* What was read elsewhere is no value of this point: it stays as a new one. */
static void adopt_point(struct engine *e, uint32_t point, const struct engine *from, uint32_t old)
{
    if (!same_source(e, point, from, old))
        return;
    e->points[point].st = from->points[old].st;
    users_adopt(e, point, from, old);
    adopt_age(e, point, from, old);
}

/* ---- sides ---- */

/* Bad news by the sooner of the two delays, good news by the later: a reload
 * puts off no alarm that was coming, and brings no all-clear nearer. */
static bool change_delay(struct level_state *level, const struct limit_conf *was,
                         const struct limit_conf *is, const struct instant *at)
{
    bool is_on = level->proc == PROC_PON;
    int64_t more_ms =
        is_on ? is->after_ms - was->after_ms : is->clear_after_ms - was->clear_after_ms;
    int64_t left_ms = level->left_ms;

    if (more_ms == 0 || (!is_on && level->proc != PROC_POFF))
        return false;
    if (level->running) {
        left_ms -= at->ms - level->from_ms;
        level->from_ms = at->ms;
    }
    left_ms = is_on ? smaller(left_ms, left_ms + more_ms) : greater(left_ms, left_ms + more_ms);
    level->left_ms = greater(left_ms, 0);
    return true;
}

/* An alarm that stands has to wait for a reset from now on, if its rule says so
 * now; what latched before still has to. */
static bool take_latch(struct alarm_state *st, const struct alarm_case *c)
{
    bool was_latched = st->latched;

    for (int i = 0; st->active && i <= st->level; i++)
        st->latched = st->latched || (has_level(c, i) && c->limits[i]->latch);
    return st->latched != was_latched;
}

static bool change_levels(struct engine *e, uint32_t slot, const struct engine *from, uint32_t old,
                          const struct alarm_case *c)
{
    struct slot *s = &e->slots[slot];
    uint32_t point = from->slots[old].ref;
    bool is_side = s->type == SLOT_LIMIT;
    bool is_moved = is_side && !same_source(e, s->ref, from, point);
    bool has_changed = drop_levels(&s->st, c);

    for (int i = 0; i < LEVELS_A_SIDE; i++) {
        const struct limit_conf *was = slot_limit(from, &from->slots[old], i);
        struct level_state *level = &s->st.levels[i];

        has_changed |= change_delay(level, was, c->limits[i], &e->at);
        if (is_moved)
            has_changed |= level_step(level, COND_UNKNOWN, c->limits[i], &e->at);
    }
    if (is_side &&
        e->plant->points[s->ref].unit_of_value != from->plant->points[point].unit_of_value)
        s->st.val = s->st.peak = NAN;
    return take_latch(&s->st, c) || has_changed;
}

static void settle_side(struct engine *e, uint32_t slot, const struct engine *from, uint32_t old,
                        const struct note *note)
{
    const struct slot *s = &e->slots[slot];
    struct alarm_case c = { .q = s->type == SLOT_LIMIT ? e->points[s->ref].st.q : Q_GOOD,
                            .shelves_p1 = e->plant->shelve.p1 };
    bool has_changed;

    take_limits(e, slot, &c);
    has_changed = change_levels(e, slot, from, old, &c);
    limits_arm(e, slot);
    engine_move(e, slot, ALARM_CLASS, &c, note);
    if (!engine_move(e, slot, ALARM_RELOAD, &c, note) && has_changed)
        engine_emit(e, slot, EV_NONE, e->slots[slot].st.id, NULL);
}

/* ---- all of it ---- */

static void adopt_slot(struct engine *e, uint32_t slot, const struct engine *from, uint32_t old)
{
    struct slot *s = &e->slots[slot];

    s->st = from->slots[old].st;
    switch (s->type) {
    case SLOT_POINT_FAULT:
        adopt_point(e, s->ref, from, from->slots[old].ref);
        break;
    case SLOT_UNIT:
        adopt_unit(e, s->ref, from, from->slots[old].ref);
        break;
    case SLOT_BUS:
        adopt_bus(e, s->ref, from, from->slots[old].ref);
        break;
    case SLOT_LIMIT:
    case SLOT_RULE:
    case SLOT_SYS:
        break;
    }
}

/* Backwards: points look at their units.  Sides last: what they say tells of
 * their points. */
void engine_adopt(struct engine *e, const struct engine *from, const char *by, struct stamp now)
{
    begin(e, now);
    e->seq = from->seq;
    e->time_known = from->time_known;
    e->gap_ms = from->gap_ms;
    memcpy(e->words, from->words, HOLDS_MAX * sizeof *e->words);
    for (uint32_t i = e->n_slots; i-- > 0;) {
        uint32_t old = slots_find_same(from, &e->slots[i]);

        if (old != SLOT_NONE)
            adopt_slot(e, i, from, old);
    }
    for (uint32_t i = 0; i < e->n_slots; i++) {
        uint32_t old = slots_find_same(from, &e->slots[i]);

        if (old != SLOT_NONE && slot_has_levels(&e->slots[i]))
            settle_side(e, i, from, old, &(struct note){ .by = by });
        holds_attend(e, i);
        holds_arm(e, i);
    }
}
