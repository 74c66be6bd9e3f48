#include "tests/property/walk.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NAMES_MAX 1000

uint32_t walk_draw(struct walk *w, uint32_t below)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return (uint32_t)(w->random >> 33) % below;
}

int64_t walk_draw_delay(struct walk *w)
{
    return walk_draw(w, 2) == 0 ? 0 : 100 * (int64_t)walk_draw(w, 60);
}

void walk_draw_limits(struct walk *w, struct point_conf *p)
{
    static const double at[LEVELS] = { 20, 40, 100, 140 };

    for (int level = 0; level < LEVELS; level++) {
        struct limit_conf *l = &p->limits[level];

        if (walk_draw(w, 3) == 0)
            continue;
        *l = (struct limit_conf){ .set = true, .at = at[level], .latch = walk_draw(w, 4) == 0 };
        l->clear = at[level] + (level >= LEVEL_H ? -8 : 8);
        l->after_ms = walk_draw_delay(w);
        l->clear_after_ms = walk_draw_delay(w);
        l->priority = (uint8_t)(1 + walk_draw(w, 4));
    }
}

const char *walk_new_name(struct walk *w)
{
    static char names[NAMES_MAX][8];

    assert_true(w->n_names < NAMES_MAX);
    snprintf(names[w->n_names], sizeof names[0], "n%u", w->n_names);
    return names[w->n_names++];
}

void walk_draw_point(struct walk *w, uint32_t i)
{
    struct point_conf *p = &w->points[i];
    struct unit_conf *u;

    *p = (struct point_conf){ .id = walk_new_name(w) };
    p->unit = walk_draw(w, (uint32_t)w->plant.n_units);
    u = &w->units[p->unit];
    p->bus = u->bus;
    p->every_ms = 500 * (int64_t)(1 + walk_draw(w, 6));
    if (u->every_ms == 0 || p->every_ms < u->every_ms)
        u->every_ms = p->every_ms;
    w->level[i] = 60;
    walk_draw_limits(w, p);
}

/* Units that no point names do not exist in a plant. */
void walk_settle_units(struct walk *w)
{
    for (uint32_t i = 0; i < w->plant.n_units; i++)
        if (w->units[i].every_ms == 0) {
            uint32_t p = i % (uint32_t)w->plant.n_points;

            w->units[i].every_ms = w->points[p].every_ms;
        }
}

struct stamp walk_now_of(const struct walk *w)
{
    return (struct stamp){ w->now - w->began, w->now };
}

void walk_start(struct walk *w, uint64_t seed)
{
    memset(w, 0, sizeof *w);
    w->random = seed * 0x9E3779B97F4A7C15u + 1;
    w->plant = (struct plant){
        .site = { .ent = "1", .gw = "1" }, .buses = w->buses, .units = w->units, .points = w->points
    };
    w->plant.n_buses = 1 + walk_draw(w, BUSES_MAX);
    w->plant.n_units =
        w->plant.n_buses + walk_draw(w, (uint32_t)(UNITS_MAX - w->plant.n_buses + 1));
    w->plant.n_points = 1 + walk_draw(w, POINTS_MAX);
    for (uint32_t i = 0; i < w->plant.n_buses; i++) {
        w->buses[i].name = walk_new_name(w);
        w->buses[i].kind = BUS_RTU;
        w->buses[i].device = w->buses[i].name;
    }
    for (uint32_t i = 0; i < w->plant.n_units; i++)
        w->units[i] = (struct unit_conf){ .bus = i < w->plant.n_buses
                                                     ? i
                                                     : walk_draw(w, (uint32_t)w->plant.n_buses),
                                          .unit_id = (uint8_t)(i + 1) };
    for (uint32_t i = 0; i < w->plant.n_points; i++)
        walk_draw_point(w, i);
    walk_settle_units(w);
    w->epoch = 1;
    assert_int_equal(engine_new(&w->e, &w->plant, 1, walk_now_of(w)), RG_OK);
    assert_true(engine_slots(w->e) <= SLOTS_MAX);
}

/* ---- what must hold ---- */

static bool may_end(const struct walk *w, const struct slot *s, const struct event *ev)
{
    if (ev->type == EV_CLEAR && ev->reason == CLEAR_RESET)
        return true;
    if (ev->type == EV_LEVEL_DOWN && w->is_reloading)
        return true;
    return quality_class(engine_point(w->e, s->ref)->q) == QC_GOOD;
}

void walk_check_event(struct walk *w, const struct event *ev)
{
    const struct slot *s;
    const struct alarm_state *was;

    if (ev->type != EV_NONE)
        assert_true(ev->seq == ++w->seq);
    if (ev->slot == SLOT_NONE)
        return;
    w->retired += ev->type == EV_RETIRE;
    s = engine_slot(w->e, ev->slot);
    was = &w->kept[ev->slot];
    if (s->type == SLOT_LIMIT &&
        (ev->type == EV_CLEAR || ev->type == EV_RTN_LATCHED || ev->type == EV_LEVEL_DOWN))
        assert_true(may_end(w, s, ev));
    if (ev->type == EV_RAISE || ev->type == EV_FAULT_RAISE)
        assert_false(alarm_is_active(was));
    if (ev->type == EV_FAULT_CLEAR)
        assert_true(was->active);
    if (ev->type == EV_RETIRE)
        assert_false(alarm_is_listed(&ev->after) || alarm_is_active(&ev->after));
    assert_true(ev->type == EV_NONE || ev->id.epoch != 0);
    w->kept[ev->slot] = ev->after;
    w->events++;
}

