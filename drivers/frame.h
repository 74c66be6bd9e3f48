/* drivers/frame.h - what both framings share: the request that is out, and the
 * verdict on what came back.  Pure.  Thread: the loop.
 * Source of all layouts: MODBUS Application Protocol V1.1b3, 6.1-6.4 and 7. */
#ifndef RG_DRIVERS_FRAME_H
#define RG_DRIVERS_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "drivers/sample.h"

#define FRAME_MAX      260 /* bytes of the longest frame, MBAP header + PDU */
#define FRAME_DATA_MAX 250 /* bytes of values in one reply */
#define REGISTERS_MAX  125
#define BITS_MAX       2000
#define RTU_AROUND     5 /* bytes around the values of a reply: unit, function, count, CRC */
#define EXCEPTION_BIT  0x80

struct request {
    uint8_t unit;
    uint8_t fc;
    uint16_t address;
    uint16_t count; /* registers or bits */
    uint16_t tid;   /* TCP */
};

enum verdict {
    FRAME_MORE,      /* not whole yet, nothing wrong so far */
    FRAME_GOOD,      /* proven: data[0..len-1] answers the request */
    FRAME_EXCEPTION, /* proven refusal with `exception` */
    FRAME_OTHER,     /* a whole frame, but not this answer: dropped, `cause` says why */
    FRAME_REFUSED,   /* the answer is wrong: the transaction fails, `cause` */
    FRAME_DESYNC     /* nothing behind it can be trusted: close, `cause` */
};

struct frame {
    enum verdict verdict;
    enum why_code cause;
    uint8_t exception;
    uint8_t unit, fc;    /* as seen, for FRAME_OTHER */
    uint8_t bytes;       /* byte count as seen, for FRAME_OTHER on RTU; of a request (WHY_MASTER)
                            what its reply would have */
    uint16_t tid;        /* as seen */
    const uint8_t *data; /* into the caller's buffer */
    size_t len;
    size_t used; /* bytes of the buffer that this verdict covers */
};

/* Bytes of values that answer it. */
static inline uint8_t request_bytes(const struct request *r)
{
    return (uint8_t)(r->fc <= 2 ? (r->count + 7) / 8 : r->count * 2);
}

/* Writes the frame into out[FRAME_MAX]; returns its length. */
size_t frame_tcp_encode(const struct request *r, uint8_t *out);
size_t frame_rtu_encode(const struct request *r, uint8_t *out);

/* The first frame of buf[n].  TCP: call again with what is behind `used`. */
void frame_tcp_take(const uint8_t *buf, size_t n, const struct request *r, struct frame *f);
/* RTU: called when the line has been silent for the frame gap.  r NULL: no
 * request is out, so anything whole is FRAME_OTHER. */
void frame_rtu_take(const uint8_t *buf, size_t n, const struct request *r, struct frame *f);
/* RTU frames in a stream (RTU over TCP), where no silence ends a frame: whole
 * ones may stand behind an answer with values.  FRAME_REFUSED may still become a frame
 * with the bytes to come. */
void frame_stream_take(const uint8_t *buf, size_t n, const struct request *r, struct frame *f);

uint16_t crc16(const uint8_t *bytes, size_t n);

#endif
