#include "daemon/riskgwctl/scenario_parts.h"

#include <string.h>

#include "config/expr_lex.h"
#include "config/loader.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- values ---- */

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
        return scenario_refuse(r, n, E_NUMBER, n->text, "24 ppm", NULL);
    snprintf(example, sizeof example, "%s %s", n->text, unit_name(p->unit_of_value));
    if (t.unit == UNIT_NONE && p->unit_of_value != UNIT_NONE)
        return scenario_refuse(r, n, E_UNIT_MISSING, n->text, example, NULL);
    if (t.unit != p->unit_of_value)
        return scenario_refuse(r, n, E_UNIT_MISMATCH, n->text + t.word, unit_name(p->unit_of_value),
                               NULL);
    *out = is_negative ? -t.number : t.number;
    return true;
}

static uint32_t read_point(struct reading *r, const struct node *n)
{
    uint32_t point = plant_find_point(r->plant, n->text);

    if (point == PLANT_NONE)
        scenario_refuse(r, n, E_NO_SUCH, n->text, "测点", "point");
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
    return scenario_refuse(r, n, E_WORD, n->text, all, NULL);
}

static bool read_answer(struct reading *r, enum step_verb verb, const struct node *n,
                        struct answer_conf *out)
{
    uint32_t point = verb == STEP_MISS ? (scenario_scalar(r, n) ? read_point(r, n) : PLANT_NONE)
                                       : read_point(r, n->key);

    if (point == PLANT_NONE)
        return false;
    out->point = r->plant->points[point].id;
    out->kind = verb == STEP_MISS ? SAMPLE_MISS : SAMPLE_VALUE;
    if (verb == STEP_MISS)
        return true;
    if (!scenario_scalar(r, n))
        return false;
    return verb == STEP_SET ? read_number(r, n, &r->plant->points[point], &out->val)
                            : read_quality(r, n, &out->q);
}

static bool read_answers(struct reading *r, struct step *step, const struct node *n)
{
    bool is_list = step->verb == STEP_MISS;

    if (n->kind != (is_list ? NODE_LIST : NODE_MAP))
        return scenario_refuse(r, n, E_KIND, n->key->text, is_list ? "列表 [..]" : "键: 值（映射）",
                               is_list ? "a list [..]" : "a map of key: value");
    step->answers = scenario_take(r, scenario_children(n), sizeof *step->answers);
    for (const struct node *c = n->first; c != NULL && step->answers != NULL; c = c->next)
        if (read_answer(r, step->verb, c, &step->answers[step->n_answers]))
            step->n_answers++;
    return true;
}

/* ---- steps ---- */

static bool read_restart(struct reading *r, struct step *step, const struct node *n)
{
    return scenario_duration(r, n, false, &step->ms);
}

static bool read_reload(struct reading *r, struct step *step, const struct node *n)
{
    step->plant = scenario_plant(r, n, step->is_refused);
    if (step->plant != NULL)
        r->plant = step->plant;
    return true;
}

static bool read_clock(struct reading *r, struct step *step, const struct node *n)
{
    return scenario_duration(r, n, true, &step->ms);
}

static const struct verb_row {
    const char *name;
    bool (*read)(struct reading *r, struct step *step, const struct node *n);
    enum step_verb verb;
} verb_rows[] = {
    { "set", read_answers, STEP_SET },        { "bad", read_answers, STEP_BAD },
    { "miss", read_answers, STEP_MISS },      { "ack", scenario_act, STEP_ACT },
    { "reset", scenario_act, STEP_ACT },      { "comment", scenario_act, STEP_ACT },
    { "handle", scenario_act, STEP_ACT },     { "close", scenario_act, STEP_ACT },
    { "shelve", scenario_act, STEP_ACT },     { "unshelve", scenario_act, STEP_ACT },
    { "oos", scenario_act, STEP_ACT },        { "in_service", scenario_act, STEP_ACT },
    { "suppress", scenario_act, STEP_ACT },   { "maint", scenario_act, STEP_ACT },
    { "maint_stop", scenario_act, STEP_ACT }, { "restart", read_restart, STEP_RESTART },
    { "reload", read_reload, STEP_RELOAD },   { "clock_step", read_clock, STEP_CLOCK },
};

static const struct verb_row *verb_of(const char *name)
{
    for (size_t i = 0; i < COUNT(verb_rows); i++)
        if (strcmp(verb_rows[i].name, name) == 0)
            return &verb_rows[i];
    return NULL;
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
            return scenario_refuse(r, n->key, E_NOT_HERE, n->key->text, "一步只做一件事",
                                   "a step has one verb");
        said = n;
        step->verb = row->verb;
        if (!row->read(r, step, n))
            return false;
    }
    return said != NULL || scenario_refuse(r, map, E_MISSING, "set", NULL, NULL);
}

void scenario_step(struct reading *r, const struct node *map)
{
    struct step *step = &r->s->steps[r->s->n_steps];
    const struct node *by;

    if (map->kind != NODE_MAP) {
        scenario_refuse(r, map, E_KIND, "steps", "{at: ..}", "a list of maps {at: ..}");
        return;
    }
    by = map_get(map, "by");
    step->by = by != NULL && by->text != NULL ? by->text : "test";
    step->is_refused = scenario_yes(map_get(map, "refused"));
    step->place = map->place;
    if (!scenario_at(r, map, &step->at_ms) || !read_verb(r, map, step))
        return;
    if (step->at_ms < r->last_ms)
        scenario_refuse(r, map_get(map, "at"), E_NOT_HERE, "at", "早于上一步，或在停机期间",
                        "it is before the step above, or while the daemon is down");
    r->last_ms = step->at_ms + (step->verb == STEP_RESTART ? step->ms : 0);
    r->s->n_steps++;
}
