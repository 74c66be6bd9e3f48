/* A stuck disk, a lost link, memory at its end: what is kept, what goes first,
 * and that every loss is said. */
#include "tests/unit/gateway_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct grig r;

static void toggle(uint32_t times)
{
    for (uint32_t i = 0; i < times; i++) {
        grig_value(&r, i % (uint32_t)r.plant.n_points, i / r.plant.n_points % 2 == 0 ? 150 : 1);
        r.now_ms += 10;
    }
}

/* Numbers 1..last of a topic in this epoch, each sent at least once. */
static void expect_all(const char *topic, uint64_t last)
{
    char text[48];

    for (uint64_t seq = 1; seq <= last; seq++) {
        snprintf(text, sizeof text, "\"epoch\":1,\"seq\":%llu,", (unsigned long long)seq);
        if (grig_count(&r, topic, text) == 0)
            fail_msg("%s %llu of %llu never left", topic, (unsigned long long)seq,
                     (unsigned long long)last);
    }
}

static void every_alarm_of_a_long_outage_arrives_in_order(void **unused)
{
    uint64_t last = 0;

    (void)unused;
    grig_init(&r, 8, 1);
    r.links[0].accepts = false;
    grig_start(&r);
    toggle(2000);
    assert_int_equal(grig_count(&r, "alarm", NULL), 0);
    r.links[0].accepts = true;
    grig_to(&r, r.now_ms + 70000);
    expect_all("alarm", 2001);
    for (size_t i = 0; i < r.n_sent; i++) {
        const char *seq = strstr(r.sent[i].body, "\"seq\":");

        if (strcmp(r.sent[i].topic, "alarm") != 0)
            continue;
        assert_true(strtoull(seq + 6, NULL, 10) > last);
        last = strtoull(seq + 6, NULL, 10);
    }
    assert_int_equal(grig_queue(&r, 0, LANE_ALARM), 0);
    grig_stop(&r);
}

static void a_live_alarm_leaves_before_the_backlog(void **unused)
{
    (void)unused;
    grig_init(&r, 8, 1);
    r.links[0].accepts = false;
    grig_start(&r);
    toggle(300);
    r.links[0].accepts = true;
    r.links[0].holds_acks = true;
    while (!r.links[0].is_up)
        grig_to(&r, r.now_ms + 10);
    grig_forget(&r);
    grig_value(&r, 0, 500);
    grig_ack_all(&r, 0);
    assert_true(grig_count(&r, "alarm", NULL) > 1);
    assert_non_null(strstr(r.sent[r.from].body, "\"seq\":302,"));
    grig_stop(&r);
}

/* Seven platforms that all fetch their backlog: the disk is fine, and so no
 * telemetry may be called lost. */
static void backlog_in_memory_costs_no_telemetry(void **unused)
{
    (void)unused;
    grig_init(&r, 8, 7);
    for (size_t i = 0; i < 7; i++)
        r.links[i].accepts = false;
    grig_start(&r);
    toggle(1000);
    for (size_t i = 0; i < 7; i++)
        r.links[i] = (struct grig_link){ .accepts = true }; /* and give no receipts */
    grig_to(&r, r.now_ms + 200000);
    grig_forget(&r);
    grig_to(&r, r.now_ms + 120000);
    assert_int_equal(grig_count(&r, "telemetry", NULL), 14);
    assert_int_equal(grig_count(&r, "ledger", NULL), 0);
    grig_stop(&r);
}

static void with_a_dead_disk_and_no_link_telemetry_goes_before_alarms(void **unused)
{
    (void)unused;
    grig_init(&r, 8, 1);
    r.plant.telemetry_every_ms = 1000;
    r.links[0].accepts = false;
    r.store = GRIG_FAILS;
    grig_start(&r);
    grig_to(&r, 1200000);
    toggle(300);
    grig_store(&r, GRIG_GOOD);
    r.links[0].accepts = true;
    grig_to(&r, r.now_ms + 120000);
    expect_all("alarm", 300);
    assert_non_null(grig_last(&r, "ledger", "\"topic\":\"telemetry\""));
    assert_non_null(grig_last(&r, "ledger", "\"reason\":\"disk_full\""));
    assert_null(grig_last(&r, "ledger", "\"topic\":\"alarm\""));
    grig_stop(&r);
}

/* Each telemetry number was either sent or stands in the ledger. */
static void nothing_is_lost_without_a_word(void **unused)
{
    static bool known[4096];
    uint64_t last = 0;

    (void)unused;
    memset(known, 0, sizeof known);
    grig_init(&r, 8, 1);
    r.plant.telemetry_every_ms = 1000;
    r.links[0].accepts = false;
    r.store = GRIG_FAILS;
    grig_start(&r);
    grig_to(&r, 1500000);
    grig_store(&r, GRIG_GOOD);
    r.links[0].accepts = true;
    grig_to(&r, r.now_ms + 120000);
    for (size_t i = 0; i < r.n_sent; i++) {
        const char *at = r.sent[i].body;

        if (strcmp(r.sent[i].topic, "telemetry") == 0) {
            uint64_t seq = strtoull(strstr(at, "\"seq\":") + 6, NULL, 10);

            known[seq] = true;
            last = seq > last ? seq : last;
        }
        while (strcmp(r.sent[i].topic, "ledger") == 0 && (at = strstr(at, "\"from\"")) != NULL) {
            uint64_t from = strtoull(strstr(at, "\"seq\":") + 6, NULL, 10);
            uint64_t to = strtoull(strstr(strstr(at, "\"to\""), "\"seq\":") + 6, NULL, 10);

            for (; from <= to; from++)
                known[from] = true;
            at++;
        }
    }
    assert_true(last > 1500);
    for (uint64_t seq = 1; seq <= last; seq++)
        if (!known[seq])
            fail_msg("telemetry %llu of %llu vanished", (unsigned long long)seq,
                     (unsigned long long)last);
    grig_stop(&r);
}

