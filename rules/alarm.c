#include "rules/alarm_rows.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

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

bool alarm_rings_without(const struct alarm_state *st, uint8_t bit)
{
    return (st->active || st->latched) && (st->supp & ~bit) == 0;
}

bool alarm_is_barred(const struct alarm_case *c, uint8_t priority)
{
    return priority == 1 && !c->shelves_p1;
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

bool alarm_is_at_rest(const struct alarm_state *st)
{
    return st->levels[0].proc == PROC_N && st->levels[1].proc == PROC_N;
}

/* While the nearer level is over its limit, if only in its on-delay, the end
 * of the outer one is no return to normal. */
static bool returns(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return st->active && alarm_is_at_rest(st);
}

static bool returns_once(const struct alarm_state *st, const struct alarm_case *c)
{
    return returns(st, c) && st->once;
}

static bool returns_latched(const struct alarm_state *st, const struct alarm_case *c)
{
    return returns(st, c) && st->latched;
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
    return is_held(st, c) && !c->good && alarm_rings_without(st, SUPP_BUS);
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

/* The priority that is about to be announced; 0: none is. */
static uint8_t coming(const struct alarm_state *st, const struct alarm_case *c)
{
    if (c->limits[0] == NULL)
        return st->active ? 0 : c->priority;
    if (rises(st, c) || goes_up(st, c))
        return c->limits[top(st)]->priority;
    return st->active && has_rule(st, c) ? c->limits[st->level]->priority : 0;
}

static bool is_barred_shelf(const struct alarm_state *st, const struct alarm_case *c)
{
    return (st->supp & SUPP_SHELF) != 0 && alarm_is_barred(c, coming(st, c));
}

static bool is_active_once(const struct alarm_state *st, const struct alarm_case *c)
{
    return is_active(st, c) && st->once;
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
    st->last = c->id;
    st->handled = false;
    st->closed = false;
    st->step = 0;
}

void alarm_end_instance(struct alarm_state *st)
{
    st->id = (struct alarm_id){ 0 };
    st->supersedes = (struct alarm_id){ 0 };
    st->acked = false;
    st->latched = false;
    st->step = 0;
}

void alarm_unshelve(struct alarm_state *st)
{
    st->supp &= (uint8_t)~SUPP_SHELF;
    st->once = false;
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
        alarm_end_instance(st);
}

static void end_condition_once(struct alarm_state *st, const struct alarm_case *c)
{
    end_condition(st, c);
    alarm_unshelve(st);
}

static void end_shelf(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    alarm_unshelve(st);
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

/* Where a level is left, a person's hold on the side goes on. */
static void retire(struct alarm_state *st, const struct alarm_case *c)
{
    bool goes_on = c->limits[0] != NULL;

    alarm_end_instance(st);
    st->active = false;
    st->last = (struct alarm_id){ 0 };
    st->supp = goes_on ? st->supp & (uint8_t)~SUPP_BUS : 0;
    st->once = goes_on && st->once;
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
    { 15, ALARM_CLASS, is_barred_shelf, end_shelf, { EV_UNSHELVE } },
    { 1, ALARM_JUDGE, rises_again, raise_again, { EV_RE_RAISE } },
    { 1, ALARM_JUDGE, rises, raise_level, { EV_RAISE } },
    { 9, ALARM_JUDGE, goes_up, level_up, { EV_LEVEL_UP } },
    { 10, ALARM_JUDGE, goes_down, take_level, { EV_LEVEL_DOWN } },
    { 13, ALARM_JUDGE, returns_latched, end_condition, { EV_RTN_LATCHED } },
    { 12, ALARM_JUDGE, returns_once, end_condition_once, { EV_CLEAR, EV_UNSHELVE } },
    { 12, ALARM_JUDGE, returns, end_condition, { EV_CLEAR } },
    { 20, ALARM_FAULT, is_idle, raise_fault, { EV_FAULT_RAISE } },
    { 22, ALARM_FAULT_END, is_active_once, end_condition_once, { EV_FAULT_CLEAR, EV_UNSHELVE } },
    { 22, ALARM_FAULT_END, is_active, end_condition, { EV_FAULT_CLEAR } },
    { 23, ALARM_HOLD_DOWN, stands_free, hold_down, { EV_SUPPRESS } },
    { 23, ALARM_FREE, is_held_and_silent, set_free_unacked, { EV_UNSUPPRESS, EV_RE_RAISE } },
    { 23, ALARM_FREE, is_held, set_free, { EV_UNSUPPRESS } },
    { 32, ALARM_RELOAD, loses_level, take_level, { EV_LEVEL_DOWN } },
    { 32, ALARM_RELOAD, is_severer, take_priority_unacked, { EV_LEVEL_UP } },
    { 32, ALARM_RELOAD, is_milder, take_priority, { EV_LEVEL_DOWN } },
    { 33, ALARM_RETIRE, is_ruleless, retire, { EV_RETIRE } },
};

static const struct alarm_row *find_row(const struct alarm_row *rows, size_t n,
                                        const struct alarm_state *st, enum alarm_input input,
                                        const struct alarm_case *c)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].input == input && rows[i].guard(st, c))
            return &rows[i];
    return NULL;
}

/* No input stands in both arrays. */
const struct alarm_row *alarm_step(struct alarm_state *st, enum alarm_input input,
                                   const struct alarm_case *c)
{
    const struct alarm_row *row = find_row(alarm_rows, COUNT(alarm_rows), st, input, c);

    if (row == NULL)
        row = find_row(people_rows, people_rows_count, st, input, c);
    if (row != NULL)
        row->change(st, c);
    return row;
}
