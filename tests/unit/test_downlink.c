/* What a platform, or whoever can write to its topics, may say to us. */
#include "daemon/downlink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/err.h"

static void expect_refused(const char *name, const char *topic, const void *body, size_t len)
{
    static struct downlink d, untouched;
    void *copy = malloc(len + 1); /* its exact size, for the sanitizer */

    assert_non_null(copy);
    memcpy(copy, body, len);
    memset(&d, 0x5A, sizeof d);
    untouched = d;
    if (downlink_parse(&d, topic, copy, len) != RG_EINVAL)
        fail_msg("%s was taken", name);
    assert_memory_equal(&d, &untouched, sizeof d);
    free(copy);
}

static void what_is_malformed_or_hostile_is_refused_whole(void **unused)
{
    static const struct {
        const char *name, *topic, *body;
    } rows[] = {
        { "empty", "receipt", "" },
        { "not JSON", "receipt", "hello" },
        { "cut short", "receipt", "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"upto\":7" },
        { "something behind it", "receipt",
          "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"upto\":7}x" },
        { "a list", "receipt", "[1]" },
        { "null", "receipt", "null" },
        { "not UTF-8", "receipt", "{\"v\":1,\"topic\":\"\xff\",\"epoch\":3,\"upto\":7}" },
        { "a key twice", "receipt",
          "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"upto\":7,\"upto\":9}" },
        { "another version", "receipt", "{\"v\":2,\"topic\":\"alarm\",\"epoch\":3,\"upto\":7}" },
        { "no version", "receipt", "{\"topic\":\"alarm\",\"epoch\":3,\"upto\":7}" },
        { "the version as a text", "receipt",
          "{\"v\":\"1\",\"topic\":\"alarm\",\"epoch\":3,\"upto\":7}" },
        { "neither upto nor seqs", "receipt", "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3}" },
        { "upto and seqs", "receipt",
          "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"upto\":7,\"seqs\":[7]}" },
        { "a key too many", "receipt",
          "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"upto\":7,\"limit\":9}" },
        { "a topic that has no numbers", "receipt",
          "{\"v\":1,\"topic\":\"status\",\"epoch\":3,\"upto\":7}" },
        { "no such topic", "receipt", "{\"v\":1,\"topic\":\"alarms\",\"epoch\":3,\"upto\":7}" },
        { "a topic that is a number", "receipt", "{\"v\":1,\"topic\":0,\"epoch\":3,\"upto\":7}" },
        { "number 0", "receipt", "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"upto\":0}" },
        { "a negative number", "receipt", "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"upto\":-1}" },
        { "a fraction", "receipt", "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"upto\":7.5}" },
        { "a whole number as a fraction", "receipt",
          "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"upto\":7.0}" },
        { "beyond 64 bits", "receipt",
          "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"upto\":99999999999999999999}" },
        { "true", "receipt", "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"upto\":true}" },
        { "epoch 0", "receipt", "{\"v\":1,\"topic\":\"alarm\",\"epoch\":0,\"upto\":7}" },
        { "no epoch", "receipt", "{\"v\":1,\"topic\":\"alarm\",\"upto\":7}" },
        { "an empty list", "receipt", "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"seqs\":[]}" },
        { "one bad number in a list", "receipt",
          "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"seqs\":[7,0,9]}" },
        { "a list in a list", "receipt",
          "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"seqs\":[[7]]}" },
        { "a number instead of a list", "receipt",
          "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"seqs\":7}" },
        { "an object instead of a list", "receipt",
          "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"seqs\":{\"a\":7}}" },
        { "a receipt as a request", "request",
          "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"upto\":7}" },
        { "a request as a receipt", "receipt", "{\"v\":1,\"req\":\"meta\"}" },
        { "a request on another topic", "command", "{\"v\":1,\"req\":\"meta\"}" },
        { "no such request", "request", "{\"v\":1,\"req\":\"reset\"}" },
        { "a write", "request", "{\"v\":1,\"req\":\"set\",\"rule\":\"co.a/H\",\"at\":500}" },
        { "an acknowledgement", "request", "{\"v\":1,\"req\":\"ack\",\"rule\":\"co.a/H\"}" },
        { "meta with more", "request", "{\"v\":1,\"req\":\"meta\",\"from\":1}" },
        { "resend without an end", "request",
          "{\"v\":1,\"req\":\"resend\",\"topic\":\"alarm\",\"epoch\":3,\"from\":4}" },
        { "resend backwards", "request",
          "{\"v\":1,\"req\":\"resend\",\"topic\":\"alarm\",\"epoch\":3,\"from\":6,\"to\":4}" },
        { "resend from 0", "request",
          "{\"v\":1,\"req\":\"resend\",\"topic\":\"alarm\",\"epoch\":3,\"from\":0,\"to\":4}" },
        { "resend of active", "request",
          "{\"v\":1,\"req\":\"resend\",\"topic\":\"active\",\"epoch\":3,\"from\":1,\"to\":4}" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_refused(rows[i].name, rows[i].topic, rows[i].body, strlen(rows[i].body));
}

/* Bytes that a table of texts can not hold. */
static void what_is_too_long_too_deep_or_hides_a_nul_is_refused(void **unused)
{
    static const char nul[] = "{\"v\":1,\"topic\":\"alarm\0x\",\"epoch\":3,\"upto\":7}";
    static const char escaped[] = "{\"v\":1,\"topic\":\"alarm\\u0000\",\"epoch\":3,\"upto\":7}";
    static char body[DOWNLINK_MAX + 1];

    (void)unused;
    expect_refused("a NUL", "receipt", nul, sizeof nul - 1);
    expect_refused("an escaped NUL", "receipt", escaped, sizeof escaped - 1);
    memset(body, '[', DOWNLINK_MAX);
    expect_refused("16 KB of brackets", "receipt", body, DOWNLINK_MAX);
    memset(body, ' ', sizeof body);
    memcpy(body, "{\"v\":1,\"req\":\"meta\"}", 20);
    expect_refused("one byte too long", "request", body, sizeof body);
    assert_int_equal(downlink_parse(&(struct downlink){ 0 }, "request", body, DOWNLINK_MAX), RG_OK);
}

static size_t list_of(char *body, size_t size, size_t n)
{
    size_t len =
        (size_t)snprintf(body, size, "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"seqs\":[");

    for (size_t i = 1; i <= n; i++)
        len += (size_t)snprintf(body + len, size - len, "%s%zu", i == 1 ? "" : ",", i);
    return len + (size_t)snprintf(body + len, size - len, "]}");
}

static void a_list_has_at_most_1024_numbers(void **unused)
{
    static char body[DOWNLINK_MAX];
    static struct downlink d;
    size_t len = list_of(body, sizeof body, DOWNLINK_SEQS_MAX);

    (void)unused;
    assert_int_equal(downlink_parse(&d, "receipt", body, len), RG_OK);
    assert_int_equal(d.n_seqs, DOWNLINK_SEQS_MAX);
    assert_int_equal(d.seqs[DOWNLINK_SEQS_MAX - 1], DOWNLINK_SEQS_MAX);
    len = list_of(body, sizeof body, DOWNLINK_SEQS_MAX + 1);
    expect_refused("1025 numbers", "receipt", body, len);
}

static void what_is_right_is_understood(void **unused)
{
    static struct downlink d;
    static const char upto[] = " {\"upto\":7,\"epoch\":3,\"topic\":\"ledger\",\"v\":1} ";
    static const char resend[] = "{\"v\":1,\"req\":\"resend\",\"topic\":\"telemetry\","
                                 "\"epoch\":4503599627370497,\"from\":4,\"to\":6}";

    (void)unused;
    assert_int_equal(downlink_parse(&d, "receipt", upto, sizeof upto - 1), RG_OK);
    assert_int_equal(d.kind, DOWN_RECEIPT);
    assert_int_equal(d.topic, TOPIC_LEDGER);
    assert_int_equal(d.epoch, 3);
    assert_true(d.upto);
    assert_int_equal(d.n_seqs, 1);
    assert_int_equal(d.seqs[0], 7);
    assert_int_equal(downlink_parse(&d, "request", resend, sizeof resend - 1), RG_OK);
    assert_int_equal(d.kind, DOWN_RESEND);
    assert_int_equal(d.topic, TOPIC_TELEMETRY);
    assert_int_equal(d.epoch, 4503599627370497);
    assert_int_equal(d.from, 4);
    assert_int_equal(d.to, 6);
    assert_int_equal(downlink_parse(&d, "request", "{\"v\":1,\"req\":\"active\"}", 22), RG_OK);
    assert_int_equal(d.kind, DOWN_ACTIVE);
}

/* Each cut and each changed byte of a good one: taken or refused, never a crash
 * and never a half. */
static void no_byte_of_a_message_is_trusted(void **unused)
{
    static const char good[] = "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"seqs\":[9,10]}";
    static struct downlink d;

    (void)unused;
    for (size_t len = 0; len < sizeof good - 1; len++)
        expect_refused("a cut", "receipt", good, len);
    for (size_t at = 0; at < sizeof good - 1; at++)
        for (int byte = 0; byte < 256; byte++) {
            char body[sizeof good];

            memcpy(body, good, sizeof good);
            body[at] = (char)byte;
            if (downlink_parse(&d, "receipt", body, sizeof good - 1) != RG_OK)
                continue;
            assert_int_equal(d.kind, DOWN_RECEIPT);
            assert_in_range(d.topic, TOPIC_ALARM, TOPIC_LEDGER);
            assert_in_range(d.n_seqs, 1, 2);
            assert_true(d.epoch >= 1 && d.seqs[0] >= 1);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_malformed_or_hostile_is_refused_whole),
        cmocka_unit_test(what_is_too_long_too_deep_or_hides_a_nul_is_refused),
        cmocka_unit_test(a_list_has_at_most_1024_numbers),
        cmocka_unit_test(what_is_right_is_understood),
        cmocka_unit_test(no_byte_of_a_message_is_trusted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
