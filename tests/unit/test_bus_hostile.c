/* One row for each way in which a reply can be wrong.  In each the poll before
 * is honest, then the plant does this to every reply for ten polls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/bus_rig.h"

#define POLLS   10
#define TIDS_IN 2
#define UNIT    1
#define ADDRESS 10

enum outcome { NO_VALUE, RIGHT_VALUE };

/* What is done to the bytes of an honest reply. */
struct spoil {
    int at, to;   /* byte `at` becomes `to` */
    int at2, to2; /* the same, if at2 is not 0 */
    int more;     /* bytes of 0x55 behind it, or cut off when negative */
    bool sealed;  /* RTU: with a right CRC all the same */
};

struct row {
    const char *name;
    enum bus_kind kind;
    struct spoil spoil;
    bus_rig_answer *answer; /* NULL: spoil */
    int arg;
    enum why_code cause; /* WHY_NONE: no rejection is counted */
    enum outcome outcome;
    bool closes; /* the connection is made anew */
};

static struct bus_rig r;
static const struct row *row;

static void spoilt(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                   size_t n)
{
    const struct spoil *s = &row->spoil;
    uint8_t f[FRAME_MAX + 16];

    (void)asked;
    memset(f, 0x55, sizeof f);
    memcpy(f, honest, n);
    n = (size_t)((int)n + s->more);
    f[s->at] = (uint8_t)s->to;
    if (s->at2 != 0)
        f[s->at2] = (uint8_t)s->to2;
    if (s->sealed)
        bus_rig_seal(rig, f, n);
    bus_rig_deliver(rig, rig->turn_us, f, n);
}

/* ---- what bytes alone can't say ---- */

static void late(struct bus_rig *rig, const struct request *asked, const uint8_t *honest, size_t n)
{
    (void)asked;
    bus_rig_deliver(rig, row->arg * RIG_MS, honest, n);
}

static void twice_at_once(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                          size_t n)
{
    uint8_t both[FRAME_MAX];

    (void)asked;
    memcpy(both, honest, n);
    memcpy(both + n, honest, n);
    bus_rig_deliver(rig, rig->turn_us, both, 2 * n);
}

static void twice(struct bus_rig *rig, const struct request *asked, const uint8_t *honest, size_t n)
{
    (void)asked;
    bus_rig_deliver(rig, rig->turn_us, honest, n);
    bus_rig_deliver(rig, rig->turn_us + row->arg * RIG_MS, honest, n);
}

static void late_and_twice(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                           size_t n)
{
    (void)asked;
    bus_rig_deliver(rig, 600 * RIG_MS, honest, n);
    bus_rig_deliver(rig, 700 * RIG_MS, honest, n);
}

/* Within the frame gap, so not a frame of its own. */
static void a_byte_just_behind(struct bus_rig *rig, const struct request *asked,
                               const uint8_t *honest, size_t n)
{
    (void)asked;
    bus_rig_deliver(rig, rig->turn_us, honest, n);
    bus_rig_deliver(rig, rig->turn_us + 2 * RIG_MS, (const uint8_t *)"U", 1);
}

/* The next frame's first bytes look like the missing ones. */
static void cut_and_filled_up(struct bus_rig *rig, const struct request *asked,
                              const uint8_t *honest, size_t n)
{
    uint8_t f[2 * FRAME_MAX];

    (void)asked;
    memcpy(f, honest, n - 2);
    memcpy(f + n - 2, honest, n);
    bus_rig_deliver(rig, rig->turn_us, f, 2 * n - 2);
}

static void drip(struct bus_rig *rig, const struct request *asked, const uint8_t *honest, size_t n)
{
    (void)asked;
    for (size_t i = 0; i < n; i++)
        bus_rig_deliver(rig, (int64_t)(i + 1) * row->arg * RIG_MS, honest + i, 1);
}

static void exception(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                      size_t n)
{
    uint8_t f[FRAME_MAX];

    (void)honest;
    n = bus_rig_exception(rig, asked, (uint8_t)row->arg, f);
    bus_rig_deliver(rig, rig->turn_us, f, n);
}

