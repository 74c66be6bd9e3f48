#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rules_rig.h"

/* Bus b1 with units 1 (points a, b) and 2 (point c), bus b2 with unit 1 alone
 * (point d); all polled each second but `b`, each 2 s.  `a` has H at 100 with
 * an on-delay of 9 s and HH at 200 without. */
static void build(struct rig *r)
{
    memset(r, 0, sizeof *r);
    rig_bus(r, "b1");
    rig_bus(r, "b2");
    rig_unit(r, 0, 1);
    rig_unit(r, 0, 2);
    rig_unit(r, 1, 1);
    rig_point(r, "a", 0, 1000);
    rig_point(r, "b", 0, 2000);
    rig_point(r, "c", 1, 1000);
    rig_point(r, "d", 2, 1000);
    rig_limit(r, 0, LEVEL_H, (struct rig_limit){ 100, 9000, 0, false });
    rig_limit(r, 0, LEVEL_HH, (struct rig_limit){ 200, 0, 0, false });
    rig_limit(r, 2, LEVEL_L, (struct rig_limit){ 20, 0, 0, false });
    rig_start(r);
}

#define ALL_AT(ms)    #ms " v a 50;" #ms " v b 5;" #ms " v c 50;" #ms " v d 5;"
#define OTHERS_AT(ms) #ms " v c 50;" #ms " v d 5;"

