#include <stdlib.h>
#include <string.h>

#include "config/load_point.h"
#include "config/values.h"

#define SOURCES_MAX (SETS_MAX + 3)

/* A level's maps, nearest first: point, rule sets from the last, device,
 * defaults. */
struct level_sources {
    const struct fields *v[SOURCES_MAX];
    size_t n;
};

void limits_read(struct loader *l, struct limit_maps *m, const struct node *map)
{
    struct fields levels;

    *m = (struct limit_maps){ 0 };
    if (map == NULL)
        return;
    fields_read(l, &levels, map, SEC_LIMITS);
    for (int i = 0; i < LEVELS; i++)
        if (field(&levels, level_names[i]) != NULL)
            fields_read(l, &m->level[i], field(&levels, level_names[i]), SEC_LIMIT);
}

static void add_source(struct level_sources *s, const struct limit_maps *m, enum level level)
{
    if (m->level[level].map != NULL)
        s->v[s->n++] = &m->level[level];
}

static bool has_unit(const struct file *set, const struct point_conf *p)
{
    const struct node *n = field(&set->fields, "for_unit");

    return n == NULL || unit_find(n->text) == p->unit_of_value;
}

static void collect(const struct raw_point *r, const struct point_conf *p, enum level level,
                    struct level_sources *s)
{
    s->n = 0;
    add_source(s, &r->own_limits, level);
    for (size_t i = r->n_sets; i-- > 0;)
        if (has_unit(r->sets[i], p))
            add_source(s, &r->sets[i]->limits, level);
    if (r->device != NULL)
        add_source(s, &r->device->limits, level);
    add_source(s, &r->file->limits, level);
}

static const struct fields *nearest_source(const struct level_sources *s, const char *key)
{
    for (size_t i = 0; i < s->n; i++)
        if (field(s->v[i], key) != NULL)
            return s->v[i];
    return s->v[0];
}

/* `do` or `basis` behind the limit itself: rule set, point, area. */
static const struct fields *words_source(const struct raw_point *r, const char *key)
{
    for (size_t i = r->n_sets; i-- > 0;)
        if (field(&r->sets[i]->fields, key) != NULL)
            return &r->sets[i]->fields;
    return raw_source(r, key);
}

const struct fields *limit_source(const struct raw_point *r, const struct point_conf *p,
                                  enum level level, const char *key)
{
    bool is_word = strcmp(key, "do") == 0 || strcmp(key, "basis") == 0;
    struct level_sources s;

    collect(r, p, level, &s);
    const struct fields *f = s.n == 0 ? NULL : nearest_source(&s, key);
    if (f != NULL && field(f, key) == NULL && is_word)
        f = words_source(r, key);
    return f != NULL && field(f, key) != NULL ? f : NULL;
}

static void load_words(struct loader *l, const struct raw_point *r, const struct level_sources *s,
                       const struct point_conf *p, struct limit_conf *limit)
{
    const struct area_conf *area = p->area == PLANT_NONE ? NULL : &l->plant->areas[p->area];
    const struct fields *act = nearest_source(s, "do"), *basis = nearest_source(s, "basis");

    if (field(act, "do") == NULL)
        act = words_source(r, "do");
    if (field(basis, "basis") == NULL)
        basis = words_source(r, "basis");
    value_text(l, basis, "basis", &limit->basis);
    if (limit->basis == NULL && area != NULL)
        limit->basis = area->basis;
    if (field(act, "do") != NULL)
        value_label(l, field(act, "do"), &limit->act);
    else if (area != NULL)
        limit->act = area->act;
}

void check_words(struct loader *l, const struct place *at, const char *name,
                 const struct limit_conf *limit)
{
    bool act = limit->act.zh != NULL || limit->act.en != NULL, basis = limit->basis != NULL;

    if (!act || !basis)
        report(l->d, at, limit->priority == 1 ? E_NO_BASIS : W_NO_BASIS, name,
               act     ? "basis"
               : basis ? "do"
                       : "do, basis",
               NULL);
}

/* Beyond the range counts as over and never clears: a limit there could not be
 * judged, and an alarm whose clear lies there would never end. */
static void check_range(struct loader *l, const struct node *at, const struct node *clear,
                        enum level level, const struct point_conf *p,
                        const struct limit_conf *limit)
{
    const char *name = level_names[level];
    bool high = level >= LEVEL_H;

    if (!p->has_range)
        return;
    if (limit->at < p->range_low || limit->at > p->range_high)
        report(l->d, &at->place, E_LIMIT_OUTSIDE, name, "at", "its at");
    else if (high ? limit->clear <= p->range_low : limit->clear >= p->range_high)
        report(l->d, &clear->place, E_LIMIT_OUTSIDE, name, "clear 之外没有数值，报警无法恢复",
               "no value is beyond its clear, so the alarm could never end");
}

static void check_place(struct loader *l, const struct node *at, const struct node *clear,
                        enum level level, const struct point_conf *p,
                        const struct limit_conf *limit)
{
    bool high = level >= LEVEL_H;

    if (limit->clear == limit->at)
        report(l->d, &at->place, W_NO_DEADBAND, level_names[level], NULL, NULL);
    if (high ? limit->clear > limit->at : limit->clear < limit->at)
        report(l->d, &clear->place, E_CLEAR_SIDE, level_names[level], high ? "下方" : "上方",
               high ? "below" : "above");
    else
        check_range(l, at, clear, level, p, limit);
}

