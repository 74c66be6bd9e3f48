#include "daemon/riskgwctl/show.h"

#include <string.h>

#include "daemon/riskgwctl/reasons.h"
#include "daemon/riskgwctl/table.h"

#define NAMED_MAX 3 /* in the first line; where there are more, a list names all */
#define INDENT    "  "
#define HEAD      10 /* columns of the first word of a line */

/* "  points    ": the words are of different widths. */
static void begin(const struct show *s, enum phrase p)
{
    const char *word = show_word(s, p);

    fprintf(s->to, INDENT "%s%*s", word, HEAD - table_width(word), "");
}

static void put_for(const struct show *s, double seconds)
{
    char text[SHOW_CELL];

    show_duration(text, sizeof text, s, seconds);
    fprintf(s->to, "%s", text);
}

/* ": co.duty (never read, 22 min), ...": which, why and since when. */
static void name_the_first(const struct show *s, const json_t *list)
{
    const json_t *p;
    size_t i;

    json_array_foreach (list, i, p) {
        if (i == NAMED_MAX)
            break;
        fprintf(s->to, "%s%s (%s, ", i == 0 ? ": " : ", ", show_text(p, "p"),
                phrase_of_code(show_text(p, "q"), s->lang));
        put_for(s, (double)show_int(p, "since_s"));
        fputc(')', s->to);
    }
    if (json_array_size(list) > NAMED_MAX)
        fprintf(s->to, " %s", show_word(s, PHRASE_AND_MORE));
}

static void head(const struct show *s, const json_t *doc)
{
    bool is_full = json_is_true(json_object_get(doc, "monitored"));
    const char *site = show_label(s, json_object_get(doc, "site"));
    const char *style = show_alert(s, !is_full);
    char time[SHOW_CELL];

    show_time(time, sizeof time, show_text(doc, "ts"));
    fprintf(s->to, "%s%s%s-%s   %s%s", site, site[0] == '\0' ? "" : "  ", show_text(doc, "ent"),
            show_text(doc, "gw"), style == NULL ? "" : style,
            show_word(s, is_full ? PHRASE_FULLY : PHRASE_NOT_FULLY));
    name_the_first(s, json_object_get(doc, "not_monitored"));
    fprintf(s->to, "%s   %s\n", style == NULL ? "" : "\033[0m", time);
}

static void list_not_monitored(const struct show *s, const json_t *list)
{
    struct table t;
    const json_t *p;
    size_t i;

    if (json_array_size(list) <= NAMED_MAX)
        return;
    table_init(&t, 6, 1u << 4);
    json_array_foreach (list, i, p) {
        char why[SHOW_CELL], since[SHOW_CELL];

        show_why(why, sizeof why, s, json_object_get(p, "why"));
        show_duration(since, sizeof since, s, (double)show_int(p, "since_s"));
        table_row(&t,
                  (const char *[]){ INDENT, show_text(p, "p"), show_label(s, p),
                                    phrase_of_code(show_text(p, "q"), s->lang), since, why },
                  NULL);
    }
    table_print(s->to, &t);
    table_fini(&t);
}

static void points(const struct show *s, const json_t *doc)
{
    const json_t *n = json_object_get(doc, "points");

    begin(s, PHRASE_POINTS);
    fprintf(s->to, "%lld   %s %lld   %s %lld   %s %lld\n", show_int(n, "total"),
            show_word(s, PHRASE_GOOD), show_int(n, "good"), show_word(s, PHRASE_NO_DATA),
            show_int(n, "unknown"), show_word(s, PHRASE_BAD), show_int(n, "bad"));
    list_not_monitored(s, json_object_get(doc, "not_monitored"));
}

/* "2 not acknowledged", "未确认 2" */
static void put_count(const struct show *s, long long n, enum phrase what)
{
    if (s->lang == LANG_ZH)
        fprintf(s->to, "%s %lld", show_word(s, what), n);
    else
        fprintf(s->to, "%lld %s", n, show_word(s, what));
}

static void alarms(const struct show *s, const json_t *doc)
{
    const json_t *a = json_object_get(doc, "alarms"), *n;
    const char *before = " (";
    size_t i;

    begin(s, PHRASE_ALARMS);
    put_count(s, show_int(a, "active"), PHRASE_ACTIVE);
    json_array_foreach (json_object_get(doc, "active_by_lvl"), i, n) {
        if (json_integer_value(n) == 0)
            continue;
        fprintf(s->to, "%sP%zu %lld", before, i + 1, (long long)json_integer_value(n));
        before = ", ";
    }
    fputs(before[0] == ',' ? "), " : ", ", s->to);
    put_count(s, show_int(a, "unacked"), PHRASE_NOT_ACKED);
    fputc('\n', s->to);
}

