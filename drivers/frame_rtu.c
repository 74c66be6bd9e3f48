#include "drivers/frame.h"

#define CRC_BYTES 2
#define SHORTEST  5 /* an exception */
#define ASKED     8 /* a request to read, or to write one value */

/* Source: MODBUS over Serial Line V1.02, 6.2.2, appendix B (polynomial A001). */
uint16_t crc16(const uint8_t *bytes, size_t n)
{
    uint16_t crc = 0xFFFF;

    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1);
    }
    return crc;
}

size_t frame_rtu_encode(const struct request *r, uint8_t *out)
{
    out[0] = r->unit;
    out[1] = r->fc;
    out[2] = (uint8_t)(r->address >> 8);
    out[3] = (uint8_t)r->address;
    out[4] = (uint8_t)(r->count >> 8);
    out[5] = (uint8_t)r->count;
    uint16_t crc = crc16(out, 6);
    out[6] = (uint8_t)crc;
    out[7] = (uint8_t)(crc >> 8);
    return 8;
}

static int crc_holds(const uint8_t *b, size_t len)
{
    uint16_t crc = crc16(b, len - CRC_BYTES);

    return b[len - 2] == (uint8_t)crc && b[len - 1] == (uint8_t)(crc >> 8);
}

/* Length of the reply that begins here, by its own words; 0: no reply known. */
static size_t reply_length(const uint8_t *b, size_t n)
{
    if (n < 3)
        return SHORTEST;
    if (b[1] & EXCEPTION_BIT)
        return SHORTEST;
    return b[1] >= 1 && b[1] <= 4 ? RTU_AROUND + (size_t)b[2] : 0;
}

static void say(struct frame *f, enum verdict v, enum why_code cause)
{
    f->verdict = v;
    f->cause = cause;
}

/* A whole reply with a right CRC: is it this answer? */
static void judge(const uint8_t *b, size_t len, const struct request *r, struct frame *f)
{
    f->unit = b[0];
    f->fc = b[1];
    f->bytes = b[1] & EXCEPTION_BIT ? 0 : b[2];
    f->used = len;
    if (r == NULL || b[0] != r->unit) {
        say(f, FRAME_OTHER, WHY_UNIT);
    } else if (b[1] == (r->fc | EXCEPTION_BIT)) {
        f->exception = b[2];
        say(f, FRAME_EXCEPTION, WHY_NONE);
    } else if (b[1] != r->fc) {
        say(f, FRAME_OTHER, WHY_FC);
    } else if (b[2] != request_bytes(r)) {
        say(f, FRAME_OTHER, WHY_COUNT);
    } else {
        f->data = b + 3;
        f->len = b[2];
        say(f, FRAME_GOOD, WHY_NONE);
    }
}

/* Spoilt, or never a reply to this? */
static enum why_code cause_of(const uint8_t *buf, size_t n, const struct request *r)
{
    bool is_headed = r != NULL && buf[0] == r->unit && (buf[1] & ~EXCEPTION_BIT) == r->fc;

    return is_headed || (r != NULL && n == RTU_AROUND + (size_t)request_bytes(r)) ? WHY_CRC
                                                                                  : WHY_NOISE;
}

/* No right frame of its own length: the length lies, nobody knows the function,
 * or it is no frame at all. */
static void refuse(const uint8_t *buf, size_t n, size_t len, const struct request *r,
                   struct frame *f)
{
    f->used = n;
    f->unit = buf[0];
    f->fc = buf[1];
    if (n < SHORTEST || !crc_holds(buf, n))
        say(f, FRAME_REFUSED, cause_of(buf, n, r));
    else if (len != 0)
        say(f, FRAME_REFUSED, WHY_COUNT);
    else
        say(f, FRAME_OTHER, r != NULL && buf[0] == r->unit ? WHY_FC : WHY_UNIT);
}

/* Length of the request that begins here, as a master sends it; 0: none that is
 * whole.  len: what a reply would have here.  A request may look like a reply of
 * three bytes, which registers never give. */
static size_t asked_length(const uint8_t *b, size_t n, size_t len)
{
    bool writes_more = n > ASKED && (b[1] == 15 || b[1] == 16);
    size_t whole = writes_more ? ASKED + 1 + (size_t)b[6] : ASKED;

    if (n < ASKED || b[1] < 1 || (b[1] > 6 && b[1] != 15 && b[1] != 16))
        return 0;
    if (len != 0 && len <= n && crc_holds(b, len) && (len != ASKED || b[1] <= 2))
        return 0;
    if (crc_holds(b, ASKED))
        return ASKED;
    return whole <= n && crc_holds(b, whole) ? whole : 0;
}

static void tell_asked(const uint8_t *b, size_t len, struct frame *f)
{
    struct request asked = { .fc = b[1], .count = (uint16_t)(b[4] << 8 | b[5]) };

    f->unit = b[0];
    f->fc = b[1];
    f->bytes = b[1] <= 4 ? request_bytes(&asked) : 0;
    f->used = len;
    say(f, FRAME_OTHER, WHY_MASTER);
}

/* The first frame, whatever stands behind it. */
static void take(const uint8_t *buf, size_t n, const struct request *r, struct frame *f)
{
    *f = (struct frame){ .verdict = FRAME_MORE, .cause = WHY_NONE };
    size_t len = reply_length(buf, n);
    size_t asked = asked_length(buf, n, len);

    if (asked != 0) {
        tell_asked(buf, asked, f);
        return;
    }
    if (len > n && (n < SHORTEST || !crc_holds(buf, n)))
        return;
    if (len == 0 || len > n || !crc_holds(buf, len)) {
        refuse(buf, n, len, r, f);
        return;
    }
    judge(buf, len, r, f);
}

static bool is_answer(const struct frame *f)
{
    return f->verdict == FRAME_GOOD || f->verdict == FRAME_EXCEPTION;
}

static void refuse_for_its_end(size_t n, struct frame *f)
{
    f->used = n;
    say(f, FRAME_REFUSED, WHY_LEN);
}

/* Bytes within the frame gap behind it: whose are they? */
void frame_rtu_take(const uint8_t *buf, size_t n, const struct request *r, struct frame *f)
{
    take(buf, n, r, f);
    if (n > f->used && is_answer(f))
        refuse_for_its_end(n, f);
}

static bool are_whole(const uint8_t *rest, size_t n)
{
    struct frame f = { .used = 0 };

    for (; n > 0; rest += f.used, n -= f.used) {
        take(rest, n, NULL, &f);
        if (f.verdict != FRAME_OTHER)
            return false;
    }
    return true;
}

/* An exception does not tell what was asked: it stands alone. */
static bool stands_clean(const uint8_t *buf, size_t n, const struct frame *f)
{
    return f->verdict == FRAME_GOOD ? are_whole(buf + f->used, n - f->used) : n == f->used;
}

void frame_stream_take(const uint8_t *buf, size_t n, const struct request *r, struct frame *f)
{
    take(buf, n, r, f);
    if (is_answer(f) && !stands_clean(buf, n, f))
        refuse_for_its_end(n, f);
}
