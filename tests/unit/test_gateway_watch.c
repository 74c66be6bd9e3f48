/* What an uplink tells of the gateway itself: certificates, and another one
 * under its name. */
#include "daemon/gateway_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/gateway_rig.h"

#define DAY_MS (24 * 3600 * INT64_C(1000))

static struct grig r;

static void connected(size_t n_uplinks)
{
    grig_init(&r, 1, n_uplinks);
    for (size_t i = 0; i < n_uplinks; i++)
        r.uplinks[i].tls.ca = "ca.pem";
    grig_start(&r);
    grig_poll(&r, 1, 3000);
    assert_true(r.links[0].is_up);
    grig_forget(&r);
}

static size_t events(const char *ev, const char *rule)
{
    char text[96];
    size_t n = 0;

    snprintf(text, sizeof text, "\"rule\":\"%s\"", rule);
    for (size_t i = r.from; i < r.n_sent; i++)
        n += strcmp(r.sent[i].topic, "alarm") == 0 && r.sent[i].uplink == 0 &&
             strstr(r.sent[i].body, text) != NULL && strstr(r.sent[i].body, ev) != NULL;
    return n;
}

#define RAISED(rule)  events("\"ev\":\"fault_raise\"", rule)
#define CLEARED(rule) events("\"ev\":\"fault_clear\"", rule)

/* --- certificates --- */

static void tell_end(uint32_t uplink, int64_t due_in_ms)
{
    int64_t now_ms = grig_now(&r).utc_ms;
    struct cert_state c = { now_ms + due_in_ms, now_ms + due_in_ms + 30 * DAY_MS, "gw.pem ends" };

    gateway_cert(r.g, uplink, &c);
}

static void a_certificate_is_an_alarm_from_the_day_that_it_is_due(void **unused)
{
    (void)unused;
    connected(2);
    tell_end(0, 60000);
    tell_end(1, DAY_MS);
    grig_to(&r, r.now_ms + 50000);
    assert_int_equal(RAISED("sys/cert/u0"), 0);
    grig_to(&r, r.now_ms + 40000);
    assert_int_equal(RAISED("sys/cert/u0"), 1);
    assert_int_equal(RAISED("sys/cert/u1"), 0);
    grig_to(&r, r.now_ms + 600000);
    assert_int_equal(RAISED("sys/cert/u0"), 1);
    tell_end(0, 300 * DAY_MS);
    grig_to(&r, r.now_ms + 31000);
    assert_int_equal(CLEARED("sys/cert/u0"), 1);
    grig_stop(&r);
}

static void files_that_are_of_no_use_are_an_alarm_at_once(void **unused)
{
    struct cert_state trouble = { INT64_MIN, INT64_MAX, "gw.key: not the key" };

    (void)unused;
    connected(1);
    gateway_cert(r.g, 0, &trouble);
    grig_to(&r, r.now_ms + 31000);
    assert_int_equal(RAISED("sys/cert/u0"), 1);
    grig_stop(&r);
}

static void a_restart_keeps_the_alarm_until_the_files_are_known_to_be_good(void **unused)
{
    (void)unused;
    connected(1);
    tell_end(0, -1);
    grig_to(&r, r.now_ms + 31000);
    assert_int_equal(RAISED("sys/cert/u0"), 1);
    grig_kill(&r, 1000);
    grig_to(&r, r.now_ms + 60000);
    assert_int_equal(CLEARED("sys/cert/u0"), 0);
    tell_end(0, DAY_MS);
    grig_to(&r, r.now_ms + 31000);
    assert_int_equal(CLEARED("sys/cert/u0"), 1);
    grig_stop(&r);
}

/* --- identity --- */

static bool hear(const char *install)
{
    char body[128];

    snprintf(body, sizeof body,
             "{\"v\":1,\"epoch\":3,\"mono\":1,\"online\":true,\"install\":\"%s\"}", install);
    bool is_other = gateway_own_status(r.g, 0, body, strlen(body), grig_now(&r));
    grig_run(&r);
    return is_other;
}

static void another_gateway_is_one_alarm_until_two_minutes_are_quiet(void **unused)
{
    (void)unused;
    connected(1);
    assert_true(hear("another"));
    assert_int_equal(RAISED("sys/identity"), 1);
    assert_non_null(strstr(gateway_uplink_why(r.g, 0), "another"));
    grig_to(&r, r.now_ms + 100000);
    assert_true(hear("another"));
    grig_to(&r, r.now_ms + 119000);
    assert_int_equal(RAISED("sys/identity"), 1);
    assert_int_equal(CLEARED("sys/identity"), 0);
    grig_to(&r, r.now_ms + 31000);
    assert_int_equal(CLEARED("sys/identity"), 1);
    assert_string_equal(gateway_uplink_why(r.g, 0), "");
    grig_stop(&r);
}

