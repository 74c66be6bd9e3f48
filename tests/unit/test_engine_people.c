#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rules_rig.h"

struct people_row {
    struct rig_limit h, hh;
    struct rig_row row;
};

#define H                                                                                          \
    {                                                                                              \
        100, 0, 0, false                                                                           \
    }
#define LATCH                                                                                      \
    {                                                                                              \
        100, 0, 0, true                                                                            \
    }
#define HH                                                                                         \
    {                                                                                              \
        200, 0, 0, false                                                                           \
    }
#define NONE                                                                                       \
    {                                                                                              \
        0, 0, 0, false                                                                             \
    }

static const struct people_row rows[] = {
    { H,
      NONE,
      { "a case is closed when it is over, was seen and was handled",
        "0 v a 120; 100 close a/H !; 200 ack a/H; 300 handle a/H; 400 close a/H !; 1000 v a 20; "
        "1100 close a/H; 1200 close a/H !; 1300 handle a/H !; 1400 comment a/H !",
        "0 raise a/H; 200 ack a/H; 300 handle a/H; 1000 clear a/H; 1100 close a/H" } },
    { H,
      NONE,
      { "what is over and acked can still be written about",
        "0 v a 120; 100 ack a/H; 1000 v a 20; 1100 comment 140521000001-01-3-1; 1200 close a/H !; "
        "1300 handle 140521000001-01-3-1; 1400 close 140521000001-01-3-1",
        "0 raise a/H; 100 ack a/H; 1000 clear a/H; 1100 comment a/H; 1300 handle a/H; 1400 close "
        "a/H" } },
    { H,
      NONE,
      { "returned and unacked is no closed case",
        "0 v a 120; 100 handle a/H; 1000 v a 20; 1100 close a/H !; 1200 ack a/H; 1300 close a/H",
        "0 raise a/H; 100 handle a/H; 1000 clear a/H; 1200 ack a/H; 1300 close a/H" } },
    { H,
      NONE,
      { "a new alarm is a new case",
        "0 v a 120; 100 handle a/H; 200 ack a/H; 1000 v a 20; 2000 v a 120; 3000 v a 20; 3100 ack "
        "a/H; 3200 close a/H !; 3300 handle 140521000001-01-3-1 !; 3400 handle a/H; 3500 close a/H",
        "0 raise a/H; 100 handle a/H; 200 ack a/H; 1000 clear a/H; 2000 raise a/H; 3000 clear a/H; "
        "3100 ack a/H; 3400 handle a/H; 3500 close a/H" } },
    { H,
      NONE,
      { "nothing to write about",
        "0 v a 20; 0 handle a/H !; 0 comment a/H !; 0 close a/H !; 0 handle b/H !; 0 unshelve a/H "
        "!; 0 in a/H !; 0 stop a !; 0 maint b !; 0 shelve a/H 0!; 0 oos a/H 0!; 0 maint a 0!; 0 "
        "shelve a/H 28801!",
        "" } },
    { H,
      NONE,
      { "a shelf ends by its time and is announced again",
        "0 v a 120; 1000 shelve a/H 3; 1100 ack a/H; 2000 v a 120; 3000 v a 120; 4000 v a 120",
        "0 raise a/H; 1000 shelve a/H; 1100 ack a/H; 4000 unshelve a/H expired; 4000 re_raise "
        "a/H" } },
    { H,
      NONE,
      { "under a shelf everything is told as ever",
        "0 v a 20; 0 shelve a/H 30; 1000 v a 120; 2000 v a 20; 3000 v a 120; 4000 unshelve a/H",
        "0 shelve a/H; 1000 raise a/H; 2000 clear a/H; 3000 raise a/H over 2; 4000 unshelve a/H; "
        "4000 re_raise a/H" } },
    { H,
      NONE,
      { "what returned under its shelf is not announced again",
        "0 v a 120; 1000 shelve a/H 3; 2000 v a 20; 4000 end; 5000 ack a/H",
        "0 raise a/H; 1000 shelve a/H; 2000 clear a/H; 4000 unshelve a/H expired; 5000 ack a/H" } },
    { H,
      NONE,
      { "a shelf for once ends with the return",
        "0 v a 20; 0 shelve a/H 60once; 1000 v a 120; 2000 v a 20; 3000 v a 120",
        "0 shelve a/H; 1000 raise a/H; 2000 clear a/H; 2000 unshelve a/H one_shot; 3000 raise a/H "
        "over 2" } },
    { LATCH,
      NONE,
      { "of a latched alarm it ends with the reset",
        "0 v a 120; 100 shelve a/H 60once; 1000 v a 20; 1100 ack a/H; 1200 reset a/H",
        "0 raise a/H; 100 shelve a/H; 1000 rtn_latched a/H; 1100 ack a/H; 1200 reset a/H; 1200 "
        "clear a/H by reset; 1200 unshelve a/H" } },
    { H,
      NONE,
      { "and of a fault with its end",
        "0 b a sensor_fault; 100 shelve a/fault 60once; 1000 v a 20; 1100 ack a/fault; 2000 b a "
        "sensor_fault",
        "0 fault_raise a/fault p3 range; 100 shelve a/fault; 1000 fault_clear a/fault; 1000 "
        "unshelve a/fault one_shot; 1100 ack a/fault; 2000 fault_raise a/fault p3 range" } },
    { H,
      NONE,
      { "a second shelf takes the place of the first",
        "0 v a 120; 1000 shelve a/H 2; 2000 shelve a/H 4; 4500 v a 120; 6500 v a 120",
        "0 raise a/H; 1000 shelve a/H; 2000 shelve a/H; 6000 unshelve a/H expired; 6000 re_raise "
        "a/H" } },
    { H,
      HH,
      { "priority 1 is not shelved, and ends a shelf before it is told",
        "0 shelve a/HH 60!; 0 shelve a/H 60; 1000 v a 250; 2000 shelve a/H 60!",
        "0 shelve a/H; 1000 unshelve a/H level_up; 1000 raise a/HH" } },
    { H,
      HH,
      { "a rise to it as well",
        "0 v a 120; 100 shelve a/H 60; 1000 v a 250; 2000 v a 120; 2100 shelve a/H 60",
        "0 raise a/H; 100 shelve a/H; 1000 unshelve a/H level_up; 1000 level_up a/HH; 2000 "
        "level_down a/H; 2100 shelve a/H" } },
    { H,
      NONE,
      { "out of service takes the shelf away and clears nothing",
        "0 v a 120; 100 shelve a/H 60; 200 oos a/H 5; 300 shelve a/H 60!; 400 oos a/H 9!; 1000 v a "
        "20; 2000 v a 120; 5200 v a 120",
        "0 raise a/H; 100 shelve a/H; 200 oos a/H; 1000 clear a/H; 2000 raise a/H over 1; 5200 "
        "in_service a/H expired; 5200 re_raise a/H" } },
    { H,
      NONE,
      { "in service by a person", "0 v a 120; 100 ack a/H; 200 oos a/H 60; 300 in a/H",
        "0 raise a/H; 100 ack a/H; 200 oos a/H; 300 in_service a/H; 300 re_raise a/H" } },
    { H,
      NONE,
      { "only the last of what holds it down announces",
        "0 v a 120; 100 maint a 10; 200 shelve a/H 2; 300 suppress a/H; 2300 free a/H; 3000 stop a",
        "0 raise a/H; 100 suppress a/fault; 100 suppress a/H; 200 shelve a/H; 300 suppress a/H; "
        "2200 unshelve a/H expired; 2300 unsuppress a/H person; 3000 unsuppress a/fault; 3000 "
        "unsuppress a/H; 3000 re_raise a/H" } },
    { H,
      NONE,
      { "maintenance ends by itself, its faults as well",
        "0 v a 20; 0 maint a 3; 0 maint a 3!; 1000 b a sensor_fault; 2000 b a sensor_fault; 4000 v "
        "a 20",
        "0 suppress a/fault; 0 suppress a/H; 1000 fault_raise a/fault p3 range; 3000 unsuppress "
        "a/H expired; 3000 unsuppress a/fault expired; 3000 re_raise a/fault; 4000 fault_clear "
        "a/fault" } },
    { H,
      NONE,
      { "a shelf goes on over a restart, by what was left of it",
        "0 v a 120; 1000 shelve a/H 10; 2000 restart 3000; 5100 v a 120; 8000 v a 120; 11000 v a "
        "120",
        "0 raise a/H; 1000 shelve a/H; 5000 restart ; 11000 unshelve a/H expired; 11000 re_raise "
        "a/H" } },
    { H,
      NONE,
      { "what has ended meanwhile is over with the first breath",
        "0 v a 120; 1000 oos a/H 10; 2000 restart 60000; 62100 v a 120",
        "0 raise a/H; 1000 oos a/H; 62000 restart ; 62000 in_service a/H expired; 62000 re_raise "
        "a/H" } },
    { H,
      NONE,
      { "without a clock it counts as over",
        "0 v a 120; 1000 shelve a/H 100; 2000 restart 1000; 3100 v a 120; 4000 sys time 1",
        "0 raise a/H; 1000 shelve a/H; 3000 restart ; 4000 fault_raise sys/time p3 ; 4000 unshelve "
        "a/H no_time; 4000 re_raise a/H" } },
    { H,
      NONE,
      { "a clock that was good, or a shelf of today, is enough",
        "0 v a 120; 1000 shelve a/H 100; 2000 restart 1000; 3000 sys time 0; 3100 v a 120; 4000 "
        "sys time 1; 4000 sys time 0; 4500 restart 100; 4600 unshelve a/H; 4700 shelve a/H 9; 5000 "
        "sys time 1",
        "0 raise a/H; 1000 shelve a/H; 3000 restart ; 4000 fault_raise sys/time p3 ; 4000 "
        "fault_clear sys/time; 4600 restart ; 4600 unshelve a/H; 4600 re_raise a/H; 4700 shelve "
        "a/H; 5000 fault_raise sys/time p3 " } },
};

