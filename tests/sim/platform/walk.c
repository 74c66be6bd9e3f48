#include "tests/sim/platform/audit.h"

#include <string.h>

#define STEP_MS      1000 /* wall against mono: more is a step that must be told */
#define STEP_FREE_MS 500  /* and so much is slewed or measured */

/* Wall time against mono within one epoch; the step may be told a little later
 * than the first label that shows it. */
struct wall {
    bool is_set;
    int64_t offset_ms, owed_ms;
};

struct walker {
    struct book *b;
    struct tally *t;
    const struct epoch *e;
    const struct note *n;
    const struct happening *h;
    struct wall wall;
    bool is_tail; /* behind a hole among what was never recorded */
};

bool alarm_is_open(const struct alarm *a)
{
    return a->was_raised && !a->is_over && !a->is_unknown;
}

static void complain(const struct walker *w, enum county_finding f, const char *what)
{
    const struct alarm *a = w->h->says.alarm;

    tally_note(w->t, f, "epoch %llu seq %llu %s %s: %s", (unsigned long long)w->e->number,
               (unsigned long long)w->n->seq, w->h->verb->word, a == NULL ? "" : a->id, what);
}

/* A restart looks at every alarm that may stand; of a long run those are few. */
static void enter(struct book *b, struct alarm *a)
{
    if (a->is_live)
        return;
    a->is_live = true;
    MAKE_ROOM(b->live, b->n_live, b->room_live);
    b->live[b->n_live++] = a;
}

static void leave_closed(struct book *b)
{
    size_t n = 0;

    for (size_t i = 0; i < b->n_live; i++) {
        struct alarm *a = b->live[i];

        a->is_live = alarm_is_open(a) || a->is_gone || a->is_unsure;
        if (a->is_live)
            b->live[n++] = a;
    }
    b->n_live = n;
}

/* Something is missing here: it may have changed any alarm, or raised one. */
static void go_blind(struct book *b)
{
    struct alarm *a;

    b->is_blind = true;
    for (a = b->alarms; a != NULL; a = a->hh.next) {
        a->is_unsure = true;
        enter(b, a);
    }
}

/* ---- raises ---- */

static void check_last(const struct walker *w, const struct alarm *last)
{
    const struct alarm *old = w->h->supersedes;
    bool stands = last != NULL && alarm_is_open(last);

    if (w->b->is_blind || w->is_tail || (last != NULL && last->is_unsure) ||
        (old != NULL && old->is_unsure))
        return;
    if (stands && last->is.active)
        complain(w, COUNTY_OVER_ACTIVE, last->id);
    else if (stands && old != last)
        complain(w, COUNTY_SUPERSEDES, "the returned one before it is not named");
    else if (!stands && old != NULL)
        complain(w, COUNTY_SUPERSEDES, "names what does not stand");
}

static void end_replaced(const struct walker *w, struct alarm *old)
{
    if (old == NULL || old == w->h->says.alarm || !alarm_is_open(old))
        return;
    old->is_over = true;
    old->is_firm = chain_is_firm(w->e, ALARM, w->n);
}

static void apply_raise(const struct walker *w)
{
    struct alarm *a = w->h->says.alarm;
    struct side *side = w->h->says.side;

    if (w->h->is_foreign)
        complain(w, COUNTY_FOREIGN_ID, "its number is another");
    check_last(w, side->last);
    end_replaced(w, side->last);
    end_replaced(w, w->h->supersedes);
    side->last = a;
    enter(w->b, a);
    a->was_raised = true;
    a->is_over = a->is_unknown = a->is_unsure = false;
    a->is_drill = w->h->is_drill;
    a->is = w->h->says;
    a->is.active = true;
    a->is.acked = false;
}

/* ---- what becomes of it ---- */

static void check_needs(const struct walker *w, const struct alarm *a, int does)
{
    bool is_paper = (does & ~VERB_BAD) == VERB_ALARM; /* may come after the end */

    if (a->is_unsure || w->is_tail || (w->b->is_blind && !a->was_raised))
        return;
    if (!a->was_raised)
        complain(w, COUNTY_NO_RAISE, "was never raised");
    else if (a->is_unknown && (does & VERB_RETIRES) == 0)
        complain(w, COUNTY_NO_RAISE, "was not in open after the restart");
    else if (a->is_over && !is_paper)
        complain(w, COUNTY_NO_RAISE, "is over");
    else if ((does & (VERB_ENDS | VERB_RINGS | VERB_MOVES)) != 0 && !a->is.active)
        complain(w, COUNTY_NO_RAISE, "is not active");
    else if ((does & VERB_ACKS) != 0 && a->is.acked)
        complain(w, COUNTY_NO_RAISE, "is acked");
    else if (a->is_drill != w->h->is_drill)
        complain(w, COUNTY_DRILL, "its drill mark changes");
}

