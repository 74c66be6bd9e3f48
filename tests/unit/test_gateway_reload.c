/* Another plant for a gateway that runs: what the platform sees, what the store
 * keeps, and what can't be changed. */
#include "tests/unit/gateway_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/err.h"
#include "daemon/gateway_reload.h"

#define OLD "9c1185a5c5e9fc54"
#define NEW "0123456789abcdef"

static struct grig r;

/* The plant to come: a copy that a test changes. */
static struct {
    struct plant plant;
    struct bus_conf buses[2];
    struct unit_conf units[2];
    struct point_conf points[GRIG_POINTS];
    struct uplink_conf uplinks[GRIG_UPLINKS];
} next;

static void draw_next(void)
{
    next.plant = r.plant;
    memcpy(next.buses, r.buses, sizeof next.buses);
    memcpy(next.units, r.units, sizeof next.units);
    memcpy(next.points, r.points, sizeof next.points);
    memcpy(next.uplinks, r.uplinks, sizeof next.uplinks);
    next.plant.buses = next.buses;
    next.plant.units = next.units;
    next.plant.points = next.points;
    next.plant.uplinks = next.uplinks;
}

static void connected(size_t n_points)
{
    grig_init(&r, n_points, 1);
    grig_start(&r);
    grig_poll(&r, 1, 3000);
    assert_true(r.links[0].is_up);
    draw_next();
}

static int reload(void)
{
    int err = gateway_reload(r.g, &next.plant, NEW, "王工", grig_now(&r));

    grig_run(&r);
    return err;
}

static bool stored(const char *key)
{
    for (size_t i = 0; i < r.n_states; i++)
        if (strcmp(r.states[i].key, key) == 0 && alarm_is_listed(&r.states[i].st))
            return true;
    return false;
}

static void the_platform_is_told_what_runs_and_who_changed_it(void **unused)
{
    (void)unused;
    connected(2);
    grig_forget(&r);
    next.plant.n_points = 3;
    next.points[2] = next.points[0];
    next.points[2].id = "p-new";
    assert_int_equal(reload(), RG_OK);
    grig_to(&r, r.now_ms + 1500);
    assert_int_equal(grig_count(&r, "alarm",
                                "\"ev\":\"config\",\"config\":\"" NEW "\",\"old\":\"" OLD
                                "\",\"by\":\"王工\""),
                     1);
    assert_int_equal(grig_count(&r, "meta/0", "\"config\":\"" NEW "\""), 1);
    assert_int_equal(grig_count(&r, "meta/0", "\"n_points\":3"), 1);
    assert_int_equal(grig_count(&r, "meta/1", "p-new"), 1);
    assert_int_equal(grig_count(&r, "status", "\"config\":\"" NEW "\""), 1);
    assert_int_equal(grig_count(&r, "active/0", NULL), 1);
    grig_stop(&r);
}

static void an_alarm_goes_on_under_its_id_and_the_numbers_too(void **unused)
{
    char id[64];
    const char *at;

    (void)unused;
    connected(2);
    grig_value(&r, 1, 150);
    grig_run(&r);
    at = strstr(grig_last(&r, "alarm", "\"ev\":\"raise\"")->body, "\"alarm_id\"");
    memcpy(id, at, sizeof id);
    *strchr(id, ',') = '\0';
    /* The point moves to the front: nothing may go by its place. */
    next.points[0] = r.points[1];
    next.plant.n_points = 1;
    assert_int_equal(reload(), RG_OK);
    assert_true(stored("p1/high"));
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"retire\""), 0);
    grig_value(&r, 0, 50);
    grig_run(&r);
    at = grig_last(&r, "alarm", "\"ev\":\"clear\"")->body;
    assert_non_null(strstr(at, id));
    assert_non_null(strstr(at, "\"seq\":4,"));
    grig_stop(&r);
}

