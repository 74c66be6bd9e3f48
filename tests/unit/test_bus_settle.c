/* Fault 18: a device that starts anew answers before it measures.  What it says
 * in its first seconds is neither a value nor an all-clear. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/bus_rig.h"

#define EVERY_MS  1000
#define SETTLE_MS 5000

static struct bus_rig r;
static bool is_off, says_zero;

static void answer(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                   size_t n)
{
    uint8_t zeros[FRAME_MAX];
    size_t head = rig->conf.kind == BUS_TCP ? 9 : 3;

    if (is_off)
        return;
    for (size_t i = 0; i < n; i++)
        zeros[i] = i < head ? honest[i] : 0;
    if (says_zero)
        bus_rig_seal(rig, zeros, n);
    bus_rig_answers(rig, asked, says_zero ? zeros : honest, n);
}

static void start(enum bus_kind kind, int64_t settle_ms)
{
    is_off = says_zero = false;
    bus_rig_init(&r, kind);
    r.answer = answer;
    uint32_t p = bus_rig_point(&r, bus_rig_unit(&r, 1), 7, EVERY_MS);
    r.points[p].settle_ms = settle_ms;
    bus_rig_start(&r, 1);
}

static void run_for(int64_t ms)
{
    bus_rig_run(&r, r.now_us + ms * RIG_MS);
}

static enum quality quality(void)
{
    return r.seen[0].last.q;
}

static void zeros_of_a_device_that_starts_anew_are_no_values(void **unused)
{
    (void)unused;
    for (int kind = 0; kind < BUS_KINDS; kind++) {
        start((enum bus_kind)kind, SETTLE_MS);
        run_for(20000);
        assert_int_equal(quality(), Q_GOOD);
        is_off = true;
        run_for(20000);
        assert_int_equal(r.seen[0].last.kind, SAMPLE_MISS);
        is_off = false;
        says_zero = true;
        for (int second = 0; second < 4; second++) {
            run_for(1000);
            assert_int_not_equal(quality(), Q_GOOD); /* a zero would be a wrong value too */
        }
        says_zero = false;
        run_for(8000);
        assert_int_equal(quality(), Q_GOOD);
        assert_int_equal(r.wrong, 0);
        bus_rig_stop(&r);
    }
}

static void settling_is_told_with_its_reason_and_no_value(void **unused)
{
    (void)unused;
    start(BUS_TCP, SETTLE_MS);
    run_for(3000);
    assert_int_equal(r.seen[0].last.kind, SAMPLE_VALUE);
    assert_int_equal(quality(), Q_SETTLING);
    assert_int_equal(quality_class(quality()), QC_UNKNOWN);
    assert_int_equal(r.seen[0].last.why.code, WHY_SETTLING);
    assert_true(r.seen[0].last.val != r.seen[0].last.val);
    run_for(4000);
    assert_int_equal(quality(), Q_GOOD);
    bus_rig_stop(&r);
}

static void a_connection_that_was_lost_is_a_return_as_well(void **unused)
{
    (void)unused;
    start(BUS_TCP, SETTLE_MS);
    run_for(20000);
    bus_rig_hang_up(&r, 1);
    run_for(3000);
    assert_int_equal(r.connects, 2);
    assert_int_equal(quality(), Q_SETTLING);
    run_for(6000);
    assert_int_equal(quality(), Q_GOOD);
    bus_rig_stop(&r);
}

/* Lost and back again; each time it answers before it is silent anew. */
static void flap(unsigned cycles, enum quality q)
{
    for (unsigned i = 0; i < cycles; i++) {
        is_off = true;
        run_for(5000);
        is_off = false;
        run_for(4000);
        assert_int_equal(r.seen[0].last.kind, SAMPLE_VALUE);
        assert_int_equal(quality(), q);
    }
}

static void a_unit_that_never_settles_is_a_fault_after_half_an_hour(void **unused)
{
    (void)unused;
    start(BUS_TCP, SETTLE_MS);
    flap(199, Q_SETTLING);
    run_for(2 * SETTLE_MS);
    assert_int_equal(quality(), Q_GOOD);
    flap(199, Q_SETTLING);
    bus_rig_stop(&r);
    start(BUS_TCP, SETTLE_MS);
    flap(199, Q_SETTLING);
    is_off = true;
    run_for(20000);
    flap(2, Q_SENSOR_FAULT);
    assert_int_equal(r.seen[0].last.why.code, WHY_SETTLING);
    run_for(2 * SETTLE_MS);
    assert_int_equal(quality(), Q_GOOD);
    bus_rig_stop(&r);
}

static void one_lost_poll_is_no_return(void **unused)
{
    (void)unused;
    start(BUS_TCP, SETTLE_MS);
    r.conf.retries = 0;
    run_for(20000);
    is_off = true;
    run_for(1000);
    is_off = false;
    run_for(2000);
    assert_int_equal(quality(), Q_GOOD);
    bus_rig_stop(&r);
}

static void without_the_key_a_value_counts_at_once(void **unused)
{
    (void)unused;
    start(BUS_RTU, 0);
    run_for(2000);
    assert_int_equal(quality(), Q_GOOD);
    bus_rig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_of_a_device_that_starts_anew_are_no_values),
        cmocka_unit_test(settling_is_told_with_its_reason_and_no_value),
        cmocka_unit_test(a_connection_that_was_lost_is_a_return_as_well),
        cmocka_unit_test(a_unit_that_never_settles_is_a_fault_after_half_an_hour),
        cmocka_unit_test(one_lost_poll_is_no_return),
        cmocka_unit_test(without_the_key_a_value_counts_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
