#include "drivers/bus_parts.h"

#define DUPLICATE_US 150000 /* a repeater or converter sends a reply again within it */

/* Registers, or bits of one byte, by which a request may grow. */
static uint32_t step_of(uint8_t fc)
{
    return fc <= 2 ? 8 : 1;
}

/* A reply may come so much after its deadline, and then still be on the wire. */
static int64_t guard_us(const struct bus *b)
{
    return (b->conf->late_guard_ms + b->conf->timeout_ms) * 1000;
}

/* The block's registers and k steps more, behind it or, where the device
 * refuses that, before it. */
static bool stretch(const struct block *block, unsigned k, struct request *r)
{
    uint32_t step = step_of(r->fc);
    uint32_t most = r->fc <= 2 ? BITS_MAX : REGISTERS_MAX;
    uint32_t count = block->plan->count + k * step;
    bool up = block->no_up == 0 || k < block->no_up;

    if (count > most)
        return false;
    if (up && block->plan->address + count <= 65536) {
        r->address = block->plan->address;
    } else if ((block->no_down == 0 || k < block->no_down) && block->plan->address >= k * step) {
        r->address = (uint16_t)(block->plan->address - k * step);
    } else {
        return false;
    }
    r->count = (uint16_t)count;
    return true;
}

/* The first step over what the device does not take. */
static uint8_t border(const struct plan_rule *rule, const struct plan_block *p, bool is_up)
{
    uint32_t step = step_of(p->fc), end = (uint32_t)p->address + p->count;

    for (uint32_t k = 1; k <= 2 * STRETCH_MAX + 1; k++) {
        uint32_t more = k * step;
        uint32_t first = is_up ? p->address : p->address > more ? p->address - more : 0;
        if (!plan_allows(rule, first, is_up ? end + more : end))
            return (uint8_t)k;
    }
    return 0;
}

void shape_borders(const struct bus *b, struct block *block)
{
    const struct plan_block *p = block->plan;
    struct plan_rule rule = plan_rule_of(b->plant, p->unit, p->fc);

    block->no_up = border(&rule, p, true);
    block->no_down = border(&rule, p, false);
}

/* RTU replies carry no transaction id: what can't be told from a late reply is
 * not asked.  A duplicate would fit a block of the same shape as well, so the
 * shape is taken that no other block has used of late, nor this one itself when
 * it was late and is due again before a duplicate has had its time.  At first replies may
 * still come that a run before this one has asked for, in shapes that it used:
 * others are taken.  Returns when it was used so; INT64_MAX: every shape is
 * owed a reply. */
static int64_t find_shape(const struct bus *b, const struct block *block, int64_t now_us,
                          struct request *r)
{
    const struct unit *u = &b->units[block->unit];
    uint32_t number = (uint32_t)(block - b->blocks);
    struct request best = *r;
    int64_t best_us = INT64_MAX;
    int64_t own_us = now_us - b->conf->timeout_ms * 1000;
    unsigned k = now_us < b->heir_until_us ? STRETCH_MAX + 1 : 0;

    for (unsigned end = k + STRETCH_MAX; k <= end && best_us > now_us - guard_us(b); k++) {
        if (!stretch(block, k, r))
            break;
        uint8_t bytes = request_bytes(r);
        int64_t used_us = unit_answered_us(u, r->fc, bytes, number, own_us);
        if (unit_is_ambiguous(u, r->fc, bytes, number, now_us) || used_us >= best_us)
            continue;
        best = *r;
        best_us = used_us;
    }
    *r = best;
    return best_us;
}

bool shape_request(const struct bus *b, const struct block *block, int64_t now_us,
                   struct request *r)
{
    *r = (struct request){ .unit = b->units[block->unit].stats.unit_id,
                           .fc = block->plan->fc,
                           .address = block->plan->address,
                           .count = block->plan->count };
    return !bus_is_rtu(b) || find_shape(b, block, now_us, r) != INT64_MAX;
}

/* Between two blocks of a unit that can't have different shapes: as long as the
 * period leaves, up to the timeout, and a copy's usual time in any case. */
static int64_t apart_us(const struct bus *b, const struct block *block)
{
    int64_t fair_us = block->every_us / (b->units[block->unit].n_blocks + 1);
    int64_t timeout_us = b->conf->timeout_ms * 1000;
    int64_t wait_us = fair_us > DUPLICATE_US ? fair_us : DUPLICATE_US;

    return wait_us < timeout_us ? wait_us : timeout_us;
}

/* When the first of its shapes is owed nothing any more. */
static int64_t certain_us(const struct bus *b, const struct block *block)
{
    struct request r = { .fc = block->plan->fc };
    int64_t first_us = INT64_MAX;

    for (unsigned k = 0; k <= STRETCH_MAX && stretch(block, k, &r); k++) {
        int64_t at_us = unit_certain_us(&b->units[block->unit], r.fc, request_bytes(&r),
                                        (uint32_t)(block - b->blocks));
        first_us = at_us < first_us ? at_us : first_us;
    }
    return first_us > b->heir_until_us ? first_us : b->heir_until_us;
}

/* What can't be told apart yet, but can before the next poll is due, is waited
 * for: a device with one register must not be blind for a poll more. */
int64_t shape_ready_us(const struct bus *b, const struct block *block, int64_t now_us)
{
    struct request r = { .fc = block->plan->fc };

    if (!bus_is_rtu(b))
        return now_us;
    int64_t used_us = find_shape(b, block, now_us, &r);
    if (used_us != INT64_MAX)
        return used_us + apart_us(b, block);
    int64_t at_us = certain_us(b, block);
    return at_us < block->due_us + block->every_us ? at_us : now_us;
}

void shape_doubt(struct bus *b, int64_t now_us)
{
    if (bus_is_rtu(b))
        unit_make_ambiguous(&b->units[b->now.block->unit], b->now.request.fc,
                            request_bytes(&b->now.request), now_us + guard_us(b));
}

void shape_spoilt(struct bus *b, int64_t now_us)
{
    unit_make_spoilt(&b->units[b->now.block->unit], b->now.request.fc,
                     request_bytes(&b->now.request), (uint32_t)(b->now.block - b->blocks), now_us,
                     now_us + guard_us(b));
}

void shape_owed(struct bus *b, int64_t now_us)
{
    shape_doubt(b, now_us);
    b->units[b->now.block->unit].owes_until_us = now_us + guard_us(b);
}

void shape_inherit(struct bus *b, int64_t now_us)
{
    if (b->heir_until_us == 0)
        b->heir_until_us = now_us + guard_us(b);
}

bool shape_is_stretched(const struct bus *b)
{
    return b->now.request.count != b->now.block->plan->count;
}

void shape_refused(struct bus *b)
{
    const struct request *r = &b->now.request;
    struct block *block = b->now.block;
    uint8_t k = (uint8_t)((r->count - block->plan->count) / step_of(r->fc));

    if (r->address < block->plan->address)
        block->no_down = k;
    else
        block->no_up = k;
}
