/* A lack of memory is said and leaves nothing behind; and after
 * gateway_begin() the way of a sample to a message allocates nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "config/err.h"
#include "daemon/downlink.h"
#include "daemon/gateway.h"
#include "daemon/gateway_samples.h"
#include "daemon/journal.h"

static unsigned calls, fail_at; /* fail_at 0: none fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static bool must_fail(void)
{
    return ++calls == fail_at;
}

void *__wrap_malloc(size_t size)
{
    return must_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return must_fail() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return must_fail() ? NULL : __real_realloc(p, size);
}

/* jansson comes from a library and is asked in its own way. */
static void *json_malloc_or_not(size_t size)
{
    return must_fail() ? NULL : __real_malloc(size);
}

/* --- a small plant --- */

static struct bus_conf bus = { .name = "b" };
static struct unit_conf unit = { .unit_id = 1, .every_ms = 1000 };
static struct point_conf points[40];
static struct uplink_conf uplinks[2] = { { .name = "u", .receipts = true }, { .name = "w" } };
static struct plant plant = { .site = { .ent = "e", .gw = "1" },
                              .telemetry_every_ms = 1000,
                              .buses = &bus,
                              .n_buses = 1,
                              .units = &unit,
                              .n_units = 1,
                              .points = points,
                              .n_points = 40,
                              .uplinks = uplinks,
                              .n_uplinks = 2 };
static int64_t now_ms;

static struct stamp now(void)
{
    return (struct stamp){ now_ms, 1795413600000 + now_ms };
}

static int make(struct gateway **g)
{
    static char ids[40][8];
    struct store_prev prev = { .first = true };
    struct gateway_conf c = { .plant = &plant,
                              .epoch = 1,
                              .version = "0",
                              .install = "0",
                              .config = "0",
                              .start_reason = "first",
                              .prev = &prev,
                              .next_id = 1 };

    for (size_t i = 0; i < plant.n_points; i++) {
        snprintf(ids[i], sizeof ids[i], "p%zu", i);
        points[i] = (struct point_conf){ .id = ids[i],
                                         .area = PLANT_NONE,
                                         .every_ms = 1000,
                                         .limits[LEVEL_H] = {
                                             .set = true, .at = 100, .clear = 90, .priority = 2 } };
    }
    return gateway_new(g, &c, now());
}

/* --- N-th failure --- */

static void a_gateway_is_made_whole_or_not_at_all(void **unused)
{
    struct gateway *g = NULL;
    unsigned n = 0;

    (void)unused;
    for (;;) {
        calls = 0;
        fail_at = ++n;
        if (make(&g) == RG_OK)
            break;
        assert_null(g);
    }
    fail_at = 0;
    assert_true(n > 8); /* it has more than a few parts */
    gateway_free(g);
    gateway_free(NULL);
}

static void each_part_says_that_memory_ran_out(void **unused)
{
    struct outbox_conf conf = { .receipts = true };
    struct message_pool *pool = NULL;
    struct journal *j = NULL;
    struct outbox *o = NULL;

    (void)unused;
    for (fail_at = 1; fail_at <= 2; fail_at++) {
        calls = 0;
        assert_int_equal(message_pool_new(&pool, 8), RG_ENOMEM);
        assert_null(pool);
    }
    fail_at = 0;
    assert_int_equal(message_pool_new(&pool, 8), RG_OK);
    for (fail_at = 1; fail_at <= 3; fail_at++) {
        calls = 0;
        assert_int_equal(journal_new(&j, pool, 4), RG_ENOMEM);
        assert_null(j);
        calls = 0;
        assert_int_equal(outbox_new(&o, &conf, pool, 0), RG_ENOMEM);
        assert_null(o);
    }
    fail_at = 0;
    message_pool_free(pool);
}

static void a_document_that_has_no_room_is_an_error(void **unused)
{
    struct gateway *g;

    (void)unused;
    assert_int_equal(make(&g), RG_OK);
    gateway_begin(g, now());
    for (fail_at = 1; fail_at <= 2; fail_at++) {
        struct buffer b = { NULL, 0, 0 };
        int err;

        calls = 0;
        err = gateway_json_alarms(g, true, &b, now()); /* two sizes are tried */
        assert_int_equal(err, calls >= fail_at ? RG_ENOMEM : RG_OK);
        free(b.text);
    }
    fail_at = 0;
    gateway_free(g);
}

static void a_receipt_without_memory_is_no_receipt(void **unused)
{
    static const char body[] = "{\"v\":1,\"topic\":\"alarm\",\"epoch\":3,\"seqs\":[9,10]}";
    static struct downlink d;
    unsigned n = 0;

    (void)unused;
    json_set_alloc_funcs(json_malloc_or_not, free);
    for (;;) {
        calls = 0;
        fail_at = ++n;
        memset(&d, 0, sizeof d);
        if (downlink_parse(&d, "receipt", body, sizeof body - 1) == RG_OK)
            break;
        assert_int_equal(d.n_seqs, 0);
    }
    fail_at = 0;
    assert_true(n > 5);
    assert_int_equal(d.n_seqs, 2);
    json_set_alloc_funcs(malloc, free);
}

/* --- the path --- */

static uint64_t published, committed;

/* A disk and brokers that answer at once. */
static void serve(struct gateway *g)
{
    struct gateway_action a;

    for (gateway_next(g, now(), &a); a.what != GW_SLEEP; gateway_next(g, now(), &a)) {
        switch (a.what) {
        case GW_SLEEP:
        case GW_DISCONNECT:
            break;
        case GW_COMMIT:
            committed += a.batch->n_records;
            gateway_committed(g, a.batch, RG_OK, now());
            break;
        case GW_RECORD:
            gateway_samples_written(g, RG_OK, now());
            break;
        case GW_FETCH:
            a.fetch->n = 0;
            gateway_fetched(g, a.uplink, a.fetch, now());
            break;
        case GW_CONNECT:
            gateway_up(g, a.uplink, now());
            break;
        case GW_PUBLISH:
            published++;
            gateway_puback(g, a.uplink, a.token, true, now());
            break;
        }
    }
}

static void sample(struct gateway *g, uint32_t point, double val)
{
    struct sample s = {
        .point = point, .alive = true, .q = Q_GOOD, .val = val, .why.code = WHY_NONE
    };

    gateway_sample(g, &s, now());
}

/* Receipts need none of it: without them the messages go back to the store. */
static void ten_thousand_polls_with_alarms_allocate_nothing(void **unused)
{
    struct gateway *g;

    (void)unused;
    assert_int_equal(make(&g), RG_OK);
    gateway_begin(g, now());
    calls = 0;
    for (int i = 0; i < 10000; i++) {
        now_ms += 25;
        sample(g, (uint32_t)i % 40, i / 40 % 7 == 0 ? 150 : 10);
        if (i % 400 == 0)
            gateway_ack(g, "p0/H", "op", "", now());
        if (i % 3000 == 2999)
            gateway_down(g, 0, false, now());
        gateway_tick(g, true, now());
        serve(g);
    }
    assert_int_equal(calls, 0);
    assert_true(published > 4000 && committed > 2000);
    print_message("%ju messages published, %ju records, 0 allocations\n", (uintmax_t)published,
                  (uintmax_t)committed);
    gateway_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gateway_is_made_whole_or_not_at_all),
        cmocka_unit_test(each_part_says_that_memory_ran_out),
        cmocka_unit_test(a_document_that_has_no_room_is_an_error),
        cmocka_unit_test(a_receipt_without_memory_is_no_receipt),
        cmocka_unit_test(ten_thousand_polls_with_alarms_allocate_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
