#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/judge.h"

struct row {
    const char *name;
    enum value_type type;
    enum byte_order order;
    uint8_t bytes[8];
    double raw; /* by hand */
};

/* The number 0xAABBCCDD in each order, and the corners of each type. */
static const struct row rows[] = {
    { "u16", TYPE_U16, ORDER_ABCD, { 0xAA, 0xBB }, 43707 },
    { "u16 0", TYPE_U16, ORDER_ABCD, { 0, 0 }, 0 },
    { "u16 most", TYPE_U16, ORDER_ABCD, { 0xFF, 0xFF }, 65535 },
    { "i16", TYPE_I16, ORDER_ABCD, { 0xAA, 0xBB }, -21829 },
    { "i16 least", TYPE_I16, ORDER_ABCD, { 0x80, 0x00 }, -32768 },
    { "i16 most", TYPE_I16, ORDER_ABCD, { 0x7F, 0xFF }, 32767 },
    { "u32 ABCD", TYPE_U32, ORDER_ABCD, { 0xAA, 0xBB, 0xCC, 0xDD }, 2864434397.0 },
    { "u32 CDAB", TYPE_U32, ORDER_CDAB, { 0xCC, 0xDD, 0xAA, 0xBB }, 2864434397.0 },
    { "u32 BADC", TYPE_U32, ORDER_BADC, { 0xBB, 0xAA, 0xDD, 0xCC }, 2864434397.0 },
    { "u32 DCBA", TYPE_U32, ORDER_DCBA, { 0xDD, 0xCC, 0xBB, 0xAA }, 2864434397.0 },
    { "u32 most", TYPE_U32, ORDER_ABCD, { 0xFF, 0xFF, 0xFF, 0xFF }, 4294967295.0 },
    { "i32 ABCD", TYPE_I32, ORDER_ABCD, { 0xAA, 0xBB, 0xCC, 0xDD }, -1430532899.0 },
    { "i32 CDAB", TYPE_I32, ORDER_CDAB, { 0xCC, 0xDD, 0xAA, 0xBB }, -1430532899.0 },
    { "i32 BADC", TYPE_I32, ORDER_BADC, { 0xBB, 0xAA, 0xDD, 0xCC }, -1430532899.0 },
    { "i32 DCBA", TYPE_I32, ORDER_DCBA, { 0xDD, 0xCC, 0xBB, 0xAA }, -1430532899.0 },
    { "i32 least", TYPE_I32, ORDER_ABCD, { 0x80, 0, 0, 0 }, -2147483648.0 },
    { "f32 ABCD", TYPE_F32, ORDER_ABCD, { 0x43, 0x3A, 0x00, 0x00 }, 186 },
    { "f32 CDAB", TYPE_F32, ORDER_CDAB, { 0x00, 0x00, 0x43, 0x3A }, 186 },
    { "f32 BADC", TYPE_F32, ORDER_BADC, { 0x3A, 0x43, 0x00, 0x00 }, 186 },
    { "f32 DCBA", TYPE_F32, ORDER_DCBA, { 0x00, 0x00, 0x3A, 0x43 }, 186 },
    { "f32 below 0", TYPE_F32, ORDER_ABCD, { 0xC0, 0x20, 0x00, 0x00 }, -2.5 },
    { "f32 least denormal", TYPE_F32, ORDER_ABCD, { 0, 0, 0, 1 }, 0x1p-149 },
    { "sm16", TYPE_SM16, ORDER_ABCD, { 0x80, 0x05 }, -5 },
    { "sm16 most", TYPE_SM16, ORDER_ABCD, { 0x7F, 0xFF }, 32767 },
    { "sm16 least", TYPE_SM16, ORDER_ABCD, { 0xFF, 0xFF }, -32767 },
    { "sm16 minus 0", TYPE_SM16, ORDER_ABCD, { 0x80, 0x00 }, 0 },
    { "sm32 ABCD", TYPE_SM32, ORDER_ABCD, { 0x80, 0x01, 0x00, 0x02 }, -65538 },
    { "sm32 CDAB", TYPE_SM32, ORDER_CDAB, { 0x00, 0x02, 0x80, 0x01 }, -65538 },
    { "sm32 BADC", TYPE_SM32, ORDER_BADC, { 0x01, 0x80, 0x02, 0x00 }, -65538 },
    { "sm32 DCBA", TYPE_SM32, ORDER_DCBA, { 0x02, 0x00, 0x01, 0x80 }, -65538 },
    { "sm32 least", TYPE_SM32, ORDER_ABCD, { 0xFF, 0xFF, 0xFF, 0xFF }, -2147483647.0 },
    { "bcd16", TYPE_BCD16, ORDER_ABCD, { 0x12, 0x34 }, 1234 },
    { "bcd16 most", TYPE_BCD16, ORDER_ABCD, { 0x99, 0x99 }, 9999 },
    { "bcd32 ABCD", TYPE_BCD32, ORDER_ABCD, { 0x12, 0x34, 0x56, 0x78 }, 12345678 },
    { "bcd32 CDAB", TYPE_BCD32, ORDER_CDAB, { 0x56, 0x78, 0x12, 0x34 }, 12345678 },
    { "bcd32 BADC", TYPE_BCD32, ORDER_BADC, { 0x34, 0x12, 0x78, 0x56 }, 12345678 },
    { "bcd32 DCBA", TYPE_BCD32, ORDER_DCBA, { 0x78, 0x56, 0x34, 0x12 }, 12345678 },
    { "bcd32 most", TYPE_BCD32, ORDER_ABCD, { 0x99, 0x99, 0x99, 0x99 }, 99999999 },
    { "u64", TYPE_U64, ORDER_ABCD, { 0, 1, 2, 3, 4, 5, 6, 7 }, 283686952306183.0 },
    { "u64 GHEFCDAB", TYPE_U64, ORDER_CDAB, { 6, 7, 4, 5, 2, 3, 0, 1 }, 283686952306183.0 },
    { "u64 BADCFEHG", TYPE_U64, ORDER_BADC, { 1, 0, 3, 2, 5, 4, 7, 6 }, 283686952306183.0 },
    { "u64 HGFEDCBA", TYPE_U64, ORDER_DCBA, { 7, 6, 5, 4, 3, 2, 1, 0 }, 283686952306183.0 },
    { "u64 2^53", TYPE_U64, ORDER_ABCD, { 0, 0x20, 0, 0, 0, 0, 0, 0 }, 9007199254740992.0 },
    { "u64 2^53 + 1", TYPE_U64, ORDER_ABCD, { 0, 0x20, 0, 0, 0, 0, 0, 1 }, 9007199254740992.0 },
    { "u64 most", TYPE_U64, ORDER_ABCD, { 255, 255, 255, 255, 255, 255, 255, 255 }, 0x1p64 },
    { "i64", TYPE_I64, ORDER_ABCD, { 255, 255, 255, 255, 255, 255, 255, 0xFE }, -2 },
    { "i64 GHEFCDAB", TYPE_I64, ORDER_CDAB, { 255, 0xFE, 255, 255, 255, 255, 255, 255 }, -2 },
    { "i64 BADCFEHG", TYPE_I64, ORDER_BADC, { 255, 255, 255, 255, 255, 255, 0xFE, 255 }, -2 },
    { "i64 HGFEDCBA", TYPE_I64, ORDER_DCBA, { 0xFE, 255, 255, 255, 255, 255, 255, 255 }, -2 },
    { "i64 least", TYPE_I64, ORDER_ABCD, { 0x80, 0, 0, 0, 0, 0, 0, 0 }, -0x1p63 },
    { "f64", TYPE_F64, ORDER_ABCD, { 0x40, 0x67, 0x40, 0, 0, 0, 0, 0 }, 186 },
    { "f64 GHEFCDAB", TYPE_F64, ORDER_CDAB, { 0, 0, 0, 0, 0x40, 0, 0x40, 0x67 }, 186 },
    { "f64 BADCFEHG", TYPE_F64, ORDER_BADC, { 0x67, 0x40, 0, 0x40, 0, 0, 0, 0 }, 186 },
    { "f64 HGFEDCBA", TYPE_F64, ORDER_DCBA, { 0, 0, 0, 0, 0, 0x40, 0x67, 0x40 }, 186 },
    { "f64 least denormal", TYPE_F64, ORDER_ABCD, { 0, 0, 0, 0, 0, 0, 0, 1 }, 0x1p-1074 },
    { "f64 most", TYPE_F64, ORDER_ABCD, { 0x7F, 0xEF, 255, 255, 255, 255, 255, 255 }, DBL_MAX },
    { "f32 most", TYPE_F32, ORDER_ABCD, { 0x7F, 0x7F, 0xFF, 0xFF }, (double)FLT_MAX },
};

