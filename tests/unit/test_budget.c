/* What a bus needs of its line's time, and what check says about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/read_file.h"
#include "drivers/budget.h"
#include "tests/unit/bus_rig.h"
#include "tests/unit/config_rig.h"

static struct bus_rig r;

/* n units on a line of 9600 8N1, one register each. */
static struct budget of_units(unsigned n, int64_t every_ms)
{
    struct budget b;

    bus_rig_init(&r, BUS_RTU);
    for (unsigned i = 0; i < n; i++)
        bus_rig_point(&r, bus_rig_unit(&r, (uint8_t)(i + 1)), 0, every_ms);
    assert_int_equal(budget_of_bus(&b, &r.plant, 0), 0);
    return b;
}

/* 8 bytes ask, 7 answer, 8 more when the reply must be told from another one:
 * 23 x 1.042 ms; 20 ms for the unit and 3.5 characters of silence. */
static void a_round_is_bytes_and_turn_round_and_silence(void **unused)
{
    struct budget b = of_units(6, 1000);

    (void)unused;
    assert_int_equal(b.round.requests, 6);
    assert_int_equal(b.round.bytes, 6 * 23);
    assert_int_equal(b.round.char_us, 1042);
    assert_int_equal(b.round.gap_us, 3647);
    assert_int_equal(b.round.round_us, 6 * (23 * 1042 + 20000 + 3647));
    assert_int_equal(b.late_us[BUDGET_ALL_ANSWER][BUDGET_PLAIN], b.round.round_us);
    assert_true(b.load > 0.28 && b.load < 0.30);
    assert_int_equal(b.silent, 2);
}

/* A poll that comes late answers for those that it missed. */
static void on_a_full_line_everybody_gets_a_turn(void **unused)
{
    struct budget b = of_units(60, 1000);

    (void)unused;
    assert_true(b.load > 1);
    assert_int_equal(b.late_us[BUDGET_ALL_ANSWER][BUDGET_PLAIN], 2 * b.round.round_us);
}

static void what_can_raise_an_alarm_waits_for_one_of_the_others_at_most(void **unused)
{
    struct budget b;

    (void)unused;
    of_units(10, 1000);
    r.points[0].limits[LEVEL_H].set = true;
    assert_int_equal(budget_of_bus(&b, &r.plant, 0), 0);
    assert_int_equal(b.late_us[BUDGET_ALL_ANSWER][BUDGET_PLAIN], b.round.round_us);
    assert_int_equal(b.late_us[BUDGET_ALL_ANSWER][BUDGET_ALARM], b.round.round_us / 5);
}

static void a_bus_of_one_unit_has_nobody_who_could_suffer(void **unused)
{
    struct budget b = of_units(1, 1000);

    (void)unused;
    assert_int_equal(b.silent, 0);
    assert_int_equal(budget_gap_ms(&b, &r.points[0], BUDGET_ONE_FALLS), 0);
}

static void a_delay_must_not_end_without_a_sample(void **unused)
{
    static const struct {
        int64_t after_ms, allowed_ms;
    } rows[] = { { 0, 4000 }, { 500, 4000 }, { 1000, 2000 }, { 2000, 3000 }, { 30000, 4000 } };

    (void)unused;
    of_units(1, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        r.points[0].limits[LEVEL_H] =
            (struct limit_conf){ .set = true, .after_ms = rows[i].after_ms };
        assert_int_equal(budget_allowed_ms(&r.points[0], BUDGET_ONE_FALLS), rows[i].allowed_ms);
        assert_int_equal(budget_allowed_ms(&r.points[0], BUDGET_ALL_ANSWER), 2000);
    }
}

/* ---- findings ---- */