static void take_words(struct alarm *a, const struct standing *says)
{
    a->is.alarm = a;
    a->is.inhibited = says->inhibited;
    if (says->rule[0] == '\0')
        return;
    a->is.rule = says->rule;
    a->is.kind = says->kind;
    a->is.lvl = says->lvl;
}

static void apply_change(const struct walker *w)
{
    struct alarm *a = w->h->says.alarm;
    int does = w->h->verb->does;

    check_needs(w, a, does);
    enter(w->b, a);
    if (!a->was_raised) /* seen for the first time behind a hole, or wrong */
        a->was_raised = a->is_unsure = a->is.active = true;
    take_words(a, &w->h->says);
    if ((does & VERB_RINGS) != 0)
        a->is.acked = false;
    if ((does & VERB_ACKS) != 0)
        a->is.acked = true;
    if ((does & VERB_ENDS) != 0)
        a->is.active = false;
    if ((does & VERB_RETIRES) != 0)
        a->is_gone = false;
    if ((does & VERB_RETIRES) != 0 ||
        ((does & (VERB_ENDS | VERB_ACKS)) != 0 && !a->is.active && a->is.acked))
        a->is_over = true;
}

/* ---- restart ---- */

static void count_gone(const struct walker *w)
{
    for (size_t i = 0; i < w->b->n_live; i++) {
        struct alarm *a = w->b->live[i];

        if (a->is_gone)
            tally_note(w->t, COUNTY_VANISHED, "%s: not in open of epoch %llu", a->id,
                       (unsigned long long)w->e->number);
        a->is_gone = false;
    }
}

static void check_entry(const struct walker *w, const struct standing *s)
{
    const struct alarm *a = s->alarm;

    if (!a->was_raised && !w->b->is_blind)
        tally_note(w->t, COUNTY_UNHEARD, "%s in open of epoch %llu", a->id,
                   (unsigned long long)w->e->number);
    if (!a->was_raised || a->is_unsure || !a->is_firm)
        return;
    if (a->is_over)
        tally_note(w->t, COUNTY_REOPENED, "%s in open of epoch %llu", a->id,
                   (unsigned long long)w->e->number);
    else if (!a->is_unknown &&
             (a->is.active != s->active || a->is.acked != s->acked || a->is.lvl != s->lvl))
        tally_note(w->t, COUNTY_OPEN_DIFFERS,
                   "%s in open of epoch %llu: active %d acked %d lvl %d, was %d %d %d", a->id,
                   (unsigned long long)w->e->number, s->active, s->acked, s->lvl, a->is.active,
                   a->is.acked, a->is.lvl);
}

static void take_entry(const struct walker *w, const struct standing *s)
{
    struct alarm *a = s->alarm;

    check_entry(w, s);
    enter(w->b, a);
    a->was_raised = a->is_listed = a->is_firm = true;
    a->is_over = a->is_unknown = a->is_unsure = false;
    a->is = *s;
    s->side->last = a;
}

static void take_open(const struct walker *w)
{
    for (uint64_t i = 1; i <= w->e->head->parts; i++) {
        const struct list *l = &numbers_find(&w->e->by[ALARM], i)->what->restart->open;

        for (size_t k = 0; k < l->n; k++)
            take_entry(w, &l->v[k]);
    }
}

/* An older alarm that is not in `open` is unknown from here on, never normal. */
static void forget_others(const struct walker *w)
{
    for (size_t i = 0; i < w->b->n_live; i++) {
        struct alarm *a = w->b->live[i];

        if (alarm_is_open(a) && !a->is_listed) {
            a->is_gone = w->e->has_open && a->is_firm && !a->is_unsure;
            a->is_unknown = true;
            tally_note(w->t, COUNTY_UNKNOWN, "-");
        }
        a->is_unsure = a->is_unsure && !w->e->has_open;
    }
    leave_closed(w->b);
}

static void apply_restart(const struct walker *w)
{
    if (w->h->restart->part != 1)
        return;
    count_gone(w);
    if (!w->e->has_open && !w->h->restart->open.is_null) {
        go_blind(w->b);
        return;
    }
    for (size_t i = 0; i < w->b->n_live; i++)
        w->b->live[i]->is_listed = false;
    if (w->e->has_open) {
        take_open(w);
        w->b->is_blind = false;
    }
    forget_others(w);
}

