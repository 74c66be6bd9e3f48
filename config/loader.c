#include "config/loader.h"
#include "config/yaml_bytes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *loader_take(struct loader *l, size_t size)
{
    void *p = arena_take(l->arena, size);

    if (p == NULL)
        l->err = RG_ENOMEM;
    return p;
}

const char *loader_copy(struct loader *l, const char *text)
{
    const char *copy = arena_copy(l->arena, text, strlen(text));

    if (copy == NULL)
        l->err = RG_ENOMEM;
    return copy;
}

const char *loader_path(struct loader *l, const char *relative)
{
    size_t folder = relative[0] == '/' ? 0 : strlen(l->folder);
    size_t len = strlen(relative);
    char *path = loader_take(l, folder + len + 1);

    if (path == NULL)
        return NULL;
    memcpy(path, l->folder, folder);
    memcpy(path + folder, relative, len);
    return path;
}

static void cannot_read(struct loader *l, const char *path, const struct place *asked, int err,
                        int saved_errno)
{
    struct source whole = { .name = path };
    struct place at = asked != NULL ? *asked : (struct place){ .source = &whole };

    report(l->d, &at, E_CANNOT_READ, path,
           err == RG_ENOENT ? "no such file" : strerror(saved_errno), NULL);
}

/* The text becomes the arena's; *s keeps what is behind a BOM. */
static bool read_source(struct loader *l, struct file *f, const struct place *asked, bool must)
{
    char *text = NULL;
    size_t len = 0;
    int err = l->reader->read(l->reader->ctx, f->path, &text, &len);
    int saved = errno;

    if (err == RG_ENOMEM) {
        l->err = err;
        return false;
    }
    if (err != RG_OK) {
        if (must || err != RG_ENOENT)
            cannot_read(l, f->path, asked, err, saved);
        return false;
    }
    f->source.text = arena_copy(l->arena, text, len);
    f->source.len = len;
    free(text);
    if (f->source.text == NULL)
        l->err = RG_ENOMEM;
    return f->source.text != NULL;
}

struct file *loader_open(struct loader *l, const char *path, const struct place *asked, bool must)
{
    if (l->n_files == FILES_MAX || path == NULL)
        return NULL;
    struct file *f = &l->files[l->n_files];
    size_t folder = strlen(l->folder);
    struct node *root = NULL;

    *f = (struct file){ .path = path };
    f->source.name = strncmp(path, l->folder, folder) == 0 ? path + folder : path;
    if (!read_source(l, f, asked, must))
        return NULL;
    l->n_files++;
    if (f->source.len > CONFIG_FILE_MAX) {
        report(l->d, &(struct place){ .source = &f->source }, E_TOO_LARGE, NULL, NULL, NULL);
        return f;
    }
    if (!yaml_bytes_check(&f->source, l->d))
        return f;
    if (yaml_tree(&root, l->arena, &f->source, l->d) == RG_ENOMEM)
        l->err = RG_ENOMEM;
    if (root != NULL && root->kind != NODE_MAP)
        report(l->d, &root->place, E_KIND, f->source.name, "键: 值", "key: value lines");
    f->root = root != NULL && root->kind == NODE_MAP ? root : NULL;
    return f;
}

const struct node *map_get(const struct node *map, const char *key)
{
    for (const struct node *n = map->first; n != NULL; n = n->next)
        if (n->key != NULL && strcmp(n->key->text, key) == 0)
            return n;
    return NULL;
}

static void unknown_key(struct loader *l, const struct node *key, const struct key_row *rows, size_t n)
{
    const char *names[KEYS_MAX];

    for (size_t i = 0; i < n; i++)
        names[i] = rows[i].name;
    report(l->d, &key->place, E_UNKNOWN_KEY, key->text, nearest(key->text, names, n), NULL);
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
           map ? "键: 值（映射）" : list ? "列表 [..]" : "一个值",
           map ? "a map of key: value" : list ? "a list [..]" : "one value");
}

void fields_read(struct loader *l, struct fields *f, const struct node *map, enum section s)
{
    size_t n;
    const struct key_row *rows = schema_section(s, &n);

    *f = (struct fields){ .section = s, .map = map };
    for (const struct node *c = map->first; c != NULL; c = c->next) {
        const struct key_row *row = c->key == NULL ? NULL : schema_find(s, c->key->text);
        if (c->key == NULL)
            continue;
        if (row == NULL)
            unknown_key(l, c->key, rows, n);
        else if (row->type == KEY_NOT_BUILT)
            report(l->d, &c->key->place, E_NOT_BUILT, row->name, NULL, NULL);
        else if (!kind_fits(row, c))
            wrong_kind(l, row, c);
        else if (f->v[row - rows] == NULL)
            f->v[row - rows] = c;
    }
}

const struct node *field(const struct fields *f, const char *key)
{
    size_t n;
    const struct key_row *rows = schema_section(f->section, &n);

    return f->v[schema_find(f->section, key) - rows];
}

void fields_require(struct loader *l, const struct fields *f)
{
    size_t n;
    const struct key_row *rows = schema_section(f->section, &n);

    for (size_t i = 0; i < n; i++)
        if (rows[i].standard == NULL && rows[i].type != KEY_NOT_BUILT && f->v[i] == NULL &&
            map_get(f->map, rows[i].name) == NULL)
            report(l->d, &f->map->place, E_MISSING, rows[i].name, NULL, NULL);
}