/* The finding of a plant of two units, "" when there is none. */
static void find(const char *bus, const char *every, char *out, size_t size)
{
    char text[600];
    struct diag_list found;
    struct plant *p = NULL;

    snprintf(text, sizeof text,
             "version: 1\nsite: {ent: e, gw: g}\nbuses:\n  b1: {%s}\n"
             "defaults: {every: %s, bus: b1, read: {fc: 3, address: 0, type: u16}}\npoints:\n"
             "  - {id: p1, unit_id: 1, county: a}\n  - {id: p2, unit_id: 2, county: b}\n",
             bus, every);
    out[0] = '\0';
    assert_int_equal(load_text(&p, text, &found), RG_OK);
    budget_check(p, &found);
    for (size_t i = 0; i < found.n; i++)
        snprintf(out, size, "%d:%d E%d %s", found.v[i].line, found.v[i].col, found.v[i].code,
                 found.v[i].text[DIAG_EN]);
    plant_free(p);
    diag_fini(&found);
}

static void a_finding_stands_at_its_place_and_shows_its_arithmetic(void **unused)
{
    static const struct {
        const char *bus, *every, *finding;
    } rows[] = {
        { "port: /dev/ttyS1, line: 1200 8N1", "200ms",
          "4:3 E151 bus b1 can't ask for all its points in time: 2 requests: 46 bytes x 8.334 ms + "
          "2 x 29.2 ms = 442 ms; one poll for each `every` takes 220.9 % of its time" },
        { "port: /dev/ttyS1, line: 2400 8N1", "250ms",
          "7:5 E152 bus b1 is too slow: answers of this point (and 1 more) come up to 772 ms "
          "apart, 500 "
          "ms is the most (2 requests: 46 bytes x 4.167 ms + 2 x 34.6 ms = 261 ms)" },
        { "port: /dev/ttyS1, line: 2400 8N1", "400ms", "" },
        { "tcp: \"h:502\", timeout: 2s", "1s",
          "7:5 E153 when a unit of bus b1 falls silent: answers of this point (and 1 more) come up "
          "to 5040 ms apart, 4000 ms is the most (4000 ms for who is silent + 40 ms for the "
          "others, 20 "
          "ms a round)" },
        { "tcp: \"h:502\", timeout: 4s, retries: 0", "1s",
          "7:5 E154 while units of bus b1 are silent: answers of this point (and 1 more) come up "
          "to "
          "5025 ms apart, 4000 ms is the most (4000 ms for who is silent + 25 ms for the others, "
          "20 ms "
          "a round)" },
        { "tcp: \"h:502\"", "1s", "" },
    };
    char finding[400];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        find(rows[i].bus, rows[i].every, finding, sizeof finding);
        assert_string_equal(finding, rows[i].finding);
    }
}

static size_t findings_of(const char *path)
{
    const struct file_reader reader = { .read = read_file };
    struct plant *p = NULL;
    struct diag_list found;

    diag_init(&found);
    assert_int_equal(plant_load(&p, path, &reader, &found), RG_OK);
    size_t before = found.n;
    assert_int_equal(budget_check(p, &found), RG_OK);
    size_t n = found.n - before;
    plant_free(p);
    diag_fini(&found);
    return n;
}

static void the_shipped_examples_can_be_judged_in_time(void **unused)
{
    (void)unused;
    assert_int_equal(findings_of("config/examples/steel/riskgwd.yaml"), 0);
    assert_int_equal(findings_of("config/examples/wood-dust/riskgwd.yaml"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_round_is_bytes_and_turn_round_and_silence),
        cmocka_unit_test(on_a_full_line_everybody_gets_a_turn),
        cmocka_unit_test(what_can_raise_an_alarm_waits_for_one_of_the_others_at_most),
        cmocka_unit_test(a_bus_of_one_unit_has_nobody_who_could_suffer),
        cmocka_unit_test(a_delay_must_not_end_without_a_sample),
        cmocka_unit_test(a_finding_stands_at_its_place_and_shows_its_arithmetic),
        cmocka_unit_test(the_shipped_examples_can_be_judged_in_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
