/* The retained topics, what a platform may ask for, and the clean end. */
#include "tests/unit/gateway_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/gateway_core.h"

static struct grig r;

static void connected(size_t n_points)
{
    grig_init(&r, n_points, 1);
    grig_start(&r);
    grig_poll(&r, 1, 3000);
    assert_true(r.links[0].is_up);
    grig_forget(&r);
}

/* Points in alarm until the list needs so many parts. */
static void fill_parts(unsigned parts)
{
    char wanted[32];

    snprintf(wanted, sizeof wanted, "\"parts\":%u", parts);
    for (uint32_t i = 0; i < r.plant.n_points; i++) {
        grig_value(&r, i, 150);
        grig_to(&r, r.now_ms + 1000);
        if (grig_count(&r, "active/0", wanted) > 0)
            return;
    }
    fail_msg("%zu points do not fill %u parts", r.plant.n_points, parts);
}

/* --- when --- */

static void a_platform_that_starts_empty_gets_the_whole_picture(void **unused)
{
    static const char *const topics[] = { "status", "active/0", "meta/0", "meta/1" };

    (void)unused;
    connected(2);
    grig_link_down(&r, 0);
    grig_to(&r, r.now_ms + 5100);
    assert_true(r.links[0].is_up);
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++) {
        assert_int_equal(grig_count(&r, topics[i], NULL), 1);
        assert_true(grig_last(&r, topics[i], NULL)->retain);
    }
    assert_int_equal(grig_count(&r, "meta/2", NULL), 0);
    grig_stop(&r);
}

static void status_comes_each_30_s(void **unused)
{
    (void)unused;
    connected(1);
    grig_to(&r, 120500);
    assert_int_equal(grig_count(&r, "status", NULL), 4);
    assert_int_equal(grig_last(&r, "status", NULL)->at_ms, 120000);
    grig_stop(&r);
}

static void active_comes_when_it_changed_and_at_most_once_a_second(void **unused)
{
    int64_t began_ms;

    (void)unused;
    connected(1);
    began_ms = r.now_ms;
    grig_value(&r, 0, 1);
    assert_int_equal(grig_count(&r, "active/0", NULL), 0);
    for (int i = 0; i < 40; i++) {
        grig_value(&r, 0, i % 2 == 0 ? 150 : 1);
        grig_to(&r, r.now_ms + 100);
    }
    grig_to(&r, r.now_ms + 1000);
    assert_in_range(grig_count(&r, "active/0", NULL), 4, (r.now_ms - began_ms) / 1000);
    assert_non_null(strstr(grig_last(&r, "active/0", NULL)->body, "\"active\":false"));
    grig_stop(&r);
}

/* Nothing else is on its way: still the link is known to be dead. */
static void a_status_that_is_not_answered_for_10_s_ends_the_link(void **unused)
{
    (void)unused;
    connected(1);
    r.links[0].holds_acks = true;
    grig_to(&r, 39999);
    assert_int_equal(grig_count(&r, "status", NULL), 1);
    assert_int_equal(r.links[0].disconnects, 0);
    grig_to(&r, 40000);
    assert_int_equal(r.links[0].disconnects, 1);
    grig_stop(&r);
}

/* --- in parts --- */

/* PUBACKs that take longer than the changes come. */
static void a_list_that_changes_each_second_still_shows_its_last_part(void **unused)
{
    (void)unused;
    connected(GRIG_POINTS);
    fill_parts(3);
    grig_forget(&r);
    r.links[0].holds_acks = true;
    for (int i = 0; i < 12; i++) {
        grig_value(&r, 0, i % 2 == 0 ? 1 : 150);
        grig_to(&r, r.now_ms + 1100);
        grig_ack_all(&r, 0);
    }
    assert_true(grig_count(&r, "active/2", NULL) >= 3);
    while (grig_last(&r, "active/0", NULL)->acked) /* up to the first part of a round */
        grig_ack_all(&r, 0);
    grig_value(&r, 0, 1);
    r.links[0].holds_acks = false;
    grig_ack_all(&r, 0);
    grig_to(&r, r.now_ms + 5000);
    assert_non_null(strstr(grig_last(&r, "active/0", NULL)->body, "\"active\":false"));
    grig_stop(&r);
}

