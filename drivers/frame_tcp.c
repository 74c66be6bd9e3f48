#include "drivers/frame.h"

#include <stdbool.h>

#define HEADER     6 /* transaction id, protocol id, length; the length counts from the unit on */
#define LENGTH_MIN 3
#define LENGTH_MAX 254

static uint16_t word_at(const uint8_t *b)
{
    return (uint16_t)(b[0] << 8 | b[1]);
}

static void put_word(uint8_t *b, uint16_t v)
{
    b[0] = (uint8_t)(v >> 8);
    b[1] = (uint8_t)v;
}

size_t frame_tcp_encode(const struct request *r, uint8_t *out)
{
    put_word(out, r->tid);
    put_word(out + 2, 0);
    put_word(out + 4, 6);
    out[6] = r->unit;
    out[7] = r->fc;
    put_word(out + 8, r->address);
    put_word(out + 10, r->count);
    return 12;
}

static void say(struct frame *f, enum verdict v, enum why_code cause)
{
    f->verdict = v;
    f->cause = cause;
}

/* A frame with our transaction id; a wrong length means that the stream's
 * borders are lost. */
static void take_answer(const uint8_t *b, uint16_t length, const struct request *r, struct frame *f)
{
    if (f->unit != r->unit) {
        say(f, FRAME_REFUSED, WHY_UNIT);
    } else if (f->fc == (r->fc | EXCEPTION_BIT)) {
        f->exception = b[8];
        say(f, length == 3 ? FRAME_EXCEPTION : FRAME_DESYNC, length == 3 ? WHY_NONE : WHY_LEN);
    } else if (f->fc != r->fc) {
        say(f, FRAME_REFUSED, WHY_FC);
    } else if (b[8] != length - 3) {
        say(f, FRAME_DESYNC, b[8] == request_bytes(r) ? WHY_LEN : WHY_COUNT);
    } else if (b[8] != request_bytes(r)) {
        say(f, FRAME_REFUSED, WHY_COUNT);
    } else {
        f->data = b + 9;
        f->len = b[8];
        say(f, FRAME_GOOD, WHY_NONE);
    }
}

/* Length of the whole frame that begins here; 0: it is not whole, or none. */
static size_t whole_length(const uint8_t *b, size_t n)
{
    if (n < HEADER || word_at(b + 2) != 0)
        return 0;
    uint16_t length = word_at(b + 4);

    return length >= LENGTH_MIN && length <= LENGTH_MAX && n >= HEADER + (size_t)length
               ? HEADER + (size_t)length
               : 0;
}

/* One request is out, so nothing but whole frames, late or twice, may stand
 * behind its answer.  Else the answer was cut short, and its end is the
 * beginning of another frame. */
static bool stands_clean(const uint8_t *rest, size_t n)
{
    while (n > 0) {
        size_t len = whole_length(rest, n);
        if (len == 0)
            return false;
        rest += len;
        n -= len;
    }
    return true;
}

void frame_tcp_take(const uint8_t *buf, size_t n, const struct request *r, struct frame *f)
{
    *f = (struct frame){ .verdict = FRAME_MORE, .cause = WHY_NONE };
    if (n < HEADER)
        return;
    uint16_t length = word_at(buf + 4);
    f->tid = word_at(buf);
    f->used = n;
    if (word_at(buf + 2) != 0) {
        say(f, FRAME_DESYNC, WHY_PROTO);
        return;
    }
    if (length < LENGTH_MIN || length > LENGTH_MAX) {
        say(f, FRAME_DESYNC, WHY_LEN);
        return;
    }
    f->used = whole_length(buf, n);
    if (f->used == 0)
        return;
    f->unit = buf[6];
    f->fc = buf[7];
    if (r == NULL || f->tid != r->tid) {
        say(f, FRAME_OTHER, WHY_TID);
        return;
    }
    take_answer(buf, length, r, f);
    if (!stands_clean(buf + f->used, n - f->used))
        say(f, FRAME_DESYNC, WHY_LEN);
}
