#include "drivers/bus_parts.h"

#include <assert.h>
#include <string.h>

#define PROBES_LONG          4 /* every fourth probe waits the whole timeout, the others */
#define PROBE_USUAL          3 /* so many usual reply times */
#define PROBE_MIN_US         50000
#define EXC_ILLEGAL_ADDRESS  2
#define EXC_ILLEGAL_VALUE    3
#define EXC_PATH_UNAVAILABLE 10
#define EXC_TARGET_SILENT    11

static struct unit *unit_of(struct bus *b)
{
    assert(b->now.block != NULL);
    return &b->units[b->now.block->unit];
}

/* Who is asked, else the first of the line: somebody has to count it. */
static struct unit *blamed(struct bus *b)
{
    return b->now.block != NULL ? unit_of(b) : &b->units[0];
}

/* ---- asking ---- */

static void drop_rx(struct bus *b, size_t n)
{
    memmove(b->rx, b->rx + n, b->rx_len - n);
    b->rx_len -= n;
    b->rx_judged = 0;
}

static void forget_rx(struct bus *b, enum why_code cause)
{
    unit_reject(blamed(b), cause);
    b->rx_len = 0;
    b->rx_judged = 0;
}

static void mark_tid(struct bus *b, uint16_t tid)
{
    b->tids[tid % TIDS] = (struct tid_mark){ tid, false };
}

/* And the silence that ends them. */
static int64_t wire_us(const struct bus *b, size_t bytes)
{
    return bus_is_serial(b) ? (int64_t)bytes * b->char_us + b->gap_us : 0;
}

/* The slowest of the units that answer. */
static int64_t usual_of_bus_us(const struct bus *b)
{
    int64_t most_us = -1;

    for (size_t i = 0; i < b->n_units; i++) {
        int64_t us = b->units[i].is_silent ? -1 : unit_usual_us(&b->units[i]);
        if (us > most_us)
            most_us = us;
    }
    return most_us;
}

/* A silent unit gets a few usual reply times, and the whole timeout only now
 * and then: the living wait for each probe. */
static int64_t patience_us(const struct bus *b, struct unit *u)
{
    int64_t most_us = b->conf->timeout_ms * 1000;
    int64_t usual_us = unit_usual_us(u);

    if (!u->is_silent || u->probes++ % PROBES_LONG == 0)
        return most_us;
    if (usual_us < 0)
        usual_us = usual_of_bus_us(b);
    if (usual_us < 0)
        return most_us;
    int64_t short_us =
        PROBE_USUAL * usual_us > PROBE_MIN_US ? PROBE_USUAL * usual_us : PROBE_MIN_US;
    return short_us < most_us ? short_us : most_us;
}

bool talk_begin(struct bus *b, struct block *block, int64_t now_us)
{
    struct unit *u = &b->units[block->unit];
    struct request r;

    if (!shape_request(b, block, now_us, &r)) {
        u->stats.quarantined++;
        return false;
    }
    r.tid = ++b->tid;
    mark_tid(b, r.tid);
    b->tx_len = bus_is_rtu(b) ? frame_rtu_encode(&r, b->tx) : frame_tcp_encode(&r, b->tx);
    b->now = (struct transaction){
        .block = block, .request = r, .is_unsent = true, .is_probe = u->is_silent, .sent_us = now_us
    };
    b->now.deadline_us =
        now_us + patience_us(b, u) + wire_us(b, b->tx_len + RTU_AROUND + request_bytes(&r));
    if (bus_is_rtu(b)) {
        master_note_sent(b);
        if (b->rx_len > 0)
            forget_rx(b, WHY_NOISE);
    }
    u->stats.requests++;
    return true;
}

/* ---- how it ends ---- */

static void end(struct bus *b, int64_t now_us)
{
    bus_note_use(b, b->now.sent_us, now_us);
    b->free_us = now_us + b->conf->pause_ms * 1000;
    b->now.block = NULL;
}

static void give_up(struct bus *b, struct why why, int64_t now_us)
{
    struct block *block = b->now.block;
    struct unit *u = unit_of(b);

    if (b->now.is_probe)
        schedule_lost_probe(b, now_us);
    end(b, now_us);
    unit_lost(u, why, now_us, block->every_us);
    tell_miss(b, block, why, false, now_us);
    link_doubt(b, now_us);
}

/* Another try is worth it from a unit that answers, if its reply could be told
 * from the one that is owed. */
static bool may_retry(const struct bus *b, int64_t now_us)
{
    const struct block *block = b->now.block;
    struct request r;

    return b->units[block->unit].has_spoken && !b->now.is_probe &&
           block->tries < b->conf->retries && shape_request(b, block, now_us, &r);
}

/* Nothing was proven: again, or a miss. */
static void lose(struct bus *b, struct why why, int64_t now_us)
{
    if (!may_retry(b, now_us)) {
        give_up(b, why, now_us);
        return;
    }
    b->now.block->tries++;
    end(b, now_us);
}

