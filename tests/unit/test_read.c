/* How a register becomes a value: each way of writing it, and each slip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/judge.h"
#include "tests/unit/config_rig.h"

static const char frame[] = "version: 1\nsite: {ent: e, gw: g}\nbuses: {b1: {tcp: \"h:1\"}}\n"
                            "points: [{id: p1, bus: b1, unit_id: 1, every: 1s, county: c, "
                            "%s}]\n";

static struct plant *loaded(const char *point)
{
    struct diag_list found;
    struct plant *p = NULL;

    if (load_text(&p, framed(frame, point), &found) != RG_OK || found.warnings != 0) {
        diag_print(stderr, &found, "p.yaml", DIAG_EN);
        fail_msg("%s", point);
    }
    diag_fini(&found);
    return p;
}

static struct sample value(const struct point_conf *p, uint64_t code)
{
    uint8_t bytes[8];
    struct sample s;
    unsigned n = 2u * decode_width(p->read.type);

    for (unsigned i = 0; i < n; i++)
        bytes[i] = (uint8_t)(code >> 8 * (n - 1 - i));
    judge_reading(p, &(struct reading){ .raw = decode_raw(&p->read, bytes, 0) },
                  &(struct judge_memory){ 0 }, &s);
    return s;
}

#define READ(rest) "read: {fc: 3, address: 0, " rest "}"

/* What is written, what stands in the registers, what comes out. */
static const struct {
    const char *point;
    uint64_t code;
    double val;
    int decimals;
} rows[] = {
    { READ("type: u16, raw: 819..4095, to: 0 ppm..1000 ppm") ", unit: ppm", 819, 0, 2 },
    { READ("type: u16, raw: 819..4095, to: 0 ppm..1000 ppm") ", unit: ppm", 4095, 1000, 2 },
    { READ("type: u16, raw: 819..4095, to: 0 ppm..1000 ppm") ", unit: ppm", 2457, 500, 2 },
    { READ("type: u16, raw: 819..4095, to: 0 ppm..1000 ppm") ", unit: ppm", 820, 0.31, 2 },
    { READ("type: u16, raw: 819..4095, to: 0 ppm..1000 ppm") ", unit: ppm", 0, -250, 2 },
    { READ("type: u16, raw: 819 .. 4095") ", unit: ppm, range: 0 ppm .. 1000 ppm", 4095, 1000, 2 },
    { READ("type: u16, raw: 4095 .. 819") ", unit: ppm, range: 0 ppm .. 1000 ppm", 4095, 0, 2 },
    { READ("type: u16, raw: 4095 .. 819") ", unit: ppm, range: 0 ppm .. 1000 ppm", 819, 1000, 2 },
    { READ("type: i16, raw: 0 .. 27648, to: -20 °C .. 80 °C") ", unit: °C", 27648, 80, 4 },
    { READ("type: i16, raw: 0 .. 27648, to: -20 °C .. 80 °C") ", unit: °C", 0, -20, 4 },
    { READ("type: u16, raw: 0 .. 10, to: 0.05 kPa .. 10.05 kPa") ", unit: kPa", 3, 3.05, 2 },
    { READ("type: u16, raw: 0 .. 2, to: 0 kPa .. 100 kPa") ", unit: kPa", 1, 50, 0 },
    { READ("type: u16, raw: 0 .. 100, to: 0.5 .. 1.5"), 50, 1, 3 },
    { READ("type: f32, raw: 4 .. 20, to: 0 kPa .. 10 kPa") ", unit: kPa", 0x41400000, 5, 6 },
    { READ("type: u16, mask: 0x0F00"), 0x1234, 2, 0 },
    { READ("type: u16, mask: 256"), 0x1334, 1, 0 },
    { READ("type: u16, mask: 0x0FFF, raw: 0 .. 4095, to: 0 kPa .. 10 kPa") ", unit: kPa", 0xFFFF,
      10, 4 },
    { READ("type: u16, scale: 0.1, broken: [0xFFFF]"), 243, 24.3, 1 },
    { READ("type: u64, order: HGFEDCBA"), 0x0100000000000000, 1, 0 },
    { READ("type: f64, scale: 0.5"), 0x4067400000000000, 93, -2 },
    { READ("type: f32"), 0x433A0000, 186, -1 },
    { READ("type: bcd16, scale: 0.01"), 0x1234, 12.34, 2 },
    { READ("type: sm16"), 0x8001, -1, 0 },
};

static void each_way_of_writing_gives_the_value_that_was_meant(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct plant *p = loaded(rows[i].point);
        struct sample s = value(&p->points[0], rows[i].code);
        if (s.val != rows[i].val || p->points[0].read.decimals != rows[i].decimals)
            fail_msg("%s: %.17g of %d decimals", rows[i].point, s.val, p->points[0].read.decimals);
        plant_free(p);
    }
}

/* Codes that say "no value", in hexadecimal as they stand, or as a number of
 * the type. */
