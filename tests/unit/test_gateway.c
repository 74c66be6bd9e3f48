/* What leaves the gateway, when, and in which order. */
#include "tests/unit/gateway_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct grig r;

static int64_t sent_at(const char *topic, const char *text)
{
    const struct grig_sent *s = grig_last(&r, topic, text);

    if (s == NULL)
        fail_msg("no %s with %s was sent", topic, text == NULL ? "anything" : text);
    return s->at_ms;
}

static void connected(size_t n_points)
{
    grig_init(&r, n_points, 1);
    grig_start(&r);
    grig_poll(&r, 1, 3000);
    assert_true(r.links[0].is_up);
    assert_non_null(grig_last(&r, "alarm", "\"clk\":\"sync\",\"mono\":0,\"ev\":\"restart\""));
    grig_forget(&r);
}

/* --- bad news, good news --- */

static void a_raise_leaves_at_once_when_the_disk_is_quick(void **unused)
{
    (void)unused;
    connected(1);
    grig_value(&r, 0, 150);
    assert_int_equal(sent_at("alarm", "\"ev\":\"raise\""), r.now_ms);
    assert_non_null(grig_last(&r, "alarm", "\"replay\":false}"));
    assert_null(grig_last(&r, "alarm", "volatile"));
    grig_stop(&r);
}

static void a_raise_waits_300_ms_for_a_stuck_disk_and_no_longer(void **unused)
{
    (void)unused;
    connected(1);
    grig_store(&r, GRIG_HANGS);
    grig_value(&r, 0, 150);
    grig_to(&r, 3299);
    assert_int_equal(grig_count(&r, "alarm", NULL), 0);
    grig_to(&r, 3300);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"raise\""), 1);
    assert_null(grig_last(&r, "alarm", "volatile"));
    grig_store(&r, GRIG_GOOD);
    grig_to(&r, 9000);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"raise\""), 1);
    grig_stop(&r);
}

/* A clear that left and was forgotten by a power cut is a false all-clear. */
static void a_clear_waits_for_the_disk(void **unused)
{
    (void)unused;
    connected(1);
    grig_value(&r, 0, 150);
    grig_store(&r, GRIG_HANGS);
    grig_value(&r, 0, 1);
    grig_to(&r, 4900);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"clear\""), 0);
    grig_store(&r, GRIG_GOOD);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"clear\""), 1);
    assert_null(grig_last(&r, "alarm", "volatile"));
    grig_stop(&r);
}

/* The retained picture and the counts are news as well. */
static void active_and_status_do_not_tell_a_clear_before_the_disk_has_it(void **unused)
{
    (void)unused;
    connected(1);
    grig_value(&r, 0, 150);
    grig_to(&r, 29000);
    assert_non_null(grig_last(&r, "active/0", "\"open\":[{"));
    grig_store(&r, GRIG_HANGS);
    grig_value(&r, 0, 1);
    grig_forget(&r);
    grig_to(&r, 30500);
    assert_int_equal(grig_count(&r, "active/0", "\"active\":false"), 0);
    assert_int_equal(grig_count(&r, "status", "\"active\":0"), 0);
    grig_store(&r, GRIG_GOOD);
    assert_int_equal(grig_count(&r, "active/0", "\"active\":false"), 1);
    assert_int_equal(grig_count(&r, "status", "\"active\":0"), 1);
    grig_stop(&r);
}

