#include "drivers/bus_parts.h"

#define PROBE_REST 4 /* after a lost probe, times its cost: dead units take a fifth at most */

/* What becomes of a block that is due. */
enum fate { FATE_WAIT, FATE_ASK, FATE_MISS };

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* A connection that is being made again gets this long before its polls are lost. */
static int64_t patience_us(const struct bus *b, const struct block *block)
{
    return smaller(b->conf->timeout_ms * 1000, block->every_us);
}

/* Of the silent units the one whose probe is due longest; NULL: none is due. */
static const struct unit *next_probe(const struct bus *b, int64_t now_us)
{
    const struct unit *best = NULL;

    for (size_t i = 0; i < b->n_units; i++) {
        const struct unit *u = &b->units[i];
        if (u->is_silent && u->probe_us <= now_us && (best == NULL || u->probe_us < best->probe_us))
            best = u;
    }
    return best;
}

static enum fate fate_of_silent(const struct bus *b, const struct block *block, int64_t now_us)
{
    if (&b->units[block->unit] != next_probe(b, now_us))
        return FATE_MISS;
    if (now_us >= b->probe_free_us)
        return FATE_ASK;
    return now_us - block->due_us >= block->every_us ? FATE_MISS : FATE_WAIT;
}

static enum fate fate_of(const struct bus *b, const struct block *block, int64_t now_us)
{
    if (b->link != LINK_UP)
        return now_us - block->due_us >= patience_us(b, block) ? FATE_MISS : FATE_WAIT;
    return b->units[block->unit].is_silent ? fate_of_silent(b, block, now_us) : FATE_ASK;
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
    int64_t quiet_us = b->rx_us + b->gap_us;
    int64_t enough_us = block->due_us + b->conf->timeout_ms * 1000;

    return larger(larger(smaller(quiet_us, enough_us), b->free_us),
                  shape_ready_us(b, block, now_us));
}

/* Earliest deadline first.  What can raise an alarm goes before the rest, and
 * who answers before who does not; the others count as due one period later, so
 * that a full bus delays them and never forgets them. */
static int64_t urgency_us(const struct bus *b, const struct block *block)
{
    const struct unit *u = &b->units[block->unit];
    bool first = block->plan->has_limits && u->has_spoken && !u->is_silent;

    return first ? block->due_us : block->due_us + block->every_us;
}

static bool is_better(const struct bus *b, const struct block *x, const struct block *than)
{
    return than == NULL || urgency_us(b, x) < urgency_us(b, than);
}

static struct why why_missed(const struct bus *b, const struct block *block)
{
    return b->link != LINK_UP ? (struct why){ WHY_LINK, 0 } : b->units[block->unit].why;
}

bool schedule_step(struct bus *b, int64_t now_us)
{
    struct block *best = NULL;

    for (size_t i = 0; i < b->plan.n_blocks; i++) {
        struct block *block = &b->blocks[i];
        if (block == b->now.block || block->due_us > now_us)
            continue;
        enum fate fate = fate_of(b, block, now_us);
        if (fate == FATE_MISS) {
            tell_miss(b, block, why_missed(b, block), false, now_us);
            return true;
        }
        if (fate == FATE_ASK && b->now.block == NULL && now_us >= ready_us(b, block, now_us) &&
            is_better(b, block, best))
            best = block;
    }
    if (best == NULL)
        return false;
    if (!talk_begin(b, best, now_us))
        tell_miss(b, best, (struct why){ WHY_QUARANTINE, 0 }, false, now_us);
    return true;
}

static int64_t block_until_us(const struct bus *b, const struct block *block, int64_t now_us)
{
    if (block->due_us > now_us)
        return block->due_us;
    if (b->link != LINK_UP)
        return block->due_us + patience_us(b, block);
    if (b->units[block->unit].is_silent && now_us < b->probe_free_us)
        return smaller(b->probe_free_us, block->due_us + block->every_us);
    return b->now.block != NULL ? INT64_MAX : ready_us(b, block, now_us);
}

int64_t schedule_until_us(const struct bus *b, int64_t now_us)
{
    int64_t until_us = INT64_MAX;

    for (size_t i = 0; i < b->plan.n_blocks; i++)
        if (&b->blocks[i] != b->now.block)
            until_us = smaller(until_us, block_until_us(b, &b->blocks[i], now_us));
    return until_us;
}

void schedule_lost_probe(struct bus *b, int64_t now_us)
{
    for (size_t i = 0; i < b->n_units; i++)
        if (!b->units[i].is_silent) {
            b->probe_free_us = now_us + PROBE_REST * (now_us - b->now.sent_us);
            return;
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