static struct point_conf point(enum value_type type, enum byte_order order)
{
    struct point_conf p = { .read = { .type = type, .order = order, .scale = 1 } };

    return p;
}

static struct sample decode(const struct point_conf *p, const uint8_t *bytes, uint16_t offset)
{
    struct sample s = { .kind = SAMPLE_MISS, .q = Q_STALE, .why = { WHY_TIMEOUT, 7 } };

    judge_reading(p, &(struct reading){ .raw = decode_raw(&p->read, bytes, offset) },
                  &(struct judge_memory){ 0 }, &s);
    return s;
}

static void each_type_and_order_gives_the_number_that_was_meant(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct point_conf p = point(rows[i].type, rows[i].order);
        struct sample s = decode(&p, rows[i].bytes, 0);
        if (s.val != rows[i].raw || s.q != Q_GOOD || s.kind != SAMPLE_VALUE ||
            s.why.code != WHY_NONE || s.why.arg != 0)
            fail_msg("%s: %.17g, not %.17g", rows[i].name, s.val, rows[i].raw);
    }
}

static void a_value_stands_where_its_offset_says(void **unused)
{
    static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
    struct point_conf p = point(TYPE_U16, ORDER_ABCD), wide = point(TYPE_U32, ORDER_ABCD);

    (void)unused;
    for (uint16_t k = 0; k < 5; k++)
        assert_true(decode(&p, bytes, k).val == bytes[2 * k] * 256 + bytes[2 * k + 1]);
    for (uint16_t k = 0; k < 4; k++)
        assert_true(decode(&wide, bytes, k).val ==
                    decode(&p, bytes, k).val * 65536 + decode(&p, bytes, k + 1).val);
}

