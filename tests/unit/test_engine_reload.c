/* Rows 30 to 34: what a reload leaves untouched, what it changes, what it ends. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/engine_reload.h"
#include "tests/unit/rules_rig.h"

static const struct rig_limit none = { 0 };
#define NONE                                                                                       \
    {                                                                                              \
        0, 0, 0, false                                                                             \
    }

/* ---- the plant after the reload ---- */

static struct limit_conf *limit_of(struct rig *r, enum level level)
{
    return &r->points[0].limits[level];
}

static void as_it_was(struct rig *r)
{
    (void)r;
}

static void only_words(struct rig *r)
{
    limit_of(r, LEVEL_H)->basis = "GB 6222-2005";
    r->points[0].label.zh = "炉前";
    r->points[0].county = "140521000001-1";
}

static void another_point_before(struct rig *r)
{
    r->points[1] = r->points[0];
    r->points[0] = (struct point_conf){ .id = "0", .every_ms = 1000 };
    r->plant.n_points = 2;
}

static void h_higher(struct rig *r)
{
    limit_of(r, LEVEL_H)->at = 150;
    limit_of(r, LEVEL_H)->clear = 140;
}

static void h_lower(struct rig *r)
{
    limit_of(r, LEVEL_H)->at = 50;
    limit_of(r, LEVEL_H)->clear = 40;
}

static void h_after_10_s(struct rig *r)
{
    limit_of(r, LEVEL_H)->after_ms = 10000;
}

static void h_after_2_s(struct rig *r)
{
    limit_of(r, LEVEL_H)->after_ms = 2000;
}

static void h_at_once(struct rig *r)
{
    limit_of(r, LEVEL_H)->after_ms = 0;
}

static void h_clears_after_10_s(struct rig *r)
{
    limit_of(r, LEVEL_H)->clear_after_ms = 10000;
}

static void h_clears_at_once(struct rig *r)
{
    limit_of(r, LEVEL_H)->clear_after_ms = 0;
}

static void h_latches(struct rig *r)
{
    limit_of(r, LEVEL_H)->latch = true;
}

static void h_latches_no_more(struct rig *r)
{
    limit_of(r, LEVEL_H)->latch = false;
}

static void h_priority_1(struct rig *r)
{
    limit_of(r, LEVEL_H)->priority = 1;
}

static void h_priority_4(struct rig *r)
{
    limit_of(r, LEVEL_H)->priority = 4;
}

static void no_h(struct rig *r)
{
    *limit_of(r, LEVEL_H) = (struct limit_conf){ .set = false };
}

static void no_hh(struct rig *r)
{
    *limit_of(r, LEVEL_HH) = (struct limit_conf){ .set = false };
}

static void no_limits(struct rig *r)
{
    no_h(r);
    no_hh(r);
}

static void hh_too(struct rig *r)
{
    rig_limit(r, 0, LEVEL_HH, (struct rig_limit){ 200, 0, 0, false });
}

static void renamed(struct rig *r)
{
    r->points[0].id = "c";
}

static void on_another_bus(struct rig *r)
{
    r->buses[0].name = "d";
}

static void another_register(struct rig *r)
{
    r->points[0].read.address = 7;
}

static void in_another_unit(struct rig *r)
{
    r->points[0].unit_of_value = UNIT_PPM;
}

static void a_third_of_the_time(struct rig *r)
{
    r->points[0].every_ms = 200;
    r->units[0].every_ms = 200;
}

static void ten_times_as_long(struct rig *r)
{
    r->points[0].every_ms = 10000;
    r->units[0].every_ms = 10000;
}

/* ---- the reload ---- */

/* What the store was told is what the engine knows: a kill right after finds
 * the same. */
static void assert_stored(const struct rig *r)
{
    for (size_t i = 0; i < r->n_stored; i++) {
        const struct alarm_state *kept = &r->store[i].st, *st = NULL;

        for (size_t k = 0; k < engine_slots(r->engine); k++)
            if (strcmp(engine_slot(r->engine, k)->key, r->store[i].key) == 0)
                st = &engine_slot(r->engine, k)->st;
        assert_true(st != NULL || (!alarm_is_listed(kept) && !kept->active && kept->supp == 0 &&
                                   kept->levels[0].proc == PROC_N));
        if (st == NULL)
            continue;
        assert_true(st->active == kept->active && st->acked == kept->acked);
        assert_true(st->latched == kept->latched && st->priority == kept->priority);
        assert_true(st->id.seq == kept->id.seq && st->level == kept->level);
        for (int l = 0; l < 2; l++)
            assert_true(st->levels[l].proc == kept->levels[l].proc &&
                        st->levels[l].left_ms == kept->levels[l].left_ms &&
                        st->levels[l].from_ms == kept->levels[l].from_ms);
    }
}

