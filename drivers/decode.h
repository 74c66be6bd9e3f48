/* drivers/decode.h - registers of a proven reply become a number.  What it is
 * worth, judge.h says.  Pure.  Thread: the loop. */
#ifndef RG_DRIVERS_DECODE_H
#define RG_DRIVERS_DECODE_H

#include "config/model.h"

/* What stands in the registers, before any scale. */
struct raw {
    uint64_t code; /* its bits in the order of the number, masked and shifted down */
    double number; /* NaN: no number.  64-bit integers beyond 2^53 are rounded to 53 bits. */
};

/* Registers (16 bits) or bits that a type takes. */
uint16_t decode_width(enum value_type t);
/* data: the reply's values; offset: registers or bits from its first address. */
struct raw decode_raw(const struct read_conf *r, const uint8_t *data, uint16_t offset);
/* The value that a raw number stands for, as the decimal number that is meant. */
double decode_number(const struct read_conf *r, double raw);

#endif
