#include "drivers/bus_adopt.h"

#include <assert.h>
#include <string.h>

#include "drivers/bus_parts.h"
#include "drivers/judge.h"

bool bus_same_line(const struct bus_conf *a, const struct bus_conf *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind != BUS_RTU)
        return a->port == b->port && strcmp(a->host, b->host) == 0;
    return strcmp(a->device, b->device) == 0 && a->baud == b->baud &&
           a->data_bits == b->data_bits && a->parity == b->parity && a->stop_bits == b->stop_bits;
}

/* ---- blocks ---- */

static uint8_t unit_id_of(const struct bus *b, const struct block *block)
{
    return b->units[block->unit].stats.unit_id;
}

static bool reads_of_one_unit(const struct bus *b, const struct block *x, const struct bus *from,
                              const struct block *y)
{
    return y->plan->n > 0 && unit_id_of(b, x) == unit_id_of(from, y) &&
           x->plan->fc == y->plan->fc && x->every_us == y->every_us;
}

static bool is_same(const struct bus *b, const struct block *x, const struct bus *from,
                    const struct block *y)
{
    return reads_of_one_unit(b, x, from, y) && x->plan->address == y->plan->address &&
           x->plan->count == y->plan->count;
}

static bool overlaps(const struct block *x, const struct block *y)
{
    return x->plan->address < y->plan->address + y->plan->count &&
           y->plan->address < x->plan->address + x->plan->count;
}

/* The block of b that is this one of `from`, or NO_BLOCK. */
static uint32_t find_same(const struct bus *b, const struct bus *from, const struct block *old)
{
    for (uint32_t i = 0; i < b->plan.n_blocks; i++)
        if (is_same(b, &b->blocks[i], from, old))
            return i;
    return NO_BLOCK;
}

