#include "daemon/riskgwctl/show.h"

#include <string.h>

#include "daemon/riskgwctl/table.h"

enum { UNIT, STATE, REQUESTS, GOOD, TIMEOUTS, REJECTED, NOISE, EXCEPTIONS, RTT, PERIOD, COLUMNS };

/* "crc 3, late 1" of an object of counts. */
static void put_counts(char *out, size_t size, const json_t *counts)
{
    const json_t *count;
    const char *name;
    size_t n = 0;

    out[0] = '\0';
    json_object_foreach ((json_t *)counts, name, count) {
        if (n < size)
            n += (size_t)snprintf(out + n, size - n, "%s%s %lld", n == 0 ? "" : ", ", name,
                                  (long long)json_integer_value(count));
    }
}

static void put_percentiles(char *out, size_t size, const json_t *ms)
{
    char p50[64], p95[64];

    show_number(p50, sizeof p50, json_object_get(ms, "p50"), "");
    show_number(p95, sizeof p95, json_object_get(ms, "p95"), "");
    snprintf(out, size, "%s%s%s", p50, p50[0] == '\0' ? "" : "/", p95);
}

static void unit(const struct show *s, struct table *t, const json_t *u)
{
    const char *state = show_text(u, "state");
    bool is_wrong = strcmp(show_text(u, "identity"), "wrong") == 0;
    char cells[COLUMNS][SHOW_CELL];
    const char *row[COLUMNS];

    for (int i = 0; i < COLUMNS; i++)
        row[i] = cells[i];
    snprintf(cells[UNIT], SHOW_CELL, "%lld", show_int(u, "unit_id"));
    row[STATE] = phrase_of_code(is_wrong ? "identity" : state, s->lang);
    snprintf(cells[REQUESTS], SHOW_CELL, "%lld", show_int(u, "requests"));
    snprintf(cells[GOOD], SHOW_CELL, "%lld", show_int(u, "good"));
    snprintf(cells[TIMEOUTS], SHOW_CELL, "%lld", show_int(u, "timeouts"));
    put_counts(cells[REJECTED], SHOW_CELL, json_object_get(u, "rejected"));
    show_number(cells[NOISE], SHOW_CELL, json_object_get(u, "noise_pct"), "");
    put_counts(cells[EXCEPTIONS], SHOW_CELL, json_object_get(u, "exceptions"));
    put_percentiles(cells[RTT], SHOW_CELL, json_object_get(u, "rtt_ms"));
    put_percentiles(cells[PERIOD], SHOW_CELL, json_object_get(u, "period_ms"));
    table_row(t, row, show_alert(s, is_wrong || strcmp(state, "silent") == 0));
}

static void units(const struct show *s, const json_t *list)
{
    const char *titles[COLUMNS] = {
        [UNIT] = show_word(s, PHRASE_UNIT),         [STATE] = show_word(s, PHRASE_STATE),
        [REQUESTS] = show_word(s, PHRASE_REQUESTS), [GOOD] = show_word(s, PHRASE_GOOD),
        [TIMEOUTS] = show_word(s, PHRASE_TIMEOUTS), [REJECTED] = show_word(s, PHRASE_REJECTED),
        [NOISE] = show_word(s, PHRASE_NOISE),       [EXCEPTIONS] = show_word(s, PHRASE_EXCEPTIONS),
        [RTT] = show_word(s, PHRASE_RTT),           [PERIOD] = show_word(s, PHRASE_PERIOD),
    };
    struct table t;
    const json_t *u;
    size_t i;

    table_init(&t, COLUMNS,
               1u << UNIT | 1u << REQUESTS | 1u << GOOD | 1u << TIMEOUTS | 1u << NOISE | 1u << RTT |
                   1u << PERIOD);
    table_row(&t, titles, NULL);
    json_array_foreach (list, i, u)
        unit(s, &t, u);
    table_print(s->to, &t);
    table_fini(&t);
}

static void master(const struct show *s, const json_t *m)
{
    if (m != NULL)
        fprintf(s->to, "  %s (%s %lld, %s %lld, %.1f s%s): %s\n", show_word(s, PHRASE_MASTER),
                show_word(s, PHRASE_UNIT), show_int(m, "unit_id"), show_word(s, PHRASE_REQUESTS),
                show_int(m, "requests"), json_number_value(json_object_get(m, "last_s")),
                show_word(s, PHRASE_AGO), show_word(s, PHRASE_ONE_MASTER));
}

static void set(struct table *t, const json_t *set)
{
    char id[SHOW_CELL], place[SHOW_CELL], every[SHOW_CELL], period[SHOW_CELL];

    snprintf(id, sizeof id, "%lld", show_int(set, "unit_id"));
    snprintf(place, sizeof place, "fc %lld  %lld +%lld", show_int(set, "fc"),
             show_int(set, "address"), show_int(set, "count"));
    show_number(every, sizeof every, json_object_get(set, "every_ms"), "");
    put_percentiles(period, sizeof period, json_object_get(set, "period_ms"));
    table_row(t, (const char *[]){ id, place, every, period }, NULL);
}

/* Readings of a bus that was asked for alone. */
static void sets(const struct show *s, const json_t *list)
{
    struct table t;
    const json_t *one;
    size_t i;

    if (json_array_size(list) == 0)
        return;
    table_init(&t, 4, 1u | 1u << 2 | 1u << 3);
    table_row(&t,
              (const char *[]){ show_word(s, PHRASE_UNIT), show_word(s, PHRASE_READING),
                                show_word(s, PHRASE_EVERY), show_word(s, PHRASE_PERIOD) },
              NULL);
    json_array_foreach (list, i, one)
        set(&t, one);
    table_print(s->to, &t);
    table_fini(&t);
}

static void put_share(const struct show *s, const json_t *bus, const char *key, enum phrase name)
{
    const json_t *share = json_object_get(bus, key);

    if (share != NULL)
        fprintf(s->to, "  %s %.2f %%", show_word(s, name), json_number_value(share));
}

static void line(const struct show *s, const json_t *bus)
{
    const char *error = show_text(bus, "error");

    fprintf(s->to, "%s  %s  %s %.1f %%", show_text(bus, "bus"),
            phrase_of_code(show_text(bus, "state"), s->lang), show_word(s, PHRASE_USE),
            json_number_value(json_object_get(bus, "use_pct")));
    put_share(s, bus, "use15_pct", PHRASE_USE15);
    put_share(s, bus, "idle_pct", PHRASE_IDLE);
    put_share(s, bus, "noise_pct", PHRASE_BAD_FRAMES);
    fprintf(s->to, "%s%s\n", error[0] == '\0' ? "" : "  ", error);
    master(s, json_object_get(bus, "master"));
}

void show_bus(const struct show *s, const json_t *doc)
{
    const json_t *buses = json_object_get(doc, "buses"), *bus;
    size_t i;

    json_array_foreach (buses, i, bus) {
        line(s, bus);
        units(s, json_object_get(bus, "units"));
        if (json_array_size(buses) == 1)
            sets(s, json_object_get(bus, "sets"));
    }
}
