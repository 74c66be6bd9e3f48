#include "rules/engine_core.h"
#include "rules/holds.h"

#include <math.h>
#include <string.h>

struct shift {
    int64_t by_ms;   /* saved mono minus this is mono of this epoch */
    int64_t died_ms; /* saved mono */
};

static void shift_stamp(struct stamp *s, const struct shift *by)
{
    s->mono_ms -= by->by_ms;
}

/* A delay keeps what it had left when the earlier epoch ended; the time in
 * between was nobody's to count. */
static void stop_delay(struct level_state *level, const struct shift *by)
{
    if (level->running && by->died_ms > level->from_ms)
        level->left_ms -= by->died_ms - level->from_ms;
    if (level->left_ms < 0)
        level->left_ms = 0;
    level->running = false;
    level->from_ms = 0;
}

static void restore_level(struct level_state *level, const struct limit_conf *limit,
                          const struct shift *by, const struct instant *at)
{
    if (!limit->set) {
        *level = (struct level_state){ .proc = PROC_N };
        return;
    }
    stop_delay(level, by);
    if (level->left_ms > limit->after_ms && level->proc == PROC_PON)
        level->left_ms = limit->after_ms;
    shift_stamp(&level->crossed, by);
    level_step(level, COND_RESTORE, limit, at);
}

/* An alarm that stands keeps the level to end by, whatever a store has lost:
 * only a good value may end it. */
static void keep_standing(struct engine *e, const struct slot *s, struct alarm_state *st)
{
    if (st->active && st->levels[0].proc == PROC_N && st->levels[1].proc == PROC_N &&
        slot_limit(e, s, st->level)->set)
        st->levels[st->level] = (struct level_state){ .proc = PROC_A, .crossed = st->since };
}

/* What was changed in the file while nobody ran it counts as in a reload: an
 * alarm whose limit is gone is retired, and never ends by another's clear. */
static void settle_side(struct engine *e, uint32_t slot)
{
    struct alarm_case c = { .limits = { slot_limit(e, &e->slots[slot], 0),
                                        slot_limit(e, &e->slots[slot], 1) },
                            .q = Q_NEVER_READ,
                            .shelves_p1 = e->plant->shelve.p1 };

    if (engine_move(e, slot, ALARM_RETIRE, &c, NULL))
        return;
    engine_move(e, slot, ALARM_CLASS, &c, NULL);
    engine_move(e, slot, ALARM_RELOAD, &c, NULL);
}

/* Who held it down still does, for the shorter of what was left when the
 * earlier epoch ended and what the wall clock says is left. */
static void restore_hold(struct engine *e, struct alarm_state *st, enum held hold,
                         const struct hold_words *words, const struct shift *by)
{
    struct until *until = &st->until[hold];
    int64_t left_ms = until->ms - by->died_ms;

    st->words[hold] = 0;
    if ((st->supp & HOLD_BIT(hold)) == 0)
        return;
    if (until->utc_ms - e->at.label.utc_ms < left_ms)
        left_ms = until->utc_ms - e->at.label.utc_ms;
    until->ms = e->at.ms + (left_ms > 0 ? left_ms : 0);
    st->words[hold] = holds_keep(e, words->by, words->why);
    st->carried |= (uint8_t)HOLD_BIT(hold);
}

static void restore_slot(struct engine *e, uint32_t slot, const struct saved_alarm *saved,
                         const struct shift *by)
{
    struct slot *s = &e->slots[slot];
    struct alarm_state *st = &s->st;

    *st = saved->st;
    st->carried = 0;
    for (int i = 0; i < HOLDS; i++)
        restore_hold(e, st, (enum held)i, &saved->words[i], by);
    st->attend_ms -= st->attend_ms == 0 ? 0 : by->by_ms;
    shift_stamp(&st->since, by);
    shift_stamp(&st->announced, by);
    shift_stamp(&st->sampled, by);
    shift_stamp(&st->peak_at, by);
    holds_attend(e, slot);
    holds_arm(e, slot);
    if (!slot_has_levels(s))
        return;
    st->level = s->type == SLOT_LIMIT && st->level != 0;
    for (int i = 0; i < LEVELS_A_SIDE; i++)
        restore_level(&st->levels[i], slot_limit(e, s, i), by, &e->at);
    keep_standing(e, s, st);
}

