#include "rules/engine_core.h"

#include <math.h>

static const enum quality beyond[2] = { [SIDE_HIGH] = Q_OVER_RANGE, [SIDE_LOW] = Q_UNDER_RANGE };

static enum cond judge_value(enum side side, const struct limit_conf *limit, double val)
{
    if (side == SIDE_HIGH ? val >= limit->at : val <= limit->at)
        return COND_TRUE;
    return (side == SIDE_HIGH ? val < limit->clear : val > limit->clear) ? COND_FALSE : COND_HOLDS;
}

/* Beyond the range on this side is over every limit of it; beyond the other
 * end is no better than any bad value. */
static enum cond judge(enum side side, const struct limit_conf *limit, const struct sample *s)
{
    if (s->kind == SAMPLE_MISS)
        return COND_UNKNOWN;
    if (s->q == beyond[side])
        return COND_TRUE;
    switch (quality_class(s->q)) {
    case QC_GOOD:
        return judge_value(side, limit, s->val);
    case QC_UNKNOWN:
        return COND_UNKNOWN;
    case QC_BAD:
        break;
    }
    return COND_BAD;
}

static bool is_at_rest(const struct alarm_state *st)
{
    return st->levels[0].proc == PROC_N && st->levels[1].proc == PROC_N;
}

/* The worst good value since the condition was first true. */
static void note_peak(struct alarm_state *st, enum side side, double val, struct stamp now)
{
    bool is_worse = side == SIDE_HIGH ? val > st->peak : val < st->peak;

    if (is_at_rest(st) || (!isnan(st->peak) && !is_worse))
        return;
    st->peak = val;
    st->peak_at = now;
}

static void note_value(struct alarm_state *st, enum side side, const struct sample *s,
                       struct stamp now, bool was_at_rest)
{
    bool is_good = quality_class(s->q) == QC_GOOD;

    if (!is_good && s->q != beyond[side])
        return;
    if (was_at_rest && !is_at_rest(st) && !st->latched)
        st->peak = NAN;
    st->val = is_good ? s->val : NAN;
    st->sampled = now;
    if (is_good)
        note_peak(st, side, s->val, now);
}

static void start_case(const struct engine *e, const struct slot *s, struct alarm_case *c)
{
    *c = (struct alarm_case){
        .limits = { slot_limit(e, s, 0), slot_limit(e, s, 1) },
        .q = s->type == SLOT_LIMIT ? e->points[s->ref].st.q : Q_GOOD,
        .shelves_p1 = e->plant->shelve.p1,
    };
}

void limits_arm(struct engine *e, uint32_t slot)
{
    const struct alarm_state *st = &e->slots[slot].st;
    int64_t near = level_due_ms(&st->levels[0]);
    int64_t outer = level_due_ms(&st->levels[1]);
    int64_t due = near < outer ? near : outer;

    if (due == INT64_MAX)
        timers_stop(&e->timers, slot_timer(e, slot));
    else
        timers_set(&e->timers, slot_timer(e, slot), due);
}

/* Steps the levels, then the alarm; a change that says nothing to anybody is
 * still to be kept. */
static void finish(struct engine *e, uint32_t slot, bool has_changed, bool is_judged)
{
    struct slot *s = &e->slots[slot];
    struct alarm_case c;

    if (has_changed)
        limits_arm(e, slot);
    start_case(e, s, &c);
    if (is_judged)
        engine_move(e, slot, ALARM_CLASS, &c, NULL);
    if (is_judged && engine_move(e, slot, ALARM_JUDGE, &c, NULL))
        return;
    if (has_changed)
        engine_emit(e, slot, EV_NONE, s->st.id, NULL);
}

static bool step_levels(struct engine *e, const struct slot *s, struct alarm_state *st,
                        const enum cond cond[LEVELS_A_SIDE])
{
    bool has_changed = false;

    for (int i = 0; i < LEVELS_A_SIDE; i++) {
        const struct limit_conf *limit = slot_limit(e, s, i);

        if (limit->set && level_step(&st->levels[i], cond[i], limit, &e->at))
            has_changed = true;
    }
    return has_changed;
}

static void sample_side(struct engine *e, uint32_t slot, const struct sample *smp)
{
    struct slot *s = &e->slots[slot];
    enum cond cond[LEVELS_A_SIDE];
    bool was_at_rest = is_at_rest(&s->st);
    bool has_changed;

    for (int i = 0; i < LEVELS_A_SIDE; i++)
        cond[i] = judge(s->side, slot_limit(e, s, i), smp);
    has_changed = step_levels(e, s, &s->st, cond);
    note_value(&s->st, s->side, smp, e->at.label, was_at_rest);
    finish(e, slot, has_changed, cond[0] != COND_UNKNOWN && cond[0] != COND_BAD);
}

void limits_sample(struct engine *e, uint32_t point, const struct sample *s)
{
    for (int side = SIDE_HIGH; side <= SIDE_LOW; side++)
        if (e->points[point].slot[side] != SLOT_NONE)
            sample_side(e, e->points[point].slot[side], s);
}

void limits_freeze(struct engine *e, uint32_t point)
{
    static const enum cond bad[LEVELS_A_SIDE] = { COND_BAD, COND_BAD };

    for (int side = SIDE_HIGH; side <= SIDE_LOW; side++) {
        uint32_t slot = e->points[point].slot[side];

        if (slot != SLOT_NONE)
            finish(e, slot, step_levels(e, &e->slots[slot], &e->slots[slot].st, bad), false);
    }
}

void limits_judge(struct engine *e, uint32_t slot, enum cond cond)
{
    struct slot *s = &e->slots[slot];
    const enum cond conds[LEVELS_A_SIDE] = { cond, COND_UNKNOWN };

    finish(e, slot, step_levels(e, s, &s->st, conds), cond != COND_UNKNOWN && cond != COND_BAD);
}

/* Both levels before the alarm: when both end at one instant it is one event. */
void limits_due(struct engine *e, uint32_t slot)
{
    struct slot *s = &e->slots[slot];
    bool has_changed = false;

    for (int i = 0; i < LEVELS_A_SIDE; i++)
        if (level_due_ms(&s->st.levels[i]) <= e->at.ms)
            has_changed |= level_step(&s->st.levels[i], COND_DUE, slot_limit(e, s, i), &e->at);
    finish(e, slot, has_changed, true);
}

static uint32_t pending_of_slot(const struct engine *e, const struct slot *s, uint8_t *priority)
{
    const struct alarm_state *st = &s->st;
    uint32_t bits = 0;

    for (int i = 0; i < LEVELS_A_SIDE; i++) {
        bool is_published = alarm_is_active(st) && st->level == i;

        if (st->levels[i].proc == PROC_N && !is_published)
            continue;
        bits |= 1u << slot_level(s, i);
        if (slot_limit(e, s, i)->priority < *priority)
            *priority = slot_limit(e, s, i)->priority;
    }
    return bits;
}

uint32_t limits_pending(const struct engine *e, uint32_t point, uint8_t *priority)
{
    uint32_t bits = 0;

    for (int side = SIDE_HIGH; side <= SIDE_LOW; side++)
        if (e->points[point].slot[side] != SLOT_NONE)
            bits |= pending_of_slot(e, &e->slots[e->points[point].slot[side]], priority);
    for (uint32_t i = 0; users_rule_at(e, point, i) != SLOT_NONE; i++)
        if (pending_of_slot(e, &e->slots[users_rule_at(e, point, i)], priority) != 0)
            bits |= PENDING_RULE;
    return bits;
}
