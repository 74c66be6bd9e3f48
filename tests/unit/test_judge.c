/* What a proven reading is worth, by time and by the device's own word. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drivers/judge.h"

#define S_US 1000000

static struct point_conf p;
static struct judge_memory m;

/* 0 ppm at 4 mA (raw 4000), 1000 ppm at 20 mA: a raw number is a uA. */
static void be_current(void)
{
    m = (struct judge_memory){ 0 };
    p = (struct point_conf){ .read = { .type = TYPE_U16,
                                       .scale = 0.0625,
                                       .offset = -250,
                                       .decimals = 3,
                                       .ne43 = true,
                                       .raw_4_ma = 4000,
                                       .raw_20_ma = 20000 },
                             .has_range = true,
                             .range_high = 1000 };
}

static void be_word(void)
{
    m = (struct judge_memory){ 0 };
    p = (struct point_conf){ .read = { .type = TYPE_U16, .scale = 1 },
                             .status = { .read = { .fc = 3 },
                                         .bits = { 0x01, 0x02, 0x04, 0x08, 0x10 },
                                         .away_ms = 180000 },
                             .has_range = true,
                             .range_high = 1000 };
}

static struct sample judged(double raw, uint64_t status, int64_t at_us)
{
    struct reading r = { .raw = { (uint64_t)(int64_t)raw, raw },
                         .has_status = p.status.read.fc != 0,
                         .status = status,
                         .at_us = at_us };
    struct sample s = { .q = Q_COMM_FAIL, .why = { WHY_LINK, 9 } };

    judge_reading(&p, &r, &m, &s);
    assert_int_equal(s.kind, SAMPLE_VALUE);
    assert_true(quality_class(s.q) != QC_GOOD || isfinite(s.val));
    return s;
}

static void a_current_is_a_value_saturated_or_no_signal(void **unused)
{
    static const struct {
        double ua;
        enum quality q, after_4_s;
    } rows[] = {
        { 0, Q_STALE, Q_SENSOR_FAULT },
        { 3599, Q_STALE, Q_SENSOR_FAULT },
        { 3600, Q_UNDER_RANGE, Q_UNDER_RANGE },
        { 3799, Q_UNDER_RANGE, Q_UNDER_RANGE },
        { 3800, Q_GOOD, Q_GOOD },
        { 4000, Q_GOOD, Q_GOOD },
        { 12000, Q_GOOD, Q_GOOD },
        { 20000, Q_GOOD, Q_GOOD },
        { 20500, Q_GOOD, Q_GOOD },
        { 20501, Q_OVER_RANGE, Q_OVER_RANGE },
        { 20999, Q_OVER_RANGE, Q_OVER_RANGE },
        { 21000, Q_OVER_RANGE, Q_SENSOR_FAULT },
        { 65535, Q_OVER_RANGE, Q_SENSOR_FAULT },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        be_current();
        for (int64_t ms = 0; ms <= 9000; ms += 500) {
            struct sample s = judged(rows[i].ua, 0, ms * 1000);
            enum quality q = ms < 4000 ? rows[i].q : rows[i].after_4_s;
            if (s.q != q || s.why.code != (q == Q_GOOD ? WHY_NONE : WHY_NE43))
                fail_msg("%.0f uA at %d ms: %s", rows[i].ua, (int)ms, quality_word(s.q));
        }
    }
}

static void the_same_current_is_judged_the_same_when_it_runs_backwards(void **unused)
{
    (void)unused;
    for (int ua = 3000; ua <= 22000; ua++) {
        be_current();
        struct sample up = judged(ua, 0, 0);
        p.read.raw_4_ma = -4000;
        p.read.raw_20_ma = -20000;
        p.read.scale = -p.read.scale;
        m = (struct judge_memory){ 0 };
        struct sample down = judged(-ua, 0, 0);
        assert_int_equal(up.q, down.q);
        assert_true(up.val == down.val || (isnan(up.val) && isnan(down.val)));
    }
}

static void the_four_seconds_begin_anew_after_a_value(void **unused)
{
    (void)unused;
    be_current();
    assert_int_equal(judged(0, 0, 0).q, Q_STALE);
    assert_int_equal(judged(0, 0, 3900000).q, Q_STALE);
    assert_int_equal(judged(12000, 0, 3950000).q, Q_GOOD);
    assert_int_equal(judged(0, 0, 4000000).q, Q_STALE);
    assert_int_equal(judged(0, 0, 7999999).q, Q_STALE);
    assert_int_equal(judged(0, 0, 8000000).q, Q_SENSOR_FAULT);
}