/* A plant that stays as it is, and the rig that goes on from it. */
struct pair {
    struct rig before, after;
};

static struct pair p;

static void go_on(void (*change)(struct rig *r))
{
    struct rig *r = &p.after;

    p.after = p.before;
    r->plant.buses = r->buses;
    r->plant.units = r->units;
    r->plant.points = r->points;
    r->plant.uplinks = r->uplinks;
    change(r);
    assert_int_equal(engine_new(&r->engine, &r->plant, r->epoch, rig_now(r)), RG_OK);
    engine_leave(p.before.engine, r->engine, "王工", rig_now(r));
    rig_drain(&p.before);
    memcpy(r->out, p.before.out, sizeof r->out);
    memcpy(r->store, p.before.store, sizeof r->store);
    r->n_stored = p.before.n_stored;
    engine_adopt(r->engine, p.before.engine, "王工", rig_now(r));
    rig_stop(&p.before);
    rig_drain(r);
    assert_stored(r);
}

/* ---- the rows ---- */

struct reload_row {
    const char *name;
    struct rig_limit h, hh;
    const char *before;
    void (*change)(struct rig *r);
    const char *after;
    const char *events;
};

#define H(after, clear_after)                                                                      \
    {                                                                                              \
        100, after, clear_after, false                                                             \
    }
#define LATCHING                                                                                   \
    {                                                                                              \
        100, 0, 0, true                                                                            \
    }
#define HH                                                                                         \
    {                                                                                              \
        200, 0, 0, false                                                                           \
    }
#define HH_LATE                                                                                    \
    {                                                                                              \
        200, 5000, 0, false                                                                        \
    }

