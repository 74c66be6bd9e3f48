/* Both framings, byte by byte: what one buffer says about one request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/frame.h"

static const struct request asked = {
    .unit = 1, .fc = 3, .address = 10, .count = 2, .tid = 0x1234
};
static const uint8_t tcp[] = { 0x12, 0x34, 0, 0, 0, 7, 1, 3, 4, 0xAA, 0xBB, 0xCC, 0xDD };
static uint8_t rtu[] = { 1, 3, 4, 0xAA, 0xBB, 0xCC, 0xDD, 0, 0 };

static int seal(void **unused)
{
    (void)unused;
    uint16_t crc = crc16(rtu, 7);
    rtu[7] = (uint8_t)crc;
    rtu[8] = (uint8_t)(crc >> 8);
    return 0;
}

/* Source: MODBUS over Serial Line V1.02, appendix B: 02 07 has the CRC 41 12. */
static void the_crc_is_that_of_the_standard(void **unused)
{
    static const uint8_t bytes[] = { 0x02, 0x07, 0x41, 0x12 };

    (void)unused;
    assert_int_equal(crc16(bytes, 2), 0x1241);
    assert_int_equal(crc16(bytes, 4), 0);
}

static void a_request_is_written_as_the_standard_says(void **unused)
{
    static const uint8_t as_tcp[] = { 0x12, 0x34, 0, 0, 0, 6, 1, 3, 0, 10, 0, 2 };
    static const uint8_t as_rtu[] = { 1, 3, 0, 10, 0, 2 };
    uint8_t out[FRAME_MAX];

    (void)unused;
    assert_int_equal(frame_tcp_encode(&asked, out), 12);
    assert_memory_equal(out, as_tcp, 12);
    assert_int_equal(frame_rtu_encode(&asked, out), 8);
    assert_memory_equal(out, as_rtu, 6);
    assert_int_equal(crc16(out, 8), 0);
}

static void a_whole_answer_is_proof_and_no_part_of_it_is(void **unused)
{
    struct frame f;

    (void)unused;
    for (size_t n = 0; n < sizeof tcp; n++) {
        frame_tcp_take(tcp, n, &asked, &f);
        assert_int_equal(f.verdict, FRAME_MORE);
    }
    frame_tcp_take(tcp, sizeof tcp, &asked, &f);
    assert_int_equal(f.verdict, FRAME_GOOD);
    assert_int_equal(f.len, 4);
    assert_ptr_equal(f.data, tcp + 9);
    for (size_t n = 0; n < sizeof rtu; n++) {
        frame_rtu_take(rtu, n, &asked, &f);
        assert_int_equal(f.verdict, FRAME_MORE);
    }
    frame_rtu_take(rtu, sizeof rtu, &asked, &f);
    assert_int_equal(f.verdict, FRAME_GOOD);
    assert_int_equal(f.len, 4);
    assert_ptr_equal(f.data, rtu + 3);
}

static void without_a_request_nothing_is_an_answer(void **unused)
{
    struct frame f;

    (void)unused;
    frame_tcp_take(tcp, sizeof tcp, NULL, &f);
    assert_int_equal(f.verdict, FRAME_OTHER);
    frame_rtu_take(rtu, sizeof rtu, NULL, &f);
    assert_int_equal(f.verdict, FRAME_OTHER);
}

static void any_one_byte_of_a_header_that_differs_is_no_proof(void **unused)
{
    uint8_t bent[sizeof tcp];
    struct frame f;

    (void)unused;
    for (size_t at = 0; at < 9; at++)
        for (unsigned v = 0; v < 256; v++) {
            memcpy(bent, tcp, sizeof tcp);
            bent[at] = (uint8_t)v;
            frame_tcp_take(bent, sizeof bent, &asked, &f);
            assert_true((f.verdict == FRAME_GOOD) == (v == tcp[at]));
        }
}

static void any_burst_of_two_bytes_in_an_rtu_frame_is_no_proof(void **unused)
{
    uint8_t bent[sizeof rtu];
    struct frame f;

    (void)unused;
    for (size_t at = 0; at + 1 < sizeof rtu; at++)
        for (unsigned v = 1; v < 65536; v++) {
            memcpy(bent, rtu, sizeof rtu);
            bent[at] ^= (uint8_t)(v >> 8);
            bent[at + 1] ^= (uint8_t)v;
            frame_rtu_take(bent, sizeof bent, &asked, &f);
            if (f.verdict == FRAME_GOOD || f.verdict == FRAME_EXCEPTION)
                fail_msg("bytes %zu and on, xor %04x", at, v);
        }
}

/* An impossible header is known as such at once, not only at the deadline. */
static void an_impossible_length_loses_the_borders_of_the_stream(void **unused)
{
    uint8_t head[6] = { 0x12, 0x34, 0, 0, 0, 0 };
    struct frame f;

    (void)unused;
    for (unsigned length = 0; length < 65536; length++) {
        head[4] = (uint8_t)(length >> 8);
        head[5] = (uint8_t)length;
        frame_tcp_take(head, sizeof head, &asked, &f);
        assert_int_equal(f.verdict, length >= 3 && length <= 254 ? FRAME_MORE : FRAME_DESYNC);
    }
}

static void bytes_behind_an_answer_must_be_whole_frames(void **unused)
{
    uint8_t two[2 * sizeof tcp];
    struct frame f;

    (void)unused;
    memcpy(two, tcp, sizeof tcp);
    memcpy(two + sizeof tcp, tcp, sizeof tcp);
    for (size_t n = sizeof tcp + 1; n < sizeof two; n++) {
        frame_tcp_take(two, n, &asked, &f);
        assert_int_equal(f.verdict, FRAME_DESYNC);
    }
    frame_tcp_take(two, sizeof two, &asked, &f);
    assert_int_equal(f.verdict, FRAME_GOOD);
    assert_int_equal(f.used, sizeof tcp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_crc_is_that_of_the_standard),
        cmocka_unit_test(a_request_is_written_as_the_standard_says),
        cmocka_unit_test(a_whole_answer_is_proof_and_no_part_of_it_is),
        cmocka_unit_test(without_a_request_nothing_is_an_answer),
        cmocka_unit_test(any_one_byte_of_a_header_that_differs_is_no_proof),
        cmocka_unit_test(any_burst_of_two_bytes_in_an_rtu_frame_is_no_proof),
        cmocka_unit_test(an_impossible_length_loses_the_borders_of_the_stream),
        cmocka_unit_test(bytes_behind_an_answer_must_be_whole_frames),
    };
    return cmocka_run_group_tests(tests, seal, NULL);
}
