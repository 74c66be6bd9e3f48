/* One bus goes on as another: at whatever instant, no poll is missed, no reply
 * is taken for another's, and who is ill stays ill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/bus_adopt.h"
#include "drivers/bus_core.h"
#include "tests/unit/bus_rig.h"

#define INSTANTS 150 /* of the reload, STEP_US apart */
#define STEP_US  7300
#define UNTIL_US (10 * RIG_S)

static struct bus_rig r;

static void go_on(void)
{
    struct bus *next;

    assert_int_equal(bus_new(&next, &r.plant, 0, r.now_us, 99), 0);
    bus_adopt(next, r.bus, r.now_us);
    bus_free(r.bus);
    r.bus = next;
}

/* Two units that answer and one that does not; unit 1 is read at 10 and 20. */
static void answers_but_3(struct bus_rig *rig, const struct request *asked, const uint8_t *honest,
                          size_t n)
{
    if (asked->unit != 3)
        bus_rig_answers(rig, asked, honest, n);
}

static void start(enum bus_kind kind)
{
    bus_rig_init(&r, kind);
    r.answer = answers_but_3;
    r.turn_us = 30 * RIG_MS;
    r.is_heir = true;
    for (uint8_t unit = 1; unit <= 3; unit++) {
        uint32_t u = bus_rig_unit(&r, unit);
        bus_rig_point(&r, u, 10, 1000);
        bus_rig_point(&r, u, 20, 1000);
    }
    bus_rig_start(&r, 7);
}

/* ---- nothing changed ---- */

static void a_reload_without_a_change_changes_nothing_at_whatever_instant(void **unused)
{
    static struct bus_rig plain;
    struct unit_stats stats[3];

    (void)unused;
    for (int kind = BUS_TCP; kind < BUS_KINDS; kind++) {
        start((enum bus_kind)kind);
        bus_rig_run(&r, UNTIL_US);
        plain = r;
        for (size_t u = 0; u < 3; u++)
            stats[u] = bus_rig_stats(&r, u);
        bus_rig_stop(&r);
        for (int i = 0; i < INSTANTS; i++) {
            start((enum bus_kind)kind);
            bus_rig_run(&r, 2 * RIG_S + i * STEP_US);
            go_on();
            bus_rig_run(&r, UNTIL_US);
            assert_int_equal(r.sends, plain.sends);
            assert_int_equal(r.connects, 1);
            assert_memory_equal(r.seen, plain.seen, sizeof r.seen);
            for (size_t u = 0; u < 3; u++) {
                struct unit_stats now = bus_rig_stats(&r, u);
                assert_memory_equal(&now, &stats[u], sizeof now);
            }
            bus_rig_stop(&r);
        }
    }
}

/* ---- points changed ---- */

/* Every point that stays was sampled at least once each period, and read. */
static void assert_no_poll_missed(uint32_t point, int64_t from_us)
{
    int64_t periods = (r.now_us - from_us) / RIG_S;

    assert_true((int64_t)r.seen[point].values >= periods - 1);
    assert_int_equal(r.seen[point].misses, 0);
    assert_int_equal(r.wrong, 0);
}

static void count_anew(void)
{
    memset(r.seen, 0, sizeof r.seen);
}

static void insert_first(void)
{
    memmove(&r.points[1], &r.points[0], r.plant.n_points * sizeof r.points[0]);
    r.points[0].read.address = 30;
    r.points[0].read.scale = 1;
    r.plant.n_points++;
}

static void grow_a_block(void)
{
    bus_rig_point(&r, 0, 11, 1000);
}

static void join_two_blocks(void)
{
    for (uint16_t a = 11; a < 20; a++)
        bus_rig_point(&r, 0, a, 1000);
}

static void take_a_point_away(void)
{
    r.points[1] = r.points[0];
    memmove(&r.points[0], &r.points[1], (r.plant.n_points - 1) * sizeof r.points[0]);
    r.plant.n_points--;
}

static void change_the_points_type(void)
{
    r.points[0].read.type = TYPE_U32;
}

