#include "rules/alarm.h"

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- one level: its condition and its delays ---- */

struct level_row {
    int number;
    enum proc from;
    enum cond cond;
    bool (*guard)(const struct level_state *level, const struct limit_conf *limit);
    enum proc next;
    void (*delay)(struct level_state *level, const struct limit_conf *limit,
                  const struct instant *at);
};

static bool always(const struct level_state *level, const struct limit_conf *limit)
{
    (void)level;
    (void)limit;
    return true;
}

static bool no_on_delay(const struct level_state *level, const struct limit_conf *limit)
{
    (void)level;
    return limit->after_ms == 0;
}

static bool no_off_delay(const struct level_state *level, const struct limit_conf *limit)
{
    (void)level;
    return limit->clear_after_ms == 0;
}

static bool is_running(const struct level_state *level, const struct limit_conf *limit)
{
    (void)limit;
    return level->running;
}

static bool is_paused(const struct level_state *level, const struct limit_conf *limit)
{
    (void)limit;
    return !level->running;
}

static void no_delay(struct level_state *level, const struct limit_conf *limit,
                     const struct instant *at)
{
    (void)limit;
    (void)at;
    level->left_ms = 0;
    level->from_ms = 0;
    level->running = false;
}

static void run(struct level_state *level, const struct limit_conf *limit, const struct instant *at)
{
    (void)limit;
    level->from_ms = at->ms;
    level->running = true;
}

static void pause(struct level_state *level, const struct limit_conf *limit,
                  const struct instant *at)
{
    (void)limit;
    level->left_ms -= at->ms - level->from_ms;
    level->from_ms = 0;
    level->running = false;
}

static void cross(struct level_state *level, const struct limit_conf *limit,
                  const struct instant *at)
{
    (void)limit;
    level->crossed = at->label;
}

static void run_on(struct level_state *level, const struct limit_conf *limit,
                   const struct instant *at)
{
    level->crossed = at->label;
    level->left_ms = limit->after_ms;
    run(level, limit, at);
}

static void run_off(struct level_state *level, const struct limit_conf *limit,
                    const struct instant *at)
{
    level->left_ms = limit->clear_after_ms;
    run(level, limit, at);
}

/* A delay that an earlier epoch left is paused before it comes here. */
static const struct level_row level_rows[] = {
    /* no  from       condition     guard         next       delay */
    { 1, PROC_N, COND_TRUE, no_on_delay, PROC_A, cross },
    { 2, PROC_N, COND_TRUE, always, PROC_PON, run_on },
    { 3, PROC_PON, COND_FALSE, always, PROC_N, no_delay },
    { 4, PROC_PON, COND_DUE, always, PROC_A, no_delay },
    { 5, PROC_A, COND_FALSE, no_off_delay, PROC_N, no_delay },
    { 6, PROC_A, COND_FALSE, always, PROC_POFF, run_off },
    { 7, PROC_POFF, COND_TRUE, always, PROC_A, no_delay },
    { 8, PROC_POFF, COND_DUE, always, PROC_N, no_delay },
    { 8, PROC_POFF, COND_UNKNOWN, is_running, PROC_POFF, pause },
    { 20, PROC_PON, COND_UNKNOWN, is_running, PROC_PON, pause },
    { 20, PROC_PON, COND_BAD, is_running, PROC_PON, pause },
    { 20, PROC_POFF, COND_BAD, always, PROC_A, no_delay },
    { 22, PROC_PON, COND_TRUE, is_paused, PROC_PON, run },
    { 22, PROC_PON, COND_HOLDS, is_paused, PROC_PON, run },
    { 22, PROC_POFF, COND_FALSE, is_paused, PROC_POFF, run },
    { 22, PROC_POFF, COND_HOLDS, is_paused, PROC_POFF, run },
    { 28, PROC_POFF, COND_RESTORE, always, PROC_A, no_delay },
};

bool level_step(struct level_state *level, enum cond cond, const struct limit_conf *limit,
                const struct instant *at)
{
    for (size_t i = 0; i < COUNT(level_rows); i++) {
        const struct level_row *row = &level_rows[i];

        if (row->from != level->proc || row->cond != cond || !row->guard(level, limit))
            continue;
        level->proc = row->next;
        row->delay(level, limit, at);
        return true;
    }
    return false;
}

