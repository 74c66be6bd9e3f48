#include "config/load_trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MAX 512

/* What all values of one owner share. */
struct owner {
    struct loader *l;
    const char *section, *name;
    const struct raw_point *r; /* NULL: no point */
};

static void add(char *out, size_t size, const char *text)
{
    size_t n = strlen(out);

    snprintf(out + n, size - n, "%s", text);
}

/* A scalar, [a, b] or {zh: a, en: b} in one line. */
static void print_value(const struct node *n, char *out, size_t size)
{
    const char *ends = n->kind == NODE_MAP ? "{}" : "[]";
    char bracket[2] = { ends[0], '\0' };

    out[0] = '\0';
    if (n->kind == NODE_SCALAR) {
        add(out, size, n->text);
        return;
    }
    add(out, size, bracket);
    for (const struct node *c = n->first; c != NULL; c = c->next) {
        add(out, size, c == n->first ? "" : ", ");
        if (c->key != NULL) {
            add(out, size, c->key->text);
            add(out, size, ": ");
        }
        add(out, size, c->kind == NODE_SCALAR ? c->text : "..");
    }
    bracket[0] = ends[1];
    add(out, size, bracket);
}

static bool is_limit_of(const struct limit_maps *m, const struct fields *f)
{
    return f >= m->level && f < m->level + LEVELS;
}

static enum origin_from from_of(const struct raw_point *r, const struct fields *f,
                                const char **name)
{
    *name = "";
    if (r == NULL || f == &r->own || is_limit_of(&r->own_limits, f))
        return FROM_FILE;
    if (f == &r->file->defaults || is_limit_of(&r->file->limits, f))
        return FROM_DEFAULTS;
    if (r->device != NULL && (f == &r->device->fields || is_limit_of(&r->device->limits, f))) {
        *name = r->device->asked;
        return FROM_DEVICE;
    }
    for (size_t i = 0; i < r->n_sets; i++)
        if (f == &r->sets[i]->fields || is_limit_of(&r->sets[i]->limits, f)) {
            *name = r->sets[i]->asked;
            return FROM_RULE_SET;
        }
    return FROM_FILE;
}

static void tell(const struct owner *o, const char *key, const char *value, const struct node *n,
                 const struct fields *f)
{
    struct origin origin = {
        .section = o->section, .name = o->name, .key = key, .value = value, .template_name = ""
    };

    if (n != NULL) {
        origin.from = from_of(o->r, f, &origin.template_name);
        origin.file = n->place.source->name;
        origin.line = n->place.line;
    }
    o->l->trace->value(o->l->trace->ctx, &origin);
}

static void tell_node(const struct owner *o, const char *key, const struct node *n,
                      const struct fields *f)
{
    char value[VALUE_MAX];

    print_value(n, value, sizeof value);
    tell(o, key, value, n, f);
}

static bool is_value(const struct key_row *row)
{
    return row->type != KEY_MAP && row->type != KEY_NOT_BUILT;
}

/* What nobody wrote has the schema's default. */
static void tell_row(const struct owner *o, const struct key_row *row, const struct fields *f)
{
    const struct node *n = f->map == NULL ? NULL : field(f, row->name);

    if (n != NULL)
        tell_node(o, row->name, n, f);
    else if (row->standard != NULL && row->standard[0] != '\0')
        tell(o, row->name, row->standard, NULL, f);
}

void trace_fields(struct loader *l, const char *section, const char *name, const struct fields *f)
{
    struct owner o = { .l = l, .section = section, .name = name };
    size_t n;
    const struct key_row *rows = schema_section(f->section, &n);

    for (size_t i = 0; l->trace != NULL && i < n; i++)
        if (is_value(&rows[i]) && rows[i].type != KEY_LIST)
            tell_row(&o, &rows[i], f);
}

/* 0 of function code 4 is 30001 in many manuals. */
static void address_text(const struct read_conf *r, char *out, size_t size)
{
    static const int first[] = { 0, 0, 1, 4, 3 }; /* by function code */
    unsigned address = r->address + 1u;

    if (address < 10000)
        snprintf(out, size, "%u = %d%04u", r->address, first[r->fc], address);
    else
        snprintf(out, size, "%u = %d%05u", r->address, first[r->fc], address);
}

/* Worth telling though nobody wrote it. */
static bool has_default(const struct key_row *row, const struct node *read)
{
    bool is_factor = row->type == KEY_FACTOR; /* what `raw` says instead */

    return is_factor && map_get(read, "raw") == NULL;
}

