#include "rules/engine_core.h"
#include "rules/holds.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

/* Never cuts a UTF-8 character in two. */
void note_copy(char *to, size_t size, const char *from)
{
    size_t n = strnlen(from, size);

    if (n == size)
        for (n = size - 1; n > 0 && ((unsigned char)from[n] & 0xC0) == 0x80; n--)
            ;
    memcpy(to, from, n);
    to[n] = '\0';
}

struct event *ring_push(struct engine *e, enum event_type type)
{
    struct ring *r = &e->ring;
    struct event *ev;

    if (r->n == r->size)
        return NULL;
    ev = &r->v[(r->head + r->n++) % r->size];
    memset(ev, 0, offsetof(struct event, by)); /* of the texts the first byte is enough */
    ev->by[0] = ev->comment[0] = ev->action[0] = '\0';
    ev->type = type;
    ev->slot = SLOT_NONE;
    ev->at = e->at.label;
    ev->after.val = NAN;
    ev->after.peak = NAN;
    if (type != EV_NONE && !r->held)
        ev->seq = ++e->seq;
    return ev;
}

/* The restart event is the first of its epoch; what a restore found to say is
 * numbered behind it. */
void ring_release(struct engine *e)
{
    struct ring *r = &e->ring;

    if (!r->held)
        return;
    r->held = false;
    for (uint32_t i = 0; i < r->n; i++) {
        struct event *ev = &r->v[(r->head + i) % r->size];

        if (ev->type != EV_NONE && ev->seq == 0)
            ev->seq = ++e->seq;
    }
}

bool engine_take(struct engine *e, struct event *out)
{
    struct ring *r = &e->ring;

    if (r->n == 0 || r->held)
        return false;
    *out = r->v[r->head];
    r->head = (r->head + 1) % r->size;
    if (--r->n == 0)
        r->head = 0; /* stay in the same few pages */
    return true;
}

static void describe_value(const struct engine *e, const struct slot *s, struct event *ev)
{
    const struct point_state *p = &e->points[s->ref].st;
    bool is_fresh = !isnan(p->val);
    double val = is_fresh ? p->val : s->st.val;

    if (isnan(val))
        return;
    if (quality_class(ev->q) == QC_GOOD) {
        ev->has_val = true;
        ev->val = val;
    } else {
        ev->has_last = true;
        ev->last = val;
        ev->last_at = is_fresh ? p->val_at : s->st.sampled;
    }
}

static void describe(const struct engine *e, const struct slot *s, struct event *ev)
{
    ev->kind = slot_kind(s);
    ev->lvl = s->st.priority;
    ev->q = s->st.q;
    if (s->type == SLOT_LIMIT) { /* not set: its file no longer says what it was */
        ev->has_limit = slot_limit(e, s, s->st.level)->set;
        ev->limit = slot_limit(e, s, s->st.level)->at;
    }
    if (s->type == SLOT_LIMIT || s->type == SLOT_POINT_FAULT) {
        ev->q = e->points[s->ref].st.q;
        describe_value(e, s, ev);
    }
    if (ev->type == EV_CLEAR || ev->type == EV_FAULT_CLEAR)
        ev->duration_ms = ev->at.mono_ms - s->st.since.mono_ms;
}

void engine_emit(struct engine *e, uint32_t slot, enum event_type type, struct alarm_id id,
                 const struct note *note)
{
    struct slot *s = &e->slots[slot];
    struct event *ev = ring_push(e, type);

    assert(ev != NULL);
    ev->slot = slot;
    ev->after = s->st;
    ev->id = id;
    describe(e, s, ev);
    if (note == NULL || type == EV_RE_RAISE) /* nobody's doing: it is there again */
        return;
    ev->pending = note->pending;
    ev->reason = note->reason;
    if (note->by != NULL)
        note_copy(ev->by, sizeof ev->by, note->by);
    if (note->comment != NULL)
        note_copy(ev->comment, sizeof ev->comment, note->comment);
    if (note->action != NULL)
        note_copy(ev->action, sizeof ev->action, note->action);
}

static uint8_t hold_of(enum event_type type, enum alarm_input input, const struct alarm_case *c)
{
    if (type == EV_SHELVE || type == EV_UNSHELVE)
        return SUPP_SHELF;
    if (type == EV_OOS || type == EV_IN_SERVICE)
        return SUPP_OOS;
    if (type != EV_SUPPRESS && type != EV_UNSUPPRESS)
        return 0;
    return input == ALARM_HOLD_DOWN || input == ALARM_FREE ? SUPP_BUS : c->bit;
}

/* What is held down at rest is the side, told by its nearest level. */
static void speak_of_side(const struct engine *e, const struct slot *s, struct event *ev)
{
    int level = slot_limit(e, s, 0)->set ? 0 : 1;

    ev->kind = (enum alarm_kind)slot_level(s, level);
    ev->limit = slot_limit(e, s, level)->at;
}

/* Why, of what a row says on its own account. */
static void give_reason(struct event *ev, enum alarm_input input)
{
    if (ev->type == EV_CLEAR || ev->type == EV_FAULT_CLEAR)
        ev->reason = input == ALARM_RESET ? CLEAR_RESET : CLEAR_RETURNED;
    else if (ev->type == EV_UNSHELVE && input == ALARM_CLASS)
        ev->reason = END_LEVEL_UP;
    else if (ev->type == EV_UNSHELVE && input != ALARM_UNSHELVE)
        ev->reason = END_ONE_SHOT;
}

bool engine_move(struct engine *e, uint32_t slot, enum alarm_input input, struct alarm_case *c,
                 const struct note *note)
{
    struct alarm_state *st = &e->slots[slot].st;
    struct alarm_state before = *st;
    const struct alarm_row *row;

    c->now = e->at.label;
    c->id = (struct alarm_id){ e->epoch, e->seq + 1 };
    row = alarm_step(st, input, c);
    if (row == NULL)
        return false;
    holds_settle(e, slot, &before);
    for (int i = 0; i < ROW_EMITS && row->emits[i] != EV_NONE; i++) {
        struct event *ev;
        bool is_paperwork = input == ALARM_HANDLE || input == ALARM_CLOSE || input == ALARM_COMMENT;

        engine_emit(e, slot, row->emits[i],
                    is_paperwork        ? st->last
                    : st->id.epoch != 0 ? st->id
                                        : before.id,
                    note);
        ev = &e->ring.v[(e->ring.head + e->ring.n - 1) % e->ring.size];
        ev->hold = hold_of(ev->type, input, c);
        give_reason(ev, input);
        if (ev->id.epoch == 0 && e->slots[slot].type == SLOT_LIMIT)
            speak_of_side(e, &e->slots[slot], ev);
    }
    return true;
}
