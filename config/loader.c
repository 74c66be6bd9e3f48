#include "config/loader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/yaml_bytes.h"

const char names_of_plant[] = "plant", names_of_county[] = "county", names_of_uplinks[] = "uplinks",
           names_of_registers[] = "registers";

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

bool loader_name(struct loader *l, const char *owner, const char *text, const struct node *by,
                 enum finding finding)
{
    const struct node *before;
    char where[300];

    if (names_take(&l->names, l->scratch, owner, text, by, &before) != RG_OK) {
        l->err = RG_ENOMEM;
        return false;
    }
    if (before == NULL)
        return true;
    snprintf(where, sizeof where, "%s:%d", before->place.source->name, before->place.line);
    report(l->d, &by->place, finding, text, where, NULL);
    return false;
}

static void cannot_read(struct loader *l, const char *path, const struct place *asked, int err,
                        int saved_errno)
{
    struct source whole = { .name = path };
    struct place at = asked != NULL ? *asked : (struct place){ .source = &whole };

    report(l->d, &at, E_CANNOT_READ, path,
           err == RG_ENOENT ? strerror(ENOENT) : strerror(saved_errno), NULL);
}

/* The text becomes the plant's. */
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

static void read_tree(struct loader *l, struct file *f)
{
    struct place whole = { .source = &f->source };
    struct node *root = NULL;

    if (f->source.len > CONFIG_FILE_MAX) {
        report(l->d, &whole, E_TOO_LARGE, "文件过大", "the file is too large", NULL);
        return;
    }
    f->parsed = f->source;
    if (!yaml_bytes_check(&f->parsed, f->path, l->d))
        return;
    int err = yaml_tree(&root, l->scratch, &f->parsed, l->d);
    if (err == RG_ENOMEM)
        l->err = err;
    f->empty = err == RG_OK && root == NULL;
    if (root != NULL && root->kind == NODE_MAP)
        f->root = root;
    else if (root != NULL)
        report(l->d, &root->place, E_KIND, f->source.name, "键: 值", "key: value lines");
}

struct file *loader_open(struct loader *l, const char *path, const struct place *asked, bool must)
{
    size_t folder = strlen(l->folder);

    if (path == NULL)
        return NULL;
    if (l->n_files == FILES_MAX) {
        struct place first = { .source = &l->files[0].source };
        report(l->d, asked != NULL ? asked : &first, E_TOO_LARGE, "文件太多", "too many files",
               NULL);
        return NULL;
    }
    struct file *f = &l->files[l->n_files];
    *f = (struct file){ .path = path };
    f->source.name = strncmp(path, l->folder, folder) == 0 ? path + folder : path;
    if (!read_source(l, f, asked, must))
        return NULL;
    l->n_files++;
    read_tree(l, f);
    return f;
}
