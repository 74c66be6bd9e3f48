/* With the longest of everything no message is over 4 KB, and what is in parts
 * is still whole. */
#include "tests/unit/payload_rig.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static char ids[PRIG_POINTS][PLANT_ID_MAX + 1];
static char names[PRIG_BUSES][PLANT_ID_MAX + 1];
static char site[2][PLANT_ID_MAX + 1], words[2001];

static void fill_name(char *to, char letter, unsigned n)
{
    memset(to, letter, PLANT_ID_MAX);
    snprintf(to + PLANT_ID_MAX - 3, 4, "%03u", n);
}

/* One point a unit, all on one bus, at the top of every length; the text is
 * Chinese, with quotes and line ends that JSON must escape. */
static void longest(struct payload_rig *r)
{
    prig_init(r);
    for (size_t i = 0; i + 4 < sizeof words; i += 4)
        memcpy(words + i, i % 80 == 0 ? "\"\n\\\t" : i % 2 == 0 ? "漏x" : "abcd", 4);
    fill_name(site[0], 'e', 1);
    fill_name(site[1], 'g', 2);
    r->plant.site.ent = site[0];
    r->plant.site.gw = site[1];
    r->env.epoch = ((uint64_t)1 << 52) - 1;
    r->env.version = r->env.install = r->env.config = words;
    fill_name(names[0], 'b', 0);
    r->buses[0].name = names[0];
    r->areas[0] = (struct area_conf){ .name = words + 1937, .label = { words, words } };
    r->plant.n_points = PRIG_POINTS;
    r->plant.n_units = PRIG_POINTS;
    r->plant.n_buses = 1;
    for (uint32_t i = 0; i < PRIG_POINTS; i++) {
        struct point_conf *p = &r->points[i];

        fill_name(ids[i], 'p', i);
        *p = r->points[0];
        p->id = ids[i];
        p->label = (struct text){ words, words };
        p->county = words;
        p->area = 0;
        p->unit = i;
        p->read.decimals = -1;
        for (int level = 0; level < LEVELS; level++)
            p->limits[level] =
                (struct limit_conf){ .set = true,
                                     .at = 10.000001 * level,
                                     .clear = 10.000001 * level + (level < LEVEL_H ? 1 : -1),
                                     .priority = 1,
                                     .latch = true,
                                     .basis = words,
                                     .act = { words, words } };
        r->units[i] = (struct unit_conf){ .unit_id = (uint8_t)(i + 1), .every_ms = 1000 };
    }
}

static void one_unit(struct payload_rig *r)
{
    longest(r);
    r->plant.n_units = 1;
    for (uint32_t i = 0; i < PRIG_POINTS; i++)
        r->points[i].unit = 0;
}

/* keep() of the rig refuses what is longer than 4 KB or no JSON. */
static void the_longest_alarm_fits_with_the_longest_comment(void **unused)
{
    struct payload_rig r;
    char rule[2 * PLANT_ID_MAX];

    (void)unused;
    longest(&r);
    prig_start(&r);
    snprintf(rule, sizeof rule, "%s/HH", ids[0]);
    prig_value(&r, 0, 31.000002f);
    prig_ack(&r, rule, words, words);
    assert_string_equal(prig_text(prig_event(&r, "ack"), "ev"), "ack");
    prig_value(&r, 0, 15);
    prig_value(&r, 0, 31.000002f);
    prig_event(&r, "re_raise");
    prig_value(&r, 0, 15);
    prig_ack(&r, rule, words, words);
    prig_reset(&r, rule, words);
    assert_non_null(prig_text(prig_event(&r, "clear"), "do"));
    prig_bad(&r, 0, Q_OVER_RANGE, 99);
    prig_event(&r, "fault_raise");
    prig_stop(&r);
}

/* 64 points in alarm on one silent unit: neither list may push out the end. */
static void a_silent_unit_with_many_points_counts_those_it_can_not_list(void **unused)
{
    struct payload_rig r;
    const json_t *raised;

    (void)unused;
    one_unit(&r);
    prig_start(&r);
    for (uint32_t i = 0; i < PRIG_POINTS; i++)
        prig_value(&r, i, 31);
    prig_miss(&r, 0, (struct why){ .code = WHY_TIMEOUT }, false);
    prig_at(&r, 5000);
    raised = prig_event(&r, "fault_raise");
    assert_int_equal(json_integer_value(json_object_get(raised, "n_points")), PRIG_POINTS);
    assert_int_equal(json_integer_value(json_object_get(raised, "n_pending")), 2 * PRIG_POINTS);
    assert_true(json_array_size(json_object_get(raised, "pending")) > 0);
    assert_true(json_array_size(json_object_get(raised, "points")) > 0);
    prig_stop(&r);
}

/* Adds each key of a list in one part to `all`; none may come twice. */
static void gather(const json_t *list, const char *key, json_t *all)
{
    const json_t *entry;
    size_t i;

    json_array_foreach (list, i, entry) {
        const char *name = prig_text(entry, key);

        assert_non_null(name);
        assert_null(json_object_get(all, name));
        json_object_set_new(all, name, json_true());
    }
}

