/* The documents that riskgwctl --json prints. */
#include "tests/unit/gateway_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "config/err.h"
#include "tests/unit/emitted.h"

static struct grig r;

static void started(size_t n_points, size_t n_uplinks)
{
    grig_init(&r, n_points, n_uplinks);
    r.points[0].label = (struct text){ "1#炉前 CO", "BF1 CO" };
    r.plant.site.name = (struct text){ "示范钢厂", "Demo steel plant" };
    grig_start(&r);
    grig_to(&r, 3000);
}

static json_t *parsed(const char *name, struct buffer *b, int err)
{
    json_t *doc = json_loadb(b->text, b->len, JSON_REJECT_DUPLICATES, NULL);

    assert_int_equal(err, RG_OK);
    assert_non_null(doc);
    assert_int_equal(json_integer_value(json_object_get(doc, "v")), 1);
    emitted(name, b->text, b->len);
    free(b->text);
    return doc;
}

static json_t *status(void)
{
    struct buffer b = { NULL, 0, 0 };

    return parsed("ctl/status", &b, gateway_json_status(r.g, &b, grig_now(&r)));
}

static json_t *alarms(bool all)
{
    struct buffer b = { NULL, 0, 0 };

    return parsed("ctl/alarms", &b, gateway_json_alarms(r.g, all, &b, grig_now(&r)));
}

static json_t *points(const char *id)
{
    struct buffer b = { NULL, 0, 0 };

    return parsed("ctl/points", &b, gateway_json_points(r.g, id, &b, grig_now(&r)));
}

static const char *text(const json_t *o, const char *key)
{
    return json_string_value(json_object_get(o, key));
}

static json_int_t number(const json_t *o, const char *key)
{
    return json_integer_value(json_object_get(o, key));
}

static void status_names_each_point_that_nobody_watches(void **unused)
{
    json_t *doc;
    const json_t *p;

    (void)unused;
    started(2, 1);
    grig_value(&r, 1, 5);
    grig_to(&r, 60000);
    doc = status();
    assert_true(json_is_false(json_object_get(doc, "monitored")));
    assert_int_equal(json_array_size(json_object_get(doc, "not_monitored")), 1);
    p = json_array_get(json_object_get(doc, "not_monitored"), 0);
    assert_string_equal(text(p, "p"), "p0");
    assert_string_equal(text(p, "zh"), "1#炉前 CO");
    assert_string_equal(text(p, "q"), "never_read");
    assert_int_equal(number(p, "since_s"), 60);
    json_decref(doc);
    grig_value(&r, 0, 5);
    doc = status();
    assert_true(json_is_true(json_object_get(doc, "monitored")));
    assert_int_equal(json_array_size(json_object_get(doc, "not_monitored")), 0);
    json_decref(doc);
    grig_stop(&r);
}

static void status_tells_each_uplink_and_why_it_is_down(void **unused)
{
    json_t *doc;
    const json_t *u;

    (void)unused;
    started(1, 2);
    r.links[1].accepts = false;
    grig_link_down(&r, 1);
    gateway_uplink_note(r.g, 1, "connection refused");
    grig_value(&r, 0, 150);
    grig_to(&r, 13000);
    doc = status();
    u = json_array_get(json_object_get(doc, "uplinks"), 0);
    assert_string_equal(text(u, "name"), "u0");
    assert_true(json_is_true(json_object_get(u, "connected")));
    assert_int_equal(number(u, "queue"), 0);
    assert_null(json_object_get(u, "error"));
    assert_float_equal(json_real_value(json_object_get(u, "last_receipt_s")), 10, 0.01);
    u = json_array_get(json_object_get(doc, "uplinks"), 1);
    assert_true(json_is_false(json_object_get(u, "connected")));
    assert_int_equal(number(u, "since_s"), 10);
    assert_int_equal(number(u, "queue"), 1);
    assert_int_equal(number(u, "oldest_s"), 10);
    assert_string_equal(text(u, "error"), "connection refused");
    json_decref(doc);
    grig_stop(&r);
}

