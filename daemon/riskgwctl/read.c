/* history, gaps, incident and export: what was recorded, for people, for programs
 * and for a table calculator. */
#include <stdlib.h>
#include <string.h>

#include "daemon/riskgwctl/lines.h"
#include "daemon/riskgwctl/verbs.h"

#define READ_S 60 /* between two pieces */

struct read_out {
    const struct call *call;
    const struct show *s;
    size_t rows;
    bool is_ended;
    char error[300];
    json_t *open; /* gaps: the first line of each gap that has no end yet, by point */
    void (*row)(struct read_out *o, const json_t *row);
};

/* --- for programs --- */

static void put_json(struct read_out *o, const json_t *row)
{
    fputs(o->rows == 0 ? "" : ",\n", o->s->to);
    json_dumpf(row, o->s->to, JSON_COMPACT | JSON_REAL_PRECISION(15));
}

/* --- for people --- */

static void put_value(char *out, size_t size, const struct show *s, const json_t *row)
{
    const json_t *last = json_object_get(row, "last");
    char number[SHOW_CELL];

    show_number(out, size, json_object_get(row, "val"), show_text(row, "u"));
    if (out[0] != '\0' || last == NULL)
        return;
    show_number(number, sizeof number, last, show_text(row, "u"));
    snprintf(out, size, "(%s %.150s)", show_word(s, PHRASE_LAST), number);
}

static void put_gap(struct read_out *o, const char *p, const char *from, const char *to,
                    const char *why, const char *more)
{
    fprintf(o->s->to, "%-29s  %-29s  %-20s  %s %s\n", from, to, p, phrase_of_code(why, o->s->lang),
            phrase_of_code(more, o->s->lang));
}

static void put_line(struct read_out *o, const json_t *row)
{
    const char *q = show_text(row, "q");
    char val[SHOW_CELL];

    if (json_object_get(row, "gap") != NULL) {
        put_gap(o, "-", show_text(row, "from"), show_text(row, "to"), show_text(row, "gap"), "");
        return;
    }
    put_value(val, sizeof val, o->s, row);
    fprintf(o->s->to, "%-29s  %-20s  %14s", show_text(row, "t"), show_text(row, "p"), val);
    if (strcmp(q, "good") != 0)
        fprintf(o->s->to, "  %s %s", phrase_of_code(q, o->s->lang),
                phrase_of_code(show_text(row, "why"), o->s->lang));
    fputs(strcmp(show_text(row, "clk"), "unsync") == 0 ? "  (clk unsync)\n" : "\n", o->s->to);
}

static void close_gap(struct read_out *o, const json_t *first, const char *to)
{
    if (o->call->json) {
        json_t *gap = json_pack("{s:s, s:s, s:s, s:s, s:s}", "gap", show_text(first, "q"), "p",
                                show_text(first, "p"), "from", show_text(first, "t"), "to", to,
                                "why", show_text(first, "why"));
        put_json(o, gap);
        json_decref(gap);
    } else {
        put_gap(o, show_text(first, "p"), show_text(first, "t"), to, show_text(first, "q"),
                show_text(first, "why"));
    }
    o->rows++;
}

static void put_gaps(struct read_out *o, const json_t *row)
{
    const char *p = show_text(row, "p");
    const json_t *first = json_object_get(o->open, p);

    if (json_object_get(row, "gap") != NULL) {
        if (o->call->json)
            put_json(o, row);
        else
            put_line(o, row);
        return;
    }
    o->rows--; /* a line of a gap is no row by itself */
    if (json_object_get(row, "val") == NULL && first == NULL) {
        json_object_set_new(o->open, p, json_deep_copy(row));
    } else if (json_object_get(row, "val") != NULL && first != NULL) {
        o->rows++;
        close_gap(o, first, show_text(row, "t"));
        o->rows--;
        json_object_del(o->open, p);
    }
}

/* --- for a table calculator --- */

