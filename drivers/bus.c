#include "drivers/bus.h"

#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "drivers/bus_parts.h"
#include "drivers/judge.h"
#include "drivers/wire.h"

#define FIRST_POLLS_US 1000000 /* the first polls are spread over this at most */
#define USE_BUCKET_US  5000000 /* USE_BUCKETS of them: the last 15 min */
#define USE_MINUTE     12
#define RASTER_US      10000 /* first polls of all buses fall on it: one wake-up serves several */

/* Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators". */
uint64_t bus_random(struct bus *b)
{
    uint64_t z = b->random += 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* ---- making one ---- */

static size_t count_units(const struct plant *p, uint32_t bus)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n_units; i++)
        n += p->units[i].bus == bus;
    return n;
}

static void make_units(struct bus *b, uint32_t bus, int64_t now_us)
{
    for (size_t i = 0; i < b->plant->n_units; i++)
        if (b->plant->units[i].bus == bus) {
            struct unit *u = &b->units[b->n_units++];
            u->of_plant = (uint32_t)i;
            u->stats.unit_id = b->plant->units[i].unit_id;
            u->probe_us = now_us;
            u->why = (struct why){ WHY_NEVER, 0 };
            u->identity = NO_BLOCK;
            trust_forget(&u->trust);
        }
}

static uint32_t unit_index(const struct bus *b, uint32_t of_plant)
{
    uint32_t i = 0;

    while (b->units[i].of_plant != of_plant)
        i++;
    return i;
}

static int64_t first_due_us(struct bus *b, int64_t every_us, int64_t now_us)
{
    int64_t spread_us = every_us < FIRST_POLLS_US ? every_us : FIRST_POLLS_US;
    int64_t at_us =
        (now_us + (int64_t)(bus_random(b) % (uint64_t)spread_us)) / RASTER_US * RASTER_US;

    return at_us < now_us ? at_us + RASTER_US : at_us;
}

static void make_blocks(struct bus *b, int64_t now_us)
{
    for (size_t i = 0; i < b->plan.n_blocks; i++) {
        const struct plan_block *plan = &b->plan.blocks[i];
        int64_t every_us = plan->every_ms * 1000;
        b->wholes[i] = (struct whole){ .first = plan->first, .n = plan->n };
        b->blocks[i] = (struct block){ .plan = plan,
                                       .whole = (uint32_t)i,
                                       .unit = unit_index(b, plan->unit),
                                       .every_us = every_us,
                                       .good_us = -1 };
        shape_borders(b, &b->blocks[i]);
        b->units[b->blocks[i].unit].n_blocks++;
        b->blocks[i].due_us = first_due_us(b, every_us, now_us);
    }
}

static bool reads_word(const struct bus *b, const struct block *block, uint32_t word)
{
    const struct plan_place *at = &b->plan.places[block->plan->first];

    for (const struct plan_place *end = at + block->plan->n; at < end; at++)
        if (at->which == PLAN_STATUS && at->word == word)
            return true;
    return false;
}

/* Blocks of one unit stand side by side. */
static const struct block *block_of_word(const struct bus *b, size_t i, uint32_t word)
{
    while (i > 0 && b->blocks[i - 1].unit == b->blocks[i].unit)
        i--;
    while (!reads_word(b, &b->blocks[i], word))
        i++;
    return &b->blocks[i];
}

/* Who a unit is comes before all that it says. */
static void order_identities(struct bus *b, int64_t now_us)
{
    for (uint32_t i = 0; i < b->plan.n_blocks; i++) {
        struct unit *u = &b->units[b->blocks[i].unit];
        if (b->plan.places[b->blocks[i].plan->first].which != PLAN_IDENTITY)
            continue;
        u->identity = i;
        u->trust.is_asked = true;
        b->blocks[i].due_us = now_us;
    }
}

/* A status word that stands in another block is asked for first: before that no
 * value is worth anything. */
