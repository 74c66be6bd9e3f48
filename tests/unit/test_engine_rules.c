/* Conditions over several points, as alarms. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/window.h"
#include "tests/unit/rules_rig.h"

/* Points a, b, c of unit 1; rule r. */
struct rules_row {
    const char *when, *clear_when;
    struct rig_limit limit;
    struct rig_row row;
};

#define DELAYS(...)                                                                                \
    {                                                                                              \
        0, __VA_ARGS__                                                                             \
    }
#define TWO_OF_THREE "count(a >= 24, b >= 24, c >= 24) >= 2"

static const struct rules_row rows[] = {
    { TWO_OF_THREE,
      "",
      DELAYS(0, 0, false),
      { "two of three raise, one of three clears",
        "0 v a 30; 0 v b 5; 0 v c 5; 1000 v a 30; 1000 v b 30; 1000 v c 5; 2000 v a 5; 2000 v b 30",
        "1000 raise r; 2000 clear r" } },
    { TWO_OF_THREE,
      "",
      DELAYS(3000, 0, false),
      { "an on-delay ends on its timer",
        "0 v a 30; 0 v b 30; 0 v c 5; 1000 v a 30; 1000 v b 30; 2000 v a 30; 2000 v b 30; "
        "3500 v c 5",
        "3000 raise r since 0" } },
    { "a >= 24 and b < 5",
      "",
      DELAYS(0, 0, false),
      { "the samples of one instant are judged together",
        "0 v a 5; 0 v b 0; 1000 v a 30; 1000 v b 9", "" } },
    { "a >= 24",
      "a < 20",
      DELAYS(0, 0, false),
      { "clear_when is the deadband", "0 v a 30; 1000 v a 22; 2000 v a 20; 3000 v a 19",
        "0 raise r; 3000 clear r" } },
    { "b <= 5",
      "a >= 8",
      DELAYS(0, 0, false),
      { "beyond the range ends nothing by clear_when either",
        "0 v b 3; 0 v a 1; 1000 b a over_range; 1000 v b 9; 2000 v a 9",
        "0 raise r; 1000 fault_raise a/fault p2 range +rule; 2000 fault_clear a/fault; 2000 clear "
        "r" } },
    { "a >= 24",
      "b < 20",
      DELAYS(0, 0, false),
      { "an unknown clear_when does not clear", "0 v b 5; 0 v a 30; 1000 m b timeout; 1000 v a 5",
        "0 raise r" } },
    { "a >= 24",
      "",
      DELAYS(0, 9000, false),
      { "nothing clears while the gateway itself stood still",
        "0 v a 30; 1000 v a 5; 2000 v a 5; 2500 gap 30000; 32600 v a 5; 36000 v a 5; 39000 v a 5; "
        "40200 end",
        "0 raise r; 40100 clear r" } },
    { "a >= 24",
      "",
      DELAYS(0, 2000, false),
      { "a missed poll pauses an off-delay",
        "0 v a 30; 1000 v a 5; 2000 m a timeout; 2500 v a 5; 3000 v a 5; 3600 v a 5",
        "0 raise r; 3500 clear r" } },
    { "a >= 24",
      "",
      DELAYS(2000, 0, false),
      { "a gap in the data is no part of an on-delay",
        "0 v a 30; 1000 m a timeout; 2000 m a timeout; 2500 v a 30; 3000 v a 30; 3600 v b 1",
        "3500 raise r since 0" } },
    { "a >= 24 and b >= 24",
      "",
      DELAYS(0, 0, false),
      { "a bad point neither raises nor clears",
        "0 v a 30; 0 v b 30; 1000 b b sensor_fault; 1000 v a 30; 2000 v a 30; 2000 b b "
        "sensor_fault",
        "0 raise r; 1000 fault_raise b/fault p2 range +rule" } },
    { "a >= 24 and b >= 24",
      "",
      DELAYS(0, 0, false),
      { "what is false whatever the bad point is ends it",
        "0 v a 30; 0 v b 30; 1000 b b sensor_fault; 1000 v a 3",
        "0 raise r; 1000 fault_raise b/fault p2 range +rule; 1000 clear r" } },
    { "a >= 24",
      "",
      DELAYS(0, 5000, false),
      { "a point that turns bad ends an off-delay",
        "0 v a 30; 1000 v a 3; 2000 b a sensor_fault; 3000 v a 3; 4000 v a 3; 5000 v a 3; 6000 v a "
        "3; 7000 v a 3; 8000 v a 3",
        "0 raise r; 2000 fault_raise a/fault p2 range +rule; 3000 fault_clear a/fault; 8000 clear "
        "r" } },
    { "a >= 24",
      "",
      DELAYS(0, 0, false),
      { "beyond the range is over, and no end",
        "0 b a over_range; 1000 b a under_range; 2000 v a 3",
        "0 fault_raise a/fault p3 range; 0 raise r; 2000 fault_clear a/fault; 2000 clear r" } },
    { "bad(a)",
      "",
      DELAYS(0, 0, false),
      { "silence of a unit reaches bad() with its age", "0 v a 3; 0 v b 3; 9000 v a 3",
        "4000 fault_raise unit/b/1 p3 timeout; 4000 raise r; 9000 fault_clear unit/b/1; 9000 clear "
        "r" } },
    { "bad(a)",
      "",
      DELAYS(0, 0, false),
      { "a restart does not end what bad() says",
        "0 b a sensor_fault; 1000 restart 500; 2000 v b 1",
        "0 fault_raise a/fault p3 range; 0 raise r; 1500 restart " } },
    { "rise(a, 3s) >= 10",
      "",
      DELAYS(0, 0, false),
      { "a rise within its window raises, when it is over it clears",
        "0 v a 5; 1000 v a 9; 2000 v a 14; 3000 v a 15; 4000 v a 15; 5000 v a 15; 6000 v a 15",
        "3000 raise r; 4000 clear r" } },
    { "rise(a, 3s) >= 10",
      "",
      DELAYS(0, 0, false),
      { "a slow rise is silent",
        "0 v a 5; 1000 v a 8; 2000 v a 11; 3000 v a 14; 4000 v a 17; 5000 v a 20", "" } },
    { "fall(a, 3s) >= 10",
      "",
      DELAYS(0, 0, false),
      { "a fall counts from the highest value", "0 v a 5; 1000 v a 19; 2000 v a 9; 3000 v a 9",
        "2000 raise r" } },
    { "rise(a, 9s) >= 10",
      "",
      DELAYS(0, 0, false),
      { "a missed poll keeps the window", "0 v a 5; 1000 m a timeout; 2000 v a 15",
        "2000 raise r" } },
    { "rise(a, 9s) >= 10",
      "",
      DELAYS(0, 0, false),
      { "a bad value begins the window anew",
        "0 v a 5; 1000 b a sensor_fault; 2000 v a 15; 3000 v a 16",
        "1000 fault_raise a/fault p3 range; 2000 fault_clear a/fault" } },
    { "a >= 24",
      "",
      DELAYS(0, 0, true),
      { "a latched rule waits for a reset",
        "0 v a 30; 1000 v a 3; 2000 reset r !; 2000 ack r; 3000 reset r",
        "0 raise r; 1000 rtn_latched r; 2000 ack r; 3000 reset r; 3000 clear r by reset" } },
    { "a >= 24",
      "",
      DELAYS(5000, 0, false),
      { "a restart keeps what an on-delay had left",
        "0 v a 30; 1000 v a 30; 2000 restart 500; 3000 v a 30; 4000 v a 30; 5000 v a 30; 6000 v a "
        "30; 7000 v a 30",
        "2500 restart ; 6000 raise r since 0" } },
    { "a >= 24",
      "",
      DELAYS(0, 0, false),
      { "a rule that stands survives a restart",
        "0 v a 30; 1000 restart 500; 2000 v a 30; 3000 v a 3",
        "0 raise r; 1500 restart ; 3000 clear r" } },
};

