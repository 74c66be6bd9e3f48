#include <stdio.h>
#include <string.h>

#include "config/load_point.h"
#include "config/values.h"

static const char device_folder[] = "devices", rules_folder[] = "rules";

/* Who asks for the same template gets the same file. */
static struct file *find_opened(struct loader *l, const char *kind, const char *name)
{
    for (size_t i = l->n_plant_files; i < l->n_files; i++)
        if (l->files[i].kind == kind && strcmp(l->files[i].asked, name) == 0)
            return &l->files[i];
    return NULL;
}

/* folder/kind/name.yaml */
static struct file *open_in(struct loader *l, const char *folder, const char *kind,
                            const struct node *asked)
{
    size_t room = strlen(folder) + strlen(kind) + strlen(asked->text) + sizeof "//.yaml";
    char *relative = arena_take(l->scratch, room);

    if (relative == NULL) {
        l->err = RG_ENOMEM;
        return NULL;
    }
    snprintf(relative, room, "%s%s%s/%s.yaml", folder, folder[0] == '\0' ? "" : "/", kind,
             asked->text);
    struct file *f = loader_open(l, loader_path(l, relative), &asked->place, false);
    if (f == NULL)
        return NULL;
    f->kind = kind;
    f->asked = asked->text;
    return f;
}

/* A template that is nowhere: perhaps one that the plant uses elsewhere was meant. */
static void no_template(struct loader *l, const struct node *n, const char *kind)
{
    const char *names[FILES_MAX];
    size_t n_names = 0;
    char what[100];

    for (size_t i = l->n_plant_files; i < l->n_files; i++)
        if (l->files[i].kind == kind)
            names[n_names++] = l->files[i].asked;
    snprintf(what, sizeof what, "%s/%s.yaml", kind, n->text);
    report_near(l->d, &n->place, E_TEMPLATE, what, NULL, NULL, nearest(n->text, names, n_names));
}

/* Looked up in devices/ or rules/ beside the main file, then in each folder of
 * `templates`. */
static struct file *open_template(struct loader *l, const struct node *n, const char *kind)
{
    const struct node *folders = l->templates;
    size_t errors = l->d->errors;
    struct file *f = find_opened(l, kind, n->text);

    if (f == NULL)
        f = open_in(l, "", kind, n);
    for (const struct node *t = folders == NULL ? NULL : folders->first; f == NULL && t != NULL;
         t = t->next)
        if (t->kind == NODE_SCALAR && t->fault == NODE_FINE)
            f = open_in(l, t->text, kind, n);
    if (f == NULL && folders == NULL)
        f = open_in(l, "/usr/share/riskgwd", kind, n);
    bool lost = folders == NULL && fields_excuse(&l->files[0].fields, "templates"); /* told */
    if (f == NULL && l->err == RG_OK && l->d->errors == errors && !lost)
        no_template(l, n, kind);
    return f;
}

/* A template's own findings are told once, whoever uses it. */
static void read_template(struct loader *l, struct file *f, enum section s, const char *name_key,
                          const char *name)
{
    if (f->fields.map != NULL)
        return;
    fields_read(l, &f->fields, f->root, s);
    fields_require(l, &f->fields);
    value_check(l, &f->fields);
    const struct node *n = field(&f->fields, name_key);
    if (n != NULL && value_scalar(l, n) != NULL && strcmp(n->text, name) != 0)
        report(l->d, &n->place, E_OTHER_NAME, n->text, f->source.name, NULL);
    limits_read(l, &f->limits, field(&f->fields, "limits"));
}

/* NULL: no such template, or one that can't be read. */
static const struct file *find_template(struct loader *l, const struct node *n, const char *kind,
                                        enum section s, const char *name_key)
{
    const char *name;

    if (!value_name(l, n, &name))
        return NULL;
    struct file *f = open_template(l, n, kind);
    if (f == NULL)
        return NULL;
    if (f->empty)
        report(l->d, &(struct place){ .source = &f->source }, E_MISSING, name_key, NULL, NULL);
    if (f->root == NULL)
        return NULL;
    read_template(l, f, s, name_key, name);
    return f;
}

static void use_rule_set(struct loader *l, struct raw_point *r, const struct node *n)
{
    const struct file *f = find_template(l, n, rules_folder, SEC_RULES, "rule_set");
    if (f == NULL)
        return;
    r->set_names[r->n_sets] = n;
    r->sets[r->n_sets++] = f;
}

void load_templates(struct loader *l, struct raw_point *r)
{
    const struct node *device = raw_field(r, "device"), *sets = raw_field(r, "use");
    int asked = 0;

    if (device != NULL) {
        r->device = find_template(l, device, device_folder, SEC_DEVICE, "device");
        r->device_broken = r->device == NULL;
    }
    for (const struct node *n = sets == NULL ? NULL : sets->first; n != NULL; n = n->next) {
        if (asked++ == SETS_MAX) {
            report(l->d, &n->place, E_RANGE, n->text, "8 rule sets", NULL);
            return;
        }
        use_rule_set(l, r, n);
    }
}