static const struct rig_row rows[] = {
    { "a unit that falls silent is one alarm at its age, with what it caught",
      ALL_AT(0) "1000 v a 150; 1000 v c 50; 1000 v d 5;"
                "2000 m a timeout; 2000 m b timeout;" OTHERS_AT(2000) "3000 m a timeout;" OTHERS_AT(
                    3000) "4000 m a timeout;" OTHERS_AT(4000) OTHERS_AT(5000),
      "5000 fault_raise unit/b1/1 p2 timeout +H" },
    { "a proven frame ends the unit's fault, also when its value is bad",
      ALL_AT(0) OTHERS_AT(3000) "3100 m a timeout;" OTHERS_AT(4000)
          OTHERS_AT(5000) "5500 b a sensor_fault;",
      "4000 fault_raise unit/b1/1 p3 timeout; 5500 fault_clear unit/b1/1; 5500 fault_raise a/fault "
      "p3 range" },
    { "an exception keeps the unit alive and ages its point",
      ALL_AT(0) "1000 x a 2;" OTHERS_AT(1000) "2000 x a 2; 2000 v b 5;" OTHERS_AT(
          2000) "3000 x a 2;" OTHERS_AT(3000) "4000 x a 2;4000 v b 5;" OTHERS_AT(4000),
      "4000 fault_raise a/fault p3 exc_2" },
    { "a point that was never read ages from the start",
      "0 v b 5;" OTHERS_AT(0) "1000 x a 3;" OTHERS_AT(2000) "2000 v b 5; 3900 x a 3;" OTHERS_AT(
          4000) "4000 v b 5;",
      "4000 fault_raise a/fault p3 exc_3" },
    { "a point's fault ends with a good value only",
      "0 b a over_range; 1000 m a timeout; 2000 b a sensor_fault; 3000 v a 20;",
      "0 raise a/HH; 0 fault_raise a/fault p1 range +H +HH; 3000 clear a/HH; 3000 fault_clear "
      "a/fault" },
    { "a unit back from silence gives its points their time again",
      ALL_AT(0) OTHERS_AT(3000)
          OTHERS_AT(6000) "6500 v b 5;" OTHERS_AT(7000) "8500 v b 5;" OTHERS_AT(
              9000) "10000 x a 1; 10000 v b 5;" OTHERS_AT(10000) "10500 x a 1;",
      "4000 fault_raise unit/b1/1 p3 timeout; 6500 fault_clear unit/b1/1; 10500 fault_raise "
      "a/fault "
      "p3 exc_1" },
    { "all units of a bus unknown is one alarm of the bus",
      ALL_AT(
          0) "1000 m a timeout; 1000 m c timeout; 1000 v d 5; 2000 m a timeout; 2000 m b timeout; "
             "2000 m c timeout; 3000 v d 5; 4000 v d 5; 6000 v d 5; 9000 v d 5;",
      "4000 fault_raise bus/b1 p3 timeout" },
    { "a unit whose own poll is yet to be lost is unknown by its age",
      ALL_AT(0) "1000 v d 5; 1500 m a timeout; 3000 v d 5; 4000 v d 5; 4500 m c timeout; "
                "6000 v d 5; 8000 v d 5;",
      "4000 fault_raise bus/b1 p3 timeout" },
    { "the bus comes back: units past their age raise their own",
      ALL_AT(
          0) "1000 m a timeout; 1000 m c timeout; 3000 v d 5; 5000 v d 5; 6000 v c 50; 6000 v d 5;",
      "4000 fault_raise bus/b1 p3 timeout; 6000 fault_clear bus/b1; 6000 fault_raise unit/b1/1 p3 "
      "timeout" },
    { "a standing unit alarm goes under its bus and comes out again",
      ALL_AT(0) "1000 m a timeout;" OTHERS_AT(1000) OTHERS_AT(3000)
          OTHERS_AT(4000) "4500 ack unit/b1/1; 5000 m c timeout; 5000 v d 5; 8000 v d 5; 9000 v c "
                          "50; 9000 v d 5; "
                          "9500 ack unit/b1/1;",
      "4000 fault_raise unit/b1/1 p3 timeout; 4500 ack unit/b1/1; 8000 fault_raise bus/b1 p3 "
      "timeout; "
      "8000 suppress unit/b1/1; 9000 fault_clear bus/b1; 9000 unsuppress unit/b1/1; 9000 re_raise "
      "unit/b1/1; 9500 ack unit/b1/1" },
    { "the unit that speaks first comes out and ends",
      ALL_AT(0) "1000 m a timeout;" OTHERS_AT(1000) OTHERS_AT(3000)
          OTHERS_AT(4000) "5000 m c timeout; 5000 v d 5; 8000 v d 5; 9000 v a 50; 9000 v d 5;",
      "4000 fault_raise unit/b1/1 p3 timeout; 8000 fault_raise bus/b1 p3 timeout; 8000 suppress "
      "unit/b1/1; 9000 fault_clear bus/b1; 9000 unsuppress unit/b1/1; 9000 fault_raise unit/b1/2 "
      "p3 "
      "timeout; 9000 fault_clear unit/b1/1" },
    { "the line down is the bus's alarm, also with one unit",
      ALL_AT(0)
          OTHERS_AT(1000) "1000 v a 50; 2000 m d link; 2000 v a 50; 2000 v c 50; 4000 v a 50; "
                          "4000 v c 50; 4000 v b 5; 5000 m d link;",
      "5000 fault_raise bus/b2 p3 link" },
    { "a unit that was never polled is unknown too",
      "0 v d 5; 1000 m a crc; 3000 v d 5; 4000 v d 5;", "4000 fault_raise bus/b1 p3 crc" },
    { "no poll at all is the bus's alarm", "0 v d 5; 3000 v d 5; 4000 v d 5;",
      "4000 fault_raise bus/b1 p3 never_read" },
    { "a unit's fault says the last cause",
      ALL_AT(0) "1000 m a timeout; 1500 m a crc;" OTHERS_AT(2000) OTHERS_AT(4000),
      "4000 fault_raise unit/b1/1 p3 crc" },
    { "a lost bus speaks for points that age under it, and leaves young units alone when it ends",
      ALL_AT(
          0) "100 v c 50; 3000 x c 2; 3000 v d 5; 3500 m c link; 5000 v d 5; 5500 v a 50; 5500 v b "
             "5; 7000 v a 50; 8000 v d 5;",
      "4000 fault_raise bus/b1 p3 link; 5500 fault_clear bus/b1; 5500 fault_raise c/fault p3 link; "
      "7000 fault_raise unit/b1/2 p3 link" },
    { "a point that grew too old under a lost bus says so when its unit is not back with the bus",
      ALL_AT(0) "3000 v d 5; 3500 v a 50; 3800 m c link; 6000 v d 5; 7200 v c 50; 7600 end",
      "4000 fault_raise bus/b1 p3 link; 7200 fault_clear bus/b1; 7200 fault_raise b/fault p3 "
      "timeout; 7500 fault_raise unit/b1/1 p3 timeout" },
    { "a line that spoke again is not down",
      ALL_AT(0) "1000 m d link; 2000 v d 5;" ALL_AT(3000) "3000 v d 5; 7000 end",
      "7000 fault_raise bus/b1 p3 timeout; 7000 fault_raise unit/b2/1 p3 timeout" },
    { "one unit alone on its bus is the unit's alarm",
      ALL_AT(0) "2000 m d timeout; 2000 v a 50; 2000 v c 50; 4000 v a 50; 4000 v c 50; 4000 v b 5;",
      "4000 fault_raise unit/b2/1 p3 timeout" },
    { "a line that came back before the age is the unit's silence",
      ALL_AT(
          0) "2000 m d link; 2000 v a 50; 2000 v c 50; 3000 m d timeout; 4000 v a 50; 4000 v c 50; "
             "4000 v b 5;",
      "4000 fault_raise unit/b2/1 p3 timeout" },
    { "the loss of a bus clears nothing and pauses what runs",
      ALL_AT(0) "1000 v a 250; 1000 v c 10; 1000 v d 5; 2000 m a timeout; 2000 m c timeout; 4000 v "
                "d 5; "
                "6000 v d 5; 9000 v d 5; 12000 v d 5; 13000 v a 150; 13000 v b 5; 13000 v c 50;",
      "1000 raise a/HH; 1000 raise c/L; 5000 fault_raise bus/b1 p1 timeout +L +H +HH; 13000 "
      "fault_clear bus/b1; 13000 fault_raise unit/b1/2 p2 timeout +L; 13000 fault_clear "
      "unit/b1/2; 13000 clear c/L" },
    { "the gateway's own faults rise and end once",
      "0 sys store 1; 100 sys store 1; 200 sys store 0; 300 sys store 0; 400 sys store 1; 500 ack "
      "sys/store; 600 ack sys/store !;",
      "0 fault_raise sys/store p3 ; 200 fault_clear sys/store; 400 fault_raise sys/store p3 ; 500 "
      "ack "
      "sys/store" },
    { "no such rule, nothing to ack",
      "0 ack a/L !; 0 ack a/H !; 0 ack nobody/H !; 0 ack a/ !; 0 ack bus/b9 !; 0 reset a/fault !;",
      "" },
    { "an alarm is acked by its id, but not by another's",
      "0 v a 250; 100 ack 140521000001-01-3-2 !; 100 ack 140521000001-01-4-1 !; 100 ack "
      "140521000001-01-3-1x !; 100 ack 140521000001-01--3-1 !; 200 ack 140521000001-01-3-1; 300 "
      "ack "
      "140521000001-01-3-1 !;",
      "0 raise a/HH; 200 ack a/HH" },
};