static void a_rule_that_is_gone_is_retired_and_never_cleared(void **unused)
{
    const char *body;

    (void)unused;
    connected(2);
    grig_value(&r, 1, 150);
    grig_run(&r);
    next.plant.n_points = 1;
    assert_int_equal(reload(), RG_OK);
    grig_to(&r, r.now_ms + 1500);
    body = grig_last(&r, "alarm", "\"ev\":\"retire\"")->body;
    assert_non_null(strstr(body, "\"rule\":\"p1/H\""));
    assert_non_null(strstr(body, "\"reason\":\"removed\""));
    assert_non_null(strstr(body, "\"by\":\"王工\""));
    assert_non_null(strstr(body, "\"limit\":100"));
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"clear\""), 0);
    assert_null(strstr(grig_last(&r, "active/0", NULL)->body, "p1/H"));
    assert_false(stored("p1/high"));
    grig_stop(&r);
}

static void meta_parts_that_are_no_more_are_shown_empty(void **unused)
{
    (void)unused;
    connected(64);
    assert_true(grig_count(&r, "meta/2", NULL) > 0);
    grig_forget(&r);
    next.plant.n_points = 1;
    assert_int_equal(reload(), RG_OK);
    assert_int_equal(grig_count(&r, "meta/2", "\"points\":[]"), 1);
    grig_forget(&r);
    assert_int_equal(reload(), RG_OK);
    assert_int_equal(grig_count(&r, "meta/2", NULL), 0);
    grig_stop(&r);
}

static void a_refused_change_is_told_with_its_place(void **unused)
{
    const struct config_news n = {
        .file = "gas.yaml", .line = 12, .col = 5, .finding = "E031 未知单位 ‘pmm’", .errors = 3
    };
    const char *body;

    (void)unused;
    connected(1);
    grig_forget(&r);
    gateway_reload_refused(r.g, &n, "王工", grig_now(&r));
    grig_run(&r);
    body = grig_last(&r, "alarm", "\"ev\":\"config_rejected\"")->body;
    assert_non_null(strstr(body, "\"file\":\"gas.yaml\",\"line\":12,\"col\":5,"));
    assert_non_null(strstr(body, "未知单位"));
    assert_non_null(strstr(body, "\"config\":\"" OLD "\""));
    assert_non_null(strstr(body, "\"errors\":3,\"by\":\"王工\""));
    grig_to(&r, r.now_ms + 1500);
    assert_int_equal(grig_count(&r, "meta/0", NULL), 0);
    assert_ptr_equal(gateway_plant(r.g), &r.plant);
    grig_stop(&r);
}

static void telemetry_comes_by_the_new_plant(void **unused)
{
    (void)unused;
    connected(1);
    next.points[0].id = "q";
    next.plant.telemetry_every_ms = 5000;
    assert_int_equal(reload(), RG_OK);
    grig_forget(&r);
    grig_to(&r, r.now_ms + 5000);
    assert_int_equal(grig_count(&r, "telemetry", "\"p\":\"q\""), 1);
    grig_stop(&r);
}

static void a_reload_while_the_store_hangs_loses_nothing(void **unused)
{
    (void)unused;
    connected(60);
    grig_store(&r, GRIG_HANGS);
    for (uint32_t i = 0; i < 60; i++)
        grig_value(&r, i, 150);
    grig_run(&r);
    next.plant.n_points = 1;
    next.points[0].id = "q";
    assert_int_equal(reload(), RG_OK);
    grig_store(&r, GRIG_GOOD);
    grig_to(&r, r.now_ms + 5000);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"retire\""), 60);
    for (size_t i = 0; i < r.n_states; i++)
        assert_false(alarm_is_listed(&r.states[i].st));
    grig_stop(&r);
}

static void without_room_for_what_would_end_nothing_changes(void **unused)
{
    (void)unused;
    connected(64);
    r.links[0].holds_acks = true;
    grig_store(&r, GRIG_HANGS);
    for (int round = 0; round < 10; round++)
        for (uint32_t i = 0; i < 64; i++) {
            grig_value(&r, i, 150);
            grig_value(&r, i, 50);
            grig_value(&r, i, 150);
        }
    grig_run(&r);
    next.plant.n_points = 1;
    next.points[0].id = "q";
    assert_int_equal(reload(), RG_EFULL);
    assert_ptr_equal(gateway_plant(r.g), &r.plant);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"retire\""), 0);
    grig_store(&r, GRIG_GOOD);
    grig_stop(&r);
}