static void order_words(struct bus *b)
{
    for (size_t i = 0; i < b->plan.n_words; i++)
        b->words[i].why.code = WHY_NEVER;
    for (size_t i = 0; i < b->plan.n_blocks; i++)
        for (uint32_t k = 0; k < b->blocks[i].plan->n; k++) {
            const struct plan_place *place = &b->plan.places[b->blocks[i].plan->first + k];
            if (place->which != PLAN_VALUE || place->word == PLAN_NO_WORD)
                continue;
            const struct block *other = block_of_word(b, i, place->word);
            if (other != &b->blocks[i] && b->blocks[i].due_us <= other->due_us)
                b->blocks[i].due_us = other->due_us + 1;
        }
}

int bus_new(struct bus **out, const struct plant *p, uint32_t bus_index, int64_t now_us,
            uint64_t seed)
{
    struct bus *b = calloc(1, sizeof *b);

    if (b == NULL)
        return RG_ENOMEM;
    *b = (struct bus){ .plant = p,
                       .conf = &p->buses[bus_index],
                       .random = seed,
                       .start_us = now_us,
                       .retry_us = now_us,
                       .backoff_us = BACKOFF_MIN_US,
                       .link_us = now_us,
                       .rx_us = INT64_MIN / 2 };
    if (plan_make(&b->plan, p, bus_index) != RG_OK)
        goto out;
    b->units = calloc(count_units(p, bus_index) + 1, sizeof *b->units);
    b->blocks = calloc(b->plan.n_places + 1, sizeof *b->blocks);
    b->words = calloc(b->plan.n_words + 1, sizeof *b->words);
    b->memory = calloc(b->plan.n_places + 1, sizeof *b->memory);
    b->n_wholes = b->plan.n_blocks;
    b->wholes = calloc(b->n_wholes + 1, sizeof *b->wholes);
    if (b->units == NULL || b->blocks == NULL || b->words == NULL || b->memory == NULL ||
        b->wholes == NULL)
        goto out;
    b->char_us = wire_of(b->conf).char_us;
    b->gap_us = wire_of(b->conf).gap_us;
    make_units(b, bus_index, now_us);
    make_blocks(b, now_us);
    order_words(b);
    order_identities(b, now_us);
    *out = b;
    return RG_OK;
out:
    bus_free(b);
    return RG_ENOMEM;
}

void bus_free(struct bus *b)
{
    if (b == NULL)
        return;
    plan_fini(&b->plan);
    free(b->units);
    free(b->blocks);
    free(b->wholes);
    free(b->words);
    free(b->memory);
    free(b);
}

/* ---- the host's loop ---- */

static bool send_next(struct bus *b, struct bus_action *a)
{
    if (b->now.block == NULL || !b->now.is_unsent)
        return false;
    b->now.is_unsent = false;
    *a = (struct bus_action){ .what = BUS_SEND, .bytes = b->tx, .len = b->tx_len };
    return true;
}

static int64_t first(int64_t a_us, int64_t b_us)
{
    return a_us < b_us ? a_us : b_us;
}

void bus_next(struct bus *b, int64_t now_us, struct bus_action *a)
{
    do {
        if (tell_next(b, a) || link_next(b, now_us, a) || send_next(b, a))
            return;
    } while (hear_step(b, now_us) || schedule_step(b, now_us));
    a->what = BUS_SLEEP;
    a->until_us = first(first(hear_until_us(b), link_until_us(b)), schedule_until_us(b, now_us));
}

static size_t rx_room(const struct bus *b)
{
    return b->conf->in_flight > 1 ? RX_FLIGHT : RX_MAX;
}

/* So much that is no frame can't be an answer of anybody. */
static void flooded(struct bus *b)
{
    unit_reject(b->now.block != NULL ? &b->units[b->now.block->unit] : &b->units[0], WHY_NOISE);
    b->rx_len = 0;
    b->rx_judged = 0;
    b->wants_close = b->conf->kind == BUS_TCP;
}