static void exception_with_more(struct bus_rig *rig, const struct request *asked,
                                const uint8_t *honest, size_t n)
{
    uint8_t f[FRAME_MAX] = { 0 };

    (void)honest;
    n = bus_rig_exception(rig, asked, 2, f) + (size_t)row->arg;
    if (rig->conf.kind == BUS_TCP)
        f[5] = (uint8_t)(3 + row->arg);
    bus_rig_deliver(rig, rig->turn_us, f, n);
}

static void exception_to_another_function(struct bus_rig *rig, const struct request *asked,
                                          const uint8_t *honest, size_t n)
{
    struct request other = *asked;
    uint8_t f[FRAME_MAX];

    (void)honest;
    other.fc = 4;
    n = bus_rig_exception(rig, &other, 2, f);
    bus_rig_deliver(rig, rig->turn_us, f, n);
}

static void echo(struct bus_rig *rig, const struct request *asked, const uint8_t *honest, size_t n)
{
    uint8_t f[FRAME_MAX];
    size_t sent =
        rig->conf.kind != BUS_TCP ? frame_rtu_encode(asked, f) : frame_tcp_encode(asked, f);

    bus_rig_deliver(rig, 0, f, sent);
    if (row->arg)
        bus_rig_deliver(rig, rig->turn_us + 30 * RIG_MS, honest, n);
}

static void echo_and_reply_at_once(struct bus_rig *rig, const struct request *asked,
                                   const uint8_t *honest, size_t n)
{
    uint8_t f[FRAME_MAX];
    size_t sent = frame_rtu_encode(asked, f);

    memcpy(f + sent, honest, n);
    bus_rig_deliver(rig, rig->turn_us, f, sent + n);
}

static const uint8_t noise[] = { 0x00, 0xFF, 0x55, 0x80, 0x00, 0x13 };

static void noise_before(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                         size_t n)
{
    (void)asked;
    bus_rig_deliver(rig, 1 * RIG_MS, noise, sizeof noise);
    bus_rig_deliver(rig, 30 * RIG_MS, honest, n);
}

static void noise_glued_before(struct bus_rig *rig, const struct request *asked,
                               const uint8_t *honest, size_t n)
{
    uint8_t f[FRAME_MAX];

    (void)asked;
    memcpy(f, noise, sizeof noise);
    memcpy(f + sizeof noise, honest, n);
    bus_rig_deliver(rig, rig->turn_us, f, sizeof noise + n);
}

static void noise_after(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                        size_t n)
{
    (void)asked;
    bus_rig_deliver(rig, rig->turn_us, honest, n);
    bus_rig_deliver(rig, rig->turn_us + 30 * RIG_MS, noise, sizeof noise);
}

static void another_unit(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                         size_t n)
{
    struct request other = *asked;
    uint8_t f[FRAME_MAX];

    other.unit = (uint8_t)row->arg;
    bus_rig_deliver(rig, rig->turn_us, f, bus_rig_honest(rig, &other, f));
    (void)honest;
    (void)n;
}

static void another_unit_then_ours(struct bus_rig *rig, const struct request *asked,
                                   const uint8_t *honest, size_t n)
{
    another_unit(rig, asked, honest, n);
    bus_rig_deliver(rig, rig->turn_us + 30 * RIG_MS, honest, n);
}

static void other_count(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                        size_t n)
{
    struct request other = *asked;
    uint8_t f[FRAME_MAX];

    (void)honest;
    other.count = (uint16_t)(other.count + row->arg);
    n = bus_rig_honest(rig, &other, f);
    bus_rig_deliver(rig, rig->turn_us, f, n);
}

static void reset_in_the_middle(struct bus_rig *rig, const struct request *asked,
                                const uint8_t *honest, size_t n)
{
    (void)asked;
    bus_rig_deliver(rig, rig->turn_us, honest, n - 2);
    bus_rig_hang_up(rig, rig->turn_us);
}

