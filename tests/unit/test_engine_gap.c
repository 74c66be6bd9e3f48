/* The process was stopped, or starved, and goes on: nobody was late then.  No
 * unit is blamed, no delay has run, nothing old looks like a fresh value, and
 * who is really silent is a fault at its age from then on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rules_rig.h"

/* Bus b1 with units 1 (a) and 2 (c), bus b2 with unit 1 (d); each polled each
 * second.  `a` has H at 100 (ends below 90) with delays of 9 s. */
static void lay_out(struct rig *r)
{
    memset(r, 0, sizeof *r);
    rig_bus(r, "b1");
    rig_bus(r, "b2");
    rig_unit(r, 0, 1);
    rig_unit(r, 0, 2);
    rig_unit(r, 1, 1);
    rig_point(r, "a", 0, 1000);
    rig_point(r, "c", 1, 1000);
    rig_point(r, "d", 2, 1000);
    rig_limit(r, 0, LEVEL_H, (struct rig_limit){ 100, 9000, 9000, false });
}

static void build(struct rig *r)
{
    lay_out(r);
    rig_start(r);
}

#define ALL_AT(ms, a) #ms " v a " #a ";" #ms " v c 50;" #ms " v d 5;"

static const struct rig_row rows[] = {
    { "who answers at once was never silent",
      ALL_AT(0, 50) "500 gap 30000;" ALL_AT(30600, 50) ALL_AT(31600, 50), "" },
    { "a bus that is gone since is one alarm, at its age from then on",
      ALL_AT(0, 50) "500 gap 30000; 30600 m a timeout; 30600 m c timeout; 30600 v d 5;"
                    "31600 m a timeout; 31600 m c timeout; 31600 v d 5; 33000 v d 5; 36000 v d 5;",
      "34500 fault_raise bus/b1 p3 timeout" },
    { "a unit that is gone since is one alarm, at its age from then on",
      ALL_AT(0, 50) "500 gap 30000; 30600 m a timeout; 30600 v c 50; 30600 v d 5;"
                    "31600 m a timeout; 32600 v c 50; 32600 v d 5; 35600 v c 50; 35600 v d 5;",
      "34500 fault_raise unit/b1/1 p3 timeout" },
    { "without any sample after it each bus is one alarm", ALL_AT(0, 50) "500 gap 30000; 36000 end",
      "34500 fault_raise bus/b1 p3 timeout; 34500 fault_raise unit/b2/1 p3 timeout" },
    { "a machine that starves again and again hides no unit that has not answered since",
      ALL_AT(0, 50) "500 gap 1500; 2100 m a timeout; 2100 v c 50; 2100 v d 5;"
                    "2500 gap 1500; 4100 m a timeout; 4100 v c 50; 4100 v d 5;"
                    "4500 gap 1400; 5950 m a timeout; 5950 v c 50; 5950 v d 5; 6500 end",
      "6000 fault_raise unit/b1/1 p3 timeout" },
    { "an alarm of silence stands over it, and ends by a frame",
      ALL_AT(0, 50) "4000 v c 50; 4000 v d 5; 4500 gap 30000;" ALL_AT(34600, 50),
      "4000 fault_raise unit/b1/1 p3 timeout; 34600 fault_clear unit/b1/1" },
    { "an on-delay keeps what it had left: 6 of 9 s",
      ALL_AT(0, 150) ALL_AT(3000, 150) "3000 gap 30000;" ALL_AT(33500, 150) ALL_AT(36000, 150)
          ALL_AT(39000, 150) "39500 end",
      "39500 raise a/H since 0" },
    { "an off-delay keeps what it had left: nothing clears while nobody looked",
      ALL_AT(0, 150) ALL_AT(3000, 150) ALL_AT(6000, 150) ALL_AT(9000, 150) ALL_AT(10000, 50)
          ALL_AT(13000, 50) "13000 gap 30000;" ALL_AT(43500, 150) ALL_AT(44000, 50)
              ALL_AT(47000, 50) ALL_AT(50000, 50) "53000 end",
      "9000 raise a/H since 0; 53000 clear a/H" },
    { "a delay that ended before it has ended",
      ALL_AT(0, 150) ALL_AT(3000, 150)
          ALL_AT(6000, 150) "8999 end; 9000 gap 30000;" ALL_AT(39500, 150),
      "9000 raise a/H since 0" },
};

static void a_gap_blames_nobody_and_ends_nothing(void **unused)
{
    static struct rig r;

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        build(&r);
        rig_expect(&r, &rows[i]);
        rig_stop(&r);
    }
}

static void nor_does_starving_hide_a_point_of_a_unit_that_answers_for_others(void **unused)
{
    static const struct rig_row row = {
        "b",
        ALL_AT(0, 50) "0 v b 7; 500 gap 1500; 2100 v a 50; 2100 x b 2; 2100 v c 50; 2100 v d 5;"
                      "2500 gap 1500; 4100 v a 50; 4100 x b 2; 4100 v c 50; 4100 v d 5;"
                      "4500 gap 1400; 5950 v a 50; 5950 x b 2; 5950 v c 50; 5950 v d 5; 6500 end",
        "6000 fault_raise b/fault p3 exc_2"
    };
    static struct rig r;

    (void)unused;
    lay_out(&r);
    rig_point(&r, "b", 0, 1000);
    rig_start(&r);
    rig_expect(&r, &row);
    rig_stop(&r);
}

static void an_old_value_is_unknown_until_it_is_read_again(void **unused)
{
    static struct rig r;
    const struct point_state *a;

    (void)unused;
    build(&r);
    rig_run(&r, ALL_AT(0, 50) "500 gap 30000; 30500 v c 50");
    a = engine_point(r.engine, 0);
    assert_int_equal(a->q, Q_STALE);
    assert_int_equal(a->why.code, WHY_GAP);
    assert_int_equal(a->since.mono_ms, 500); /* since when nobody looked */
    assert_int_equal(engine_point(r.engine, 1)->q, Q_GOOD);
    rig_run(&r, "30600 v a 50");
    assert_int_equal(engine_point(r.engine, 0)->q, Q_GOOD);
    assert_int_equal(engine_point(r.engine, 0)->why.code, WHY_NONE);
    rig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gap_blames_nobody_and_ends_nothing),
        cmocka_unit_test(nor_does_starving_hide_a_point_of_a_unit_that_answers_for_others),
        cmocka_unit_test(an_old_value_is_unknown_until_it_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
