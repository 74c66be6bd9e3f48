/* What the instruments measure. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/plantsim/bus.h"
#include "tests/sim/plantsim/command.h"

static bool parse_to(struct words *w, double *v, struct reply_text *a)
{
    bool on = strcmp(w->v[2], "on") == 0;

    if (strcmp(w->v[1], "to") != 0)
        return say_error(a, "'to' is missing before the value");
    if (on || strcmp(w->v[2], "off") == 0) {
        *v = on;
        return true;
    }
    return word_number(w->v[2], v) || say_error(a, "'%s' is no number", w->v[2]);
}

static bool all_hold(const struct plant *p, const struct target *t, double v, struct reply_text *a)
{
    for (size_t i = target_next(p, t, 0); i < p->n_points; i = target_next(p, t, i + 1))
        if (!coding_holds(&p->points[i].coding, v))
            return say_error(a, "a %s can not hold %g", type_names[p->points[i].coding.type], v);
    return true;
}

static void say_time(struct reply_text *a, int64_t now_ns)
{
    snprintf(a->text, sizeof a->text, "%lld", (long long)(now_ns / NS_US));
}

static bool run_step(struct plant *p, const struct command *c, struct words *w,
                     struct reply_text *a)
{
    int64_t now = clock_ns();
    struct target t;
    double v;

    (void)c;
    if (!target_points(p, w->v[0], &t, a) || !parse_to(w, &v, a) || !all_hold(p, &t, v, a))
        return false;
    if (a->dry)
        return true;
    for (size_t i = target_next(p, &t, 0); i < p->n_points; i = target_next(p, &t, i + 1))
        point_set(&p->points[i], v, now);
    say_time(a, now);
    return true;
}

static bool run_ramp(struct plant *p, const struct command *c, struct words *w,
                     struct reply_text *a)
{
    int64_t now = clock_ns(), in;
    struct target t;
    double v;

    if (strcmp(w->v[3], "in") != 0)
        return say_error(a, "usage: %s %s", c->name, c->usage);
    if (!word_duration(w->v[4], &in))
        return say_error(a, "'%s' is no duration (3s, 500ms, 2min)", w->v[4]);
    if (!target_points(p, w->v[0], &t, a) || !parse_to(w, &v, a) || !all_hold(p, &t, v, a))
        return false;
    if (a->dry)
        return true;
    for (size_t i = target_next(p, &t, 0); i < p->n_points; i = target_next(p, &t, i + 1))
        point_ramp(&p->points[i], v, now, in);
    plant_moves(p);
    say_time(a, now);
    return true;
}

static bool run_noise(struct plant *p, const struct command *c, struct words *w,
                      struct reply_text *a)
{
    const char *text = w->v[1];
    struct target t;
    double v = 0;

    (void)c;
    if (strncmp(text, "+-", 2) == 0 || strncmp(text, "±", 2) == 0)
        text += 2;
    if (strcmp(text, "off") != 0 && (!word_number(text, &v) || !(v >= 0)))
        return say_error(a, "'%s' is no noise (+-2.5, or off)", w->v[1]);
    if (!target_points(p, w->v[0], &t, a))
        return false;
    if (a->dry)
        return true;
    for (size_t i = target_next(p, &t, 0); i < p->n_points; i = target_next(p, &t, i + 1)) {
        p->points[i].noise = v;
        if (v == 0)
            point_hold(&p->points[i], clock_ns());
    }
    plant_moves(p);
    return true;
}

static bool run_stuck(struct plant *p, const struct command *c, struct words *w,
                      struct reply_text *a)
{
    struct target t;

    if (!target_points(p, w->v[0], &t, a))
        return false;
    if (a->dry)
        return true;
    for (size_t i = target_next(p, &t, 0); i < p->n_points; i = target_next(p, &t, i + 1)) {
        p->points[i].stuck = strcmp(c->name, "stuck") == 0;
        point_hold(&p->points[i], clock_ns());
    }
    return true;
}

static bool run_ask(struct plant *p, const struct command *c, struct words *w, struct reply_text *a)
{
    const struct point *x;
    struct target t;

    if (!target_points(p, w->v[0], &t, a))
        return false;
    x = &p->points[target_next(p, &t, 0)];
    if (strcmp(c->name, "get") == 0)
        snprintf(a->text, sizeof a->text, "%.9g", point_value(x));
    else
        snprintf(a->text, sizeof a->text, "%lld %.9g", (long long)(x->changed_ns / NS_US),
                 point_value(x));
    return true;
}

const struct command steer_commands[] = {
    { "step", 3, 3, run_step, "POINT to VALUE" },
    { "ramp", 5, 5, run_ramp, "POINT to VALUE in DURATION" },
    { "noise", 2, 2, run_noise, "POINT +-VALUE | POINT off" },
    { "stuck", 1, 1, run_stuck, "POINT" },
    { "free", 1, 1, run_stuck, "POINT" },
    { "get", 1, 1, run_ask, "POINT" },
    { "stamp", 1, 1, run_ask, "POINT" },
    { NULL, 0, 0, NULL, NULL },
};
