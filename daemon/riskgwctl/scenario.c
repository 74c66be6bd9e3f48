#include "daemon/riskgwctl/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "config/expr_lex.h"
#include "config/loader.h"
#include "config/read_file.h"
#include "config/yaml_bytes.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct reading {
    struct scenario *s;
    const struct plant *plant; /* that runs at the step that is read */
    int64_t last_ms;           /* of the step before, its down-time included */
    int err;
};

static bool refuse(struct reading *r, const struct node *n, enum finding f, const char *a0,
                   const char *a1, const char *a2)
{
    report(&r->s->found, &n->place, f, a0, a1, a2);
    return false;
}

static void *take(struct reading *r, size_t n, size_t size)
{
    void *p = arena_take(r->s->arena, (n + 1) * size);

    if (p == NULL)
        r->err = RG_ENOMEM;
    return p;
}

static size_t count_children(const struct node *n)
{
    size_t count = 0;

    for (const struct node *c = n == NULL ? NULL : n->first; c != NULL; c = c->next)
        count++;
    return count;
}

/* ---- values ---- */

static bool is_scalar(struct reading *r, const struct node *n)
{
    return n->kind == NODE_SCALAR && n->fault == NODE_FINE && n->text[0] != '\0'
               ? true
               : refuse(r, n, E_KIND, n->key == NULL ? "-" : n->key->text, "一个值", "one value");
}

static bool read_duration(struct reading *r, const struct node *n, bool is_signed, int64_t *out)
{
    bool is_negative = is_scalar(r, n) && is_signed && n->text[0] == '-';
    struct token t;
    int64_t ms;

    if (n->kind != NODE_SCALAR || n->text == NULL)
        return false;
    ms = expr_duration(n->text, is_negative ? 1 : 0, &t);
    if (ms < 0 || n->text[t.from + t.len] != '\0')
        return refuse(r, n, E_FORM, n->text, "500ms, 10s, 5min", NULL);
    *out = is_negative ? -ms : ms;
    return true;
}

static bool read_number(struct reading *r, const struct node *n, const struct point_conf *p,
                        double *out)
{
    bool is_negative = n->text[0] == '-';
    struct token t = expr_token(n->text, is_negative ? 1 : 0);
    bool is_whole = t.kind == TOKEN_NUMBER && n->text[t.from + t.len] == '\0';
    char example[64];

    if (p->read.type == TYPE_BIT && strcmp(n->text, "on") == 0)
        return *out = 1, true;
    if (p->read.type == TYPE_BIT && strcmp(n->text, "off") == 0)
        return *out = 0, true;
    if (!is_whole)
        return refuse(r, n, E_NUMBER, n->text, "24 ppm", NULL);
    snprintf(example, sizeof example, "%s %s", n->text, unit_name(p->unit_of_value));
    if (t.unit == UNIT_NONE && p->unit_of_value != UNIT_NONE)
        return refuse(r, n, E_UNIT_MISSING, n->text, example, NULL);
    if (t.unit != p->unit_of_value)
        return refuse(r, n, E_UNIT_MISMATCH, n->text + t.word, unit_name(p->unit_of_value), NULL);
    *out = is_negative ? -t.number : t.number;
    return true;
}

static uint32_t read_point(struct reading *r, const struct node *n)
{
    uint32_t point = plant_find_point(r->plant, n->text);

    if (point == PLANT_NONE)
        refuse(r, n, E_NO_SUCH, n->text, "测点", "point");
    return point;
}

/* What the host itself makes of silence is no answer. */
static bool read_quality(struct reading *r, const struct node *n, enum quality *out)
{
    char all[160] = "";

    for (int q = 0; q < QUALITY_COUNT; q++) {
        bool is_made = q == Q_COMM_FAIL || q == Q_NEVER_READ || q == Q_STALE ||
                       quality_class((enum quality)q) == QC_GOOD;
        if (!is_made && strcmp(quality_word((enum quality)q), n->text) == 0)
            return *out = (enum quality)q, true;
        if (!is_made)
            snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", all[0] == '\0' ? "" : " ",
                     quality_word((enum quality)q));
    }
    return refuse(r, n, E_WORD, n->text, all, NULL);
}

static bool read_answer(struct reading *r, enum step_verb verb, const struct node *n,
                        struct answer_conf *out)
{
    uint32_t point = verb == STEP_MISS ? (is_scalar(r, n) ? read_point(r, n) : PLANT_NONE)
                                       : read_point(r, n->key);