static int fail_at = -1; /* the allocation that fails; -1: none */

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_calloc(size_t n, size_t size)
{
    return fail_at >= 0 && fail_at-- == 0 ? NULL : __real_calloc(n, size);
}

static void without_memory_nothing_changes(void **unused)
{
    int n, err = RG_ENOMEM;

    (void)unused;
    connected(2);
    grig_value(&r, 1, 150);
    grig_run(&r);
    grig_forget(&r);
    next.plant.n_points = 1;
    for (n = 0; err == RG_ENOMEM; n++) {
        fail_at = n;
        err = gateway_reload(r.g, &next.plant, NEW, "", grig_now(&r));
        fail_at = -1;
        grig_run(&r);
        assert_int_equal(grig_count(&r, "alarm", NULL), err == RG_OK ? 2 : 0);
        assert_ptr_equal(gateway_plant(r.g), err == RG_OK ? &next.plant : &r.plant);
    }
    assert_int_equal(err, RG_OK);
    assert_true(n > 2);
    grig_stop(&r);
}

static void other_ent(void)
{
    next.plant.site.ent = "140521000002";
}

static void other_gw(void)
{
    next.plant.site.gw = "02";
}

static void other_socket(void)
{
    next.plant.control_socket = "/run/other";
}

static void one_more_uplink(void)
{
    next.plant.n_uplinks++;
}

static void other_broker(void)
{
    next.uplinks[0].host = "broker";
}

static void all_but_receipts(void)
{
    next.uplinks[0].receipts = false;
}

static void other_ca(void)
{
    next.uplinks[0].tls.ca = "other.pem";
}

static void other_revoked(void)
{
    next.uplinks[0].tls.crl = "other.pem";
}

static void other_words(void)
{
    next.plant.site.name.zh = "另一个厂";
    next.plant.site.zone_min = 0;
    next.plant.keep_sent_ms = 1;
    next.plant.n_points = 0;
    next.buses[0].name = "c";
}

/* Whoever adds a field to an uplink says here whether a reload may change it:
 * what is left out of same_uplink() would be taken and ignored. */
static void every_field_of_an_uplink_was_thought_of(void **unused)
{
    (void)unused;
    if (sizeof(void *) == 8)
        assert_int_equal(sizeof(struct uplink_conf), 88);
}

static void what_can_not_change_is_named(void **unused)
{
    static const struct {
        void (*change)(void);
        const char *named;
    } rows[] = {
        { other_ent, "site.ent" },
        { other_gw, "site.gw" },
        { other_socket, "control.socket" },
        { one_more_uplink, "uplinks" },
        { other_broker, "uplinks" },
        { all_but_receipts, "uplinks" },
        { other_ca, "uplinks" },
        { other_revoked, "uplinks" },
        { other_words, NULL },
    };

    (void)unused;
    grig_init(&r, 1, 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *named;

        draw_next();
        rows[i].change();
        named = gateway_fixed(&r.plant, &next.plant);
        if (rows[i].named == NULL)
            assert_null(named);
        else
            assert_string_equal(named, rows[i].named);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_platform_is_told_what_runs_and_who_changed_it),
        cmocka_unit_test(an_alarm_goes_on_under_its_id_and_the_numbers_too),
        cmocka_unit_test(a_rule_that_is_gone_is_retired_and_never_cleared),
        cmocka_unit_test(meta_parts_that_are_no_more_are_shown_empty),
        cmocka_unit_test(a_refused_change_is_told_with_its_place),
        cmocka_unit_test(telemetry_comes_by_the_new_plant),
        cmocka_unit_test(a_reload_while_the_store_hangs_loses_nothing),
        cmocka_unit_test(without_room_for_what_would_end_nothing_changes),
        cmocka_unit_test(without_memory_nothing_changes),
        cmocka_unit_test(every_field_of_an_uplink_was_thought_of),
        cmocka_unit_test(what_can_not_change_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