static const struct reload_row rows[] = {
    { "30 unchanged: nothing is said", H(0, 0), HH, "0 v a 120; 1000 v a 120", as_it_was,
      "2000 v a 120; 3000 v a 50", "0 raise a/H; 3000 clear a/H" },
    { "30 unchanged: the on-delay runs on", H(3000, 0), NONE,
      "0 v a 120; 1000 v a 120; 2000 v a 120", as_it_was, "2500 end; 3000 v a 120",
      "3000 raise a/H since 0" },
    { "30 unchanged: a paused on-delay stays paused", H(3000, 0), NONE,
      "0 v a 120; 1000 m a timeout", as_it_was,
      "2000 v a 120; 3000 v a 120; 4000 v a 120; 5000 end", "4000 raise a/H since 0" },
    { "30 unchanged: the off-delay runs on", H(0, 3000), NONE,
      "0 v a 120; 1000 v a 50; 2000 v a 50", as_it_was, "3000 v a 50; 4500 v a 50",
      "0 raise a/H; 4000 clear a/H" },
    { "30 unchanged: ack, latch and instance stay", LATCHING, NONE, "0 v a 120; 1000 ack a/H",
      as_it_was, "2000 v a 50; 3000 reset a/H",
      "0 raise a/H; 1000 ack a/H; 2000 rtn_latched a/H; 3000 reset a/H; 3000 clear a/H by reset" },
    { "30 words changed: nothing is said", H(3000, 0), NONE, "0 v a 120; 2000 v a 120", only_words,
      "3000 v a 120", "3000 raise a/H since 0" },
    { "30 another point came first: each keeps its own", H(3000, 0), NONE,
      "0 v a 120; 2000 v a 120", another_point_before, "3000 v a 120; 4000 v 0 0",
      "3000 raise a/H since 0" },
    { "30 an instance that returned keeps its place", H(0, 0), NONE, "0 v a 120; 1000 v a 50",
      as_it_was, "2000 v a 120", "0 raise a/H; 1000 clear a/H; 2000 raise a/H over 1" },
    { "30 the age of a silent unit goes on", NONE, NONE, "0 v a 1; 1000 m a timeout", as_it_was,
      "3999 end; 5000 end", "4000 fault_raise unit/b/1 p3 timeout" },
    { "30 a fault stays, and ends with a frame", NONE, NONE, "0 v a 1; 4500 end", as_it_was,
      "9000 end; 9500 v a 1", "4000 fault_raise unit/b/1 p3 timeout; 9500 fault_clear unit/b/1" },
    { "30 a bad value stays bad", H(0, 0), NONE, "0 v a 120; 1000 b a sensor_fault", as_it_was,
      "2000 b a sensor_fault; 3000 v a 50",
      "0 raise a/H; 1000 fault_raise a/fault p2 range +H; 3000 clear a/H; 3000 fault_clear "
      "a/fault" },

    { "31 limit raised over the value: the next sample clears", H(0, 0), NONE, "0 v a 120",
      h_higher, "500 end; 1000 v a 120", "0 raise a/H; 1000 clear a/H" },
    { "31 limit raised, the next sample is bad: nothing ends", H(0, 0), NONE, "0 v a 120", h_higher,
      "1000 b a sensor_fault; 2000 v a 145",
      "0 raise a/H; 1000 fault_raise a/fault p2 range +H; 2000 fault_clear a/fault" },
    { "31 limit lowered under the value: the next sample raises", H(0, 0), NONE, "0 v a 60",
      h_lower, "500 end; 1000 v a 60", "1000 raise a/H" },
    { "31 a longer on-delay never un-raises", H(0, 0), NONE, "0 v a 120; 1000 ack a/H",
      h_after_10_s, "2000 v a 120; 3000 v a 120; 4000 v a 50",
      "0 raise a/H; 1000 ack a/H; 4000 clear a/H" },
    { "31 a longer on-delay puts off no alarm that was coming", H(3000, 0), NONE,
      "0 v a 120; 1000 v a 120", h_after_10_s, "2000 v a 120; 3000 v a 120; 4000 v a 120",
      "3000 raise a/H since 0" },
    { "31 a shorter on-delay counts from the crossing", H(6000, 0), NONE, "0 v a 120; 1000 v a 120",
      h_after_2_s, "1500 end; 2000 v a 120", "2000 raise a/H since 0" },
    { "31 a shorter on-delay that is over ends now", H(6000, 0), NONE,
      "0 v a 120; 1000 v a 120; 2000 v a 120; 3000 v a 120", h_after_2_s, "3000 end; 3500 v a 120",
      "3000 raise a/H since 0" },
    { "31 no on-delay any more: it ends now", H(6000, 0), NONE, "0 v a 120; 1000 v a 120",
      h_at_once, "1000 end; 1500 v a 120", "1000 raise a/H since 0" },
    { "31 a shorter on-delay that is paused waits for a value", H(6000, 0), NONE,
      "0 v a 120; 1000 v a 120; 2000 v a 120; 3000 m a timeout", h_after_2_s,
      "3500 end; 4000 v a 120", "4000 raise a/H since 0" },
    { "31 a longer off-delay holds the clear back", H(0, 3000), NONE, "0 v a 120; 1000 v a 50",
      h_clears_after_10_s, "4000 v a 50; 7000 v a 50; 10000 v a 50; 11000 v a 50",
      "0 raise a/H; 11000 clear a/H" },
    { "31 no off-delay any more: the running one is served", H(0, 3000), NONE,
      "0 v a 120; 1000 v a 50", h_clears_at_once, "3999 end; 4500 v a 50",
      "0 raise a/H; 4000 clear a/H" },
    { "31 an alarm that stands latches when its rule now does", H(0, 0), NONE, "0 v a 120",
      h_latches, "1000 v a 50", "0 raise a/H; 1000 rtn_latched a/H" },
    { "31 what has latched waits for its reset", LATCHING, NONE, "0 v a 120", h_latches_no_more,
      "1000 v a 50", "0 raise a/H; 1000 rtn_latched a/H" },
    { "31 a new outer limit is judged by the next sample", H(0, 0), NONE, "0 v a 250", hh_too,
      "500 end; 1000 v a 250", "0 raise a/H; 1000 level_up a/HH" },
    { "31 a first limit is judged by the next sample", NONE, NONE, "0 v a 250", hh_too,
      "500 end; 1000 v a 250", "1000 raise a/HH" },

    { "32 severer: said, and to be acked again", H(0, 0), NONE, "0 v a 120; 1000 ack a/H",
      h_priority_1, "2000 ack a/H", "0 raise a/H; 1000 ack a/H; 1000 level_up a/H; 2000 ack a/H" },
    { "32 milder: said, the ack stays", H(0, 0), NONE, "0 v a 120; 1000 ack a/H", h_priority_4,
      "2000 ack a/H !; 3000 v a 50",
      "0 raise a/H; 1000 ack a/H; 1000 level_down a/H; 3000 clear a/H" },
    { "32 a latch that waits gets severer", LATCHING, NONE, "0 v a 120; 1000 v a 50", h_priority_1,
      "2000 end", "0 raise a/H; 1000 rtn_latched a/H; 1000 level_up a/H" },
    { "32 what has returned is no severer", H(0, 0), NONE, "0 v a 120; 1000 v a 50", h_priority_1,
      "2000 v a 50", "0 raise a/H; 1000 clear a/H" },
    { "32 the outer limit removed: on at the nearer", H(0, 0), HH, "0 v a 250; 1000 ack a/HH",
      no_hh, "2000 v a 250; 3000 ack a/H !; 4000 v a 50",
      "0 raise a/HH; 1000 ack a/HH; 1000 level_down a/H; 4000 clear a/H" },

    { "33 removed while active", H(0, 0), NONE, "0 v a 120", no_limits, "1000 v a 120",
      "0 raise a/H; 0 retire a/H" },
    { "33 removed while acked", H(0, 0), NONE, "0 v a 120; 1000 ack a/H", no_limits, "2000 v a 120",
      "0 raise a/H; 1000 ack a/H; 1000 retire a/H" },
    { "33 removed while listed", H(0, 0), NONE, "0 v a 120; 1000 v a 50", no_limits, "2000 v a 120",
      "0 raise a/H; 1000 clear a/H; 1000 retire a/H" },
    { "33 removed while latched", LATCHING, NONE, "0 v a 120; 1000 v a 50", no_limits,
      "2000 v a 120", "0 raise a/H; 1000 rtn_latched a/H; 1000 retire a/H" },
    { "33 removed in its on-delay: nobody was told", H(3000, 0), NONE, "0 v a 120", no_limits,
      "3000 v a 120", "" },
    { "33 the nearer limit removed while the outer is far", H(0, 0), HH, "0 v a 120", no_h,
      "1000 v a 120; 2000 v a 250", "0 raise a/H; 0 retire a/H; 2000 raise a/HH" },
    { "33 what a removed limit has told is nobody's case any more", H(0, 0), HH, "0 v a 120", no_h,
      "1000 comment a/HH !; 1000 handle a/HH !; 1000 close a/HH !", "0 raise a/H; 0 retire a/H" },
    { "33 the nearer limit removed under the outer", H(0, 0), HH, "0 v a 250", no_h, "1000 v a 120",
      "0 raise a/HH; 1000 clear a/HH" },
    { "33 the nearer limit removed, the outer's delay runs on", H(0, 0), HH_LATE,
      "0 v a 250; 1000 v a 250; 2000 v a 250", no_h, "4000 v a 250; 5000 v a 250",
      "0 raise a/H; 2000 retire a/H; 5000 raise a/HH since 0" },
    { "33 the outer limit removed, the nearer's delay runs on", H(3000, 0), HH,
      "0 v a 250; 1000 v a 250", no_hh, "2000 v a 250; 3000 v a 250",
      "0 raise a/HH; 1000 retire a/HH; 3000 raise a/H since 0" },
    { "33 the point renamed", H(0, 0), NONE, "0 v a 120", renamed, "1000 v c 120",
      "0 raise a/H; 0 retire a/H; 1000 raise c/H" },
    { "33 the fault of a point that is gone", H(0, 0), NONE, "0 b a sensor_fault", renamed,
      "1000 v c 1", "0 fault_raise a/fault p3 range; 0 retire a/fault" },
    { "33 the fault of a unit that is gone", NONE, NONE, "5000 end", on_another_bus, "5500 end",
      "4000 fault_raise unit/b/1 p3 never_read; 5000 retire unit/b/1" },

    { "read elsewhere: the alarm waits for the first value", H(0, 0), NONE, "0 v a 120",
      another_register, "1000 m a timeout; 2000 v a 50", "0 raise a/H; 2000 clear a/H" },
    { "read elsewhere: the on-delay waits for it too", H(3000, 0), NONE, "0 v a 120; 1000 v a 120",
      another_register, "1500 end; 3500 v a 120; 5000 v a 120; 6000 v a 120",
      "5500 raise a/H since 0" },
    { "read elsewhere: its age counts from now", H(0, 0), NONE, "0 v a 1; 3000 v a 1",
      another_register, "4000 x a 2; 5000 x a 2; 6000 x a 2; 7000 x a 2; 8000 x a 2",
      "7000 fault_raise a/fault p3 exc_2" },
    { "polled faster: the shorter age counts from now", NONE, NONE, "0 v a 1; 2000 end",
      a_third_of_the_time, "3000 end; 4000 end", "3600 fault_raise unit/b/1 p3 timeout" },
    { "polled faster: the longer age is not begun anew", NONE, NONE, "0 v a 1; 3500 end",
      a_third_of_the_time, "4200 end", "4000 fault_raise unit/b/1 p3 timeout" },
    { "polled more slowly: the longer age counts from the last frame", NONE, NONE,
      "0 v a 1; 3500 end", ten_times_as_long, "30999 end; 32000 end",
      "31000 fault_raise unit/b/1 p3 timeout" },
};

