#include "drivers/wire.h"

#define GAP_MIN_US 1750 /* Source: MODBUS over Serial Line V1.02, 2.5.1.1: above 19200 baud */
#define GAP_BAUD   19200

/* A character is start, data, parity and stop bits. */
struct wire wire_of(const struct bus_conf *c)
{
    int64_t bits = 1 + c->data_bits + (c->parity != 'N') + c->stop_bits;
    struct wire w = { 0 };

    if (c->kind == BUS_RTU_OVER_TCP)
        w.gap_us = STREAM_GAP_US;
    if (c->kind != BUS_RTU)
        return w;
    w.char_us = (bits * 1000000 + c->baud - 1) / c->baud;
    w.gap_us = c->baud > GAP_BAUD ? GAP_MIN_US : (w.char_us * 7 + 1) / 2;
    return w;
}

int64_t wire_us(const struct bus_conf *c, uint32_t data)
{
    struct wire w = wire_of(c);

    return c->kind == BUS_RTU ? (REQUEST_BYTES + RTU_AROUND + data) * w.char_us + w.gap_us : 0;
}
