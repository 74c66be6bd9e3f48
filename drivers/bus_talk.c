#include "drivers/bus_core.h"

#include <string.h>

#define STRETCH_MAX 2 /* more registers (or bytes of bits) than the block needs */
#define EXC_ILLEGAL_ADDRESS 2
#define EXC_ILLEGAL_VALUE   3
#define EXC_PATH_UNAVAILABLE 10
#define EXC_TARGET_SILENT    11

static bool is_rtu(const struct bus *b)
{
    return b->conf->kind == BUS_RTU;
}

static struct unit *unit_of(struct bus *b)
{
    return &b->units[b->now.block->unit];
}

/* ---- asking ---- */

/* RTU replies carry no transaction id: what can't be told from a late reply is
 * not asked.  A duplicate of the last reply would fit a block of the same shape
 * as well, so the neighbour's shape is avoided where the device allows it. */
static bool is_taken(const struct bus *b, const struct block *block, const struct request *r,
                     int64_t now_us, bool strict)
{
    const struct unit *u = &b->units[block->unit];
    uint8_t bytes = request_bytes(r);

    if (unit_is_ambiguous(u, r->fc, bytes, now_us))
        return true;
    return strict && u->last_fc == r->fc && u->last_bytes == bytes &&
           u->last_block != block->plan->first &&
           now_us - u->last_us < b->conf->late_guard_ms * 1000;
}

static bool stretch(const struct bus *b, const struct block *block, int64_t now_us, bool strict,
                    struct request *r)
{
    uint32_t step = r->fc <= 2 ? 8 : 1;
    uint32_t most = r->fc <= 2 ? BITS_MAX : REGISTERS_MAX;

    for (uint32_t k = 0; k <= (block->keeps_count ? 0 : STRETCH_MAX); k++) {
        uint32_t count = block->plan->count + k * step;
        if (count > most || r->address + count > 65536)
            break;
        r->count = (uint16_t)count;
        if (!is_taken(b, block, r, now_us, strict))
            return true;
    }
    return false;
}

static bool find_shape(const struct bus *b, const struct block *block, int64_t now_us,
                       struct request *r)
{
    r->count = block->plan->count;
    if (!is_rtu(b))
        return true;
    return stretch(b, block, now_us, true, r) || stretch(b, block, now_us, false, r);
}

static void mark_tid(struct bus *b, uint16_t tid)
{
    b->tids[tid % TIDS] = (struct tid_mark){ tid, false };
}

static int64_t wire_us(const struct bus *b, size_t bytes)
{
    return is_rtu(b) ? (int64_t)bytes * b->char_us : 0;
}

bool talk_begin(struct bus *b, struct block *block, int64_t now_us)
{
    struct unit *u = &b->units[block->unit];
    struct request r = { .unit = u->stats.unit_id, .fc = block->plan->fc,
                         .address = block->plan->address };

    if (!find_shape(b, block, now_us, &r)) {
        u->stats.quarantined++;
        return false;
    }
    r.tid = ++b->tid;
    mark_tid(b, r.tid);
    b->tx_len = is_rtu(b) ? frame_rtu_encode(&r, b->tx) : frame_tcp_encode(&r, b->tx);
    int64_t sent_us = now_us + wire_us(b, b->tx_len);
    b->now = (struct transaction){ .block = block, .request = r, .is_unsent = true,
                                   .is_probe = u->is_silent, .sent_us = now_us };
    b->now.deadline_us = sent_us + b->conf->timeout_ms * 1000 +
                         wire_us(b, 5 + (size_t)request_bytes(&r));
    u->stats.requests++;
    return true;
}

/* ---- how it ends ---- */

static void end(struct bus *b, int64_t now_us)
{
    bus_note_use(b, b->now.sent_us, now_us);
    b->free_us = now_us + b->gap_us + b->conf->pause_ms * 1000;
    b->now.block = NULL;
    b->rx_len = 0;
}

static unsigned count_silent(const struct bus *b)
{
    unsigned n = 0;

    for (size_t i = 0; i < b->n_units; i++)
        n += b->units[i].is_silent;
    return n;
}

static void doubt_shape(struct bus *b, int64_t from_us)
{
    if (is_rtu(b))
        unit_make_ambiguous(unit_of(b), b->now.request.fc, request_bytes(&b->now.request),
                            from_us + b->conf->late_guard_ms * 1000);
}

static void give_up(struct bus *b, struct why why, int64_t now_us)
{
    struct block *block = b->now.block;
    struct unit *u = unit_of(b);

    end(b, now_us);
    unit_lost(u, now_us, count_silent(b), b->conf->timeout_ms * 1000, block->plan->every_ms * 1000);
    tell_miss(b, block, why, false);
    link_doubt(b, now_us);
}

