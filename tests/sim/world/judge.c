#include "tests/sim/world/judge.h"

#include <assert.h>
#include <string.h>

#include "tests/sim/world/world.h"

/* How long a fault of a line is felt: a reply 3 s late, and 3 s of its guard. */
#define SHADOW_US (7 * WORLD_S)

static const struct engine *engine(const struct world *w)
{
    return gateway_engine(w->box.gateway);
}

void judge_init(struct world *w)
{
    struct judge *j = &w->judge;

    j->way_us = INT64_MAX;
    for (int i = 0; i < TRUTH_POINTS_MAX; i++)
        for (int level = 0; level < LEVELS; level++)
            j->points[i].timed_us[level] = INT64_MAX;
}

void judge_fini(struct world *w)
{
    book_fini(&w->judge.said);
    picture_fini(&w->judge.record);
}

void judge_line_fault(struct world *w, uint32_t bus)
{
    w->lines[bus].fault_us = w->now_us;
    for (uint32_t i = 0; i < w->plant->n_units; i++)
        if (w->plant->units[i].bus == bus)
            w->judge.units[i].well_us = INT64_MAX;
}

void judge_way_broken(struct world *w)
{
    w->judge.way_us = INT64_MAX;
}

/* --- a start --- */

static bool is_listed(const struct world *w, const char *id)
{
    char text[PICTURE_ID_MAX];

    for (size_t i = 0; i < engine_slots(engine(w)); i++) {
        const struct slot *s = engine_slot(engine(w), i);
        if (!alarm_is_listed(&s->st))
            continue;
        payload_alarm_id(text, sizeof text, w->plant, s->st.id);
        if (strcmp(text, id) == 0)
            return true;
    }
    return false;
}

/* What the recorded messages say stands is what the new process knows of. */
static void compare_with_record(struct world *w)
{
    const struct picture *p = &w->judge.record;
    size_t n = 0;

    for (size_t i = 0; i < p->n_open; i++)
        if (!is_listed(w, p->v[p->open[i]].id))
            world_violation(w, "%s (%s) stood in the record and is forgotten", p->v[p->open[i]].id,
                            p->v[p->open[i]].key);
    for (size_t i = 0; i < engine_slots(engine(w)); i++)
        n += engine_slot(engine(w), i)->st.id.epoch != 0 &&
             engine_slot(engine(w), i)->st.id.epoch != w->box.epoch;
    if (n > p->n_open)
        world_violation(w, "%zu alarms are back, the record has %zu", n, p->n_open);
}

static void forget_samples(struct world *w)
{
    for (uint32_t i = 0; i < w->plant->n_points; i++) {
        struct watch *p = &w->judge.points[i];
        p->seen_us = p->sample_us = w->now_us;
        p->last_is_good = false;
        for (int level = 0; level < LEVELS; level++)
            p->over_us[level] = p->past_us[level] = INT64_MAX;
        memset(p->was_up, 0, sizeof p->was_up);
    }
    for (uint32_t i = 0; i < w->plant->n_units; i++) {
        w->judge.units[i].is_lost = false;
        w->judge.units[i].proven_us = w->judge.units[i].back_us = w->now_us;
    }
}

void judge_started(struct world *w)
{
    assert(engine_slots(engine(w)) <= JUDGE_SLOTS);
    compare_with_record(w);
    forget_samples(w);
    for (size_t i = 0; i < engine_slots(engine(w)); i++)
        w->judge.active[i] = alarm_is_active(&engine_slot(engine(w), i)->st);
}

/* --- the end of an alarm --- */

/* Only a good value that is past the limit may end it, and only when the
 * off-delays have run of the levels that were up. */
static void check_limit_end(struct world *w, const struct slot *s)
{
    const struct point_conf *conf = &w->plant->points[s->ref];
    struct watch *p = &w->judge.points[s->ref];
    int first = s->side == SIDE_HIGH ? LEVEL_H : LEVEL_LL;

    if (!p->last_is_good)
        world_violation(w, "FALSE CLEAR: %s ended while its point is not good", s->key);
    for (int level = first; level < first + 2; level++) {
        const struct limit_conf *l = &conf->limits[level];
        int64_t off_us = p->was_up[level] ? l->clear_after_ms * 1000 - 1000 : 0;
        if (l->set && truth_is_over(l, (enum level)level, p->last_val))
            world_violation(w, "FALSE CLEAR: %s ended at %g", s->key, p->last_val);
        else if (l->set &&
                 (p->past_us[level] == INT64_MAX || w->now_us - p->past_us[level] < off_us))
            world_violation(w, "FALSE CLEAR: %s ended before its off-delay had run", s->key);
        p->was_up[level] = false;
    }
}

static void check_end(struct world *w, const struct slot *s)
{
    if (s->type == SLOT_LIMIT)
        check_limit_end(w, s);
    if (s->type == SLOT_POINT_FAULT && !w->judge.points[s->ref].last_is_good)
        world_violation(w, "FALSE CLEAR: %s ended while its point is not good", s->key);
    if (s->type == SLOT_UNIT && w->judge.units[s->ref].proven_us != w->now_us)
        world_violation(w, "FALSE CLEAR: %s ended without a frame", s->key);
}

/* A bus that is lost takes its units with it, until each has spoken. */
static void note_lost(struct world *w, const struct slot *s)
{
    for (uint32_t i = 0; i < w->plant->n_units; i++)
        if ((s->type == SLOT_UNIT && s->ref == i) ||
            (s->type == SLOT_BUS && s->ref == w->plant->units[i].bus))
            w->judge.units[i].is_lost = true;
}