static void put_csv(struct read_out *o, const json_t *row)
{
    const json_t *val = json_object_get(row, "val");
    char number[SHOW_CELL];

    if (json_object_get(row, "gap") != NULL) {
        fprintf(o->s->to, "%s,,,,gap:%s,%s,\r\n", show_text(row, "from"), show_text(row, "gap"),
                show_text(row, "to"));
        return;
    }
    show_number(number, sizeof number, val, "");
    fprintf(o->s->to, "%s,%s,%s,%s,%s,%s,%s\r\n", show_text(row, "t"), show_text(row, "p"), number,
            show_text(row, "u"), show_text(row, "q"), show_text(row, "why"), show_text(row, "clk"));
}

/* --- one answer --- */

static void tell(void *ctx, const json_t *row)
{
    struct read_out *o = ctx;

    if (json_object_get(row, "end") != NULL) {
        o->is_ended = json_is_true(json_object_get(row, "end"));
        snprintf(o->error, sizeof o->error, "%s", show_text(row, "error"));
        return;
    }
    o->row(o, row);
    o->rows++;
}

static void close_all_gaps(struct read_out *o)
{
    const char *p;
    json_t *first;

    json_object_foreach (o->open, p, first) {
        close_gap(o, first, "");
    }
}

static char *request_of(const struct verb *v, const struct call *c, const char *word)
{
    json_t *body = json_pack("{s:s, s:s*, s:s*, s:s*}", "verb", v->name, v->word_key, word, "from",
                             c->said[SAID_FROM], "to", c->said[SAID_TO]);
    char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);

    json_decref(body);
    return text;
}

static int run(struct read_out *o, const struct verb *v, const char *word)
{
    const struct call *c = o->call;
    char *request = request_of(v, c, word);
    struct lines l;
    struct answer a;

    if (request == NULL) {
        fprintf(stderr, "riskgwctl: %s\n", show_word(&c->show, PHRASE_NOT_UTF8));
        return EXIT_USAGE;
    }
    lines_init(&l, tell, o);
    client_lines(c->socket, request, c->show.lang, READ_S, &l, &a);
    free(request);
    lines_flush(&l);
    lines_fini(&l);
    close_all_gaps(o);
    if (a.exit == EXIT_FINE && !o->is_ended) {
        a.exit = EXIT_UNREACHABLE;
        snprintf(a.message, sizeof a.message, "%.300s",
                 o->error[0] != '\0' ? o->error : show_word(&c->show, PHRASE_NO_WHOLE_ANSWER));
    }
    if (a.message[0] != '\0')
        fprintf(stderr, "%s\n", a.message);
    return a.exit;
}

int verb_read(const struct verb *v, const struct call *c)
{
    struct read_out o = { .call = c, .s = &c->show, .row = c->json ? put_json : put_line };
    bool is_gaps = strcmp(v->name, "gaps") == 0;

    if (is_gaps) {
        o.row = put_gaps;
        o.open = json_object();
    }
    if (c->json)
        fprintf(c->show.to, "{\"v\":1,\"rows\":[\n");
    int code = run(&o, v, c->n_words > 0 ? c->words[0] : NULL);
    if (c->json)
        fprintf(c->show.to, "]}\n");
    else if (code == EXIT_FINE && o.rows == 0)
        fprintf(c->show.to, "%s\n",
                show_word(&c->show, is_gaps ? PHRASE_NO_GAPS : PHRASE_NO_SAMPLES));
    json_decref(o.open);
    return code;
}

int verb_export(const struct verb *v, const struct call *c)
{
    struct read_out o = { .call = c, .s = &c->show, .row = put_csv };

    if (strcmp(c->words[0], "csv") != 0) {
        fprintf(stderr, "riskgwctl: %s: %s\n", c->words[0],
                show_word(&c->show, PHRASE_NOT_IN_VERSION));
        return EXIT_USAGE;
    }
    fputs("\xEF\xBB\xBFtime,point,value,unit,quality,reason,clock\r\n", c->show.to);
    return run(&o, v, c->n_words > 1 ? c->words[1] : NULL);
}