bool level_is_up(const struct level_state *level)
{
    return level->proc == PROC_A || level->proc == PROC_POFF;
}

int64_t level_due_ms(const struct level_state *level)
{
    return level->running ? level->from_ms + level->left_ms : INT64_MAX;
}

/* ---- the alarm of one side, or one fault ---- */

static bool is_open(const struct alarm_state *st)
{
    return st->id.epoch != 0;
}

/* The highest level that is up, or -1. */
static int top(const struct alarm_state *st)
{
    if (level_is_up(&st->levels[1]))
        return 1;
    return level_is_up(&st->levels[0]) ? 0 : -1;
}

static bool rises(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return !st->active && top(st) >= 0;
}

static bool rises_again(const struct alarm_state *st, const struct alarm_case *c)
{
    return rises(st, c) && st->latched;
}

static bool goes_up(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return top(st) > st->level;
}

/* Only a level that is true now takes over from one that has ended: is the
 * value already on its way out of it, the clear comes at the outer level.  And
 * while the outer one is over its limit again, if only in its on-delay, nothing
 * has got better. */
static bool goes_down(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return st->level == 1 && st->levels[1].proc == PROC_N && st->levels[0].proc == PROC_A;
}

static bool is_at_rest(const struct alarm_state *st)
{
    return st->levels[0].proc == PROC_N && st->levels[1].proc == PROC_N;
}

/* While the nearer level is over its limit, if only in its on-delay, the end
 * of the outer one is no return to normal. */
static bool returns(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return st->active && is_at_rest(st);
}

static bool returns_latched(const struct alarm_state *st, const struct alarm_case *c)
{
    return returns(st, c) && st->latched;
}

static bool may_ack(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return is_open(st) && !st->acked;
}

static bool may_ack_and_close(const struct alarm_state *st, const struct alarm_case *c)
{
    return may_ack(st, c) && !st->active && !st->latched;
}

static bool may_reset(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return st->latched && st->acked && st->levels[0].proc == PROC_N && st->levels[1].proc == PROC_N;
}

static bool is_idle(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return !st->active;
}

static bool is_active(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return st->active;
}

static bool stands_free(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return st->active && (st->supp & SUPP_BUS) == 0;
}

static bool is_held(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return (st->supp & SUPP_BUS) != 0;
}

static bool is_held_and_silent(const struct alarm_state *st, const struct alarm_case *c)
{
    return is_held(st, c) && !c->good;
}

static bool has_rule(const struct alarm_state *st, const struct alarm_case *c)
{
    const struct limit_conf *limit = c->limits[st->level];

    return limit != NULL && limit->set;
}

/* Without the rule that it speaks of an instance ends, unless the side's other
 * level is up: then it goes on at that one. */
static bool is_ruleless(const struct alarm_state *st, const struct alarm_case *c)
{
    return is_open(st) && !has_rule(st, c) && top(st) < 0;
}

static bool loses_level(const struct alarm_state *st, const struct alarm_case *c)
{
    return st->active && !has_rule(st, c);
}

static bool is_severer(const struct alarm_state *st, const struct alarm_case *c)
{
    return (st->active || st->latched) && c->limits[st->level]->priority < st->priority;
}

static bool is_milder(const struct alarm_state *st, const struct alarm_case *c)
{
    return (st->active || st->latched) && c->limits[st->level]->priority > st->priority;
}

/* What is over the outer limit is over the nearer one, so that one's latch
 * counts too. */
static void take_level(struct alarm_state *st, const struct alarm_case *c)
{
    st->level = (uint8_t)top(st);
    st->priority = c->limits[st->level]->priority;
    for (int i = 0; i <= st->level; i++)
        st->latched = st->latched || c->limits[i]->latch;
}

/* An instance that has returned but was never acked is named by the new one. */
static void open_instance(struct alarm_state *st, const struct alarm_case *c)
{
    st->supersedes = st->id;
    st->id = c->id;
    st->announced = c->now;
    st->active = true;
    st->acked = false;
    st->q = c->q;
}

static void close_instance(struct alarm_state *st)
{
    st->id = (struct alarm_id){ 0 };
    st->supersedes = (struct alarm_id){ 0 };
    st->acked = false;
    st->latched = false;
}

static void raise_level(struct alarm_state *st, const struct alarm_case *c)
{
    open_instance(st, c);
    take_level(st, c);
    st->since = st->levels[st->level].crossed;
}