static const struct {
    const char *point;
    uint64_t code;
} broken[] = {
    { READ("type: u16") ", broken: [0xFFFF, 0x7FFF, 0x8000]", 0x8000 },
    { READ("type: u16, broken: [0xFFFF, 0x7FFF, 0x8000]"), 0x7FFF },
    { READ("type: i16, broken: [0x8000]"), 0x8000 },
    { READ("type: i16, broken: [-32768]"), 0x8000 },
    { READ("type: sm16, broken: [-1]"), 0x8001 },
    { READ("type: bcd16, broken: [9999]"), 0x9999 },
    { READ("type: bcd32, broken: [0xFFFFFFFF]"), 0xFFFFFFFF },
    { READ("type: u32, broken: [4294967295]"), 0xFFFFFFFF },
    { READ("type: i32, broken: [-2]"), 0xFFFFFFFE },
    { READ("type: sm32, broken: [-2]"), 0x80000002 },
    { READ("type: f32, broken: [-9999]"), 0xC61C3C00 },
    { READ("type: f32, broken: [999.9]"), 0x4479F99A },
    { READ("type: f64, broken: [-9999]"), 0xC0C3878000000000 },
    { READ("type: u64, broken: [18446744073709551615]"), UINT64_MAX },
    { READ("type: i64, broken: [-1]"), UINT64_MAX },
    { READ("type: i64, broken: [0x8000000000000000]"), 0x8000000000000000 },
    { READ("type: u16, mask: 0x0FFF, broken: [0x0FFF]"), 0xAFFF },
    { "device: co-1, broken: [0xFFFF]", 0xFFFF },
    { READ("type: u16, broken: [1, 2, 3, 4, 5, 6, 7, 8]"), 8 },
};

static void a_broken_code_is_written_as_it_stands_or_as_its_number(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct plant *p = loaded(broken[i].point);
        struct sample s = value(&p->points[0], broken[i].code);
        if (s.q != Q_SENSOR_FAULT || s.why.code != WHY_BROKEN)
            fail_msg("%s: %s", broken[i].point, quality_word(s.q));
        plant_free(p);
    }
}

static void the_nearest_list_of_broken_codes_counts(void **unused)
{
    static const struct {
        const char *point;
        uint64_t code; /* the only one */
    } nearest[] = { { READ("type: u16, broken: [1]") ", broken: [2]", 2 },
                    { READ("type: u16, broken: [1]") ", device: broken-1", 1 },
                    { READ("type: u16") ", device: broken-1", 3 },
                    { "device: broken-1", 3 },
                    { "device: broken-1, broken: [2]", 2 },
                    { "device: broken-2", 4 } };

    (void)unused;
    for (size_t i = 0; i < sizeof nearest / sizeof nearest[0]; i++) {
        struct memory_files files = { .n = 3,
                                      .v = {
                                          { "p.yaml", framed(frame, nearest[i].point), 0 },
                                          { "devices/broken-1.yaml",
                                            "device: broken-1\nmanual: m\nbroken: [3]\n"
                                            "read: {fc: 3, address: 9, type: u16, broken: [4]}\n",
                                            0 },
                                          { "devices/broken-2.yaml",
                                            "device: broken-2\nmanual: m\n"
                                            "read: {fc: 3, address: 9, type: u16, broken: [4]}\n",
                                            0 } } };
        struct diag_list found;
        struct plant *p = NULL;
        assert_int_equal(load_memory(&p, &files, &found), RG_OK);
        assert_int_equal(p->points[0].read.n_broken, 1);
        assert_int_equal(p->points[0].read.broken[0], nearest[i].code);
        plant_free(p);
        diag_fini(&found);
    }
}

static void an_address_may_be_the_one_of_the_manual(void **unused)
{
    static const struct {
        int fc;
        const char *address;
        unsigned pdu;
    } addresses[] = { { 4, "30001", 0 },      { 4, "39999", 9998 },  { 4, "300001", 0 },
                      { 4, "365536", 65535 }, { 3, "40013", 12 },    { 3, "400013", 12 },
                      { 2, "10001", 0 },      { 2, "110000", 9999 }, { 1, "00001", 0 },
                      { 1, "9999", 9998 },    { 1, "65536", 65535 } };
    char point[120];

    (void)unused;
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        snprintf(point, sizeof point, "read: {fc: %d, address: %s, base: modicon, type: %s}",
                 addresses[i].fc, addresses[i].address, addresses[i].fc <= 2 ? "bit" : "u16");
        struct plant *p = loaded(point);
        assert_int_equal(p->points[0].read.address, addresses[i].pdu);
        plant_free(p);
    }
}