static void a_bit_is_counted_from_the_low_end_of_its_byte(void **unused)
{
    static const uint8_t bytes[] = { 0xCD, 0x6B, 0xB2 };
    static const char *const meant = "101100111101011001001101"; /* low bit first */
    struct point_conf p = point(TYPE_BIT, ORDER_ABCD);

    (void)unused;
    for (uint16_t k = 0; k < 24; k++)
        assert_true(decode(&p, bytes, k).val == meant[k] - '0');
}

static void scale_and_offset_come_before_the_range(void **unused)
{
    static const uint8_t bytes[] = { 0x00, 0x64 };
    struct point_conf p = point(TYPE_I16, ORDER_ABCD);

    (void)unused;
    p.read.scale = 0.1;
    p.read.offset = -40;
    p.has_range = true;
    p.range_low = -40;
    p.range_high = 0;
    assert_true(fabs(decode(&p, bytes, 0).val + 30) < 1e-12);
    assert_int_equal(decode(&p, bytes, 0).q, Q_GOOD);
}

struct range_row {
    int16_t raw;
    enum quality q;
};

/* A low limit at 0.3 kPa is reached by 3 x 0.1 kPa, as a technician counts. */
static void a_scaled_value_is_the_decimal_number_that_a_limit_is_written_in(void **unused)
{
    static const struct {
        const char *scale;
        int8_t decimals;
    } scales[] = { { "0.1", 1 }, { "0.01", 2 }, { "0.001", 3 }, { "0.3", 1 }, { "0.7", 1 } };
    char text[40];

    (void)unused;
    for (size_t k = 0; k < sizeof scales / sizeof scales[0]; k++)
        for (int raw = 0; raw <= 65535; raw++) {
            struct point_conf p = point(TYPE_U16, ORDER_ABCD);
            uint8_t bytes[] = { (uint8_t)(raw >> 8), (uint8_t)raw };
            p.read.scale = strtod(scales[k].scale, NULL);
            p.read.decimals = scales[k].decimals;
            double val = decode(&p, bytes, 0).val;
            snprintf(text, sizeof text, "%.*f", p.read.decimals, val);
            assert_true(val == strtod(text, NULL));
        }
}

