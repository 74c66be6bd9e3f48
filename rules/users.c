#include "rules/users.h"

#include <float.h>
#include <math.h>

#include "rules/engine_core.h"
#include "rules/expr_eval.h"

/* The expressions of a rule in the order of their windows. */
static const struct expr *expr_at(const struct rule_conf *r, int i)
{
    return i == 0 ? &r->when : &r->clear_when;
}

static bool names_point(const struct expr_step *s)
{
    return s->op >= EXPR_POINT && s->op <= EXPR_BAD;
}

static bool is_window(const struct expr_step *s)
{
    return s->op == EXPR_RISE || s->op == EXPR_FALL;
}

static uint32_t values_of(const struct plant *p, const struct expr_step *s)
{
    return window_size((int64_t)s->number, p->points[s->arg].every_ms);
}

static void count_expr(const struct plant *p, const struct expr *x, struct users_room *room)
{
    for (uint32_t i = 0; i < x->n; i++) {
        room->uses += names_point(&x->steps[i]);
        if (!is_window(&x->steps[i]))
            continue;
        room->windows++;
        room->values += values_of(p, &x->steps[i]);
    }
}

struct users_room users_count(const struct plant *p)
{
    struct users_room room = { .users = (uint32_t)p->n_rules };

    for (size_t i = 0; i < p->n_rules; i++)
        for (int k = 0; k < 2; k++)
            count_expr(p, expr_at(&p->rules[i], k), &room);
    return room;
}

/* ---- windows ---- */

struct windows_made {
    uint32_t windows, values;
};

static void add_windows(struct engine *e, const struct expr *x, struct windows_made *made)
{
    struct users *u = &e->users;

    for (uint32_t i = 0; i < x->n; i++) {
        const struct expr_step *s = &x->steps[i];
        uint32_t w = made->windows;

        if (!is_window(s))
            continue;
        u->windows[w] = (struct window){ .within_ms = (int64_t)s->number,
                                         .is_fall = s->op == EXPR_FALL,
                                         .v = u->values + made->values,
                                         .size = values_of(e->plant, s) };
        u->windows[w].step_ms = window_step_ms(u->windows[w].within_ms, u->windows[w].size);
        u->next_window[w] = u->first_window[s->arg];
        u->first_window[s->arg] = w;
        made->windows++;
        made->values += u->windows[w].size;
    }
}

static void feed_windows(struct engine *e, uint32_t point)
{
    const struct point_state *st = &e->points[point].st;
    struct users *u = &e->users;
    enum quality_class class = quality_class(st->q);

    for (uint32_t w = u->first_window[point]; w != PLANT_NONE; w = u->next_window[w])
        if (class == QC_GOOD)
            window_add(&u->windows[w], e->at.ms, st->val);
        else if (class == QC_BAD)
            window_break(&u->windows[w]);
}

/* ---- who uses what ---- */

static void count_uses(struct engine *e, const struct expr *x)
{
    for (uint32_t i = 0; i < x->n; i++)
        if (names_point(&x->steps[i]))
            e->users.first[x->steps[i].arg + 1]++;
}

/* Room for the users of each point, all of it free. */
static void divide_uses(struct engine *e)
{
    struct users *u = &e->users;
    const struct plant *p = e->plant;

    for (uint32_t n = 0; n < u->n; n++)
        for (int k = 0; k < 2; k++)
            count_uses(e, expr_at(&p->rules[u->v[n].rule], k));
    for (uint32_t point = 1; point <= p->n_points; point++)
        u->first[point] += u->first[point - 1];
    for (uint32_t i = 0; i < u->first[p->n_points]; i++)
        u->of_points[i] = PLANT_NONE;
}

static void add_use(struct engine *e, uint32_t point, uint32_t user)
{
    struct users *u = &e->users;
    uint32_t end = u->first[point];

    while (end < u->first[point + 1] && u->of_points[end] != PLANT_NONE)
        end++;
    if (end == u->first[point] || u->of_points[end - 1] != user)
        u->of_points[end] = user; /* one that names a point twice is told once */
}

static void add_uses(struct engine *e, const struct expr *x, uint32_t user)
{
    for (uint32_t i = 0; i < x->n; i++)
        if (names_point(&x->steps[i]))
            add_use(e, x->steps[i].arg, user);
}

void users_build(struct engine *e)
{
    struct windows_made made = { 0, 0 };
    struct users *u = &e->users;

    u->n = (uint32_t)e->plant->n_rules;
    for (uint32_t i = 0; i < e->plant->n_points; i++)
        u->first_window[i] = PLANT_NONE;
    for (uint32_t n = 0; n < u->n; n++)
        u->v[n].rule = n;
    divide_uses(e);
    for (uint32_t n = 0; n < u->n; n++) {
        u->v[n].window = made.windows;
        for (int k = 0; k < 2; k++) {
            const struct expr *x = expr_at(&e->plant->rules[n], k);
            add_uses(e, x, n);
            add_windows(e, x, &made);
        }
    }
}

