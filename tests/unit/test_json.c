#include "daemon/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#define SIZE 8192

static json_t *parsed(const char *text)
{
    json_error_t err;
    json_t *doc = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &err);

    if (doc == NULL)
        fail_msg("%s\n%s at %d", text, err.text, err.position);
    return doc;
}

/* What jansson reads back of one string; the caller frees it. */
static char *read_back(const char *s, size_t max)
{
    char buf[SIZE];
    struct json j;
    json_t *doc;
    char *back;

    json_init(&j, buf, sizeof buf);
    json_open(&j, NULL, '[');
    json_str_cut(&j, NULL, s, max);
    json_close(&j, ']');
    assert_true(json_end(&j) > 0);
    doc = parsed(buf);
    back = strdup(json_string_value(json_array_get(doc, 0)));
    assert_non_null(back);
    json_decref(doc);
    return back;
}

static void expect_back(const char *in, const char *out)
{
    char *back = read_back(in, SIZE_MAX);

    assert_string_equal(back, out);
    free(back);
}

static void structure_and_commas_are_right(void **unused)
{
    char buf[SIZE];
    struct json j;

    (void)unused;
    json_init(&j, buf, sizeof buf);
    json_open(&j, NULL, '{');
    json_int(&j, "a", -5);
    json_open(&j, "b", '[');
    json_close(&j, ']');
    json_open(&j, "c", '[');
    json_open(&j, NULL, '{');
    json_close(&j, '}');
    json_bool(&j, NULL, true);
    json_nil(&j, NULL);
    json_close(&j, ']');
    json_uint(&j, "d", UINT64_MAX);
    json_str(&j, "e", "高");
    json_close(&j, '}');
    assert_true(json_end(&j) > 0);
    assert_string_equal(buf, "{\"a\":-5,\"b\":[],\"c\":[{},true,null],\"d\":18446744073709551615,"
                             "\"e\":\"高\"}");
}

static void every_byte_comes_back_or_is_replaced(void **unused)
{
    (void)unused;
    for (int c = 1; c < 256; c++) {
        char in[] = { 'a', (char)c, 'z', '\0' };

        expect_back(in, c < 0x80 ? in : "a\xEF\xBF\xBDz");
    }
}

static void only_valid_utf8_leaves(void **unused)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        { "煤气柜压力 °C ≥", "煤气柜压力 °C ≥" },
        { "\xF0\x9F\x94\xA5", "\xF0\x9F\x94\xA5" },
        { "\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD" },                 /* overlong */
        { "\xE0\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" }, /* overlong */
        { "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" }, /* surrogate */
        { "\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
        { "\xE9\xAB", "\xEF\xBF\xBD\xEF\xBF\xBD" }, /* cut in two */
        { "\xE9\"x", "\xEF\xBF\xBD\"x" },
        { "\xFF", "\xEF\xBF\xBD" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_back(rows[i].in, rows[i].out);
}

/* Every code point through the writer and jansson, which refuses bad UTF-8. */
static void every_code_point_comes_back(void **unused)
{
    (void)unused;
    for (unsigned c = 0x80; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 97) {
        char in[5] = "";

        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        if (c < 0x800)
            snprintf(in, sizeof in, "%c%c", (int)(0xC0 | c >> 6), (int)(0x80 | (c & 0x3F)));
        else if (c < 0x10000)
            snprintf(in, sizeof in, "%c%c%c", (int)(0xE0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3F)),
                     (int)(0x80 | (c & 0x3F)));
        else
            snprintf(in, sizeof in, "%c%c%c%c", (int)(0xF0 | c >> 18),
                     (int)(0x80 | (c >> 12 & 0x3F)), (int)(0x80 | (c >> 6 & 0x3F)),
                     (int)(0x80 | (c & 0x3F)));
        expect_back(in, in);
    }
}