    if (point == PLANT_NONE)
        return false;
    out->point = r->plant->points[point].id;
    out->kind = verb == STEP_MISS ? SAMPLE_MISS : SAMPLE_VALUE;
    if (verb == STEP_MISS)
        return true;
    if (!is_scalar(r, n))
        return false;
    return verb == STEP_SET ? read_number(r, n, &r->plant->points[point], &out->val)
                            : read_quality(r, n, &out->q);
}

static bool read_answers(struct reading *r, struct step *step, const struct node *n)
{
    bool is_list = step->verb == STEP_MISS;

    if (n->kind != (is_list ? NODE_LIST : NODE_MAP))
        return refuse(r, n, E_KIND, n->key->text, is_list ? "列表 [..]" : "键: 值（映射）",
                      is_list ? "a list [..]" : "a map of key: value");
    step->answers = take(r, count_children(n), sizeof *step->answers);
    for (const struct node *c = n->first; c != NULL && step->answers != NULL; c = c->next)
        if (read_answer(r, step->verb, c, &step->answers[step->n_answers]))
            step->n_answers++;
    return true;
}

/* ---- plants ---- */

static const char *beside(struct reading *r, const char *name)
{
    const char *slash = strrchr(r->s->path, '/');
    size_t folder = slash == NULL || name[0] == '/' ? 0 : (size_t)(slash + 1 - r->s->path);
    char *path = take(r, folder + strlen(name), 1);

    if (path == NULL)
        return "";
    memcpy(path, r->s->path, folder);
    memcpy(path + folder, name, strlen(name));
    return path;
}

/* A plant that is refused tells why itself, unless that is what is wanted. */
static struct plant *read_plant(struct reading *r, const struct node *n, bool may_be_wrong)
{
    const struct file_reader reader = { .read = read_file };
    struct plant *plant = NULL;
    struct diag_list found;

    if (!is_scalar(r, n))
        return NULL;
    diag_init(&found);
    if (plant_load(&plant, beside(r, n->text), &reader, &found) != RG_OK && !may_be_wrong) {
        diag_print(stderr, &found, n->text, DIAG_EN);
        refuse(r, n, E_CANNOT_READ, n->text, "it is refused", NULL);
    }
    diag_fini(&found);
    return plant;
}

/* ---- steps ---- */

static bool read_rule(struct reading *r, struct step *step, const struct node *n)
{
    step->rule = n->text;
    return is_scalar(r, n);
}

static bool read_restart(struct reading *r, struct step *step, const struct node *n)
{
    return read_duration(r, n, false, &step->ms);
}

static bool read_reload(struct reading *r, struct step *step, const struct node *n)
{
    step->plant = read_plant(r, n, step->is_refused);
    if (step->plant != NULL)
        r->plant = step->plant;
    return true;
}

static bool read_clock(struct reading *r, struct step *step, const struct node *n)
{
    return read_duration(r, n, true, &step->ms);
}

static const struct verb_row {
    const char *name;
    bool (*read)(struct reading *r, struct step *step, const struct node *n); /* NULL: later */
    enum step_verb verb;
} verb_rows[] = {
    { "set", read_answers, STEP_SET },
    { "bad", read_answers, STEP_BAD },
    { "miss", read_answers, STEP_MISS },
    { "ack", read_rule, STEP_ACK },
    { "reset", read_rule, STEP_RESET },
    { "restart", read_restart, STEP_RESTART },
    { "reload", read_reload, STEP_RELOAD },
    { "clock_step", read_clock, STEP_CLOCK },
    { "handle", NULL, STEP_ACK },
    { "close", NULL, STEP_ACK },
    { "comment", NULL, STEP_ACK },
    { "shelve", NULL, STEP_ACK },
    { "unshelve", NULL, STEP_ACK },
    { "oos", NULL, STEP_ACK },
    { "in_service", NULL, STEP_ACK },
    { "suppress", NULL, STEP_ACK },
    { "maint", NULL, STEP_ACK },
    { "maint_stop", NULL, STEP_ACK },
};

static const struct verb_row *verb_of(const char *name)
{
    for (size_t i = 0; i < COUNT(verb_rows); i++)
        if (strcmp(verb_rows[i].name, name) == 0)
            return &verb_rows[i];
    return NULL;
}

static bool is_yes(const struct node *n)
{
    return n != NULL && n->text != NULL &&
           (strcmp(n->text, "true") == 0 || strcmp(n->text, "yes") == 0);
}