static size_t gather_parts(const struct payload_rig *r, const char *list, const char *key)
{
    json_t *all = json_object();
    const json_t *entry;
    size_t i, n;

    json_array_foreach (r->seen, i, entry)
        gather(json_object_get(json_object_get(entry, "body"), list), key, all);
    n = json_object_size(all);
    json_decref(all);
    return n;
}

static void every_open_alarm_stands_in_one_part_of_active(void **unused)
{
    struct payload_rig r;

    (void)unused;
    longest(&r);
    prig_start(&r);
    for (uint32_t i = 0; i < PRIG_POINTS; i++)
        prig_value(&r, i, i % 2 == 0 ? 31 : -1);
    prig_active(&r);
    assert_int_equal(gather_parts(&r, "open", "alarm_id"), PRIG_POINTS);
    assert_true(json_array_size(r.seen) > 1);
    prig_stop(&r);
}

/* The restart of the next epoch, as the store would bring it back. */
static void every_open_alarm_stands_in_one_part_of_the_restart(void **unused)
{
    static struct saved_alarm saved[3 * PRIG_POINTS];
    struct payload_rig r;
    struct engine *before;
    size_t n = 0;

    (void)unused;
    longest(&r);
    prig_start(&r);
    for (uint32_t i = 0; i < PRIG_POINTS; i++)
        prig_value(&r, i, 31);
    for (size_t i = 0; i < engine_slots(r.engine); i++)
        if (alarm_is_listed(&engine_slot(r.engine, i)->st)) {
            saved[n].st = engine_slot(r.engine, i)->st;
            snprintf(saved[n++].key, SLOT_KEY_MAX, "%s", engine_slot(r.engine, i)->key);
        }
    before = r.engine;
    assert_int_equal(engine_new(&r.engine, &r.plant, r.env.epoch, prig_now(&r)), RG_OK);
    r.env.engine = r.engine;
    assert_int_equal(engine_restore(r.engine, saved, n, 0, 0, prig_now(&r)), RG_OK);
    prig_restart(&r);
    assert_int_equal(n, PRIG_POINTS);
    assert_int_equal(gather_parts(&r, "open", "alarm_id"), PRIG_POINTS);
    assert_true(json_array_size(r.seen) > 1);
    engine_free(before);
    prig_stop(&r);
}

static void every_point_stands_in_one_part_of_meta_and_telemetry(void **unused)
{
    struct payload_rig r;

    (void)unused;
    longest(&r);
    prig_start(&r);
    prig_meta(&r);
    assert_int_equal(gather_parts(&r, "points", "p"), PRIG_POINTS);
    prig_telemetry(&r);
    assert_int_equal(gather_parts(&r, "points", "p"), PRIG_POINTS);
    prig_stop(&r);
}

/* Silent ones first, so that none of these is left out while others stand. */
static void a_status_that_can_not_list_all_buses_lists_the_silent_ones(void **unused)
{
    struct payload_rig r;
    const json_t *body, *bus;
    size_t i, listed = 0;

    (void)unused;
    longest(&r);
    r.plant.n_buses = PRIG_BUSES;
    for (uint32_t b = 0; b < PRIG_BUSES; b++) {
        fill_name(names[b], 'b', b);
        r.buses[b].name = names[b];
        r.use_pct[b] = 100.5;
    }
    for (uint32_t p = 0; p < PRIG_POINTS; p++)
        r.units[p].bus = r.points[p].bus = p % PRIG_BUSES;
    prig_start(&r);
    for (uint32_t p = 0; p < PRIG_POINTS; p++)
        if (p % PRIG_BUSES != PRIG_BUSES - 1)
            prig_value(&r, p, 15);
    prig_status(&r);
    body = json_object_get(json_array_get(r.seen, 0), "body");
    json_array_foreach (json_object_get(body, "buses"), i, bus)
        listed += strcmp(prig_text(bus, "bus"), names[PRIG_BUSES - 1]) == 0;
    assert_true(i < PRIG_BUSES);
    assert_int_equal(listed, 1);
    assert_true(json_is_true(json_object_get(body, "receipts")));
    prig_stop(&r);
}

static void eight_losses_fit_into_one_ledger_message(void **unused)
{
    const uint64_t most = ((uint64_t)1 << 53) - 1; /* Source: the published contract */
    struct lost v[LEDGER_LOST_MAX];
    struct payload_rig r;

    (void)unused;
    longest(&r);
    prig_start(&r);
    for (size_t i = 0; i < LEDGER_LOST_MAX; i++)
        v[i] = (struct lost){ TOPIC_TELEMETRY, most,      most,       most, most,
                              INT64_MAX,       INT64_MAX, "disk_full" };
    prig_ledger(&r, v, LEDGER_LOST_MAX);
    prig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_alarm_fits_with_the_longest_comment),
        cmocka_unit_test(a_silent_unit_with_many_points_counts_those_it_can_not_list),
        cmocka_unit_test(every_open_alarm_stands_in_one_part_of_active),
        cmocka_unit_test(every_open_alarm_stands_in_one_part_of_the_restart),
        cmocka_unit_test(every_point_stands_in_one_part_of_meta_and_telemetry),
        cmocka_unit_test(a_status_that_can_not_list_all_buses_lists_the_silent_ones),
        cmocka_unit_test(eight_losses_fit_into_one_ledger_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