static void with_the_store_in_alarm_everything_leaves_marked_volatile(void **unused)
{
    (void)unused;
    connected(1);
    grig_store(&r, GRIG_FAILS);
    grig_value(&r, 0, 150);
    grig_value(&r, 0, 1);
    assert_int_equal(grig_count(&r, "alarm", "\"rule\":\"sys/store\""), 1);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"clear\""), 1);
    assert_int_equal(grig_count(&r, "alarm", "\"volatile\":true"), 2);
    grig_to(&r, r.now_ms + 300);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"raise\""), 1);
    assert_int_equal(grig_count(&r, "alarm", "\"volatile\":true"), 2);
    grig_to(&r, 40000);
    assert_non_null(grig_last(&r, "active/0", "\"volatile\":true"));
    assert_non_null(grig_last(&r, "status", "\"store\":{\"ok\":false"));
    grig_store(&r, GRIG_GOOD);
    grig_to(&r, 70000);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"fault_clear\""), 1);
    assert_null(grig_last(&r, "alarm", "\"ev\":\"fault_clear\"")->body == NULL
                    ? ""
                    : strstr(grig_last(&r, "alarm", "\"ev\":\"fault_clear\"")->body, "volatile"));
    assert_non_null(grig_last(&r, "status", "\"store\":{\"ok\":true"));
    grig_stop(&r);
}

/* A commit that was reported as failed may be found after a crash, with the
 * bytes that it was lent: marked afterwards, one id would have two contents. */
static void what_the_store_has_had_keeps_its_bytes(void **unused)
{
    (void)unused;
    connected(1);
    grig_value(&r, 0, 150);
    grig_store(&r, GRIG_FAILS);
    grig_value(&r, 0, 1);
    grig_to(&r, r.now_ms + 60000);
    assert_int_equal(grig_count(&r, "alarm", "\"rule\":\"sys/store\""), 1);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"clear\""), 0);
    grig_store(&r, GRIG_GOOD);
    grig_to(&r, r.now_ms + 6000);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"clear\""), 1);
    assert_null(strstr(grig_last(&r, "alarm", "\"ev\":\"clear\"")->body, "volatile"));
    grig_stop(&r);
}

/* Else the next start would say "stop", and what a stuck disk has cost would
 * look like a loss that nobody explains. */
static void a_stop_with_records_that_wait_is_no_clean_end(void **unused)
{
    (void)unused;
    connected(1);
    assert_true(gateway_is_recorded(r.g));
    grig_store(&r, GRIG_HANGS);
    grig_value(&r, 0, 150);
    gateway_stop(r.g, grig_now(&r));
    grig_to(&r, r.now_ms + 4000);
    assert_false(gateway_is_recorded(r.g));
    grig_store(&r, GRIG_GOOD);
    assert_true(gateway_is_recorded(r.g));
    grig_stop(&r);
}

/* Pending for 2 s is a fault too, and its raise does not wait for that disk. */
static void a_disk_that_hangs_for_2_s_is_a_fault(void **unused)
{
    (void)unused;
    connected(1);
    grig_store(&r, GRIG_HANGS);
    grig_value(&r, 0, 150);
    grig_to(&r, 4999);
    assert_int_equal(grig_count(&r, "alarm", "sys/store"), 0);
    grig_to(&r, 5400);
    assert_int_equal(grig_count(&r, "alarm", "\"rule\":\"sys/store\""), 1);
    grig_stop(&r);
}

/* --- the restart --- */

static void a_restart_names_what_was_and_what_is_open(void **unused)
{
    (void)unused;
    connected(2);
    grig_value(&r, 1, 150);
    grig_kill(&r, 2000);
    grig_forget(&r);
    grig_to(&r, r.now_ms + 2000);
    assert_int_equal(grig_count(&r, "alarm",
                                "\"ev\":\"restart\",\"reason\":\"crash\","
                                "\"prev\":{\"epoch\":1,\"alarm\":2,"),
                     1);
    assert_non_null(grig_last(&r, "alarm", "\"alarm_id\":\"140521000001-01-1-2\""));
    for (int i = 0; i < 3; i++) {
        grig_to(&r, r.now_ms + 1000);
        grig_value(&r, 0, 1);
        grig_value(&r, 1, 150);
    }
    assert_int_equal(grig_count(&r, "alarm", "\"epoch\":2,\"seq\":2"), 0);
    assert_non_null(grig_last(&r, "active/0", "140521000001-01-1-2"));
    grig_stop(&r);
}

