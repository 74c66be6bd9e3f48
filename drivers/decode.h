/* drivers/decode.h - registers of a proven reply become a value and its
 * quality.  Pure.  Thread: the loop. */
#ifndef RG_DRIVERS_DECODE_H
#define RG_DRIVERS_DECODE_H

#include "config/model.h"
#include "drivers/sample.h"

/* What stands in the registers, before any scale. */
struct raw {
    uint64_t code; /* its bits in the order of the number, masked and shifted down */
    double number; /* NaN: no number.  64-bit integers beyond 2^53 are rounded to 53 bits. */
};

/* Registers (16 bits) or bits that a type takes. */
uint16_t decode_width(enum value_type t);
/* data: the reply's values; offset: registers or bits from its first address. */
struct raw decode_raw(const struct read_conf *r, const uint8_t *data, uint16_t offset);
/* Fills kind, q, val and why of *s; never fails: what is no number is a
 * sensor fault. */
void decode_value(const struct point_conf *p, const uint8_t *data, uint16_t offset,
                  struct sample *s);
/* What the point's status word says about the value that was decoded before it. */
void decode_status(const struct point_conf *p, uint64_t raw, struct sample *s);

#endif