static void buses(const struct show *s, const json_t *doc)
{
    const json_t *bus;
    size_t i;

    json_array_foreach (json_object_get(doc, "buses"), i, bus) {
        begin(s, PHRASE_BUSES);
        fprintf(s->to, "%s %s %lld/%lld, %s %.1f %%\n", show_text(bus, "bus"),
                show_word(s, PHRASE_UNITS), show_int(bus, "units") - show_int(bus, "silent"),
                show_int(bus, "units"), show_word(s, PHRASE_USE),
                json_number_value(json_object_get(bus, "use_pct")));
    }
}

static void cert_due(const struct show *s, const json_t *cert)
{
    if (!json_is_true(json_object_get(cert, "due")))
        return;
    begin(s, PHRASE_UPLINK);
    fprintf(s->to, "%s: %s\n", show_word(s, PHRASE_CERT_DUE), show_text(cert, "what"));
}

static void uplink(const struct show *s, const json_t *u)
{
    bool is_up = json_is_true(json_object_get(u, "connected"));
    const json_t *receipt = json_object_get(u, "last_receipt_s");
    char why[REASON_WORDS_MAX];

    begin(s, PHRASE_UPLINK);
    fprintf(s->to, "%s %s ", show_text(u, "name"),
            show_word(s, is_up ? PHRASE_CONNECTED : PHRASE_DISCONNECTED));
    put_for(s, (double)show_int(u, "since_s"));
    if (show_text(u, "error")[0] != '\0')
        fprintf(s->to, " (%s)", reason_words(why, show_text(u, "error"), s->lang));
    fprintf(s->to, ", %s %lld", show_word(s, PHRASE_QUEUE), show_int(u, "queue"));
    if (show_int(u, "queue") > 0) {
        fprintf(s->to, " (%s ", show_word(s, PHRASE_OLDEST));
        put_for(s, (double)show_int(u, "oldest_s"));
        fputc(')', s->to);
    }
    if (json_is_number(receipt)) {
        fprintf(s->to, ", %s ", show_word(s, PHRASE_LAST_RECEIPT));
        put_for(s, json_number_value(receipt));
        fprintf(s->to, "%s", show_word(s, PHRASE_AGO));
    }
    fputc('\n', s->to);
    cert_due(s, json_object_get(u, "cert"));
}

static void uplinks(const struct show *s, const json_t *doc)
{
    const json_t *u;
    size_t i;

    json_array_foreach (json_object_get(doc, "uplinks"), i, u)
        uplink(s, u);
    if (json_is_true(json_object_get(doc, "receipts")))
        return;
    begin(s, PHRASE_UPLINK);
    fprintf(s->to, "%s\n", show_word(s, PHRASE_NO_RECEIPTS));
}

static void record(const struct show *s, const json_t *doc)
{
    const json_t *store = json_object_get(doc, "store");
    bool is_ok = json_is_true(json_object_get(store, "ok"));
    bool is_sync = strcmp(show_text(doc, "clk"), "sync") == 0;
    const char *style = show_alert(s, !is_ok);

    begin(s, PHRASE_RECORD);
    fprintf(s->to, "%s%s%s, %.1f MB    %s %s    %s ", style == NULL ? "" : style,
            show_word(s, is_ok ? PHRASE_RECORD_OK : PHRASE_RECORD_BAD),
            style == NULL ? "" : "\033[0m", (double)show_int(store, "bytes") / 1e6,
            show_word(s, PHRASE_CLOCK), show_word(s, is_sync ? PHRASE_SYNC : PHRASE_UNSYNC),
            show_word(s, PHRASE_UPTIME));
    put_for(s, (double)show_int(doc, "uptime_s"));
    fputc('\n', s->to);
}

static void configuration(const struct show *s, const json_t *doc)
{
    const char *style = show_alert(s, true);

    if (json_is_true(json_object_get(doc, "last_good")))
        fprintf(s->to, "%s%s%s\n", style == NULL ? "" : style, show_word(s, PHRASE_LAST_GOOD),
                style == NULL ? "" : "\033[0m");
}

void show_status(const struct show *s, const json_t *doc)
{
    head(s, doc);
    configuration(s, doc);
    points(s, doc);
    alarms(s, doc);
    buses(s, doc);
    uplinks(s, doc);
    record(s, doc);
}