static bool read_at(struct reading *r, const struct node *map, int64_t *out)
{
    const struct node *at = map_get(map, "at");

    if (at == NULL)
        return refuse(r, map, E_MISSING, "at", NULL, NULL);
    return read_duration(r, at, false, out);
}

static void unknown_key(struct reading *r, const struct node *key)
{
    const char *names[COUNT(verb_rows)];

    for (size_t i = 0; i < COUNT(verb_rows); i++)
        names[i] = verb_rows[i].name;
    report_near(&r->s->found, &key->place, E_UNKNOWN_KEY, key->text, NULL, NULL,
                nearest(key->text, names, COUNT(names)));
}

/* The one verb of a step. */
static bool read_verb(struct reading *r, const struct node *map, struct step *step)
{
    static const char *const others[] = { "at", "refused", "by" };
    const struct node *said = NULL;

    for (const struct node *n = map->first; n != NULL; n = n->next) {
        const struct verb_row *row = verb_of(n->key->text);
        bool is_other = false;
        for (size_t i = 0; i < COUNT(others); i++)
            is_other |= strcmp(others[i], n->key->text) == 0;
        if (is_other)
            continue;
        if (row == NULL) {
            unknown_key(r, n->key);
            return false;
        }
        if (said != NULL)
            return refuse(r, n->key, E_TWICE, n->key->text, NULL, NULL);
        said = n;
        if (row->read == NULL)
            return refuse(r, n->key, E_NOT_BUILT, n->key->text, NULL, NULL);
        step->verb = row->verb;
        if (!row->read(r, step, n))
            return false;
    }
    return said != NULL || refuse(r, map, E_MISSING, "set", NULL, NULL);
}

static void read_step(struct reading *r, const struct node *map)
{
    struct step *step = &r->s->steps[r->s->n_steps];
    const struct node *by;

    if (map->kind != NODE_MAP) {
        refuse(r, map, E_KIND, "steps", "{at: ..}", "a list of maps {at: ..}");
        return;
    }
    by = map_get(map, "by");
    step->by = by != NULL && by->text != NULL ? by->text : "test";
    step->is_refused = is_yes(map_get(map, "refused"));
    step->place = map->place;
    if (!read_at(r, map, &step->at_ms) || !read_verb(r, map, step))
        return;
    if (step->at_ms < r->last_ms)
        refuse(r, map_get(map, "at"), E_NOT_HERE, "at", "早于上一步，或在停机期间",
               "it is before the step above, or while the daemon is down");
    r->last_ms = step->at_ms + (step->verb == STEP_RESTART ? step->ms : 0);
    r->s->n_steps++;
}

/* ---- expectations ---- */

static void read_wanted(struct reading *r, const struct node *map, bool has_at, struct wanted *w)
{
    const struct node *ev, *rule, *within;

    w->within_ms = 0;
    if (map->kind != NODE_MAP) {
        refuse(r, map, E_KIND, "expect", "{at: .., ev: .., rule: ..}", "a list of maps {at: ..}");
        return;
    }
    ev = map_get(map, "ev");
    rule = map_get(map, "rule");
    within = map_get(map, "within");
    w->map = map;
    w->ev = ev == NULL ? NULL : ev->text;
    w->rule = rule == NULL ? NULL : rule->text;
    if (ev == NULL && (has_at || rule == NULL))
        refuse(r, map, E_MISSING, "ev", NULL, NULL);
    if (has_at)
        read_at(r, map, &w->at_ms);
    if (within != NULL)
        read_duration(r, within, false, &w->within_ms);
}

static struct wanted *read_list(struct reading *r, const struct node *list, bool has_at, size_t *n)
{
    struct wanted *v = take(r, count_children(list), sizeof *v);

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
        refuse(r, root, E_MISSING, "plant", NULL, NULL);
        return;
    }
    r->s->plant = read_plant(r, plant, false);
    r->plant = r->s->plant;
    r->s->steps = take(r, count_children(steps), sizeof *r->s->steps);
    if (r->plant == NULL || r->s->steps == NULL)
        return;
    for (const struct node *n = steps == NULL ? NULL : steps->first; n != NULL; n = n->next)
        read_step(r, n);
    r->s->wants = read_list(r, map_get(root, "expect"), true, &r->s->n_wants);
    r->s->forbids = read_list(r, map_get(root, "forbid"), false, &r->s->n_forbids);
    if (until != NULL)
        read_duration(r, until, false, &r->s->until_ms);
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