static void every_script_brings_about_its_events(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static struct rig r;

        build(&r);
        rig_expect(&r, &rows[i]);
        rig_stop(&r);
    }
}

struct quality_row {
    const char *point, *script;
    enum quality q;
    enum why_code why;
    uint32_t n;
};

/* What people see of point `a`. */
static const struct quality_row quality_rows[] = {
    { "a", "0 end", Q_NEVER_READ, WHY_NEVER, 0 },
    { "a", "0 m a timeout", Q_NEVER_READ, WHY_TIMEOUT, 1 },
    { "a", "0 v a 1", Q_GOOD, WHY_NONE, 0 },
    { "a", "0 v a 1; 1000 m a timeout", Q_STALE, WHY_TIMEOUT, 1 },
    { "a", "0 v a 1; 1000 m a timeout; 2000 x a 2", Q_STALE, WHY_EXCEPTION, 2 },
    { "a", "0 v a 1; 1000 m a timeout; 3999 end", Q_STALE, WHY_TIMEOUT, 1 },
    { "a", "0 v a 1; 1000 m a timeout; 4000 end", Q_COMM_FAIL, WHY_TIMEOUT, 1 },
    { "a", "0 v a 1; 1000 m a timeout; 4000 m a timeout; 5000 m a link", Q_COMM_FAIL, WHY_LINK, 3 },
    { "a", "0 v a 1; 4000 end; 5000 v a 1", Q_GOOD, WHY_NONE, 0 },
    { "a", "0 end; 4000 end", Q_COMM_FAIL, WHY_NEVER, 0 },
    { "a", "0 b a over_range", Q_OVER_RANGE, WHY_RANGE, 1 },
    { "a", "0 b a sensor_fault; 1000 m a timeout", Q_STALE, WHY_TIMEOUT, 2 },
    { "a", "0 v b 1; 0 v a 1; 3000 v b 1; 4000 end", Q_COMM_FAIL, WHY_TIMEOUT, 0 },
    { "a", "0 m a timeout; 1000 v a 1", Q_GOOD, WHY_NONE, 0 },
    { "b", "0 v a 1; 0 v b 1; 3999 end", Q_GOOD, WHY_NONE, 0 },
    { "b", "0 v a 1; 0 v b 1; 4000 end", Q_COMM_FAIL, WHY_NONE, 0 },
    { "c", "0 v a 1; 100 v c 1; 3000 x c 2; 3500 m c link; 4000 end", Q_COMM_FAIL, WHY_LINK, 2 },
};