static void end_alarms(uint32_t from)
{
    char rule[16];

    for (uint32_t i = from; i < r.plant.n_points; i++) {
        grig_value(&r, i, 1);
        snprintf(rule, sizeof rule, "p%u/H", i);
        gateway_ack(r.g, rule, "op", "", grig_now(&r));
    }
    grig_to(&r, r.now_ms + 2000);
}

static void a_part_that_the_list_no_longer_has_is_shown_empty(void **unused)
{
    (void)unused;
    connected(GRIG_POINTS);
    fill_parts(2);
    grig_forget(&r);
    end_alarms(1);
    assert_non_null(strstr(grig_last(&r, "active/0", NULL)->body, "\"n\":0,\"parts\":1"));
    assert_non_null(strstr(grig_last(&r, "active/1", NULL)->body, "\"parts\":1,\"open\":[]"));
    grig_forget(&r);
    grig_value(&r, 0, 1);
    grig_to(&r, r.now_ms + 2000);
    assert_int_equal(grig_count(&r, "active/0", NULL), 1);
    assert_int_equal(grig_count(&r, "active/1", NULL), 0);
    grig_stop(&r);
}

static const char *last_rule(const char *body)
{
    const char *last = strstr(body, "\"rule\"");

    for (const char *next = last; next != NULL; next = strstr(next + 1, "\"rule\""))
        last = next;
    return last;
}

static void an_alarm_that_ends_between_two_parts_hides_no_other(void **unused)
{
    char first[64];

    (void)unused;
    connected(GRIG_POINTS);
    fill_parts(2);
    const char *rule = strstr(grig_last(&r, "active/1", NULL)->body, "\"rule\"");
    snprintf(first, sizeof first, "%.*s", (int)(strchr(rule, ',') - rule), rule);
    grig_forget(&r);
    r.links[0].holds_acks = true;
    grig_value(&r, 0, 1);
    grig_to(&r, r.now_ms + 1100);
    assert_int_equal(grig_count(&r, "active/0", NULL), 1);
    assert_int_equal(grig_count(&r, "active/1", NULL), 0);
    gateway_ack(r.g, "p0/H", "op", "", grig_now(&r));
    while (grig_count(&r, "active/1", NULL) == 0)
        grig_ack_all(&r, 0);
    assert_int_equal(grig_count(&r, "active/0", NULL), 1);
    assert_non_null(strstr(grig_last(&r, "active/1", NULL)->body, first));
    grig_stop(&r);
}

/* The end of a round and the begin of the next one hold all alarms as well: a
 * broker that is killed may come back with these. */
static void an_alarm_that_comes_between_two_parts_hides_no_other(void **unused)
{
    char body[MESSAGE_MAX], last[64];
    struct active_cursor at = { 0 };
    struct status_facts f;
    struct envelope e;

    (void)unused;
    connected(GRIG_POINTS);
    fill_parts(2);
    grig_value(&r, 0, 1);
    gateway_ack(r.g, "p0/H", "op", "", grig_now(&r));
    gateway_facts(r.g, grig_now(&r), &e, &f);
    payload_active(body, &e, grig_now(&r), &at);
    const char *rule = last_rule(body);
    snprintf(last, sizeof last, "%.*s", (int)(strchr(rule, ',') - rule), rule);
    grig_value(&r, 0, 150);
    payload_active(body, &e, grig_now(&r), &at);
    assert_non_null(strstr(body, last));
    grig_stop(&r);
}

