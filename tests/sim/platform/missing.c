#include "tests/sim/platform/audit.h"

#include <string.h>

static bool is_at_or_after(const struct book *b, uint64_t epoch, uint64_t seq, uint64_t epoch_b,
                           uint64_t seq_b)
{
    const struct epoch *x = epoch_find(b, epoch), *y = epoch_find(b, epoch_b);

    if (epoch == epoch_b)
        return seq >= seq_b;
    return x != NULL && (y == NULL || x->rank > y->rank);
}

static bool is_excused(const struct book *b, enum numbered topic, uint64_t epoch, uint64_t seq)
{
    for (size_t i = 0; i < b->n_lost; i++) {
        const struct lost *l = &b->lost[i];

        if (l->topic == topic && is_at_or_after(b, epoch, seq, l->from_epoch, l->from_seq) &&
            is_at_or_after(b, l->to_epoch, l->to_seq, epoch, seq))
            return true;
    }
    return false;
}

/* Was never recorded, so nothing that was promised is lost.  A clean stop
 * records everything first. */
static bool is_unrecorded(const struct epoch *e, enum numbered topic, uint64_t seq)
{
    if (e->number >= EPOCH_VOLATILE || e->is_orphan)
        return true;
    return seq > chain_recorded(e, topic) && strcmp(e->next->head->reason, "stop") != 0;
}

static void note_hole(struct book *b, const struct epoch *e, enum numbered topic, uint64_t seq)
{
    enum county_finding f = topic == TELEMETRY ? COUNTY_TELEMETRY_HOLE : COUNTY_MISSING;

    if (is_excused(b, topic, e->number, seq))
        f = COUNTY_LOST;
    else if (is_unrecorded(e, topic, seq))
        f = COUNTY_UNRECORDED;
    tally_note(&b->counted, f, "%s epoch %llu seq %llu", numbered_words[topic],
               (unsigned long long)e->number, (unsigned long long)seq);
}

static void count_holes(struct book *b, const struct epoch *e, enum numbered topic)
{
    const struct numbers *v = &e->by[topic];
    uint64_t recorded = chain_recorded(e, topic);
    uint64_t next = v->upto + 1;

    for (size_t i = (size_t)v->upto; i < v->n; i++)
        for (; next <= v->v[i].seq; next++)
            if (next < v->v[i].seq)
                note_hole(b, e, topic, next);
    for (; recorded != UINT64_MAX && next <= recorded; next++)
        note_hole(b, e, topic, next);
}

static bool is_bad_news(const struct note *n)
{
    return n->what != NULL && (n->what->verb->does & VERB_BAD) != 0;
}

static void check_note(struct book *b, const struct epoch *e, enum numbered topic,
                       const struct note *n)
{
    unsigned long long epoch = e->number, seq = n->seq;

    if (n->is_two)
        tally_note(&b->counted, COUNTY_TWO_CONTENTS, "%s epoch %llu seq %llu",
                   numbered_words[topic], epoch, seq);
    if (n->seq > chain_recorded(e, topic) && !n->is_volatile && !is_bad_news(n))
        tally_note(&b->counted, COUNTY_TOO_EARLY, "%s epoch %llu seq %llu: recorded up to %llu",
                   numbered_words[topic], epoch, seq, (unsigned long long)chain_recorded(e, topic));
    if (b->n_lost > 0 && is_excused(b, topic, e->number, n->seq))
        tally_note(&b->counted, COUNTY_LOST_BUT_HERE, "-");
}

void missing_count(struct book *b)
{
    for (size_t i = 0; i < b->n_epochs; i++)
        for (int t = 0; t < NUMBERED; t++) {
            const struct epoch *e = b->order[i];

            count_holes(b, e, (enum numbered)t);
            for (size_t k = 0; k < e->by[t].n; k++)
                check_note(b, e, (enum numbered)t, &e->by[t].v[k]);
        }
}
