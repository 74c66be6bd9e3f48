#include "drivers/bus_parts.h"

#define PROBE_AGAIN_US 1000000 /* a probe that ends without a word is asked again then */
#define BLOCK_POLLS    3       /* lost in silence, that make a block rest */
#define BLOCK_REST_US  60000000

/* What becomes of a block that is due. */
enum fate { FATE_WAIT, FATE_ASK, FATE_MISS };

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* A connection that is being made again gets this long before its polls are lost. */
static int64_t grace_us(const struct bus *b, const struct block *block)
{
    return smaller(b->conf->timeout_ms * 1000, block->every_us);
}

/* Who never answered may wait long for the first question, at the start of a
 * bus of dead units; each of its polls has its reason all the same. */
static enum fate fate_of(const struct bus *b, const struct block *block, int64_t now_us)
{
    const struct unit *u = &b->units[block->unit];
    int64_t waited_us = now_us - block->due_us;

    if (block->tries > b->conf->retries)
        return FATE_MISS; /* lost with the link, each time */
    if (b->link != LINK_UP)
        return waited_us >= grace_us(b, block) ? FATE_MISS : FATE_WAIT;
    if (block->rest_us > now_us)
        return FATE_MISS;
    return u->is_silent || (!u->has_spoken && waited_us >= block->every_us) ? FATE_MISS : FATE_ASK;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* From when on the line may be used for it.  A device that never stops talking
 * must not stop the polls, and with them their reasons: after a timeout they
 * go out. */
static int64_t ready_us(const struct bus *b, const struct block *block, int64_t now_us)
{
    int64_t heard_us = b->rx_us + (bus_is_serial(b) || b->rx_len > 0 ? b->gap_us : 0);
    int64_t quiet_us = larger(heard_us, b->other.until_us);
    int64_t enough_us = block->due_us + b->conf->timeout_ms * 1000;

    return larger(larger(smaller(quiet_us, enough_us), b->free_us),
                  shape_ready_us(b, block, now_us));
}

/* Earliest deadline first.  What can raise an alarm goes before the rest, and
 * who has ever answered before who has not; the others count as due one period
 * later, so that a full bus delays them and never forgets them. */
static int64_t urgency_us(const struct bus *b, const struct block *block)
{
    bool first = block->plan->has_limits && b->units[block->unit].has_spoken;

    return first ? block->due_us : block->due_us + block->every_us;
}

static bool is_better(const struct bus *b, const struct block *x, const struct block *than)
{
    return than == NULL || urgency_us(b, x) < urgency_us(b, than);
}

static struct why why_missed(const struct bus *b, const struct block *block)
{
    if (b->link != LINK_UP || block->tries > b->conf->retries)
        return (struct why){ WHY_LINK, 0 };
    return block->rest_us > 0 ? (struct why){ WHY_TIMEOUT, 0 } : b->units[block->unit].why;
}

static bool may_ask(const struct bus *b, const struct block *block, int64_t now_us)
{
    return b->link == LINK_UP && flight_takes(b, block) && now_us >= ready_us(b, block, now_us);
}

static void ask(struct bus *b, struct block *block, int64_t now_us)
{
    if (!talk_begin(b, block, now_us))
        tell_miss(b, block, (struct why){ WHY_QUARANTINE, 0 }, false, now_us);
}

/* Dead units have had their share of the line, or its reply could not be told
 * from what is owed: then others go first. */
static bool may_probe(const struct bus *b, const struct block *block, int64_t now_us)
{
    const struct unit *u = &b->units[block->unit];

    return u->is_silent && !block->is_asked && u->probe_us <= now_us &&
           now_us >= b->probe_free_us && block->due_us - now_us <= block->every_us &&
           may_ask(b, block, now_us);
}

/* The one that is due longest.  It does not wait for a poll to be due: it may
 * bring the next one early. */
static bool probe_step(struct bus *b, int64_t now_us)
{
    struct block *best = NULL;

    for (size_t i = 0; i < b->plan.n_blocks; i++) {
        struct block *block = &b->blocks[i];
        bool is_longer =
            best == NULL || b->units[block->unit].probe_us < b->units[best->unit].probe_us;
        if (is_longer && may_probe(b, block, now_us))
            best = block;
    }
    if (best == NULL)
        return false;
    b->units[best->unit].probe_us = now_us + PROBE_AGAIN_US; /* also if it can't be asked */
    ask(b, best, now_us);
    return true;
}

bool schedule_step(struct bus *b, int64_t now_us)
{
    struct block *best = NULL;

    split_join_due(b, now_us);
    for (size_t i = 0; i < b->plan.n_blocks; i++) {
        struct block *block = &b->blocks[i];
        if (block->is_asked || block->due_us > now_us)
            continue;
        enum fate fate = fate_of(b, block, now_us);
        if (fate == FATE_MISS) {
            tell_miss(b, block, why_missed(b, block), false, now_us);
            return true;
        }
        if (fate == FATE_ASK && may_ask(b, block, now_us) && is_better(b, block, best))
            best = block;
    }
    if (best == NULL)
        return probe_step(b, now_us);
    ask(b, best, now_us);
    return true;
}

static int64_t block_until_us(const struct bus *b, const struct block *block, int64_t now_us)
{
    const struct unit *u = &b->units[block->unit];

    if (block->due_us > now_us)
        return block->due_us;
    if (b->link != LINK_UP)
        return block->due_us + grace_us(b, block);
    int64_t until_us = !flight_takes(b, block) ? INT64_MAX : ready_us(b, block, now_us);
    return u->has_spoken ? until_us : smaller(until_us, block->due_us + block->every_us);
}

static int64_t probe_until_us(const struct bus *b, const struct block *block, int64_t now_us)
{
    const struct unit *u = &b->units[block->unit];

    if (!u->is_silent || b->link != LINK_UP || !flight_takes(b, block))
        return INT64_MAX;
    return larger(larger(larger(u->probe_us, b->probe_free_us), block->due_us - block->every_us),
                  ready_us(b, block, now_us));
}

int64_t schedule_until_us(const struct bus *b, int64_t now_us)
{
    int64_t until_us = INT64_MAX;

    for (size_t i = 0; i < b->plan.n_blocks; i++) {
        const struct block *block = &b->blocks[i];
        if (block->is_asked)
            continue;
        until_us = smaller(until_us, block_until_us(b, block, now_us));
        until_us = smaller(until_us, probe_until_us(b, block, now_us));
    }
    return until_us;
}

/* After what silence has cost, until it may cost as much again. */
static int64_t rest_us(const struct bus *b, int64_t cost_us)
{
    return cost_us * (100 - bus_dead_share(b->conf)) / bus_dead_share(b->conf);
}

void schedule_lost_probe(struct bus *b, int64_t now_us)
{
    for (size_t i = 0; i < b->n_units; i++)
        if (!b->units[i].is_silent) {
            b->probe_free_us = now_us + rest_us(b, now_us - b->now.sent_us);
            return;
        }
}

/* It would cost its timeouts at each poll, and the others wait for them. */
void schedule_lost_block(struct bus *b, struct block *block, int64_t now_us)
{
    int64_t share_us = rest_us(b, (now_us - b->now.sent_us) * (block->tries + 1));

    if (b->now.is_probe || ++block->silent < BLOCK_POLLS)
        return;
    int64_t doubled_us = block->every_us << smaller(block->silent - BLOCK_POLLS, 16);
    block->rest_us = now_us + larger(share_us, smaller(doubled_us, BLOCK_REST_US));
}

void schedule_unit_back(struct bus *b, uint32_t unit)
{
    for (size_t i = 0; i < b->plan.n_blocks; i++)
        if (b->blocks[i].unit == unit) {
            b->blocks[i].silent = 0;
            b->blocks[i].rest_us = 0;
        }
}

/* k x every, without drift.  A poll that overran its period answers for the
 * instants that it overran as well. */
void schedule_told(struct block *block, int64_t now_us)
{
    block->tries = 0;
    block->due_us += block->every_us;
    if (block->due_us + block->every_us <= now_us)
        block->due_us += (now_us - block->due_us) / block->every_us * block->every_us;
}
