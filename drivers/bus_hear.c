#include "drivers/bus_parts.h"

#include <string.h>

#define TID_BYTES 2 /* a TCP frame begins with its transaction id */

void hear_drop(struct bus *b, size_t n)
{
    memmove(b->rx, b->rx + n, b->rx_len - n);
    b->rx_len -= n;
    b->rx_judged = 0;
}

void hear_forget(struct bus *b, enum why_code cause)
{
    unit_reject(talk_blamed(b), cause);
    b->rx_len = 0;
    b->rx_judged = 0;
}

static struct unit *find_unit(struct bus *b, uint8_t unit_id)
{
    for (size_t i = 0; i < b->n_units; i++)
        if (b->units[i].stats.unit_id == unit_id)
            return &b->units[i];
    return NULL;
}

static void other_tcp(struct bus *b, const struct frame *f, int64_t now_us)
{
    struct tid_mark *mark = &b->tids[f->tid % TIDS];
    bool known = mark->tid == f->tid && (uint16_t)(b->tid - f->tid) < TIDS;
    enum why_code cause = !known ? WHY_TID : mark->answered ? WHY_DUP : WHY_LATE;
    struct unit *u = find_unit(b, f->unit);

    if (known)
        mark->answered = true;
    if (u != NULL && cause == WHY_LATE)
        unit_stirred(u, now_us);
    unit_reject(u != NULL ? u : talk_blamed(b), cause);
}

static void take_tcp(struct bus *b, const struct frame *f, int64_t now_us)
{
    switch (f->verdict) {
    case FRAME_GOOD:
        b->tids[f->tid % TIDS].answered = true;
        talk_succeed(b, f, now_us);
        break;
    case FRAME_EXCEPTION:
        b->tids[f->tid % TIDS].answered = true;
        talk_refuse(b, f->exception, now_us);
        break;
    case FRAME_OTHER:
        other_tcp(b, f, now_us);
        break;
    case FRAME_REFUSED:
    case FRAME_DESYNC:
        b->wants_close = f->verdict == FRAME_DESYNC;
        unit_reject(talk_blamed(b), f->cause);
        if (b->now.block != NULL)
            talk_fail(b, (struct why){ f->cause, 0 }, now_us);
        break;
    case FRAME_MORE:
        break;
    }
}

static uint16_t tid_of_rx(const struct bus *b)
{
    return (uint16_t)(b->rx[0] << 8 | b->rx[1]);
}

bool hear_has_part(const struct bus *b)
{
    bool is_other = !bus_is_rtu(b) && b->rx_len >= TID_BYTES && tid_of_rx(b) != b->now.request.tid;

    return b->rx_len > 0 && !is_other;
}

/* A device that leaves a reply half-way and goes on with another one would have
 * the rest taken from that: with several on their way a reply is whole at once,
 * or it is none. */
static void doubt_pieces(const struct bus *b, struct frame *f)
{
    bool came_in_pieces = b->rx_judged > 0 && b->conf->in_flight > 1;

    if (!came_in_pieces || (f->verdict != FRAME_GOOD && f->verdict != FRAME_EXCEPTION))
        return;
    f->verdict = FRAME_REFUSED;
    f->cause = WHY_LEN;
}

static void input_tcp(struct bus *b, int64_t now_us)
{
    struct frame f;

    while (b->rx_len > 0 && !b->wants_close && b->telling.block == NULL) {
        if (b->rx_len >= TID_BYTES)
            flight_turn_to(b, tid_of_rx(b));
        frame_tcp_take(b->rx, b->rx_len, b->now.block != NULL ? &b->now.request : NULL, &f);
        if (f.verdict == FRAME_MORE) {
            b->rx_judged = b->rx_len;
            return;
        }
        doubt_pieces(b, &f);
        take_tcp(b, &f, now_us);
        hear_drop(b, f.used);
    }
}

/* A request: the echo of one of ours, or another master's.  When he asks for what
 * we have asked for, two replies come, and nothing tells them apart. */
static void asked_rtu(struct bus *b, const struct frame *f, int64_t now_us)
{
    struct unit *u = find_unit(b, f->unit);
    bool is_echo = master_is_echo(b);

    unit_reject(u != NULL ? u : talk_blamed(b), is_echo ? WHY_ECHO : WHY_MASTER);
    if (is_echo)
        return;
    master_asked(b, u, f, now_us);
    if (b->now.block != NULL && u == talk_unit(b) && f->fc == b->now.request.fc &&
        f->bytes == request_bytes(&b->now.request))
        talk_fail(b, (struct why){ WHY_MASTER, 0 }, now_us);
}

/* A whole frame that is not the answer.  Its unit may have spoken late or
 * twice: that shape says nothing for a while. */
static void other_rtu(struct bus *b, const struct frame *f, int64_t now_us)
{
    struct unit *asked = b->now.block != NULL ? talk_unit(b) : NULL;
    struct unit *u = find_unit(b, f->unit);
    uint8_t fc = f->fc & (uint8_t)~EXCEPTION_BIT;

    if (f->cause == WHY_MASTER) {
        asked_rtu(b, f, now_us);
        return;
    }
    if (master_replied(b, f, now_us)) {
        unit_reject(u != NULL ? u : talk_blamed(b), WHY_MASTER);
        return;
    }
    if (u == NULL) {
        master_stranger(b, f, now_us);
        unit_reject(talk_blamed(b), WHY_UNIT);
        return;
    }
    if (unit_is_ambiguous(u, fc, f->bytes, NO_BLOCK, now_us)) {
        unit_reject(u, WHY_LATE);
        unit_stirred(u, now_us);
    } else if (asked != NULL && asked != u) {
        unit_reject(asked, WHY_UNIT);
    } else {
        unit_reject(u, asked == NULL ? WHY_DUP : f->cause);
    }
    unit_make_ambiguous(u, fc, f->bytes, now_us + b->conf->late_guard_ms * 1000);
}

