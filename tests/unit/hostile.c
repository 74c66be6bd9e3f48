#include "tests/unit/hostile.h"

#include <string.h>

uint64_t hostile_pick(struct hostile *h, uint64_t n)
{
    h->random = h->random * 6364136223846793005u + 1442695040888963407u;
    return (h->random >> 33) % n;
}

static int64_t soon_us(struct hostile *h, int64_t most_ms)
{
    return (int64_t)hostile_pick(h, (uint64_t)most_ms * RIG_MS);
}

/* ---- what a plant can do to one reply ---- */

typedef void fault(struct hostile *h, const struct request *q, uint8_t *f, size_t n);

static void drop(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    (void)h;
    (void)q;
    (void)f;
    (void)n;
}

static void late(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    (void)q;
    bus_rig_deliver(h->rig, soon_us(h, h->late_ms), f, n);
}

static void twice(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    int64_t at_us = h->rig->turn_us;

    (void)q;
    bus_rig_deliver(h->rig, at_us, f, n);
    bus_rig_deliver(h->rig, at_us + soon_us(h, 140), f, n);
}

/* Of what a header says but for its transaction id; TCP's own sum guards the rest. */
static size_t some_byte(struct hostile *h, size_t n)
{
    return h->rig->conf.kind != BUS_TCP ? (size_t)hostile_pick(h, n)
                                        : 2 + (size_t)hostile_pick(h, 7);
}

/* Some length, then silence, then another unit speaks up. */
static void spoilt_then_other(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    struct request other = *q;
    uint8_t g[FRAME_MAX];

    other.unit = (uint8_t)(1 + q->unit % HOSTILE_IDS);
    f[n - 1] ^= 0x40;
    bus_rig_deliver(h->rig, h->rig->turn_us / 2, f, h->rig->conf.kind != BUS_TCP ? n : 0);
    bus_rig_deliver(h->rig, h->rig->turn_us + 20 * RIG_MS, g, bus_rig_honest(h->rig, &other, g));
}

static void flip_bits(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    (void)q;
    for (uint64_t k = 1 + hostile_pick(h, 3); k > 0; k--)
        f[some_byte(h, n)] ^= (uint8_t)(1u << hostile_pick(h, 8));
    bus_rig_deliver(h->rig, h->rig->turn_us, f, n);
}

/* One field of a frame that is right otherwise. */
static void bend_field(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    (void)q;
    f[some_byte(h, 3)] = (uint8_t)hostile_pick(h, hostile_pick(h, 2) == 0 ? 8 : 256);
    bus_rig_seal(h->rig, f, n);
    bus_rig_deliver(h->rig, h->rig->turn_us, f, n);
}

static void other_id(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    struct request other = *q;

    (void)n;
    other.tid = (uint16_t)(q->tid + 1000 + hostile_pick(h, 60000));
    other.address = (uint16_t)(q->address + 1);
    if (h->rig->conf.kind == BUS_TCP)
        bus_rig_deliver(h->rig, h->rig->turn_us, f, bus_rig_honest(h->rig, &other, f));
}

static void other_unit(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    struct request other = *q;

    (void)n;
    other.unit = (uint8_t)(1 + (q->unit + hostile_pick(h, 4)) % 5);
    if (other.unit == q->unit)
        other.unit = 9;
    bus_rig_deliver(h->rig, h->rig->turn_us, f, bus_rig_honest(h->rig, &other, f));
}

/* More registers than any request asks for. */
static void other_count(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    struct request other = *q;

    (void)n;
    other.count = (uint16_t)(40 + hostile_pick(h, 5));
    other.address = (uint16_t)(q->address + 1);
    bus_rig_deliver(h->rig, h->rig->turn_us, f, bus_rig_honest(h->rig, &other, f));
}

static void other_function(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    struct request other = *q;

    (void)n;
    other.fc = 4;
    other.address = (uint16_t)(q->address + 1);
    bus_rig_deliver(h->rig, h->rig->turn_us, f, bus_rig_honest(h->rig, &other, f));
}

/* A reply of a while ago; RTU: another unit's, since nothing in its own tells
 * it from a fresh one. */
static void replay(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    const struct hostile_old *o = &h->old[hostile_pick(h, HOSTILE_OLD)];

    (void)f;
    (void)n;
    if (o->n != 0 && (h->rig->conf.kind == BUS_TCP || o->bytes[0] != q->unit))
        bus_rig_deliver(h->rig, h->rig->turn_us, o->bytes, o->n);
}

