/* What the golden file does not show: endings, times, ids, the hash, what a
 * restart says when nothing is known, what a fault catches. */
#include "tests/unit/payload_rig.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <openssl/evp.h>

static void a_resend_differs_in_replay_alone(void **unused)
{
    static const struct {
        const char *body;
        bool replay;
        const char *sent;
    } rows[] = {
        { "{\"v\":1,\"replay\":false}", false, "{\"v\":1,\"replay\":false}" },
        { "{\"v\":1,\"replay\":false}", true, "{\"v\":1,\"replay\":true}" },
        { "{\"comment\":\"\\\"replay\\\":false}\",\"replay\":false}", true,
          "{\"comment\":\"\\\"replay\\\":false}\",\"replay\":true}" },
    };
    char out[MESSAGE_MAX];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t len = payload_with_replay(out, rows[i].body, strlen(rows[i].body), rows[i].replay);

        assert_int_equal(len, strlen(rows[i].sent));
        assert_memory_equal(out, rows[i].sent, len);
    }
}

static void a_message_is_marked_volatile_once_before_its_last_key(void **unused)
{
    static struct message m;
    static const char marked[] = "{\"v\":1,\"volatile\":true,\"replay\":false}";

    (void)unused;
    m.len = (uint16_t)snprintf(m.body, sizeof m.body, "{\"v\":1,\"replay\":false}");
    for (int i = 0; i < 2; i++) {
        payload_mark_volatile(&m);
        assert_true(m.is_volatile);
        assert_string_equal(m.body, marked);
        assert_int_equal(m.len, sizeof marked - 1);
    }
}

static void times_are_those_of_the_calendar(void **unused)
{
    static const struct {
        int64_t utc_ms;
        int zone_min;
        const char *text;
    } rows[] = {
        { 0, 0, "1970-01-01T00:00:00.000+00:00" },
        { 1795413751204, 480, "2026-11-23T14:02:31.204+08:00" },
        { 1795413751204, -210, "2026-11-23T02:32:31.204-03:30" },
        { 951782399999, 0, "2000-02-28T23:59:59.999+00:00" },
        { 951782400000, 0, "2000-02-29T00:00:00.000+00:00" },
        { 4107542399000, 0, "2100-02-28T23:59:59.000+00:00" },
        { 4107542400000, 0, "2100-03-01T00:00:00.000+00:00" },
        { 2147483648000, 0, "2038-01-19T03:14:08.000+00:00" },
        { 1798732799000, 480, "2026-12-31T23:59:59.000+08:00" },
        { -1, 480, "1970-01-01T07:59:59.999+08:00" },
        { INT64_MAX, 480, "9999-12-31T23:59:59.999+08:00" },
        { INT64_MIN, -480, "0001-01-01T00:00:00.000-08:00" },
    };
    char text[32];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        payload_time(text, rows[i].utc_ms, rows[i].zone_min);
        assert_string_equal(text, rows[i].text);
    }
}

/* Row 20: what had returned but still waits for its reset is active. */
static void a_fault_names_the_latched_alarm_that_it_has_caught(void **unused)
{
    struct payload_rig r;
    const json_t *pending;

    (void)unused;
    prig_init(&r);
    prig_start(&r);
    prig_value(&r, INLET_T, 88);
    prig_value(&r, INLET_T, 31);
    prig_bad(&r, INLET_T, Q_SENSOR_FAULT, NAN);
    pending = json_object_get(prig_event(&r, "fault_raise"), "pending");
    assert_int_equal(json_array_size(pending), 1);
    assert_string_equal(json_string_value(json_array_get(pending, 0)), "dust.inlet.t/HH");
    prig_stop(&r);
}

static void a_fault_that_has_caught_nothing_says_so_by_silence(void **unused)
{
    struct payload_rig r;

    (void)unused;
    prig_init(&r);
    prig_start(&r);
    prig_value(&r, INLET_T, 31);
    prig_bad(&r, INLET_T, Q_SENSOR_FAULT, NAN);
    assert_null(json_object_get(prig_event(&r, "fault_raise"), "pending"));
    prig_stop(&r);
}

/* prev known, nothing ever recorded, or not readable. */
static void a_restart_claims_only_what_it_knows(void **unused)
{
    static const struct {
        const char *name;
        struct store_prev prev;
        bool has_prev, has_open;
    } rows[] = {
        { "known", { .known = true, .epoch = 7, .seq = { 1, 2, 3 } }, true, true },
        { "first start", { .first = true }, false, true },
        { "unknown", { .first = false }, false, false },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct payload_rig r;
        const json_t *body;

        prig_init(&r);
        r.prev = rows[i].prev;
        prig_start(&r);
        body = prig_event(&r, "restart");
        assert_int_equal(json_is_object(json_object_get(body, "prev")), rows[i].has_prev);
        assert_int_equal(json_is_null(json_object_get(body, "prev")), !rows[i].has_prev);
        assert_int_equal(json_is_array(json_object_get(body, "open")), rows[i].has_open);
        assert_int_equal(json_is_null(json_object_get(body, "open")), !rows[i].has_open);
        prig_stop(&r);
    }
}

