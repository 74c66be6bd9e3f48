#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rules_rig.h"

struct restore_row {
    struct rig_limit h, hh;
    struct rig_row row;
};

#define H(...)                                                                                     \
    {                                                                                              \
        100, __VA_ARGS__                                                                           \
    }
#define HH                                                                                         \
    {                                                                                              \
        200, 0, 0, false                                                                           \
    }
#define NO_HH                                                                                      \
    {                                                                                              \
        0, 0, 0, false                                                                             \
    }

static const struct restore_row rows[] = {
    { H(0, 0, 0),
      HH,
      { "an active alarm stays, is not raised again, and ends with a good value",
        "0 v a 250; 100 ack a/HH; 500 restart 60000; 60600 ack a/HH !; 61000 v a 250; 62000 v a 20",
        "0 raise a/HH; 100 ack a/HH; 60500 restart ; 62000 clear a/HH" } },
    { H(0, 0, 0),
      HH,
      { "an unacked one is acked after the restart",
        "0 v a 250; 500 restart 1000; 2000 ack a/HH; 3000 v a 150",
        "0 raise a/HH; 1500 restart ; 2000 ack a/HH; 3000 level_down a/H" } },
    { H(3000, 0, 0),
      NO_HH,
      { "an on-delay keeps what was left and waits for a good value that is still over",
        "0 v a 120; 1000 v a 120; 2000 restart 60000; 62500 m a timeout; 63000 v a 120; 64000 v a "
        "120",
        "62000 restart ; 64000 raise a/H since 0" } },
    { H(3000, 0, 0),
      NO_HH,
      { "a paused on-delay loses nothing in the restart",
        "0 v a 120; 1000 m a timeout; 2000 restart 1000; 3500 v a 95; 4500 v a 95; 5500 v a 95",
        "3000 restart ; 5500 raise a/H since 0" } },
    { H(3000, 0, 0),
      NO_HH,
      { "an on-delay that is no longer over ends silently",
        "0 v a 120; 1000 restart 1000; 3000 v a 20; 5000 v a 20; 7000 v a 120", "2000 restart " } },
    { H(0, 3000, 0),
      NO_HH,
      { "an off-delay goes back to the start",
        "0 v a 120; 1000 v a 20; 3000 restart 500; 4000 v a 20; 6000 v a 20; 8000 v a 20",
        "0 raise a/H; 3500 restart ; 7000 clear a/H" } },
    { H(0, 0, 1),
      NO_HH,
      { "latched stays latched",
        "0 v a 120; 1000 v a 20; 1100 ack a/H; 2000 restart 500; 3000 reset a/H",
        "0 raise a/H; 1000 rtn_latched a/H; 1100 ack a/H; 2500 restart ; 3000 reset a/H; 3000 "
        "clear "
        "a/H by reset" } },
    { H(0, 0, 0),
      NO_HH,
      { "returned and unacked stays listed and is named by the next",
        "0 v a 120; 1000 v a 20; 1500 restart 500; 3000 v a 120",
        "0 raise a/H; 1000 clear a/H; 2000 restart ; 3000 raise a/H over 1" } },
    { H(0, 0, 0),
      NO_HH,
      { "an active alarm never read is a fault only after the age, from the start",
        "0 v a 120; 1000 restart 500; 5499 end; 6000 v a 120",
        "0 raise a/H; 1500 restart ; 5500 fault_raise unit/b/1 p2 never_read +H; 6000 fault_clear "
        "unit/b/1" } },
    { H(0, 0, 0),
      NO_HH,
      { "an open fault outlives the restart and ends by its own ending",
        "0 b a sensor_fault; 1000 restart 500; 2000 b a sensor_fault; 3000 v a 20",
        "0 fault_raise a/fault p3 range; 1500 restart ; 3000 fault_clear a/fault" } },
    { H(0, 0, 0),
      NO_HH,
      { "so do the gateway's own",
        "0 v a 1; 0 sys store 1; 1000 restart 500; 2000 sys store 1; 3000 sys store 0",
        "0 fault_raise sys/store p3 ; 1500 restart ; 3000 fault_clear sys/store" } },
    { H(0, 0, 0),
      NO_HH,
      { "a unit's fault stands over the restart and is not raised twice",
        "0 v a 1; 4500 restart 500; 9500 end; 10000 v a 1",
        "4000 fault_raise unit/b/1 p3 timeout; 5000 restart ; 10000 fault_clear unit/b/1" } },
    { H(0, 0, 0),
      NO_HH,
      { "two restarts shift every time right",
        "0 v a 120; 1000 restart 500; 2500 restart 700; 3200 ack a/H; 3500 v a 20; 4000 v a 120",
        "0 raise a/H; 1500 restart ; 3200 restart ; 3200 ack a/H; 3500 clear a/H; 4000 raise "
        "a/H" } },
};