static void each_row_of_the_reload_says_what_it_must(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct reload_row *row = &rows[i];
        const struct rig_row after = { row->name, row->after, row->events };

        rig_one(&p.before, row->h, row->hh);
        if (row->h.at == 0)
            no_limits(&p.before);
        rig_stop(&p.before);
        rig_start(&p.before);
        rig_run(&p.before, row->before);
        go_on(row->change);
        rig_expect(&p.after, &after);
        rig_stop(&p.after);
    }
}

static void an_alarm_keeps_its_number_and_its_times_over_a_reload(void **unused)
{
    const struct alarm_state *was, *is;
    struct alarm_state before;

    (void)unused;
    rig_one(&p.before, (struct rig_limit)H(2000, 0), none);
    rig_run(&p.before, "1000 v a 120; 2000 v a 130; 3000 v a 140; 3500 ack a/H");
    was = &engine_slot(p.before.engine, 0)->st;
    before = *was;
    go_on(h_higher);
    is = &engine_slot(p.after.engine, 0)->st;
    assert_int_equal(is->id.epoch, before.id.epoch);
    assert_int_equal(is->id.seq, before.id.seq);
    assert_int_equal(is->since.mono_ms, 1000);
    assert_int_equal(is->announced.mono_ms, 3000);
    assert_true(is->acked && is->peak == 140);
    assert_int_equal(engine_seq(p.after.engine), 2);
    rig_stop(&p.after);
}