static void two_that_take_the_link_from_each_other_go_slowly(void **unused)
{
    (void)unused;
    connected(1);
    for (int i = 0; i < 3; i++) {
        int64_t lost_ms = r.now_ms;
        unsigned before = r.links[0].connects;

        gateway_taken_over(r.g, 0, grig_now(&r));
        grig_link_down(&r, 0);
        grig_to(&r, lost_ms + 59000);
        assert_int_equal(r.links[0].connects, before);
        grig_to(&r, lost_ms + 67000);
        assert_int_equal(r.links[0].connects, before + 1);
        assert_true(r.links[0].is_up);
    }
    assert_int_equal(RAISED("sys/identity"), 1);
    assert_int_equal(CLEARED("sys/identity"), 0);
    grig_to(&r, r.now_ms + 150000); /* it has gone: quickly again */
    assert_int_equal(CLEARED("sys/identity"), 1);
    grig_link_down(&r, 0);
    grig_to(&r, r.now_ms + 5100);
    assert_true(r.links[0].is_up);
    grig_stop(&r);
}

/* 3.1.1 does not say who took the session: the wills do. */
static void a_link_lost_again_and_again_to_another_will_is_one_too(void **unused)
{
    static const char other[] =
        "{\"v\":1,\"epoch\":9,\"ts\":\"2026-11-23T14:00:00.000+08:00\",\"online\":false}";

    (void)unused;
    connected(1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(gateway_own_status(r.g, 0, other, sizeof other - 1, grig_now(&r)), i == 2);
        assert_int_equal(RAISED("sys/identity"), 0);
        grig_run(&r);
        grig_link_down(&r, 0);
        grig_to(&r, r.now_ms + (i < 2 ? 5100 : 67000));
        assert_true(r.links[0].is_up);
    }
    assert_int_equal(RAISED("sys/identity"), 1);
    grig_stop(&r);
}

static void a_link_that_flaps_by_itself_is_none(void **unused)
{
    char own[MESSAGE_MAX];

    (void)unused;
    connected(1);
    for (int i = 0; i < 10; i++) {
        gateway_note_will(r.g, 0, grig_now(&r));
        size_t len = gateway_will(r.g, own, grig_now(&r));
        grig_link_down(&r, 0);
        grig_to(&r, r.now_ms + 61000);
        assert_true(r.links[0].is_up);
        assert_false(gateway_own_status(r.g, 0, own, len, grig_now(&r)));
    }
    assert_int_equal(RAISED("sys/identity"), 0);
    grig_stop(&r);
}

static void silence_while_nothing_can_be_heard_is_no_all_clear(void **unused)
{
    (void)unused;
    connected(1);
    assert_true(hear("another"));
    grig_link_down(&r, 0);
    r.links[0].accepts = false;
    grig_to(&r, r.now_ms + 600000);
    r.links[0].accepts = true;
    grig_to(&r, r.now_ms + 67000);
    assert_true(r.links[0].is_up);
    assert_int_equal(CLEARED("sys/identity"), 0);
    grig_kill(&r, 1000);
    grig_to(&r, r.now_ms + 60000);
    assert_int_equal(CLEARED("sys/identity"), 0);
    grig_to(&r, r.now_ms + 120000);
    assert_int_equal(CLEARED("sys/identity"), 1);
    grig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_is_an_alarm_from_the_day_that_it_is_due),
        cmocka_unit_test(files_that_are_of_no_use_are_an_alarm_at_once),
        cmocka_unit_test(a_restart_keeps_the_alarm_until_the_files_are_known_to_be_good),
        cmocka_unit_test(another_gateway_is_one_alarm_until_two_minutes_are_quiet),
        cmocka_unit_test(two_that_take_the_link_from_each_other_go_slowly),
        cmocka_unit_test(a_link_lost_again_and_again_to_another_will_is_one_too),
        cmocka_unit_test(a_link_that_flaps_by_itself_is_none),
        cmocka_unit_test(silence_while_nothing_can_be_heard_is_no_all_clear),
    };

    return cmocka_run_group_tests_name("gateway_watch", tests, NULL, NULL);
}
