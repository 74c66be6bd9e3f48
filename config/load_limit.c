#include "config/load_point.h"

#include <stdlib.h>
#include <string.h>

#define SOURCES_MAX (SETS_MAX + 3)

/* A level's maps, nearest first: point, rule sets from the last, device,
 * defaults. */
struct level_sources {
    struct fields v[SOURCES_MAX];
    size_t n;
};

static void add_source(struct loader *l, const struct fields *owner, const char *level,
                       struct level_sources *s)
{
    const struct node *limits = owner->map == NULL ? NULL : field(owner, "limits");
    const struct node *n = limits == NULL ? NULL : map_get(limits, level);

    if (n == NULL)
        return;
    if (n->kind != NODE_MAP) {
        report(l->d, &n->place, E_KIND, level, "{at: ...}", "a map {at: ...}");
        return;
    }
    fields_read(l, &s->v[s->n++], n, SEC_LIMIT);
}

static void collect(struct loader *l, const struct raw_point *r, const char *level,
                    struct level_sources *s)
{
    s->n = 0;
    add_source(l, &r->own, level, s);
    for (size_t i = r->n_sets; i-- > 0;)
        add_source(l, &r->sets[i].fields, level, s);
    if (r->has_device)
        add_source(l, &r->device, level, s);
    add_source(l, r->defaults, level, s);
}

static const struct fields *nearest_source(const struct level_sources *s, const char *key)
{
    for (size_t i = 0; i < s->n; i++)
        if (field(&s->v[i], key) != NULL)
            return &s->v[i];
    return &s->v[0];
}

static void check_keys(struct loader *l, const struct raw_point *r)
{
    const struct fields *owners[SOURCES_MAX];
    size_t n = 0;
    struct fields unused;

    owners[n++] = &r->own;
    for (size_t i = 0; i < r->n_sets; i++)
        owners[n++] = &r->sets[i].fields;
    for (size_t i = 0; i < n; i++) {
        const struct node *limits = field(owners[i], "limits");
        if (limits != NULL)
            fields_read(l, &unused, limits, SEC_LIMITS);
    }
}

/* `do` and `basis`: limit or rule set, then point, then area. */
static void load_words(struct loader *l, const struct raw_point *r, const struct level_sources *s,
                       const struct point_conf *p, struct limit_conf *limit)
{
    const struct fields *from = nearest_source(s, "do");
    const struct area_conf *area = p->area == PLANT_NONE ? NULL : &l->plant->areas[p->area];

    value_text(l, nearest_source(s, "basis"), "basis", &limit->basis);
    if (limit->basis == NULL)
        value_text(l, &r->own, "basis", &limit->basis);
    if (limit->basis == NULL && area != NULL)
        limit->basis = area->basis;
    if (field(from, "do") != NULL)
        value_label(l, field(from, "do"), &limit->act);
    else if (raw_field(r, "do") != NULL)
        value_label(l, raw_field(r, "do"), &limit->act);
    else if (area != NULL)
        limit->act = area->act;
}

static void check_words(struct loader *l, const struct place *at, const char *name,
                        const struct limit_conf *limit)
{
    bool act = limit->act.zh != NULL || limit->act.en != NULL;

    if (limit->priority == 1 && (!act || limit->basis == NULL))
        report(l->d, at, E_NO_BASIS, name, NULL, NULL);
    else if (!act || limit->basis == NULL)
        report(l->d, at, W_NO_BASIS, name, act ? "basis" : "do", NULL);
}

static void check_place(struct loader *l, const struct node *at, enum level level,
                        const struct point_conf *p, const struct limit_conf *limit)
{
    bool high = level >= LEVEL_H;
    const char *name = level_names[level];

    if (high ? limit->clear > limit->at : limit->clear < limit->at)
        report(l->d, &at->place, E_CLEAR_SIDE, name, high ? "下方" : "上方", high ? "below" : "above");
    if (p->has_range && (limit->at < p->range_low || limit->at > p->range_high))
        report(l->d, &at->place, E_LIMIT_OUTSIDE, name, NULL, NULL);
}