static void a_changed_severity_is_kept_and_said_once(void **unused)
{
    static void (*const changes[])(struct rig * r) = { h_priority_1, h_priority_4 };

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        rig_one(&p.before, (struct rig_limit)H(0, 0), none);
        rig_run(&p.before, "0 v a 120");
        go_on(changes[i]);
        assert_int_equal(engine_slot(p.after.engine, 0)->st.priority, i == 0 ? 1 : 4);
        p.after.out[0] = '\0';
        p.before = p.after;
        go_on(changes[i]);
        assert_string_equal(p.after.out, "");
        rig_stop(&p.after);
    }
}

static void a_unit_that_lay_under_its_bus_leaves_nothing_behind(void **unused)
{
    struct rig *r = &p.before;

    (void)unused;
    memset(r, 0, sizeof *r);
    rig_bus(r, "b");
    rig_unit(r, 0, 1);
    rig_unit(r, 0, 2);
    rig_point(r, "a", 0, 1000);
    rig_point(r, "c", 1, 2000);
    rig_start(r);
    rig_run(r, "0 v a 1; 1000 v c 1; 2000 m a timeout; 5000 v c 1; 6000 m c timeout; 12500 end");
    go_on(on_another_bus);
    assert_string_equal(p.after.out, "4000 fault_raise unit/b/1 p3 timeout; "
                                     "12000 fault_raise bus/b p3 timeout; 12000 suppress unit/b/1; "
                                     "12500 retire unit/b/1; 12500 retire bus/b");
    rig_stop(&p.after);
}

