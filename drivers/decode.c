#include "drivers/decode.h"

#include <math.h>
#include <string.h>

/* Where byte k of the number 0xAABBCCDD stands on the wire. */
static const uint8_t places[BYTE_ORDERS][4] = {
    [ORDER_ABCD] = { 0, 1, 2, 3 },
    [ORDER_CDAB] = { 2, 3, 0, 1 },
    [ORDER_BADC] = { 1, 0, 3, 2 },
    [ORDER_DCBA] = { 3, 2, 1, 0 },
};

static uint32_t gather(const uint8_t *b, enum byte_order order)
{
    const uint8_t *at = places[order];

    return (uint32_t)b[at[0]] << 24 | (uint32_t)b[at[1]] << 16 | (uint32_t)b[at[2]] << 8 | b[at[3]];
}

static double from_bit(const uint8_t *data, uint16_t offset, enum byte_order order)
{
    (void)order;
    return data[offset / 8] >> (offset % 8) & 1;
}

static double from_u16(const uint8_t *data, uint16_t offset, enum byte_order order)
{
    (void)order;
    return (double)(data[2 * offset] << 8 | data[2 * offset + 1]);
}

static double from_i16(const uint8_t *data, uint16_t offset, enum byte_order order)
{
    (void)order;
    return (double)(int16_t)(data[2 * offset] << 8 | data[2 * offset + 1]);
}

static double from_u32(const uint8_t *data, uint16_t offset, enum byte_order order)
{
    return (double)gather(data + 2 * offset, order);
}

static double from_i32(const uint8_t *data, uint16_t offset, enum byte_order order)
{
    return (double)(int32_t)gather(data + 2 * offset, order);
}

static double from_f32(const uint8_t *data, uint16_t offset, enum byte_order order)
{
    uint32_t bits = gather(data + 2 * offset, order);
    float v;

    memcpy(&v, &bits, sizeof v);
    return (double)v;
}

struct type_row {
    uint16_t width;
    double (*read)(const uint8_t *data, uint16_t offset, enum byte_order order);
};

static const struct type_row types[VALUE_TYPES] = {
    [TYPE_BIT] = { 1, from_bit }, [TYPE_U16] = { 1, from_u16 }, [TYPE_I16] = { 1, from_i16 },
    [TYPE_U32] = { 2, from_u32 }, [TYPE_I32] = { 2, from_i32 }, [TYPE_F32] = { 2, from_f32 },
};

uint16_t decode_width(enum value_type t)
{
    return types[t].width;
}

/* 3 x 0.1 is not 0.3 in binary, and a low limit at 0.3 would not be reached: the
 * value is the decimal number that the scale means. */
static double as_decimal(double val, int decimals)
{
    static const double tens[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };

    return decimals <= 0 || decimals > 9 ? val : round(val * tens[decimals]) / tens[decimals];
}

static enum quality judge(const struct point_conf *p, double val, enum why_code *why)
{
    *why = WHY_NONE;
    if (!isfinite(val)) {
        *why = WHY_NAN;
        return Q_SENSOR_FAULT;
    }
    if (!p->has_range || (val >= p->range_low && val <= p->range_high))
        return Q_GOOD;
    *why = WHY_RANGE;
    return val > p->range_high ? Q_OVER_RANGE : Q_UNDER_RANGE;
}

void decode_value(const struct point_conf *p, const uint8_t *data, uint16_t offset,
                  struct sample *s)
{
    double raw = types[p->read.type].read(data, offset, p->read.order);

    s->kind = SAMPLE_VALUE;
    s->val = as_decimal(raw * p->read.scale + p->read.offset, p->read.decimals);
    s->q = judge(p, s->val, &s->why.code);
    s->why.arg = 0;
    if (s->q == Q_SENSOR_FAULT)
        s->val = NAN;
}