void bus_input(struct bus *b, const uint8_t *bytes, size_t n, int64_t now_us)
{
    if (b->link != LINK_UP || b->wants_close)
        return;
    hear_step(b, now_us); /* what the silence before these bytes means, or the deadline */
    while (n > 0 && !b->wants_close) {
        size_t part = n < rx_room(b) - b->rx_len ? n : rx_room(b) - b->rx_len;
        memcpy(b->rx + b->rx_len, bytes, part);
        b->rx_len += part;
        b->rx_us = now_us;
        bytes += part;
        n -= part;
        hear_step(b, now_us);
        if (b->rx_len == rx_room(b))
            flooded(b);
    }
}

/* ---- what it says about itself ---- */

size_t bus_units(const struct bus *b)
{
    return b->n_units;
}

void bus_unit_stats(const struct bus *b, size_t i, struct unit_stats *out)
{
    const struct unit *u = &b->units[i];

    *out = u->stats;
    if (!bus_is_up(b) && out->state != UNIT_SILENT)
        out->state = UNIT_UNKNOWN; /* nobody can ask it */
    out->rtt_p50_us = ring_percentile(&u->rtt, 50);
    out->rtt_p95_us = ring_percentile(&u->rtt, 95);
    out->rtt_max_us = ring_percentile(&u->rtt, 100);
    out->period_p50_us = ring_percentile(&u->period, 50);
    out->period_p95_us = ring_percentile(&u->period, 95);
    out->identity = u->identity == NO_BLOCK ? NULL : trust_words[u->trust.state];
}

size_t bus_sets(const struct bus *b)
{
    return b->n_wholes;
}

void bus_set_stats(const struct bus *b, size_t i, struct set_stats *out)
{
    const struct block *block = &b->blocks[i];
    const struct whole *w = &b->wholes[i];

    *out = (struct set_stats){ .unit_id = b->units[block->unit].stats.unit_id,
                               .fc = block->plan->fc,
                               .address = block->plan->address,
                               .count = block->plan->count,
                               .every_us = block->every_us,
                               .period_p50_us = ring_percentile(&w->period, 50),
                               .period_p95_us = ring_percentile(&w->period, 95) };
}

/* ---- how much of the line's time is used ---- */

static void use_reach(struct bus *b, int64_t bucket)
{
    if (bucket - b->use_bucket > USE_BUCKETS)
        b->use_bucket = bucket - USE_BUCKETS;
    while (b->use_bucket < bucket)
        b->use_us[++b->use_bucket % USE_BUCKETS] = 0;
}

void bus_note_use(struct bus *b, int64_t from_us, int64_t to_us)
{
    while (from_us < to_us) {
        int64_t bucket = from_us / USE_BUCKET_US;
        int64_t end_us = first(to_us, (bucket + 1) * USE_BUCKET_US);
        use_reach(b, bucket);
        if (b->use_bucket - bucket < USE_BUCKETS)
            b->use_us[bucket % USE_BUCKETS] += end_us - from_us;
        from_us = end_us;
    }
}

static double use_pct(const struct bus *b, int64_t buckets, int64_t now_us)
{
    int64_t newest = now_us / USE_BUCKET_US;
    int64_t from_us = (newest - buckets + 1) * USE_BUCKET_US;
    int64_t used_us = 0;

    for (int64_t k = newest - buckets + 1; k <= newest; k++)
        if (k >= 0 && k <= b->use_bucket && b->use_bucket - k < USE_BUCKETS)
            used_us += b->use_us[k % USE_BUCKETS];
    if (!flight_is_empty(b))
        used_us += now_us - (b->busy_us > from_us ? b->busy_us : from_us);
    if (from_us < b->start_us)
        from_us = b->start_us;
    return now_us > from_us ? 100.0 * (double)used_us / (double)(now_us - from_us) : 0;
}

double bus_use_pct(const struct bus *b, int64_t now_us)
{
    return use_pct(b, USE_MINUTE, now_us);
}

double bus_use15_pct(const struct bus *b, int64_t now_us)
{
    return use_pct(b, USE_BUCKETS, now_us);
}