static void a_value_beyond_its_range_says_so_and_keeps_its_number(void **unused)
{
    static const struct range_row ranges[] = {
        { -1, Q_UNDER_RANGE }, { 0, Q_GOOD }, { 1000, Q_GOOD }, { 1001, Q_OVER_RANGE }
    };
    struct point_conf p = point(TYPE_I16, ORDER_ABCD);

    (void)unused;
    p.has_range = true;
    p.range_high = 1000;
    for (size_t i = 0; i < 4; i++) {
        uint8_t bytes[] = { (uint8_t)(ranges[i].raw >> 8), (uint8_t)ranges[i].raw };
        struct sample s = decode(&p, bytes, 0);
        assert_int_equal(s.q, ranges[i].q);
        assert_int_equal(s.why.code, ranges[i].q == Q_GOOD ? WHY_NONE : WHY_RANGE);
        assert_true(s.val == ranges[i].raw);
    }
}

static void what_is_no_number_is_a_sensor_fault(void **unused)
{
    static const uint32_t none[] = { 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00000, 0x7F800001 };
    struct point_conf p = point(TYPE_F32, ORDER_ABCD);

    (void)unused;
    p.has_range = true;
    p.range_high = 100;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        uint8_t bytes[] = { (uint8_t)(none[i] >> 24), (uint8_t)(none[i] >> 16),
                            (uint8_t)(none[i] >> 8), (uint8_t)none[i] };
        struct sample s = decode(&p, bytes, 0);
        assert_int_equal(s.q, Q_SENSOR_FAULT);
        assert_int_equal(s.why.code, WHY_NAN);
        assert_true(isnan(s.val));
        assert_int_equal(s.kind, SAMPLE_VALUE);
    }
}

static void a_number_that_its_scale_makes_infinite_is_a_sensor_fault(void **unused)
{
    static const uint8_t most[] = { 0x7F, 0x7F, 0xFF, 0xFF };
    struct point_conf p = point(TYPE_F32, ORDER_ABCD);

    (void)unused;
    p.read.scale = DBL_MAX;
    assert_int_equal(decode(&p, most, 0).q, Q_SENSOR_FAULT);
}

static void every_pattern_of_a_float_is_its_number_or_a_sensor_fault(void **unused)
{
    struct point_conf p = point(TYPE_F32, ORDER_ABCD);

    (void)unused;
    for (uint64_t k = 0; k <= UINT32_MAX; k += 65521) { /* a prime: all exponents, all ends */
        uint32_t bits = (uint32_t)k;
        uint8_t bytes[] = { (uint8_t)(bits >> 24), (uint8_t)(bits >> 16), (uint8_t)(bits >> 8),
                            (uint8_t)bits };
        float is;
        memcpy(&is, &bits, sizeof is);
        struct sample s = decode(&p, bytes, 0);
        if (isfinite(is))
            assert_true(s.q == Q_GOOD && s.val == (double)is);
        else
            assert_true(s.q == Q_SENSOR_FAULT && isnan(s.val));
    }
}

static void a_mask_takes_its_bits_and_shifts_them_down(void **unused)
{
    static const struct {
        uint16_t mask;
        double number;
    } masks[] = { { 0x0001, 1 }, { 0x0002, 0 },     { 0x00F0, 0xB },    { 0x0F00, 0xC },
                  { 0x8000, 1 }, { 0x0FFF, 0xCB9 }, { 0xFFFF, 0xACB9 }, { 0, 0xACB9 } };
    static const uint8_t bytes[] = { 0xAC, 0xB9 };
    struct point_conf p = point(TYPE_U16, ORDER_ABCD);

    (void)unused;
    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        p.read.mask = masks[i].mask;
        assert_true(decode(&p, bytes, 0).val == masks[i].number);
    }
}