void users_tell(struct engine *e, uint32_t point)
{
    const struct users *u = &e->users;

    feed_windows(e, point);
    for (uint32_t i = u->first[point]; i < u->first[point + 1]; i++)
        if (u->of_points[i] != PLANT_NONE)
            timers_set(&e->timers, users_timer(e, u->of_points[i]), e->at.ms);
}

uint32_t users_rule_at(const struct engine *e, uint32_t point, uint32_t i)
{
    const struct users *u = &e->users;
    uint32_t at = u->first[point] + i;

    if (at >= u->first[point + 1] || u->of_points[at] == PLANT_NONE)
        return SLOT_NONE;
    return e->first_rule + u->v[u->of_points[at]].rule;
}

/* ---- judging ---- */

struct view {
    const struct engine *e;
    uint32_t window; /* first of the expression */
};

static struct known beyond(const struct engine *e, uint32_t point, enum quality q)
{
    const struct point_conf *p = &e->plant->points[point];
    struct known k = known_nothing(true);

    if (q == Q_OVER_RANGE)
        k.low = p->has_range ? p->range_high : DBL_MAX;
    else
        k.high = p->has_range ? p->range_low : -DBL_MAX;
    return k;
}

static struct known value(const void *ctx, uint32_t point, bool is_strict)
{
    const struct view *v = ctx;
    const struct point_state *st = &v->e->points[point].st;

    if (quality_class(st->q) == QC_GOOD)
        return known_value(st->val);
    if (!is_strict && (st->q == Q_OVER_RANGE || st->q == Q_UNDER_RANGE))
        return beyond(v->e, point, st->q);
    return known_nothing(quality_class(st->q) == QC_BAD);
}

static enum quality quality(const void *ctx, uint32_t point)
{
    const struct view *v = ctx;

    return v->e->points[point].st.q;
}

static struct known change(const void *ctx, uint32_t point, uint32_t window, bool is_fall,
                           bool is_strict)
{
    const struct view *v = ctx;
    const struct window *w = &v->e->users.windows[v->window + window];
    struct known k = value(ctx, point, is_strict);

    if (known_is(&k))
        return known_value(window_change(w, k.low));
    if (w->n == 0 || (k.low == -INFINITY && k.high == INFINITY))
        return known_nothing(k.is_bad);
    return is_fall ? (struct known){ window_change(w, k.high), window_change(w, k.low), true }
                   : (struct known){ window_change(w, k.low), window_change(w, k.high), true };
}

static enum cond judge_rule(const struct engine *e, const struct user *user)
{
    static const enum cond conds[] = { [TRUTH_FALSE] = COND_FALSE,
                                       [TRUTH_TRUE] = COND_TRUE,
                                       [TRUTH_UNKNOWN] = COND_UNKNOWN,
                                       [TRUTH_BAD] = COND_BAD };
    const struct rule_conf *rule = &e->plant->rules[user->rule];
    struct view view = { e, user->window };
    struct expr_reader reader = { &view, value, quality, change };
    enum truth when = expr_judge(&rule->when, &reader);
    enum truth ends;

    if (when != TRUTH_FALSE || rule->clear_when.n == 0)
        return conds[when];
    view.window += rule->when.n_windows;
    ends = expr_truth(&rule->clear_when, &reader, true);
    if (ends == TRUTH_TRUE)
        return COND_FALSE;
    return ends == TRUTH_FALSE ? COND_HOLDS : conds[ends];
}

void users_due(struct engine *e, uint32_t user)
{
    const struct user *u = &e->users.v[user];

    limits_judge(e, e->first_rule + u->rule, judge_rule(e, u));
}

/* ---- reload ---- */

static bool same_window(const struct engine *e, uint32_t w, const struct engine *from, uint32_t old)
{
    const struct window *a = &e->users.windows[w], *b = &from->users.windows[old];

    return a->within_ms == b->within_ms && a->is_fall == b->is_fall;
}

void users_adopt(struct engine *e, uint32_t point, const struct engine *from, uint32_t old)
{
    const struct users *u = &e->users, *was = &from->users;

    for (uint32_t w = u->first_window[point]; w != PLANT_NONE; w = u->next_window[w])
        for (uint32_t o = was->first_window[old]; o != PLANT_NONE; o = was->next_window[o])
            if (same_window(e, w, from, o)) {
                window_copy(&u->windows[w], &was->windows[o]);
                break;
            }
}
