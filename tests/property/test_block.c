/* What is packed reads back bit for bit, whatever it was. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/block.h"

#define ROWS  600
#define TRIES 3000

static uint64_t seed = 1;

static uint64_t dice(void)
{
    seed ^= seed << 13; /* Source: G. Marsaglia, Xorshift RNGs, 2003 */
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static double odd_value(int decimals)
{
    static const double odd[] = { 0.0,  -0.0,    1e-308, 1.7e308, -1e15, 9.1e15,
                                  0.1f, 1.0 / 3, 65535,  -32768,  1e9 };
    double whole = (double)(int64_t)(dice() % 2001) - 1000;

    switch (dice() % 4) {
    case 0:
        return odd[dice() % (sizeof odd / sizeof odd[0])];
    case 1:
        return (double)(float)(whole / 7);
    default:
        return whole / pow(10, decimals < 0 ? 0 : decimals);
    }
}

static size_t make_rows(struct block_row *v, int64_t base_ms, int decimals)
{
    size_t n = 1 + dice() % ROWS;
    int64_t t_ms = base_ms + (int64_t)(dice() % 1000);
    bool is_calm = dice() % 2 == 0;
    double val = odd_value(decimals);

    for (size_t i = 0; i < n; i++) {
        bool is_odd = dice() % 50 == 0;
        v[i] = (struct block_row){ .t_ms = t_ms, .word = (uint8_t)(is_odd ? dice() : 1) };
        v[i].has_val = dice() % 40 != 0;
        if (!is_calm || is_odd)
            val = odd_value(decimals);
        if (v[i].has_val)
            v[i].val = val;
        else
            v[i].why = (uint32_t)dice();
        t_ms += is_odd ? (int64_t)(dice() % 100000000) : 1000 + (int64_t)(dice() % 7) - 3;
    }
    return n;
}

static uint8_t bytes[BLOCK_HEAD_MAX + ROWS * BLOCK_ROW_MAX];

static void assert_same(const struct block_row *a, const struct block_row *b)
{
    assert_int_equal(a->t_ms, b->t_ms);
    assert_int_equal(a->word, b->word);
    assert_int_equal(a->has_val, b->has_val);
    if (a->has_val)
        assert_memory_equal(&a->val, &b->val, sizeof a->val);
    else
        assert_int_equal(a->why, b->why);
}

static void what_is_packed_reads_back_bit_for_bit(void **unused)
{
    static struct block_row rows[ROWS];
    struct block_reader r;
    struct block_row row;

    (void)unused;
    for (int i = 0; i < TRIES; i++) {
        int decimals = (int)(dice() % 12) - 1;
        int64_t base_ms = (int64_t)(dice() % 1000000000000);
        size_t n = make_rows(rows, base_ms, decimals);
        size_t len = block_pack(bytes, rows, n, base_ms, decimals);
        assert_true(len <= BLOCK_HEAD_MAX + n * BLOCK_ROW_MAX);
        block_read(&r, bytes, len, base_ms);
        for (size_t k = 0; k < n; k++) {
            assert_int_equal(block_next(&r, &row), 1);
            assert_same(&rows[k], &row);
        }
        assert_int_equal(block_next(&r, &row), 0);
    }
}

static void damaged_bytes_end_and_harm_nothing(void **unused)
{
    struct block_reader r;
    struct block_row row;

    (void)unused;
    for (int i = 0; i < 20000; i++) {
        size_t len = dice() % 60;
        size_t rows = 0;
        for (size_t k = 0; k < len; k++)
            bytes[k] = (uint8_t)(k == 0 ? dice() % 17 : dice());
        block_read(&r, bytes, len, 0);
        while (block_next(&r, &row) > 0)
            rows++;
        assert_true(rows <= len);
    }
}

/* A CO detector of one decimal at 1 s on a line that jitters by milliseconds. */
static void a_steady_reading_costs_about_a_byte(void **unused)
{
    static struct block_row rows[60];
    size_t len = 0;
    int64_t t_ms = 0;
    double whole = 120;

    (void)unused;
    for (int minute = 0; minute < 60; minute++) {
        for (size_t i = 0; i < 60; i++) {
            t_ms += 1000 + (int64_t)(dice() % 5) - 2;
            whole += (double)(int64_t)(dice() % 3) - 1;
            rows[i] = (struct block_row){ .t_ms = t_ms, .word = 1, .has_val = true };
            rows[i].val = whole / 10;
        }
        len += block_pack(bytes, rows, 60, rows[0].t_ms, 1);
    }
    print_message("%.2f bytes a sample packed\n", (double)len / 3600);
    assert_true(len < 3600 * 2);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_packed_reads_back_bit_for_bit),
        cmocka_unit_test(damaged_bytes_end_and_harm_nothing),
        cmocka_unit_test(a_steady_reading_costs_about_a_byte),
    };

    if (argc == 3 && strcmp(argv[1], "-s") == 0)
        seed = strtoull(argv[2], NULL, 10);
    print_message("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