static void what_was_not_sent_before_a_kill_goes_out_under_its_old_id(void **unused)
{
    (void)unused;
    connected(1);
    r.links[0].accepts = false;
    grig_link_down(&r, 0);
    grig_value(&r, 0, 150);
    assert_int_equal(grig_count(&r, "alarm", NULL), 0);
    r.links[0].accepts = true;
    grig_kill(&r, 1000);
    grig_to(&r, r.now_ms + 5000);
    assert_int_equal(grig_count(&r, "alarm", "\"epoch\":1,\"seq\":2"), 1);
    assert_non_null(
        strstr(grig_last(&r, "alarm", "\"epoch\":1,\"seq\":2")->body, "\"replay\":true}"));
    assert_int_equal(grig_queue(&r, 0, LANE_ALARM), 0);
    grig_stop(&r);
}

/* --- receipts --- */

static void an_alarm_without_a_receipt_goes_again_and_always_the_same(void **unused)
{
    static const int64_t wait_s[] = { 0, 30, 60, 120, 240, 480, 600, 600 };
    const struct grig_sent *first;
    int64_t at_ms;

    (void)unused;
    connected(1);
    r.links[0].receipts = false;
    at_ms = r.now_ms;
    grig_value(&r, 0, 150);
    first = grig_last(&r, "alarm", NULL);
    for (size_t i = 1; i < sizeof wait_s / sizeof wait_s[0]; i++) {
        const struct grig_sent *again;

        at_ms += wait_s[i] * 1000;
        grig_to(&r, at_ms - 1);
        assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"raise\""), i);
        grig_to(&r, at_ms);
        assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"raise\""), i + 1);
        again = grig_last(&r, "alarm", "\"ev\":\"raise\"");
        assert_non_null(strstr(again->body, "\"replay\":true}"));
        assert_memory_equal(again->body, first->body, strlen(first->body) - 6);
    }
    grig_receipt(&r, 0, "{\"v\":1,\"topic\":\"alarm\",\"epoch\":1,\"upto\":2}");
    assert_int_equal(grig_queue(&r, 0, LANE_ALARM), 0);
    grig_stop(&r);
}

static void a_new_connection_gets_everything_again_that_has_no_receipt(void **unused)
{
    (void)unused;
    connected(3);
    r.links[0].receipts = false;
    for (uint32_t i = 0; i < 3; i++)
        grig_value(&r, i, 150);
    grig_receipt(&r, 0, "{\"v\":1,\"topic\":\"alarm\",\"epoch\":1,\"seqs\":[3]}");
    grig_forget(&r);
    grig_link_down(&r, 0);
    grig_to(&r, r.now_ms + 5100);
    assert_true(r.links[0].is_up);
    assert_int_equal(grig_count(&r, "alarm", "\"seq\":2,"), 1);
    assert_int_equal(grig_count(&r, "alarm", "\"seq\":3,"), 0);
    assert_int_equal(grig_count(&r, "alarm", "\"seq\":4,"), 1);
    grig_stop(&r);
}

/* The platform says how far it has all of an epoch; what the processes before
 * this one sent and saw receipted lies beyond what this one has sent again. */
static void a_receipt_for_all_of_an_earlier_epoch_ends_what_is_owed_of_it(void **unused)
{
    (void)unused;
    connected(2);
    r.links[0].receipts = false;
    grig_value(&r, 0, 150);
    grig_value(&r, 1, 150);
    grig_receipt(&r, 0, "{\"v\":1,\"topic\":\"alarm\",\"epoch\":1,\"seqs\":[3]}");
    grig_to(&r, r.now_ms + 2000);
    grig_kill(&r, 1000);
    grig_to(&r, r.now_ms + 6000);
    assert_int_equal(grig_queue(&r, 0, LANE_ALARM), 2);
    grig_receipt(&r, 0, "{\"v\":1,\"topic\":\"alarm\",\"epoch\":1,\"upto\":3}");
    assert_int_equal(grig_queue(&r, 0, LANE_ALARM), 1);
    grig_stop(&r);
}

