#include "drivers/bus_parts.h"

#include <string.h>

#define HIS_TURN_US  100000 /* his unit answers within it, or is talked into */
#define HEARD_FOR_US 60000000

/* ---- what is ours ---- */

void master_note_sent(struct bus *b)
{
    memcpy(b->sent[b->tid % SENT_KEPT], b->tx, ASKED_BYTES);
}

/* An echo comes before its answer. */
void master_note_answered(struct bus *b)
{
    memset(b->sent[b->now.request.tid % SENT_KEPT], 0, ASKED_BYTES);
}

bool master_is_echo(const struct bus *b)
{
    for (size_t i = 0; i < SENT_KEPT; i++)
        if (memcmp(b->sent[i], b->rx, ASKED_BYTES) == 0)
            return true;
    return false;
}

/* ---- what is his ---- */

static void note(struct bus *b, uint8_t unit_id, int64_t now_us)
{
    struct other_master *m = &b->other;

    m->heard_us[(m->said.requests + m->said.replies) % MASTER_MIN] = now_us;
    m->said.unit_id = unit_id;
    m->said.heard_us = now_us;
}

void master_asked(struct bus *b, struct unit *u, const struct frame *f, int64_t now_us)
{
    int64_t guard_us = (b->conf->late_guard_ms + b->conf->timeout_ms) * 1000;
    int64_t wire_us = bus_is_serial(b) ? (RTU_AROUND + f->bytes) * b->char_us : 0;

    note(b, f->unit, now_us);
    b->other.said.requests++;
    b->other.unit = f->unit;
    b->other.fc = f->fc;
    b->other.bytes = f->bytes;
    b->other.until_us = now_us + wire_us + HIS_TURN_US;
    if (u == NULL)
        return;
    unit_make_ambiguous(u, f->fc, f->bytes, now_us + guard_us);
    if (u->owes_until_us < now_us + guard_us)
        u->owes_until_us = now_us + guard_us; /* to him; an exception does not say to whom */
}

bool master_replied(struct bus *b, const struct frame *f, int64_t now_us)
{
    struct other_master *m = &b->other;
    bool is_exception = f->fc & EXCEPTION_BIT;

    if (now_us > m->until_us || f->unit != m->unit || (f->fc & ~EXCEPTION_BIT) != m->fc ||
        (!is_exception && f->bytes != m->bytes))
        return false;
    note(b, f->unit, now_us);
    m->said.replies++;
    m->until_us = 0;
    return true;
}

/* On four wires a master hears the units only, not another master.  A unit that
 * answers under a wrong number answers us: then something is asked, or owed. */
void master_stranger(struct bus *b, const struct frame *f, int64_t now_us)
{
    if (b->now.block != NULL || now_us < b->heir_until_us)
        return;
    for (size_t i = 0; i < b->n_units; i++)
        if (now_us < b->units[i].owes_until_us)
            return;
    note(b, f->unit, now_us);
    b->other.said.replies++;
}

bool bus_master_heard(const struct bus *b, int64_t now_us, struct bus_master *out)
{
    const struct other_master *m = &b->other;
    uint64_t n = m->said.requests + m->said.replies;

    *out = m->said;
    return n >= MASTER_MIN && now_us - m->heard_us[n % MASTER_MIN] < HEARD_FOR_US;
}
