/* After bus_new() nothing allocates, whatever the line does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "config/err.h"
#include "tests/unit/bus_rig.h"

#define POLLS 10000

static unsigned long calls;
static unsigned long fail_at; /* this call finds no memory; 0: none */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static bool has_memory(void)
{
    return ++calls != fail_at;
}

void *__wrap_malloc(size_t n)
{
    return has_memory() ? __real_malloc(n) : NULL;
}

void *__wrap_calloc(size_t n, size_t size)
{
    return has_memory() ? __real_calloc(n, size) : NULL;
}

void *__wrap_realloc(void *p, size_t n)
{
    return has_memory() ? __real_realloc(p, n) : NULL;
}

static struct bus_rig r;

/* Every tenth reply is lost, late, refused or spoilt, or the line goes down. */
static void answer(struct bus_rig *rig, const struct request *q, const uint8_t *honest, size_t n)
{
    static const uint8_t noise[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    uint8_t f[FRAME_MAX];

    switch (rig->sends % 50) {
    case 0:
        break;
    case 10:
        bus_rig_deliver(rig, 800 * RIG_MS, honest, n);
        break;
    case 20:
        bus_rig_deliver(rig, RIG_MS, f, bus_rig_exception(rig, q, 2, f));
        break;
    case 30:
        bus_rig_deliver(rig, RIG_MS, noise, sizeof noise);
        break;
    case 40:
        bus_rig_hang_up(rig, RIG_MS);
        break;
    default:
        bus_rig_answers(rig, q, honest, n);
        break;
    }
}

static void build(enum bus_kind kind)
{
    bus_rig_init(&r, kind);
    for (uint8_t id = 1; id <= 5; id++) {
        uint32_t unit = bus_rig_unit(&r, id);
        for (uint16_t k = 0; k < 3; k++)
            bus_rig_point(&r, unit, (uint16_t)(k * 10), 2000);
    }
    r.answer = answer;
}

static void ten_thousand_polls_allocate_nothing(void **unused)
{
    (void)unused;
    for (int kind = BUS_TCP; kind < BUS_KINDS; kind++) {
        struct unit_stats stats;
        build((enum bus_kind)kind);
        bus_rig_start(&r, 7);
        unsigned long before = calls;
        while (r.seen[0].samples < POLLS / 15 + 1) {
            bus_rig_run(&r, r.now_us + RIG_S);
            bus_unit_stats(r.bus, 0, &stats);
            bus_use_pct(r.bus, r.now_us);
        }
        assert_int_equal(calls - before, 0);
        assert_true(stats.good > 0);
        bus_rig_stop(&r);
    }
}

static void without_memory_there_is_no_bus_and_no_leak(void **unused)
{
    (void)unused;
    build(BUS_RTU);
    for (fail_at = 1;; fail_at++) {
        calls = 0;
        int err = bus_new(&r.bus, &r.plant, 0, 0, 1);
        if (err == RG_OK)
            break;
        assert_int_equal(err, RG_ENOMEM);
        assert_null(r.bus);
    }
    assert_true(fail_at > 3);
    fail_at = 0;
    bus_rig_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_polls_allocate_nothing),
        cmocka_unit_test(without_memory_there_is_no_bus_and_no_leak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