static void check_slot(const struct walk *w, uint32_t i)
{
    const struct alarm_state *st = &engine_slot(w->e, i)->st, *kept = &w->kept[i];

    assert_true(st->active == kept->active && st->acked == kept->acked);
    assert_true(st->latched == kept->latched && st->supp == kept->supp);
    assert_true(st->id.epoch == kept->id.epoch && st->id.seq == kept->id.seq);
    for (int l = 0; l < 2; l++)
        assert_true(st->levels[l].proc == kept->levels[l].proc &&
                    st->levels[l].running == kept->levels[l].running &&
                    st->levels[l].left_ms == kept->levels[l].left_ms &&
                    st->levels[l].from_ms == kept->levels[l].from_ms);
    assert_true(alarm_is_listed(st) ==
                (st->active || st->latched || (st->id.epoch != 0 && !st->acked)));
}

/* A bus in alarm speaks for its units; none of them speaks beside it. */
static void check_buses(const struct walk *w)
{
    for (size_t i = 0; i < engine_slots(w->e); i++) {
        const struct slot *s = engine_slot(w->e, i);
        bool bus_stands = false;

        if (s->type != SLOT_UNIT)
            continue;
        for (size_t k = 0; k < engine_slots(w->e); k++) {
            const struct slot *b = engine_slot(w->e, k);

            if (b->type == SLOT_BUS && b->ref == w->units[s->ref].bus)
                bus_stands = b->st.active;
        }
        assert_true(!s->st.active || bus_stands == (s->st.supp != 0));
        assert_true(bus_stands || s->st.supp == 0);
    }
}

void walk_drain(struct walk *w)
{
    struct event ev;

    while (engine_take(w->e, &ev))
        walk_check_event(w, &ev);
    for (uint32_t i = 0; i < engine_slots(w->e); i++)
        check_slot(w, i);
    check_buses(w);
}

/* ---- what happens ---- */

void walk_poll(struct walk *w, uint32_t i)
{
    struct sample s = { .point = i, .alive = true, .val = NAN, .why.code = WHY_NONE };
    uint32_t luck = walk_draw(w, 100);

    w->level[i] += (double)walk_draw(w, 41) - 20;
    if (w->level[i] < 0 || w->level[i] > 180)
        w->level[i] = 70;
    if (w->now < w->dead_until[w->points[i].unit] || luck < 5) {
        s.kind = SAMPLE_MISS;
        s.alive = luck < 2 && w->now >= w->dead_until[w->points[i].unit];
        s.why.code = s.alive ? WHY_EXCEPTION : luck == 4 ? WHY_LINK : WHY_TIMEOUT;
    } else if (luck < 12) {
        s.q = luck < 8 ? Q_SENSOR_FAULT : luck < 10 ? Q_OVER_RANGE : Q_UNDER_RANGE;
        s.why.code = WHY_RANGE;
    } else {
        s.val = w->level[i];
    }
    engine_sample(w->e, &s, walk_now_of(w));
    walk_drain(w);
}

void walk_kill_unit(struct walk *w)
{
    uint32_t unit = walk_draw(w, (uint32_t)w->plant.n_units);
    bool is_bus = walk_draw(w, 3) == 0;

    for (uint32_t i = 0; i < w->plant.n_units; i++)
        if (i == unit || (is_bus && w->units[i].bus == w->units[unit].bus))
            w->dead_until[i] = w->now + 1000 * (int64_t)walk_draw(w, 40);
}

void walk_touch(struct walk *w)
{
    const struct slot *s = engine_slot(w->e, walk_draw(w, (uint32_t)engine_slots(w->e)));
    char rule[SLOT_KEY_MAX];
    bool was_active = alarm_is_active(&s->st);

    engine_rule(w->e, (uint32_t)(s - engine_slot(w->e, 0)), rule, sizeof rule);
    if (walk_draw(w, 3) == 0) {
        engine_reset(w->e, rule, "p", walk_now_of(w));
    } else {
        engine_ack(w->e, rule, "p", "c", walk_now_of(w));
        assert_true(alarm_is_active(&s->st) == was_active);
    }
    walk_drain(w);
}

void walk_restart(struct walk *w)
{
    static struct saved_alarm saved[SLOTS_MAX];
    static struct alarm_state before[SLOTS_MAX];
    size_t n = engine_slots(w->e);
    int64_t died = w->now - w->began, down = 100 * (int64_t)walk_draw(w, 300);

    for (size_t i = 0; i < n; i++) {
        memcpy(saved[i].key, engine_slot(w->e, i)->key, sizeof saved[i].key);
        saved[i].st = before[i] = w->kept[i];
    }
    engine_free(w->e);
    w->now += down;
    w->began = w->now;
    w->seq = 0;
    assert_int_equal(engine_new(&w->e, &w->plant, ++w->epoch, walk_now_of(w)), RG_OK);
    assert_int_equal(engine_restore(w->e, saved, n, died + down, died, walk_now_of(w)), RG_OK);
    engine_restart(w->e, 1, walk_now_of(w));
    walk_drain(w);
    for (size_t i = 0; i < n; i++) {
        const struct alarm_state *st = &engine_slot(w->e, i)->st;

        assert_true(st->active == before[i].active && st->acked == before[i].acked);
        assert_true(st->id.seq == before[i].id.seq && st->latched == before[i].latched);
    }
    for (uint32_t i = 0; i < w->plant.n_points; i++)
        w->due[i] = w->now;
}

void walk_pass_time(struct walk *w)
{
    int64_t until = w->now + 100 * (int64_t)(1 + walk_draw(w, 5));

    while (engine_next_ms(w->e) <= until - w->began) {
        w->now = engine_next_ms(w->e) + w->began;
        engine_tick(w->e, walk_now_of(w));
        walk_drain(w);
    }
    w->now = until;
}
