/* drivers/decode.h - registers of a proven reply become a value and its
 * quality.  Pure.  Thread: the loop. */
#ifndef RG_DRIVERS_DECODE_H
#define RG_DRIVERS_DECODE_H

#include "config/model.h"
#include "drivers/sample.h"

/* Registers (16 bits) or bits that a type takes. */
uint16_t decode_width(enum value_type t);
/* data: the reply's values; offset: registers or bits from its first address.
 * Fills kind, q, val and why of *s; never fails: what is no number is a
 * sensor fault. */
void decode_value(const struct point_conf *p, const uint8_t *data, uint16_t offset,
                  struct sample *s);

#endif