/* The broker still holds the parts of the epoch that was killed. */
static void a_new_epoch_shows_the_parts_of_the_old_one_empty(void **unused)
{
    (void)unused;
    connected(GRIG_POINTS);
    fill_parts(2);
    r.links[0].accepts = false;
    grig_kill(&r, 1000);
    for (uint32_t i = 0; i < r.plant.n_points; i++)
        grig_value(&r, i, 1);
    end_alarms(0);
    grig_forget(&r);
    r.links[0].accepts = true;
    grig_to(&r, r.now_ms + 70000);
    assert_non_null(grig_last(&r, "active/1", "\"parts\":1,\"open\":[]"));
    grig_stop(&r);
}

/* --- what may be asked for --- */

static void meta_is_given_again_on_request_but_not_without_end(void **unused)
{
    (void)unused;
    connected(1);
    for (int i = 0; i < 20; i++) {
        grig_request(&r, 0, "{\"v\":1,\"req\":\"meta\"}");
        grig_to(&r, r.now_ms + 1000);
    }
    assert_int_equal(grig_count(&r, "meta/0", NULL), 2);
    assert_int_equal(grig_count(&r, "meta/1", NULL), 2);
    grig_stop(&r);
}

static void active_is_given_again_on_request_at_most_once_a_second(void **unused)
{
    (void)unused;
    connected(1);
    grig_to(&r, r.now_ms + 1000);
    grig_forget(&r);
    for (int i = 0; i < 100; i++) {
        grig_request(&r, 0, "{\"v\":1,\"req\":\"active\"}");
        grig_to(&r, r.now_ms + 50);
    }
    assert_in_range(grig_count(&r, "active/0", NULL), 5, 6);
    grig_stop(&r);
}

static void a_range_is_sent_again_on_request(void **unused)
{
    (void)unused;
    connected(3);
    for (uint32_t i = 0; i < 3; i++)
        grig_value(&r, i, 150);
    grig_to(&r, r.now_ms + 2000);
    grig_forget(&r);
    grig_request(
        &r, 0, "{\"v\":1,\"req\":\"resend\",\"topic\":\"alarm\",\"epoch\":1,\"from\":2,\"to\":3}");
    assert_int_equal(grig_count(&r, "alarm", NULL), 2);
    assert_int_equal(grig_count(&r, "alarm", "\"replay\":true}"), 2);
    grig_stop(&r);
}

static void what_is_no_longer_kept_is_answered_by_the_ledger(void **unused)
{
    (void)unused;
    connected(3);
    for (uint32_t i = 0; i < 3; i++)
        grig_value(&r, i, 150);
    grig_to(&r, r.now_ms + 2000);
    for (size_t i = 0; i < r.n_rows; i++)
        if (r.rows[i].topic == TOPIC_ALARM && r.rows[i].seq == 3)
            r.rows[i].epoch = 999;
    grig_request(
        &r, 0, "{\"v\":1,\"req\":\"resend\",\"topic\":\"alarm\",\"epoch\":1,\"from\":2,\"to\":4}");
    grig_to(&r, r.now_ms + 3000);
    assert_int_equal(grig_count(&r, "ledger", NULL), 1);
    assert_non_null(grig_last(&r, "ledger",
                              "\"topic\":\"alarm\",\"from\":{\"epoch\":1,\"seq\":3},"
                              "\"to\":{\"epoch\":1,\"seq\":3}"));
    assert_non_null(grig_last(&r, "ledger", "\"reason\":\"expired\""));
    grig_stop(&r);
}

static void what_never_was_is_not_called_lost(void **unused)
{
    static const char *const asked[] = {
        "{\"v\":1,\"req\":\"resend\",\"topic\":\"alarm\",\"epoch\":1,\"from\":50,\"to\":60}",
        "{\"v\":1,\"req\":\"resend\",\"topic\":\"alarm\",\"epoch\":9,\"from\":1,\"to\":6}",
        "{\"v\":1,\"req\":\"resend\",\"topic\":\"ledger\",\"epoch\":1,\"from\":1,\"to\":6}",
    };

    (void)unused;
    connected(1);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        grig_request(&r, 0, asked[i]);
        grig_to(&r, r.now_ms + 3000);
    }
    assert_int_equal(grig_count(&r, "ledger", NULL), 0);
    grig_stop(&r);
}