static void a_long_text_ends_on_a_whole_character(void **unused)
{
    static const struct {
        const char *in;
        size_t max;
        const char *out;
    } rows[] = {
        { "一二三四", 12, "一二三四" },        { "一二三四五", 12, "一二三…" },
        { "一二三四五", 14, "一二三…" },       { "一二三四五", 15, "一二三四五" },
        { "abcdefghijklm", 12, "abcdefghi…" }, { "\x01\x02\x03", 12, "\x01…" },
        { "\x01\x02", 12, "\x01\x02" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *back = read_back(rows[i].in, rows[i].max);

        assert_string_equal(back, rows[i].out);
        free(back);
    }
}

static void numbers_have_the_places_of_their_scale(void **unused)
{
    static const struct {
        double v;
        int decimals;
        const char *text;
    } rows[] = {
        { 243 * 0.1, 1, "24.3" },
        { 186, 1, "186.0" },
        { 186, 0, "186" },
        { -0.04, 1, "0.0" },
        { -0.05, 2, "-0.05" },
        { 24.3f, -1, "24.3" },
        { 0.1f, -1, "0.1" },
        { 16777216, -1, "16777216" },
        { 1e6, -1, "1000000" },
        { 1.1754944e-38f, -1, "1.1754944e-38" },
        { 3.4028235e38f, -1, "3.4028235e+38" },
        { 1e300, -1, "1e+300" },
        { 24.3, -2, "24.3" },
        { 1.0 / 3, -2, "0.3333333333333333" },
        { 5e-324, -2, "5e-324" },
        { 1e300, 2, "1.0000000000000001e+300" },
        { 123456789012.5, 1, "123456789012.5" },
        { 0.0009765625, -1, "0.0009765625" },
        { -0.0, -1, "0" },
    };
    char buf[JSON_NUMBER_MAX];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(json_digits(buf, rows[i].v, rows[i].decimals), rows[i].text);
}

/* A walk over all f32, by a step that meets every exponent. */
static void every_f32_reads_back_in_its_shortest_form(void **unused)
{
    char buf[JSON_NUMBER_MAX], shorter[JSON_NUMBER_MAX];

    (void)unused;
    for (uint64_t bits = 1; bits <= UINT32_MAX; bits += 65537) {
        uint32_t raw = (uint32_t)bits;
        float v;
        size_t digits = 0;

        memcpy(&v, &raw, sizeof v);
        if (!isfinite(v))
            continue;
        json_digits(buf, (double)v, -1);
        assert_true(strtof(buf, NULL) == v);
        json_decref(parsed(buf));
        snprintf(shorter, sizeof shorter, "%.8e", (double)v);
        for (int p = 0; p < 9; p++) {
            snprintf(shorter, sizeof shorter, "%.*e", p, (double)v);
            digits = (size_t)p + 1;
            if (strtof(shorter, NULL) == v)
                break;
        }
        assert_true(strchr(buf, 'e') == NULL ||
                    strcspn(buf + (buf[0] == '-'), "e") <= digits + (digits > 1));
    }
}

static void what_is_no_number_is_null(void **unused)
{
    static const double odd[] = { NAN, INFINITY, -INFINITY };
    char buf[SIZE];
    struct json j;

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        json_init(&j, buf, sizeof buf);
        json_num(&j, NULL, odd[i], (int)i - 1);
        json_end(&j);
        assert_string_equal(buf, "null");
    }
}

static size_t write_sample(char *buf, size_t size)
{
    struct json j;

    json_init(&j, buf, size);
    json_open(&j, NULL, '{');
    json_str(&j, "text", "1#高炉 \"CO\"\n");
    json_open(&j, "list", '[');
    json_num(&j, NULL, 24.3, 1);
    json_int(&j, NULL, INT64_MIN);
    json_nil(&j, NULL);
    json_close(&j, ']');
    json_bool(&j, "replay", false);
    json_close(&j, '}');
    return json_end(&j);
}

static void a_full_buffer_says_so_and_nothing_is_written_behind_it(void **unused)
{
    char whole[SIZE];
    size_t need = write_sample(whole, sizeof whole) + 1;

    (void)unused;
    for (size_t size = 0; size <= need; size++) {
        char *exact = malloc(size + 1); /* the sanitizer watches its end */

        assert_non_null(exact);
        exact[size] = 'G';
        assert_int_equal(write_sample(exact, size), size < need ? 0 : need - 1);
        assert_int_equal(exact[size], 'G');
        if (size > 0)
            assert_string_equal(exact, size < need ? "" : whole);
        free(exact);
    }
}

static void a_full_writer_stays_full_and_a_copy_brings_it_back(void **unused)
{
    char buf[16];
    struct json j, mark;

    (void)unused;
    json_init(&j, buf, sizeof buf);
    json_open(&j, NULL, '[');
    mark = j;
    json_str(&j, NULL, "longer than the room");
    assert_int_equal(json_left(&j), 0);
    json_int(&j, NULL, 1);
    assert_true(j.full);
    j = mark;
    json_int(&j, NULL, 1);
    json_close(&j, ']');
    assert_int_equal(json_end(&j), 3);
    assert_string_equal(buf, "[1]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structure_and_commas_are_right),
        cmocka_unit_test(every_byte_comes_back_or_is_replaced),
        cmocka_unit_test(only_valid_utf8_leaves),
        cmocka_unit_test(every_code_point_comes_back),
        cmocka_unit_test(a_long_text_ends_on_a_whole_character),
        cmocka_unit_test(numbers_have_the_places_of_their_scale),
        cmocka_unit_test(every_f32_reads_back_in_its_shortest_form),
        cmocka_unit_test(what_is_no_number_is_null),
        cmocka_unit_test(a_full_buffer_says_so_and_nothing_is_written_behind_it),
        cmocka_unit_test(a_full_writer_stays_full_and_a_copy_brings_it_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
