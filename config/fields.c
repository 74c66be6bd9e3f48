#include <string.h>

#include "config/loader.h"

const struct node *map_get(const struct node *map, const char *key)
{
    for (const struct node *n = map->first; n != NULL; n = n->next)
        if (n->key != NULL && strcmp(n->key->text, key) == 0)
            return n;
    return NULL;
}

/* A misspelt key is one mistake: the key that it was meant to be is not missing too. */
static void unknown_key(struct loader *l, struct fields *f, const struct node *key,
                        const struct key_row *rows, size_t n)
{
    const char *names[KEYS_MAX] = { NULL };

    for (size_t i = 0; i < n; i++)
        names[i] = rows[i].name;
    const char *near = l->d->n == DIAG_KEPT_MAX ? NULL : nearest(key->text, names, n);
    report_near(l->d, &key->place, E_UNKNOWN_KEY, key->text, NULL, NULL, near);
    for (size_t i = 0; near != NULL && i < n; i++)
        if (names[i] == near)
            f->excused |= UINT64_C(1) << i;
}

static bool kind_fits(const struct key_row *row, const struct node *n)
{
    if (row->type == KEY_MAP)
        return n->kind == NODE_MAP;
    if (row->type == KEY_LIST)
        return n->kind == NODE_LIST;
    return row->type == KEY_LABEL || n->kind == NODE_SCALAR;
}

static void wrong_kind(struct loader *l, const struct key_row *row, const struct node *n)
{
    bool map = row->type == KEY_MAP, list = row->type == KEY_LIST;

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
        if (c->key->is_null)
            continue; /* told when it was read */
        if (row == NULL) {
            unknown_key(l, f, c->key, rows, n);
            continue;
        }
        f->excused |= UINT64_C(1) << (row - rows);
        if (row->type == KEY_NOT_BUILT)
            report(l->d, &c->key->place, E_NOT_BUILT, row->name, NULL, NULL);
        else if (c->is_null)
            continue;
        else if (!kind_fits(row, c))
            wrong_kind(l, row, c);
        else if (f->v[row - rows] == NULL)
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
            else if (!n->is_null)
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
