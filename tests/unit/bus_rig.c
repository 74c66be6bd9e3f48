#include "tests/unit/bus_rig.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/bus_core.h"

#define BAUD    9600
#define CHAR_US 1042 /* of 8N1 at 9600 baud */

void bus_rig_init(struct bus_rig *r, enum bus_kind kind)
{
    memset(r, 0, sizeof *r);
    r->conf = (struct bus_conf){ .name = "b",
                                 .kind = kind,
                                 .host = "127.0.0.1",
                                 .port = 502,
                                 .device = "/dev/ttyS1",
                                 .baud = BAUD,
                                 .data_bits = 8,
                                 .parity = 'N',
                                 .stop_bits = 1,
                                 .timeout_ms = 500,
                                 .late_guard_ms = 3000,
                                 .retries = 1 };
    r->plant =
        (struct plant){ .buses = &r->conf, .n_buses = 1, .units = r->units, .points = r->points };
    r->turn_us = 5 * RIG_MS;
    r->answer = bus_rig_answers;
}

uint32_t bus_rig_unit(struct bus_rig *r, uint8_t unit_id)
{
    r->units[r->plant.n_units] = (struct unit_conf){ .unit_id = unit_id };
    return (uint32_t)r->plant.n_units++;
}

uint32_t bus_rig_point(struct bus_rig *r, uint32_t unit, uint16_t address, int64_t every_ms)
{
    struct read_conf read = { .fc = 3, .address = address, .type = TYPE_U16, .scale = 1 };

    assert_true(r->plant.n_points < RIG_POINTS);
    r->points[r->plant.n_points] =
        (struct point_conf){ .id = "p", .unit = unit, .every_ms = every_ms, .read = read };
    return (uint32_t)r->plant.n_points++;
}

void bus_rig_start(struct bus_rig *r, uint64_t seed)
{
    assert_int_equal(bus_new(&r->bus, &r->plant, 0, r->now_us, seed), 0);
    if (!r->is_heir)
        r->bus->heir_until_us = 1; /* long ago */
}

void bus_rig_stop(struct bus_rig *r)
{
    bus_free(r->bus);
    r->bus = NULL;
}

/* ---- the plant ---- */

uint16_t bus_rig_register(uint8_t unit, uint16_t address)
{
    return (uint16_t)(unit << 8 ^ address ^ address << 5 ^ 0x1000);
}

void bus_rig_seal(const struct bus_rig *r, uint8_t *frame, size_t n)
{
    if (r->conf.kind == BUS_TCP)
        return;
    uint16_t crc = crc16(frame, n - 2);
    frame[n - 2] = (uint8_t)crc;
    frame[n - 1] = (uint8_t)(crc >> 8);
}

/* The PDU stands in out from `head` on. */
static size_t wrap(const struct bus_rig *r, const struct request *q, uint8_t *out, size_t pdu)
{
    if (r->conf.kind != BUS_TCP) {
        out[0] = q->unit;
        bus_rig_seal(r, out, 1 + pdu + 2);
        return 1 + pdu + 2;
    }
    out[0] = (uint8_t)(q->tid >> 8);
    out[1] = (uint8_t)q->tid;
    out[2] = out[3] = out[4] = 0;
    out[5] = (uint8_t)(pdu + 1);
    out[6] = q->unit;
    return 7 + pdu;
}

static uint8_t *pdu_of(const struct bus_rig *r, uint8_t *out)
{
    return out + (r->conf.kind == BUS_TCP ? 7 : 1);
}

size_t bus_rig_honest(const struct bus_rig *r, const struct request *q, uint8_t *out)
{
    uint8_t *pdu = pdu_of(r, out);

    pdu[0] = q->fc;
    pdu[1] = request_bytes(q);
    for (uint16_t i = 0; i < pdu[1] / 2; i++) {
        uint16_t v = bus_rig_register(q->unit, (uint16_t)(q->address + i));
        pdu[2 + 2 * i] = (uint8_t)(v >> 8);
        pdu[3 + 2 * i] = (uint8_t)v;
    }
    return wrap(r, q, out, 2 + (size_t)pdu[1]);
}

size_t bus_rig_exception(const struct bus_rig *r, const struct request *q, uint8_t code,
                         uint8_t *out)
{
    uint8_t *pdu = pdu_of(r, out);

    pdu[0] = q->fc | EXCEPTION_BIT;
    pdu[1] = code;
    return wrap(r, q, out, 2);
}

/* TCP keeps the order of what is sent. */
static int64_t arrival_us(struct bus_rig *r, int64_t after_us)
{
    int64_t at_us = r->now_us + after_us + 1;

    if (r->conf.kind == BUS_TCP && at_us < r->last_us)
        at_us = r->last_us;
    r->last_us = at_us;
    return at_us;
}

static struct bus_flight *free_flight(struct bus_rig *r, int64_t after_us)
{
    for (size_t i = 0; i < RIG_FLIGHT; i++)
        if (r->flight[i].at_us == 0) {
            r->flight[i] =
                (struct bus_flight){ .at_us = arrival_us(r, after_us), .order = r->order++ };
            return &r->flight[i];
        }
    fail_msg("too much under way");
    return NULL;
}