static void a_platform_that_asks_without_end_is_served_once_a_second(void **unused)
{
    (void)unused;
    connected(1);
    grig_value(&r, 0, 150);
    grig_forget(&r);
    for (int i = 0; i < 100; i++) {
        grig_request(
            &r, 0,
            "{\"v\":1,\"req\":\"resend\",\"topic\":\"alarm\",\"epoch\":1,\"from\":2,\"to\":2}");
        grig_to(&r, r.now_ms + 50);
    }
    assert_in_range(grig_count(&r, "alarm", "\"seq\":2,"), 4, 6);
    grig_stop(&r);
}

/* --- the end --- */

static void the_will_says_offline_and_nothing_that_could_be_wrong(void **unused)
{
    char body[MESSAGE_MAX];

    (void)unused;
    connected(1);
    assert_true(gateway_will(r.g, body, grig_now(&r)) > 0);
    assert_string_equal(body, "{\"v\":1,\"ent\":\"140521000001\",\"gw\":\"01\",\"epoch\":1,"
                              "\"ts\":\"2026-11-23T14:00:03.000+08:00\",\"online\":false}");
    grig_stop(&r);
}

static void a_clean_stop_sends_the_alarms_and_then_says_so_last(void **unused)
{
    (void)unused;
    connected(1);
    grig_store(&r, GRIG_HANGS);
    grig_value(&r, 0, 150);
    gateway_stop(r.g, grig_now(&r));
    grig_run(&r);
    assert_false(gateway_idle(r.g));
    grig_to(&r, r.now_ms + 400);
    grig_store(&r, GRIG_GOOD);
    grig_to(&r, r.now_ms + 100);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"raise\""), 1);
    assert_non_null(strstr(r.sent[r.n_sent - 1].body, "\"online\":false,\"reason\":\"stop\"}"));
    assert_true(r.sent[r.n_sent - 1].retain);
    assert_true(gateway_idle(r.g));
    grig_stop(&r);
}

static void a_stop_waits_2_s_for_a_platform_and_no_longer(void **unused)
{
    int64_t began_ms;

    (void)unused;
    connected(1);
    r.links[0].holds_acks = true;
    grig_value(&r, 0, 150);
    began_ms = r.now_ms;
    gateway_stop(r.g, grig_now(&r));
    grig_to(&r, began_ms + 3000);
    assert_int_equal(grig_last(&r, "status", "\"reason\":\"stop\"")->at_ms, began_ms + 2000);
    grig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_platform_that_starts_empty_gets_the_whole_picture),
        cmocka_unit_test(status_comes_each_30_s),
        cmocka_unit_test(active_comes_when_it_changed_and_at_most_once_a_second),
        cmocka_unit_test(a_status_that_is_not_answered_for_10_s_ends_the_link),
        cmocka_unit_test(a_list_that_changes_each_second_still_shows_its_last_part),
        cmocka_unit_test(a_part_that_the_list_no_longer_has_is_shown_empty),
        cmocka_unit_test(an_alarm_that_ends_between_two_parts_hides_no_other),
        cmocka_unit_test(an_alarm_that_comes_between_two_parts_hides_no_other),
        cmocka_unit_test(a_new_epoch_shows_the_parts_of_the_old_one_empty),
        cmocka_unit_test(meta_is_given_again_on_request_but_not_without_end),
        cmocka_unit_test(active_is_given_again_on_request_at_most_once_a_second),
        cmocka_unit_test(a_range_is_sent_again_on_request),
        cmocka_unit_test(what_is_no_longer_kept_is_answered_by_the_ledger),
        cmocka_unit_test(what_never_was_is_not_called_lost),
        cmocka_unit_test(a_platform_that_asks_without_end_is_served_once_a_second),
        cmocka_unit_test(the_will_says_offline_and_nothing_that_could_be_wrong),
        cmocka_unit_test(a_clean_stop_sends_the_alarms_and_then_says_so_last),
        cmocka_unit_test(a_stop_waits_2_s_for_a_platform_and_no_longer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
