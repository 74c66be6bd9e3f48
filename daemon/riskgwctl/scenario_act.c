/* What people do, as a step: `ack: RULE`, or a map of the rule and the words. */
#include "daemon/riskgwctl/scenario_parts.h"

#include <string.h>

#include "config/loader.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct act_row {
    const char *name;
    enum act act;
    const char *what;    /* key of the rule or point */
    const char *comment; /* key of what is said */
} rows[] = {
    { "ack", ACT_ACK, "rule", "comment" },
    { "reset", ACT_RESET, "rule", "comment" },
    { "comment", ACT_COMMENT, "rule", "comment" },
    { "handle", ACT_HANDLE, "rule", "cause" },
    { "close", ACT_CLOSE, "rule", "comment" },
    { "shelve", ACT_SHELVE, "rule", "reason" },
    { "unshelve", ACT_UNSHELVE, "rule", "comment" },
    { "oos", ACT_OOS, "rule", "permit" },
    { "in_service", ACT_IN_SERVICE, "rule", "comment" },
    { "suppress", ACT_SUPPRESS, "rule", "reason" },
    { "maint", ACT_MAINT, "point", "reason" },
    { "maint_stop", ACT_MAINT_STOP, "point", "comment" },
};

static const struct act_row *row_of(const char *name)
{
    size_t i = 0;

    while (i + 1 < COUNT(rows) && strcmp(rows[i].name, name) != 0)
        i++;
    return &rows[i];
}

/* One key of the map; all but `for` and `once` are texts. */
static bool read_word(struct reading *r, struct step *step, const struct act_row *row,
                      const struct node *n)
{
    const struct {
        const char *name;
        const char **text;
    } texts[] = {
        { row->what, &step->act.what },
        { row->comment, &step->act.comment },
        { "action", &step->act.action },
        { "by", &step->act.by },
    };
    const char *names[COUNT(texts) + 3] = { "for", "once", "value" };

    if (!scenario_scalar(r, n))
        return false;
    for (size_t i = 0; i < COUNT(texts); i++) {
        names[3 + i] = texts[i].name;
        if (strcmp(texts[i].name, n->key->text) == 0)
            return *texts[i].text = n->text, true;
    }
    if (strcmp(n->key->text, "for") == 0)
        return scenario_duration(r, n, false, &step->act.for_ms);
    if (strcmp(n->key->text, "once") == 0)
        return step->act.once = scenario_yes(n), true;
    if (row->act == ACT_SUPPRESS && strcmp(n->key->text, "value") == 0) {
        step->act.act = scenario_yes(n) ? ACT_SUPPRESS : ACT_UNSUPPRESS;
        return true;
    }
    report_near(&r->s->found, &n->key->place, E_UNKNOWN_KEY, n->key->text, NULL, NULL,
                nearest(n->key->text, names, COUNT(names)));
    return false;
}

/* What the engine refuses for want of words is for the test to expect. */
bool scenario_act(struct reading *r, struct step *step, const struct node *n)
{
    const struct act_row *row = row_of(n->key->text);

    step->act.act = row->act;
    step->act.by = row->act == ACT_SUPPRESS ? NULL : step->by;
    if (n->kind != NODE_MAP) {
        step->act.what = n->text;
        return scenario_scalar(r, n);
    }
    for (const struct node *c = n->first; c != NULL; c = c->next)
        if (!read_word(r, step, row, c))
            return false;
    if (step->act.what == NULL)
        return scenario_refuse(r, n, E_MISSING, row->what, NULL, NULL);
    return true;
}
