/* Random pairs of plants: what a reload must keep is compared field by field. */
#include "tests/property/walk.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules/engine_reload.h"

/* Exchange two points, and all that the walk knows of them. */
static void swap_points(struct walk *w, uint32_t a, uint32_t b)
{
    struct point_conf point = w->points[a];
    double level = w->level[a];
    int64_t due = w->due[a];

    w->points[a] = w->points[b];
    w->level[a] = w->level[b];
    w->due[a] = w->due[b];
    w->points[b] = point;
    w->level[b] = level;
    w->due[b] = due;
}

static void change_limit(struct walk *w, struct limit_conf *l)
{
    if (walk_draw(w, 3) == 0)
        l->at += 5;
    if (walk_draw(w, 3) == 0)
        l->after_ms = walk_draw_delay(w);
    if (walk_draw(w, 3) == 0)
        l->clear_after_ms = walk_draw_delay(w);
    if (walk_draw(w, 3) == 0)
        l->priority = (uint8_t)(1 + walk_draw(w, 4));
    if (walk_draw(w, 3) == 0)
        l->latch = !l->latch;
    if (walk_draw(w, 4) == 0)
        l->set = false;
}

static void change_point(struct walk *w, uint32_t i)
{
    struct point_conf *p = &w->points[i];

    switch (walk_draw(w, 12)) {
    case 0:
        p->id = walk_new_name(w);
        break;
    case 1:
        p->read.address++;
        break;
    case 2:
        p->every_ms = 500 * (int64_t)(1 + walk_draw(w, 6));
        break;
    case 3:
        memset(p->limits, 0, sizeof p->limits);
        walk_draw_limits(w, p);
        break;
    case 4:
    case 5:
    case 6:
        for (int level = 0; level < LEVELS; level++)
            if (p->limits[level].set)
                change_limit(w, &p->limits[level]);
        break;
    default:
        break;
    }
}

static void change_plant(struct walk *w)
{
    for (uint32_t i = 0; i < w->plant.n_points; i++)
        change_point(w, i);
    swap_points(w, walk_draw(w, (uint32_t)w->plant.n_points), 0);
    if (walk_draw(w, 3) == 0 && w->plant.n_points > 1)
        w->plant.n_points--;
    if (walk_draw(w, 3) == 0 && w->plant.n_points < POINTS_MAX) {
        walk_draw_point(w, (uint32_t)w->plant.n_points);
        w->due[w->plant.n_points++] = w->now;
    }
    if (walk_draw(w, 4) == 0)
        w->buses[walk_draw(w, (uint32_t)w->plant.n_buses)].name = walk_new_name(w);
    for (uint32_t i = 0; i < w->plant.n_units; i++)
        w->units[i].every_ms = 0;
    for (uint32_t i = 0; i < w->plant.n_points; i++) {
        struct unit_conf *u = &w->units[w->points[i].unit];

        if (u->every_ms == 0 || w->points[i].every_ms < u->every_ms)
            u->every_ms = w->points[i].every_ms;
    }
    walk_settle_units(w);
}

static bool same_limit(const struct limit_conf *a, const struct limit_conf *b)
{
    return a->set == b->set && a->after_ms == b->after_ms &&
           a->clear_after_ms == b->clear_after_ms && a->latch == b->latch;
}

static bool same_moment(struct stamp a, struct stamp b)
{
    return a.mono_ms == b.mono_ms && a.utc_ms == b.utc_ms;
}

/* What a person knows of an alarm. */
static void check_kept_alarm(const struct alarm_state *was, const struct alarm_state *is)
{
    assert_true(is->active == was->active && is->supp == was->supp);
    assert_true(is->latched || !was->latched);
    assert_true(is->acked == was->acked || (was->acked && is->priority < was->priority));
    assert_true(is->id.epoch == was->id.epoch && is->id.seq == was->id.seq);
    assert_true(is->supersedes.seq == was->supersedes.seq);
    assert_true(same_moment(is->since, was->since) && same_moment(is->announced, was->announced));
    assert_true(same_moment(is->sampled, was->sampled));
    assert_true(is->peak == was->peak || (isnan(is->peak) && isnan(was->peak)));
}

static void check_kept_level(const struct walk *old, const struct walk *w, const struct slot *o,
                             const struct slot *s, int i)
{
    const struct limit_conf *was = slot_limit(old->e, o, i), *is = slot_limit(w->e, s, i);
    const struct level_state *a = &o->st.levels[i], *b = &s->st.levels[i];
    bool is_moved = old->points[o->ref].read.address != w->points[s->ref].read.address;

    assert_true(b->proc == (is->set ? a->proc : PROC_N));
    if (!is->set)
        return;
    assert_true(same_moment(a->crossed, b->crossed));
    assert_true(b->running == (a->running && !is_moved));
    if (same_limit(was, is) && !is_moved)
        assert_true(a->left_ms == b->left_ms && a->from_ms == b->from_ms);
    if (b->running && b->proc == PROC_PON)
        assert_true(level_due_ms(b) <= level_due_ms(a));
    if (b->running && b->proc == PROC_POFF)
        assert_true(level_due_ms(b) >= level_due_ms(a));
}