static void hang_up(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                    size_t n)
{
    (void)asked;
    (void)honest;
    (void)n;
    bus_rig_hang_up(rig, rig->turn_us);
}

static void silence(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                    size_t n)
{
    (void)rig;
    (void)asked;
    (void)honest;
    (void)n;
}

static void paused_at(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                      size_t n)
{
    size_t k = (size_t)row->arg;

    (void)asked;
    bus_rig_deliver(rig, rig->turn_us, honest, k);
    bus_rig_deliver(rig, rig->turn_us + 40 * RIG_MS, honest + k, n - k);
}

static void glued_to_the_next_of_its_kind(struct bus_rig *rig, const struct request *asked,
                                          const uint8_t *honest, size_t n)
{
    struct request other = *asked;
    uint8_t f[2 * FRAME_MAX];

    other.address = (uint16_t)(other.address + 40);
    memcpy(f, honest, n);
    bus_rig_deliver(rig, rig->turn_us, f, n + bus_rig_honest(rig, &other, f + n));
}

#define T BUS_TCP
#define R BUS_RTU
static const struct row rows[] = {
    /* TCP frame: tid tid 0 0 len len unit fc count data data */
    { "TCP, wrong transaction id", T, { .at = 0, .to = 0x77 }, NULL, 0, WHY_TID, NO_VALUE, false },
    { "TCP, protocol id 7", T, { .at = 3, .to = 7 }, NULL, 0, WHY_PROTO, NO_VALUE, true },
    { "TCP, length 200", T, { .at = 5, .to = 200 }, NULL, 0, WHY_LEN, NO_VALUE, true },
    { "TCP, length 0", T, { .at = 5, .to = 0 }, NULL, 0, WHY_LEN, NO_VALUE, true },
    { "TCP, length 1", T, { .at = 5, .to = 1 }, NULL, 0, WHY_LEN, NO_VALUE, true },
    { "TCP, length 3", T, { .at = 5, .to = 3 }, NULL, 0, WHY_LEN, NO_VALUE, true },
    { "TCP, length 4, one short", T, { .at = 5, .to = 4 }, NULL, 0, WHY_LEN, NO_VALUE, true },
    { "TCP, length 6 and a byte more",
      T,
      { .at = 5, .to = 6, .more = 1 },
      NULL,
      0,
      WHY_LEN,
      NO_VALUE,
      true },
    { "TCP, length 255", T, { .at = 5, .to = 255 }, NULL, 0, WHY_LEN, NO_VALUE, true },
    { "TCP, length 0x0105", T, { .at = 4, .to = 1 }, NULL, 0, WHY_LEN, NO_VALUE, true },
    { "TCP, length 0xFF05", T, { .at = 4, .to = 255 }, NULL, 0, WHY_LEN, NO_VALUE, true },
    { "TCP, wrong unit", T, { .at = 6, .to = 2 }, NULL, 0, WHY_UNIT, NO_VALUE, false },
    { "TCP, unit 0", T, { .at = 6, .to = 0 }, NULL, 0, WHY_UNIT, NO_VALUE, false },
    { "TCP, another function", T, { .at = 7, .to = 4 }, NULL, 0, WHY_FC, NO_VALUE, false },
    { "TCP, a function nobody knows",
      T,
      { .at = 7, .to = 0x41 },
      NULL,
      0,
      WHY_FC,
      NO_VALUE,
      false },
    { "TCP, byte count too high", T, { .at = 8, .to = 4 }, NULL, 0, WHY_COUNT, NO_VALUE, true },
    { "TCP, byte count too low", T, { .at = 8, .to = 1 }, NULL, 0, WHY_COUNT, NO_VALUE, true },
    { "TCP, byte count 0", T, { .at = 8, .to = 0 }, NULL, 0, WHY_COUNT, NO_VALUE, true },
    { "TCP, one register too many", T, { 0 }, other_count, 1, WHY_COUNT, NO_VALUE, false },
    { "TCP, no register", T, { 0 }, other_count, -1, WHY_COUNT, NO_VALUE, false },
    { "TCP, a byte missing", T, { .to = 0, .more = -1 }, NULL, 0, WHY_LEN, NO_VALUE, true },
    { "TCP, late by 0.8 s", T, { 0 }, late, 800, WHY_LATE, NO_VALUE, false },
    { "TCP, late by 1.3 s", T, { 0 }, late, 1300, WHY_LATE, NO_VALUE, false },
    { "TCP, twice", T, { 0 }, twice, 100, WHY_DUP, RIGHT_VALUE, false },
    { "TCP, twice at once", T, { 0 }, twice_at_once, 0, WHY_DUP, RIGHT_VALUE, false },
    { "TCP, glued to a reply for other registers",
      T,
      { 0 },
      glued_to_the_next_of_its_kind,
      0,
      WHY_DUP,
      RIGHT_VALUE,
      false },
    { "TCP, late and then again", T, { 0 }, late_and_twice, 0, WHY_DUP, NO_VALUE, false },
    { "TCP, cut short and filled up", T, { 0 }, cut_and_filled_up, 0, WHY_LEN, NO_VALUE, true },
    { "TCP, 250 ms a byte", T, { 0 }, drip, 250, WHY_LEN, NO_VALUE, true },
    { "TCP, exception with a byte more",
      T,
      { 0 },
      exception_with_more,
      1,
      WHY_LEN,
      NO_VALUE,
      true },
    { "TCP, exception with two bytes more",
      T,
      { 0 },
      exception_with_more,
      2,
      WHY_LEN,
      NO_VALUE,
      true },
    { "TCP, exception to another function",
      T,
      { 0 },
      exception_to_another_function,
      0,
      WHY_FC,
      NO_VALUE,
      false },
    { "TCP, the request itself comes back", T, { 0 }, echo, 0, WHY_COUNT, NO_VALUE, true },
    { "TCP, noise before", T, { 0 }, noise_before, 0, WHY_PROTO, NO_VALUE, true },
    { "TCP, noise glued before", T, { 0 }, noise_glued_before, 0, WHY_PROTO, NO_VALUE, true },
    { "TCP, noise after", T, { 0 }, noise_after, 0, WHY_PROTO, RIGHT_VALUE, true },
    { "TCP, reset in the middle", T, { 0 }, reset_in_the_middle, 0, WHY_LEN, NO_VALUE, true },
    { "TCP, closed after the request", T, { 0 }, hang_up, 0, WHY_NONE, NO_VALUE, true },
    { "TCP, silence", T, { 0 }, silence, 0, WHY_NONE, NO_VALUE, false },
    /* RTU frame: unit fc count data data crc crc */
    { "RTU, CRC wrong", R, { .at = 6, .to = 0x99 }, NULL, 0, WHY_CRC, NO_VALUE, false },
    { "RTU, a value spoilt", R, { .at = 3, .to = 0x99 }, NULL, 0, WHY_CRC, NO_VALUE, false },
    { "RTU, unit spoilt", R, { .at = 0, .to = 3 }, NULL, 0, WHY_CRC, NO_VALUE, false },
    { "RTU, another function",
      R,
      { .at = 1, .to = 4, .sealed = true },
      NULL,
      0,
      WHY_FC,
      NO_VALUE,
      false },
    { "RTU, a function nobody knows",
      R,
      { .at = 1, .to = 0x41, .sealed = true },
      NULL,
      0,
      WHY_FC,
      NO_VALUE,
      false },
    { "RTU, byte count too high",
      R,
      { .at = 2, .to = 16, .sealed = true },
      NULL,
      0,
      WHY_COUNT,
      NO_VALUE,
      false },
    { "RTU, byte count too low",
      R,
      { .at = 2, .to = 1, .sealed = true },
      NULL,
      0,
      WHY_COUNT,
      NO_VALUE,
      false },
    { "RTU, byte count 255",
      R,
      { .at = 2, .to = 255, .sealed = true },
      NULL,
      0,
      WHY_COUNT,
      NO_VALUE,
      false },
    { "RTU, byte count spoilt upwards",
      R,
      { .at = 2, .to = 16 },
      NULL,
      0,
      WHY_LEN,
      NO_VALUE,
      false },
    { "RTU, one register too many", R, { 0 }, other_count, 1, WHY_COUNT, NO_VALUE, false },
    { "RTU, no register", R, { 0 }, other_count, -1, WHY_COUNT, NO_VALUE, false },
    { "RTU, a byte missing", R, { .to = UNIT, .more = -1 }, NULL, 0, WHY_LEN, NO_VALUE, false },
    { "RTU, a byte more", R, { .to = UNIT, .more = 1 }, NULL, 0, WHY_LEN, NO_VALUE, false },
    { "RTU, another unit of this line", R, { 0 }, another_unit, 2, WHY_UNIT, NO_VALUE, false },
    { "RTU, a unit nobody knows", R, { 0 }, another_unit, 9, WHY_UNIT, NO_VALUE, false },
    { "RTU, another unit and then ours",
      R,
      { 0 },
      another_unit_then_ours,
      9,
      WHY_UNIT,
      RIGHT_VALUE,
      false },
    { "RTU, late by 0.8 s", R, { 0 }, late, 800, WHY_LATE, NO_VALUE, false },
    { "RTU, late by 1.3 s", R, { 0 }, late, 1300, WHY_LATE, NO_VALUE, false },
    { "RTU, late by 3 s", R, { 0 }, late, 3000, WHY_LATE, NO_VALUE, false },
    { "RTU, twice", R, { 0 }, twice, 100, WHY_DUP, RIGHT_VALUE, false },
    { "RTU, twice at once", R, { 0 }, twice_at_once, 0, WHY_LEN, NO_VALUE, false },
    { "RTU, glued to a reply for other registers",
      R,
      { 0 },
      glued_to_the_next_of_its_kind,
      0,
      WHY_LEN,
      NO_VALUE,
      false },
    { "RTU, a byte just behind", R, { 0 }, a_byte_just_behind, 0, WHY_LEN, NO_VALUE, false },
    { "RTU, 250 ms a byte", R, { 0 }, drip, 250, WHY_LEN, NO_VALUE, false },
    { "RTU, exception with a byte more",
      R,
      { 0 },
      exception_with_more,
      1,
      WHY_LEN,
      NO_VALUE,
      false },
    { "RTU, exception to another function",
      R,
      { 0 },
      exception_to_another_function,
      0,
      WHY_FC,
      NO_VALUE,
      false },
    { "RTU, echo, then the reply", R, { 0 }, echo, 1, WHY_ECHO, RIGHT_VALUE, false },
    { "RTU, echo and reply at once",
      R,
      { 0 },
      echo_and_reply_at_once,
      0,
      WHY_ECHO,
      RIGHT_VALUE,
      false },
    { "RTU, echo alone", R, { 0 }, echo, 0, WHY_ECHO, NO_VALUE, false },
    { "RTU, noise before", R, { 0 }, noise_before, 0, WHY_NOISE, RIGHT_VALUE, false },
    { "RTU, noise glued before", R, { 0 }, noise_glued_before, 0, WHY_NOISE, NO_VALUE, false },
    { "RTU, noise after", R, { 0 }, noise_after, 0, WHY_NOISE, RIGHT_VALUE, false },
    { "RTU, line lost in the middle", R, { 0 }, reset_in_the_middle, 0, WHY_LEN, NO_VALUE, true },
    { "RTU, silence", R, { 0 }, silence, 0, WHY_NONE, NO_VALUE, false },
};