/* The reply did not come, or was no proof: again, or a miss. */
static void fail(struct bus *b, struct why why, int64_t now_us)
{
    struct block *block = b->now.block;

    doubt_shape(b, now_us);
    if (b->now.is_probe || block->tries >= b->conf->retries) {
        give_up(b, why, now_us);
        return;
    }
    block->tries++;
    end(b, now_us);
    block->due_us -= 1; /* first among equals, its own period untouched: see next_due() */
}

void talk_timeout(struct bus *b, int64_t now_us)
{
    bool has_part = b->rx_len > 0;

    if (has_part)
        unit_reject(unit_of(b), WHY_LEN);
    else
        unit_of(b)->stats.timeouts++;
    if (has_part && !is_rtu(b))
        b->wants_close = true; /* the rest of it would be read as something else */
    fail(b, (struct why){ has_part ? WHY_LEN : WHY_TIMEOUT, 0 }, now_us);
}

void talk_abandon(struct bus *b, int64_t now_us)
{
    if (b->now.block == NULL)
        return;
    struct block *block = b->now.block;
    end(b, now_us);
    if (block->tries++ >= b->conf->retries)
        tell_miss(b, block, (struct why){ WHY_LINK, 0 }, false);
}

static void succeed(struct bus *b, const struct frame *f, int64_t now_us)
{
    struct block *block = b->now.block;
    struct unit *u = unit_of(b);

    u->stats.good++;
    u->stats.state = UNIT_GOOD;
    ring_add(&u->rtt, now_us - b->now.sent_us);
    if (block->good_us >= 0)
        ring_add(&u->period, now_us - block->good_us);
    block->good_us = now_us;
    u->last_fc = b->now.request.fc;
    u->last_bytes = (uint8_t)f->len;
    u->last_block = block->plan->first;
    u->last_us = now_us;
    unit_spoke(u);
    tell_values(b, block, f->data, f->len);
    end(b, now_us);
}

static bool has_doubts(const struct unit *u, int64_t now_us)
{
    for (size_t i = 0; i < SHAPES_MAX; i++)
        if (u->shapes[i].until_us > now_us)
            return true;
    return u->all_until_us > now_us;
}

static void refuse(struct bus *b, uint8_t code, int64_t now_us)
{
    struct block *block = b->now.block;
    struct unit *u = unit_of(b);
    bool stretched = b->now.request.count != block->plan->count;

    u->stats.exceptions[code]++;
    /* While a reply is owed, this may be its exception: ours may still come. */
    if (is_rtu(b) && has_doubts(u, now_us))
        doubt_shape(b, now_us);
    if (stretched && (code == EXC_ILLEGAL_ADDRESS || code == EXC_ILLEGAL_VALUE)) {
        block->keeps_count = true;
        end(b, now_us);
        return;
    }
    if (code == EXC_PATH_UNAVAILABLE || code == EXC_TARGET_SILENT) {
        fail(b, (struct why){ WHY_EXCEPTION, code }, now_us); /* the gateway's word, not the unit's */
        return;
    }
    unit_spoke(u);
    u->stats.state = UNIT_REFUSING;
    tell_miss(b, block, (struct why){ WHY_EXCEPTION, code }, true);
    end(b, now_us);
}

/* ---- what comes in ---- */

static void drop_rx(struct bus *b, size_t n)
{
    memmove(b->rx, b->rx + n, b->rx_len - n);
    b->rx_len -= n;
}

static void other_tcp(struct bus *b, const struct frame *f)
{
    struct tid_mark *mark = &b->tids[f->tid % TIDS];
    bool known = mark->tid == f->tid && (uint16_t)(b->tid - f->tid) < TIDS;
    enum why_code cause = !known ? WHY_TID : mark->answered ? WHY_DUP : WHY_LATE;

    if (known)
        mark->answered = true;
    for (size_t i = 0; i < b->n_units; i++)
        if (b->units[i].stats.unit_id == f->unit) {
            unit_reject(&b->units[i], cause);
            return;
        }
    unit_reject(b->now.block != NULL ? unit_of(b) : &b->units[0], cause);
}

static void take_tcp(struct bus *b, const struct frame *f, int64_t now_us)
{
    switch (f->verdict) {
    case FRAME_GOOD:
        b->tids[f->tid % TIDS].answered = true;
        succeed(b, f, now_us);
        break;
    case FRAME_EXCEPTION:
        b->tids[f->tid % TIDS].answered = true;
        refuse(b, f->exception, now_us);
        break;
    case FRAME_OTHER: other_tcp(b, f); break;
    case FRAME_REFUSED:
    case FRAME_DESYNC:
        b->wants_close = f->verdict == FRAME_DESYNC;
        unit_reject(b->now.block != NULL ? unit_of(b) : &b->units[0], f->cause);
        if (b->now.block != NULL)
            fail(b, (struct why){ f->cause, 0 }, now_us);
        break;
    case FRAME_MORE: break;
    }
}

