#include "tests/property/alarm_states.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const input_words[] = {
    "50",          "95",           "120",        "195",     "250",        "over_range",
    "under_range", "sensor_fault", "miss",       "link",    "exception",  "wait",
    "ack",         "ack_faults",   "reset",      "restart", "shelve",     "shelve once",
    "unshelve",    "oos",          "in service", "maint",   "maint stop", "suppress",
    "free",        "handle",       "close",      "comment"
};

static void print_path(const struct search *s, uint32_t node)
{
    enum input path[256];
    int n = 0;

    for (; node != 0 && n < 256; node = s->nodes[node].parent)
        path[n++] = s->nodes[node].input;
    while (n-- > 0)
        print_error("%s, ", input_words[path[n]]);
}

#define MUST(s, holds)                                                                             \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            print_path(s, (s)->now_node);                                                          \
            fail_msg("%s: %s", input_words[(s)->step.input], #holds);                              \
        }                                                                                          \
    } while (0)

static bool said(const struct step *step, uint32_t slot, enum event_type type)
{
    for (size_t i = 0; i < step->n; i++)
        if (step->events[i].slot == slot && step->events[i].type == type)
            return true;
    return false;
}

static bool said_bad_news(const struct step *step, uint32_t slot)
{
    return said(step, slot, EV_RAISE) || said(step, slot, EV_RE_RAISE) ||
           said(step, slot, EV_LEVEL_UP) || said(step, slot, EV_FAULT_RAISE);
}

static bool said_better_news(const struct step *step)
{
    return said(step, SIDE, EV_CLEAR) || said(step, SIDE, EV_RTN_LATCHED) ||
           said(step, SIDE, EV_LEVEL_DOWN);
}

static void check_shape(const struct search *s, uint32_t slot)
{
    const struct alarm_state *st = &s->e->slots[slot].st;
    const struct alarm_state *was = &s->step.before[slot];
    bool is_listed = st->active || st->latched || (st->id.epoch != 0 && !st->acked);

    MUST(s, !st->active || st->id.epoch != 0);
    MUST(s, !st->latched || st->id.epoch != 0);
    MUST(s, alarm_is_listed(st) == is_listed);
    MUST(s, st->supersedes.epoch == 0 || (st->id.epoch != 0 && !st->acked));
    if (alarm_is_announced(st) && !alarm_is_announced(was))
        MUST(s, said_bad_news(&s->step, slot));
    if (s->step.input == ACK || s->step.input == ACK_FAULTS || s->step.input > RESTART)
        MUST(s, st->active == was->active && st->latched == was->latched &&
                    memcmp(st->levels, was->levels, sizeof st->levels) == 0);
    if (st->active != was->active && !st->active)
        MUST(s, said(&s->step, slot, EV_CLEAR) || said(&s->step, slot, EV_RTN_LATCHED) ||
                    said(&s->step, slot, EV_FAULT_CLEAR));
    if (was->id.epoch != 0 && st->id.epoch == 0)
        MUST(s, said(&s->step, slot, EV_CLEAR) || said(&s->step, slot, EV_FAULT_CLEAR) ||
                    said(&s->step, slot, EV_ACK));
}

static bool ends_aloud(const struct step *step, uint32_t slot, enum held hold)
{
    static const enum event_type words[HOLDS] = { EV_UNSUPPRESS, EV_UNSHELVE, EV_IN_SERVICE };

    return said(step, slot, words[hold]) || (hold == HOLD_SHELF && said(step, slot, EV_OOS));
}