static void every_script_brings_about_its_events(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static struct rig r;

        rig_one(&r, rows[i].h, rows[i].hh);
        rig_expect(&r, &rows[i].row);
        rig_stop(&r);
    }
}

static void times_are_those_of_the_new_epoch(void **unused)
{
    static struct rig r;
    const struct alarm_state *st;

    (void)unused;
    rig_one(&r, (struct rig_limit){ 100, 1000, 0, false }, (struct rig_limit){ 0 });
    rig_run(&r, "500 v a 120; 1000 v a 150; 3000 restart 500; 5000 restart 500;");
    st = &engine_slot(r.engine, 0)->st;
    assert_int_equal(st->since.mono_ms, 500 - 5500);
    assert_int_equal(st->announced.mono_ms, 1500 - 5500);
    assert_int_equal(st->sampled.mono_ms, 1000 - 5500);
    assert_int_equal(st->id.epoch, 3);
    assert_int_equal(st->id.seq, 1);
    rig_stop(&r);
}

/* The key, the state, and what must become of it. */
struct key_row {
    const char *key;
    uint64_t id_epoch;
    uint8_t level;
    enum event_type type;
    enum alarm_kind kind;
};

static const struct key_row key_rows[] = {
    { "gone/high", 2, 1, EV_RETIRE, KIND_HH },        { "gone/high", 2, 0, EV_RETIRE, KIND_H },
    { "gone/low", 2, 1, EV_RETIRE, KIND_LL },         { "gone/fault", 2, 0, EV_RETIRE, KIND_FAULT },
    { "unit/x/9", 2, 0, EV_RETIRE, KIND_COMM },       { "bus/x", 2, 0, EV_RETIRE, KIND_BUS },
    { "sys/uplink/x", 2, 0, EV_RETIRE, KIND_UPLINK }, { "gone/high", 0, 0, EV_NONE, KIND_H },
};

static void what_the_plant_no_longer_has_is_retired_behind_the_restart(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof key_rows / sizeof key_rows[0]; i++) {
        const struct key_row *row = &key_rows[i];
        struct saved_alarm saved = { .st = { .level = row->level, .priority = 1 } };
        struct event ev;
        static struct rig r;

        snprintf(saved.key, sizeof saved.key, "%s", row->key);
        saved.st.id = (struct alarm_id){ row->id_epoch, row->id_epoch == 0 ? 0 : 7 };
        rig_one(&r, (struct rig_limit){ 100, 0, 0, false }, (struct rig_limit){ 0 });
        assert_int_equal(engine_restore(r.engine, &saved, 1, 0, 0, rig_now(&r)), RG_OK);
        assert_false(engine_take(r.engine, &ev));
        engine_restart(r.engine, 2, rig_now(&r));
        for (uint16_t part = 1; part <= 2; part++) {
            assert_true(engine_take(r.engine, &ev));
            assert_int_equal(ev.type, EV_RESTART);
            assert_int_equal(ev.seq, part);
            assert_true(ev.part == part && ev.parts == 2);
        }
        assert_true(engine_take(r.engine, &ev));
        assert_int_equal(ev.type, row->type);
        assert_int_equal(ev.seq, row->type == EV_RETIRE ? 3 : 0);
        assert_int_equal(ev.kind, row->kind);
        assert_int_equal(ev.slot, SLOT_NONE);
        assert_string_equal(ev.comment, row->key);
        assert_int_equal(ev.id.epoch, row->id_epoch);
        assert_false(alarm_is_listed(&ev.after));
        assert_false(engine_take(r.engine, &ev));
        rig_stop(&r);
    }
}

/* A store that lost a record must not turn a standing alarm into one that
 * nothing can end, or into none at all. */
