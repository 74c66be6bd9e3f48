#include "tests/sim/platform/audit.h"

#include <string.h>

/* ---- who comes after whom ---- */

static const struct restart *restart_at(const struct epoch *e, uint64_t seq)
{
    const struct note *n = numbers_find(&e->by[ALARM], seq);

    return n == NULL || n->what == NULL ? NULL : n->what->restart;
}

static bool has_whole_open(const struct epoch *e)
{
    if (e->head == NULL)
        return false;
    for (uint64_t i = 1; i <= e->head->parts; i++) {
        const struct restart *r = restart_at(e, i);

        if (r == NULL || r->part != i || r->open.is_null)
            return false;
    }
    return true;
}

static void read_head(struct book *b, struct epoch *e)
{
    const struct note *first = numbers_find(&e->by[ALARM], 1);

    e->head = restart_at(e, 1);
    e->head_ts_ms = e->head == NULL ? 0 : first->what->ts_ms;
    e->is_volatile = e->number >= EPOCH_VOLATILE || (e->head != NULL && first->is_volatile);
    e->has_open = has_whole_open(e);
    e->prev = e->head != NULL && e->head->has_prev ? epoch_find(b, e->head->prev_epoch) : NULL;
    e->prev = e->prev == e ? NULL : e->prev;
    e->next = NULL;
    e->is_placed = false;
}

static bool comes_before(const struct epoch *a, const struct epoch *b)
{
    if (a->is_volatile != b->is_volatile)
        return a->is_volatile;
    return a->head_ts_ms < b->head_ts_ms;
}

static struct epoch *child_of(const struct book *b, const struct epoch *parent)
{
    struct epoch *best = NULL;

    for (size_t i = 0; i < b->n_epochs; i++) {
        struct epoch *e = b->epochs[i];

        if (e->prev == parent && !e->is_placed && (best == NULL || comes_before(e, best)))
            best = e;
    }
    return best;
}

/* The nearest that still has a child, from the end of the run backwards. */
static struct epoch *next_of_run(const struct book *b, struct epoch *const *run, size_t n)
{
    struct epoch *child = NULL;

    while (n > 0 && child == NULL)
        child = child_of(b, run[--n]);
    return child;
}

static size_t make_run(const struct book *b, struct epoch **run, struct epoch *root)
{
    size_t n = 0;

    for (struct epoch *e = root; e != NULL; e = next_of_run(b, run, n)) {
        e->is_placed = true;
        run[n++] = e;
    }
    return n;
}

static size_t arrival_of(const struct book *b, const struct epoch *e)
{
    size_t i = 0;

    while (b->epochs[i] != e)
        i++;
    return i;
}

/* Before the first that arrived later than its root. */
static void insert_run(struct book *b, size_t n, struct epoch **run, size_t n_run, size_t arrival)
{
    size_t at = 0;

    while (at < n && arrival_of(b, b->order[at]) < arrival)
        at++;
    memmove(&b->order[at + n_run], &b->order[at], (n - at) * sizeof(struct epoch *));
    memcpy(&b->order[at], run, n_run * sizeof(struct epoch *));
}

static bool is_root(const struct epoch *e)
{
    return !e->is_placed && (e->prev == NULL);
}

void chain_order(struct book *b)
{
    struct epoch **run = must(malloc((b->n_epochs + 1) * sizeof(struct epoch *)));
    size_t n = 0, n_run;

    b->order = must(realloc(b->order, (b->n_epochs + 1) * sizeof(struct epoch *)));
    for (size_t i = 0; i < b->n_epochs; i++)
        read_head(b, b->epochs[i]);
    for (int pass = 0; pass < 2; pass++) /* what is left is a ring of prevs */
        for (size_t i = 0; i < b->n_epochs; i++) {
            if (pass == 0 ? !is_root(b->epochs[i]) : b->epochs[i]->is_placed)
                continue;
            n_run = make_run(b, run, b->epochs[i]);
            insert_run(b, n, run, n_run, i);
            n += n_run;
        }
    for (size_t i = 0; i < n; i++) {
        struct epoch *e = b->order[i];

        e->rank = i;
        if (e->prev != NULL && (e->prev->next == NULL || e->prev->next->is_volatile))
            e->prev->next = e;
    }
    for (size_t i = 0; i < n; i++)
        b->order[i]->is_orphan =
            b->order[i]->head == NULL && b->order[i]->next == NULL && i + 1 < n;
    free(run);
    b->is_chain_stale = false;
}

struct epoch *chain_last(const struct book *b)
{
    return b->n_epochs == 0 ? NULL : b->order[b->n_epochs - 1];
}

uint64_t chain_recorded(const struct epoch *e, enum numbered topic)
{
    if (e->is_orphan)
        return 0;
    return e->next == NULL ? UINT64_MAX : e->next->head->prev[topic];
}

bool chain_is_firm(const struct epoch *e, enum numbered topic, const struct note *n)
{
    return !n->is_volatile && n->seq <= chain_recorded(e, topic);
}

/* ---- what is wrong with it ---- */

static void check_first(struct tally *t, const struct epoch *e)
{
    const struct numbers *v = &e->by[ALARM];
    uint64_t parts = e->head == NULL ? 1 : e->head->parts;

    for (size_t i = 0; i < v->n; i++) {
        const struct restart *r = v->v[i].what == NULL ? NULL : v->v[i].what->restart;
        uint64_t seq = v->v[i].seq;

        if (seq <= parts ? r == NULL || r->part != seq : r != NULL)
            tally_note(t, COUNTY_NOT_FIRST, "epoch %llu seq %llu", (unsigned long long)e->number,
                       (unsigned long long)seq);
    }
}

static void check_prev(struct book *b, const struct epoch *e)
{
    bool is_silent =
        e->by[ALARM].n == 0 && (e->by[TELEMETRY].n > 0 || e->by[LEDGER].n > 0) && !e->is_orphan;

    if (is_silent)
        tally_note(&b->counted, COUNTY_CHAIN, "epoch %llu: no restart event",
                   (unsigned long long)e->number);
    if (e->head != NULL && e->head->has_prev && e->prev == NULL && e != b->epochs[0])
        tally_note(&b->counted, COUNTY_CHAIN, "epoch %llu: its prev %llu is not known",
                   (unsigned long long)e->number, (unsigned long long)e->head->prev_epoch);
    if (e->prev != NULL && !e->is_volatile && e->prev->next != e)
        tally_note(&b->counted, COUNTY_FORK, "epochs %llu and %llu both follow %llu",
                   (unsigned long long)e->prev->next->number, (unsigned long long)e->number,
                   (unsigned long long)e->prev->number);
}

void chain_check(struct book *b)
{
    for (size_t i = 0; i < b->n_epochs; i++) {
        check_first(&b->counted, b->order[i]);
        check_prev(b, b->order[i]);
    }
}