/* The end of what held an alarm down is said, in time, and rings again. */
static void check_holds(const struct search *s, uint32_t slot)
{
    const struct alarm_state *st = &s->e->slots[slot].st;
    const struct alarm_state *was = &s->step.before[slot];

    for (int i = 0; i < HOLDS; i++) {
        bool is_on = (st->supp & HOLD_BIT(i)) != 0;

        MUST(s,
             is_on || (was->supp & HOLD_BIT(i)) == 0 || ends_aloud(&s->step, slot, (enum held)i));
        MUST(s, !is_on || st->until[i].ms > s->e->at.ms);
        MUST(s, is_on == (st->words[i] != 0) && is_on == (st->until[i].ms != 0));
    }
    MUST(s, (st->supp & SUPP_RULE) != 0 || (was->supp & SUPP_RULE) == 0 ||
                said(&s->step, slot, EV_UNSUPPRESS));
    if (st->supp == 0 && was->supp != 0 && alarm_is_active(st) && s->step.input != ACK)
        MUST(s, !st->acked || slot != SIDE);
    MUST(s, !st->once || (st->supp & SUPP_SHELF) != 0);
    MUST(s, (st->supp & SUPP_SHELF) == 0 || (st->supp & SUPP_OOS) == 0);
    MUST(s, (st->supp & SUPP_SHELF) == 0 || !st->active || st->priority != 1);
    MUST(s, s->step.input != GOOD_LOW || !st->once || !was->active || st->active || st->latched);
}

/* Who writes and who waits. */
static void check_people(const struct search *s)
{
    const struct alarm_state *st = &s->e->slots[SIDE].st, *was = &s->step.before[SIDE];
    enum input input = s->step.input;
    bool is_wanted = s->sweep->is_waited_for && alarm_is_active(st) && st->supp == 0;

    MUST(s, st->id.epoch == 0 || memcmp(&st->id, &st->last, sizeof st->id) == 0);
    MUST(s, !st->closed || (st->handled && st->id.epoch == 0));
    MUST(s, input == HANDLE || input == RESTART || !st->handled || was->handled);
    MUST(s, input == CLOSE || input == RESTART || !st->closed || was->closed);
    MUST(s, input != HANDLE ||
                said(&s->step, SIDE, EV_HANDLE) == (was->last.epoch != 0 && !was->closed));
    MUST(s, (st->attend_ms != 0) == (is_wanted && (st->acked || st->step < ALARM_STEPS)));
    MUST(s, st->attend_ms == 0 || st->attend_ms > s->e->at.ms || input == RESTART);
    MUST(s, !said(&s->step, SIDE, EV_ESCALATE) || st->step > 0);
    MUST(s, st->step == 0 || !st->acked || st->supp != 0);
    if (input == WAIT && was->attend_ms != 0 && was->attend_ms <= s->e->at.ms && is_wanted &&
        !said(&s->step, SIDE, EV_CLEAR) && !said(&s->step, SIDE, EV_LEVEL_UP))
        MUST(s, said(&s->step, SIDE, was->acked ? EV_RE_RAISE : EV_ESCALATE));
}

/* What the store has been told is what the engine would lose in a crash. */
static void check_store(const struct search *s, uint32_t slot)
{
    const struct alarm_state *st = &s->e->slots[slot].st;
    struct alarm_state kept = s->step.before[slot];

    for (size_t i = 0; i < s->step.n; i++)
        if (s->step.events[i].slot == slot)
            kept = s->step.events[i].after;
    if (s->step.input == RESTART && alarm_is_empty(st))
        return; /* an empty state needs no row */
    MUST(s, memcmp(kept.levels, st->levels, sizeof st->levels) == 0);
    MUST(s, memcmp(&kept.active, &st->active, 5) == 0);
    MUST(s, memcmp(&kept.id, &st->id, sizeof st->id) == 0);
    MUST(s, kept.supersedes.seq == st->supersedes.seq);
    MUST(s, kept.since.mono_ms == st->since.mono_ms && kept.priority == st->priority);
    MUST(s, memcmp(&kept.until, &st->until, sizeof st->until) == 0 && kept.once == st->once);
    MUST(s, kept.last.seq == st->last.seq && kept.handled == st->handled);
    MUST(s, kept.closed == st->closed && kept.step == st->step);
    MUST(s, kept.attend_ms == st->attend_ms);
}

