#include "config/load.h"

#include <string.h>

#include "config/loader.h"

/* What a plant's memory is: the arena of the run that made it. */
struct plant_memory {
    struct arena *arena;
};

static void read_root(struct loader *l, struct file *f)
{
    fields_read(l, &f->fields, f->root, SEC_ROOT);
    const struct node *defaults = field(&f->fields, "defaults");
    f->defaults.section = SEC_POINT;
    if (defaults != NULL)
        fields_read(l, &f->defaults, defaults, SEC_POINT);
}

/* Included files hold buses, areas, defaults, points and uplinks; what is of
 * the whole plant stands in the main file. */
static void refuse_main_keys(struct loader *l, struct file *f)
{
    static const char *const main_keys[] = { "version", "site",      "store",  "control",
                                             "telemetry", "templates", "include" };

    for (size_t i = 0; i < sizeof main_keys / sizeof main_keys[0]; i++) {
        const struct node *n = field(&f->fields, main_keys[i]);
        if (n != NULL)
            report(l->d, &n->key->place, E_NOT_ALLOWED, main_keys[i], NULL, NULL);
    }
}

static void include_files(struct loader *l, struct file *main_file)
{
    const struct node *list = field(&main_file->fields, "include");

    for (const struct node *n = list == NULL ? NULL : list->first; n != NULL; n = n->next) {
        if (n->kind != NODE_SCALAR) {
            report(l->d, &n->place, E_KIND, "include", "文件名", "file names");
            continue;
        }
        struct file *f = loader_open(l, loader_path(l, n->text), &n->place, true);
        if (f == NULL || f->root == NULL)
            continue;
        read_root(l, f);
        refuse_main_keys(l, f);
    }
    l->n_plant_files = l->n_files;
}

static void keep_files(struct loader *l)
{
    struct plant *p = l->plant;

    p->files = loader_take(l, l->n_files * sizeof *p->files);
    for (size_t i = 0; p->files != NULL && i < l->n_files; i++)
        p->files[p->n_files++] = (struct source_file){ .path = l->files[i].path,
                                                       .name = l->files[i].source.name,
                                                       .text = l->files[i].source.text,
                                                       .len = l->files[i].source.len };
}

static void run(struct loader *l, const char *path)
{
    const char *slash = strrchr(path, '/');

    l->folder = slash == NULL ? "" : arena_copy(l->arena, path, (size_t)(slash + 1 - path));
    const char *own_path = loader_copy(l, path);
    if (l->folder == NULL || own_path == NULL)
        return;
    struct file *main_file = loader_open(l, own_path, NULL, true);
    if (main_file == NULL || main_file->root == NULL)
        return;
    read_root(l, main_file);
    fields_require(l, &main_file->fields);
    l->templates = field(&main_file->fields, "templates");
    include_files(l, main_file);
    load_site(l, main_file);
    load_areas(l);
    load_buses(l);
    load_points(l);
    load_uplinks(l);
    keep_files(l);
}

static int begin(struct loader *l)
{
    l->arena = arena_new();
    if (l->arena == NULL)
        return RG_ENOMEM;
    l->plant = loader_take(l, sizeof *l->plant);
    l->files = loader_take(l, FILES_MAX * sizeof *l->files);
    if (l->err == RG_OK)
        l->plant->memory = loader_take(l, sizeof *l->plant->memory);
    if (l->err == RG_OK)
        l->plant->memory->arena = l->arena;
    return l->err;
}

int plant_load(struct plant **out, const char *path, const struct file_reader *r,
               struct diag_list *d)
{
    struct loader l = { .d = d, .reader = r };

    if (begin(&l) == RG_OK)
        run(&l, path);
    diag_sort(d);
    if (l.err == RG_OK && d->errors > 0)
        l.err = RG_ECONF;
    if (l.err == RG_OK)
        *out = l.plant;
    else
        arena_free(l.arena);
    return l.err;
}

void plant_free(struct plant *p)
{
    if (p != NULL)
        arena_free(p->memory->arena);
}