/* Polled so seldom that no silence comes between. */
static void start(struct rig *r, struct rig_limit h, struct rig_limit hh)
{
    memset(r, 0, sizeof *r);
    rig_bus(r, "b");
    rig_unit(r, 0, 1);
    rig_point(r, "a", 0, 600000);
    rig_limit(r, 0, LEVEL_H, h);
    if (hh.at > 0)
        rig_limit(r, 0, LEVEL_HH, hh);
}

static void every_script_brings_about_its_events(void **unused)
{
    static struct rig r;

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start(&r, rows[i].h, rows[i].hh);
        rig_start(&r);
        rig_expect(&r, &rows[i].row);
        rig_stop(&r);
    }
}

/* The plant says how long a person may take. */
static void who_does_not_answer_in_time_is_told_of_step_by_step(void **unused)
{
    static const struct rig_row waits[] = {
        { "three steps, and no more", "0 v a 120; 1000 v a 120; 9000 ack a/H",
          "0 raise a/H; 2000 escalate a/H; 4000 escalate a/H; 6000 escalate a/H; 9000 ack a/H" },
        { "an ack ends it, and begins the wait for the end", "0 v a 120; 1000 ack a/H; 9500 end",
          "0 raise a/H; 1000 ack a/H; 6000 re_raise a/H; 8000 escalate a/H" },
        { "nobody is waited for while it is shelved",
          "0 v a 120; 1000 shelve a/H 10; 11500 v a 120; 12500 end; 13500 ack a/H",
          "0 raise a/H; 1000 shelve a/H; 11000 unshelve a/H expired; 11000 re_raise a/H; 13000 "
          "escalate a/H; 13500 ack a/H" },
        { "the end of the alarm ends the wait", "0 v a 120; 1000 v a 20; 9000 end",
          "0 raise a/H; 1000 clear a/H" },
        { "a restart keeps the deadline, the time in between counts",
          "0 v a 120; 500 restart 1000; 1900 v a 120; 2100 v a 120; 3000 ack a/H",
          "0 raise a/H; 1500 restart ; 2000 escalate a/H; 3000 ack a/H" },
    };
    static struct rig r;

    (void)unused;
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        start(&r, (struct rig_limit){ 100, 0, 0, false }, (struct rig_limit){ 0 });
        r.points[0].limits[LEVEL_H].respond_within_ms = 2000;
        r.points[0].limits[LEVEL_H].re_alarm_ms = 5000;
        rig_start(&r);
        rig_expect(&r, &waits[i]);
        rig_stop(&r);
    }
}

