/* Another master on the line: it is heard and reported, none of its replies is
 * taken for ours, and nothing of our own doing looks like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/bus_rig.h"

#define OURS     1
#define ADDRESS  10
#define SECONDS  60
#define WIRE_US  (8 * 1042)
#define STRANGER 9

static struct bus_rig r;
static uint32_t point;
static enum bus_kind kind;
static int64_t his_us; /* he began to ask */

static void start(void)
{
    his_us = -RIG_S;
    bus_rig_init(&r, kind);
    point = bus_rig_point(&r, bus_rig_unit(&r, OURS), ADDRESS, 500);
    bus_rig_start(&r, 7);
}

static struct bus_master heard(bool is_there)
{
    struct bus_master m;

    assert_int_equal(bus_master_heard(r.bus, r.now_us, &m), is_there);
    return m;
}

static uint64_t refused(enum why_code cause)
{
    return bus_rig_stats(&r, 0).rejected[cause];
}

/* He asks at this instant, and is answered. */
static void he_asks(const struct request *q)
{
    uint8_t f[FRAME_MAX];

    his_us = r.now_us;
    bus_rig_deliver(&r, WIRE_US, f, frame_rtu_encode(q, f));
    size_t n = bus_rig_honest(&r, q, f);
    bus_rig_deliver(&r, 2 * WIRE_US + r.turn_us + (int64_t)n * 1042, f, n);
}

static void he_asks_every(const struct request *q, int64_t every_us)
{
    for (int64_t at_us = 3 * RIG_S; at_us < SECONDS * RIG_S; at_us += every_us) {
        bus_rig_run(&r, at_us);
        he_asks(q);
    }
    bus_rig_run(&r, SECONDS * RIG_S);
}

/* ---- what he does to us ---- */

/* Of all phases: the periods have no common divisor. */
static void his_replies_are_never_ours(void **unused)
{
    static const struct request asks[] = {
        { .unit = OURS, .fc = 3, .address = 50, .count = 1 },
        { .unit = OURS, .fc = 3, .address = 50, .count = 2 },
        { .unit = OURS, .fc = 3, .address = 0x0300, .count = 1 },
        { .unit = STRANGER, .fc = 3, .address = 50, .count = 1 },
    };

    (void)unused;
    for (kind = BUS_RTU; kind < BUS_KINDS; kind++)
        for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++)
            for (int64_t every_us = 71111; every_us < RIG_S; every_us += 99991) {
                start();
                he_asks_every(&asks[i], every_us);
                assert_int_equal(r.wrong, 0);
                assert_true(r.seen[point].values > 2 * SECONDS / 2);
                assert_int_equal(heard(true).unit_id, asks[i].unit);
                assert_true(heard(true).requests > 20);
                bus_rig_stop(&r);
            }
    kind = BUS_RTU;
}

static void the_polls_that_he_spoils_say_so(void **unused)
{
    const struct request same = { .unit = OURS, .fc = 3, .address = 50, .count = 1 };
    bool said = false;

    (void)unused;
    bus_rig_init(&r, BUS_RTU);
    r.conf.retries = 0;
    r.turn_us = 100 * RIG_MS;
    point = bus_rig_point(&r, bus_rig_unit(&r, OURS), ADDRESS, 500);
    bus_rig_start(&r, 7);
    for (int i = 1; i < 100; i++) { /* rarely: else other registers are asked for beside him */
        bus_rig_run(&r, i * INT64_C(4033333));
        he_asks(&same);
        bus_rig_run(&r, r.now_us + 200 * RIG_MS);
        said = said || r.seen[point].last.why.code == WHY_MASTER;
    }
    assert_true(said);
    assert_int_equal(r.wrong, 0);
    bus_rig_stop(&r);
}

static void hears_him_out(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                          size_t n)
{
    assert_false(rig->now_us > his_us + WIRE_US + 5 * RIG_MS &&
                 rig->now_us < his_us + 2 * WIRE_US + rig->turn_us);
    bus_rig_answers(rig, asked, honest, n);
}

/* 5 ms: before the silence behind it nobody knows that it is whole. */
static void his_unit_may_answer_him(void **unused)
{
    const struct request q = { .unit = STRANGER, .fc = 3, .address = 50, .count = 1 };

    (void)unused;
    start();
    r.turn_us = 40 * RIG_MS;
    r.answer = hears_him_out;
    he_asks_every(&q, 130001);
    assert_true(r.seen[point].values > 2 * SECONDS / 2);
    bus_rig_stop(&r);
}

/* Nothing in an exception tells whom it refuses. */
static void what_he_is_refused_is_not_refused_to_us(void **unused)
{
    const struct request q = { .unit = OURS, .fc = 3, .address = 999, .count = 7 };
    uint8_t f[FRAME_MAX];

    (void)unused;
    start();
    r.turn_us = 60 * RIG_MS;
    for (int i = 1; i < 100; i++) {
        bus_rig_run(&r, i * INT64_C(4033333));
        bus_rig_deliver(&r, WIRE_US, f, frame_rtu_encode(&q, f));
        bus_rig_deliver(&r, 2 * WIRE_US + 20 * RIG_MS, f, bus_rig_exception(&r, &q, 2, f));
        bus_rig_run(&r, r.now_us + 300 * RIG_MS);
        assert_int_not_equal(r.seen[point].last.why.code, WHY_EXCEPTION);
    }
    bus_rig_stop(&r);
}