static void a_point_says_what_is_known_of_it(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof quality_rows / sizeof quality_rows[0]; i++) {
        const struct quality_row *row = &quality_rows[i];
        uint32_t point = (uint32_t)(row->point[0] - 'a');
        const struct point_state *st;
        static struct rig r;

        build(&r);
        rig_run(&r, row->script);
        st = engine_point(r.engine, point);
        if (engine_point_quality(r.engine, point) != row->q || st->why.code != row->why ||
            st->n != row->n)
            fail_msg("%s: %s, why %d, n %u", row->script, quality_word(st->q), (int)st->why.code,
                     st->n);
        rig_stop(&r);
    }
}

static struct event first_of(struct rig *r, enum event_type type)
{
    struct event ev = { .type = EV_NONE };

    while (engine_take(r->engine, &ev))
        if (ev.type == type)
            return ev;
    fail_msg("no %s", event_word(type));
    return ev;
}

static void give(struct rig *r, enum quality q, double val)
{
    struct sample s = { .point = 0, .alive = true, .q = q, .val = val, .why.code = WHY_NONE };

    engine_sample(r->engine, &s, rig_now(r));
}

static void a_clear_carries_value_peak_and_duration(void **unused)
{
    static struct rig r;
    struct event ev;

    (void)unused;
    build(&r);
    give(&r, Q_GOOD, 210);
    r.now_ms = 1000;
    give(&r, Q_GOOD, 260);
    r.now_ms = 2000;
    give(&r, Q_GOOD, 230);
    give(&r, Q_SENSOR_FAULT, NAN);
    r.now_ms = 2500;
    give(&r, Q_GOOD, 20.5);
    ev = first_of(&r, EV_CLEAR);
    assert_int_equal(ev.kind, KIND_HH);
    assert_int_equal(ev.lvl, 1);
    assert_true(ev.has_val && ev.val == 20.5 && ev.has_limit && ev.limit == 200);
    assert_true(ev.after.peak == 260 && ev.after.peak_at.mono_ms == 1000);
    assert_int_equal(ev.duration_ms, 2500);
    assert_int_equal(ev.reason, CLEAR_RETURNED);
    assert_int_equal(ev.id.seq, 1);
    assert_int_equal(ev.seq, 3);
    assert_true(ev.after.val == 20.5);
    assert_true(alarm_is_listed(&ev.after) && !alarm_is_active(&ev.after));
    assert_string_equal(alarm_state_word(&ev.after), "rtn_unacked");
    give(&r, Q_GOOD, 215);
    give(&r, Q_GOOD, 20);
    assert_true(first_of(&r, EV_CLEAR).after.peak == 215);
    rig_stop(&r);
}

/* One instance: its clear tells the worst of all that was in it. */
static void a_latched_alarm_keeps_its_peak_over_a_second_raise(void **unused)
{
    static struct rig r;

    (void)unused;
    rig_one(&r, (struct rig_limit){ 100, 0, 0, true }, (struct rig_limit){ 0 });
    give(&r, Q_GOOD, 300);
    give(&r, Q_GOOD, 20);
    give(&r, Q_GOOD, 150);
    give(&r, Q_GOOD, 20);
    assert_int_equal(engine_ack(r.engine, "a/H", "p", NULL, rig_now(&r)), RG_OK);
    assert_int_equal(engine_reset(r.engine, "a/H", "p", rig_now(&r)), RG_OK);
    assert_true(first_of(&r, EV_CLEAR).after.peak == 300);
    rig_stop(&r);
}