static void raise_again(struct alarm_state *st, const struct alarm_case *c)
{
    take_level(st, c);
    st->active = true;
    st->acked = false;
}

static void level_up(struct alarm_state *st, const struct alarm_case *c)
{
    take_level(st, c);
    st->acked = false;
}

static void end_condition(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    st->active = false;
    if (st->acked && !st->latched)
        close_instance(st);
}

static void ack(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    st->acked = true;
    st->supersedes = (struct alarm_id){ 0 };
}

static void end_instance(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    close_instance(st);
}

static void raise_fault(struct alarm_state *st, const struct alarm_case *c)
{
    open_instance(st, c);
    st->since = c->now;
    st->priority = c->priority;
    st->why = c->why;
}

static void hold_down(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    st->supp |= SUPP_BUS;
}

static void set_free(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    st->supp &= (uint8_t)~SUPP_BUS;
}

static void set_free_unacked(struct alarm_state *st, const struct alarm_case *c)
{
    set_free(st, c);
    st->acked = false;
}

static void retire(struct alarm_state *st, const struct alarm_case *c)
{
    end_instance(st, c);
    st->active = false;
    st->supp = 0;
}

static void take_priority(struct alarm_state *st, const struct alarm_case *c)
{
    st->priority = c->limits[st->level]->priority;
}

static void take_priority_unacked(struct alarm_state *st, const struct alarm_case *c)
{
    take_priority(st, c);
    st->acked = false;
}

/* First match wins: below row 1 an alarm with a level that is up is active.
 * Rows 1 and 4 are one here: whether a level came up at once or by its timer
 * was settled by the level's own rows. */
static const struct alarm_row alarm_rows[] = {
    /* no   input            guard               change          emits */
    { 1, ALARM_JUDGE, rises_again, raise_again, { EV_RE_RAISE, EV_NONE } },
    { 1, ALARM_JUDGE, rises, raise_level, { EV_RAISE, EV_NONE } },
    { 9, ALARM_JUDGE, goes_up, level_up, { EV_LEVEL_UP, EV_NONE } },
    { 10, ALARM_JUDGE, goes_down, take_level, { EV_LEVEL_DOWN, EV_NONE } },
    { 11, ALARM_ACK, may_ack_and_close, end_instance, { EV_ACK, EV_NONE } },
    { 11, ALARM_ACK, may_ack, ack, { EV_ACK, EV_NONE } },
    { 13, ALARM_JUDGE, returns_latched, end_condition, { EV_RTN_LATCHED, EV_NONE } },
    { 12, ALARM_JUDGE, returns, end_condition, { EV_CLEAR, EV_NONE } },
    { 14, ALARM_RESET, may_reset, end_instance, { EV_RESET, EV_CLEAR } },
    { 20, ALARM_FAULT, is_idle, raise_fault, { EV_FAULT_RAISE, EV_NONE } },
    { 22, ALARM_FAULT_END, is_active, end_condition, { EV_FAULT_CLEAR, EV_NONE } },
    { 23, ALARM_HOLD_DOWN, stands_free, hold_down, { EV_SUPPRESS, EV_NONE } },
    { 23, ALARM_FREE, is_held_and_silent, set_free_unacked, { EV_UNSUPPRESS, EV_RE_RAISE } },
    { 23, ALARM_FREE, is_held, set_free, { EV_UNSUPPRESS, EV_NONE } },
    { 32, ALARM_RELOAD, loses_level, take_level, { EV_LEVEL_DOWN, EV_NONE } },
    { 32, ALARM_RELOAD, is_severer, take_priority_unacked, { EV_LEVEL_UP, EV_NONE } },
    { 32, ALARM_RELOAD, is_milder, take_priority, { EV_LEVEL_DOWN, EV_NONE } },
    { 33, ALARM_RETIRE, is_ruleless, retire, { EV_RETIRE, EV_NONE } },
};

const struct alarm_row *alarm_step(struct alarm_state *st, enum alarm_input input,
                                   const struct alarm_case *c)
{
    for (size_t i = 0; i < COUNT(alarm_rows); i++) {
        const struct alarm_row *row = &alarm_rows[i];

        if (row->input != input || !row->guard(st, c))
            continue;
        row->change(st, c);
        return row;
    }
    return NULL;
}
