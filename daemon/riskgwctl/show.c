#include "daemon/riskgwctl/show.h"

#include <string.h>

#include "daemon/riskgwctl/table.h"

#define CELL 160

static const char *text_of(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s == NULL ? "" : s;
}

static long long int_of(const json_t *o, const char *key)
{
    return (long long)json_integer_value(json_object_get(o, key));
}

static const char *word(const struct show *s, enum phrase p)
{
    return phrase(p, s->lang);
}

/* The number as the daemon wrote it: up to nine digits say all that a
 * transmitter can. */
static void put_number(char *out, size_t size, const json_t *v, const char *unit)
{
    if (json_is_number(v))
        snprintf(out, size, "%.9g%s%s", json_number_value(v), unit[0] == '\0' ? "" : " ", unit);
    else
        snprintf(out, size, "-");
}

static void status_points(const struct show *s, const json_t *doc)
{
    const json_t *p = json_object_get(doc, "points");

    fprintf(s->to, "  %-8s %lld   %s %lld   %s %lld   %s %lld\n", word(s, PHRASE_POINTS),
            int_of(p, "total"), word(s, PHRASE_GOOD), int_of(p, "good"), word(s, PHRASE_NO_DATA),
            int_of(p, "unknown"), word(s, PHRASE_BAD), int_of(p, "bad"));
}

static void status_alarms(const struct show *s, const json_t *doc)
{
    const json_t *a = json_object_get(doc, "alarms");

    fprintf(s->to, "  %-8s %lld %s, %lld %s\n", word(s, PHRASE_ALARMS), int_of(a, "active"),
            word(s, PHRASE_ACTIVE), int_of(a, "unacked"), word(s, PHRASE_NOT_ACKED));
}

static void status_buses(const struct show *s, const json_t *doc)
{
    const json_t *bus;
    size_t i;

    json_array_foreach(json_object_get(doc, "buses"), i, bus)
        fprintf(s->to, "  %-8s %s %lld/%lld %s, %s %.1f %%\n", word(s, PHRASE_BUSES),
                text_of(bus, "bus"), int_of(bus, "units") - int_of(bus, "silent"),
                int_of(bus, "units"), word(s, PHRASE_UNITS), word(s, PHRASE_USE),
                json_number_value(json_object_get(bus, "use_pct")));
}

static void status_uplinks(const struct show *s, const json_t *doc)
{
    const json_t *u;
    size_t i;

    json_array_foreach(json_object_get(doc, "uplinks"), i, u) {
        bool up = json_is_true(json_object_get(u, "connected"));
        fprintf(s->to, "  %-8s %s %s, %s %lld", word(s, PHRASE_UPLINK), text_of(u, "name"),
                word(s, up ? PHRASE_CONNECTED : PHRASE_DISCONNECTED), word(s, PHRASE_QUEUE),
                int_of(u, "queue"));
        if (text_of(u, "error")[0] != '\0')
            fprintf(s->to, " (%s)", text_of(u, "error"));
        fputc('\n', s->to);
    }
    if (!json_is_true(json_object_get(doc, "receipts")))
        fprintf(s->to, "  %-8s %s\n", word(s, PHRASE_UPLINK), word(s, PHRASE_NO_RECEIPTS));
}

void show_status(const struct show *s, const json_t *doc)
{
    bool full = json_is_true(json_object_get(doc, "monitored"));
    const json_t *store = json_object_get(doc, "store");
    bool store_ok = json_is_true(json_object_get(store, "ok"));
    bool sync = strcmp(text_of(doc, "clk"), "sync") == 0;

    fprintf(s->to, "%s-%s   %s   %s\n", text_of(doc, "ent"), text_of(doc, "gw"),
            word(s, full ? PHRASE_FULLY : PHRASE_NOT_FULLY), text_of(doc, "ts"));
    status_points(s, doc);
    status_alarms(s, doc);
    status_buses(s, doc);
    status_uplinks(s, doc);
    fprintf(s->to, "  %-8s %s, %.1f MB    %s %s\n", word(s, PHRASE_RECORD),
            word(s, store_ok ? PHRASE_RECORD_OK : PHRASE_RECORD_BAD),
            (double)int_of(store, "bytes") / 1e6, word(s, PHRASE_CLOCK),
            word(s, sync ? PHRASE_SYNC : PHRASE_UNSYNC));
}

static void point_why(char *out, size_t size, const json_t *p)
{
    const json_t *why = json_object_get(p, "why");

    if (json_is_object(why))
        snprintf(out, size, "%s x%lld", text_of(why, "code"), int_of(why, "n"));
    else
        out[0] = '\0';
}

