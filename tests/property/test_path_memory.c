/* From the request on the wire to the PUBACK: bus, engine, journal and outboxes
 * as the daemon joins them, on a virtual clock.  After the start nothing on
 * this path allocates, whatever line, disk and brokers do.  Only what a
 * platform says is parsed with memory of its own (downlink.h), off the path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/err.h"
#include "daemon/gateway.h"
#include "daemon/gateway_samples.h"
#include "drivers/bus.h"

#define SLAVES 4
#define VALUES 16 /* four on each unit */
#define LINKS  2
#define POLLS  10000
#define UTC_0  INT64_C(1795413600000)

static unsigned long calls;
static bool counting;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
    calls += counting;
    return __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    calls += counting;
    return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    calls += counting;
    return __real_realloc(p, n);
}

struct world {
    struct plant plant;
    struct bus_conf bus_conf;
    struct unit_conf units[SLAVES];
    struct point_conf points[VALUES];
    char names[VALUES][8];
    struct uplink_conf uplinks[LINKS];
    struct bus *bus;
    struct gateway *gateway;
    int64_t now_us;
    uint8_t reply[300];
    size_t reply_len;
    int64_t reply_us; /* 0: none is on its way */
    int64_t bus_us, gateway_ms;
    uint64_t polls, samples, commits, failed, publishes, alarms, raises, clears, faults, connects;
    uint64_t receipt_seq; /* the last alarm of the first uplink */
    bool is_up[LINKS];
};

static struct world w;

static void make_plant(void)
{
    w.plant = (struct plant){ .site = { .ent = "140521000001", .gw = "01", .zone_min = 480 },
                              .telemetry_every_ms = 1000,
                              .buses = &w.bus_conf,
                              .n_buses = 1,
                              .units = w.units,
                              .n_units = SLAVES,
                              .points = w.points,
                              .n_points = VALUES,
                              .uplinks = w.uplinks,
                              .n_uplinks = LINKS };
    w.bus_conf = (struct bus_conf){
        .name = "plc", .kind = BUS_TCP, .host = "127.0.0.1", .timeout_ms = 50, .late_guard_ms = 3000
    };
    w.uplinks[0] = (struct uplink_conf){ .name = "county", .receipts = true };
    w.uplinks[1] = (struct uplink_conf){ .name = "city" };
    for (uint32_t i = 0; i < SLAVES; i++)
        w.units[i] = (struct unit_conf){ .unit_id = (uint8_t)(i + 1), .every_ms = 100 };
    for (uint32_t i = 0; i < VALUES; i++) {
        snprintf(w.names[i], sizeof w.names[i], "p%u", i);
        w.points[i] = (struct point_conf){
            .id = w.names[i],
            .label.zh = "一氧化碳",
            .area = PLANT_NONE,
            .unit = i / 4,
            .every_ms = 100,
            .read = { .fc = 3,
                      .address = (uint16_t)(i % 4),
                      .type = TYPE_U16,
                      .scale = 0.1,
                      .decimals = 1 },
            .has_range = true,
            .range_high = 1000,
            .limits[LEVEL_H] = { .set = true,
                                 .at = 24,
                                 .clear = 20,
                                 .priority = 2,
                                 .basis = "GB 6222-2005 4.10",
                                 .act.zh = "撤离" },
            .limits[LEVEL_HH] = { .set = true,
                                  .at = 160,
                                  .clear = 140,
                                  .after_ms = 200,
                                  .clear_after_ms = 300,
                                  .priority = 1 },
        };
    }
}

/* --- the plant: values that cross every limit, a unit that dies, a range that
 * is left --- */

static uint16_t raw(uint8_t unit, uint16_t address)
{
    static const uint16_t steps[] = { 80, 80, 300, 1800, 300, 80, 65535, 80 };
    int64_t phase = w.now_us / 700000 + unit * 3 + address;

    return steps[(size_t)phase % (sizeof steps / sizeof steps[0])];
}