static void no_poll_is_missed_and_no_value_is_wrong_when_points_change(void **unused)
{
    static void (*const changes[])(void) = { insert_first, grow_a_block, join_two_blocks,
                                             take_a_point_away, change_the_points_type };

    (void)unused;
    for (int kind = BUS_TCP; kind < BUS_KINDS; kind++)
        for (size_t c = 0; c < sizeof changes / sizeof changes[0]; c++)
            for (int i = 0; i < INSTANTS; i++) {
                start((enum bus_kind)kind);
                bus_rig_run(&r, 2 * RIG_S + i * STEP_US);
                changes[c]();
                go_on();
                count_anew();
                int64_t from_us = r.now_us;
                bus_rig_run(&r, UNTIL_US);
                for (uint32_t p = 0; p < r.plant.n_points; p++)
                    if (r.points[p].unit != 2)
                        assert_no_poll_missed(p, from_us);
                assert_int_equal(r.connects, 1);
                bus_rig_stop(&r);
            }
}

static void a_reading_that_stays_keeps_its_instants(void **unused)
{
    (void)unused;
    start(BUS_TCP);
    bus_rig_run(&r, 3 * RIG_S + 600 * RIG_MS);
    int64_t last_us = r.seen[1].last_us, of_10_us = r.seen[0].last_us;
    grow_a_block();
    go_on();
    bus_rig_run(&r, 20 * RIG_S);
    assert_int_equal((r.seen[1].last_us - last_us) % RIG_S, 0);
    assert_int_equal((r.seen[0].last_us - of_10_us) % RIG_S, 0);
    assert_int_equal(r.seen[6].last_us, r.seen[0].last_us); /* read with the one beside it */
    bus_rig_stop(&r);
}

static void a_faster_poll_begins_at_once(void **unused)
{
    (void)unused;
    start(BUS_TCP);
    r.points[0].every_ms = 30000;
    bus_rig_stop(&r);
    bus_rig_start(&r, 7);
    bus_rig_run(&r, 5 * RIG_S);
    r.points[0].every_ms = 200;
    count_anew();
    go_on();
    bus_rig_run(&r, 6 * RIG_S);
    assert_true(r.seen[0].values >= 4);
    bus_rig_stop(&r);
}

/* ---- units ---- */

static void who_is_silent_stays_silent_and_keeps_its_counters(void **unused)
{
    (void)unused;
    start(BUS_RTU);
    bus_rig_run(&r, 20 * RIG_S);
    struct unit_stats before = bus_rig_stats(&r, 2);
    assert_int_equal(before.state, UNIT_SILENT);
    grow_a_block();
    go_on();
    struct unit_stats after = bus_rig_stats(&r, 2);
    assert_int_equal(after.state, UNIT_SILENT);
    assert_int_equal(after.requests, before.requests);
    assert_int_equal(after.timeouts, before.timeouts);
    bus_rig_stop(&r);
}

static void a_unit_that_is_gone_is_asked_no_more_and_a_new_one_is(void **unused)
{
    (void)unused;
    for (int kind = BUS_TCP; kind < BUS_KINDS; kind++)
        for (int i = 0; i < INSTANTS; i++) {
            start((enum bus_kind)kind);
            bus_rig_run(&r, 2 * RIG_S + i * STEP_US);
            struct unit_stats of_2 = bus_rig_stats(&r, 1);
            r.units[0].unit_id = 9; /* unit 1 becomes unit 9 */
            count_anew();
            go_on();
            assert_int_equal(bus_rig_stats(&r, 0).requests, 0);
            assert_true(bus_rig_stats(&r, 1).good == of_2.good);
            bus_rig_run(&r, UNTIL_US);
            assert_true(r.seen[0].values >= 7 && r.seen[2].values >= 7);
            assert_int_equal(r.wrong, 0);
            assert_int_equal(r.asked.unit == 1, 0);
            bus_rig_stop(&r);
        }
}

/* Unit 1 is asked for 10 and 11, its reply is on the way, and the new plan asks
 * for 11 and 12: same function, same number of bytes. */
static void in_flight_when_the_plan_moves(enum bus_kind kind, int64_t turn_us, int64_t after_us)
{
    bus_rig_init(&r, kind);
    r.turn_us = turn_us;
    bus_rig_unit(&r, 1);
    bus_rig_point(&r, 0, 10, 1000);
    bus_rig_point(&r, 0, 11, 1000);
    bus_rig_start(&r, 7);
    while (r.sends == 0)
        bus_rig_run(&r, r.now_us + RIG_MS);
    bus_rig_run(&r, r.now_us + after_us);
    r.points[0].read.address = 12;
    go_on();
}