static void input_tcp(struct bus *b, int64_t now_us)
{
    struct frame f;

    while (b->rx_len > 0 && !b->wants_close && b->telling.block == NULL) {
        frame_tcp_take(b->rx, b->rx_len, b->now.block != NULL ? &b->now.request : NULL, &f);
        if (f.verdict == FRAME_MORE)
            return;
        /* A proof uses up the bytes only: what stands behind it is judged next. */
        uint8_t data[FRAME_DATA_MAX];
        if (f.verdict == FRAME_GOOD) {
            memcpy(data, f.data, f.len);
            f.data = data;
        }
        size_t left = b->rx_len - f.used;
        uint8_t rest[RX_MAX];
        memcpy(rest, b->rx + f.used, left);
        take_tcp(b, &f, now_us);
        memcpy(b->rx, rest, left);
        b->rx_len = left;
    }
}

static void strip_echo(struct bus *b)
{
    if (b->now.has_echoed || b->rx_len < b->tx_len || memcmp(b->rx, b->tx, b->tx_len) != 0)
        return;
    b->now.has_echoed = true;
    unit_reject(unit_of(b), WHY_ECHO);
    drop_rx(b, b->tx_len);
}

/* A whole frame that is not the answer.  Its unit may have spoken late or
 * twice: that shape says nothing for a while. */
static void other_rtu(struct bus *b, const struct frame *f, int64_t now_us)
{
    struct unit *asked = b->now.block != NULL ? unit_of(b) : NULL;
    uint8_t fc = f->fc & (uint8_t)~EXCEPTION_BIT;

    for (size_t i = 0; i < b->n_units; i++) {
        struct unit *u = &b->units[i];
        if (u->stats.unit_id != f->unit)
            continue;
        bool late = unit_is_ambiguous(u, fc, f->bytes, now_us);
        if (asked == NULL || u == asked)
            unit_reject(u, late ? WHY_LATE : asked == NULL ? WHY_DUP : f->cause);
        else
            unit_reject(asked, WHY_UNIT);
        unit_make_ambiguous(u, fc, f->bytes, now_us + b->conf->late_guard_ms * 1000);
        return;
    }
    unit_reject(asked != NULL ? asked : &b->units[0], WHY_UNIT);
}

static bool is_whole_answer(const struct bus *b)
{
    return b->now.block != NULL && b->rx_len == 5 + (size_t)request_bytes(&b->now.request);
}

/* Bytes that are no frame: a corrupted answer of the right length ends the
 * transaction, anything else is noise before an answer that may still come. */
static void refused_rtu(struct bus *b, const struct frame *f, int64_t now_us)
{
    bool whole = is_whole_answer(b);

    unit_reject(b->now.block != NULL ? unit_of(b) : &b->units[0], f->cause);
    b->rx_len = 0;
    if (whole || (b->now.block != NULL && f->cause == WHY_LEN))
        fail(b, (struct why){ f->cause, 0 }, now_us);
    else if (b->now.block != NULL)
        doubt_shape(b, b->now.deadline_us);
}

static void input_rtu(struct bus *b, int64_t now_us)
{
    struct frame f;

    if (now_us - b->rx_us < b->gap_us)
        return;
    if (b->now.block != NULL)
        strip_echo(b);
    while (b->rx_len > 0 && b->telling.block == NULL) {
        frame_rtu_take(b->rx, b->rx_len, b->now.block != NULL ? &b->now.request : NULL, &f);
        if (f.verdict == FRAME_MORE && b->now.block != NULL)
            return; /* some adapters pause within a frame; the deadline bounds it */
        if (f.verdict == FRAME_GOOD) {
            succeed(b, &f, now_us);
        } else if (f.verdict == FRAME_EXCEPTION) {
            refuse(b, f.exception, now_us);
        } else if (f.verdict == FRAME_OTHER) {
            other_rtu(b, &f, now_us);
            drop_rx(b, f.used);
        } else {
            if (f.verdict == FRAME_MORE)
                f.cause = WHY_NOISE;
            refused_rtu(b, &f, now_us);
        }
    }
}

void talk_input(struct bus *b, int64_t now_us)
{
    if (is_rtu(b))
        input_rtu(b, now_us);
    else
        input_tcp(b, now_us);
}

int64_t talk_until_us(const struct bus *b)
{
    int64_t until_us = b->now.block != NULL ? b->now.deadline_us : INT64_MAX;

    if (is_rtu(b) && b->rx_len > 0 && b->rx_us + b->gap_us < until_us)
        until_us = b->rx_us + b->gap_us;
    return until_us;
}