static void check_kept_point(const struct walk *old, const struct walk *w, uint32_t o, uint32_t i)
{
    const struct point_watch *was = &old->e->points[o], *is = &w->e->points[i];
    uint32_t timer = faults_point_timer(w->e, i), old_timer = faults_point_timer(old->e, o);
    int64_t now = w->now - w->began;

    if (old->points[o].read.address != w->points[i].read.address) {
        assert_true(is->st.q == Q_NEVER_READ && isnan(is->st.val));
        return;
    }
    assert_true(is->st.q == was->st.q && is->st.n == was->st.n);
    assert_true(is->st.val == was->st.val || (isnan(is->st.val) && isnan(was->st.val)));
    assert_true(same_moment(is->st.val_at, was->st.val_at));
    assert_true(same_moment(is->st.since, was->st.since));
    assert_true(same_moment(is->st.seen, was->st.seen) && is->st.seen_ever == was->st.seen_ever);
    assert_true(is->st.why.code == was->st.why.code && is->st.why.arg == was->st.why.arg);
    if (timers_is_set(&old->e->timers, old_timer)) {
        assert_true(timers_is_set(&w->e->timers, timer));
        assert_true(faults_point_due_ms(w->e, i) > now);
        if (old->points[o].every_ms == w->points[i].every_ms &&
            old->buses[old->points[o].bus].name == w->buses[w->points[i].bus].name)
            assert_true(faults_point_due_ms(w->e, i) == faults_point_due_ms(old->e, o));
    }
}

static void check_kept_unit(const struct walk *old, const struct walk *w, uint32_t o, uint32_t i)
{
    const struct unit_watch *was = &old->e->units[o], *is = &w->e->units[i];

    assert_true(is->silent == was->silent && is->lost == was->lost && is->back_ms == was->back_ms);
    assert_true(is->why.code == was->why.code);
    assert_true(timers_is_set(&w->e->timers, i) == timers_is_set(&old->e->timers, o));
    if (is->age_ms == was->age_ms)
        assert_true(is->proven_ms == was->proven_ms);
    if (!was->lost)
        assert_true(is->proven_ms + is->age_ms > w->now - w->began);
}

/* Silence is always somebody's: a timer of the point, or an alarm that stands,
 * or the unit is lost and its own timer still runs. */
static void check_silence(const struct walk *w)
{
    for (uint32_t i = 0; i < w->plant.n_points; i++) {
        const struct unit_watch *u = &w->e->units[w->points[i].unit];
        const struct bus_watch *b = &w->e->buses[w->points[i].bus];

        assert_true(timers_is_set(&w->e->timers, faults_point_timer(w->e, i)) ||
                    w->e->slots[w->e->points[i].fault].st.active ||
                    w->e->slots[u->slot].st.active || w->e->slots[b->slot].st.active ||
                    (u->lost && timers_is_set(&w->e->timers, w->points[i].unit)));
    }
}

static void check_kept(const struct walk *old, const struct walk *w)
{
    for (uint32_t i = 0; i < engine_slots(w->e); i++) {
        const struct slot *s = engine_slot(w->e, i), *o;
        uint32_t same = slots_find_same(old->e, s);

        if (same == SLOT_NONE)
            continue;
        o = engine_slot(old->e, same);
        check_kept_alarm(&o->st, &s->st);
        for (int l = 0; s->type == SLOT_LIMIT && l < LEVELS_A_SIDE; l++)
            check_kept_level(old, w, o, s, l);
        if (s->type == SLOT_POINT_FAULT)
            check_kept_point(old, w, o->ref, s->ref);
        if (s->type == SLOT_UNIT)
            check_kept_unit(old, w, o->ref, s->ref);
    }
    check_silence(w);
}

/* How many alarms have lost their rule: their slot, or their level while the
 * other one is not up. */
static unsigned count_ruleless(const struct walk *old, const struct engine *next)
{
    unsigned n = 0;

    for (uint32_t i = 0; i < engine_slots(old->e); i++) {
        const struct slot *s = engine_slot(old->e, i);
        uint32_t same = slots_find_same(next, s);
        int other = 1 - s->st.level;

        if (!alarm_is_listed(&s->st))
            continue;
        if (same == SLOT_NONE)
            n++;
        else if (s->type == SLOT_LIMIT && !slot_limit(next, &next->slots[same], s->st.level)->set)
            n += !slot_limit(next, &next->slots[same], other)->set ||
                 !level_is_up(&s->st.levels[other]);
    }
    return n;
}

static void check_said(struct walk *w, struct engine *e)
{
    struct event ev;

    while (engine_take(e, &ev)) {
        assert_true(ev.type == EV_NONE || ev.type == EV_RETIRE || ev.type == EV_LEVEL_UP ||
                    ev.type == EV_LEVEL_DOWN);
        walk_check_event(w, &ev);
    }
}

static void take_over_kept(struct walk *w, const struct walk *old)
{
    for (uint32_t i = 0; i < engine_slots(w->e); i++) {
        uint32_t same = slots_find_same(old->e, engine_slot(w->e, i));

        w->kept[i] = same == SLOT_NONE ? engine_slot(w->e, i)->st : old->kept[same];
    }
}

void walk_reload(struct walk *w)
{
    static struct walk old;
    unsigned ruleless;

    w->is_reloading = true;
    old = *w;
    old.plant.buses = old.buses;
    old.plant.units = old.units;
    old.plant.points = old.points;
    old.e->plant = &old.plant;
    change_plant(w);
    assert_int_equal(engine_new(&w->e, &w->plant, w->epoch, walk_now_of(w)), RG_OK);
    assert_true(engine_slots(w->e) <= SLOTS_MAX);
    old.retired = 0;
    ruleless = count_ruleless(&old, w->e);
    engine_leave(old.e, w->e, "p", walk_now_of(w));
    check_said(&old, old.e);
    assert_int_equal(old.retired, ruleless);
    w->seq = old.seq;
    engine_adopt(w->e, old.e, "p", walk_now_of(w));
    take_over_kept(w, &old);
    check_kept(&old, w);
    check_said(w, w->e);
    engine_free(old.e);
    walk_drain(w);
    w->is_reloading = false;
    w->reloads++;
}