static void an_old_reply_is_never_the_answer_to_a_new_question(void **unused)
{
    (void)unused;
    for (int kind = BUS_TCP; kind < BUS_KINDS; kind++)
        for (int64_t turn_us = 10 * RIG_MS; turn_us < 4 * RIG_S; turn_us += 37 * RIG_MS) {
            in_flight_when_the_plan_moves((enum bus_kind)kind, turn_us, turn_us / 2);
            r.turn_us = 300 * RIG_MS;
            bus_rig_run(&r, UNTIL_US);
            assert_int_equal(r.wrong, 0);
            assert_true(r.seen[0].values > 0);
            bus_rig_stop(&r);
        }
}

static void nobody_talks_into_a_reply_on_a_shared_line(void **unused)
{
    (void)unused;
    in_flight_when_the_plan_moves(BUS_RTU, 300 * RIG_MS, 100 * RIG_MS);
    bus_rig_run(&r, r.now_us + 395 * RIG_MS);
    assert_int_equal(r.sends, 1);
    bus_rig_run(&r, r.now_us + 100 * RIG_MS);
    assert_int_equal(r.sends, 2);
    bus_rig_stop(&r);
}

static void readings_that_become_one_keep_the_earlier_instant(void **unused)
{
    int64_t last_us[2], first;

    (void)unused;
    start(BUS_TCP);
    bus_rig_run(&r, 5 * RIG_S);
    for (uint32_t p = 0; p < 2; p++)
        last_us[p] = r.seen[p].last_us;
    first = last_us[0] < last_us[1] ? last_us[0] : last_us[1]; /* and so due first again */
    join_two_blocks();
    go_on();
    bus_rig_run(&r, 6 * RIG_S);
    assert_int_equal((r.seen[0].last_us - first) % RIG_S, 0);
    assert_int_equal(r.seen[1].last_us, r.seen[0].last_us);
    bus_rig_stop(&r);
}

/* ---- the line ---- */

static void another_line_is_opened_and_the_counters_go_on(void **unused)
{
    static struct bus_conf old;

    (void)unused;
    start(BUS_TCP);
    bus_rig_run(&r, 5 * RIG_S);
    uint64_t good = bus_rig_stats(&r, 0).good;
    old = r.conf;
    r.bus->conf = &old;
    r.conf.host = "127.0.0.2";
    go_on();
    assert_false(bus_is_up(r.bus));
    assert_int_equal(bus_rig_stats(&r, 0).good, good);
    bus_rig_run(&r, 6 * RIG_S);
    assert_int_equal(r.connects, 2);
    assert_true(bus_rig_stats(&r, 0).good > good);
    bus_rig_stop(&r);
}

static void a_line_is_the_same_by_all_that_it_was_opened_with(void **unused)
{
    struct bus_conf a;

    (void)unused;
    bus_rig_init(&r, BUS_RTU);
    a = r.conf;
    a.timeout_ms++;
    a.name = "c";
    assert_true(bus_same_line(&a, &r.conf));
    a.baud = 19200;
    assert_false(bus_same_line(&a, &r.conf));
    a = r.conf;
    a.parity = 'E';
    assert_false(bus_same_line(&a, &r.conf));
    a = r.conf;
    a.kind = BUS_TCP;
    assert_false(bus_same_line(&a, &r.conf));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reload_without_a_change_changes_nothing_at_whatever_instant),
        cmocka_unit_test(no_poll_is_missed_and_no_value_is_wrong_when_points_change),
        cmocka_unit_test(a_reading_that_stays_keeps_its_instants),
        cmocka_unit_test(a_faster_poll_begins_at_once),
        cmocka_unit_test(who_is_silent_stays_silent_and_keeps_its_counters),
        cmocka_unit_test(a_unit_that_is_gone_is_asked_no_more_and_a_new_one_is),
        cmocka_unit_test(an_old_reply_is_never_the_answer_to_a_new_question),
        cmocka_unit_test(nobody_talks_into_a_reply_on_a_shared_line),
        cmocka_unit_test(readings_that_become_one_keep_the_earlier_instant),
        cmocka_unit_test(another_line_is_opened_and_the_counters_go_on),
        cmocka_unit_test(a_line_is_the_same_by_all_that_it_was_opened_with),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
