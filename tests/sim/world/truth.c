#include "tests/sim/world/truth.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define S    INT64_C(1000000)
#define STEP 0.0009 /* two values of one register are further apart than this */

struct form {         /* how a value of whole units becomes a register */
    int32_t per_unit; /* steps of the register in one unit */
    int32_t digits;   /* of them the digits use so many, below one half unit */
};

static const struct form forms[VALUE_TYPES] = {
    [TYPE_BIT] = { 1, 1 },      [TYPE_U16] = { 100, 50 },   [TYPE_I16] = { 100, 50 },
    [TYPE_U32] = { 1000, 500 }, [TYPE_I32] = { 1000, 500 }, [TYPE_F32] = { 1024, 512 },
};

bool truth_is_over(const struct limit_conf *l, enum level level, double val)
{
    return level >= LEVEL_H ? val >= l->at : val <= l->at;
}

bool truth_is_past(const struct limit_conf *l, enum level level, double val)
{
    return level >= LEVEL_H ? val < l->clear : val > l->clear;
}

static const struct knot *knot_at(const struct truth_point *p, int64_t at_us)
{
    const struct knot *k = &p->knots[(p->n - 1) % TRUTH_KNOTS];

    for (uint64_t i = 1; i <= p->n && i <= TRUTH_KNOTS; i++) {
        k = &p->knots[(p->n - i) % TRUTH_KNOTS];
        if (k->at_us <= at_us)
            break;
    }
    return k;
}

static int32_t steps(const struct truth *t, uint32_t point, const struct knot *k, int64_t at_us)
{
    const struct form *f = &forms[t->plant->points[point].read.type];
    uint64_t tick = (uint64_t)(at_us / TRUTH_TICK_US);
    uint64_t digits = dice_mix(t->seed * 31 + point, tick) % (uint64_t)f->digits;

    return k->value * f->per_unit + (int32_t)digits;
}

uint32_t truth_raw(const struct truth *t, uint32_t point, int64_t at_us)
{
    const struct knot *k = knot_at(&t->points[point], at_us);
    int32_t raw = steps(t, point, k, at_us);
    float number = k->is_broken ? NAN : (float)raw / (float)forms[TYPE_F32].per_unit;
    uint32_t bits = (uint32_t)raw;

    if (t->plant->points[point].read.type == TYPE_F32)
        memcpy(&bits, &number, sizeof bits);
    if (t->plant->points[point].read.type == TYPE_BIT)
        bits = (uint32_t)raw & 1;
    return bits;
}

static double value_at(const struct truth *t, uint32_t point, int64_t at_us)
{
    const struct point_conf *p = &t->plant->points[point];
    uint32_t bits = truth_raw(t, point, at_us);
    double raw = (double)bits;
    float number;

    if (p->read.type == TYPE_F32) {
        memcpy(&number, &bits, sizeof number);
        raw = (double)number;
    } else if (p->read.type == TYPE_I16 || p->read.type == TYPE_I32) {
        raw = (double)(int32_t)bits;
    }
    return raw * p->read.scale + p->read.offset;
}

static enum quality quality_of(const struct point_conf *p, double val)
{
    if (!isfinite(val))
        return Q_SENSOR_FAULT;
    if (p->has_range && val > p->range_high)
        return Q_OVER_RANGE;
    return p->has_range && val < p->range_low ? Q_UNDER_RANGE : Q_GOOD;
}

bool truth_held(const struct truth *t, const struct sample *s, int64_t from_us, int64_t to_us)
{
    const struct point_conf *p = &t->plant->points[s->point];

    for (int64_t tick = from_us / TRUTH_TICK_US; tick <= to_us / TRUTH_TICK_US; tick++)
        for (int half = 0; half < 2; half++) { /* a knot may stand within the tick */
            int64_t at_us = half == 0 ? tick * TRUTH_TICK_US : (tick + 1) * TRUTH_TICK_US - 1;
            at_us = at_us < from_us ? from_us : at_us > to_us ? to_us : at_us;
            double val = value_at(t, s->point, at_us);
            if (quality_of(p, val) == s->q &&
                (s->q == Q_SENSOR_FAULT || fabs(val - s->val) < STEP / 2))
                return true;
        }
    return false;
}

/* ---- where the level goes ---- */

enum place { NORMAL, BETWEEN, NEAR, OUTER, BEYOND, BROKEN };