static void a_standing_alarm_is_kept_whatever_became_of_its_levels(void **unused)
{
    struct saved_alarm saved = { .key = "a/high" };
    static struct rig r;

    (void)unused;
    saved.st = (struct alarm_state){ .active = true, .id = { 2, 7 }, .priority = 2 };
    rig_one(&r, (struct rig_limit){ 100, 0, 0, false }, (struct rig_limit){ 0 });
    assert_int_equal(engine_restore(r.engine, &saved, 1, 0, 0, rig_now(&r)), RG_OK);
    assert_string_equal(rig_run(&r, "1000 v a 95; 2000 v a 50; 2000 ack a/H;"),
                        "2000 clear a/H; 2000 ack a/H");
    rig_stop(&r);
}

struct changed_row {
    const char *name;
    int level; /* saved: the published one */
    enum proc near, outer;
    uint8_t priority;
    struct rig_limit h, hh; /* of the file that is read now */
    const char *events;
};

/* The file was changed while the daemon was down.  What stood at a limit that
 * is gone is retired by name; it neither moves to another limit's level nor
 * ends by that one's clear. */
static void a_limit_removed_over_the_restart_retires_its_alarm(void **unused)
{
#define GONE                                                                                       \
    {                                                                                              \
        0, 0, 0, false                                                                             \
    }
#define STANDS(at)                                                                                 \
    {                                                                                              \
        at, 0, 0, false                                                                            \
    }
    static const struct changed_row changed[] = {
        { "H removed", 0, PROC_A, PROC_N, 2, GONE, STANDS(200), "0 restart ; 0 retire a/H" },
        { "HH removed", 1, PROC_N, PROC_A, 1, STANDS(100), GONE, "0 restart ; 0 retire a/HH" },
        { "HH removed, H is up as well", 1, PROC_A, PROC_A, 1, STANDS(100), GONE,
          "0 restart ; 0 level_down a/H; 1000 clear a/H" },
        { "H removed, HH is up", 1, PROC_A, PROC_A, 1, GONE, STANDS(200),
          "0 restart ; 1000 clear a/HH" },
        { "severer than before", 0, PROC_A, PROC_N, 4, STANDS(100), STANDS(200),
          "0 restart ; 0 level_up a/H; 1000 clear a/H" },
    };
    struct saved_alarm saved = { .key = "a/high" };
    static struct rig r;

    (void)unused;
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        const struct changed_row *row = &changed[i];

        saved.st = (struct alarm_state){ .active = true, .id = { 2, 7 } };
        saved.st.level = (uint8_t)row->level;
        saved.st.priority = row->priority;
        saved.st.levels[0].proc = row->near;
        saved.st.levels[1].proc = row->outer;
        memset(&r, 0, sizeof r);
        rig_bus(&r, "b");
        rig_unit(&r, 0, 1);
        rig_point(&r, "a", 0, 1000);
        if (row->h.at > 0)
            rig_limit(&r, 0, LEVEL_H, row->h);
        if (row->hh.at > 0)
            rig_limit(&r, 0, LEVEL_HH, row->hh);
        rig_start(&r);
        assert_int_equal(engine_restore(r.engine, &saved, 1, 0, 0, rig_now(&r)), RG_OK);
        engine_restart(r.engine, 1, rig_now(&r));
        rig_expect(&r, &(struct rig_row){ row->name, "1000 v a 20;", row->events });
        rig_stop(&r);
    }
#undef GONE
#undef STANDS
}

/* Nothing was read in this epoch yet: the last value is that of the one before,
 * with its own time. */
static void what_comes_before_the_first_poll_tells_the_last_value_of_before(void **unused)
{
    struct saved_alarm saved = { .key = "a/high" };
    static struct rig r;
    struct event ev;

    (void)unused;
    saved.st = (struct alarm_state){ .id = { 2, 7 }, .val = 20, .sampled = { 4000, 9 } };
    rig_one(&r, (struct rig_limit){ 100, 0, 0, false }, (struct rig_limit){ 0 });
    assert_int_equal(engine_restore(r.engine, &saved, 1, 5000, 0, rig_now(&r)), RG_OK);
    assert_int_equal(engine_ack(r.engine, "a/H", "p", NULL, rig_now(&r)), RG_OK);
    do
        assert_true(engine_take(r.engine, &ev));
    while (ev.type != EV_ACK);
    assert_int_equal(ev.q, Q_NEVER_READ);
    assert_true(!ev.has_val && ev.has_last && ev.last == 20);
    assert_true(ev.last_at.mono_ms == -1000 && ev.last_at.utc_ms == 9);
    rig_stop(&r);
}

