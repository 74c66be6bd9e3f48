/* drivers/wire.h - how long frames take on a line: the arithmetic that the bus
 * keeps its time by and that a plan is judged by.  Pure.  Thread: any. */
#ifndef RG_DRIVERS_WIRE_H
#define RG_DRIVERS_WIRE_H

#include "config/model.h"
#include "drivers/frame.h"

#define REQUEST_BYTES 8     /* of an RTU request: unit, function, address, count, CRC */
#define STREAM_GAP_US 50000 /* serial servers pass on what they hold after some 10 ms */

struct wire {
    int64_t char_us; /* one character; 0: not our line, or as good as nothing */
    int64_t gap_us;  /* silence that ends a frame, or what is none */
};

struct wire wire_of(const struct bus_conf *c);
/* Request and reply on a serial line, and the silence that ends them; 0 on
 * others.  data: bytes of values. */
int64_t wire_us(const struct bus_conf *c, uint32_t data);

#endif
