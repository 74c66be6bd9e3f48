#include "drivers/bus_parts.h"

#include <assert.h>

#include "drivers/wire.h"

#define PROBES_LONG          4 /* every fourth probe waits the whole timeout, the others */
#define PROBE_USUAL          3 /* so many usual reply times */
#define PROBE_MIN_US         50000
#define TROUBLE_UNITS        2        /* that lost a poll in silence, and still do not answer, */
#define TROUBLE_US           10000000 /* since so long at most */
#define EXC_ILLEGAL_ADDRESS  2
#define EXC_ILLEGAL_VALUE    3
#define EXC_PATH_UNAVAILABLE 10
#define EXC_TARGET_SILENT    11

struct unit *talk_unit(struct bus *b)
{
    assert(b->now.block != NULL);
    return &b->units[b->now.block->unit];
}

struct unit *talk_blamed(struct bus *b)
{
    return b->now.block != NULL ? talk_unit(b) : &b->units[0];
}

/* ---- asking ---- */

static void mark_tid(struct bus *b, uint16_t tid)
{
    b->tids[tid % TIDS] = (struct tid_mark){ tid, false };
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

/* Many units may have died at once: asked in turn with all patience and retries
 * the living would wait for all of them.  So each is asked first, once, whether
 * it lives; who does not say so counts as silent, and is probed in its share. */
static bool is_in_trouble(const struct bus *b, int64_t now_us)
{
    unsigned n = 0;

    for (size_t i = 0; i < b->n_units && n < TROUBLE_UNITS; i++) {
        const struct unit *u = &b->units[i];
        n += u->lost_polls > 0 && u->lost_us > 0 && now_us - u->lost_us < TROUBLE_US;
    }
    return n == TROUBLE_UNITS;
}

static bool is_scout(const struct bus *b, struct unit *u, int64_t now_us)
{
    bool is_known = u->has_spoken && !u->is_silent && unit_usual_us(u) >= 0;
    bool was_asked = u->scout_us > 0 && now_us - u->scout_us < TROUBLE_US;

    if (!is_known || was_asked || u->lost_polls > 0 || !is_in_trouble(b, now_us))
        return false;
    u->scout_us = now_us;
    return true;
}

/* A silent unit gets a few usual reply times, and the whole timeout only now
 * and then: the living wait for each probe. */
static int64_t patience_us(const struct bus *b, struct unit *u)
{
    int64_t most_us = b->conf->timeout_ms * 1000;
    int64_t usual_us = unit_usual_us(u);

    if (!b->now.is_scout && (!u->is_silent || u->probes++ % PROBES_LONG == 0))
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
    flight_park(b);
    if (flight_is_empty(b))
        b->busy_us = now_us;
    block->is_asked = true;
    b->tx_len = bus_is_rtu(b) ? frame_rtu_encode(&r, b->tx) : frame_tcp_encode(&r, b->tx);
    b->now = (struct transaction){
        .block = block, .request = r, .is_unsent = true, .is_probe = u->is_silent, .sent_us = now_us
    };
    b->now.is_scout = is_scout(b, u, now_us);
    b->now.deadline_us = now_us + patience_us(b, u) + wire_us(b->conf, request_bytes(&r));
    if (bus_is_rtu(b)) {
        master_note_sent(b);
        if (b->rx_len > 0)
            hear_forget(b, WHY_NOISE);
    }
    u->stats.requests++;
    return true;
}

/* ---- how it ends ---- */

static void end(struct bus *b, int64_t now_us)
{
    bus_note_use(b, b->busy_us, now_us);
    b->busy_us = now_us;
    b->free_us = now_us + b->conf->pause_ms * 1000;
    b->now.block->is_asked = false;
    b->now.block = NULL;
}

static void give_up(struct bus *b, struct why why, int64_t now_us)
{
    struct block *block = b->now.block;
    struct unit *u = talk_unit(b);

    if (b->now.is_probe)
        schedule_lost_probe(b, now_us);
    if (why.code == WHY_TIMEOUT) {
        schedule_lost_block(b, block, now_us);
        u->lost_us = now_us;
        if (b->now.is_scout)
            unit_doubt(u);
    }
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

    return b->units[block->unit].has_spoken && !b->now.is_probe && !b->now.is_scout &&
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
void talk_fail(struct bus *b, struct why why, int64_t now_us)
{
    shape_owed(b, now_us);
    lose(b, why, now_us);
}

/* The poll is asked again if the link comes back in time. */
void talk_abandon(struct bus *b, int64_t now_us)
{
    if (b->rx_len > 0)
        hear_forget(b, WHY_LEN);
    while (flight_turn_to_any(b)) {
        struct block *block = b->now.block;
        shape_owed(b, now_us);
        end(b, now_us);
        block->tries++; /* too many: schedule_step() tells it as lost */
    }
}

static void spoke(struct bus *b)
{
    if (talk_unit(b)->is_silent)
        schedule_unit_back(b, b->now.block->unit);
    unit_spoke(talk_unit(b));
}

static void note_period(struct bus *b, const struct block *block, int64_t period_us)
{
    ring_add(&b->units[block->unit].period, period_us);
    ring_add(&b->wholes[block->whole].period, period_us);
}

void talk_succeed(struct bus *b, const struct frame *f, int64_t now_us)
{
    struct block *block = b->now.block;
    struct unit *u = talk_unit(b);

    b->has_proof = true;
    master_note_answered(b);
    u->stats.good++;
    u->stats.state = UNIT_GOOD;
    unit_took(u, now_us - b->now.sent_us);
    if (block->good_us >= 0)
        note_period(b, block, now_us - block->good_us);
    block->good_us = now_us;
    block->silent = 0;
    unit_answered(u, f->fc, (uint8_t)f->len, (uint32_t)(block - b->blocks), now_us);
    spoke(b);
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
        talk_fail(b, why, now_us); /* the gateway's word, not the unit's */
        return;
    }
    spoke(b);
    if (is_border(b, code)) {
        shape_refused(b); /* and ask again, in another shape */
    } else if ((code == EXC_ILLEGAL_ADDRESS || code == EXC_ILLEGAL_VALUE) &&
               split_refused(b, block, now_us)) {
        ; /* and ask again, in two parts */
    } else {
        talk_unit(b)->stats.state = UNIT_REFUSING;
        tell_miss(b, block, why, true, now_us);
    }
    end(b, now_us);
}

/* What came may have been the answer, or not: ours may still come within twice
 * the time that its unit usually takes. */
void talk_linger(struct bus *b, struct why why)
{
    int64_t usual_us = unit_usual_us(talk_unit(b));
    int64_t until_us = b->now.sent_us + 2 * usual_us;

    b->now.is_spoilt = true;
    b->now.spoilt = why;
    if (usual_us >= 0 && until_us < b->now.deadline_us)
        b->now.deadline_us = until_us;
}

/* An exception says nothing of what was asked: it may be the one of a request
 * that was given up, or the last one again, and our reply still to come. */
void talk_refuse(struct bus *b, uint8_t code, int64_t now_us)
{
    struct unit *u = talk_unit(b);
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
        talk_linger(b, (struct why){ WHY_EXCEPTION, code });
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
        talk_fail(b, why, now_us);
        return;
    }
    end_refused(b, why.arg, now_us);
}

void talk_timed_out(struct bus *b, int64_t now_us)
{
    bool has_part = hear_has_part(b);

    if (has_part)
        hear_forget(b, WHY_LEN);
    else if (!b->now.is_spoilt)
        talk_unit(b)->stats.timeouts++;
    b->wants_close =
        has_part && !bus_is_rtu(b); /* the rest of it would be read as something else */
    if (b->now.is_spoilt)
        end_spoilt(b, now_us);
    else
        talk_fail(b, (struct why){ has_part ? WHY_LEN : WHY_TIMEOUT, 0 }, now_us);
}
