#include "rules/alarm_rows.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool may_ack(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return st->id.epoch != 0 && !st->acked;
}

static bool may_ack_and_close(const struct alarm_state *st, const struct alarm_case *c)
{
    return may_ack(st, c) && !st->active && !st->latched;
}

static bool may_reset(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return st->latched && st->acked && alarm_is_at_rest(st);
}

static bool may_reset_once(const struct alarm_state *st, const struct alarm_case *c)
{
    return may_reset(st, c) && st->once;
}

static bool may_write(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return st->last.epoch != 0 && !st->closed;
}

/* The case of an alarm is closed when it is over, was seen and was handled. */
static bool may_close(const struct alarm_state *st, const struct alarm_case *c)
{
    return may_write(st, c) && st->id.epoch == 0 && st->handled;
}

static bool may_shelve(const struct alarm_state *st, const struct alarm_case *c)
{
    return (st->supp & SUPP_OOS) == 0 && !alarm_is_barred(c, c->class);
}

static bool is_shelved(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return (st->supp & SUPP_SHELF) != 0;
}

static bool rings_unshelved(const struct alarm_state *st, const struct alarm_case *c)
{
    return is_shelved(st, c) && alarm_rings_without(st, SUPP_SHELF);
}

static bool is_free_of(const struct alarm_state *st, const struct alarm_case *c)
{
    return (st->supp & c->bit) == 0;
}

static bool is_held_by(const struct alarm_state *st, const struct alarm_case *c)
{
    return (st->supp & c->bit) != 0;
}

static bool rings_without_it(const struct alarm_state *st, const struct alarm_case *c)
{
    return is_held_by(st, c) && alarm_rings_without(st, c->bit);
}

static bool is_in_service(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return (st->supp & SUPP_OOS) == 0;
}

static bool is_oos(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return (st->supp & SUPP_OOS) != 0;
}

static bool rings_in_service(const struct alarm_state *st, const struct alarm_case *c)
{
    return is_oos(st, c) && alarm_rings_without(st, SUPP_OOS);
}

static bool is_forgotten(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return (st->active || st->latched) && st->acked && st->supp == 0;
}

static bool is_unanswered(const struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    return (st->active || st->latched) && !st->acked && st->supp == 0 && st->step < ALARM_STEPS;
}

static void ack(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    st->acked = true;
    st->supersedes = (struct alarm_id){ 0 };
    st->step = 0;
}

static void end_instance(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    alarm_end_instance(st);
}

static void end_instance_once(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    alarm_end_instance(st);
    alarm_unshelve(st);
}

static void handle(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    st->handled = true;
}

static void close_case(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    st->closed = true;
}

static void keep_all(struct alarm_state *st, const struct alarm_case *c)
{
    (void)st;
    (void)c;
}

static void hold(struct alarm_state *st, enum held which, const struct alarm_case *c)
{
    st->supp |= (uint8_t)HOLD_BIT(which);
    st->until[which] = c->until;
    st->words[which] = c->words;
}

static void shelve(struct alarm_state *st, const struct alarm_case *c)
{
    hold(st, HOLD_SHELF, c);
    st->once = c->once;
}

static void unshelve(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    alarm_unshelve(st);
}

static void unshelve_unacked(struct alarm_state *st, const struct alarm_case *c)
{
    unshelve(st, c);
    st->acked = false;
}

static void suppress(struct alarm_state *st, const struct alarm_case *c)
{
    if (c->bit == SUPP_MAINT)
        hold(st, HOLD_MAINT, c);
    st->supp |= c->bit;
}

static void unsuppress(struct alarm_state *st, const struct alarm_case *c)
{
    st->supp &= (uint8_t)~c->bit;
}

static void unsuppress_unacked(struct alarm_state *st, const struct alarm_case *c)
{
    unsuppress(st, c);
    st->acked = false;
}

static void take_out(struct alarm_state *st, const struct alarm_case *c)
{
    alarm_unshelve(st);
    hold(st, HOLD_OOS, c);
}

static void put_in(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    st->supp &= (uint8_t)~SUPP_OOS;
}

static void put_in_unacked(struct alarm_state *st, const struct alarm_case *c)
{
    put_in(st, c);
    st->acked = false;
}

static void remind(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    st->acked = false;
}

static void escalate(struct alarm_state *st, const struct alarm_case *c)
{
    (void)c;
    st->step++;
}

/* What people write down has no number there: it moves no region (38 to 40). */
const struct alarm_row people_rows[] = {
    /* no   input             guard              change              emits */
    { 11, ALARM_ACK, may_ack_and_close, end_instance, { EV_ACK } },
    { 11, ALARM_ACK, may_ack, ack, { EV_ACK } },
    { 14, ALARM_RESET, may_reset_once, end_instance_once, { EV_RESET, EV_CLEAR, EV_UNSHELVE } },
    { 14, ALARM_RESET, may_reset, end_instance, { EV_RESET, EV_CLEAR } },
    { 15, ALARM_SHELVE, may_shelve, shelve, { EV_SHELVE } },
    { 16, ALARM_UNSHELVE, rings_unshelved, unshelve_unacked, { EV_UNSHELVE, EV_RE_RAISE } },
    { 16, ALARM_UNSHELVE, is_shelved, unshelve, { EV_UNSHELVE } },
    { 17, ALARM_SUPPRESS, is_free_of, suppress, { EV_SUPPRESS } },
    { 17, ALARM_UNSUPPRESS, rings_without_it, unsuppress_unacked, { EV_UNSUPPRESS, EV_RE_RAISE } },
    { 17, ALARM_UNSUPPRESS, is_held_by, unsuppress, { EV_UNSUPPRESS } },
    { 18, ALARM_OOS, is_in_service, take_out, { EV_OOS } },
    { 19, ALARM_IN_SERVICE, rings_in_service, put_in_unacked, { EV_IN_SERVICE, EV_RE_RAISE } },
    { 19, ALARM_IN_SERVICE, is_oos, put_in, { EV_IN_SERVICE } },
    { 26, ALARM_REMIND, is_forgotten, remind, { EV_RE_RAISE } },
    { 27, ALARM_ESCALATE, is_unanswered, escalate, { EV_ESCALATE } },
    { 38, ALARM_HANDLE, may_write, handle, { EV_HANDLE } },
    { 39, ALARM_CLOSE, may_close, close_case, { EV_CLOSE } },
    { 40, ALARM_COMMENT, may_write, keep_all, { EV_COMMENT } },
};
const size_t people_rows_count = COUNT(people_rows);