static uint64_t rejected(enum why_code cause)
{
    uint64_t n = 0;

    for (size_t i = 0; i < bus_units(r.bus); i++)
        n += bus_rig_stats(&r, i).rejected[cause];
    return n;
}

static void run(const struct row *what, uint32_t *p)
{
    row = what;
    bus_rig_init(&r, row->kind);
    *p = bus_rig_point(&r, bus_rig_unit(&r, UNIT), ADDRESS, 1000);
    bus_rig_unit(&r, 2);
    bus_rig_start(&r, 7);
    bus_rig_run(&r, RIG_S);
    assert_int_equal(r.seen[*p].values, 1);
    r.answer = row->answer != NULL ? row->answer : spoilt;
    bus_rig_run(&r, (1 + POLLS) * RIG_S);
}

static void this_reply_is_no_value(void **state)
{
    uint32_t p;

    run(*state, &p);
    assert_int_equal(r.wrong, 0);
    assert_in_range(r.seen[p].samples, POLLS, 1 + POLLS); /* one may be under way */
    if (row->outcome == NO_VALUE)
        assert_int_equal(r.seen[p].values, 1);
    else
        assert_in_range(r.seen[p].values, POLLS, 1 + POLLS);
    if (row->cause != WHY_NONE)
        assert_true(rejected(row->cause) > 0);
    for (int c = 0; c < REJECT_CAUSES; c++)
        if (row->cause == WHY_NONE)
            assert_int_equal(rejected((enum why_code)c), 0);
    assert_true(row->closes == (r.connects > 1));
    r.answer = bus_rig_answers;
    bus_rig_run(&r, (1 + POLLS + 15) * RIG_S);
    assert_int_equal(r.wrong, 0);
    assert_int_equal(r.seen[p].last.q, Q_GOOD); /* and the bus recovers */
    bus_rig_stop(&r);
}

