#include "drivers/bus_parts.h"

#define WHOLE_AGAIN_US 600000000 /* a device that was being set up is read whole again */
#define IDLE_US        (INT64_MAX / 4)

/* ---- which parts there are ---- */

static uint16_t address_of(const struct bus *b, uint32_t i)
{
    const struct plan_place *place = &b->plan.places[i];

    return plan_span(&b->plant->points[place->point], place->which).address;
}

static void measure(const struct bus *b, struct plan_block *p, uint32_t first, uint32_t n)
{
    plan_measure(&b->plan, b->plant, p, first, n);
}

/* Places of the first half: up to the middle register, one at least. */
static uint32_t first_half(const struct bus *b, const struct plan_block *p)
{
    uint32_t middle = p->address + p->count / 2u;
    uint32_t n = 1;

    while (n < p->n - 1 && address_of(b, p->first + n) < middle)
        n++;
    return n;
}

static struct block *free_block(struct bus *b)
{
    for (size_t i = 0; i < b->plan.n_blocks; i++)
        if (b->blocks[i].plan->n == 0)
            return &b->blocks[i];
    return &b->blocks[b->plan.n_blocks++];
}

/* Their numbers stand for other registers from now on. */
static void forget_blocks(struct unit *u)
{
    for (size_t i = 0; i < SHAPES_MAX; i++)
        u->shapes[i].block = UINT32_MAX;
}

static void cut(struct bus *b, struct block *block)
{
    struct plan_block *left = &b->plan.blocks[block - b->blocks];
    struct block *other = free_block(b);
    struct plan_block *right = &b->plan.blocks[other - b->blocks];
    uint32_t n = first_half(b, left), all = left->n;

    *right = *left;
    measure(b, right, left->first + n, all - n);
    measure(b, left, left->first, n);
    *other = *block;
    other->plan = right;
    shape_borders(b, block);
    shape_borders(b, other);
    other->is_asked = false;
    b->units[block->unit].n_blocks++;
    forget_blocks(&b->units[block->unit]);
}

/* ---- whether it is worth it ---- */

static unsigned depth(uint32_t n)
{
    unsigned levels = 0;

    for (; n > 1; n /= 2)
        levels++;
    return levels;
}

static bool is_part_of(const struct block *block, const struct block *whole)
{
    return block->whole == whole->whole && block->plan->n > 0;
}

static void join(struct bus *b, struct block *base, int64_t now_us)
{
    struct whole *w = &b->wholes[base->whole];

    for (size_t i = 0; i < b->plan.n_blocks; i++) {
        struct block *part = &b->blocks[i];
        if (part == base || !is_part_of(part, base))
            continue;
        b->plan.blocks[i].n = 0;
        part->due_us = IDLE_US;
        b->units[base->unit].n_blocks--;
    }
    measure(b, &b->plan.blocks[base - b->blocks], w->first, w->n);
    shape_borders(b, base);
    forget_blocks(&b->units[base->unit]);
    w->again_us = now_us + WHOLE_AGAIN_US;
    w->refusals = 0;
    w->is_split = false;
}

bool split_refused(struct bus *b, struct block *block, int64_t now_us)
{
    struct whole *w = &b->wholes[block->whole];

    if (block->plan->n < 2 || (!w->is_split && now_us < w->again_us))
        return false;
    if (!w->is_split)
        *w = (struct whole){
            .first = w->first, .n = w->n, .is_split = true, .again_us = now_us + WHOLE_AGAIN_US
        };
    /* Nothing of it was read on the way down to one place: it is refused as a whole. */
    if (!w->has_good && ++w->refusals > 2 * depth(w->n) + 1)
        return false;
    cut(b, block);
    return true;
}

void split_read(struct bus *b, const struct block *block)
{
    b->wholes[block->whole].has_good = true;
}

/* The parts of one reading are told together when all wait for the same instant. */
static bool is_in_step(const struct bus *b, const struct block *base)
{
    for (size_t i = 0; i < b->plan.n_blocks; i++)
        if (is_part_of(&b->blocks[i], base) &&
            (b->blocks[i].due_us != base->due_us || b->blocks[i].is_asked))
            return false;
    return true;
}

void split_join_due(struct bus *b, int64_t now_us)
{
    for (size_t i = 0; i < b->n_wholes; i++) {
        struct block *base = &b->blocks[i];
        const struct whole *w = &b->wholes[i];
        bool is_vain = !w->has_good && w->refusals > 2 * depth(w->n) + 1;
        if (w->is_split && (is_vain || now_us >= w->again_us) && is_in_step(b, base))
            join(b, base, now_us);
    }
}