/* The reply did not come, or something else did: it is still owed. */
static void fail(struct bus *b, struct why why, int64_t now_us)
{
    shape_owed(b, now_us);
    lose(b, why, now_us);
}

/* The poll is asked again if the link comes back in time. */
void talk_abandon(struct bus *b, int64_t now_us)
{
    struct block *block = b->now.block;

    if (b->rx_len > 0)
        forget_rx(b, WHY_LEN);
    if (block == NULL)
        return;
    shape_owed(b, now_us);
    end(b, now_us);
    if (block->tries++ >= b->conf->retries)
        tell_miss(b, block, (struct why){ WHY_LINK, 0 }, false, now_us);
}

static void succeed(struct bus *b, const struct frame *f, int64_t now_us)
{
    struct block *block = b->now.block;
    struct unit *u = unit_of(b);

    b->has_proof = true;
    master_note_answered(b);
    u->stats.good++;
    u->stats.state = UNIT_GOOD;
    ring_add(&u->rtt, now_us - b->now.sent_us);
    if (block->good_us >= 0)
        ring_add(&u->period, now_us - block->good_us);
    block->good_us = now_us;
    unit_answered(u, f->fc, (uint8_t)f->len, (uint32_t)(block - b->blocks), now_us);
    unit_spoke(u);
    split_read(b, block);
    tell_values(b, block, f->data, f->len, now_us);
    end(b, now_us);
}

/* The unit's last exception may have come twice. */
static bool is_again(const struct bus *b, const struct unit *u, uint8_t code, int64_t now_us)
{
    return u->refused_us != 0 && u->refused_fc == b->now.request.fc && u->refused_code == code &&
           now_us - u->refused_us < b->conf->timeout_ms * 1000;
}

static bool is_border(const struct bus *b, uint16_t code)
{
    return shape_is_stretched(b) && (code == EXC_ILLEGAL_ADDRESS || code == EXC_ILLEGAL_VALUE);
}

static void end_refused(struct bus *b, uint16_t code, int64_t now_us)
{
    struct block *block = b->now.block;
    struct why why = { WHY_EXCEPTION, code };

    if (code == EXC_PATH_UNAVAILABLE || code == EXC_TARGET_SILENT) {
        fail(b, why, now_us); /* the gateway's word, not the unit's */
        return;
    }
    unit_spoke(unit_of(b));
    if (is_border(b, code)) {
        shape_refused(b); /* and ask again, in another shape */
    } else if ((code == EXC_ILLEGAL_ADDRESS || code == EXC_ILLEGAL_VALUE) &&
               split_refused(b, block, now_us)) {
        ; /* and ask again, in two parts */
    } else {
        unit_of(b)->stats.state = UNIT_REFUSING;
        tell_miss(b, block, why, true, now_us);
    }
    end(b, now_us);
}

/* What came may have been the answer, or not: ours may still come within twice
 * the time that its unit usually takes. */
static void linger(struct bus *b, struct why why)
{
    int64_t usual_us = unit_usual_us(unit_of(b));
    int64_t until_us = b->now.sent_us + 2 * usual_us;

    b->now.is_spoilt = true;
    b->now.spoilt = why;
    if (usual_us >= 0 && until_us < b->now.deadline_us)
        b->now.deadline_us = until_us;
}

/* An exception says nothing of what was asked: it may be the one of a request
 * that was given up, or the last one again, and our reply still to come. */
static void refuse(struct bus *b, uint8_t code, int64_t now_us)
{
    struct unit *u = unit_of(b);
    bool owes = bus_is_rtu(b) && now_us < u->owes_until_us;
    bool again = bus_is_rtu(b) && is_again(b, u, code, now_us);

    b->has_proof = true;
    master_note_answered(b);
    u->stats.exceptions[code]++;
    u->refused_fc = b->now.request.fc;
    u->refused_code = code;
    u->refused_us = now_us;
    if (owes)
        shape_doubt(b, now_us);
    if (owes || again)
        linger(b, (struct why){ WHY_EXCEPTION, code });
    else
        end_refused(b, code, now_us);
}

static void end_spoilt(struct bus *b, int64_t now_us)
{
    struct why why = b->now.spoilt;

    if (b->now.is_own) {
        lose(b, why, now_us);
        return;
    }
    if (why.code != WHY_EXCEPTION) {
        fail(b, why, now_us);
        return;
    }
    end_refused(b, why.arg, now_us);
}

static void timed_out(struct bus *b, int64_t now_us)
{
    bool has_part = b->rx_len > 0;

    if (has_part)
        forget_rx(b, WHY_LEN);
    else if (!b->now.is_spoilt)
        unit_of(b)->stats.timeouts++;
    b->wants_close =
        has_part && !bus_is_rtu(b); /* the rest of it would be read as something else */
    if (b->now.is_spoilt)
        end_spoilt(b, now_us);
    else
        fail(b, (struct why){ has_part ? WHY_LEN : WHY_TIMEOUT, 0 }, now_us);
}