static void a_raise_beyond_the_range_has_no_value_but_the_last(void **unused)
{
    static struct rig r;
    struct event ev;

    (void)unused;
    build(&r);
    give(&r, Q_OVER_RANGE, 999);
    ev = first_of(&r, EV_FAULT_RAISE);
    assert_true(!ev.has_val && !ev.has_last);
    give(&r, Q_GOOD, 50);
    r.now_ms = 500;
    give(&r, Q_GOOD, 50);
    r.now_ms = 1000;
    give(&r, Q_OVER_RANGE, 999);
    ev = first_of(&r, EV_RAISE);
    assert_false(ev.has_val);
    assert_int_equal(ev.q, Q_OVER_RANGE);
    assert_true(ev.has_last && ev.last == 50 && ev.last_at.mono_ms == 500);
    assert_true(isnan(ev.after.val));
    ev = first_of(&r, EV_FAULT_RAISE);
    assert_int_equal(ev.q, Q_OVER_RANGE);
    assert_true(!ev.has_val && ev.has_last && ev.last == 50);
    rig_stop(&r);
}

static void the_low_side_peaks_downwards(void **unused)
{
    static struct rig r;
    struct sample s = { .point = 2, .alive = true, .q = Q_GOOD, .val = 12, .why.code = WHY_NONE };

    (void)unused;
    build(&r);
    engine_sample(r.engine, &s, rig_now(&r));
    s.val = 3;
    engine_sample(r.engine, &s, rig_now(&r));
    s.val = 31;
    engine_sample(r.engine, &s, rig_now(&r));
    assert_true(first_of(&r, EV_CLEAR).after.peak == 3);
    rig_stop(&r);
}

static void an_ack_carries_who_and_whole_characters(void **unused)
{
    static struct rig r;
    char comment[COMMENT_MAX + 8];
    struct event ev;

    (void)unused;
    build(&r);
    give(&r, Q_GOOD, 250);
    memset(comment, 'x', sizeof comment);
    memcpy(comment + COMMENT_MAX - 2, "炉", sizeof "炉");
    assert_int_equal(engine_ack(r.engine, "a/H", "王工", comment, rig_now(&r)), RG_OK);
    ev = first_of(&r, EV_ACK);
    assert_string_equal(ev.by, "王工");
    assert_int_equal(strlen(ev.comment), COMMENT_MAX - 2);
    assert_int_equal(engine_ack(r.engine, "a/HH", "王工", NULL, rig_now(&r)), RG_EALREADY);
    assert_int_equal(engine_ack(r.engine, "c/L", "王工", NULL, rig_now(&r)), RG_EREFUSED);
    assert_int_equal(engine_ack(r.engine, "c/LL", "王工", NULL, rig_now(&r)), RG_ENOENT);
    rig_stop(&r);
}

static void a_clock_step_moves_no_timer(void **unused)
{
    static struct rig r;
    struct stamp now;
    struct event ev;

    (void)unused;
    build(&r);
    give(&r, Q_GOOD, 150);
    now = rig_now(&r);
    now.utc_ms -= 3600000;
    engine_clock_step(r.engine, -3600000, now);
    ev = first_of(&r, EV_CLOCK_STEP);
    assert_true(ev.offset_ms == -3600000 && ev.slot == SLOT_NONE && ev.seq == 1);
    assert_int_equal(engine_next_ms(r.engine), 4000);
    rig_stop(&r);
}

