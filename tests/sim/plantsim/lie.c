#include "tests/sim/plantsim/lie.h"

#include <string.h>

#include "tests/sim/plantsim/frame.h"

#define NOISE_MAX 64
#define EXTRA_MAX 64

static bool hit(uint32_t hits, enum fault_kind kind)
{
    return hits & FAULT_BIT(kind);
}

/* The neighbour that a master would most easily take for its own. */
static uint8_t other_function(uint8_t fc)
{
    static const uint8_t others[] = { 1, 2, 1, 4, 3, 6, 5 };

    return fc < sizeof others ? others[fc] : 3;
}

static size_t lie_pdu(const struct fault *f, uint32_t hits, struct rng *rng, uint8_t *pdu, size_t n)
{
    if (hit(hits, FAULT_FC))
        pdu[0] = f[FAULT_FC].number ? (uint8_t)f[FAULT_FC].number : other_function(pdu[0]);
    if (hit(hits, FAULT_COUNT))
        pdu[1] = (uint8_t)(pdu[1] + f[FAULT_COUNT].number);
    if (hit(hits, FAULT_EXTRA))
        for (long i = 0; i < f[FAULT_EXTRA].number; i++)
            pdu[n++] = (uint8_t)rng_next(rng);
    return n;
}

static uint8_t next_id(uint8_t id)
{
    return id >= 247 ? 1 : (uint8_t)(id + 1);
}

static size_t lie_header(const struct unit *u, const struct request *q, uint32_t hits,
                         struct rng *rng, const uint8_t *pdu, size_t n, uint8_t *out)
{
    const struct fault *f = u->faults;
    unsigned id = u->id, tid = q->tid;

    if (hit(hits, FAULT_FOREIGN))
        id = f[FAULT_FOREIGN].number ? (unsigned)f[FAULT_FOREIGN].number : next_id(u->id);
    if (!q->tcp)
        return frame_rtu(out, id, pdu, n);
    if (hit(hits, FAULT_TID))
        tid += f[FAULT_TID].number ? (unsigned)f[FAULT_TID].number : 1 + rng_below(rng, 65535);
    n = frame_tcp(out, tid & 0xFFFF, id, pdu, n);
    if (hit(hits, FAULT_PROTO))
        put16(out + 2, (unsigned)f[FAULT_PROTO].number);
    if (hit(hits, FAULT_LEN))
        put16(out + 4, (unsigned)f[FAULT_LEN].number);
    return n;
}

/* RTU: 1 to 3 bits anywhere, which CRC-16 always finds.  TCP has no sum of its
 * own: only what a client can know is damaged: header, function, byte count. */
static void flip_bits(const struct fault *f, bool tcp, struct rng *rng, uint8_t *frame, size_t n)
{
    unsigned bytes = (unsigned)(tcp && n > MBAP + 2 ? MBAP + 2 : n);
    long left = f->number ? f->number : 1 + (long)rng_below(rng, 3);
    uint8_t done[ADU_MAX + EXTRA_MAX] = { 0 };

    while (left > 0) {
        unsigned at = rng_below(rng, 8 * bytes);
        uint8_t bit = (uint8_t)(1 << at % 8);

        if (done[at / 8] & bit)
            continue;
        done[at / 8] |= bit;
        frame[at / 8] ^= bit;
        left--;
    }
}

/* A sound reply of the next unit, of the transaction before. */
static size_t strangers_reply(const struct unit *u, const struct request *q, const uint8_t *pdu,
                              size_t n, uint8_t *out)
{
    uint8_t other[PDU_MAX];

    memcpy(other, pdu, n);
    for (size_t i = 2; i < n; i++)
        other[i] ^= 0xFF;
    return q->tcp ? frame_tcp(out, (q->tid - 1u) & 0xFFFF, next_id(u->id), other, n)
                  : frame_rtu(out, next_id(u->id), other, n);
}

size_t lie(struct unit *u, const struct request *q, uint32_t hits, struct rng *rng, uint8_t *out)
{
    const struct fault *f = u->faults;
    uint8_t pdu[PDU_MAX + EXTRA_MAX];
    size_t n, front = 0, size;

    if (hit(hits, FAULT_EXCEPTION))
        n = unit_refuse(q->pdu[0], (unsigned)f[FAULT_EXCEPTION].number, pdu);
    else
        n = unit_answer(u, q->pdu, q->n, pdu);
    if (hit(hits, FAULT_NOISE))
        while (front < (size_t)f[FAULT_NOISE].number)
            out[front++] = (uint8_t)rng_next(rng);
    if (hit(hits, FAULT_GLUE))
        front += strangers_reply(u, q, pdu, n, out + front);
    n = lie_pdu(f, hits, rng, pdu, n);
    size = lie_header(u, q, hits, rng, pdu, n, out + front);
    if (hit(hits, FAULT_CORRUPT))
        flip_bits(&f[FAULT_CORRUPT], q->tcp, rng, out + front, size);
    return front + size;
}