/* The store is in alarm, the link is up: alarms go on, again and again. */
static void a_dead_disk_never_stops_the_alarms(void **unused)
{
    (void)unused;
    grig_init(&r, 8, 1);
    grig_start(&r);
    grig_store(&r, GRIG_FAILS);
    grig_to(&r, 5000);
    toggle(3000);
    grig_to(&r, r.now_ms + 5000);
    expect_all("alarm", 3000);
    grig_stop(&r);
}

static bool is_live_alarm(const struct grig_sent *s)
{
    return strcmp(s->topic, "alarm") == 0 && strstr(s->body, "\"replay\":false}") != NULL;
}

static size_t backlog_on_its_way(void)
{
    size_t n = 0;

    for (size_t i = 0; i < r.n_sent; i++)
        n += !r.sent[i].acked && !is_live_alarm(&r.sent[i]);
    return n;
}

static void ack_the_oldest(void)
{
    for (size_t i = 0; i < r.n_sent; i++)
        if (!r.sent[i].acked) {
            r.sent[i].acked = true;
            gateway_puback(r.g, 0, r.sent[i].token, true, grig_now(&r));
            grig_run(&r);
            return;
        }
}

/* A broker that answers one message each 2 s, behind a long outage: whatever is
 * not a live alarm keeps to one message on its way. */
static void on_a_slow_link_a_live_alarm_has_one_message_before_it(void **unused)
{
    size_t status = 0, backlog = 0, meta = 0;

    (void)unused;
    grig_init(&r, 8, 1);
    r.plant.telemetry_every_ms = 1000;
    r.links[0] = (struct grig_link){ .holds_acks = true };
    grig_start(&r);
    toggle(400);
    grig_to(&r, r.now_ms + 60000);
    r.links[0].accepts = true;
    while (!r.links[0].is_up)
        grig_to(&r, r.now_ms + 10);
    for (int i = 0; i < 300; i++) {
        grig_to(&r, r.now_ms + 1000);
        assert_true(backlog_on_its_way() <= 1);
        grig_forget(&r);
        if (i % 50 == 49) {
            grig_value(&r, 1, i % 100 == 49 ? 150 : 1);
            assert_int_equal(grig_count(&r, "alarm", NULL), 1);
        }
        grig_to(&r, r.now_ms + 1000);
        ack_the_oldest();
        status += grig_count(&r, "status", NULL);
        meta += grig_count(&r, "meta/1", NULL);
        backlog += grig_count(&r, "alarm", "\"replay\":true}");
    }
    assert_int_equal(r.links[0].disconnects, 0);
    assert_true(status >= 10 && meta >= 1 && backlog >= 100);
    grig_stop(&r);
}

static void a_platform_that_is_down_for_60_s_is_a_fault_and_a_refusal_at_once(void **unused)
{
    (void)unused;
    grig_init(&r, 1, 2);
    r.links[0].accepts = false;
    r.links[1].accepts = false;
    grig_start(&r);
    grig_to(&r, 20000);
    r.links[1].refuses = true;
    r.links[0].accepts = true;
    grig_to(&r, 59000);
    assert_int_equal(grig_count(&r, "alarm", "\"rule\":\"sys/uplink/u1\""), 1);
    assert_int_equal(grig_count(&r, "alarm", "\"rule\":\"sys/uplink/u0\""), 0);
    r.links[0].accepts = false;
    grig_link_down(&r, 0);
    grig_to(&r, r.now_ms + 60000);
    r.links[0].accepts = true;
    grig_to(&r, r.now_ms + 60000);
    assert_int_equal(grig_count(&r, "alarm", "\"rule\":\"sys/uplink/u0\""), 2); /* and its end */
    grig_stop(&r);
}

static void a_refused_gateway_asks_at_most_once_a_minute(void **unused)
{
    (void)unused;
    grig_init(&r, 1, 1);
    r.links[0].refuses = true;
    grig_start(&r);
    grig_value(&r, 0, 150);
    grig_to(&r, 3600000);
    assert_in_range(r.links[0].connects, 50, 60);
    grig_stop(&r);
}

static void a_clock_that_is_not_set_is_a_fault(void **unused)
{
    (void)unused;
    grig_init(&r, 1, 1);
    r.sync = false;
    grig_start(&r);
    grig_to(&r, 299999);
    assert_int_equal(grig_count(&r, "alarm", "sys/time"), 0);
    grig_to(&r, 300000);
    assert_int_equal(grig_count(&r, "alarm", "sys/time"), 1);
    r.sync = true;
    grig_to(&r, 310000);
    assert_int_equal(grig_count(&r, "alarm", "\"ev\":\"fault_clear\""), 1);
    grig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_alarm_of_a_long_outage_arrives_in_order),
        cmocka_unit_test(a_live_alarm_leaves_before_the_backlog),
        cmocka_unit_test(backlog_in_memory_costs_no_telemetry),
        cmocka_unit_test(with_a_dead_disk_and_no_link_telemetry_goes_before_alarms),
        cmocka_unit_test(nothing_is_lost_without_a_word),
        cmocka_unit_test(a_dead_disk_never_stops_the_alarms),
        cmocka_unit_test(on_a_slow_link_a_live_alarm_has_one_message_before_it),
        cmocka_unit_test(a_platform_that_is_down_for_60_s_is_a_fault_and_a_refusal_at_once),
        cmocka_unit_test(a_refused_gateway_asks_at_most_once_a_minute),
        cmocka_unit_test(a_clock_that_is_not_set_is_a_fault),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