static bool is_dead(uint8_t unit)
{
    return unit == 3 && w.now_us / 5000000 % 3 == 1;
}

static void ask_plant(const uint8_t *q, size_t n)
{
    uint16_t address = (uint16_t)(q[8] << 8 | q[9]), count = (uint16_t)(q[10] << 8 | q[11]);

    assert_int_equal(n, 12);
    w.polls++;
    if (is_dead(q[6]) || w.polls % 97 == 0)
        return;
    memcpy(w.reply, q, 8);
    w.reply[5] = (uint8_t)(3 + 2 * count);
    w.reply[8] = (uint8_t)(2 * count);
    for (uint16_t i = 0; i < count; i++) {
        uint16_t v = raw(q[6], (uint16_t)(address + i));
        w.reply[9 + 2 * i] = (uint8_t)(v >> 8);
        w.reply[10 + 2 * i] = (uint8_t)v;
    }
    w.reply_len = 9 + 2 * (size_t)count;
    w.reply_us = w.now_us + 900;
    if (w.polls % 89 == 0)
        w.reply[3] = 7; /* a wrong protocol id: refused and counted */
}

static struct stamp now(void)
{
    return (struct stamp){ w.now_us / 1000, UTC_0 + w.now_us / 1000 };
}

static void run_bus(void)
{
    struct bus_action a;

    for (bus_next(w.bus, w.now_us, &a); a.what != BUS_SLEEP; bus_next(w.bus, w.now_us, &a)) {
        if (a.what == BUS_CONNECT) {
            bus_up(w.bus, w.now_us);
        } else if (a.what == BUS_SEND) {
            ask_plant(a.bytes, a.len);
        } else if (a.what == BUS_SAMPLE) {
            w.samples++;
            gateway_sample(w.gateway, &a.sample, now());
        }
    }
    w.bus_us = a.until_us;
}

/* --- the disk and the brokers --- */

static bool disk_fails(void)
{
    return w.now_us / 1000000 % 20 == 7;
}

static bool broker_is_away(uint32_t uplink)
{
    return w.now_us / 1000000 % 15 == (uplink == 0 ? 4 : 9);
}

static void connect_link(uint32_t uplink)
{
    w.connects++;
    w.is_up[uplink] = !broker_is_away(uplink);
    if (w.is_up[uplink])
        gateway_up(w.gateway, uplink, now());
    else
        gateway_down(w.gateway, uplink, false, now());
}

static bool has(const struct gateway_action *a, const char *text)
{
    return memmem(a->body, a->len, text, strlen(text)) != NULL;
}

static void count_publish(const struct gateway_action *a)
{
    w.publishes++;
    if (strstr(a->topic, "/alarm") == NULL || a->uplink != 0)
        return;
    w.alarms++;
    w.raises += has(a, "\"ev\":\"raise\"");
    w.clears += has(a, "\"ev\":\"clear\"");
    w.faults += has(a, "\"ev\":\"fault_raise\"");
    const char *seq = memmem(a->body, a->len, "\"seq\":", 6);
    w.receipt_seq = strtoull(seq + 6, NULL, 10);
}

static void carry(const struct gateway_action *a)
{
    switch (a->what) {
    case GW_SLEEP:
        break;
    case GW_COMMIT:
        w.commits++;
        w.failed += disk_fails();
        gateway_committed(w.gateway, a->batch, disk_fails() ? RG_EIO : RG_OK, now());
        break;
    case GW_RECORD:
        gateway_samples_written(w.gateway, disk_fails() ? RG_EIO : RG_OK, now());
        break;
    case GW_FETCH:
        a->fetch->n = 0;
        a->fetch->more = false;
        a->fetch->err = RG_OK;
        gateway_fetched(w.gateway, a->uplink, a->fetch, now());
        break;
    case GW_CONNECT:
        connect_link(a->uplink);
        break;
    case GW_DISCONNECT:
        w.is_up[a->uplink] = false;
        break;
    case GW_PUBLISH:
        count_publish(a);
        gateway_puback(w.gateway, a->uplink, a->token, true, now());
        break;
    }
}

