#include "daemon/riskgwctl/show.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/riskgwctl/table.h"

#define URGENT 2 /* priorities up to this one are set off */

static void append(char *out, size_t size, const char *before, const char *text)
{
    size_t n = strlen(out);

    if (text[0] != '\0')
        snprintf(out + n, size - n, "%s%s", before, text);
}

static bool is_over(const char *state)
{
    return strncmp(state, "rtn_", 4) == 0 || strncmp(state, "latched_", 8) == 0;
}

/* "HH 186 ppm, limit 160 ppm", "COMM: no answer", "FAULT over, now 3 ppm". */
static void put_numbers(char *out, size_t size, const struct show *s, const json_t *a)
{
    const char *unit = show_text(a, "u");
    char part[SHOW_CELL];

    snprintf(out, size, "%s", show_text(a, "kind"));
    if (is_over(show_text(a, "state")))
        append(out, size, " ", show_word(s, PHRASE_OVER));
    show_number(part, sizeof part, json_object_get(a, "val"), unit);
    append(out, size, " ", part[0] != '\0' ? part : phrase_of_code(show_text(a, "q"), s->lang));
    show_number(part, sizeof part, json_object_get(a, "limit"), unit);
    if (part[0] != '\0')
        append(out, size, ", ", show_word(s, PHRASE_LIMIT));
    append(out, size, " ", part);
    show_why(part, sizeof part, s, json_object_get(a, "why"));
    append(out, size, ": ", part);
}

/* The daemon's sentence is Chinese; in English the alarm is told by its numbers. */
static void put_what(char *out, size_t size, const struct show *s, const json_t *a)
{
    if (s->lang == LANG_ZH && show_text(a, "text")[0] != '\0')
        snprintf(out, size, "%s", show_text(a, "text"));
    else
        put_numbers(out, size, s, a);
}

static const char *style_of(const struct show *s, const json_t *a)
{
    return show_alert(s, show_int(a, "lvl") <= URGENT &&
                             json_is_true(json_object_get(a, "announced")));
}

static void row(const struct show *s, struct table *t, const json_t *a)
{
    char lvl[SHOW_CELL] = "-", what[512], since[SHOW_CELL] = "-";

    if (show_int(a, "lvl") > 0)
        snprintf(lvl, sizeof lvl, "P%lld", show_int(a, "lvl"));
    put_what(what, sizeof what, s, a);
    if (show_text(a, "since")[0] != '\0')
        show_time(since, sizeof since, show_text(a, "since"));
    table_row(t,
              (const char *[]){ lvl, phrase_of_code(show_text(a, "state"), s->lang),
                                show_text(a, "rule"), what, since, show_text(a, "alarm_id") },
              style_of(s, a));
}

/* What is open first, then by priority, then the newest. */
static int by_urgency(const void *left, const void *right)
{
    const json_t *a = *(const json_t *const *)left, *b = *(const json_t *const *)right;
    int open_a = show_text(a, "alarm_id")[0] != '\0', open_b = show_text(b, "alarm_id")[0] != '\0';

    if (open_a != open_b)
        return open_b - open_a;
    if (show_int(a, "lvl") != show_int(b, "lvl"))
        return show_int(a, "lvl") < show_int(b, "lvl") ? -1 : 1;
    return strcmp(show_text(b, "since"), show_text(a, "since"));
}

static void rows(const struct show *s, struct table *t, const json_t *alarms)
{
    size_t n = json_array_size(alarms);
    const json_t **sorted = calloc(n, sizeof *sorted);

    if (sorted == NULL)
        return;
    for (size_t i = 0; i < n; i++)
        sorted[i] = json_array_get(alarms, i);
    qsort(sorted, n, sizeof *sorted, by_urgency);
    for (size_t i = 0; i < n; i++)
        row(s, t, sorted[i]);
    free(sorted);
}

void show_alarms(const struct show *s, const json_t *doc)
{
    const char *titles[] = { show_word(s, PHRASE_LEVEL), show_word(s, PHRASE_STATE),
                             show_word(s, PHRASE_RULE),  show_word(s, PHRASE_TEXT),
                             show_word(s, PHRASE_SINCE), "alarm_id" };
    const json_t *alarms = json_object_get(doc, "alarms");
    struct table t;

    if (json_array_size(alarms) == 0) {
        fprintf(s->to, "%s\n", show_word(s, PHRASE_NO_ALARMS));
        return;
    }
    table_init(&t, sizeof titles / sizeof titles[0], 0);
    table_row(&t, titles, NULL);
    rows(s, &t, alarms);
    table_print(s->to, &t);
    table_fini(&t);
}

void show_alarm_line(const struct show *s, const json_t *a, const char *word)
{
    const char *style = word == NULL ? style_of(s, a) : NULL;
    char what[512], since[SHOW_CELL];

    put_what(what, sizeof what, s, a);
    show_time(since, sizeof since, show_text(a, "since"));
    fprintf(s->to, "%s%s  P%lld  %s  %s  %s%s\n", style == NULL ? "" : style, since,
            show_int(a, "lvl"),
            word != NULL ? word : phrase_of_code(show_text(a, "state"), s->lang),
            show_text(a, "rule"), what, style == NULL ? "" : "\033[0m");
}