/* RAISE and CLEAR alternate, and each is said of the state it ends. */
static void check_events(const struct search *s)
{
    bool active[SLOTS];
    uint64_t seq = s->step.seq_before;

    for (int i = 0; i < SLOTS; i++)
        active[i] = alarm_is_active(&s->step.before[i]);
    for (size_t i = 0; i < s->step.n; i++) {
        const struct event *ev = &s->step.events[i];
        bool raises = ev->type == EV_RAISE || ev->type == EV_FAULT_RAISE;
        bool clears = ev->type == EV_CLEAR || ev->type == EV_FAULT_CLEAR;

        MUST(s, ev->seq == (ev->type == EV_NONE ? 0 : ++seq));
        if (ev->slot == SLOT_NONE)
            continue;
        MUST(s, !raises || !active[ev->slot]);
        MUST(s, !clears || active[ev->slot]);
        MUST(s, !raises || (ev->id.epoch == s->e->epoch && ev->id.seq == ev->seq));
        MUST(s, ev->type == EV_NONE || ev->id.epoch != 0 || ev->hold != 0);
        if (raises || clears)
            active[ev->slot] = raises;
    }
    MUST(s, seq == engine_seq(s->e));
}

bool states_may_get_better(const struct step *step)
{
    if (step->input <= GOOD_HH)
        return true;
    return step->input == WAIT && quality_class(step->q_before) == QC_GOOD;
}

static void check_better_news(const struct search *s)
{
    const struct step *step = &s->step;
    const struct alarm_state *st = &s->e->slots[SIDE].st;

    MUST(s, step->input != RESET || !said(step, SIDE, EV_CLEAR) || step->before[SIDE].acked);
    if (step->input == RESET)
        return;
    MUST(s, states_may_get_better(step) || !said_better_news(step));
    MUST(s, states_may_get_better(step) || st->active >= step->before[SIDE].active);
    MUST(s, states_may_get_better(step) || st->level >= step->before[SIDE].level || !st->active);
    if (step->input == GOOD_H || step->input == GOOD_BAND_HH || step->input == GOOD_HH)
        MUST(s, !said(step, SIDE, EV_CLEAR) && !said(step, SIDE, EV_RTN_LATCHED));
    if (step->input == GOOD_HH || step->input == OVER)
        MUST(s, !said(step, SIDE, EV_LEVEL_DOWN));
}

static bool is_over(const struct search *s, enum level level)
{
    enum input input = s->step.input;

    return input == GOOD_HH || input == OVER ||
           (level == LEVEL_H && (input == GOOD_H || input == GOOD_BAND_HH));
}

/* No missed alarm, and a level that is over is in its delay or up. */
static void check_levels(const struct search *s)
{
    static const enum level levels[] = { LEVEL_H, LEVEL_HH };
    const struct alarm_state *st = &s->e->slots[SIDE].st;
    int top = level_is_up(&st->levels[1]) ? 1 : level_is_up(&st->levels[0]) ? 0 : -1;

    for (int i = 0; i < LEVELS_A_SIDE; i++) {
        const struct limit_conf *limit = &s->point.limits[levels[i]];
        const struct level_state *l = &st->levels[i];

        if (is_over(s, levels[i]))
            MUST(s,
                 l->proc == PROC_A || (l->proc == PROC_PON && l->running && limit->after_ms > 0));
        if (s->step.input == GOOD_LOW)
            MUST(s, l->proc == PROC_N ||
                        (l->proc == PROC_POFF && l->running && limit->clear_after_ms > 0));
        MUST(s, l->running || l->from_ms == 0);
        MUST(s, l->proc == PROC_PON || l->proc == PROC_POFF || (!l->running && l->left_ms == 0));
    }
    MUST(s, top < 0 || (st->active && st->level >= top));
    if (s->step.input <= GOOD_HH && top >= 0 && st->level > top)
        MUST(s, st->levels[top].proc != PROC_A);
    MUST(s, !st->active || st->levels[0].proc != PROC_N || st->levels[1].proc != PROC_N);
}

/* A delay runs only while the quality is good, or beyond the range on this
 * side; and its timer is the one that ends first. */
