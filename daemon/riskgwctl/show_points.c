#include "daemon/riskgwctl/show.h"

#include <string.h>

#include "daemon/riskgwctl/table.h"

/* Without a value the last one stands in brackets: it is old. */
static void put_value(char *out, size_t size, const struct show *s, const json_t *p)
{
    const json_t *last = json_object_get(json_object_get(p, "last"), "val");
    char val[SHOW_CELL];

    show_number(out, size, json_object_get(p, "val"), show_text(p, "u"));
    if (out[0] != '\0' || last == NULL)
        return;
    show_number(val, sizeof val, last, show_text(p, "u"));
    snprintf(out, size, "(%s %.150s)", show_word(s, PHRASE_LAST), val);
}

/* Why there is no value, how often and since when; since when it is good. */
static void put_reason(char *out, size_t size, const struct show *s, const json_t *p)
{
    const json_t *why = json_object_get(p, "why");
    char reason[SHOW_CELL / 2], since[SHOW_CELL / 4];

    show_why(reason, sizeof reason, s, why);
    show_since(since, sizeof since, s, show_text(why != NULL ? why : p, "since"));
    snprintf(out, size, "%s%s%s", reason, reason[0] == '\0' || since[0] == '\0' ? "" : " ", since);
}

static void point(const struct show *s, struct table *t, const json_t *p)
{
    char val[SHOW_CELL], why[SHOW_CELL], age[SHOW_CELL] = "-", unit[SHOW_CELL];
    const json_t *seconds = json_object_get(p, "age_s");

    put_value(val, sizeof val, s, p);
    put_reason(why, sizeof why, s, p);
    if (json_is_number(seconds))
        show_duration(age, sizeof age, s, json_number_value(seconds));
    snprintf(unit, sizeof unit, "%.80s/%lld", show_text(p, "bus"), show_int(p, "unit_id"));
    table_row(t,
              (const char *[]){ show_text(p, "p"), show_label(s, p), val,
                                phrase_of_code(show_text(p, "q"), s->lang), why, age, unit },
              show_alert(s, json_object_get(p, "val") == NULL));
}

void show_points(const struct show *s, const json_t *doc)
{
    const enum phrase names[] = { PHRASE_POINT, PHRASE_LABEL, PHRASE_VALUE, PHRASE_QUALITY,
                                  PHRASE_WHY,   PHRASE_AGE,   PHRASE_UNIT };
    const char *titles[sizeof names / sizeof names[0]];
    struct table t;
    const json_t *p;
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        titles[i] = show_word(s, names[i]);
    table_init(&t, i, 1u << 2 | 1u << 5);
    table_row(&t, titles, NULL);
    json_array_foreach (json_object_get(doc, "points"), i, p)
        point(s, &t, p);
    table_print(s->to, &t);
    table_fini(&t);
}