static void trace_read(const struct owner *o, const char *of, const struct node *read,
                       const struct fields *f, const struct read_conf *r)
{
    size_t n;
    const struct key_row *rows = schema_section(SEC_READ, &n);
    char key[48], value[VALUE_MAX];

    for (size_t i = 0; i < n; i++) {
        const struct node *c = map_get(read, rows[i].name);
        bool is_word = of[0] != '\0';
        if (!is_value(&rows[i]) || (c == NULL && (is_word || !has_default(&rows[i], read))))
            continue;
        snprintf(key, sizeof key, "%sread.%s", of, rows[i].name);
        if (strcmp(rows[i].name, "address") == 0)
            address_text(r, value, sizeof value);
        else if (c != NULL)
            print_value(c, value, sizeof value);
        else
            snprintf(value, sizeof value, "%s", rows[i].standard);
        tell(o, key, value, c, f);
    }
}

/* Of the point whose unit it proves. */
static void trace_identity(const struct owner *o, const struct point_conf *p)
{
    const struct fields *f = raw_source(o->r, "identity");
    const struct node *n = field(f, "identity");

    if (n == NULL || p->identity.read.fc == 0)
        return;
    trace_read(o, "identity.", map_get(n, "read"), f, &p->identity.read);
    tell_node(o, "identity.equals", map_get(n, "equals"), f);
}

static void trace_reads(const struct owner *o, const struct point_conf *p)
{
    const struct fields *read = raw_source(o->r, "read"), *status = raw_source(o->r, "status");
    const struct node *word = field(status, "status");

    if (field(read, "read") != NULL)
        trace_read(o, "", field(read, "read"), read, &p->read);
    if (word != NULL) {
        trace_read(o, "status.", map_get(word, "read"), status, &p->status.read);
        tell_node(o, "status.bits", map_get(word, "bits"), status);
    }
    trace_identity(o, p);
}

/* `do` and `basis` that only the area has. */
static void tell_of_area(const struct owner *o, const struct point_conf *p, const char *key,
                         const char *value)
{
    const char *area = o->l->plant->areas[p->area].name;
    const struct node *n = names_find(&o->l->names, names_of_plant, area);
    struct origin origin = { .section = o->section,
                             .name = o->name,
                             .key = key,
                             .value = value,
                             .from = FROM_AREA,
                             .template_name = area };

    if (n != NULL) {
        origin.file = n->place.source->name;
        origin.line = n->place.line;
    }
    o->l->trace->value(o->l->trace->ctx, &origin);
}

static void trace_limit_row(const struct owner *o, const struct point_conf *p, enum level level,
                            const struct key_row *row)
{
    const struct limit_conf *limit = &p->limits[level];
    const struct fields *f = limit_source(o->r, p, level, row->name);
    const struct node *n = f == NULL ? NULL : field(f, row->name);
    const struct text basis = { .zh = limit->basis };
    const struct text *words = strcmp(row->name, "do") == 0 ? &limit->act : &basis;
    char key[32];

    snprintf(key, sizeof key, "%s.%s", level_names[level], row->name);
    if (n != NULL)
        tell_node(o, key, n, f);
    else if (strcmp(row->name, "priority") == 0)
        tell(o, key, limit->priority == 1 ? "1" : "2", NULL, NULL);
    else if (row->standard != NULL && row->standard[0] != '\0')
        tell(o, key, row->standard, NULL, NULL);
    else if (row->type == KEY_LABEL || strcmp(row->name, "basis") == 0) {
        const char *text = text_pick(words, "zh");
        if (text[0] != '\0' && p->area != PLANT_NONE)
            tell_of_area(o, p, key, text);
    }
}

void trace_point(struct loader *l, const struct raw_point *r, const struct point_conf *p)
{
    struct owner o = { .l = l, .section = "points", .name = p->id, .r = r };
    size_t n;
    const struct key_row *rows = schema_section(SEC_POINT, &n);

    if (l->trace == NULL || p->id == NULL || l->d->errors > 0)
        return;
    for (size_t i = 0; i < n; i++)
        if (is_value(&rows[i]))
            tell_row(&o, &rows[i], raw_source(r, rows[i].name));
    trace_reads(&o, p);
    rows = schema_section(SEC_LIMIT, &n);
    for (int level = 0; level < LEVELS; level++)
        for (size_t i = 0; p->limits[level].set && i < n; i++)
            if (is_value(&rows[i]))
                trace_limit_row(&o, p, (enum level)level, &rows[i]);
}
