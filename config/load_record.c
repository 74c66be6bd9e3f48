/* `record: all`, `record: {every: 60s, deadband: 0.5 ppm}`, or neither. */
#include <math.h>

#include "config/load_point.h"
#include "config/load_trace.h"
#include "config/values.h"

#define PART_OF_LIMIT 0.01 /* Source: the published design, a change of 1 % */

/* 1 % of the highest limit; without limits of the range; else every change. */
static double usual_deadband(const struct point_conf *p)
{
    double most = 0;

    for (int i = 0; i < LEVELS; i++)
        if (p->limits[i].set && fabs(p->limits[i].at) > most)
            most = fabs(p->limits[i].at);
    if (most == 0 && p->has_range)
        most = p->range_high - p->range_low;
    return PART_OF_LIMIT * most;
}

static void load_deadband(struct loader *l, const struct fields *f, struct point_conf *p)
{
    const struct node *n = field(f, "deadband");
    double deadband;

    if (n == NULL || !value_quantity(l, n, p->unit_of_value, &deadband))
        return;
    if (deadband < 0)
        report(l->d, &n->place, E_RANGE, n->text, ">= 0", NULL);
    else
        p->record.deadband = deadband;
}

static const struct fields *read_map(struct loader *l, const struct raw_point *r, struct fields *f)
{
    const struct node *n = raw_field(r, "record");

    *f = (struct fields){ .section = SEC_RECORD, .map = r->own.map };
    if (n != NULL && n->kind == NODE_MAP)
        fields_read(l, f, n, SEC_RECORD);
    return f;
}

void load_record(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    static const char *const words[] = { "all", NULL };
    const struct node *n = raw_field(r, "record");
    struct fields f;

    read_map(l, r, &f);
    p->record = (struct record_conf){ .deadband = usual_deadband(p) };
    value_time(l, &f, "every", &p->record.every_ms);
    if (n != NULL && n->kind == NODE_SCALAR)
        p->record.all = value_word(l, n, words) == 0;
    else
        load_deadband(l, &f, p);
}