static void lose_links(void)
{
    for (uint32_t i = 0; i < LINKS; i++)
        if (w.is_up[i] && broker_is_away(i)) {
            w.is_up[i] = false;
            gateway_down(w.gateway, i, false, now());
        }
}

static void run_gateway(void)
{
    struct gateway_action a;

    lose_links();
    gateway_tick(w.gateway, true, now());
    for (gateway_next(w.gateway, now(), &a); a.what != GW_SLEEP; gateway_next(w.gateway, now(), &a))
        carry(&a);
    w.gateway_ms = a.until_ms;
}

/* Off the path, and so not counted. */
static void give_receipt(void)
{
    static uint64_t given;
    char body[96];

    if (w.receipt_seq == given)
        return;
    given = w.receipt_seq;
    counting = false;
    int n = snprintf(body, sizeof body, "{\"v\":1,\"topic\":\"alarm\",\"epoch\":1,\"upto\":%llu}",
                     (unsigned long long)given);
    gateway_downlink(w.gateway, 0, "riskgw/v1/140521000001/01/down/receipt", body, (size_t)n,
                     now());
    counting = true;
}

static void advance(void)
{
    int64_t next_us = w.now_us + 50000; /* brokers come and go by the clock */

    if (w.reply_us > 0 && w.reply_us < next_us)
        next_us = w.reply_us;
    if (w.bus_us < next_us)
        next_us = w.bus_us;
    if (w.gateway_ms < INT64_MAX / 1000 && w.gateway_ms * 1000 < next_us)
        next_us = w.gateway_ms * 1000;
    w.now_us = next_us > w.now_us ? next_us : w.now_us + 1;
    if (w.reply_us > 0 && w.reply_us <= w.now_us) {
        w.reply_us = 0;
        bus_input(w.bus, w.reply, w.reply_len, w.now_us);
    }
}

static void nothing_between_the_wire_and_the_puback_allocates(void **unused)
{
    static const struct store_prev prev = { .first = true };
    struct gateway_conf c = { .plant = &w.plant,
                              .epoch = 1,
                              .version = "test",
                              .install = "0123456789abcdef",
                              .config = "0123456789abcdef",
                              .start_reason = "first",
                              .prev = &prev,
                              .next_id = 1 };

    (void)unused;
    make_plant();
    counting = true;
    assert_int_equal(bus_new(&w.bus, &w.plant, 0, 0, 1), RG_OK);
    assert_int_equal(gateway_new(&w.gateway, &c, now()), RG_OK);
    assert_true(calls > 10); /* the counter counts */
    calls = 0;
    gateway_begin(w.gateway, now());
    while (w.polls < POLLS) {
        run_bus();
        run_gateway();
        give_receipt();
        advance();
    }
    counting = false;
    print_message(
        "%llu polls, %llu samples, %llu commits (%llu failed), %llu publishes, %llu alarm "
        "messages (%llu raises, %llu clears, %llu faults), %llu connects: %lu allocations\n",
        (unsigned long long)w.polls, (unsigned long long)w.samples, (unsigned long long)w.commits,
        (unsigned long long)w.failed, (unsigned long long)w.publishes, (unsigned long long)w.alarms,
        (unsigned long long)w.raises, (unsigned long long)w.clears, (unsigned long long)w.faults,
        (unsigned long long)w.connects, calls);
    assert_int_equal(calls, 0);
    assert_true(w.raises > 100 && w.clears > 100 && w.faults > 10 && w.failed > 10);
    assert_true(w.connects > 4);
    gateway_free(w.gateway);
    bus_free(w.bus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_between_the_wire_and_the_puback_allocates),
    };

    return cmocka_run_group_tests_name("path_memory", tests, NULL, NULL);
}
