/* Fault 57: a unit that is not the device that was meant.  None of its values
 * counts, and each point says why; until it is proven there is no value either. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/bus_adopt.h"
#include "drivers/trust.h"
#include "tests/unit/bus_rig.h"

#define EVERY_MS 1000
#define SERIAL   100 /* its register */

static struct bus_rig r;
static uint8_t swapped; /* this unit and the next one have changed places */
static bool is_off;

static void answer(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                   size_t n)
{
    struct request other = *asked;
    uint8_t frame[FRAME_MAX];
    size_t at = rig->conf.kind == BUS_TCP ? 6 : 0;

    (void)honest;
    if (is_off)
        return;
    if (asked->unit == swapped || asked->unit == swapped + 1)
        other.unit = (uint8_t)(2 * swapped + 1 - asked->unit);
    bus_rig_honest(rig, &other, frame);
    frame[at] = asked->unit;
    bus_rig_seal(rig, frame, n);
    bus_rig_answers(rig, asked, frame, n);
}

/* Units 1 and 2 with two points each; the serial number is what no other has. */
static void start(enum bus_kind kind)
{
    swapped = 0xF0;
    is_off = false;
    bus_rig_init(&r, kind);
    r.answer = answer;
    for (uint8_t id = 1; id <= 2; id++) {
        uint32_t unit = bus_rig_unit(&r, id);
        r.units[unit].every_ms = EVERY_MS;
        uint32_t first = bus_rig_point(&r, unit, 0, EVERY_MS);
        bus_rig_point(&r, unit, 50, EVERY_MS);
        r.points[first].identity =
            (struct identity_conf){ .read = { .fc = 3, .address = SERIAL, .type = TYPE_U16 },
                                    .registers = 1,
                                    .code = bus_rig_register(id, SERIAL) };
    }
    bus_rig_start(&r, 1);
}

static void run_for(int64_t ms)
{
    bus_rig_run(&r, r.now_us + ms * RIG_MS);
}

static void all_are(enum quality q)
{
    for (size_t i = 0; i < r.plant.n_points; i++)
        assert_int_equal(r.seen[i].last.q, q);
}

static void two_swapped_channels_are_loud_and_give_no_value(void **unused)
{
    (void)unused;
    for (int kind = 0; kind < BUS_KINDS; kind++) {
        start((enum bus_kind)kind);
        swapped = 1;
        run_for(20000);
        all_are(Q_IDENTITY);
        for (size_t i = 0; i < r.plant.n_points; i++) {
            assert_int_equal(r.seen[i].values, 0);
            assert_int_equal(r.seen[i].last.kind, SAMPLE_VALUE);
            assert_int_equal(r.seen[i].last.why.code, WHY_IDENTITY);
        }
        swapped = 0xF0;
        run_for(10000);
        all_are(Q_GOOD);
        assert_int_equal(r.wrong, 0);
        bus_rig_stop(&r);
    }
}

static void the_right_device_is_good_from_its_second_poll_on(void **unused)
{
    (void)unused;
    for (int kind = 0; kind < BUS_KINDS; kind++) {
        start((enum bus_kind)kind);
        run_for(2 * EVERY_MS + 500);
        all_are(Q_GOOD);
        assert_int_equal(r.wrong, 0);
        bus_rig_stop(&r);
    }
}

static void a_unit_that_comes_back_proves_it_anew(void **unused)
{
    (void)unused;
    for (int kind = 0; kind < BUS_KINDS; kind++) {
        start((enum bus_kind)kind);
        run_for(20000);
        is_off = true;
        run_for(20000);
        is_off = false;
        swapped = 1;
        run_for(10000);
        all_are(Q_IDENTITY);
        assert_int_equal(r.wrong, 0);
        bus_rig_stop(&r);
    }
}

static void a_device_that_is_exchanged_without_a_pause_is_found_within_a_minute(void **unused)
{
    (void)unused;
    start(BUS_TCP);
    run_for(20000);
    swapped = 1;
    run_for(TRUST_EVERY_MS);
    all_are(Q_IDENTITY);
    bus_rig_stop(&r);
}

static void a_reload_keeps_what_was_proven_and_asks_for_what_was_not(void **unused)
{
    struct bus *next;

    (void)unused;
    for (int changed = 0; changed < 2; changed++) {
        start(BUS_TCP);
        run_for(20300);
        struct plant plant = r.plant;
        struct point_conf points[4];
        memcpy(points, r.points, sizeof points);
        plant.points = points;
        points[0].identity.code += (unsigned)changed;
        assert_int_equal(bus_new(&next, &plant, 0, r.now_us, 2), 0);
        bus_adopt(next, r.bus, r.now_us);
        bus_free(r.bus);
        r.bus = next;
        run_for(3000);
        assert_int_equal(r.seen[0].last.q, changed ? Q_IDENTITY : Q_GOOD);
        assert_int_equal(r.seen[1].last.q, changed ? Q_IDENTITY : Q_GOOD);
        assert_int_equal(r.seen[2].last.q, Q_GOOD);
        bus_rig_stop(&r);
    }
}

static void a_text_fills_its_registers(void **unused)
{
    static const struct {
        const char *equals, *data;
        uint16_t registers;
        enum trust_state state;
    } rows[] = {
        { "CO-10", "CO-10\0", 3, TRUST_RIGHT },   { "CO-10", "CO-10 ", 3, TRUST_RIGHT },
        { "CO-10", "CO-100", 3, TRUST_WRONG },    { "CO-10", "co-10\0", 3, TRUST_WRONG },
        { "CO-1", "CO-1", 2, TRUST_RIGHT },       { "CO-1", "CO-1\0\0  ", 4, TRUST_RIGHT },
        { "CO-1", "CO-1\0\0 2", 4, TRUST_WRONG },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct identity_conf c = { .text = rows[i].equals, .registers = rows[i].registers };
        struct trust t = { .is_asked = true };
        trust_judge(&t, &c, (const uint8_t *)rows[i].data);
        assert_int_equal(t.state, rows[i].state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_swapped_channels_are_loud_and_give_no_value),
        cmocka_unit_test(the_right_device_is_good_from_its_second_poll_on),
        cmocka_unit_test(a_unit_that_comes_back_proves_it_anew),
        cmocka_unit_test(a_device_that_is_exchanged_without_a_pause_is_found_within_a_minute),
        cmocka_unit_test(a_reload_keeps_what_was_proven_and_asks_for_what_was_not),
        cmocka_unit_test(a_text_fills_its_registers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
