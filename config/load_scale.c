/* From the raw number to the value: a factor and an offset, or two points. */
#include <math.h>
#include <stdio.h>

#include "config/load_read.h"
#include "config/values.h"

#define DECIMALS_MAX 9
#define NE43_MA      16.0 /* between the two points: 4 and 20 mA */
#define NE43_LOW_MA  0.4  /* what must be told below them: down to 3.6 mA, */
#define NE43_HIGH_MA 1.0  /* and above them: up to 21 mA */
#define FLOAT_STEPS  1e6  /* an f32 tells about so many steps of its span apart */

/* Two points of the line that makes values of raw numbers. */
struct two_points {
    double raw[2], to[2];
};

static void not_here(struct loader *l, const struct fields *f, const char *key, const char *zh,
                     const char *en)
{
    if (field(f, key) != NULL)
        report(l->d, &field(f, key)->key->place, E_NOT_HERE, key, zh, en);
}

/* Decimals that a number is written with. */
static int places_of(double v)
{
    int places = 0;

    while (places < DECIMALS_MAX && fabs(v - round(v)) >= 1e-6) {
        v *= 10;
        places++;
    }
    return places;
}

/* As many as tell a tenth of a step, and the ends as they are written. */
static int8_t decimals_of(const struct two_points *t, bool is_float)
{
    double steps = is_float ? FLOAT_STEPS : fabs(t->raw[1] - t->raw[0]);
    double tenth = (t->to[1] - t->to[0]) / steps / 10;
    int places = tenth >= 1 ? 0 : (int)ceil(-log10(tenth));

    for (int i = 0; i < 2; i++)
        if (places_of(t->to[i]) > places)
            places = places_of(t->to[i]);
    return (int8_t)(places > DECIMALS_MAX ? DECIMALS_MAX : places);
}

static bool check_raw(struct loader *l, const struct node *n, const struct read_type *type,
                      uint16_t mask, const struct two_points *t)
{
    double least, most;
    char allowed[64];

    read_numbers(type, mask, &least, &most);
    if (fmin(t->raw[0], t->raw[1]) >= least && fmax(t->raw[0], t->raw[1]) <= most)
        return true;
    snprintf(allowed, sizeof allowed, "%.0f .. %.0f", least, most);
    report(l->d, &n->place, E_RANGE, n->text, allowed, NULL);
    return false;
}

/* What the ends of `raw` mean: `to`, else the range of the point. */
static bool load_to(struct loader *l, const struct fields *f, const struct point_conf *p,
                    bool unit_known, bool no_range, struct two_points *t)
{
    const struct node *to = field(f, "to");

    t->to[0] = p->range_low;
    t->to[1] = p->range_high;
    if (to != NULL)
        return unit_known && value_range(l, to, p->unit_of_value, &t->to[0], &t->to[1]);
    if (!p->has_range && no_range)
        report(l->d, &field(f, "raw")->place, E_NO_TO, NULL, NULL, NULL);
    return p->has_range;
}

/* The current between the two points, and beyond them as far as NE43 looks. */
static void load_ne43(struct loader *l, const struct fields *f, const struct read_type *type,
                      struct read_conf *read, const struct two_points *t)
{
    double ma = (t->raw[1] - t->raw[0]) / NE43_MA;
    double end[2] = { t->raw[0] - ma * NE43_LOW_MA, t->raw[1] + ma * NE43_HIGH_MA };
    char low[24], high[24];
    double least, most;

    if (!value_flag(l, f, "ne43", &read->ne43) || !read->ne43)
        return;
    read->raw_4_ma = t->raw[0];
    read->raw_20_ma = t->raw[1];
    read_numbers(type, read->mask, &least, &most);
    if (fmin(end[0], end[1]) >= least && fmax(end[0], end[1]) <= most)
        return;
    snprintf(low, sizeof low, "%.0f", fmin(end[0], end[1]));
    snprintf(high, sizeof high, "%.0f", fmax(end[0], end[1]));
    report(l->d, &field(f, "ne43")->key->place, E_NE43_ROOM, type->name, low, high);
}

static void load_two_points(struct loader *l, const struct fields *f, const struct read_type *type,
                            struct point_conf *p, bool unit_known, bool no_range)
{
    static const char zh[] = "raw 和 to 已经给出换算", en[] = "raw and to scale the value";
    bool is_float = type->type == TYPE_F32 || type->type == TYPE_F64;
    struct two_points t;

    not_here(l, f, "scale", zh, en);
    not_here(l, f, "offset", zh, en);
    bool whole = value_span(l, field(f, "raw"), &t.raw[0], &t.raw[1]) &&
                 check_raw(l, field(f, "raw"), type, p->read.mask, &t);
    if (!load_to(l, f, p, unit_known, no_range, &t) || !whole)
        return;
    p->read.scale = (t.to[1] - t.to[0]) / (t.raw[1] - t.raw[0]);
    p->read.offset = t.to[0] - t.raw[0] * p->read.scale;
    p->read.decimals = decimals_of(&t, is_float);
    load_ne43(l, f, type, &p->read, &t);
}

static void load_factor(struct loader *l, const struct fields *f, const struct read_type *type,
                        struct read_conf *read)
{
    if (value_factor(l, f, "scale", &read->scale, &read->decimals) && read->scale == 0)
        report(l->d, &field(f, "scale")->place, E_RANGE, "0", "scale ≠ 0", NULL);
    value_factor(l, f, "offset", &read->offset, &read->decimals);
    if (type->type == TYPE_F32)
        read->decimals = -1;
    if (type->type == TYPE_F64)
        read->decimals = -2;
}

void load_scale(struct loader *l, const struct fields *f, const struct read_type *type,
                struct point_conf *p, bool unit_known, bool no_range)
{
    bool ne43 = false;

    if (type->type == TYPE_BIT)
        not_here(l, f, "raw", "bit 只有 0 和 1", "a bit is 0 or 1");
    else if (field(f, "raw") != NULL) {
        load_two_points(l, f, type, p, unit_known, no_range);
        return;
    }
    load_factor(l, f, type, &p->read);
    if (fields_excuse(f, "raw"))
        return;
    not_here(l, f, "to", "它属于 raw", "it belongs to raw");
    if (value_flag(l, f, "ne43", &ne43) && ne43)
        report(l->d, &field(f, "ne43")->key->place, E_NE43_RAW, NULL, NULL, NULL);
}
