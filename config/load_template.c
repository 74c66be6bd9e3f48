#include "config/load_point.h"

#include <stdio.h>
#include <string.h>

/* A template's file: already read, or looked up in devices/ or rules/ beside
 * the main file and then in each folder of `templates`. */
static struct file *find_opened(struct loader *l, const char *path)
{
    for (size_t i = l->n_plant_files; i < l->n_files; i++)
        if (strcmp(l->files[i].path, path) == 0)
            return &l->files[i];
    return NULL;
}

static struct file *open_in(struct loader *l, const char *folder, const char *kind, const char *name)
{
    char relative[512];

    snprintf(relative, sizeof relative, "%s%s%s/%s.yaml", folder, folder[0] == '\0' ? "" : "/", kind,
             name);
    const char *path = loader_path(l, relative);
    struct file *f = path == NULL ? NULL : find_opened(l, path);
    return f != NULL ? f : loader_open(l, path, NULL, false);
}

static struct file *open_template(struct loader *l, const struct node *n, const char *kind)
{
    struct file *f = open_in(l, "", kind, n->text);
    char what[160];

    for (const struct node *t = l->templates == NULL ? NULL : l->templates->first;
         f == NULL && t != NULL; t = t->next)
        if (t->kind == NODE_SCALAR)
            f = open_in(l, t->text, kind, n->text);
    if (f == NULL && l->templates == NULL)
        f = open_in(l, "/usr/share/riskgwd", kind, n->text);
    if (f == NULL) {
        snprintf(what, sizeof what, "%s/%.100s.yaml", kind, n->text);
        report(l->d, &n->place, E_TEMPLATE, what, NULL, NULL);
    }
    return f;
}

/* A template's own findings are told once, whoever uses it. */
static void read_template(struct loader *l, struct file *f, enum section s)
{
    if (f->fields.map != NULL)
        return;
    fields_read(l, &f->fields, f->root, s);
    fields_require(l, &f->fields);
}

static void use_device(struct loader *l, struct raw_point *r)
{
    const struct node *n = raw_field(r, "device");
    const char *name;

    if (n == NULL || !value_name(l, n, &name))
        return;
    struct file *f = open_template(l, n, "devices");
    if (f == NULL || f->root == NULL)
        return;
    read_template(l, f, SEC_DEVICE);
    r->device = f->fields;
    r->has_device = true;
}

static void use_rule_set(struct loader *l, struct raw_point *r, const struct node *n)
{
    const char *name;

    if (!value_name(l, n, &name))
        return;
    struct file *f = open_template(l, n, "rules");
    if (f == NULL || f->root == NULL)
        return;
    if (r->n_sets == SETS_MAX) {
        report(l->d, &n->place, E_RANGE, n->text, "8 rule sets", NULL);
        return;
    }
    read_template(l, f, SEC_RULES);
    r->sets[r->n_sets++].fields = f->fields;
}

void load_templates(struct loader *l, struct raw_point *r)
{
    use_device(l, r);
    const struct node *use = raw_field(r, "use");
    for (const struct node *n = use == NULL ? NULL : use->first; n != NULL; n = n->next)
        use_rule_set(l, r, n);
}
