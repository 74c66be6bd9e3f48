#include "tests/sim/plantsim/frame.h"

#include <string.h>

uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* Serial Line 6.2.2: polynomial 0xA001 reflected, begin with 0xFFFF. */
uint16_t crc16(const uint8_t *bytes, size_t n)
{
    unsigned crc = 0xFFFF;

    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) ? crc >> 1 ^ 0xA001 : crc >> 1;
    }
    return (uint16_t)crc;
}

size_t frame_tcp(uint8_t *out, unsigned tid, unsigned unit, const uint8_t *pdu, size_t n)
{
    put16(out, tid);
    put16(out + 2, 0);
    put16(out + 4, (unsigned)n + 1);
    out[6] = (uint8_t)unit;
    memcpy(out + MBAP, pdu, n);
    return n + MBAP;
}

size_t frame_rtu(uint8_t *out, unsigned unit, const uint8_t *pdu, size_t n)
{
    uint16_t crc;

    out[0] = (uint8_t)unit;
    memcpy(out + 1, pdu, n);
    crc = crc16(out, n + 1);
    out[n + 1] = (uint8_t)crc; /* low byte first */
    out[n + 2] = (uint8_t)(crc >> 8);
    return n + 3;
}

size_t frame_rtu_request_size(const uint8_t *in, size_t n)
{
    if (n < 2)
        return 0;
    if (in[1] >= 1 && in[1] <= 6)
        return 8;
    if ((in[1] == 15 || in[1] == 16) && n >= 7)
        return 9 + (size_t)in[6];
    return 0;
}