/* ---- that he is heard ---- */

static void a_write_proves_him_as_well(void **unused)
{
    static const uint8_t frames[][13] = {
        { STRANGER, 6, 0, 1, 0, 7 },
        { STRANGER, 16, 0, 1, 0, 2, 4, 1, 2, 3, 4 },
        { STRANGER, 16, 0, 1, 0, 2 }, /* and the reply to it */
    };
    static const size_t lengths[] = { 6, 11, 6 };
    uint8_t f[16];

    (void)unused;
    start();
    bus_rig_run(&r, RIG_S);
    for (size_t i = 0; i < 3; i++) { /* between our polls */
        memcpy(f, frames[i], lengths[i]);
        bus_rig_seal(&r, f, lengths[i] + 2);
        bus_rig_run(&r, r.seen[point].last_us + 700 * RIG_MS);
        bus_rig_deliver(&r, 0, f, lengths[i] + 2);
    }
    bus_rig_run(&r, 4 * RIG_S);
    assert_int_equal(heard(true).requests, 3);
    assert_int_equal(refused(WHY_MASTER), 3);
    bus_rig_stop(&r);
}

/* On four wires we hear his units and not him. */
static void replies_that_nobody_asked_for_prove_him_too(void **unused)
{
    const struct request q = { .unit = STRANGER, .fc = 3, .address = 50, .count = 1 };
    uint8_t f[FRAME_MAX];

    (void)unused;
    start();
    bus_rig_run(&r, 5 * RIG_S + 300 * RIG_MS);
    for (int i = 0; i < 3; i++) {
        heard(false);
        bus_rig_deliver(&r, 0, f, bus_rig_honest(&r, &q, f));
        bus_rig_run(&r, r.now_us + RIG_S);
    }
    assert_int_equal(heard(true).replies, 3);
    assert_int_equal(heard(true).unit_id, STRANGER);
    bus_rig_stop(&r);
}

static void a_minute_after_his_last_word_the_line_is_ours_again(void **unused)
{
    const struct request q = { .unit = STRANGER, .fc = 3, .address = 50, .count = 1 };

    (void)unused;
    start();
    he_asks_every(&q, RIG_S);
    heard(true);
    bus_rig_run(&r, (SECONDS + 56) * RIG_S);
    heard(true);
    bus_rig_run(&r, (SECONDS + 62) * RIG_S);
    assert_true(heard(false).requests > 0); /* and stays counted */
    bus_rig_stop(&r);
}

/* ---- what is not him ---- */

static void echoes(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                   size_t n)
{
    uint8_t f[FRAME_MAX];

    bus_rig_deliver(rig, WIRE_US, f, frame_rtu_encode(asked, f));
    bus_rig_deliver(rig, 2 * WIRE_US + rig->turn_us, honest, n);
}

/* After the timeout, when nothing or the next thing is asked. */
static void echoes_late(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                        size_t n)
{
    uint8_t f[FRAME_MAX];

    (void)honest;
    (void)n;
    bus_rig_deliver(rig, 650 * RIG_MS, f, frame_rtu_encode(asked, f));
}

static void answers_late(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                         size_t n)
{
    (void)asked;
    bus_rig_deliver(rig, 650 * RIG_MS, honest, n);
}

/* With a wrong number, so that nobody knows it. */
static void answers_as_another(struct bus_rig *rig, const struct request *asked,
                               const uint8_t *honest, size_t n)
{
    struct request other = *asked;
    uint8_t f[FRAME_MAX];

    (void)honest;
    (void)n;
    other.unit = STRANGER;
    bus_rig_deliver(rig, rig->sends % 2 == 0 ? 650 * RIG_MS : rig->turn_us, f,
                    bus_rig_honest(rig, &other, f));
}

static void echo_and_late_replies_are_no_master(void **unused)
{
    static bus_rig_answer *const answers[] = { echoes, echoes_late, answers_late,
                                               answers_as_another };

    (void)unused;
    for (kind = BUS_RTU; kind < BUS_KINDS; kind++)
        for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
            start();
            r.answer = answers[i];
            for (int s = 1; s <= SECONDS; s++) {
                bus_rig_run(&r, s * RIG_S);
                heard(false);
            }
            assert_int_equal(refused(WHY_MASTER), 0);
            assert_int_equal(heard(false).requests, 0);
            assert_true(i > 1 || refused(WHY_ECHO) > 10);
            bus_rig_stop(&r);
        }
    kind = BUS_RTU;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(his_replies_are_never_ours),
        cmocka_unit_test(the_polls_that_he_spoils_say_so),
        cmocka_unit_test(his_unit_may_answer_him),
        cmocka_unit_test(what_he_is_refused_is_not_refused_to_us),
        cmocka_unit_test(a_write_proves_him_as_well),
        cmocka_unit_test(replies_that_nobody_asked_for_prove_him_too),
        cmocka_unit_test(a_minute_after_his_last_word_the_line_is_ours_again),
        cmocka_unit_test(echo_and_late_replies_are_no_master),
    };

    kind = BUS_RTU;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
