#include "drivers/decode.h"

#include <math.h>
#include <string.h>

#define EXACT_MAX 0x1p53 /* greater ones are whole numbers anyhow */

static double of_unsigned(uint64_t code)
{
    return (double)code;
}

static double of_i16(uint64_t code)
{
    return (double)(int16_t)code;
}

static double of_i32(uint64_t code)
{
    return (double)(int32_t)code;
}

static double of_i64(uint64_t code)
{
    return (double)(int64_t)code;
}

static double of_sm16(uint64_t code)
{
    int magnitude = (int)(code & 0x7FFF);

    return code >> 15 != 0 ? -magnitude : magnitude;
}

static double of_sm32(uint64_t code)
{
    int64_t magnitude = (int64_t)(code & 0x7FFFFFFF);

    return (double)(code >> 31 != 0 ? -magnitude : magnitude);
}

static double of_bcd(uint64_t code)
{
    uint32_t number = 0;

    for (int shift = 28; shift >= 0; shift -= 4) {
        uint32_t digit = (uint32_t)(code >> shift) & 15;
        if (digit > 9)
            return NAN;
        number = number * 10 + digit;
    }
    return number;
}

static double of_f32(uint64_t code)
{
    uint32_t bits = (uint32_t)code;
    float v;

    memcpy(&v, &bits, sizeof v);
    return (double)v;
}

static double of_f64(uint64_t code)
{
    double v;

    memcpy(&v, &code, sizeof v);
    return v;
}

struct type_row {
    uint16_t registers; /* 0: a bit */
    double (*number)(uint64_t code);
};

static const struct type_row types[VALUE_TYPES] = {
    [TYPE_BIT] = { 0, of_unsigned }, [TYPE_U16] = { 1, of_unsigned },
    [TYPE_I16] = { 1, of_i16 },      [TYPE_SM16] = { 1, of_sm16 },
    [TYPE_BCD16] = { 1, of_bcd },    [TYPE_U32] = { 2, of_unsigned },
    [TYPE_I32] = { 2, of_i32 },      [TYPE_SM32] = { 2, of_sm32 },
    [TYPE_BCD32] = { 2, of_bcd },    [TYPE_F32] = { 2, of_f32 },
    [TYPE_U64] = { 4, of_unsigned }, [TYPE_I64] = { 4, of_i64 },
    [TYPE_F64] = { 4, of_f64 },
};

uint16_t decode_width(enum value_type t)
{
    return types[t].registers == 0 ? 1 : types[t].registers;
}

/* An order is what becomes of the words, and what of the bytes of each. */
static uint64_t gather(const uint8_t *b, unsigned registers, enum byte_order order)
{
    bool low_word_first = order == ORDER_CDAB || order == ORDER_DCBA;
    bool low_byte_first = order == ORDER_BADC || order == ORDER_DCBA;
    uint64_t code = 0;

    for (unsigned i = 0; i < registers; i++) {
        const uint8_t *word = b + 2 * (low_word_first ? registers - 1 - i : i);
        code = code << 16 | (uint64_t)word[low_byte_first] << 8 | word[!low_byte_first];
    }
    return code;
}

static uint64_t shifted_down(uint64_t code, uint16_t mask)
{
    code &= mask;
    for (; (mask & 1) == 0; mask >>= 1)
        code >>= 1;
    return code;
}

struct raw decode_raw(const struct read_conf *r, const uint8_t *data, uint16_t offset)
{
    const struct type_row *type = &types[r->type];
    struct raw raw;

    if (type->registers == 0)
        raw.code = data[offset / 8] >> (offset % 8) & 1;
    else
        raw.code = gather(data + 2 * offset, type->registers, r->order);
    if (r->mask != 0)
        raw.code = shifted_down(raw.code, r->mask);
    raw.number = type->number(raw.code);
    return raw;
}

/* 3 x 0.1 is not 0.3 in binary, and a low limit at 0.3 would not be reached: the
 * value is the decimal number that the scale means. */
static double as_decimal(double val, int decimals)
{
    static const double tens[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };

    if (decimals <= 0 || decimals > 9 || fabs(val) * tens[decimals] >= EXACT_MAX)
        return val;
    return round(val * tens[decimals]) / tens[decimals];
}

double decode_number(const struct read_conf *r, double raw)
{
    return as_decimal(raw * r->scale + r->offset, r->decimals);
}
