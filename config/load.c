#include "config/load.h"

#include <string.h>

#include "config/load_point.h"
#include "config/origin.h"
#include "config/values.h"

/* What a plant's memory is: the arena of the run that made it. */
struct plant_memory {
    struct arena *arena;
};

/* What a point alone can say. */
static void refuse_own_keys(struct loader *l, const struct fields *defaults)
{
    static const char *const own[] = { "id", "zh", "en", "county", "channel" };

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        const struct node *n = field(defaults, own[i]);
        if (n != NULL)
            report(l->d, &n->key->place, E_NOT_HERE, own[i], "每个测点各写各的",
                   "each point has its own");
    }
}

static void read_root(struct loader *l, struct file *f)
{
    fields_read(l, &f->fields, f->root, SEC_ROOT);
    const struct node *defaults = field(&f->fields, "defaults");
    f->defaults.section = SEC_POINT;
    if (defaults == NULL)
        return;
    fields_read(l, &f->defaults, defaults, SEC_POINT);
    refuse_own_keys(l, &f->defaults);
    value_check(l, &f->defaults);
    limits_read(l, &f->limits, field(&f->defaults, "limits"));
}

/* Included files hold buses, areas, defaults, points and uplinks; what is of
 * the whole plant stands in the main file. */
static void refuse_main_keys(struct loader *l, struct file *f)
{
    static const char *const main_keys[] = { "version",   "site",      "store",  "control",
                                             "telemetry", "templates", "include" };

    for (size_t i = 0; i < sizeof main_keys / sizeof main_keys[0]; i++) {
        const struct node *n = field(&f->fields, main_keys[i]);
        if (n != NULL)
            report(l->d, &n->key->place, E_NOT_HERE, main_keys[i], "只能写在主文件中",
                   "it belongs in the main file");
    }
}

static bool is_included(struct loader *l, const char *path)
{
    for (size_t i = 0; i < l->n_files; i++)
        if (strcmp(l->files[i].path, path) == 0)
            return true;
    return false;
}

static void include_file(struct loader *l, const struct node *n)
{
    const char *name = value_scalar(l, n);
    const char *path = name == NULL ? NULL : loader_path(l, name);

    if (path == NULL)
        return;
    if (is_included(l, path)) {
        report(l->d, &n->place, E_TWICE, name, NULL, NULL);
        return;
    }
    struct file *f = loader_open(l, path, &n->place, true);
    if (f == NULL || f->root == NULL) {
        l->incomplete |= f == NULL || !f->empty;
        return;
    }
    read_root(l, f);
    refuse_main_keys(l, f);
}

static void include_files(struct loader *l, struct file *main_file)
{
    const struct node *list = field(&main_file->fields, "include");
    int asked = 0;

    for (const struct node *n = list == NULL ? NULL : list->first; n != NULL && asked < FILES_MAX;
         n = n->next, asked++)
        include_file(l, n);
    if (asked == FILES_MAX)
        report(l->d, &list->place, E_TOO_LARGE, "文件太多", "too many files", NULL);
    /* An include that is not read as one may hold anything. */
    l->incomplete |= list == NULL && fields_excuse(&main_file->fields, "include");
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
    if (main_file == NULL)
        return;
    if (main_file->empty)
        report(l->d, &(struct place){ .source = &main_file->source }, E_MISSING, "version", NULL,
               NULL);
    if (main_file->root == NULL)
        return;
    read_root(l, main_file);
    fields_require(l, &main_file->fields);
    l->templates = field(&main_file->fields, "templates");
    include_files(l, main_file);
    load_site(l, main_file);
    load_areas(l);
    load_buses(l);
    load_points(l);
    load_rules(l);
    load_uplinks(l);
    if (l->plant->n_points == 0 && l->d->errors == 0)
        report(l->d, &(struct place){ .source = &main_file->source }, W_NO_POINTS, NULL, NULL,
               NULL);
    keep_files(l);
}

static int begin(struct loader *l)
{
    l->arena = arena_new();
    l->scratch = arena_new();
    if (l->arena == NULL || l->scratch == NULL)
        return RG_ENOMEM;
    l->plant = loader_take(l, sizeof *l->plant);
    l->files = arena_take(l->scratch, FILES_MAX * sizeof *l->files);
    if (l->files == NULL)
        l->err = RG_ENOMEM;
    if (l->err == RG_OK)
        l->plant->memory = loader_take(l, sizeof *l->plant->memory);
    if (l->err == RG_OK)
        l->plant->memory->arena = l->arena;
    return l->err;
}

static int load(struct plant **out, const char *path, const struct file_reader *r,
                struct diag_list *d, const struct origin_sink *trace)
{
    struct loader l = { .d = d, .reader = r, .trace = trace };
    int err = begin(&l);

    if (err == RG_OK) {
        run(&l, path);
        err = l.err;
    }
    diag_sort(d);
    if (err == RG_OK && d->errors > 0)
        err = RG_ECONF;
    if (err == RG_OK)
        *out = l.plant;
    else
        arena_free(l.arena);
    arena_free(l.scratch);
    return err;
}

int plant_load(struct plant **out, const char *path, const struct file_reader *r,
               struct diag_list *d)
{
    return load(out, path, r, d, NULL);
}

int plant_trace(const char *path, const struct file_reader *r, struct diag_list *d,
                const struct origin_sink *sink)
{
    struct plant *plant = NULL;
    int err = load(&plant, path, r, d, sink);

    plant_free(plant);
    return err;
}

void plant_free(struct plant *p)
{
    if (p != NULL)
        arena_free(p->memory->arena);
}
