#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/load_point.h"
#include "config/load_trace.h"
#include "config/values.h"

#define NAMES_SHOWN 64 /* looked at for a near miss */

static int by_id(const void *a, const void *b, void *points)
{
    const struct point_conf *p = points;

    return strcmp(p[*(const uint32_t *)a].id, p[*(const uint32_t *)b].id);
}

static bool index_points(struct loader *l)
{
    const struct plant *p = l->plant;
    uint32_t *v = arena_take(l->scratch, (p->n_points + 1) * sizeof *v);

    if (v == NULL) {
        l->err = RG_ENOMEM;
        return false;
    }
    for (uint32_t i = 0; i < p->n_points; i++)
        v[i] = i;
    if (p->n_points > 0)
        qsort_r(v, p->n_points, sizeof *v, by_id, p->points);
    l->points = (struct expr_names){ p->points, v, p->n_points };
    return true;
}

/* ---- one expression ---- */

static bool is_rule(const struct loader *l, const char *id)
{
    for (size_t i = 0; i < l->plant->n_rules; i++)
        if (strcmp(l->plant->rules[i].id, id) == 0)
            return true;
    return false;
}

static void no_such_point(struct loader *l, const struct place *at, const char *name)
{
    const char *names[NAMES_SHOWN];
    size_t n = 0;

    if (is_rule(l, name)) {
        report(l->d, at, E_EXPR_RULE, name, NULL, NULL);
        return;
    }
    for (; n < NAMES_SHOWN && n < l->plant->n_points; n++)
        names[n] = l->plant->points[n].id;
    no_such(l, at, name, "points", "测点", "point", names, n);
}

static void report_fault(struct loader *l, const struct node *n, const struct expr_fault *f)
{
    struct place at = value_part(n, f->from, f->len);

    if (f->finding == E_NO_SUCH)
        no_such_point(l, &at, f->args[0]);
    else if (f->finding == E_UNKNOWN_UNIT)
        report_unknown_unit(l, &at, f->args[0]);
    else
        report_near(l->d, &at, f->finding, f->args[0], f->args[1], f->args[2],
                    f->near[0] == '\0' ? NULL : f->near);
}

static bool load_expr(struct loader *l, const struct node *n, enum expr_want want,
                      struct expr_code *code, struct expr *out)
{
    const char *text = value_scalar(l, n);
    struct expr_fault fault;
    struct expr_step *steps;

    if (text == NULL)
        return false;
    if (!expr_compile(text, &l->points, want, code, &fault)) {
        report_fault(l, n, &fault);
        return false;
    }
    steps = loader_take(l, code->n * sizeof *steps);
    if (steps == NULL)
        return false;
    memcpy(steps, code->steps, code->n * sizeof *steps);
    *out = (struct expr){ loader_copy(l, text), steps, code->n, code->n_windows };
    return true;
}

static void load_condition(struct loader *l, const struct node *n, struct expr *out)
{
    struct expr_code code;

    if (n != NULL)
        load_expr(l, n, EXPR_CONDITION, &code, out);
}

/* ---- rules ---- */

static void load_words(struct loader *l, const struct fields *f, struct rule_conf *r)
{
    const struct area_conf *area = r->area == PLANT_NONE ? NULL : &l->plant->areas[r->area];

    value_text(l, f, "basis", &r->limit.basis);
    if (field(f, "do") != NULL)
        value_label(l, field(f, "do"), &r->limit.act);
    if (area != NULL && r->limit.basis == NULL)
        r->limit.basis = area->basis;
    if (area != NULL && field(f, "do") == NULL)
        r->limit.act = area->act;
    check_words(l, &f->map->place, r->id, &r->limit);
}

static void load_rule_fields(struct loader *l, const struct fields *f, struct rule_conf *r)
{
    const struct node *area = field(f, "area");
    int64_t priority = 2;

    value_text(l, f, "zh", &r->label.zh);
    value_text(l, f, "en", &r->label.en);
    r->limit.set = true;
    value_time(l, f, "after", &r->limit.after_ms);
    value_time(l, f, "clear_after", &r->limit.clear_after_ms);
    value_time(l, f, "respond_within", &r->limit.respond_within_ms);
    value_time(l, f, "re_alarm", &r->limit.re_alarm_ms);
    value_int(l, f, "priority", &priority);
    r->limit.priority = (uint8_t)priority;
    value_flag(l, f, "latch", &r->limit.latch);
    if (area != NULL && value_scalar(l, area) != NULL)
        r->area = find_area(l, area);
    load_words(l, f, r);
}

static void load_rule(struct loader *l, const struct file *file, const struct node *n,
                      struct fields *f)
{
    struct rule_conf *r = &l->plant->rules[l->plant->n_rules];

    if (n->kind != NODE_MAP) {
        if (n->fault == NODE_FINE)
            report(l->d, &n->place, E_KIND, "rules", "{id: ...}", "a list of maps {id: ...}");
        return;
    }
    fields_read(l, f, n, SEC_RULE);
    fields_require(l, f);
    *r = (struct rule_conf){ .area = PLANT_NONE,
                             .file = loader_copy(l, file->source.name),
                             .line = n->place.line };
    if (field(f, "id") == NULL || !value_name(l, field(f, "id"), &r->id) ||
        !loader_name(l, names_of_plant, r->id, field(f, "id"), E_TAKEN))
        return;
    trace_fields(l, "rules", r->id, f);
    load_rule_fields(l, f, r);
    l->plant->n_rules++;
}

/* First all names, then all conditions: whether a name is that of a rule is
 * known wherever the rule stands. */
static void read_rules(struct loader *l, struct fields *sources)
{
    for (size_t i = 0; i < l->n_plant_files; i++) {
        const struct file *f = &l->files[i];
        const struct node *list = f->root == NULL ? NULL : field(&f->fields, "rules");
        const struct node *n = list == NULL ? NULL : list->first;
        for (; n != NULL && l->err == RG_OK && l->d->errors < ERRORS_ENOUGH; n = n->next)
            load_rule(l, f, n, &sources[l->plant->n_rules]);
    }
}

void load_rules(struct loader *l)
{
    size_t room = fields_count(l, "rules") + 1;
    struct fields *sources = arena_take(l->scratch, room * sizeof *sources);
    struct plant *p = l->plant;

    p->rules = loader_take(l, room * sizeof *p->rules);
    if (sources == NULL)
        l->err = RG_ENOMEM;
    if (l->err != RG_OK || !index_points(l))
        return;
    read_rules(l, sources);
    for (size_t i = 0; i < p->n_rules && l->err == RG_OK && l->d->errors < ERRORS_ENOUGH; i++) {
        load_condition(l, field(&sources[i], "when"), &p->rules[i].when);
        load_condition(l, field(&sources[i], "clear_when"), &p->rules[i].clear_when);
    }
}