static void a_good_value_in_maintenance_says_so_and_is_judged(void **unused)
{
    static struct rig r;

    (void)unused;
    start(&r, (struct rig_limit){ 100, 0, 0, false }, (struct rig_limit){ 0 });
    rig_start(&r);
    rig_run(&r, "0 v a 20; 0 maint a 10");
    assert_int_equal(engine_point_quality(r.engine, 0), Q_MAINT);
    rig_run(&r, "1000 v a 120;");
    assert_int_equal(engine_point_quality(r.engine, 0), Q_MAINT);
    assert_non_null(strstr(r.out, "1000 raise a/H"));
    rig_run(&r, "2000 stop a");
    assert_int_equal(engine_point_quality(r.engine, 0), Q_GOOD);
    rig_stop(&r);
}

static void who_holds_it_down_and_why_comes_back_with_it(void **unused)
{
    const struct hold_words *words;
    static struct rig r;

    (void)unused;
    start(&r, (struct rig_limit){ 100, 0, 0, false }, (struct rig_limit){ 0 });
    rig_start(&r);
    rig_run(&r, "0 v a 20; 0 shelve a/H 60; 0 maint a 60; 1000 restart 500; 1600 v a 20;");
    words = engine_words(r.engine, &engine_slot(r.engine, 0)->st, HOLD_SHELF);
    assert_non_null(words);
    assert_string_equal(words->by, "王工");
    assert_string_equal(words->why, "已到现场");
    assert_non_null(engine_words(r.engine, &engine_slot(r.engine, 0)->st, HOLD_MAINT));
    assert_null(engine_words(r.engine, &engine_slot(r.engine, 0)->st, HOLD_OOS));
    rig_run(&r, "2000 unshelve a/H");
    assert_null(engine_words(r.engine, &engine_slot(r.engine, 0)->st, HOLD_SHELF));
    rig_stop(&r);
}

/* Each hold takes a place, and gives it back however it ends. */
static void places_of_holds_are_given_back(void **unused)
{
    static struct rig r;

    (void)unused;
    start(&r, (struct rig_limit){ 100, 0, 0, false }, (struct rig_limit){ 0 });
    rig_start(&r);
    for (int i = 0; i < 2 * HOLDS_MAX; i++) {
        char script[200];
        int at = i * 10000;

        snprintf(script, sizeof script,
                 "%d shelve a/H 2; %d oos a/H 3; %d in a/H; %d shelve a/H 1once; %d v a 120; %d v "
                 "a 20; %d maint a 1; %d oos b/H 3!; %d end",
                 at, at + 1, at + 2, at + 3, at + 4, at + 5, at + 6, at + 7, at + 9000);
        r.out[0] = '\0';
        rig_run(&r, script);
    }
    rig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_script_brings_about_its_events),
        cmocka_unit_test(who_does_not_answer_in_time_is_told_of_step_by_step),
        cmocka_unit_test(a_good_value_in_maintenance_says_so_and_is_judged),
        cmocka_unit_test(who_holds_it_down_and_why_comes_back_with_it),
        cmocka_unit_test(places_of_holds_are_given_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
