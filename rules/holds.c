#include "rules/holds.h"

#include <assert.h>

/* ---- who and why ---- */

uint32_t holds_room(const struct engine *e)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < HOLDS_MAX; i++)
        n += e->words[i].by[0] == '\0';
    return n;
}

uint16_t holds_keep(struct engine *e, const char *by, const char *why)
{
    uint32_t i = 0;

    while (i < HOLDS_MAX && e->words[i].by[0] != '\0')
        i++;
    if (i == HOLDS_MAX)
        return 0;
    note_copy(e->words[i].by, PERSON_MAX, by == NULL || by[0] == '\0' ? "-" : by);
    note_copy(e->words[i].why, REASON_MAX, why == NULL ? "" : why);
    return (uint16_t)(i + 1);
}

const struct hold_words *engine_words(const struct engine *e, const struct alarm_state *st,
                                      enum held hold)
{
    if ((st->supp & HOLD_BIT(hold)) == 0 || st->words[hold] == 0)
        return NULL;
    return &e->words[st->words[hold] - 1];
}

void engine_save(const struct engine *e, uint32_t slot, const struct alarm_state *st,
                 struct saved_alarm *out)
{
    note_copy(out->key, sizeof out->key, e->slots[slot].key);
    out->st = *st;
    for (int i = 0; i < HOLDS; i++) {
        const struct hold_words *words = engine_words(e, st, (enum held)i);

        out->words[i] = words == NULL ? (struct hold_words){ .by = "" } : *words;
    }
}

static void forget_words(struct engine *e, struct alarm_state *st, const struct alarm_state *before)
{
    for (int i = 0; i < HOLDS; i++) {
        bool is_over = (st->supp & HOLD_BIT(i)) == 0;

        if (before->words[i] != 0 && (is_over || st->words[i] != before->words[i])) {
            e->words[before->words[i] - 1] = (struct hold_words){ .by = "" };
            st->carried &= (uint8_t)~HOLD_BIT(i);
        }
        if (!is_over)
            continue;
        st->words[i] = 0;
        st->until[i] = (struct until){ 0 };
    }
}

/* ---- what is waited for ---- */

enum attention { ATTEND_NOBODY, ATTEND_ACK, ATTEND_END };

static enum attention attention_of(const struct alarm_state *st)
{
    if (!alarm_is_active(st) || st->supp != 0)
        return ATTEND_NOBODY;
    return st->acked ? ATTEND_END : ATTEND_ACK;
}

static int64_t patience_ms(const struct engine *e, const struct slot *s)
{
    const struct limit_conf *limit;

    if (!slot_has_levels(s))
        return 0;
    limit = slot_limit(e, s, s->st.level);
    switch (attention_of(&s->st)) {
    case ATTEND_ACK:
        return s->st.step < ALARM_STEPS ? limit->respond_within_ms : 0;
    case ATTEND_END:
        return limit->re_alarm_ms;
    case ATTEND_NOBODY:
        break;
    }
    return 0;
}

void holds_attend(struct engine *e, uint32_t slot)
{
    struct alarm_state *st = &e->slots[slot].st;
    int64_t patience = patience_ms(e, &e->slots[slot]);
    int64_t due = e->at.ms + patience;

    if (patience == 0)
        st->attend_ms = 0;
    else if (st->attend_ms == 0 || due < st->attend_ms)
        st->attend_ms = due;
}

/* Another wait begins its own time; a worse level may only shorten it. */
static void attend(struct engine *e, uint32_t slot, const struct alarm_state *before)
{
    struct alarm_state *st = &e->slots[slot].st;

    if (attention_of(st) != attention_of(before) || st->step != before->step ||
        st->id.seq != before->id.seq)
        st->attend_ms = 0;
    else if (st->level == before->level)
        return;
    holds_attend(e, slot);
}

static uint32_t timer_of(const struct engine *e, uint32_t slot)
{
    return (uint32_t)(e->plant->n_units + e->plant->n_points) + e->users.n + e->n_timed + slot;
}

void holds_arm(struct engine *e, uint32_t slot)
{
    const struct alarm_state *st = &e->slots[slot].st;
    int64_t due = st->attend_ms == 0 ? INT64_MAX : st->attend_ms;

    for (int i = 0; i < HOLDS; i++)
        if ((st->supp & HOLD_BIT(i)) != 0 && st->until[i].ms < due)
            due = st->until[i].ms;
    if (due == INT64_MAX)
        timers_stop(&e->timers, timer_of(e, slot));
    else
        timers_set(&e->timers, timer_of(e, slot), due);
}

/* A good value of a point in maintenance says so. */
static void show_maintenance(struct engine *e, const struct slot *s)
{
    enum quality q = e->points[s->ref].st.q;

    if (q == Q_GOOD || q == Q_MAINT)
        point_set_quality(e, s->ref, (s->st.supp & SUPP_MAINT) != 0 ? Q_MAINT : Q_GOOD);
}

void holds_settle(struct engine *e, uint32_t slot, const struct alarm_state *before)
{
    struct slot *s = &e->slots[slot];

    forget_words(e, &s->st, before);
    attend(e, slot, before);
    holds_arm(e, slot);
    if (s->type == SLOT_POINT_FAULT)
        show_maintenance(e, s);
}

/* ---- what ends ---- */

bool holds_end(struct engine *e, uint32_t slot, enum held hold, const struct note *note)
{
    static const enum alarm_input inputs[HOLDS] = { [HOLD_MAINT] = ALARM_UNSUPPRESS,
                                                    [HOLD_SHELF] = ALARM_UNSHELVE,
                                                    [HOLD_OOS] = ALARM_IN_SERVICE };
    struct alarm_case c = { .bit = (uint8_t)HOLD_BIT(hold), .q = e->slots[slot].st.q };

    return engine_move(e, slot, inputs[hold], &c, note);
}

static void attend_due(struct engine *e, uint32_t slot)
{
    const struct alarm_state *st = &e->slots[slot].st;
    struct alarm_case c = { .q = st->q };

    if (st->attend_ms == 0 || st->attend_ms > e->at.ms)
        return;
    engine_move(e, slot, st->acked ? ALARM_REMIND : ALARM_ESCALATE, &c, NULL);
}

void holds_due(struct engine *e, uint32_t slot)
{
    const struct alarm_state *st = &e->slots[slot].st;

    for (int i = 0; i < HOLDS; i++)
        if ((st->supp & HOLD_BIT(i)) != 0 && st->until[i].ms <= e->at.ms)
            holds_end(e, slot, (enum held)i, &(struct note){ .reason = END_EXPIRED });
    attend_due(e, slot);
    holds_arm(e, slot);
}

void holds_lost_time(struct engine *e)
{
    for (uint32_t slot = 0; slot < e->n_slots; slot++)
        for (int i = 0; i < HOLDS; i++)
            if ((e->slots[slot].st.carried & HOLD_BIT(i)) != 0)
                holds_end(e, slot, (enum held)i, &(struct note){ .reason = END_NO_TIME });
}