static void an_epoch_that_is_not_durable_says_so_on_every_message(void **unused)
{
    struct payload_rig r;

    (void)unused;
    prig_init(&r);
    r.env.is_volatile = true;
    prig_start(&r);
    assert_true(json_is_true(json_object_get(prig_event(&r, "restart"), "volatile")));
    prig_value(&r, SPARK, 1);
    assert_true(json_is_true(json_object_get(prig_event(&r, "raise"), "volatile")));
    prig_telemetry(&r);
    assert_non_null(strstr(r.body, ",\"volatile\":true,\"replay\":false}"));
    prig_active(&r);
    assert_non_null(strstr(r.body, ",\"volatile\":true,\"replay\":false}"));
    prig_status(&r);
    assert_non_null(strstr(r.body, ",\"volatile\":true,\"replay\":false}"));
    prig_offline(&r, NULL);
    assert_non_null(strstr(r.body, "\"volatile\":true"));
    prig_stop(&r);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* As the platform's end would do it, over the ids of `active`. */
static void expect_hash(struct payload_rig *r)
{
    const char *ids[PRIG_POINTS];
    unsigned char sum[EVP_MAX_MD_SIZE];
    char hash[17], wanted[17], text[8192];
    const json_t *entry, *part;
    size_t i, k, n = 0, len = 0;

    prig_active(r);
    json_array_foreach (r->seen, i, part)
        json_array_foreach (json_object_get(json_object_get(part, "body"), "open"), k, entry)
            ids[n++] = prig_text(entry, "alarm_id");
    qsort(ids, n, sizeof ids[0], by_text);
    for (i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s\n", ids[i]);
    assert_int_equal(EVP_Digest(text, len, sum, NULL, EVP_sha256(), NULL), 1);
    for (i = 0; i < 8; i++)
        snprintf(wanted + 2 * i, 3, "%02x", sum[i]);
    payload_open_hash(&r->env, hash);
    assert_string_equal(hash, wanted);
}

/* Ids that number from 9 to 10 and from 99 to 100 sort otherwise as texts. */
static void the_hash_is_that_of_the_sorted_texts_of_the_open_ids(void **unused)
{
    struct payload_rig r;

    (void)unused;
    prig_init(&r);
    r.env.epoch = 9;
    prig_start(&r);
    expect_hash(&r);
    for (int i = 0; i < 60; i++) {
        prig_value(&r, SPARK, 1);
        prig_value(&r, CO_FRONT, i % 7 == 0 ? 30 : 2);
        prig_value(&r, INLET_T, i % 3 == 0 ? 90 : 20);
        prig_sys(&r, SYS_STORE, i % 2 == 0);
        expect_hash(&r);
        prig_value(&r, SPARK, 0);
    }
    prig_stop(&r);
}

static void expect_order(const json_t *body, bool is_numbered)
{
    static const char *const head[] = { "v", "ent", "gw", "epoch", "seq", "ts", "clk", "mono" };
    void *at = json_object_iter((json_t *)(uintptr_t)body), *last = at;

    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        if (!is_numbered && i == 4)
            continue;
        assert_string_equal(json_object_iter_key(at), head[i]);
        at = json_object_iter_next((json_t *)(uintptr_t)body, at);
    }
    for (; at != NULL; at = json_object_iter_next((json_t *)(uintptr_t)body, at))
        last = at;
    assert_string_equal(json_object_iter_key(last), "replay");
}

static void every_message_begins_and_ends_with_the_agreed_keys(void **unused)
{
    struct payload_rig r;

    (void)unused;
    prig_init(&r);
    prig_start(&r);
    expect_order(prig_event(&r, "restart"), true);
    prig_value(&r, SPARK, 1);
    expect_order(prig_event(&r, "raise"), true);
    prig_telemetry(&r);
    expect_order(json_object_get(json_array_get(r.seen, 0), "body"), true);
    prig_ledger(&r, &(struct lost){ TOPIC_ALARM, 2, 4, 2, 6, 0, 0, "power" }, 1);
    expect_order(json_object_get(json_array_get(r.seen, 0), "body"), true);
    prig_active(&r);
    expect_order(json_object_get(json_array_get(r.seen, 0), "body"), false);
    prig_meta(&r);
    expect_order(json_object_get(json_array_get(r.seen, 0), "body"), false);
    prig_status(&r);
    expect_order(json_object_get(json_array_get(r.seen, 0), "body"), false);
    prig_stop(&r);
}

/* A value beyond its range is known to be so: that point is watched. */
static void monitored_says_whether_every_point_is_watched(void **unused)
{
    struct payload_rig r;

    (void)unused;
    prig_init(&r);
    prig_start(&r);
    for (uint32_t i = 0; i < PRIG_USED; i++) {
        assert_false(payload_monitored(r.engine, &r.plant));
        prig_value(&r, i, 1.6);
    }
    assert_true(payload_monitored(r.engine, &r.plant));
    prig_bad(&r, CO_FRONT, Q_OVER_RANGE, 2000);
    assert_true(payload_monitored(r.engine, &r.plant));
    prig_bad(&r, CO_FRONT, Q_SENSOR_FAULT, NAN);
    assert_false(payload_monitored(r.engine, &r.plant));
    prig_value(&r, CO_FRONT, 1);
    prig_miss(&r, BARE, (struct why){ .code = WHY_TIMEOUT }, false);
    assert_false(payload_monitored(r.engine, &r.plant));
    prig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resend_differs_in_replay_alone),
        cmocka_unit_test(a_message_is_marked_volatile_once_before_its_last_key),
        cmocka_unit_test(times_are_those_of_the_calendar),
        cmocka_unit_test(a_fault_names_the_latched_alarm_that_it_has_caught),
        cmocka_unit_test(a_fault_that_has_caught_nothing_says_so_by_silence),
        cmocka_unit_test(a_restart_claims_only_what_it_knows),
        cmocka_unit_test(an_epoch_that_is_not_durable_says_so_on_every_message),
        cmocka_unit_test(the_hash_is_that_of_the_sorted_texts_of_the_open_ids),
        cmocka_unit_test(every_message_begins_and_ends_with_the_agreed_keys),
        cmocka_unit_test(monitored_says_whether_every_point_is_watched),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