static void check_delays(const struct search *s)
{
    const struct engine *e = s->e;
    const struct alarm_state *st = &e->slots[SIDE].st;
    enum quality q = e->points[0].st.q;
    int64_t due = INT64_MAX;

    for (int i = 0; i < LEVELS_A_SIDE; i++) {
        const struct level_state *l = &st->levels[i];

        if (l->running)
            MUST(s, quality_class(q) == QC_GOOD || (q == Q_OVER_RANGE && l->proc == PROC_PON));
        if (quality_class(q) == QC_BAD)
            MUST(s, l->proc != PROC_POFF);
        if (level_due_ms(l) < due)
            due = level_due_ms(l);
    }
    MUST(s, timers_is_set(&e->timers, 2) == (due != INT64_MAX));
    MUST(s, due == INT64_MAX || e->timers.timers[2].due_ms == due);
    MUST(s, s->step.input != WAIT || engine_next_ms(e) > e->at.ms);
}

/* Silence is a fault at its age and no later; what is proven ends it. */
static void check_faults(const struct search *s)
{
    const struct engine *e = s->e;
    enum input input = s->step.input;
    bool unit = e->slots[UNIT].st.active, bus = e->slots[BUS].st.active;
    bool point = e->slots[FAULT].st.active;
    int64_t silent_ms = e->at.ms - e->units[0].proven_ms, age_ms = e->units[0].age_ms;

    if (input <= BROKEN || input == EXCEPTION)
        MUST(s, !unit && !bus && silent_ms == 0);
    if (input <= GOOD_HH)
        MUST(s, !point && e->points[0].st.q ==
                              ((e->slots[FAULT].st.supp & SUPP_MAINT) != 0 ? Q_MAINT : Q_GOOD));
    if (input == OVER || input == UNDER || input == BROKEN)
        MUST(s, point);
    if (input == WAIT && silent_ms >= age_ms)
        MUST(s, (unit || bus) && e->points[0].st.q == Q_COMM_FAIL);
    if (input == WAIT && silent_ms < age_ms && e->at.ms - e->units[0].back_ms >= age_ms &&
        (!e->points[0].st.seen_ever || e->at.ms - e->points[0].st.seen.mono_ms >= age_ms))
        MUST(s, point && e->points[0].st.q == Q_COMM_FAIL);
    MUST(s, !bus || !unit || e->slots[UNIT].st.supp != 0);
    MUST(s, bus || e->slots[UNIT].st.supp == 0);
    MUST(s, e->units[0].lost ||
                (timers_is_set(&e->timers, 0) &&
                 e->timers.timers[0].due_ms <= e->units[0].proven_ms + e->units[0].age_ms));
}

static void check_restart(const struct search *s)
{
    for (int i = 0; i < SLOTS; i++) {
        const struct alarm_state *st = &s->e->slots[i].st, *was = &s->step.before[i];

        MUST(s, st->active == was->active && st->acked == was->acked);
        MUST(s, st->latched == was->latched && st->level == was->level && st->supp == was->supp);
        MUST(s, memcmp(&st->id, &was->id, sizeof st->id) == 0);
        for (int l = 0; l < LEVELS_A_SIDE; l++)
            MUST(s, st->levels[l].proc ==
                        (was->levels[l].proc == PROC_POFF ? PROC_A : was->levels[l].proc));
    }
    for (size_t i = 0; i < s->step.n; i++)
        MUST(s, s->step.events[i].type == EV_NONE || s->step.events[i].type == EV_RESTART);
}

void states_check(const struct search *s)
{
    for (uint32_t i = SIDE; i <= BUS; i++) {
        if (s->step.input != RESTART)
            check_shape(s, i);
        if (i <= FAULT)
            check_holds(s, i);
        check_store(s, i);
    }
    check_people(s);
    check_events(s);
    check_better_news(s);
    if (s->step.input != RESTART)
        check_levels(s);
    check_delays(s);
    check_faults(s);
    if (s->step.input == RESTART)
        check_restart(s);
}
