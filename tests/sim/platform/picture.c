#include "tests/sim/platform/audit.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#define PARTS_MAX 4096

/* ---- active, as it came ---- */

void active_drop(struct book *b, unsigned n)
{
    if (n >= b->n_active)
        return;
    json_decref(b->active[n].body);
    free(b->active[n].open.v);
    b->active[n] = (struct part){ .body = NULL };
}

void active_take(struct book *b, unsigned n, json_t *body, const struct envelope *e)
{
    struct part *p;

    if (n >= PARTS_MAX)
        return;
    if (n >= b->n_active) {
        b->active = must(realloc(b->active, (n + 1) * sizeof *b->active));
        memset(&b->active[b->n_active], 0, (n + 1 - b->n_active) * sizeof *b->active);
        b->n_active = n + 1;
    }
    active_drop(b, n);
    p = &b->active[n];
    p->body = json_incref(body);
    p->epoch = e->epoch;
    p->mono_ms = e->mono_ms;
    p->parts = (uint64_t)json_integer_value(json_object_get(body, "parts"));
    list_read(b, &p->open, json_object_get(body, "open"));
}

/* All parts of one epoch; *first_ms, *last_ms: when they were made. */
static bool is_whole(const struct book *b, uint64_t epoch, int64_t *first_ms, int64_t *last_ms)
{
    size_t parts = b->n_active == 0 ? 0 : (size_t)b->active[0].parts;

    if (parts == 0 || parts > b->n_active)
        return false;
    *first_ms = *last_ms = b->active[0].mono_ms;
    for (size_t i = 0; i < parts; i++) {
        const struct part *p = &b->active[i];

        if (p->body == NULL || p->epoch != epoch || p->parts != parts || p->open.is_null)
            return false;
        *first_ms = p->mono_ms < *first_ms ? p->mono_ms : *first_ms;
        *last_ms = p->mono_ms > *last_ms ? p->mono_ms : *last_ms;
    }
    return true; /* what a broker still holds behind them is of an older list */
}

/* ---- the own picture ---- */

/* The last epoch of the order, if everything up to its last number is here. */
static const struct epoch *proven_epoch(struct book *b)
{
    const struct epoch *e = chain_last(b);

    if (e == NULL || e->by[ALARM].n == 0 || !numbers_whole(&e->by[ALARM]) || b->is_blind)
        return NULL;
    return e;
}

static int64_t last_mono_ms(const struct epoch *e)
{
    const struct numbers *v = &e->by[ALARM];

    return v->v[v->n - 1].what == NULL ? INT64_MAX : v->v[v->n - 1].what->mono_ms;
}

static size_t count_open(const struct book *b)
{
    const struct alarm *a;
    size_t n = 0;

    for (a = b->alarms; a != NULL; a = a->hh.next)
        n += alarm_is_open(a);
    return n;
}

/* ---- active against it ---- */

static bool is_same(const struct standing *x, const struct standing *y)
{
    return x->active == y->active && x->acked == y->acked && x->inhibited == y->inhibited &&
           x->lvl == y->lvl && strcmp(x->rule, y->rule) == 0 && strcmp(x->kind, y->kind) == 0;
}

static bool differs(const struct standing *s, char *what, size_t size)
{
    const struct standing *is = &s->alarm->is;

    if (!alarm_is_open(s->alarm)) {
        snprintf(what, size, "%s is shown, and is not open", s->alarm->id);
        return true;
    }
    snprintf(what, size, "%s: %s lvl %d active %d acked %d inhibited %d, should be %s %d %d %d %d",
             s->alarm->id, s->rule, s->lvl, s->active, s->acked, s->inhibited, is->rule, is->lvl,
             is->active, is->acked, is->inhibited);
    return !is_same(s, is);
}

static bool find_difference(struct book *b, char *what, size_t size)
{
    struct alarm *a;

    for (a = b->alarms; a != NULL; a = a->hh.next)
        a->is_listed = false;
    for (size_t i = 0; i < b->active[0].parts; i++)
        for (size_t k = 0; k < b->active[i].open.n; k++) {
            b->active[i].open.v[k].alarm->is_listed = true;
            if (differs(&b->active[i].open.v[k], what, size))
                return true;
        }
    for (a = b->alarms; a != NULL; a = a->hh.next)
        if (alarm_is_open(a) && !a->is_listed) {
            snprintf(what, size, "%s is open, and not shown", a->id);
            return true;
        }
    return false;
}

enum county_match active_compare(struct book *b, struct tally *t, int64_t mono_ms)
{
    const struct epoch *e;
    int64_t first_ms, last_ms, event_ms;
    char what[LINE_BYTES];