static void point_row(const struct show *s, struct table *t, const json_t *p)
{
    char val[CELL], why[CELL], age[CELL], unit[CELL];
    const json_t *v = json_object_get(p, "val");

    (void)s;
    put_number(val, sizeof val, v, text_of(p, "u"));
    point_why(why, sizeof why, p);
    const json_t *a = json_object_get(p, "age_s");
    if (json_is_number(a))
        snprintf(age, sizeof age, "%.1f s", json_number_value(a));
    else
        snprintf(age, sizeof age, "-");
    snprintf(unit, sizeof unit, "%s/%lld", text_of(p, "bus"), int_of(p, "unit_id"));
    const char *row[] = { text_of(p, "p"), val, text_of(p, "q"), why, age, unit };
    table_row(t, row);
}

void show_points(const struct show *s, const json_t *doc)
{
    const char *head[] = { word(s, PHRASE_POINT), word(s, PHRASE_VALUE), word(s, PHRASE_QUALITY),
                           word(s, PHRASE_WHY),   word(s, PHRASE_AGE),   word(s, PHRASE_UNIT) };
    struct table t;
    const json_t *p;
    size_t i;

    table_init(&t, 6);
    table_row(&t, head);
    json_array_foreach(json_object_get(doc, "points"), i, p)
        point_row(s, &t, p);
    table_print(s->to, &t);
    table_fini(&t);
}

static void alarm_row(struct table *t, const json_t *a)
{
    char lvl[CELL];

    snprintf(lvl, sizeof lvl, "P%lld", int_of(a, "lvl"));
    const char *row[] = { lvl, text_of(a, "state"), text_of(a, "rule"), text_of(a, "text"),
                          text_of(a, "since"), text_of(a, "alarm_id") };
    table_row(t, row);
}

void show_alarms(const struct show *s, const json_t *doc)
{
    const char *head[] = { word(s, PHRASE_LEVEL), word(s, PHRASE_STATE), word(s, PHRASE_RULE),
                           word(s, PHRASE_TEXT),  word(s, PHRASE_SINCE), "alarm_id" };
    const json_t *alarms = json_object_get(doc, "alarms");
    struct table t;
    const json_t *a;
    size_t i;

    if (json_array_size(alarms) == 0) {
        fprintf(s->to, "%s: %s\n", word(s, PHRASE_ALARMS), word(s, PHRASE_NONE));
        return;
    }
    table_init(&t, 6);
    table_row(&t, head);
    json_array_foreach(alarms, i, a)
        alarm_row(&t, a);
    table_print(s->to, &t);
    table_fini(&t);
}

void show_alarm_line(const struct show *s, const json_t *a)
{
    const char *on = s->colour && int_of(a, "lvl") <= 2 ? "\033[1;31m" : "";

    fprintf(s->to, "%s%s  P%lld  %s  %s%s\n", on, text_of(a, "since"), int_of(a, "lvl"),
            text_of(a, "state"), text_of(a, "text"), on[0] == '\0' ? "" : "\033[0m");
}

static void unit_row(struct table *t, const json_t *u)
{
    char cells[7][CELL];
    const char *row[8] = { NULL };
    const json_t *count, *rtt = json_object_get(u, "rtt_ms"),
                         *period = json_object_get(u, "period_ms");
    const char *cause;
    size_t n = 0;

    snprintf(cells[0], CELL, "%lld", int_of(u, "unit_id"));
    snprintf(cells[1], CELL, "%lld", int_of(u, "requests"));
    snprintf(cells[2], CELL, "%lld", int_of(u, "good"));
    snprintf(cells[3], CELL, "%lld", int_of(u, "timeouts"));
    cells[4][0] = '\0';
    json_object_foreach((json_t *)json_object_get(u, "rejected"), cause, count)
        if (n < CELL)
            n += (size_t)snprintf(cells[4] + n, CELL - n, "%s%s %lld", n == 0 ? "" : ", ", cause,
                                  (long long)json_integer_value(count));
    put_number(cells[5], CELL, json_object_get(rtt, "p50"), "");
    put_number(cells[6], CELL, json_object_get(period, "p50"), "");
    row[0] = cells[0];
    row[1] = text_of(u, "state");
    for (size_t i = 1; i < 7; i++)
        row[i + 1] = cells[i];
    table_row(t, row);
}

void show_bus(const struct show *s, const json_t *doc)
{
    const char *head[] = { word(s, PHRASE_UNIT),     word(s, PHRASE_STATE),
                           word(s, PHRASE_REQUESTS), word(s, PHRASE_GOOD),
                           word(s, PHRASE_TIMEOUTS), word(s, PHRASE_REJECTED),
                           word(s, PHRASE_RTT),      word(s, PHRASE_PERIOD) };
    const json_t *bus, *u;
    struct table t;
    size_t i, k;

    json_array_foreach(json_object_get(doc, "buses"), i, bus) {
        fprintf(s->to, "%s  %s  %s %.1f %%  %s\n", text_of(bus, "bus"), text_of(bus, "state"),
                word(s, PHRASE_USE), json_number_value(json_object_get(bus, "use_pct")),
                text_of(bus, "error"));
        table_init(&t, 8);
        table_row(&t, head);
        json_array_foreach(json_object_get(bus, "units"), k, u)
            unit_row(&t, u);
        table_print(s->to, &t);
        table_fini(&t);
    }
}
