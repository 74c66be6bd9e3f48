/* A value is worth nothing without its status word, wherever that is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drivers/bus_adopt.h"
#include "tests/unit/bus_rig.h"

static struct bus_rig r;
static bool is_refused; /* what function code 4 asks for */

static void device(struct bus_rig *rig, const struct request *q, const uint8_t *honest, size_t n)
{
    uint8_t f[FRAME_MAX];
    bool no = q->fc == 4 && is_refused;

    if (no)
        n = bus_rig_exception(rig, q, 2, f);
    bus_rig_deliver(rig, rig->turn_us, no ? f : honest, n);
}

static void start(enum bus_kind kind, uint8_t fc, uint64_t seed)
{
    bus_rig_init(&r, kind);
    r.answer = device;
    is_refused = false;
    uint32_t p = bus_rig_point(&r, bus_rig_unit(&r, 1), 10, 10000);
    r.points[p].status.read = (struct read_conf){ .fc = fc, .address = 11, .type = TYPE_U16 };
    bus_rig_start(&r, seed);
}

static void a_value_has_its_status_word_from_the_first_poll_on(void **unused)
{
    (void)unused;
    for (uint64_t seed = 0; seed < 50; seed++)
        for (uint8_t fc = 3; fc <= 4; fc++) {
            start(seed % 2 == 0 ? BUS_TCP : BUS_RTU, fc, seed);
            bus_rig_run(&r, 35 * RIG_S);
            assert_int_equal(r.seen[0].samples, 4);
            assert_int_equal(r.seen[0].values, 4);
            assert_int_equal(r.sends, fc == 3 ? 4 : 8);
            bus_rig_stop(&r);
        }
}

static void a_status_word_that_is_refused_says_so_at_its_value(void **unused)
{
    (void)unused;
    start(BUS_TCP, 4, 1);
    is_refused = true;
    bus_rig_run(&r, 15 * RIG_S);
    assert_int_equal(r.seen[0].samples, 2);
    assert_int_equal(r.seen[0].misses, 2);
    assert_true(r.seen[0].last.alive);
    assert_int_equal(r.seen[0].last.why.code, WHY_EXCEPTION);
    assert_int_equal(r.seen[0].last.why.arg, 2);
    is_refused = false;
    bus_rig_run(&r, 25 * RIG_S);
    assert_int_equal(r.seen[0].values, 1);
    bus_rig_stop(&r);
}

static void a_reload_does_not_cost_a_value_its_status_word(void **unused)
{
    struct bus *fresh;

    (void)unused;
    start(BUS_TCP, 4, 1);
    bus_rig_run(&r, 9 * RIG_S);
    uint32_t other = bus_rig_point(&r, 0, 12, 10000);
    r.points[other].status.read = r.points[0].status.read;
    assert_int_equal(bus_new(&fresh, &r.plant, 0, r.now_us, 1), 0);
    bus_adopt(fresh, r.bus, r.now_us);
    bus_free(r.bus);
    r.bus = fresh;
    bus_rig_run(&r, 19 * RIG_S);
    assert_int_equal(r.seen[0].misses, 0);
    assert_int_equal(r.seen[other].misses, 0);
    assert_true(r.seen[other].values >= 1);
    bus_rig_stop(&r);
}

/* Bits of the word are those of its register: unit 1, address 11. */
static void what_the_word_says_is_the_quality_of_the_value(void **unused)
{
    (void)unused;
    for (uint8_t fc = 3; fc <= 4; fc++) {
        start(BUS_TCP, fc, 1);
        r.points[0].status.bits[STATUS_WARMING_UP] = bus_rig_register(1, 11);
        r.points[0].status.away_ms = 25000;
        bus_rig_run(&r, 24 * RIG_S);
        assert_int_equal(r.seen[0].last.q, Q_WARM_UP);
        assert_int_equal(r.seen[0].last.why.code, WHY_BIT);
        assert_int_equal(r.seen[0].last.why.arg, STATUS_WARMING_UP);
        bus_rig_run(&r, 35 * RIG_S);
        assert_int_equal(r.seen[0].last.q, Q_SENSOR_FAULT);
        bus_rig_stop(&r);
    }
}

static void a_reload_does_not_give_a_device_its_time_again(void **unused)
{
    struct bus *fresh;

    (void)unused;
    start(BUS_TCP, 3, 1);
    r.points[0].status.bits[STATUS_WARMING_UP] = bus_rig_register(1, 11);
    r.points[0].status.away_ms = 25000;
    bus_rig_run(&r, 24 * RIG_S);
    assert_int_equal(bus_new(&fresh, &r.plant, 0, r.now_us, 1), 0);
    bus_adopt(fresh, r.bus, r.now_us);
    bus_free(r.bus);
    r.bus = fresh;
    bus_rig_run(&r, 35 * RIG_S);
    assert_int_equal(r.seen[0].last.q, Q_SENSOR_FAULT);
    bus_rig_stop(&r);
}

/* Function code 4 is not answered: its word is not known any more. */
static void silent_word(struct bus_rig *rig, const struct request *q, const uint8_t *honest,
                        size_t n)
{
    if (q->fc == 3 || rig->now_us < 12 * RIG_S)
        bus_rig_deliver(rig, rig->turn_us, honest, n);
}

static void a_value_is_not_told_with_a_word_of_an_earlier_poll(void **unused)
{
    (void)unused;
    start(BUS_TCP, 4, 1);
    r.answer = silent_word;
    bus_rig_run(&r, 11500 * RIG_MS);
    assert_true(r.seen[0].values > 0);
    bus_rig_run(&r, 95 * RIG_S);
    assert_true(r.seen[0].values <= 2);
    assert_true(r.seen[0].misses >= 7);
    assert_int_equal(r.seen[0].last.why.code, WHY_TIMEOUT);
    bus_rig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_has_its_status_word_from_the_first_poll_on),
        cmocka_unit_test(a_status_word_that_is_refused_says_so_at_its_value),
        cmocka_unit_test(a_reload_does_not_cost_a_value_its_status_word),
        cmocka_unit_test(what_the_word_says_is_the_quality_of_the_value),
        cmocka_unit_test(a_reload_does_not_give_a_device_its_time_again),
        cmocka_unit_test(a_value_is_not_told_with_a_word_of_an_earlier_poll),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
