/* Bytes as replies: never a read beyond them, and what is called proven is,
 * by a second look that shares no code with the first.  The first ten bytes
 * are the request. */
#include <stdlib.h>
#include <string.h>

#include "drivers/frame.h"

#define HEAD 10

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(int holds)
{
    if (!holds)
        abort();
}

static struct request request_of(const uint8_t *b)
{
    struct request r = { .unit = b[0], .fc = (uint8_t)(1 + b[1] % 4) };
    unsigned most = r.fc <= 2 ? BITS_MAX : REGISTERS_MAX;

    r.address = (uint16_t)(b[2] << 8 | b[3]);
    r.count = (uint16_t)(1 + (unsigned)(b[4] << 8 | b[5]) % most);
    r.tid = (uint16_t)(b[6] << 8 | b[7]);
    return r;
}

static size_t values_of(const struct request *r)
{
    return r->fc <= 2 ? (r->count + 7u) / 8u : 2u * r->count;
}

/* The rest of the division of the bits by x^16 + x^15 + x^2 + 1, bit by bit. */
static unsigned crc_by_division(const uint8_t *b, size_t n)
{
    unsigned rest = 0xFFFF;

    for (size_t i = 0; i < n * 8; i++) {
        unsigned bit = (b[i / 8] >> i % 8 & 1u) ^ (rest & 1u);
        rest = rest >> 1 ^ (bit != 0 ? 0xA001u : 0u);
    }
    return rest;
}

static void judge_tcp(const uint8_t *b, size_t n, const struct request *r)
{
    struct frame f;

    frame_tcp_take(b, n, r, &f);
    demand(f.used <= n && (f.verdict == FRAME_MORE) == (f.used == 0 && f.verdict == FRAME_MORE));
    if (f.verdict == FRAME_GOOD) {
        size_t v = values_of(r);
        demand(n >= 9 + v && f.len == v && f.data == b + 9 && f.used == 9 + v);
        demand(b[0] == r->tid >> 8 && b[1] == (r->tid & 0xFF) && b[2] == 0 && b[3] == 0);
        demand((size_t)(b[4] << 8 | b[5]) == 3 + v && b[6] == r->unit && b[7] == r->fc &&
               b[8] == v);
    } else if (f.verdict == FRAME_EXCEPTION) {
        demand(n >= 9 && b[7] == (r->fc | EXCEPTION_BIT) && f.exception == b[8]);
    }
}

static void judge_rtu(const uint8_t *b, size_t n, const struct request *r)
{
    struct frame f;

    frame_rtu_take(b, n, r, &f);
    demand(f.used <= n);
    if (f.verdict == FRAME_GOOD) {
        size_t v = values_of(r);
        demand(n == 5 + v && f.len == v && f.data == b + 3 && f.used == n);
        demand(b[0] == r->unit && b[1] == r->fc && b[2] == v && crc_by_division(b, n) == 0);
    } else if (f.verdict == FRAME_EXCEPTION) {
        demand(n == 5 && b[0] == r->unit && b[1] == (r->fc | EXCEPTION_BIT));
        demand(f.exception == b[2] && crc_by_division(b, n) == 0);
    }
}

/* A fuzzer would never guess a CRC. */
static void seal(uint8_t *b, size_t n)
{
    if (n < 4)
        return;
    unsigned crc = crc_by_division(b, n - 2);
    b[n - 2] = (uint8_t)crc;
    b[n - 1] = (uint8_t)(crc >> 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len < HEAD || len > HEAD + 1024)
        return 0;
    struct request r = request_of(bytes);
    size_t n = len - HEAD;
    uint8_t *b = malloc(n + 1); /* of exactly this size, so that a read behind it shows */
    demand(b != NULL);
    memcpy(b, bytes + HEAD, n);
    judge_tcp(b, n, &r);
    if (n >= 2 && bytes[8] % 2 == 0) { /* often the right id and unit */
        b[0] = (uint8_t)(r.tid >> 8);
        b[1] = (uint8_t)r.tid;
        judge_tcp(b, n, &r);
        memcpy(b, bytes + HEAD, n);
    }
    judge_rtu(b, n, &r);
    seal(b, n);
    judge_rtu(b, n, &r);
    struct frame f;
    frame_rtu_take(b, n, NULL, &f);
    demand(f.verdict != FRAME_GOOD && f.verdict != FRAME_EXCEPTION);
    free(b);
    return 0;
}