static void a_shorter_delay_of_the_new_plant_counts(void **unused)
{
    struct saved_alarm saved = { .key = "a/high" };
    static struct rig r;

    (void)unused;
    saved.st.levels[0] = (struct level_state){ .proc = PROC_PON, .left_ms = 25000 };
    rig_one(&r, (struct rig_limit){ 100, 2000, 0, false }, (struct rig_limit){ 0 });
    assert_int_equal(engine_restore(r.engine, &saved, 1, 0, 0, rig_now(&r)), RG_OK);
    assert_string_equal(rig_run(&r, "1000 v a 120; 2000 v a 120; 3000 v a 120"),
                        "3000 raise a/H since 0");
    rig_stop(&r);
}

static void what_does_not_fit_in_the_ring_is_said(void **unused)
{
    static struct saved_alarm saved[2000];
    static struct rig r;

    (void)unused;
    for (size_t i = 0; i < 2000; i++) {
        snprintf(saved[i].key, sizeof saved[i].key, "gone%d/high", (int)i);
        saved[i].st.id.epoch = 1;
    }
    rig_one(&r, (struct rig_limit){ 100, 0, 0, false }, (struct rig_limit){ 0 });
    assert_int_equal(engine_restore(r.engine, saved, 2000, 0, 0, rig_now(&r)), RG_EFULL);
    rig_stop(&r);
}

static void without_a_restart_event_numbers_begin_with_the_first_fault(void **unused)
{
    static struct rig r;
    struct event ev;

    (void)unused;
    rig_one(&r, (struct rig_limit){ 100, 0, 0, false }, (struct rig_limit){ 0 });
    assert_int_equal(engine_restore(r.engine, NULL, 0, 0, 0, rig_now(&r)), RG_OK);
    engine_sys(r.engine, SYS_STORE, 0, true, (struct why){ .code = WHY_NONE }, rig_now(&r));
    assert_true(engine_take(r.engine, &ev));
    assert_true(ev.seq == 1 && ev.id.seq == 1 && ev.id.epoch == 3);
    rig_stop(&r);
}

/* Units under a lost bus, and units whose bus's own record was lost. */
static void what_is_held_down_agrees_with_its_bus(void **unused)
{
    struct saved_alarm saved[] = { { .key = "unit/b/1" }, { .key = "bus/b" } };
    static struct rig r;

    (void)unused;
    for (size_t i = 0; i < 2; i++)
        saved[i].st = (struct alarm_state){ .active = true, .acked = true, .id = { 2, i + 1 } };
    rig_one(&r, (struct rig_limit){ 100, 0, 0, false }, (struct rig_limit){ 0 });
    engine_restore(r.engine, saved, 2, 0, 0, rig_now(&r));
    engine_restart(r.engine, 1, rig_now(&r));
    assert_string_equal(rig_run(&r, "1000 v a 1;"),
                        "0 restart ; 0 suppress unit/b/1; 1000 fault_clear bus/b; 1000 unsuppress "
                        "unit/b/1; 1000 fault_clear unit/b/1");
    rig_stop(&r);

    saved[0].st.supp = SUPP_BUS;
    rig_one(&r, (struct rig_limit){ 100, 0, 0, false }, (struct rig_limit){ 0 });
    engine_restore(r.engine, saved, 1, 0, 0, rig_now(&r));
    engine_restart(r.engine, 1, rig_now(&r));
    assert_string_equal(rig_run(&r, "0 end"),
                        "0 restart ; 0 unsuppress unit/b/1; 0 re_raise unit/b/1");
    rig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_script_brings_about_its_events),
        cmocka_unit_test(times_are_those_of_the_new_epoch),
        cmocka_unit_test(what_the_plant_no_longer_has_is_retired_behind_the_restart),
        cmocka_unit_test(a_standing_alarm_is_kept_whatever_became_of_its_levels),
        cmocka_unit_test(a_limit_removed_over_the_restart_retires_its_alarm),
        cmocka_unit_test(what_comes_before_the_first_poll_tells_the_last_value_of_before),
        cmocka_unit_test(a_shorter_delay_of_the_new_plant_counts),
        cmocka_unit_test(what_does_not_fit_in_the_ring_is_said),
        cmocka_unit_test(without_a_restart_event_numbers_begin_with_the_first_fault),
        cmocka_unit_test(what_is_held_down_agrees_with_its_bus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