/* ---- what comes in ---- */

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
    unit_reject(u != NULL ? u : blamed(b), cause);
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
    case FRAME_OTHER:
        other_tcp(b, f, now_us);
        break;
    case FRAME_REFUSED:
    case FRAME_DESYNC:
        b->wants_close = f->verdict == FRAME_DESYNC;
        unit_reject(blamed(b), f->cause);
        if (b->now.block != NULL)
            fail(b, (struct why){ f->cause, 0 }, now_us);
        break;
    case FRAME_MORE:
        break;
    }
}

static void input_tcp(struct bus *b, int64_t now_us)
{
    struct frame f;

    while (b->rx_len > 0 && !b->wants_close && b->telling.block == NULL) {
        frame_tcp_take(b->rx, b->rx_len, b->now.block != NULL ? &b->now.request : NULL, &f);
        if (f.verdict == FRAME_MORE) {
            b->rx_judged = b->rx_len;
            return;
        }
        take_tcp(b, &f, now_us);
        drop_rx(b, f.used);
    }
}

static void strip_echo(struct bus *b)
{
    if (b->rx_len < b->tx_len || memcmp(b->rx, b->tx, b->tx_len) != 0)
        return;
    unit_reject(unit_of(b), WHY_ECHO);
    drop_rx(b, b->tx_len);
}

/* A master's request.  When it asks for what we have asked for, two replies
 * come, and nothing tells them apart. */
static void asked_rtu(struct bus *b, const struct frame *f, int64_t now_us)
{
    struct unit *u = find_unit(b, f->unit);
    bool is_echo = master_is_echo(b);

    unit_reject(u != NULL ? u : blamed(b), is_echo ? WHY_ECHO : WHY_MASTER);
    if (is_echo)
        return;
    master_asked(b, u, f, now_us);
    if (b->now.block != NULL && u == unit_of(b) && f->fc == b->now.request.fc &&
        f->bytes == request_bytes(&b->now.request))
        fail(b, (struct why){ WHY_MASTER, 0 }, now_us);
}

/* A whole frame that is not the answer.  Its unit may have spoken late or
 * twice: that shape says nothing for a while. */
static void other_rtu(struct bus *b, const struct frame *f, int64_t now_us)
{
    struct unit *asked = b->now.block != NULL ? unit_of(b) : NULL;
    struct unit *u = find_unit(b, f->unit);
    uint8_t fc = f->fc & (uint8_t)~EXCEPTION_BIT;

    if (f->cause == WHY_MASTER) {
        asked_rtu(b, f, now_us);
        return;
    }
    if (master_replied(b, f, now_us)) {
        unit_reject(u != NULL ? u : blamed(b), WHY_MASTER);
        return;
    }
    if (u == NULL) {
        master_stranger(b, f, now_us);
        unit_reject(blamed(b), WHY_UNIT);
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
    forget_rx(b, cause);
    if (!is_answer)
        return;
    if (b->now.is_own)
        shape_spoilt(b, now_us);
    else
        shape_doubt(b, now_us); /* it may come once more */
    linger(b, (struct why){ cause, 0 });
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
        succeed(b, &f, now_us);
        drop_rx(b, f.used);
    } else if (f.verdict == FRAME_EXCEPTION) {
        refuse(b, f.exception, now_us);
        drop_rx(b, f.used);
    } else if (f.verdict == FRAME_OTHER) {
        other_rtu(b, &f, now_us);
        drop_rx(b, f.used);
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
    if (b->now.block != NULL)
        strip_echo(b);
    while (b->rx_len > b->rx_judged && b->telling.block == NULL && (is_quiet || is_whole(b)))
        judge_rtu(b, now_us);
}

/* What stands unjudged is judged before the deadline is: it came before. */
bool talk_step(struct bus *b, int64_t now_us)
{
    size_t judged = b->rx_judged, len = b->rx_len;
    const struct block *block = b->now.block;

    if (b->telling.block != NULL || b->wants_close)
        return false;
    if (len > judged && bus_is_rtu(b))
        input_rtu(b, now_us);
    else if (len > judged)
        input_tcp(b, now_us);
    if (b->now.block != NULL && b->now.block == block && now_us >= b->now.deadline_us)
        timed_out(b, now_us);
    return b->now.block != block || b->rx_len != len || b->rx_judged != judged;
}

int64_t talk_until_us(const struct bus *b)
{
    int64_t until_us = b->now.block != NULL ? b->now.deadline_us : INT64_MAX;

    if (bus_is_rtu(b) && b->rx_len > b->rx_judged && b->rx_us + b->gap_us < until_us)
        until_us = b->rx_us + b->gap_us;
    return until_us;
}