static void status_counts_active_alarms_by_priority(void **unused)
{
    const json_t *n;
    json_t *doc;

    (void)unused;
    started(3, 1);
    for (uint32_t i = 0; i < 3; i++)
        grig_value(&r, i, 150);
    grig_value(&r, 2, 1);
    doc = status();
    n = json_object_get(doc, "active_by_lvl");
    assert_int_equal(json_integer_value(json_array_get(n, 0)), 0);
    assert_int_equal(json_integer_value(json_array_get(n, 1)), 2);
    assert_string_equal(text(json_object_get(doc, "site"), "en"), "Demo steel plant");
    json_decref(doc);
    grig_stop(&r);
}

static void what_an_earlier_epoch_left_is_as_old_as_its_time_says(void **unused)
{
    json_t *doc;

    (void)unused;
    started(1, 1);
    r.links[0].accepts = false;
    grig_link_down(&r, 0);
    grig_value(&r, 0, 150);
    grig_kill(&r, 100000);
    r.links[0].accepts = true;
    r.links[0].holds_acks = true;
    grig_to(&r, r.now_ms + 5000);
    doc = status();
    assert_int_equal(number(json_array_get(json_object_get(doc, "uplinks"), 0), "oldest_s"), 105);
    json_decref(doc);
    grig_stop(&r);
}

static void a_point_says_its_value_or_why_there_is_none(void **unused)
{
    json_t *doc;
    const json_t *p;

    (void)unused;
    started(2, 1);
    grig_value(&r, 1, 5);
    doc = points(NULL);
    assert_int_equal(json_array_size(json_object_get(doc, "points")), 2);
    p = json_array_get(json_object_get(doc, "points"), 0);
    assert_null(json_object_get(p, "val"));
    assert_string_equal(text(json_object_get(p, "why"), "code"), "never_read");
    p = json_array_get(json_object_get(doc, "points"), 1);
    assert_int_equal(number(p, "val"), 5);
    assert_null(json_object_get(p, "why"));
    json_decref(doc);
    doc = points("p1");
    assert_int_equal(json_array_size(json_object_get(doc, "points")), 1);
    json_decref(doc);
    grig_stop(&r);
}

static void a_point_that_is_not_there_is_no_document(void **unused)
{
    struct buffer b = { NULL, 0, 0 };

    (void)unused;
    started(1, 1);
    assert_int_equal(gateway_json_points(r.g, "p9", &b, grig_now(&r)), RG_ENOENT);
    assert_null(b.text);
    grig_stop(&r);
}

static void alarms_lists_what_is_open_and_all_lists_every_rule(void **unused)
{
    json_t *doc;
    const json_t *a;

    (void)unused;
    started(2, 1);
    grig_value(&r, 0, 150);
    doc = alarms(false);
    assert_int_equal(json_array_size(json_object_get(doc, "alarms")), 1);
    a = json_array_get(json_object_get(doc, "alarms"), 0);
    assert_string_equal(text(a, "alarm_id"), "140521000001-01-1-2");
    assert_string_equal(text(a, "rule"), "p0/H");
    assert_string_equal(text(a, "state"), "unacked");
    assert_true(json_is_true(json_object_get(a, "announced")));
    assert_int_equal(number(a, "val"), 150);
    json_decref(doc);
    doc = alarms(true);
    assert_true(json_array_size(json_object_get(doc, "alarms")) > 4);
    json_decref(doc);
    grig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_names_each_point_that_nobody_watches),
        cmocka_unit_test(status_tells_each_uplink_and_why_it_is_down),
        cmocka_unit_test(status_counts_active_alarms_by_priority),
        cmocka_unit_test(what_an_earlier_epoch_left_is_as_old_as_its_time_says),
        cmocka_unit_test(a_point_says_its_value_or_why_there_is_none),
        cmocka_unit_test(a_point_that_is_not_there_is_no_document),
        cmocka_unit_test(alarms_lists_what_is_open_and_all_lists_every_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