    audit_alarms(b);
    e = proven_epoch(b);
    if (e == NULL || !is_whole(b, e->number, &first_ms, &last_ms))
        return COUNTY_UNPROVEN;
    event_ms = last_mono_ms(e);
    if (event_ms > first_ms || last_ms > mono_ms)
        return COUNTY_UNPROVEN;
    if (!find_difference(b, what, sizeof what))
        return COUNTY_SAME;
    if (event_ms == first_ms) /* nobody knows which of the two was first */
        return COUNTY_UNPROVEN;
    tally_note(t, COUNTY_ACTIVE_DIFFERS, "epoch %llu mono %lld: %s", (unsigned long long)e->number,
               (long long)first_ms, what);
    return COUNTY_DIFFERS;
}

/* ---- status against it ---- */

static int compare_ids(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

static void hash_open(const struct book *b, char out[17])
{
    const char **ids = must(calloc(count_open(b) + 1, sizeof *ids));
    unsigned char sum[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *md = must(EVP_MD_CTX_new());
    const struct alarm *a;
    size_t n = 0;

    for (a = b->alarms; a != NULL; a = a->hh.next)
        if (alarm_is_open(a))
            ids[n++] = a->id;
    qsort(ids, n, sizeof *ids, compare_ids);
    EVP_DigestInit_ex(md, EVP_sha256(), NULL);
    for (size_t i = 0; i < n; i++) {
        EVP_DigestUpdate(md, ids[i], strlen(ids[i]));
        EVP_DigestUpdate(md, "\n", 1);
    }
    EVP_DigestFinal_ex(md, sum, NULL);
    for (size_t i = 0; i < 8; i++)
        snprintf(out + 2 * i, 3, "%02x", sum[i]);
    EVP_MD_CTX_free(md);
    free(ids);
}

static bool counts_are(const struct book *b, const json_t *alarms)
{
    json_int_t active = 0, unacked = 0, open = 0;
    const struct alarm *a;

    for (a = b->alarms; a != NULL; a = a->hh.next) {
        bool is_open = alarm_is_open(a);

        open += is_open;
        active += is_open && a->is.active;
        unacked += is_open && !a->is.acked;
    }
    return json_integer_value(json_object_get(alarms, "open")) == open &&
           json_integer_value(json_object_get(alarms, "active")) == active &&
           json_integer_value(json_object_get(alarms, "unacked")) == unacked;
}

static bool is_hash_right(struct book *b, const json_t *alarms, char own[17])
{
    const char *hash = json_string_value(json_object_get(alarms, "hash"));

    hash_open(b, own);
    return hash != NULL && strcmp(hash, own) == 0 && counts_are(b, alarms);
}

/* Nothing waits at the gateway, receipts included: what it had recorded then is
 * all here. */
static bool says_all_is_here(const json_t *body)
{
    const json_t *queue = json_object_get(json_object_get(body, "queue"), "alarm");

    return json_is_true(json_object_get(body, "online")) &&
           json_is_true(json_object_get(body, "receipts")) && json_is_integer(queue) &&
           json_integer_value(queue) == 0;
}

static bool happened_at(const struct epoch *e, int64_t mono_ms)
{
    const struct numbers *v = &e->by[ALARM];

    for (size_t i = v->n; i-- > 0;)
        if (v->v[i].what != NULL && v->v[i].what->mono_ms <= mono_ms)
            return v->v[i].what->mono_ms == mono_ms;
    return false;
}

enum county_match status_compare(struct book *b, struct tally *t, const json_t *body,
                                 const struct envelope *at)
{
    const json_t *alarms = json_object_get(body, "alarms");
    struct tally *unused;
    const struct epoch *e;
    char own[17];

    if (!says_all_is_here(body))
        return COUNTY_UNPROVEN;
    audit_alarms(b);
    e = proven_epoch(b);
    if (e == NULL || e->number != at->epoch || happened_at(e, at->mono_ms))
        return COUNTY_UNPROVEN;
    if (last_mono_ms(e) > at->mono_ms) {
        unused = must(calloc(1, sizeof *unused));
        walk(b, unused, at->mono_ms);
        free(unused);
        b->is_walk_stale = true;
    }
    if (is_hash_right(b, alarms, own))
        return COUNTY_SAME;
    tally_note(t, COUNTY_HASH_DIFFERS, "epoch %llu mono %lld: hash of %zu open is %s, or counts",
               (unsigned long long)at->epoch, (long long)at->mono_ms, count_open(b), own);
    return COUNTY_DIFFERS;
}