static void a_kept_point_keeps_its_value_and_a_moved_one_has_none(void **unused)
{
    static void (*const changes[])(struct rig * r) = { only_words, another_register };
    const struct point_state *st;

    (void)unused;
    for (int moved = 0; moved < 2; moved++) {
        rig_one(&p.before, (struct rig_limit)H(0, 0), none);
        rig_run(&p.before, "1000 v a 42");
        go_on(changes[moved]);
        st = engine_point(p.after.engine, 0);
        assert_int_equal(st->q, moved ? Q_NEVER_READ : Q_GOOD);
        assert_true(moved ? st->val != 42 : st->val == 42);
        assert_int_equal(st->seen_ever, !moved);
        assert_int_equal(st->why.code, moved ? WHY_NEVER : WHY_NONE);
        rig_stop(&p.after);
    }
}

static void a_peak_is_not_taken_over_into_another_unit(void **unused)
{
    (void)unused;
    rig_one(&p.before, (struct rig_limit)H(0, 0), none);
    rig_run(&p.before, "1000 v a 120");
    go_on(in_another_unit);
    assert_true(engine_slot(p.after.engine, 0)->st.active);
    assert_true(isnan(engine_slot(p.after.engine, 0)->st.peak));
    rig_stop(&p.after);
}

static void what_happened_to_the_configuration_is_numbered_and_names_the_person(void **unused)
{
    struct event ev;

    (void)unused;
    rig_one(&p.before, (struct rig_limit)H(0, 0), none);
    rig_run(&p.before, "0 v a 120");
    engine_config(p.before.engine, true, "王工", rig_now(&p.before));
    assert_true(engine_take(p.before.engine, &ev));
    assert_int_equal(ev.type, EV_CONFIG);
    assert_int_equal(ev.seq, 2);
    assert_int_equal(ev.slot, SLOT_NONE);
    assert_string_equal(ev.by, "王工");
    engine_config(p.before.engine, false, "", rig_now(&p.before));
    assert_true(engine_take(p.before.engine, &ev));
    assert_int_equal(ev.type, EV_CONFIG_REJECTED);
    assert_int_equal(ev.seq, 3);
    assert_true(engine_slot(p.before.engine, 0)->st.active);
    rig_stop(&p.before);
}

static void a_retirement_names_the_person_and_the_rule_that_was(void **unused)
{
    struct event ev;

    (void)unused;
    rig_one(&p.before, (struct rig_limit)H(0, 0), none);
    rig_run(&p.before, "0 v a 120");
    p.after = p.before;
    p.after.plant.points = p.after.points;
    no_limits(&p.after);
    assert_int_equal(engine_new(&p.after.engine, &p.after.plant, 3, rig_now(&p.after)), RG_OK);
    engine_leave(p.before.engine, p.after.engine, "王工", rig_now(&p.before));
    assert_true(engine_take(p.before.engine, &ev));
    assert_int_equal(ev.type, EV_RETIRE);
    assert_int_equal(ev.id.seq, 1);
    assert_string_equal(ev.by, "王工");
    assert_true(ev.has_limit && ev.limit == 100 && ev.has_val && ev.val == 120);
    assert_false(alarm_is_listed(&ev.after) || alarm_is_active(&ev.after));
    rig_stop(&p.before);
    rig_stop(&p.after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_of_the_reload_says_what_it_must),
        cmocka_unit_test(an_alarm_keeps_its_number_and_its_times_over_a_reload),
        cmocka_unit_test(a_changed_severity_is_kept_and_said_once),
        cmocka_unit_test(a_unit_that_lay_under_its_bus_leaves_nothing_behind),
        cmocka_unit_test(a_kept_point_keeps_its_value_and_a_moved_one_has_none),
        cmocka_unit_test(a_peak_is_not_taken_over_into_another_unit),
        cmocka_unit_test(what_happened_to_the_configuration_is_numbered_and_names_the_person),
        cmocka_unit_test(a_retirement_names_the_person_and_the_rule_that_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