static void what_the_range_excludes_stays_excluded_within_the_current(void **unused)
{
    (void)unused;
    be_current();
    p.range_high = 500;
    assert_int_equal(judged(12001, 0, 0).q, Q_OVER_RANGE);
    assert_int_equal(judged(12001, 0, 0).why.code, WHY_RANGE);
    assert_int_equal(judged(3900, 0, 0).q, Q_GOOD); /* the lower end is that of the current */
}

static void each_bit_of_the_device_has_its_quality(void **unused)
{
    static const struct {
        uint64_t status;
        enum quality q;
        int word;
    } rows[] = {
        { 0x00, Q_GOOD, -1 },
        { 0x20, Q_GOOD, -1 },
        { 0x01, Q_SENSOR_FAULT, STATUS_SENSOR_FAULT },
        { 0x02, Q_CALIB, STATUS_CALIBRATING },
        { 0x04, Q_WARM_UP, STATUS_WARMING_UP },
        { 0x08, Q_OVER_RANGE, STATUS_OVER_RANGE },
        { 0x10, Q_UNDER_RANGE, STATUS_UNDER_RANGE },
        /* what weighs more */
        { 0x1F, Q_SENSOR_FAULT, STATUS_SENSOR_FAULT },
        { 0x1E, Q_CALIB, STATUS_CALIBRATING },
        { 0x1C, Q_WARM_UP, STATUS_WARMING_UP },
        { 0x18, Q_OVER_RANGE, STATUS_OVER_RANGE },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int broken = 0; broken < 2; broken++) {
            be_word();
            p.read.broken = (const uint64_t[]){ 500 };
            p.read.n_broken = (uint8_t)broken;
            struct sample s = judged(500, rows[i].status, 0);
            if (rows[i].word >= 0) {
                assert_int_equal(s.q, rows[i].q);
                assert_int_equal(s.why.code, WHY_BIT);
                assert_int_equal(s.why.arg, rows[i].word);
            } else {
                assert_int_equal(s.q, broken ? Q_SENSOR_FAULT : Q_GOOD);
            }
        }
}

static void a_device_that_is_away_too_long_is_a_fault(void **unused)
{
    (void)unused;
    be_word();
    for (int64_t us = 0; us <= 180 * S_US; us += S_US) /* one after the other: one absence */
        assert_int_equal(judged(0, us < 90 * S_US ? 0x02 : 0x04, us).q,
                         us < 90 * S_US ? Q_CALIB : Q_WARM_UP);
    struct sample s = judged(0, 0x04, 180 * S_US + 1);
    assert_int_equal(s.q, Q_SENSOR_FAULT);
    assert_int_equal(s.why.code, WHY_BIT);
    assert_int_equal(s.why.arg, STATUS_WARMING_UP);
    assert_int_equal(judged(5, 0, 181 * S_US).q, Q_GOOD);
    assert_int_equal(judged(5, 0x04, 182 * S_US).q, Q_WARM_UP);
}

/* A span gas of 50 ppm must not be told as a value, nor as beyond the range. */
static void nothing_is_told_of_a_value_while_its_device_is_away(void **unused)
{
    (void)unused;
    be_word();
    for (uint64_t status = 0x02; status <= 0x04; status += 2)
        for (int raw = 0; raw <= 65535; raw += 257) {
            struct sample s = judged(raw, status, 0);
            assert_int_equal(quality_class(s.q), QC_UNKNOWN);
            assert_true(isnan(s.val));
        }
}

static void time_without_a_signal_goes_on_while_the_device_is_away(void **unused)
{
    (void)unused;
    be_current();
    p.status = (struct status_conf){ .read = { .fc = 3 },
                                     .bits = { [STATUS_CALIBRATING] = 1 },
                                     .away_ms = 1800000 };
    assert_int_equal(judged(0, 1, 0).q, Q_CALIB);
    assert_int_equal(judged(0, 0, 4 * S_US).q, Q_SENSOR_FAULT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_current_is_a_value_saturated_or_no_signal),
        cmocka_unit_test(the_same_current_is_judged_the_same_when_it_runs_backwards),
        cmocka_unit_test(the_four_seconds_begin_anew_after_a_value),
        cmocka_unit_test(what_the_range_excludes_stays_excluded_within_the_current),
        cmocka_unit_test(each_bit_of_the_device_has_its_quality),
        cmocka_unit_test(a_device_that_is_away_too_long_is_a_fault),
        cmocka_unit_test(nothing_is_told_of_a_value_while_its_device_is_away),
        cmocka_unit_test(time_without_a_signal_goes_on_while_the_device_is_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