static void each_uplink_and_fault_of_the_gateway_has_its_slot(void **unused)
{
    static struct rig r;
    struct why none = { .code = WHY_NONE };
    char rule[SLOT_KEY_MAX];
    struct event ev;

    (void)unused;
    memset(&r, 0, sizeof r);
    r.uplinks[0].name = "county";
    r.uplinks[1].name = "group";
    r.plant.n_uplinks = 2;
    rig_start(&r);
    engine_sys(r.engine, SYS_UPLINK, 1, true, none, rig_now(&r));
    ev = first_of(&r, EV_FAULT_RAISE);
    assert_string_equal(engine_rule(r.engine, ev.slot, rule, sizeof rule), "sys/uplink/group");
    assert_int_equal(ev.kind, KIND_UPLINK);
    engine_sys(r.engine, SYS_UPLINK, 2, true, none, rig_now(&r));
    engine_sys(r.engine, SYS_UPLINK, 0, false, none, rig_now(&r));
    assert_false(engine_take(r.engine, &ev));
    engine_sys(r.engine, SYS_CONFIG, 0, true, none, rig_now(&r));
    assert_int_equal(first_of(&r, EV_FAULT_RAISE).kind, KIND_CONFIG);
    engine_sys(r.engine, SYS_TIME, 0, true, none, rig_now(&r));
    assert_int_equal(first_of(&r, EV_FAULT_RAISE).kind, KIND_TIME);
    assert_int_equal(engine_seq(r.engine), 3);
    rig_stop(&r);
}

static void ages_count_from_the_start_whenever_that_was(void **unused)
{
    static struct rig r;

    (void)unused;
    memset(&r, 0, sizeof r);
    r.now_ms = 7000;
    rig_bus(&r, "b");
    rig_unit(&r, 0, 1);
    rig_point(&r, "a", 0, 1000);
    rig_start(&r);
    assert_int_equal(engine_point(r.engine, 0)->since.mono_ms, 7000);
    assert_int_equal(engine_next_ms(r.engine), 11000);
    assert_string_equal(rig_run(&r, "12000 x a 2; 15999 x a 2; 16000 end"),
                        "11000 fault_raise unit/b/1 p3 never_read; 12000 fault_clear unit/b/1; "
                        "16000 fault_raise a/fault p3 exc_2");
    rig_stop(&r);
}

/* What changes without an event is still told, once, for the store. */
static void every_change_of_state_is_told_once(void **unused)
{
    static struct rig r;

    (void)unused;
    rig_one(&r, (struct rig_limit){ 100, 2000, 3000, false }, (struct rig_limit){ 0 });
    r.tell_states = true;
    assert_string_equal(
        rig_run(&r, "0 v a 120; 500 v a 120; 1000 m a timeout; 1500 m a timeout; 2000 v a "
                    "120; 3000 v a 120; 4000 v a 20; 5000 v a 120"),
        "0  a/H; 1000  a/H; 2000  a/H; 3000 raise a/H since 0; 4000  a/H; 5000  a/H");
    rig_stop(&r);
}

static void a_late_tick_ends_each_timer_at_its_own_time(void **unused)
{
    static struct rig r;

    (void)unused;
    rig_one(&r, (struct rig_limit){ 100, 0, 6000, false }, (struct rig_limit){ 0 });
    give(&r, Q_GOOD, 150);
    give(&r, Q_GOOD, 50);
    r.now_ms = 30000; /* the whole daemon was stopped for half a minute */
    engine_tick(r.engine, rig_now(&r));
    rig_drain(&r);
    assert_string_equal(r.out, "0 raise a/H; 30000 fault_raise unit/b/1 p2 timeout +H");
    rig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_script_brings_about_its_events),
        cmocka_unit_test(a_point_says_what_is_known_of_it),
        cmocka_unit_test(a_clear_carries_value_peak_and_duration),
        cmocka_unit_test(a_latched_alarm_keeps_its_peak_over_a_second_raise),
        cmocka_unit_test(a_raise_beyond_the_range_has_no_value_but_the_last),
        cmocka_unit_test(the_low_side_peaks_downwards),
        cmocka_unit_test(an_ack_carries_who_and_whole_characters),
        cmocka_unit_test(a_clock_step_moves_no_timer),
        cmocka_unit_test(each_uplink_and_fault_of_the_gateway_has_its_slot),
        cmocka_unit_test(ages_count_from_the_start_whenever_that_was),
        cmocka_unit_test(every_change_of_state_is_told_once),
        cmocka_unit_test(a_late_tick_ends_each_timer_at_its_own_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