static void set_up(struct rig *r)
{
    memset(r, 0, sizeof *r);
    rig_bus(r, "b");
    rig_unit(r, 0, 1);
    rig_point(r, "a", 0, 1000);
    rig_point(r, "b", 0, 100000);
    rig_point(r, "c", 0, 100000);
}

static void rules_follow_their_conditions(void **unused)
{
    static struct rig r;

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_up(&r);
        rig_rule(&r, "r", rows[i].when, rows[i].clear_when, rows[i].limit);
        rig_start(&r);
        rig_expect(&r, &rows[i].row);
        rig_stop(&r);
    }
}

static void a_window_of_many_values_forgets_what_is_too_old(void **unused)
{
    struct window_value v[WINDOW_VALUES_MAX];
    struct window w = { .within_ms = 600000, .step_ms = 1000, .v = v };

    (void)unused;
    w.size = window_size(w.within_ms, 1000);
    w.step_ms = window_step_ms(w.within_ms, w.size);
    for (int64_t i = 0; i < 5000; i++) {
        window_add(&w, i * 1000, (double)i);
        assert_true(window_change(&w, (double)i) == (i < 600 ? (double)i : 600));
    }
}

/* Samples that come closer than the period must not make a rise smaller. */
static void samples_that_come_too_close_tell_no_less(void **unused)
{
    struct window_value v[8];
    struct window w = { .within_ms = 100, .step_ms = 20, .v = v, .size = 8 };

    (void)unused;
    for (int64_t i = 0; i < 1000; i++) {
        window_add(&w, i, (double)i);
        assert_true(window_change(&w, (double)i) >= (i < 100 ? (double)i : 100));
        assert_true(window_change(&w, (double)i) <= 100 + 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_follow_their_conditions),
        cmocka_unit_test(a_window_of_many_values_forgets_what_is_too_old),
        cmocka_unit_test(samples_that_come_too_close_tell_no_less),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