static void echo(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    uint8_t out[FRAME_MAX];
    size_t len = h->rig->conf.kind != BUS_TCP ? frame_rtu_encode(q, out) : frame_tcp_encode(q, out);

    bus_rig_deliver(h->rig, 0, out, len);
    if (hostile_pick(h, 2) == 0)
        bus_rig_deliver(h->rig, h->rig->turn_us + soon_us(h, 60), f, n);
}

static void noise(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    uint8_t out[2 * FRAME_MAX];
    size_t len = 1 + hostile_pick(h, 12), before = hostile_pick(h, 2) == 0 ? len : 0;

    (void)q;
    for (size_t i = 0; i < len + n; i++)
        out[i] = (uint8_t)hostile_pick(h, 256);
    memcpy(out + before, f, n);
    if (hostile_pick(h, 2) == 0) {
        bus_rig_deliver(h->rig, h->rig->turn_us, out, len + n);
        return;
    }
    bus_rig_deliver(h->rig, soon_us(h, 60), out + (before != 0 ? 0 : n), len);
    bus_rig_deliver(h->rig, soon_us(h, 60), f, n);
}

static void exception(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    (void)n;
    n = bus_rig_exception(h->rig, q, (uint8_t)hostile_pick(h, 13), f);
    bus_rig_deliver(h->rig, soon_us(h, 600), f, n + hostile_pick(h, 2) * hostile_pick(h, 3));
}

static void in_pieces(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    int64_t gap_us = soon_us(h, hostile_pick(h, 2) == 0 ? 5 : 300);

    (void)q;
    for (size_t i = 0; i < n; i++)
        bus_rig_deliver(h->rig, h->rig->turn_us + (int64_t)i * gap_us, f + i, 1);
}

static void cut(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    (void)q;
    bus_rig_deliver(h->rig, h->rig->turn_us, f, hostile_pick(h, n));
}

/* At least two bytes are missing: no stray one completes what comes once more. */
static void hang_up(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    (void)q;
    bus_rig_deliver(h->rig, h->rig->turn_us, f, hostile_pick(h, n - 1));
    bus_rig_hang_up(h->rig, h->rig->turn_us + soon_us(h, 20));
    if (h->rig->conf.kind != BUS_TCP) /* the port was away, the unit was not */
        bus_rig_deliver(h->rig, h->rig->turn_us + 20 * RIG_MS + soon_us(h, 2000), f, n);
}

static void glue_to_other(struct hostile *h, const struct request *q, uint8_t *f, size_t n)
{
    struct request other = *q;
    uint8_t out[2 * FRAME_MAX], g[FRAME_MAX];

    other.address = (uint16_t)(q->address + 1 + hostile_pick(h, 30));
    other.tid = (uint16_t)(q->tid - 1 - hostile_pick(h, 70)); /* one that was asked before */
    size_t m = bus_rig_honest(h->rig, &other, g);
    memcpy(out, f, n);
    memcpy(out + n, g, m);
    bus_rig_deliver(h->rig, h->rig->turn_us, out, n + m);
}

static fault *const faults[] = {
    drop,        late,    twice,         flip_bits, bend_field, other_unit,
    other_count, replay,  echo,          noise,     exception,  other_function,
    cut,         hang_up, glue_to_other, in_pieces, other_id,   spoilt_then_other
};
#define FAULTS (sizeof faults / sizeof faults[0])

static bool is_own(const struct request *q)
{
    return q->address % 10 == 0 && q->count == 2;
}

void hostile_answer(struct bus_rig *rig, const struct request *q, const uint8_t *honest, size_t n)
{
    struct hostile *h = rig->ctx;
    struct hostile_old *o = &h->old[hostile_pick(h, HOSTILE_OLD)];
    uint8_t f[FRAME_MAX + 16];

    memcpy(f, honest, n);
    if (q->unit >= h->strict_from && !is_own(q))
        n = bus_rig_exception(rig, q, 2, f);
    h->transactions++;
    if (hostile_pick(h, 100) >= h->percent)
        bus_rig_answers(rig, q, f, n);
    else
        faults[hostile_pick(h, FAULTS)](h, q, f, n);
    memcpy(o->bytes, honest, n);
    o->n = n;
}