void bus_rig_deliver(struct bus_rig *r, int64_t after_us, const uint8_t *bytes, size_t n)
{
    struct bus_flight *f = free_flight(r, after_us);

    assert_true(n <= sizeof f->bytes);
    memcpy(f->bytes, bytes, n);
    f->len = n;
}

void bus_rig_hang_up(struct bus_rig *r, int64_t after_us)
{
    free_flight(r, after_us)->hangs_up = true;
}

void bus_rig_answers(struct bus_rig *r, const struct request *asked, const uint8_t *honest,
                     size_t n)
{
    int64_t wire_us = r->conf.kind == BUS_RTU ? (int64_t)(8 + n) * CHAR_US : 0;

    (void)asked;
    bus_rig_deliver(r, r->turn_us + wire_us, honest, n);
}

/* ---- the host ---- */

struct request bus_rig_parse(const struct bus_rig *r, const uint8_t *b)
{
    struct request q = { 0 };

    if (r->conf.kind == BUS_TCP) {
        q.tid = (uint16_t)(b[0] << 8 | b[1]);
        b += 6;
    }
    q.unit = b[0];
    q.fc = b[1];
    q.address = (uint16_t)(b[2] << 8 | b[3]);
    q.count = (uint16_t)(b[4] << 8 | b[5]);
    return q;
}

static void sent(struct bus_rig *r, const uint8_t *bytes)
{
    uint8_t honest[FRAME_MAX];

    r->sends++;
    r->asked = bus_rig_parse(r, bytes);
    if (!r->is_mute)
        r->answer(r, &r->asked, honest, bus_rig_honest(r, &r->asked, honest));
}

/* Field by field: tests compare the bytes, and padding has any. */
static void keep(struct sample *to, const struct sample *s)
{
    to->point = s->point;
    to->kind = s->kind;
    to->alive = s->alive;
    to->q = s->q;
    to->val = s->val;
    to->why.code = s->why.code;
    to->why.arg = s->why.arg;
}

static void sampled(struct bus_rig *r, const struct sample *s)
{
    struct bus_point *seen = &r->seen[s->point];
    const struct point_conf *c = &r->points[s->point];
    uint8_t unit = r->units[c->unit].unit_id;

    if (seen->samples++ == 0)
        seen->first_us = r->now_us;
    seen->last_us = r->now_us;
    keep(&seen->last, s);
    if (s->kind == SAMPLE_MISS) {
        seen->misses++;
        return;
    }
    if (s->q == Q_SETTLING || s->q == Q_IDENTITY)
        return; /* no value is told */
    seen->values++;
    seen->value_us = r->now_us;
    r->wrong += c->read.type == TYPE_U16 && s->val != bus_rig_register(unit, c->read.address);
}

static void connect_to(struct bus_rig *r)
{
    r->connects++;
    r->connect_us = r->now_us;
    if (r->refuses)
        bus_down(r->bus, r->now_us);
    else
        bus_up(r->bus, r->now_us);
}

/* What was under way on the connection is lost with it; what a serial server
 * has still to hear comes on the next one. */
static void closed(struct bus_rig *r)
{
    for (size_t i = 0; i < RIG_FLIGHT; i++)
        if (r->conf.kind == BUS_TCP)
            r->flight[i].at_us = 0;
    r->last_us = r->now_us;
    r->closes++;
}

static int64_t pump(struct bus_rig *r)
{
    struct bus_action a;

    for (unsigned spins = 0; spins < 100000; spins++) {
        bus_next(r->bus, r->now_us, &a);
        if (a.what == BUS_SLEEP) {
            assert_true(a.until_us > r->now_us);
            return a.until_us;
        }
        if (a.what == BUS_SAMPLE)
            sampled(r, &a.sample);
        else if (a.what == BUS_SEND)
            sent(r, a.bytes);
        else if (a.what == BUS_CONNECT)
            connect_to(r);
        else
            closed(r);
    }
    fail_msg("the bus never sleeps");
    return 0;
}

struct bus_flight *bus_rig_next(struct bus_rig *r)
{
    struct bus_flight *best = NULL;

    for (size_t i = 0; i < RIG_FLIGHT; i++) {
        struct bus_flight *f = &r->flight[i];
        if (f->at_us != 0 && (best == NULL || f->at_us < best->at_us ||
                              (f->at_us == best->at_us && f->order < best->order)))
            best = f;
    }
    return best;
}

static void land(struct bus_rig *r, struct bus_flight *f)
{
    f->at_us = 0;
    if (!f->hangs_up) {
        bus_input(r->bus, f->bytes, f->len, r->now_us);
        return;
    }
    closed(r);
    bus_down(r->bus, r->now_us);
}

void bus_rig_run(struct bus_rig *r, int64_t until_us)
{
    for (;;) {
        int64_t wake_us = pump(r);
        struct bus_flight *f = bus_rig_next(r);
        int64_t next_us = f != NULL && f->at_us < wake_us ? f->at_us : wake_us;
        if (next_us > until_us)
            break;
        r->now_us = next_us;
        if (f != NULL && f->at_us == next_us)
            land(r, f);
    }
    r->now_us = until_us;
}

struct unit_stats bus_rig_stats(const struct bus_rig *r, size_t unit)
{
    struct unit_stats s;

    bus_unit_stats(r->bus, unit, &s);
    return s;
}