/* Each half byte that is no digit, at each place. */
static void a_digit_beyond_nine_is_a_sensor_fault(void **unused)
{
    struct point_conf p = point(TYPE_BCD16, ORDER_ABCD), wide = point(TYPE_BCD32, ORDER_ABCD);

    (void)unused;
    for (uint32_t code = 0; code <= 0xFFFF; code++) {
        uint8_t bytes[] = { (uint8_t)(code >> 8), (uint8_t)code, 0x12, 0x34 };
        char digits[8];
        snprintf(digits, sizeof digits, "%04X", code);
        bool legal = strspn(digits, "0123456789") == 4;
        struct sample s = decode(&p, bytes, 0), w = decode(&wide, bytes, 0);
        assert_int_equal(s.q, legal ? Q_GOOD : Q_SENSOR_FAULT);
        assert_int_equal(s.why.code, legal ? WHY_NONE : WHY_NAN);
        assert_int_equal(w.q, s.q);
        if (legal)
            assert_true(s.val == strtod(digits, NULL) && w.val == s.val * 10000 + 1234);
    }
}

static void a_broken_code_is_a_sensor_fault_whatever_its_number_would_be(void **unused)
{
    static const struct {
        enum value_type type;
        uint8_t bytes[8];
        uint64_t code;
    } codes[] = { { TYPE_U16, { 0xFF, 0xFF }, 0xFFFF },
                  { TYPE_I16, { 0x80, 0x00 }, 0x8000 },
                  { TYPE_U32, { 0xFF, 0xFF, 0xFF, 0xFE }, 0xFFFFFFFE },
                  { TYPE_F32, { 0xC6, 0x1C, 0x3C, 0x00 }, 0xC61C3C00 },
                  { TYPE_F64, { 0x7F, 0xF8, 0, 0, 0, 0, 0, 1 }, 0x7FF8000000000001 } };

    (void)unused;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct point_conf p = point(codes[i].type, ORDER_ABCD);
        p.has_range = true; /* beyond it as well: the code says more */
        p.read.broken = (const uint64_t[]){ 0, codes[i].code };
        p.read.n_broken = 2;
        struct sample s = decode(&p, codes[i].bytes, 0);
        assert_int_equal(s.q, Q_SENSOR_FAULT);
        assert_int_equal(s.why.code, WHY_BROKEN);
        assert_true(isnan(s.val));
        p.read.n_broken = 1; /* 0 is one, and this is not 0 */
        assert_int_not_equal(decode(&p, codes[i].bytes, 0).why.code, WHY_BROKEN);
    }
}

static void a_great_number_is_not_lost_in_its_decimals(void **unused)
{
    static const uint8_t most[] = { 255, 255, 255, 255, 255, 255, 255, 255 };
    struct point_conf p = point(TYPE_U64, ORDER_ABCD);

    (void)unused;
    p.read.decimals = 9;
    p.read.scale = 1e285;
    assert_int_equal(decode(&p, most, 0).q, Q_GOOD);
    assert_true(decode(&p, most, 0).val == 0x1p64 * 1e285);
}

static void a_type_takes_the_registers_it_has_bytes_for(void **unused)
{
    (void)unused;
    for (int t = 0; t < VALUE_TYPES; t++)
        assert_int_equal(decode_width((enum value_type)t), t >= TYPE_U64   ? 4
                                                           : t >= TYPE_U32 ? 2
                                                                           : 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_and_order_gives_the_number_that_was_meant),
        cmocka_unit_test(a_value_stands_where_its_offset_says),
        cmocka_unit_test(a_bit_is_counted_from_the_low_end_of_its_byte),
        cmocka_unit_test(scale_and_offset_come_before_the_range),
        cmocka_unit_test(a_scaled_value_is_the_decimal_number_that_a_limit_is_written_in),
        cmocka_unit_test(a_value_beyond_its_range_says_so_and_keeps_its_number),
        cmocka_unit_test(what_is_no_number_is_a_sensor_fault),
        cmocka_unit_test(a_number_that_its_scale_makes_infinite_is_a_sensor_fault),
        cmocka_unit_test(every_pattern_of_a_float_is_its_number_or_a_sensor_fault),
        cmocka_unit_test(a_mask_takes_its_bits_and_shifts_them_down),
        cmocka_unit_test(a_digit_beyond_nine_is_a_sensor_fault),
        cmocka_unit_test(a_broken_code_is_a_sensor_fault_whatever_its_number_would_be),
        cmocka_unit_test(a_great_number_is_not_lost_in_its_decimals),
        cmocka_unit_test(a_type_takes_the_registers_it_has_bytes_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
