#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/riskgwctl/scenario.h"

static const char *text_of(const struct seen *seen, const char *key)
{
    return json_string_value(json_object_get(seen->message, key));
}

static bool is_same_text(const char *wanted, const char *said)
{
    return wanted == NULL || (said != NULL && strcmp(wanted, said) == 0);
}

/* Any further key of an expectation is one of the message. */
static bool is_same_value(const struct node *n, const json_t *value)
{
    char *end;
    double number;

    if (n->kind != NODE_SCALAR || n->text == NULL)
        return false;
    if (json_is_string(value))
        return strcmp(n->text, json_string_value(value)) == 0;
    if (json_is_boolean(value))
        return strcmp(n->text, json_is_true(value) ? "true" : "false") == 0;
    number = strtod(n->text, &end);
    return json_is_number(value) && *end == '\0' && number == json_number_value(value);
}

static bool has_values(const struct node *map, const struct seen *seen)
{
    static const char *const own[] = { "at", "within", "ev", "rule" };

    for (const struct node *n = map->first; n != NULL; n = n->next) {
        bool is_own = false;
        for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
            is_own |= strcmp(own[i], n->key->text) == 0;
        if (!is_own && !is_same_value(n, json_object_get(seen->message, n->key->text)))
            return false;
    }
    return true;
}

static bool fits(const struct wanted *w, const struct seen *seen)
{
    return is_same_text(w->ev, text_of(seen, "ev")) &&
           is_same_text(w->rule, text_of(seen, "rule")) && has_values(w->map, seen);
}

static bool comes_in_time(const struct wanted *w, const struct seen *seen)
{
    return seen->t_ms >= w->at_ms && seen->t_ms <= w->at_ms + w->within_ms;
}

static void match(struct scenario *s)
{
    for (size_t i = 0; i < s->n_wants; i++)
        for (size_t k = 0; k < s->n_seen && !s->wants[i].is_seen; k++)
            if (!s->seen[k].is_wanted && comes_in_time(&s->wants[i], &s->seen[k]) &&
                fits(&s->wants[i], &s->seen[k]))
                s->wants[i].is_seen = s->seen[k].is_wanted = true;
}

/* `expect` is complete for the rules that it names. */
static bool is_named(const struct scenario *s, const struct seen *seen)
{
    const char *rule = text_of(seen, "rule");

    for (size_t i = 0; rule != NULL && i < s->n_wants; i++)
        if (s->wants[i].rule != NULL && strcmp(s->wants[i].rule, rule) == 0)
            return true;
    return false;
}

static bool is_forbidden(const struct scenario *s, const struct seen *seen)
{
    for (size_t i = 0; i < s->n_forbids; i++)
        if (fits(&s->forbids[i], seen))
            return true;
    return false;
}

static void tell_want(FILE *to, const struct wanted *w, const char *what)
{
    fprintf(to, "  - %9.3fs %-12s %s", (double)w->at_ms / 1000, w->ev,
            w->rule == NULL ? "" : w->rule);
    for (const struct node *n = w->map->first; n != NULL; n = n->next)
        if (strcmp(n->key->text, "at") != 0 && strcmp(n->key->text, "ev") != 0 &&
            strcmp(n->key->text, "rule") != 0)
            fprintf(to, " %s: %s", n->key->text, n->kind == NODE_SCALAR ? n->text : "..");
    fprintf(to, "   %s (%s:%d)\n", what, w->map->place.source->name, w->map->place.line);
}

static void tell_seen(FILE *to, const struct seen *seen, const char *what)
{
    const json_t *val = json_object_get(seen->message, "val");
    const char *rule = text_of(seen, "rule");

    fprintf(to, "  + %9.3fs %-12s %s", (double)seen->t_ms / 1000, text_of(seen, "ev"),
            rule == NULL ? "" : rule);
    if (val != NULL)
        fprintf(to, " val: %.15g", json_number_value(val));
    fprintf(to, "   %s\n", what);
}

static bool is_wrong(const struct scenario *s, const struct seen *seen)
{
    return is_forbidden(s, seen) || (!seen->is_wanted && is_named(s, seen));
}

