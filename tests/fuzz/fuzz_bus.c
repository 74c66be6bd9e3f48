/* Bytes as a line: time that passes, bytes that come, a link that goes, honest
 * replies between them.  The bus always goes to sleep, wakes later, and tells
 * samples that make sense. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/bus.h"
#include "drivers/frame.h"

#define MOST_STEPS 10000 /* of one pull: more means that it never sleeps */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static struct bus_conf conf;
static struct unit_conf units[3];
static struct point_conf points[9];
static struct plant plant = {
    .buses = &conf, .n_buses = 1, .units = units, .n_units = 3, .points = points, .n_points = 9
};
static struct bus *bus;
static int64_t now_us;
static uint8_t asked[FRAME_MAX];
static size_t n_asked;

static void demand(int holds)
{
    if (!holds)
        abort();
}

static void build(uint8_t options)
{
    conf = (struct bus_conf){ .name = "b",
                              .kind = (enum bus_kind)(options % BUS_KINDS),
                              .baud = 9600,
                              .data_bits = 8,
                              .parity = 'N',
                              .stop_bits = 1,
                              .timeout_ms = 200,
                              .late_guard_ms = 3000,
                              .retries = options >> 1 & 3 };
    for (uint32_t i = 0; i < 9; i++) {
        units[i / 3] = (struct unit_conf){ .unit_id = (uint8_t)(1 + i / 3), .every_ms = 100 };
        points[i] =
            (struct point_conf){ .id = "p", .unit = i / 3, .every_ms = 100 + 400 * (i % 2) };
        points[i].read = (struct read_conf){ .fc = (uint8_t)(1 + i % 4),
                                             .address = (uint16_t)(i * 10),
                                             .type = i % 4 < 2 ? TYPE_BIT : TYPE_F32,
                                             .scale = 1 };
    }
    demand(bus_new(&bus, &plant, 0, now_us, options) == 0);
}

static void check(const struct sample *s)
{
    demand(s->point < 9);
    demand(s->kind == SAMPLE_VALUE || isnan(s->val));
    demand((s->kind == SAMPLE_MISS) == (s->q == Q_STALE));
    demand(s->q != Q_GOOD || isfinite(s->val));
    demand(s->kind != SAMPLE_VALUE || s->alive);
}

static void connect_to(uint8_t how)
{
    if (how % 8 == 0)
        bus_down(bus, now_us);
    else if (how % 8 != 1) /* else it hangs */
        bus_up(bus, now_us);
}

static int64_t pull(uint8_t how)
{
    struct bus_action a;

    for (unsigned steps = 0; steps < MOST_STEPS; steps++) {
        bus_next(bus, now_us, &a);
        if (a.what == BUS_SLEEP) {
            demand(a.until_us > now_us);
            return a.until_us;
        }
        if (a.what == BUS_SAMPLE) {
            check(&a.sample);
        } else if (a.what == BUS_CONNECT) {
            connect_to(how);
        } else if (a.what == BUS_SEND) {
            demand(a.len <= sizeof asked && a.len >= 8);
            memcpy(asked, a.bytes, a.len);
            n_asked = a.len;
        }
    }
    demand(0);
    return 0;
}

/* The answer to the last request, one byte of it bent unless `bend` is 0. */
static void answer(uint8_t at, uint8_t bend)
{
    const uint8_t *q = conf.kind != BUS_TCP ? asked : asked + 6;
    uint8_t f[FRAME_MAX] = { 0 };
    size_t head = conf.kind != BUS_TCP ? 0 : 6;

    if (n_asked == 0)
        return;
    unsigned count = (unsigned)(q[4] << 8 | q[5]);
    size_t values = q[1] <= 2 ? (count + 7) / 8 : 2 * count;
    memcpy(f, asked, head);
    f[head] = q[0];
    f[head + 1] = q[1];
    f[head + 2] = (uint8_t)values;
    size_t n = head + 3 + values;
    if (head > 0)
        f[5] = (uint8_t)(3 + values);
    f[at % n] ^= bend;
    if (head == 0) {
        uint16_t crc = crc16(f, n);
        f[n++] = (uint8_t)crc;
        f[n++] = (uint8_t)(crc >> 8);
    }
    bus_input(bus, f, n, now_us);
}

static size_t step(const uint8_t *b, size_t n, int64_t wake_us)
{
    size_t some = n > 2 ? (size_t)b[1] % (n - 2) : 0;

    switch (b[0] % 6) {
    case 0:
        now_us = wake_us < now_us + 600000000 ? wake_us : now_us + 600000000;
        return 2;
    case 1:
        now_us += b[1];
        return 2;
    case 2:
        now_us += 1000 * b[1];
        return 2;
    case 3:
        bus_input(bus, b + 2, some, now_us);
        return 2 + some;
    case 4:
        answer(b[1], n > 2 ? b[2] : 0);
        return 3;
    default:
        if (b[1] % 16 == 0)
            bus_down(bus, now_us);
        return 2;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len < 2)
        return 0;
    now_us = 0;
    n_asked = 0;
    build(bytes[0]);
    for (size_t at = 1; at + 2 <= len;) {
        int64_t wake_us = pull(bytes[at]);
        at += step(bytes + at, len - at, wake_us);
    }
    pull(2);
    struct unit_stats s;
    for (size_t i = 0; i < bus_units(bus); i++)
        bus_unit_stats(bus, i, &s);
    double use = bus_use_pct(bus, now_us);
    demand(use >= 0 && use <= 100.001);
    bus_free(bus);
    return 0;
}