static void look_at_slots(struct world *w)
{
    size_t n = engine_slots(engine(w));

    for (size_t i = 0; i < n; i++) {
        const struct slot *s = engine_slot(engine(w), i);
        bool is_active = alarm_is_active(&s->st);
        bool is_limit = s->type == SLOT_LIMIT;
        if (is_active == w->judge.active[i])
            continue;
        w->judge.active[i] = is_active;
        w->counts.raises += is_limit && is_active;
        w->counts.clears += is_limit && !is_active;
        w->counts.faults += !is_limit && is_active;
        w->counts.fault_clears += !is_limit && !is_active;
        if (is_active)
            note_lost(w, s);
        else
            check_end(w, s);
    }
}

void judge_ticked(struct world *w)
{
    look_at_slots(w);
}

void judge_verb(struct world *w, uint32_t slot, bool was_active)
{
    const struct slot *s = engine_slot(engine(w), slot);

    if (was_active && !alarm_is_active(&s->st))
        world_violation(w, "FALSE CLEAR: the ack of %s ended it", s->key);
    w->judge.active[slot] = alarm_is_active(&s->st);
}

/* --- one sample --- */

static void note_level(struct watch *p, const struct limit_conf *l, enum level level,
                       const struct sample *s, int64_t now_us)
{
    bool is_value = s->kind == SAMPLE_VALUE;
    bool is_good = is_value && s->q == Q_GOOD;
    bool is_beyond = is_value && s->q == (level >= LEVEL_H ? Q_OVER_RANGE : Q_UNDER_RANGE);
    bool is_over = is_beyond || (is_good && truth_is_over(l, level, s->val));

    if (!is_over)
        p->over_us[level] = INT64_MAX;
    else if (p->over_us[level] == INT64_MAX)
        p->over_us[level] = now_us;
    if (is_over || (is_value && !is_good))
        p->past_us[level] = INT64_MAX;
    else if (is_good && p->past_us[level] == INT64_MAX && truth_is_past(l, level, s->val))
        p->past_us[level] = now_us;
}

static uint32_t find_side(const struct world *w, uint32_t point, enum side side)
{
    for (uint32_t i = 0; i < engine_slots(engine(w)); i++) {
        const struct slot *s = engine_slot(engine(w), i);
        if (s->type == SLOT_LIMIT && s->ref == point && s->side == side)
            return i;
    }
    return SLOT_NONE;
}

/* A value at the limit or beyond raises: at once, or when the delay has run. */
static void check_raise(struct world *w, uint32_t point, enum level level)
{
    const struct limit_conf *l = &w->plant->points[point].limits[level];
    int64_t over_us = w->judge.points[point].over_us[level];
    uint32_t slot;

    if (!l->set || over_us == INT64_MAX || w->now_us - over_us < l->after_ms * 1000 + 1000)
        return;
    slot = find_side(w, point, level >= LEVEL_H ? SIDE_HIGH : SIDE_LOW);
    w->judge.points[point].was_up[level] = true;
    if (slot == SLOT_NONE || !alarm_is_active(&engine_slot(engine(w), slot)->st))
        world_violation(w, "NO RAISE: %s stands at %s since %" PRId64 " ms",
                        w->plant->points[point].id, level_names[level],
                        (w->now_us - over_us) / 1000);
}

static void check_value(struct world *w, const struct sample *s)
{
    const struct point_conf *conf = &w->plant->points[s->point];
    const struct line *l = &w->lines[conf->bus];

    if (truth_held(&w->truth, s, l->sent_us, w->now_us))
        return;
    world_violation(w, "WRONG VALUE: %s = %g (%s), %" PRId64 " ms after the request", conf->id,
                    s->val, quality_word(s->q), (w->now_us - l->sent_us) / 1000);
}

static void note_frame(struct world *w, uint32_t unit)
{
    struct unit_watch *u = &w->judge.units[unit];
    int64_t fault_us = w->lines[w->plant->units[unit].bus].fault_us;

    int64_t age_us = (3 * w->plant->units[unit].every_ms + 1000) * 1000;

    if (u->is_lost || w->now_us - u->proven_us >= age_us)
        u->back_us = w->now_us;
    u->is_lost = false;
    u->proven_us = w->now_us;
    if (u->well_us == INT64_MAX && w->now_us - fault_us > SHADOW_US)
        u->well_us = w->now_us;
}

static void note_sample(struct world *w, const struct sample *s)
{
    struct watch *p = &w->judge.points[s->point];
    bool is_value = s->kind == SAMPLE_VALUE;

    p->sample_us = w->now_us;
    w->counts.values += is_value;
    w->counts.bad_values += is_value && s->q != Q_GOOD;
    w->counts.misses += !is_value;
    if (is_value || s->alive)
        note_frame(w, w->plant->points[s->point].unit);
    if (!is_value)
        return;
    p->seen_us = w->now_us;
    p->last_is_good = s->q == Q_GOOD;
    p->last_val = s->val;
}

void judge_sample(struct world *w, const struct sample *s)
{
    const struct point_conf *conf = &w->plant->points[s->point];

    if (s->kind == SAMPLE_VALUE)
        check_value(w, s);
    note_sample(w, s);
    for (int level = 0; level < LEVELS; level++)
        if (conf->limits[level].set)
            note_level(&w->judge.points[s->point], &conf->limits[level], (enum level)level, s,
                       w->now_us);
    for (int level = 0; level < LEVELS; level++)
        check_raise(w, s->point, (enum level)level);
    look_at_slots(w);
}