static const struct {
    enum place place;
    uint32_t weight;
    int64_t mean_us; /* how long it stays */
} places[] = {
    { NORMAL, 50, 60 * S }, { BETWEEN, 14, 8 * S }, { NEAR, 14, 14 * S }, { OUTER, 10, 14 * S },
    { NEAR, 4, S },         { OUTER, 3, S },        { BEYOND, 3, 8 * S }, { BROKEN, 2, 8 * S },
};

static int32_t pick(struct truth *t, double low, double high)
{
    int32_t from = (int32_t)ceil(low), to = (int32_t)floor(high);

    return to <= from ? from : (int32_t)dice_between(&t->dice, from, to);
}

static int32_t high_value(struct truth *t, const struct point_conf *p, enum place place)
{
    const struct limit_conf *near = &p->limits[LEVEL_H], *outer = &p->limits[LEVEL_HH];

    if (place == BETWEEN)
        return pick(t, near->clear, near->at - 1);
    if (place == OUTER && outer->set)
        return pick(t, outer->at, outer->at * 1.2);
    if (place == BEYOND && p->has_range)
        return (int32_t)p->range_high + 2;
    return pick(t, near->at, outer->set ? outer->at - 1 : near->at * 1.3);
}

static int32_t low_value(struct truth *t, const struct point_conf *p, enum place place)
{
    const struct limit_conf *near = &p->limits[LEVEL_L], *outer = &p->limits[LEVEL_LL];

    if (place == BETWEEN)
        return pick(t, near->at, near->clear - 1);
    if (place == OUTER && outer->set)
        return pick(t, outer->at - 5, outer->at - 1);
    if (place == BEYOND && p->has_range)
        return (int32_t)p->range_low - 2;
    return pick(t, outer->set ? outer->at : near->at - 8, near->at - 1);
}

static int32_t normal_value(struct truth *t, const struct point_conf *p)
{
    const struct limit_conf *low = &p->limits[LEVEL_L], *high = &p->limits[LEVEL_H];

    if (low->set)
        return pick(t, low->clear, high->clear - 1);
    return pick(t, 0, high->set ? high->clear - 1 : 1);
}

static void place_knot(struct truth *t, uint32_t point, enum place place, struct knot *k)
{
    const struct point_conf *p = &t->plant->points[point];
    bool is_low = p->limits[LEVEL_L].set && dice_chance(&t->dice, 5000);

    k->is_broken = place == BROKEN && p->read.type == TYPE_F32;
    if (place == NORMAL || !p->limits[LEVEL_H].set)
        k->value = normal_value(t, p);
    else
        k->value = is_low ? low_value(t, p, place) : high_value(t, p, place);
}

static void note_conditions(const struct truth *t, uint32_t point, struct truth_point *tp,
                            int64_t now_us)
{
    const struct point_conf *p = &t->plant->points[point];
    double val = value_at(t, point, now_us);

    for (int level = 0; level < LEVELS; level++) {
        const struct limit_conf *l = &p->limits[level];
        bool is_over = l->set && isfinite(val) && truth_is_over(l, (enum level)level, val);
        if (!is_over)
            tp->over_us[level] = INT64_MAX;
        else if (tp->over_us[level] == INT64_MAX)
            tp->over_us[level] = now_us;
    }
}

int64_t truth_move(struct truth *t, uint32_t point, int64_t now_us)
{
    struct truth_point *tp = &t->points[point];
    struct knot *k = &tp->knots[tp->n % TRUTH_KNOTS];
    int64_t draw = dice_between(&t->dice, 0, 99);
    size_t i = 0;

    while (draw >= places[i].weight)
        draw -= places[i++].weight;
    k->at_us = now_us;
    place_knot(t, point, places[i].place, k);
    tp->n++;
    note_conditions(t, point, tp, now_us);
    return now_us + dice_wait(&t->dice, places[i].mean_us) + 300000;
}

void truth_init(struct truth *t, const struct plant *p, uint64_t seed)
{
    *t = (struct truth){ .plant = p, .seed = seed };
    assert(p->n_points <= TRUTH_POINTS_MAX);
    dice_init(&t->dice, seed, 'T');
    for (uint32_t i = 0; i < p->n_points; i++) {
        struct truth_point *tp = &t->points[i];
        tp->knots[0] = (struct knot){ .value = normal_value(t, &p->points[i]) };
        tp->n = 1;
        for (int level = 0; level < LEVELS; level++)
            tp->over_us[level] = INT64_MAX;
    }
}
