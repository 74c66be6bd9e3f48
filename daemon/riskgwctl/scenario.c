#include "daemon/riskgwctl/scenario_parts.h"

#include <stdlib.h>
#include <string.h>

#include "config/expr_lex.h"
#include "config/loader.h"
#include "config/read_file.h"
#include "config/yaml_bytes.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

bool scenario_refuse(struct reading *r, const struct node *n, enum finding f, const char *a0,
                     const char *a1, const char *a2)
{
    report(&r->s->found, &n->place, f, a0, a1, a2);
    return false;
}

void *scenario_take(struct reading *r, size_t n, size_t size)
{
    void *p = arena_take(r->s->arena, (n + 1) * size);

    if (p == NULL)
        r->err = RG_ENOMEM;
    return p;
}

bool scenario_yes(const struct node *n)
{
    return n != NULL && n->text != NULL &&
           (strcmp(n->text, "true") == 0 || strcmp(n->text, "yes") == 0);
}

size_t scenario_children(const struct node *n)
{
    size_t count = 0;

    for (const struct node *c = n == NULL ? NULL : n->first; c != NULL; c = c->next)
        count++;
    return count;
}

bool scenario_scalar(struct reading *r, const struct node *n)
{
    return n->kind == NODE_SCALAR && n->fault == NODE_FINE && n->text[0] != '\0'
               ? true
               : scenario_refuse(r, n, E_KIND, n->key == NULL ? "-" : n->key->text, "一个值",
                                 "one value");
}

bool scenario_duration(struct reading *r, const struct node *n, bool is_signed, int64_t *out)
{
    bool is_negative = scenario_scalar(r, n) && is_signed && n->text[0] == '-';
    struct token t;
    int64_t ms;

    if (n->kind != NODE_SCALAR || n->text == NULL)
        return false;
    ms = expr_duration(n->text, is_negative ? 1 : 0, &t);
    if (ms < 0 || n->text[t.from + t.len] != '\0')
        return scenario_refuse(r, n, E_FORM, n->text, "500ms, 10s, 5min", NULL);
    *out = is_negative ? -ms : ms;
    return true;
}

bool scenario_at(struct reading *r, const struct node *map, int64_t *out)
{
    const struct node *at = map_get(map, "at");

    if (at == NULL)
        return scenario_refuse(r, map, E_MISSING, "at", NULL, NULL);
    return scenario_duration(r, at, false, out);
}

/* ---- plants ---- */

static const char *beside(struct reading *r, const char *name)
{
    const char *slash = strrchr(r->s->path, '/');
    size_t folder = slash == NULL || name[0] == '/' ? 0 : (size_t)(slash + 1 - r->s->path);
    char *path = scenario_take(r, folder + strlen(name), 1);

    if (path == NULL)
        return "";
    memcpy(path, r->s->path, folder);
    memcpy(path + folder, name, strlen(name));
    return path;
}

struct plant *scenario_plant(struct reading *r, const struct node *n, bool may_be_wrong)
{
    const struct file_reader reader = { .read = read_file };
    struct plant *plant = NULL;
    struct diag_list found;

    if (!scenario_scalar(r, n))
        return NULL;
    diag_init(&found);
    if (plant_load(&plant, beside(r, n->text), &reader, &found) != RG_OK && !may_be_wrong) {
        diag_print(stderr, &found, n->text, DIAG_EN);
        scenario_refuse(r, n, E_CANNOT_READ, n->text, "it is refused", NULL);
    }
    diag_fini(&found);
    return plant;
}

/* ---- expectations ---- */

static void read_wanted(struct reading *r, const struct node *map, bool has_at, struct wanted *w)
{
    const struct node *ev, *rule, *within;

    w->within_ms = 0;
    if (map->kind != NODE_MAP) {
        scenario_refuse(r, map, E_KIND, "expect", "{at: .., ev: .., rule: ..}",
                        "a list of maps {at: ..}");
        return;
    }
    ev = map_get(map, "ev");
    rule = map_get(map, "rule");
    within = map_get(map, "within");
    w->map = map;
    w->ev = ev == NULL ? NULL : ev->text;
    w->rule = rule == NULL ? NULL : rule->text;
    if (ev == NULL && (has_at || rule == NULL))
        scenario_refuse(r, map, E_MISSING, "ev", NULL, NULL);
    if (has_at)
        scenario_at(r, map, &w->at_ms);
    if (within != NULL)
        scenario_duration(r, within, false, &w->within_ms);
}