static void tell_wrong(const struct scenario *s, FILE *to, bool is_zh, const struct seen *seen)
{
    if (is_forbidden(s, seen))
        tell_seen(to, seen, is_zh ? "被禁止" : "forbidden");
    else
        tell_seen(to, seen, is_zh ? "未预期" : "not expected");
}

/* Both lists by time, as a person reads a trend. */
static void tell_difference(const struct scenario *s, FILE *to, bool is_zh)
{
    size_t k = 0;

    for (size_t i = 0; i <= s->n_wants; i++) {
        int64_t until_ms = i < s->n_wants ? s->wants[i].at_ms : INT64_MAX;
        for (; k < s->n_seen && s->seen[k].t_ms <= until_ms; k++)
            if (is_wrong(s, &s->seen[k]))
                tell_wrong(s, to, is_zh, &s->seen[k]);
        if (i < s->n_wants && !s->wants[i].is_seen)
            tell_want(to, &s->wants[i], is_zh ? "预期，但没有出现" : "expected, not seen");
    }
}

static size_t count_wrong(const struct scenario *s)
{
    size_t n = s->n_wrong;

    for (size_t i = 0; i < s->n_wants; i++)
        n += !s->wants[i].is_seen;
    for (size_t k = 0; k < s->n_seen; k++)
        n += is_wrong(s, &s->seen[k]);
    return n;
}

bool scenario_judge(struct scenario *s, FILE *to, bool is_zh)
{
    match(s);
    if (count_wrong(s) == 0) {
        fprintf(to,
                is_zh ? "%s：通过，%zu 条预期，%zu 个事件\n" : "%s: ok, %zu expected, %zu events\n",
                s->path, s->n_wants, s->n_seen);
        return true;
    }
    fprintf(to, is_zh ? "%s：未通过\n" : "%s: FAILED\n", s->path);
    for (size_t i = 0; i < s->n_wrong; i++)
        fprintf(to, "  ! %s\n", s->wrong[i]);
    tell_difference(s, to, is_zh);
    return false;
}

void scenario_print(const struct scenario *s, FILE *to)
{
    for (size_t k = 0; k < s->n_seen; k++) {
        char *line = json_dumps(s->seen[k].message, JSON_COMPACT);

        fprintf(to, "%s\n", line == NULL ? "" : line);
        free(line);
    }
}

static int64_t longest_ms(const struct limit_conf *limit, int64_t ms)
{
    ms = limit->set && limit->after_ms > ms ? limit->after_ms : ms;
    return limit->set && limit->clear_after_ms > ms ? limit->clear_after_ms : ms;
}

static int64_t longest_delay_ms(const struct plant *p)
{
    int64_t ms = 0;

    for (size_t i = 0; i < p->n_points; i++)
        for (int level = 0; level < LEVELS; level++)
            ms = longest_ms(&p->points[i].limits[level], ms);
    for (size_t i = 0; i < p->n_rules; i++)
        ms = longest_ms(&p->rules[i].limit, ms);
    return ms;
}

int64_t scenario_end_ms(const struct scenario *s)
{
    int64_t last_ms = 0, delay_ms = longest_delay_ms(s->plant);

    if (s->until_ms >= 0)
        return s->until_ms;
    for (size_t i = 0; i < s->n_steps; i++) {
        int64_t at_ms = s->steps[i].at_ms + (s->steps[i].verb == STEP_RESTART ? s->steps[i].ms : 0);
        int64_t more_ms = s->steps[i].plant == NULL ? 0 : longest_delay_ms(s->steps[i].plant);
        last_ms = at_ms > last_ms ? at_ms : last_ms;
        delay_ms = more_ms > delay_ms ? more_ms : delay_ms;
    }
    for (size_t i = 0; i < s->n_wants; i++) {
        int64_t at_ms = s->wants[i].at_ms + s->wants[i].within_ms;
        last_ms = at_ms > last_ms ? at_ms : last_ms;
    }
    return last_ms + delay_ms;
}