static void a_receipt_that_can_not_be_true_changes_nothing(void **unused)
{
    static const char *const lies[] = {
        "{\"v\":1,\"topic\":\"alarm\",\"epoch\":1,\"upto\":3}",
        "{\"v\":1,\"topic\":\"alarm\",\"epoch\":1,\"seqs\":[99]}",
        "{\"v\":1,\"topic\":\"alarm\",\"epoch\":2,\"upto\":2}",
        "{\"v\":1,\"topic\":\"telemetry\",\"epoch\":1,\"upto\":1}",
        "{\"v\":2,\"topic\":\"alarm\",\"epoch\":1,\"upto\":2}",
        "{\"v\":1,\"topic\":\"alarm\",\"epoch\":1,\"upto\":2",
    };
    struct outbox_stats s;

    (void)unused;
    connected(1);
    r.links[0].receipts = false;
    grig_value(&r, 0, 150);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        grig_receipt(&r, 0, lies[i]);
        gateway_uplink_stats(r.g, 0, &s);
        assert_int_equal(s.bad_receipts, i + 1);
        assert_int_equal(s.queue[LANE_ALARM], 1);
    }
    grig_receipt(&r, 0, "{\"v\":1,\"topic\":\"alarm\",\"epoch\":1,\"upto\":2}");
    assert_int_equal(grig_queue(&r, 0, LANE_ALARM), 0);
    grig_stop(&r);
}

static void without_receipts_a_puback_ends_an_alarm(void **unused)
{
    (void)unused;
    grig_init(&r, 1, 1);
    r.uplinks[0].receipts = false;
    r.links[0].receipts = false;
    grig_start(&r);
    grig_poll(&r, 1, 3000);
    grig_value(&r, 0, 150);
    assert_int_equal(grig_queue(&r, 0, LANE_ALARM), 0);
    grig_to(&r, 40000);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"raise\",\"kind\":\"H\""), 1);
    assert_non_null(grig_last(&r, "status", "\"receipts\":false"));
    grig_stop(&r);
}

static void replay_says_when_a_message_first_leaves_5_s_late(void **unused)
{
    static const struct {
        int64_t late_ms;
        const char *end;
    } rows[] = { { 5000, "\"replay\":false}" }, { 5001, "\"replay\":true}" } };

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        connected(1);
        r.links[0].accepts = false;
        grig_link_down(&r, 0);
        grig_value(&r, 0, 150);
        gateway_down(r.g, 0, true, grig_now(&r)); /* no connect of its own for a minute */
        r.now_ms += rows[i].late_ms;
        gateway_up(r.g, 0, grig_now(&r));
        r.links[0].is_up = true;
        grig_run(&r);
        assert_non_null(strstr(grig_last(&r, "alarm", "\"ev\":\"raise\"")->body, rows[i].end));
        grig_stop(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_raise_leaves_at_once_when_the_disk_is_quick),
        cmocka_unit_test(a_raise_waits_300_ms_for_a_stuck_disk_and_no_longer),
        cmocka_unit_test(a_clear_waits_for_the_disk),
        cmocka_unit_test(active_and_status_do_not_tell_a_clear_before_the_disk_has_it),
        cmocka_unit_test(with_the_store_in_alarm_everything_leaves_marked_volatile),
        cmocka_unit_test(what_the_store_has_had_keeps_its_bytes),
        cmocka_unit_test(a_stop_with_records_that_wait_is_no_clean_end),
        cmocka_unit_test(a_disk_that_hangs_for_2_s_is_a_fault),
        cmocka_unit_test(a_restart_names_what_was_and_what_is_open),
        cmocka_unit_test(what_was_not_sent_before_a_kill_goes_out_under_its_old_id),
        cmocka_unit_test(an_alarm_without_a_receipt_goes_again_and_always_the_same),
        cmocka_unit_test(a_new_connection_gets_everything_again_that_has_no_receipt),
        cmocka_unit_test(a_receipt_for_all_of_an_earlier_epoch_ends_what_is_owed_of_it),
        cmocka_unit_test(a_receipt_that_can_not_be_true_changes_nothing),
        cmocka_unit_test(without_receipts_a_puback_ends_an_alarm),
        cmocka_unit_test(replay_says_when_a_message_first_leaves_5_s_late),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
