/* config/load_point.h - one point while it is put together: nodes from the
 * point, its rule sets, its device and its file's defaults, nearest first. */
#ifndef RG_CONFIG_LOAD_POINT_H
#define RG_CONFIG_LOAD_POINT_H

#include "config/loader.h"

#define SETS_MAX 8 /* rule sets of one point */

struct rule_set {
    struct fields fields;
    struct fields limits;
    struct fields levels[LEVELS];
    struct fields strictness;
};

struct raw_point {
    struct fields own;
    const struct fields *defaults;
    struct fields device;
    bool has_device;
    struct rule_set sets[SETS_MAX];
    size_t n_sets;
};

/* The nearest source's node; NULL: none has it. */
const struct node *raw_field(const struct raw_point *r, const char *key);
/* load_template.c: the device and the rule sets that the point names. */
void load_templates(struct loader *l, struct raw_point *r);
/* load_limit.c: limits of all sources into p->limits; r's point must have its unit. */
void load_limits(struct loader *l, const struct raw_point *r, struct point_conf *p);

#endif
