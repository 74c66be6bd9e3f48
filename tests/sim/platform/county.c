#include "tests/sim/platform/county.h"

#include <stdio.h>
#include <string.h>

#include "tests/sim/platform/audit.h"

#define RECEIPT_MESSAGES 100 /* Source: the published contract */

struct county {
    struct county_conf conf;
    struct book **books;
    size_t n_books, room_books;
    struct tally found; /* on arrival */
    uint64_t compared;
};

struct county *county_new(const struct county_conf *conf)
{
    struct county *c = must(calloc(1, sizeof *c));

    c->conf = *conf;
    return c;
}

void county_free(struct county *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->n_books; i++)
        book_free(c->books[i]);
    free(c->books);
    free(c);
}

void county_receipts(struct county *c, const struct county_conf *conf)
{
    c->conf = *conf;
    for (size_t i = 0; i < c->n_books && !conf->receipts; i++)
        c->books[i]->n_owed = 0;
}

static struct book *book_of(struct county *c, const struct place *p)
{
    struct book *b;

    for (size_t i = 0; i < c->n_books; i++)
        if (strcmp(c->books[i]->ent, p->ent) == 0 && strcmp(c->books[i]->gw, p->gw) == 0)
            return c->books[i];
    b = must(calloc(1, sizeof *b));
    memcpy(b->ent, p->ent, sizeof b->ent);
    memcpy(b->gw, p->gw, sizeof b->gw);
    MAKE_ROOM(c->books, c->n_books, c->room_books);
    c->books[c->n_books++] = b;
    return b;
}

/* ---- one message ---- */

static void take_new(struct county *c, struct book *b, const struct place *p, struct note *n,
                     json_t *body, const struct envelope *e)
{
    n->is_volatile = e->is_volatile;
    if (p->numbered == ALARM) {
        n->what = happening_new(b, &c->found, body, e);
        b->is_chain_stale |= n->what != NULL && n->what->restart != NULL;
    }
    if (p->numbered == LEDGER)
        lost_read(b, body);
}

/* True: it is to be kept. */
static bool take_numbered(struct county *c, struct book *b, const struct place *p,
                          const struct county_message *m, json_t *body, const struct envelope *e)
{
    struct numbers *v = &epoch_of(b, e->epoch)->by[p->numbered];
    struct note *n = numbers_find(v, e->seq);
    unsigned char sum[SUM_BYTES];

    bytes_sum(sum, m->body, m->len);
    if (n != NULL && memcmp(n->sum, sum, sizeof sum) == 0) {
        tally_note(&c->found, COUNTY_DUPLICATE, "-");
        return false;
    }
    b->is_numbers_stale = true;
    b->is_walk_stale |= p->numbered == ALARM;
    if (n != NULL) {
        n->is_two = true;
        return true;
    }
    n = numbers_add(v, e->seq);
    memcpy(n->sum, sum, sizeof sum);
    take_new(c, b, p, n, body, e);
    return true;
}

static void take_retained(struct county *c, struct book *b, const struct place *p, json_t *body,
                          const struct envelope *e)
{
    enum county_match match = COUNTY_UNPROVEN;

    if (p->kind == PLACE_ACTIVE)
        active_take(b, p->n, body, e);
    if (p->kind == PLACE_STATUS && !e->is_offline)
        match = status_compare(b, &c->found, body, e);
    if (match == COUNTY_UNPROVEN)
        return;
    c->compared++;
    c->compared += active_compare(b, &c->found, e->mono_ms) != COUNTY_UNPROVEN;
}

static bool take_body(struct county *c, const struct place *p, const struct county_message *m,
                      json_t *body, bool owes)
{
    struct book *b = book_of(c, p);
    struct envelope e;
    bool keep;

    if (!envelope_check(&c->found, p, m, body, &e))
        return false;
    if (p->kind != PLACE_NUMBERED) {
        take_retained(c, b, p, body, &e);
        return false;
    }
    keep = take_numbered(c, b, p, m, body, &e);
    if (owes && c->conf.receipts && p->numbered != TELEMETRY) {
        MAKE_ROOM(b->owed, b->n_owed, b->room_owed);
        b->owed[b->n_owed++] =
            (struct owed){ p->numbered, e.epoch, e.seq, m->now_ms + c->conf.receipt_ms };
    }
    return keep;
}

static bool take(struct county *c, const struct county_message *m, bool owes)
{
    struct place p;
    json_t *body;
    bool keep;

    if (!place_parse(&p, m->topic)) {
        tally_note(&c->found, COUNTY_TOPIC, "%s", m->topic);
        return false;
    }
    if (m->len == 0 && p.kind == PLACE_ACTIVE) { /* a part that is no more */
        active_drop(book_of(c, &p), p.n);
        return false;
    }
    if (m->len > MESSAGE_BYTES)
        tally_note(&c->found, COUNTY_TOO_LONG, "%s: %zu bytes", m->topic, m->len);
    body = json_loadb(m->body, m->len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(body)) {
        tally_note(&c->found, COUNTY_NOT_JSON, "%s", m->topic);
        json_decref(body);
        return false;
    }
    keep = take_body(c, &p, m, body, owes);
    json_decref(body);
    return keep;
}

bool county_message(struct county *c, const struct county_message *m)
{
    return take(c, m, true);
}

void county_recall(struct county *c, const struct county_message *m)
{
    take(c, m, false);
}

/* ---- receipts ---- */

static bool is_due(const struct book *b, int64_t now_ms)
{
    return b->n_owed >= RECEIPT_MESSAGES || (b->n_owed > 0 && b->owed[0].due_ms <= now_ms);
}