/* ---- exceptions are frames with a reason ---- */

static void each_exception_is_a_reason_and_never_a_value(void **unused)
{
    static struct row exceptions = { .answer = exception };
    uint32_t p;

    (void)unused;
    for (int kind = BUS_TCP; kind < BUS_KINDS; kind++)
        for (int code = 0; code < 256; code++) {
            exceptions.kind = (enum bus_kind)kind;
            exceptions.arg = code;
            run(&exceptions, &p);
            assert_int_equal(r.seen[p].values, 1);
            assert_int_equal(r.seen[p].samples, 1 + POLLS);
            assert_true(bus_rig_stats(&r, 0).exceptions[code] >= 3);
            assert_int_equal(r.seen[p].last.why.code, WHY_EXCEPTION);
            assert_int_equal(r.seen[p].last.why.arg, code);
            assert_int_equal(r.seen[p].last.alive, code != 10 && code != 11);
            bus_rig_stop(&r);
        }
}

/* ---- a reply in two pieces, wherever it is cut ---- */

static void a_reply_cut_at_any_byte_is_the_same_value(void **unused)
{
    static struct row cut = { .answer = paused_at };
    static const int lengths[] = { [BUS_TCP] = 11, [BUS_RTU] = 7, [BUS_RTU_OVER_TCP] = 7 };
    uint32_t p;

    (void)unused;
    for (int kind = BUS_TCP; kind < BUS_KINDS; kind++)
        for (int at = 1; at < lengths[kind]; at++) {
            cut.kind = (enum bus_kind)kind;
            cut.arg = at;
            run(&cut, &p);
            assert_int_equal(r.seen[p].values, 1 + POLLS);
            assert_int_equal(r.wrong, 0);
            for (int c = 0; c < REJECT_CAUSES; c++)
                assert_int_equal(rejected((enum why_code)c), 0);
            bus_rig_stop(&r);
        }
}

#define ROWS (sizeof rows / sizeof rows[0])

int main(void)
{
    static struct CMUnitTest tests[ROWS + 2];

    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){ .name = rows[i].name,
                                        .test_func = this_reply_is_no_value,
                                        .initial_state = (void *)(uintptr_t)&rows[i] };
    tests[ROWS] = (struct CMUnitTest)cmocka_unit_test(each_exception_is_a_reason_and_never_a_value);
    tests[ROWS + 1] =
        (struct CMUnitTest)cmocka_unit_test(a_reply_cut_at_any_byte_is_the_same_value);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