static struct wanted *read_list(struct reading *r, const struct node *list, bool has_at, size_t *n)
{
    struct wanted *v = scenario_take(r, scenario_children(list), sizeof *v);

    for (const struct node *c = list == NULL ? NULL : list->first; c != NULL && v != NULL;
         c = c->next)
        read_wanted(r, c, has_at, &v[(*n)++]);
    return v;
}

/* ---- the file ---- */

static void read_root(struct reading *r, const struct node *root)
{
    static const char *const keys[] = { "plant", "steps", "expect", "forbid", "until" };
    const struct node *plant = map_get(root, "plant"), *steps = map_get(root, "steps");
    const struct node *until = map_get(root, "until");

    for (const struct node *n = root->first; n != NULL; n = n->next) {
        bool is_known = false;
        for (size_t i = 0; i < COUNT(keys); i++)
            is_known |= strcmp(keys[i], n->key->text) == 0;
        if (!is_known)
            report_near(&r->s->found, &n->key->place, E_UNKNOWN_KEY, n->key->text, NULL, NULL,
                        nearest(n->key->text, keys, COUNT(keys)));
    }
    if (plant == NULL) {
        scenario_refuse(r, root, E_MISSING, "plant", NULL, NULL);
        return;
    }
    r->s->plant = scenario_plant(r, plant, false);
    r->plant = r->s->plant;
    r->s->steps = scenario_take(r, scenario_children(steps), sizeof *r->s->steps);
    if (r->plant == NULL || r->s->steps == NULL)
        return;
    for (const struct node *n = steps == NULL ? NULL : steps->first; n != NULL; n = n->next)
        scenario_step(r, n);
    r->s->wants = read_list(r, map_get(root, "expect"), true, &r->s->n_wants);
    r->s->forbids = read_list(r, map_get(root, "forbid"), false, &r->s->n_forbids);
    if (until != NULL)
        scenario_duration(r, until, false, &r->s->until_ms);
}

static int read_source(struct scenario *s)
{
    struct source whole = { .name = s->path };
    char *text = NULL;
    size_t len = 0;
    int err = read_file(NULL, s->path, &text, &len);

    if (err == RG_OK) {
        s->source.text = arena_copy(s->arena, text, len);
        s->source.len = len;
        free(text);
        return s->source.text == NULL ? RG_ENOMEM : RG_OK;
    }
    report(&s->found, &(struct place){ .source = &whole }, E_CANNOT_READ, s->path,
           "there is no such file, or it can't be read", NULL);
    return RG_ECONF;
}

int scenario_read(struct scenario *s, const char *path)
{
    struct reading r = { .s = s };
    struct node *root = NULL;
    int err;

    *s = (struct scenario){ .path = path, .until_ms = -1, .arena = arena_new() };
    s->source.name = path;
    diag_init(&s->found);
    if (s->arena == NULL)
        return RG_ENOMEM;
    err = read_source(s);
    if (err == RG_OK && !yaml_bytes_check(&s->source, path, &s->found))
        err = RG_ECONF;
    if (err == RG_OK)
        err = yaml_tree(&root, s->arena, &s->source, &s->found);
    if (err != RG_OK)
        return err;
    if (root == NULL || root->kind != NODE_MAP)
        report(&s->found, &(struct place){ .source = &s->source }, E_MISSING, "plant", NULL, NULL);
    else
        read_root(&r, root);
    diag_sort(&s->found);
    return r.err != RG_OK ? r.err : s->found.errors > 0 ? RG_ECONF : RG_OK;
}

void scenario_fini(struct scenario *s)
{
    for (size_t i = 0; i < s->n_seen; i++)
        json_decref(s->seen[i].message);
    for (size_t i = 0; i < s->n_wrong; i++)
        free(s->wrong[i]);
    for (size_t i = 0; i < s->n_steps; i++)
        plant_free(s->steps[i].plant);
    free(s->seen);
    free(s->wrong);
    plant_free(s->plant);
    diag_fini(&s->found);
    arena_free(s->arena);
}