/* The node that a person wrote for this point, of two that don't fit together. */
static const struct node *nearer(const struct level_sources *s, const struct node *at,
                                 const struct node *clear)
{
    for (size_t i = 0; clear != NULL && i < s->n; i++) {
        if (field(s->v[i], "clear") == clear)
            return clear;
        if (field(s->v[i], "at") == at)
            break;
    }
    return at;
}

static bool load_level(struct loader *l, const struct raw_point *r, const struct level_sources *s,
                       enum level level, struct point_conf *p)
{
    struct limit_conf *limit = &p->limits[level];
    const struct node *at = field(nearest_source(s, "at"), "at");
    const struct node *clear = field(nearest_source(s, "clear"), "clear");
    int64_t priority = level == LEVEL_HH || level == LEVEL_LL ? 1 : 2;

    if (at == NULL) {
        if (!fields_excuse(s->v[0], "at"))
            report(l->d, &s->v[0]->map->place, E_MISSING, "at", NULL, NULL);
        return false;
    }
    *limit = (struct limit_conf){ .set = true };
    bool whole = value_quantity(l, at, p->unit_of_value, &limit->at);
    limit->clear = limit->at;
    if (clear != NULL)
        whole &= value_quantity(l, clear, p->unit_of_value, &limit->clear);
    value_time(l, nearest_source(s, "after"), "after", &limit->after_ms);
    value_time(l, nearest_source(s, "clear_after"), "clear_after", &limit->clear_after_ms);
    value_time(l, nearest_source(s, "respond_within"), "respond_within", &limit->respond_within_ms);
    value_time(l, nearest_source(s, "re_alarm"), "re_alarm", &limit->re_alarm_ms);
    value_int(l, nearest_source(s, "priority"), "priority", &priority);
    limit->priority = (uint8_t)priority;
    value_flag(l, nearest_source(s, "latch"), "latch", &limit->latch);
    load_words(l, r, s, p, limit);
    check_words(l, &at->place, level_names[level], limit);
    if (whole && (clear != NULL || !fields_excuse(s->v[0], "clear")))
        check_place(l, at, nearer(s, at, clear), level, p, limit);
    return whole;
}

static void check_order(struct loader *l, const struct raw_point *r, const struct point_conf *p)
{
    int below = -1;

    for (int i = 0; i < LEVELS; i++) {
        if (!p->limits[i].set)
            continue;
        if (below >= 0 && p->limits[i].at <= p->limits[below].at)
            report(l->d, &field(limit_source(r, p, (enum level)i, "at"), "at")->place,
                   E_LIMIT_ORDER, level_names[i], level_names[below], NULL);
        below = i;
    }
}

/* One row of `strictness`: "at most 24 ppm", "at least 19.5 VOL%". */
static void check_bound(struct loader *l, const struct raw_point *r, const struct point_conf *p,
                        const struct node *n, enum level level)
{
    const struct limit_conf *limit = &p->limits[level];
    const char *s = value_scalar(l, n);
    double bound;

    if (s == NULL)
        return;
    bool most = strncmp(s, "at most ", 8) == 0, least = strncmp(s, "at least ", 9) == 0;
    if (!most && !least) {
        report(l->d, &n->place, E_FORM, s, "at most 24 ppm, at least 19.5 VOL%", NULL);
        return;
    }
    if (!value_quantity_at(l, n, most ? 8 : 9, p->unit_of_value, &bound) || !limit->set)
        return;
    if (most ? limit->at > bound : limit->at < bound)
        report(l->d, &field(limit_source(r, p, level, "at"), "at")->place, W_LOOSER,
               level_names[level], s, s);
}

static void check_set(struct loader *l, const struct raw_point *r, const struct point_conf *p,
                      size_t i)
{
    const struct fields *set = &r->sets[i]->fields;
    const struct node *unit = field(set, "for_unit"), *map = field(set, "strictness");
    struct fields bounds;
    enum unit_id for_unit;

    if (unit != NULL && !value_unit(l, unit, &for_unit))
        return;
    if (unit != NULL && p->unit_of_value == UNIT_NONE) {
        report(l->d, &r->own.map->place, E_MISSING, "unit", NULL, NULL);
        return;
    }
    if (unit != NULL && for_unit != p->unit_of_value) {
        report(l->d, &r->set_names[i]->place, E_UNIT_MISMATCH, unit->text,
               unit_name(p->unit_of_value), NULL);
        return;
    }
    if (map == NULL)
        return;
    fields_read(l, &bounds, map, SEC_STRICTNESS);
    for (int level = 0; level < LEVELS; level++)
        if (field(&bounds, level_names[level]) != NULL)
            check_bound(l, r, p, field(&bounds, level_names[level]), (enum level)level);
}

void load_limits(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    bool whole = true;
    struct level_sources s;

    for (int level = 0; level < LEVELS; level++) {
        collect(r, p, (enum level)level, &s);
        whole &= s.n == 0 || load_level(l, r, &s, (enum level)level, p);
    }
    if (whole)
        check_order(l, r, p);
    for (size_t i = 0; i < r->n_sets; i++)
        check_set(l, r, p, i);
}