static const struct {
    const char *point;
    int code;
    const char *at;
} slips[] = {
    { READ("type: u16, raw: 819 .. 4095"), 111, "819 .. 4095" },
    { READ("type: u16, raw: 819, to: 0 .. 1"), 36, "819" },
    { READ("type: u16, raw: 5 .. 5, to: 0 .. 1"), 36, "5 .. 5" },
    { READ("type: u16, raw: 4 mA .. 20 mA, to: 0 .. 1"), 36, "4 mA" },
    { READ("type: u16, raw: 0 .. 65536, to: 0 .. 1"), 34, "0 .. 65536" },
    { READ("type: bcd16, raw: 0 .. 10000, to: 0 .. 1"), 34, "0 .. 10000" },
    { READ("type: u16, mask: 0x0FFF, raw: 0 .. 4096, to: 0 .. 1"), 34, "0 .. 4096" },
    { READ("type: u16, raw: 0 .. 9, to: 1 .. 0"), 36, "1 .. 0" },
    { READ("type: u16, raw: 0 .. 9, to: 0 .. 1") ", unit: ppm", 32, "0 .. 1" },
    { READ("type: u16, raw: 0 .. 9, to: 0 Pa .. 1 Pa") ", unit: ppm", 33, "Pa" },
    { READ("type: u16, raw: 0 .. 9, to: 0 .. 1, scale: 2"), 37, "scale" },
    { READ("type: u16, raw: 0 .. 9, to: 0 .. 1, offset: 2"), 37, "offset" },
    { READ("type: u16, to: 0 .. 1"), 37, "to" },
    { "read: {fc: 2, address: 0, type: bit, raw: 0 .. 1, to: 0 .. 5}", 37, "raw" },
    { READ("type: u16, mask: 0"), 112, "0}" },
    { READ("type: u16, mask: 0x0101"), 112, "0x0101" },
    { READ("type: u16, mask: 0x10000"), 34, "0x10000" },
    { READ("type: u16, mask: x"), 30, "x}" },
    { READ("type: u32, mask: 1"), 37, "mask" },
    { READ("type: u16, broken: [0x10000]"), 34, "0x10000" },
    { READ("type: u16, broken: [-1]"), 34, "-1" },
    { READ("type: i16, broken: [32768]"), 34, "32768" },
    { READ("type: bcd16, broken: [10000]"), 34, "10000" },
    { READ("type: u16, broken: [1.5]"), 30, "1.5" },
    { READ("type: u16, broken: [0xFG]"), 30, "0xFG" },
    { READ("type: u16, mask: 0x0F00, broken: [0x0F00]"), 34, "0x0F00]" },
    { READ("type: u16, broken: 0xFFFF"), 23, "0xFFFF" },
    { READ("type: u16, broken: [[1]]"), 23, "[1]" },
    { READ("type: u16, broken: [1, 2, 3, 4, 5, 6, 7, 8, 9]"), 34, "9]" },
    { "read: {fc: 2, address: 0, type: bit, broken: [1]}", 37, "broken" },
    { READ("type: u64, order: ABCD"), 35, "ABCD" },
    { READ("type: u32, order: ABCDEFGH"), 35, "ABCDEFGH" },
    { READ("type: u64, order: EFGHABCD"), 35, "EFGHABCD" },
    { "read: {fc: 3, address: 65533, type: u64}", 34, "65533" },
    { "read: {fc: 3, address: 30001, base: modicon, type: u16}", 110, "30001" },
    { "read: {fc: 3, address: 0, base: modicon, type: u16}", 110, "0, base" },
    { "read: {fc: 1, address: 0, base: modicon, type: bit}", 110, "0, base" },
    { "read: {fc: 3, address: 40001, base: modbus, type: u16}", 35, "modbus" },
    { READ("type: u16, ne43: yes"), 113, "ne43" },
    { READ("type: u16, raw: 0 .. 27648, to: 0 .. 1, ne43: yes"), 114, "ne43" },
    { READ("type: u16, raw: 0 .. 65535, to: 0 .. 1, ne43: yes"), 114, "ne43" },
    { READ("type: i16, raw: 32000 .. 0, to: 0 .. 1, ne43: yes"), 114, "ne43" },
    { READ("type: u16, mask: 0x0FFF, raw: 819 .. 4095, to: 0 .. 1, ne43: yes"), 114, "ne43" },
    { READ("type: u16, ne43: maybe"), 35, "maybe" },
    { "read: {fc: 3, address: 465537, base: modicon, type: u16}", 34, "465537" },
};

static void each_slip_is_told_once_at_its_place(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        const char *text = framed(frame, slips[i].point);
        struct diag_list found;
        struct plant *p = NULL;
        int err = load_text(&p, text, &found);
        const struct diag *d = find_diag(&found, slips[i].code);
        long col = strstr(strstr(text, slips[i].point), slips[i].at) - strstr(text, "points:") + 1;
        if (err != RG_ECONF || d == NULL || found.errors != 1 || d->col != col) {
            diag_print(stderr, &found, "p.yaml", DIAG_EN);
            fail_msg("%s: E%03d at column %ld", slips[i].point, slips[i].code, col);
        }
        diag_fini(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_of_writing_gives_the_value_that_was_meant),
        cmocka_unit_test(a_broken_code_is_written_as_it_stands_or_as_its_number),
        cmocka_unit_test(the_nearest_list_of_broken_codes_counts),
        cmocka_unit_test(an_address_may_be_the_one_of_the_manual),
        cmocka_unit_test(each_slip_is_told_once_at_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