/* Takes what one receipt covers out of the list. */
static size_t take_owed(struct book *b, const struct numbers *v, bool is_upto, uint64_t *seqs)
{
    struct owed first = b->owed[0];
    size_t n = 0, left = 0;

    for (size_t i = 0; i < b->n_owed; i++) {
        struct owed o = b->owed[i];

        if (o.topic != first.topic || o.epoch != first.epoch || (o.seq <= v->upto) != is_upto ||
            n == RECEIPT_MESSAGES)
            b->owed[left++] = o;
        else
            seqs[n++] = o.seq;
    }
    b->n_owed = left;
    return n;
}

static void write_receipt(struct book *b, struct county_down *out)
{
    struct owed o = b->owed[0];
    const struct numbers *v = &epoch_of(b, o.epoch)->by[o.topic];
    bool is_upto = o.seq <= v->upto;
    uint64_t seqs[RECEIPT_MESSAGES];
    size_t n = take_owed(b, v, is_upto, seqs);
    size_t len;

    snprintf(out->topic, sizeof out->topic, "riskgw/v1/%s/%s/down/receipt", b->ent, b->gw);
    len = (size_t)snprintf(out->body, sizeof out->body, "{\"v\":1,\"topic\":\"%s\",\"epoch\":%llu,",
                           numbered_words[o.topic], (unsigned long long)o.epoch);
    if (is_upto) {
        snprintf(out->body + len, sizeof out->body - len, "\"upto\":%llu}",
                 (unsigned long long)v->upto);
        return;
    }
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(out->body + len, sizeof out->body - len, "%s%llu",
                                i == 0 ? "\"seqs\":[" : ",", (unsigned long long)seqs[i]);
    snprintf(out->body + len, sizeof out->body - len, "]}");
}

bool county_next(struct county *c, int64_t now_ms, struct county_down *out)
{
    for (size_t i = 0; i < c->n_books; i++)
        if (is_due(c->books[i], now_ms)) {
            write_receipt(c->books[i], out);
            return true;
        }
    return false;
}

int64_t county_next_ms(const struct county *c)
{
    int64_t at_ms = INT64_MAX;

    for (size_t i = 0; i < c->n_books; i++) {
        const struct book *b = c->books[i];

        if (b->n_owed >= RECEIPT_MESSAGES)
            return INT64_MIN;
        if (b->n_owed > 0 && b->owed[0].due_ms < at_ms)
            at_ms = b->owed[0].due_ms;
    }
    return at_ms;
}

/* ---- what it knows ---- */

size_t county_alarms(struct county *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_books; i++) {
        audit_alarms(c->books[i]);
        n += HASH_COUNT(c->books[i]->alarms);
    }
    return n;
}

static const struct alarm *alarm_at(const struct county *c, size_t i)
{
    for (size_t k = 0; k < c->n_books; k++)
        for (const struct alarm *a = c->books[k]->alarms; a != NULL; a = a->hh.next)
            if (i-- == 0)
                return a;
    return NULL;
}

void county_alarm(struct county *c, size_t i, struct county_alarm *out)
{
    const struct alarm *a = alarm_at(c, i);

    *out = (struct county_alarm){ .id = a->id,
                                  .rule = a->is.rule,
                                  .kind = a->is.kind,
                                  .lvl = a->is.lvl,
                                  .active = a->is.active,
                                  .acked = a->is.acked,
                                  .inhibited = a->is.inhibited,
                                  .drill = a->is_drill,
                                  .unknown = a->is_unknown,
                                  .over = a->is_over };
}

enum county_match county_judge(struct county *c)
{
    enum county_match worst = c->n_books == 0 ? COUNTY_UNPROVEN : COUNTY_SAME;

    for (size_t i = 0; i < c->n_books; i++) {
        enum county_match match = active_compare(c->books[i], &c->found, INT64_MAX);

        c->compared += match != COUNTY_UNPROVEN;
        if (match == COUNTY_DIFFERS || worst == COUNTY_SAME)
            worst = match;
    }
    return worst;
}

static void add_book(struct county_report *r, struct book *b)
{
    audit(b);
    for (int f = 0; f < COUNTY_KINDS; f++)
        r->found[f] += b->walked.n[f] + b->counted.n[f];
    for (size_t i = 0; i < b->n_epochs; i++)
        for (int t = 0; t < NUMBERED; t++)
            r->messages[t] += b->epochs[i]->by[t].n;
    r->epochs += b->n_epochs;
    r->alarms += HASH_COUNT(b->alarms);
    for (const struct alarm *a = b->alarms; a != NULL; a = a->hh.next)
        r->open += alarm_is_open(a);
}

void county_report(struct county *c, struct county_report *out)
{
    *out = (struct county_report){ .right = true, .compared = c->compared };
    memcpy(out->found, c->found.n, sizeof out->found);
    for (size_t i = 0; i < c->n_books; i++)
        add_book(out, c->books[i]);
    out->events = out->messages[ALARM] + out->messages[LEDGER];
    out->expected = out->events + out->found[COUNTY_MISSING];
    for (int f = 0; f < COUNTY_KINDS; f++)
        if (county_is_wrong((enum county_finding)f) && out->found[f] > 0)
            out->right = false;
}

/* The i-th line; *i is what is left of it behind these. */
static const char *line_of(const struct tally *t, size_t *i)
{
    if (*i < t->n_lines)
        return t->lines[*i];
    *i -= t->n_lines;
    return NULL;
}

const char *county_complaint(struct county *c, size_t i)
{
    const char *line = line_of(&c->found, &i);

    for (size_t k = 0; k < c->n_books && line == NULL; k++) {
        audit(c->books[k]);
        line = line_of(&c->books[k]->counted, &i);
        line = line == NULL ? line_of(&c->books[k]->walked, &i) : line;
    }
    return line;
}