/* ---- time ---- */

static void check_wall(struct walker *w)
{
    int64_t offset_ms = w->h->ts_ms - w->h->mono_ms;
    int64_t moved_ms = offset_ms - w->wall.offset_ms;

    if (w->wall.is_set && llabs((long long)moved_ms) > STEP_FREE_MS)
        w->wall.owed_ms += moved_ms;
    if ((w->h->verb->does & VERB_STEP) != 0)
        w->wall.owed_ms -= w->h->offset_ms;
    w->wall.offset_ms = offset_ms;
    w->wall.is_set = true;
}

static void end_wall(struct walker *w)
{
    if (llabs((long long)w->wall.owed_ms) > STEP_MS && !w->b->is_blind && !w->is_tail)
        tally_note(w->t, COUNTY_STEP_UNTOLD, "epoch %llu: %lld ms",
                   (unsigned long long)w->e->number, (long long)w->wall.owed_ms);
    w->wall = (struct wall){ .is_set = false };
}

/* ---- the whole way ---- */

static void apply(struct walker *w)
{
    int does = w->h->verb->does;
    struct alarm *a = w->h->says.alarm;

    check_wall(w);
    if ((does & VERB_RESTART) != 0)
        apply_restart(w);
    else if ((does & VERB_RAISES) != 0 && a != NULL)
        apply_raise(w);
    else if ((does & VERB_ALARM) != 0 && a != NULL)
        apply_change(w);
    else if (a != NULL && a->was_raised)
        take_words(a, &w->h->says);
    if (a != NULL)
        a->is_firm = chain_is_firm(w->e, ALARM, w->n);
}

/* What was never recorded is forgotten with the epoch: behind a hole above
 * `recorded` nothing can be proven, but what was recorded stands. */
static void note_hole(struct walker *w, uint64_t seq, uint64_t recorded)
{
    if (seq <= recorded)
        go_blind(w->b);
    else
        w->is_tail = true;
}

static void walk_notes(struct walker *w, int64_t mono_ms, uint64_t recorded)
{
    const struct numbers *v = &w->e->by[ALARM];
    uint64_t next = 1;

    for (size_t i = 0; i < v->n; i++, next = w->n->seq + 1) {
        w->n = &v->v[i];
        w->h = w->n->what;
        if (w->n->seq != next || w->h == NULL)
            note_hole(w, next, recorded);
        if (w->h == NULL)
            continue;
        if (w->h->mono_ms > mono_ms)
            break;
        apply(w);
    }
}

static void walk_epoch(struct walker *w, int64_t mono_ms)
{
    uint64_t recorded = chain_recorded(w->e, ALARM);

    w->is_tail = false;
    walk_notes(w, mono_ms, recorded);
    end_wall(w);
    if (recorded != UINT64_MAX && recorded > numbers_max(&w->e->by[ALARM]))
        go_blind(w->b);
}

static void begin(struct book *b)
{
    struct alarm *a;
    struct side *s;

    for (a = b->alarms; a != NULL; a = a->hh.next) {
        a->was_raised = a->is_over = a->is_unknown = a->is_gone = a->is_unsure = a->is_listed =
            a->is_firm = a->is_drill = a->is_live = false;
        a->is = (struct standing){ .alarm = a, .rule = "", .kind = "" };
    }
    for (s = b->sides; s != NULL; s = s->hh.next)
        s->last = NULL;
    b->is_blind = false;
    b->n_live = 0;
}

void walk(struct book *b, struct tally *t, int64_t mono_ms)
{
    struct walker w = { .b = b, .t = t };

    begin(b);
    for (size_t i = 0; i < b->n_epochs; i++) {
        w.e = b->order[i];
        walk_epoch(&w, i + 1 == b->n_epochs ? mono_ms : INT64_MAX);
    }
    if (b->n_epochs > 0)
        count_gone(&w);
}

static void order(struct book *b)
{
    if (b->is_chain_stale)
        chain_order(b);
}

void audit_alarms(struct book *b)
{
    if (!b->is_walk_stale)
        return;
    order(b);
    memset(&b->walked, 0, sizeof b->walked);
    walk(b, &b->walked, INT64_MAX);
    b->is_walk_stale = false;
}

void audit(struct book *b)
{
    audit_alarms(b);
    if (!b->is_numbers_stale)
        return;
    order(b);
    memset(&b->counted, 0, sizeof b->counted);
    chain_check(b);
    missing_count(b);
    b->is_numbers_stale = false;
}