/* 0: no border is known. */
static uint8_t nearer(uint8_t a, uint8_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static void keep_state(struct block *to, const struct block *from)
{
    to->due_us = from->due_us;
    to->good_us = from->good_us;
    to->tries = from->tries;
    to->silent = from->silent;
    to->rest_us = from->rest_us;
    to->no_up = nearer(to->no_up, from->no_up);
    to->no_down = nearer(to->no_down, from->no_down);
}

/* Of several readings that became one, the earliest instant: none is missed. */
static void keep_instant(struct bus *b, struct block *to, const struct bus *from)
{
    const struct block *first = NULL;

    for (size_t i = 0; i < from->plan.n_blocks; i++) {
        const struct block *old = &from->blocks[i];

        if (reads_of_one_unit(b, to, from, old) && overlaps(to, old) &&
            (first == NULL || old->due_us < first->due_us))
            first = old;
        if (is_same(b, to, from, old)) {
            keep_state(to, old);
            return;
        }
    }
    if (first != NULL)
        to->due_us = first->due_us;
}

/* What a status word said last goes on: its values must not wait for its poll.
 * And how long a device has been away, or without a signal. */
static void keep_place(struct bus *b, size_t i, const struct bus *from, const struct block *old)
{
    const struct plan_place *place = &b->plan.places[i];
    struct plan_span span = plan_span(&b->plant->points[place->point], place->which);

    for (size_t k = old->plan->first; k < old->plan->first + old->plan->n; k++) {
        const struct plan_place *at = &from->plan.places[k];
        struct plan_span was = plan_span(&from->plant->points[at->point], at->which);
        if (at->which != place->which || was.address != span.address || was.width != span.width)
            continue;
        if (place->which == PLAN_STATUS)
            b->words[place->word] = from->words[at->word];
        else
            b->memory[i] = from->memory[k];
        return;
    }
}

static void keep_places(struct bus *b, const struct block *to, const struct bus *from)
{
    for (size_t k = 0; k < from->plan.n_blocks; k++) {
        const struct block *old = &from->blocks[k];
        if (!reads_of_one_unit(b, to, from, old) || !overlaps(to, old))
            continue;
        for (uint32_t i = 0; i < to->plan->n; i++)
            keep_place(b, to->plan->first + i, from, old);
    }
}

/* ---- units ---- */

static const struct point_conf *identity_of(const struct bus *b, const struct unit *u)
{
    return &b->plant->points[b->plan.places[b->blocks[u->identity].plan->first].point];
}

static void keep_counters(struct unit *to, const struct unit *from)
{
    to->stats = from->stats;
    to->rtt = from->rtt;
    to->usual_us = from->usual_us;
    to->period = from->period;
}

/* What the unit proved is what it must prove now. */
static bool is_known(const struct bus *b, const struct unit *u, const struct bus *from,
                     const struct unit *old)
{
    if (u->identity == NO_BLOCK || old->identity == NO_BLOCK)
        return u->identity == old->identity;
    return identity_is_same(&identity_of(b, u)->identity, &identity_of(from, old)->identity);
}

static void keep_health(const struct bus *b, struct unit *to, const struct bus *from,
                        const struct unit *old)
{
    struct unit fresh = *to;

    *to = *old;
    to->of_plant = fresh.of_plant;
    to->n_blocks = fresh.n_blocks;
    to->identity = fresh.identity;
    if (!is_known(b, to, from, old))
        to->trust = fresh.trust;
    for (size_t i = 0; i < SHAPES_MAX; i++) {
        struct shape *s = &to->shapes[i];

        if (s->block < from->plan.n_blocks)
            s->block = find_same(b, from, &from->blocks[s->block]);
        if (s->spoilt < from->plan.n_blocks)
            s->spoilt = find_same(b, from, &from->blocks[s->spoilt]);
    }
}

static void keep_units(struct bus *b, const struct bus *from, bool is_same_line)
{
    for (size_t i = 0; i < b->n_units; i++)
        for (size_t k = 0; k < from->n_units; k++) {
            if (b->units[i].stats.unit_id != from->units[k].stats.unit_id)
                continue;
            if (is_same_line)
                keep_health(b, &b->units[i], from, &from->units[k]);
            else
                keep_counters(&b->units[i], &from->units[k]);
        }
}

/* Who has not proven its identity is asked at once. */
static void ask_who(struct bus *b, int64_t now_us)
{
    for (size_t i = 0; i < b->n_units; i++)
        if (b->units[i].identity != NO_BLOCK && b->units[i].trust.state != TRUST_RIGHT)
            b->blocks[b->units[i].identity].due_us = now_us;
}

/* ---- the line ---- */

/* Its reply is nobody's any more, and may still come: on a line without
 * transaction ids nothing else is asked until it can't. */
static void drop_transaction(struct bus *from, int64_t now_us)
{
    if (from->now.block == NULL)
        return;
    bus_note_use(from, from->busy_us, now_us);
    from->busy_us = now_us;
    shape_owed(from, now_us);
    if (bus_is_rtu(from) && from->free_us < from->now.deadline_us)
        from->free_us = from->now.deadline_us;
    from->now.block = NULL;
}

/* What is nobody's any more is told as late when it comes. */
static void keep_transaction(struct bus *b, struct transaction *to, const struct bus *from,
                             const struct transaction *old)
{
    uint32_t block = old->block != NULL ? find_same(b, from, old->block) : NO_BLOCK;

    *to = *old;
    to->block = block == NO_BLOCK ? NULL : &b->blocks[block];
    if (to->block != NULL)
        to->block->is_asked = true;
}

static void keep_use(struct bus *b, const struct bus *from)
{
    b->start_us = from->start_us;
    memcpy(b->use_us, from->use_us, sizeof b->use_us);
    b->use_bucket = from->use_bucket;
    b->random = from->random;
}

static void keep_line(struct bus *b, const struct bus *from)
{
    memcpy(b->tx, from->tx, sizeof b->tx);
    b->tx_len = from->tx_len;
    memcpy(b->rx, from->rx, sizeof b->rx);
    b->rx_len = from->rx_len;
    b->rx_judged = from->rx_judged;
    b->rx_us = from->rx_us;
    b->heir_until_us = from->heir_until_us;
    b->free_us = from->free_us;
    b->probe_free_us = from->probe_free_us;
    b->link = from->link;
    b->has_proof = from->has_proof;
    b->link_us = from->link_us;
    b->retry_us = from->retry_us;
    b->backoff_us = from->backoff_us;
    b->busy_us = from->busy_us;
    b->tid = from->tid;
    memcpy(b->tids, from->tids, sizeof b->tids);
    memcpy(b->sent, from->sent, sizeof b->sent);
    b->other = from->other;
}

void bus_adopt(struct bus *b, struct bus *from, int64_t now_us)
{
    bool is_same_line = bus_same_line(b->conf, from->conf);
    uint32_t running = NO_BLOCK;

    assert(from->telling.block == NULL && !from->wants_close);
    if (is_same_line && from->now.block != NULL)
        running = find_same(b, from, from->now.block);
    if (running == NO_BLOCK)
        drop_transaction(from, now_us);
    for (size_t i = 0; i < b->plan.n_blocks; i++)
        keep_instant(b, &b->blocks[i], from);
    for (size_t i = 0; is_same_line && i < b->plan.n_blocks; i++)
        keep_places(b, &b->blocks[i], from);
    keep_units(b, from, is_same_line);
    ask_who(b, now_us);
    keep_use(b, from);
    if (!is_same_line)
        return;
    keep_line(b, from);
    keep_transaction(b, &b->now, from, &from->now);
    for (int i = 0; i < b->conf->in_flight - 1 && i < from->conf->in_flight - 1; i++)
        keep_transaction(b, &b->parked[i], from, &from->parked[i]);
}