static enum alarm_kind kind_of_key(const char *key, const struct alarm_state *st)
{
    static const struct {
        const char *start, *end;
        enum alarm_kind inner, outer; /* by level */
    } rows[] = {
        { "unit/", "", KIND_COMM, KIND_COMM },
        { "bus/", "", KIND_BUS, KIND_BUS },
        { "sys/uplink/", "", KIND_UPLINK, KIND_UPLINK },
        { "sys/cert/", "", KIND_UPLINK, KIND_UPLINK },
        { "", "/high", KIND_H, KIND_HH },
        { "", "/low", KIND_L, KIND_LL },
    };
    size_t len = strlen(key);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t end = strlen(rows[i].end);

        if (strncmp(key, rows[i].start, strlen(rows[i].start)) == 0 && len >= end &&
            strcmp(key + len - end, rows[i].end) == 0)
            return st->level != 0 ? rows[i].outer : rows[i].inner;
    }
    return strchr(key, '/') == NULL ? KIND_COMPOSITE : KIND_FAULT; /* a rule has its bare id */
}

/* The state after is empty, and the key stands in the comment: with it the
 * store deletes what it kept.  What was never announced ends without a word. */
static int retire(struct engine *e, const struct saved_alarm *saved)
{
    bool is_listed = alarm_is_listed(&saved->st);
    struct event *ev = ring_push(e, is_listed ? EV_RETIRE : EV_NONE);

    if (ev == NULL)
        return RG_EFULL;
    ev->kind = kind_of_key(saved->key, &saved->st);
    ev->lvl = saved->st.priority;
    ev->id = saved->st.id;
    ev->q = saved->st.q;
    note_copy(ev->comment, sizeof ev->comment, saved->key);
    return RG_OK;
}

/* The store is to hold times of this epoch from now on: the next one knows
 * only this one's shift. */
static void keep_shifted(struct engine *e)
{
    for (uint32_t i = 0; i < e->n_slots; i++) {
        const struct alarm_state *st = &e->slots[i].st;

        if (!alarm_is_empty(st))
            engine_emit(e, i, EV_NONE, st->id, NULL);
    }
}

int engine_restore(struct engine *e, const struct saved_alarm *v, size_t n, int64_t shift_ms,
                   int64_t died_ms, struct stamp now)
{
    struct shift by = { shift_ms, died_ms };
    int err = RG_OK;

    e->at = (struct instant){ now, now.mono_ms };
    e->ring.held = true;
    for (size_t i = 0; i < n; i++) {
        uint32_t slot = slots_find_key(e, v[i].key);

        if (slot != SLOT_NONE)
            restore_slot(e, slot, &v[i], &by);
    }
    for (uint32_t i = 0; i < e->n_slots; i++)
        if (slot_has_levels(&e->slots[i]))
            settle_side(e, i);
    faults_settle(e);
    keep_shifted(e);
    for (size_t i = 0; i < n && err == RG_OK; i++)
        if (slots_find_key(e, v[i].key) == SLOT_NONE)
            err = retire(e, &v[i]);
    return err;
}

/* Everything that a restore left to say comes behind the restart event. */
void engine_restart(struct engine *e, uint16_t parts, struct stamp now)
{
    struct ring *r = &e->ring;
    uint32_t waiting = r->n;
    bool was_held = r->held;

    e->at.label = now;
    r->held = true;
    for (uint16_t i = 1; i <= parts; i++) {
        struct event *ev = ring_push(e, EV_RESTART);

        if (ev == NULL)
            break;
        ev->part = i;
        ev->parts = parts;
    }
    /* The parts were pushed last and go first: the head moves past the others,
     * and those are put behind again one by one. */
    for (uint32_t i = 0; was_held && i < waiting; i++) {
        struct event moved = r->v[r->head];

        r->head = (r->head + 1) % r->size;
        r->v[(r->head + r->n - 1) % r->size] = moved;
    }
    ring_release(e);
}

void engine_clock_step(struct engine *e, int64_t offset_ms, struct stamp now)
{
    struct event *ev;

    ring_release(e);
    e->at.label = now;
    ev = ring_push(e, EV_CLOCK_STEP);
    if (ev != NULL)
        ev->offset_ms = offset_ms;
}