static bool load_level(struct loader *l, const struct raw_point *r, const struct level_sources *s,
                       enum level level, struct point_conf *p)
{
    struct limit_conf *limit = &p->limits[level];
    const struct node *at = field(nearest_source(s, "at"), "at");
    const struct node *clear = field(nearest_source(s, "clear"), "clear");
    int64_t priority = level == LEVEL_HH || level == LEVEL_LL ? 1 : 2;

    *limit = (struct limit_conf){ .set = true };
    if (at == NULL) {
        report(l->d, &s->v[0].map->place, E_MISSING, "at", NULL, NULL);
        return false;
    }
    if (!value_quantity(l, at, p->unit_of_value, &limit->at))
        return false;
    limit->clear = limit->at;
    if (clear == NULL)
        report(l->d, &at->place, W_NO_DEADBAND, level_names[level], NULL, NULL);
    else if (!value_quantity(l, clear, p->unit_of_value, &limit->clear))
        return false;
    value_time(l, nearest_source(s, "after"), "after", &limit->after_ms);
    value_time(l, nearest_source(s, "clear_after"), "clear_after", &limit->clear_after_ms);
    value_int(l, nearest_source(s, "priority"), "priority", &priority);
    limit->priority = (uint8_t)priority;
    value_flag(l, nearest_source(s, "latch"), "latch", &limit->latch);
    load_words(l, r, s, p, limit);
    check_words(l, &at->place, level_names[level], limit);
    check_place(l, clear != NULL ? clear : at, level, p, limit);
    return true;
}

static void check_order(struct loader *l, const struct place *at, const struct point_conf *p)
{
    int below = -1;

    for (int i = 0; i < LEVELS; i++) {
        if (!p->limits[i].set)
            continue;
        if (below >= 0 && p->limits[i].at <= p->limits[below].at)
            report(l->d, at, E_LIMIT_ORDER, level_names[i], level_names[below], NULL);
        below = i;
    }
}

/* "at most 24 ppm", "at least 19.5 VOL%". */
static void check_strictness(struct loader *l, const struct raw_point *r, const struct point_conf *p)
{
    for (size_t i = 0; i < r->n_sets; i++) {
        const struct node *map = field(&r->sets[i].fields, "strictness");
        for (const struct node *n = map == NULL ? NULL : map->first; n != NULL; n = n->next) {
            int level = 0;
            while (level < LEVELS && strcmp(level_names[level], n->key->text) != 0)
                level++;
            bool most = n->kind == NODE_SCALAR && strncmp(n->text, "at most ", 8) == 0;
            bool least = n->kind == NODE_SCALAR && strncmp(n->text, "at least ", 9) == 0;
            if (level == LEVELS || (!most && !least)) {
                report(l->d, &n->place, E_FORM, n->key->text, "H: at most 24 ppm", NULL);
                continue;
            }
            double bound = strtod(n->text + (most ? 8 : 9), NULL);
            const struct limit_conf *limit = &p->limits[level];
            if (limit->set && (most ? limit->at > bound : limit->at < bound))
                report(l->d, &r->own.map->place, W_LOOSER, level_names[level], n->text, NULL);
        }
    }
}

static void check_for_unit(struct loader *l, const struct raw_point *r, const struct point_conf *p)
{
    for (size_t i = 0; i < r->n_sets; i++) {
        const struct node *n = field(&r->sets[i].fields, "for_unit");
        if (n != NULL && unit_find(n->text) != p->unit_of_value)
            report(l->d, &raw_field(r, "use")->place, E_UNIT_MISMATCH, n->text,
                   unit_name(p->unit_of_value), NULL);
    }
}

void load_limits(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    struct level_sources s;

    check_keys(l, r);
    check_for_unit(l, r, p);
    for (int level = 0; level < LEVELS; level++) {
        collect(l, r, level_names[level], &s);
        if (s.n > 0 && !load_level(l, r, &s, (enum level)level, p))
            return; /* an order of what could not be read means nothing */
    }
    check_order(l, &r->own.map->place, p);
    check_strictness(l, r, p);
}