/* Frames in what is thrown away: each may come once more. */
static void doubt_glued(struct bus *b, int64_t now_us)
{
    struct frame f = { .used = 0 };

    for (size_t at = 0; at < b->rx_len; at += f.used) {
        frame_rtu_take(b->rx + at, b->rx_len - at, NULL, &f);
        struct unit *u = find_unit(b, f.unit);
        if (f.verdict != FRAME_OTHER)
            return;
        if (u != NULL)
            unit_make_ambiguous(u, f.fc & (uint8_t)~EXCEPTION_BIT, f.bytes,
                                now_us + b->conf->late_guard_ms * 1000);
    }
}

/* So many bytes could have been the answer. */
static bool has_enough(const struct bus *b)
{
    return b->now.block != NULL && b->rx_len >= RTU_AROUND + (size_t)request_bytes(&b->now.request);
}

/* As long as the answer, and its head right but for one byte: the answer, with a
 * few bits of it wrong. */
static bool is_own(const struct bus *b)
{
    const struct request *r = &b->now.request;

    return b->now.block != NULL && b->rx_len == RTU_AROUND + (size_t)request_bytes(r) &&
           (b->rx[0] == r->unit) + (b->rx[1] == r->fc) + (b->rx[2] == request_bytes(r)) >= 2;
}

/* Bytes that are no frame: a spoilt answer, or noise before one that may still
 * come. */
static void refused_rtu(struct bus *b, enum why_code cause, int64_t now_us)
{
    bool is_answer = has_enough(b) || (b->now.block != NULL && cause == WHY_LEN);
    bool is_first = !b->now.is_spoilt;

    b->now.is_own = is_first && cause != WHY_COUNT && is_own(b);
    hear_forget(b, cause);
    if (!is_answer)
        return;
    if (b->now.is_own)
        shape_spoilt(b, now_us);
    else
        shape_doubt(b, now_us); /* it may come once more */
    talk_linger(b, (struct why){ cause, 0 });
}

static void take_rtu(const struct bus *b, struct frame *f)
{
    const struct request *r = b->now.block != NULL ? &b->now.request : NULL;

    if (bus_is_serial(b))
        frame_rtu_take(b->rx, b->rx_len, r, f);
    else
        frame_stream_take(b->rx, b->rx_len, r, f);
}

static void judge_rtu(struct bus *b, int64_t now_us)
{
    const struct request *r = b->now.block != NULL ? &b->now.request : NULL;
    struct frame f;

    take_rtu(b, &f);
    if (f.verdict == FRAME_MORE && r != NULL && !has_enough(b)) {
        b->rx_judged = b->rx_len; /* some adapters pause within a frame; the deadline bounds it */
    } else if (f.verdict == FRAME_MORE) {
        refused_rtu(b, r != NULL ? WHY_LEN : WHY_NOISE, now_us);
    } else if (f.verdict == FRAME_GOOD) {
        talk_succeed(b, &f, now_us);
        hear_drop(b, f.used);
    } else if (f.verdict == FRAME_EXCEPTION) {
        talk_refuse(b, f.exception, now_us);
        hear_drop(b, f.used);
    } else if (f.verdict == FRAME_OTHER) {
        other_rtu(b, &f, now_us);
        hear_drop(b, f.used);
    } else {
        doubt_glued(b, now_us);
        refused_rtu(b, f.cause, now_us);
    }
}

static bool is_whole(const struct bus *b)
{
    struct frame f;

    take_rtu(b, &f);
    return f.verdict == FRAME_GOOD || f.verdict == FRAME_EXCEPTION || f.verdict == FRAME_OTHER;
}

/* In a stream a whole frame is judged at once; only what is none waits for a
 * silence, since its rest may be on the way. */
static void input_rtu(struct bus *b, int64_t now_us)
{
    bool is_quiet = now_us - b->rx_us >= b->gap_us;

    if (!is_quiet && bus_is_serial(b))
        return;
    while (b->rx_len > b->rx_judged && b->telling.block == NULL && (is_quiet || is_whole(b)))
        judge_rtu(b, now_us);
}

/* What stands unjudged is judged before the deadline is: it came before. */
bool hear_step(struct bus *b, int64_t now_us)
{
    size_t judged = b->rx_judged, len = b->rx_len;
    const struct block *block = b->now.block;

    if (b->telling.block != NULL || b->wants_close)
        return false;
    if (len > judged && bus_is_rtu(b))
        input_rtu(b, now_us);
    else if (len > judged)
        input_tcp(b, now_us);
    if (b->telling.block == NULL && !b->wants_close && flight_turn_to_late(b, now_us)) {
        talk_timed_out(b, now_us);
        return true;
    }
    return b->now.block != block || b->rx_len != len || b->rx_judged != judged;
}

int64_t hear_until_us(const struct bus *b)
{
    int64_t until_us = flight_until_us(b);

    if (bus_is_rtu(b) && b->rx_len > b->rx_judged && b->rx_us + b->gap_us < until_us)
        until_us = b->rx_us + b->gap_us;
    return until_us;
}
