#include <string.h>

#include "config/loader.h"

const struct node *map_get(const struct node *map, const char *key)
{
    for (const struct node *n = map->first; n != NULL; n = n->next)
        if (n->key != NULL && strcmp(n->key->text, key) == 0)
            return n;
    return NULL;
}

/* The section of a row that is a map with keys of its own; SECTIONS: none. */
static enum section section_below(const struct key_row *row)
{
    static const struct {
        const char *key;
        enum section below;
    } maps[] = { { "site", SEC_SITE },         { "store", SEC_STORE },
                 { "control", SEC_CONTROL },   { "telemetry", SEC_TELEMETRY },
                 { "shelve", SEC_SHELVE },     { "defaults", SEC_POINT },
                 { "read", SEC_READ },         { "limits", SEC_LIMITS },
                 { "status", SEC_STATUS },     { "channels", SEC_CHANNELS },
                 { "identity", SEC_IDENTITY }, { "LL", SEC_LIMIT },
                 { "L", SEC_LIMIT },           { "H", SEC_LIMIT },
                 { "HH", SEC_LIMIT },          { "tls", SEC_TLS } };

    for (size_t i = 0; row->type == KEY_MAP && i < sizeof maps / sizeof maps[0]; i++)
        if (strcmp(maps[i].key, row->name) == 0)
            return maps[i].below;
    return SECTIONS;
}

/* Where a key belongs that stands in the wrong map; NULL: nowhere.  An empty map
 * right above it is the likeliest place. */
static const char *home_of(const struct node *map, const struct node *stray, enum section s)
{
    const struct key_row *row = schema_any(stray->text);
    const char *home = NULL;

    for (const struct node *c = map->first; c != NULL && c->key != stray; c = c->next) {
        const struct key_row *above = schema_find(s, c->key->text);
        enum section below = above == NULL ? SECTIONS : section_below(above);
        if (below != SECTIONS && schema_find(below, stray->text) != NULL)
            home = above->name;
    }
    return home != NULL || row == NULL ? home : schema_home(row->section);
}

/* A misspelt key is one mistake: the key that it was meant to be is not missing too. */
static void unknown_key(struct loader *l, struct fields *f, const struct node *key)
{
    size_t n;
    const struct key_row *rows = schema_section(f->section, &n);
    bool kept = l->d->n < DIAG_KEPT_MAX; /* else it is counted: no need to search */
    const char *home = kept ? home_of(f->map, key, f->section) : NULL;
    const char *names[KEYS_MAX] = { NULL };

    for (size_t i = 0; i < n; i++)
        names[i] = rows[i].name;
    const char *near = kept ? nearest(key->text, names, n) : NULL;
    if (home != NULL)
        report(l->d, &key->place, E_MISPLACED, key->text, home, NULL);
    else
        report_near(l->d, &key->place, E_UNKNOWN_KEY, key->text, NULL, NULL, near);
    for (size_t i = 0; i < n; i++)
        if (names[i] == near || names[i] == home)
            f->excused |= UINT64_C(1) << i;
}

/* `limits:` above keys that should have been indented: they are told instead. */
static void no_value(struct loader *l, const struct key_row *row, const struct node *n)
{
    enum section below = section_below(row);
    const struct node *next = n->next;

    if (below == SECTIONS || next == NULL || schema_find(row->section, next->key->text) != NULL ||
        schema_find(below, next->key->text) == NULL)
        report(l->d, &n->key->place, E_NULL, row->name, NULL, NULL);
}

static bool is_list(const struct key_row *row)
{
    return row->type == KEY_LIST || row->type == KEY_FILES || row->type == KEY_CODES ||
           row->type == KEY_SPANS;
}

static bool kind_fits(const struct key_row *row, const struct node *n)
{
    if (row->type == KEY_MAP)
        return n->kind == NODE_MAP;
    if (is_list(row))
        return n->kind == NODE_LIST;
    if (row->type == KEY_RECORD)
        return n->kind != NODE_LIST;
    return row->type == KEY_LABEL || n->kind == NODE_SCALAR;
}

static void wrong_kind(struct loader *l, const struct key_row *row, const struct node *n)
{
    bool map = row->type == KEY_MAP, list = is_list(row);

    report(l->d, &n->place, E_KIND, row->name,
           map    ? "键: 值（映射）"
           : list ? "列表 [..]"
                  : "一个值",
           map    ? "a map of key: value"
           : list ? "a list [..]"
                  : "one value");
}

void fields_read(struct loader *l, struct fields *f, const struct node *map, enum section s)
{
    size_t n;
    const struct key_row *rows = schema_section(s, &n);

    *f = (struct fields){ .section = s, .map = map };
    for (const struct node *c = map->first; c != NULL; c = c->next) {
        const struct key_row *row = schema_find(s, c->key->text);
        if (c->key->fault != NODE_FINE)
            continue;
        if (row == NULL) {
            unknown_key(l, f, c->key);
            continue;
        }
        f->excused |= UINT64_C(1) << (row - rows);
        if (row->type == KEY_NOT_BUILT)
            report(l->d, &c->key->place, E_NOT_BUILT, row->name, NULL, NULL);
        else if (c->fault == NODE_NULL)
            no_value(l, row, c);
        else if (c->fault == NODE_FINE && !kind_fits(row, c))
            wrong_kind(l, row, c);
        else if (c->fault == NODE_FINE && f->v[row - rows] == NULL)
            f->v[row - rows] = c;
    }
}

static size_t row_of(const struct fields *f, const char *key)
{
    size_t n;
    const struct key_row *rows = schema_section(f->section, &n);

    return (size_t)(schema_find(f->section, key) - rows);
}

const struct node *field(const struct fields *f, const char *key)
{
    return f->v[row_of(f, key)];
}

bool fields_excuse(const struct fields *f, const char *key)
{
    return f->map != NULL && (f->excused >> row_of(f, key) & 1) != 0;
}

void fields_require(struct loader *l, const struct fields *f)
{
    size_t n;
    const struct key_row *rows = schema_section(f->section, &n);

    for (size_t i = 0; i < n; i++)
        if (rows[i].standard == NULL && f->v[i] == NULL && (f->excused >> i & 1) == 0)
            report(l->d, &f->map->place, E_MISSING, rows[i].name, NULL, NULL);
}

/* The key's node in plant file i. */
static const struct node *in_file(const struct loader *l, size_t i, const char *key)
{
    return l->files[i].root == NULL ? NULL : field(&l->files[i].fields, key);
}

void fields_each(struct loader *l, const char *key,
                 void (*fn)(struct loader *l, const struct node *n))
{
    for (size_t i = 0; l->err == RG_OK && i < l->n_plant_files; i++) {
        const struct node *map = in_file(l, i, key);
        for (const struct node *n = map == NULL ? NULL : map->first; n != NULL; n = n->next)
            if (n->kind == NODE_MAP)
                fn(l, n);
            else if (n->fault == NODE_NULL)
                report(l->d, &n->key->place, E_NULL, n->key->text, NULL, NULL);
            else if (n->fault == NODE_FINE)
                report(l->d, &n->place, E_KIND, n->key->text, "键: 值（映射）",
                       "a map of key: value");
    }
}

size_t fields_count(const struct loader *l, const char *key)
{
    size_t count = 0;

    for (size_t i = 0; i < l->n_plant_files; i++) {
        const struct node *map = in_file(l, i, key);
        for (const struct node *n = map == NULL ? NULL : map->first; n != NULL; n = n->next)
            count++;
    }
    return count;
}
