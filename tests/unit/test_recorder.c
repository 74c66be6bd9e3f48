/* Which samples are written: each point's own, and all of them around an alarm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/err.h"
#include "daemon/recorder.h"
#include "daemon/ring.h"

#define POINTS 4
#define S      1000

struct rig {
    struct plant plant;
    struct point_conf points[POINTS];
    struct recorder *r;
    int64_t now_ms;
    struct sample_row got[20000]; /* written, in order */
    size_t n;
    struct incident incidents[8];
    size_t n_incidents;
    uint64_t lost;
    bool fails;
};

static const char *const ids[] = { "a", "b", "c", "d" };

/* a and b lie in area 0, c in area 1, d in none. */
static struct rig *rig_new(int64_t ring_bytes)
{
    struct rig *g = calloc(1, sizeof *g);

    assert_non_null(g);
    for (uint32_t i = 0; i < POINTS; i++)
        g->points[i] = (struct point_conf){
            .id = ids[i],
            .area = i < 2    ? 0
                    : i == 2 ? 1
                             : PLANT_NONE,
            .every_ms = S,
            .record = { .every_ms = 60 * S, .deadband = 5 },
        };
    g->plant = (struct plant){ .points = g->points, .n_points = POINTS, .ring_bytes = ring_bytes };
    assert_int_equal(recorder_new(&g->r, &g->plant, 7, NULL), RG_OK);
    return g;
}

static void rig_free(struct rig *g)
{
    recorder_free(g->r);
    free(g);
}

static void take(struct rig *g, const struct sample_batch *b)
{
    memcpy(g->got + g->n, b->rows, b->n * sizeof b->rows[0]);
    g->n += b->n;
    memcpy(g->incidents + g->n_incidents, b->incidents, b->n_incidents * sizeof b->incidents[0]);
    g->n_incidents += b->n_incidents;
    g->lost += b->lost;
}

static void carry(struct rig *g)
{
    struct stamp now = { .mono_ms = g->now_ms, .utc_ms = 1000000 + g->now_ms };
    struct sample_batch *b;
    int64_t until_ms;

    while ((b = recorder_next(g->r, now, true, &until_ms)) != NULL) {
        if (!g->fails)
            take(g, b);
        recorder_written(g->r, g->fails ? RG_EIO : RG_OK, g->now_ms);
    }
    assert_true(until_ms > g->now_ms);
}

static void put(struct rig *g, uint32_t point, double val)
{
    const struct sample_row row = {
        .t_ms = g->now_ms, .point = point, .q = Q_GOOD, .has_val = true, .val = val
    };

    recorder_put(g->r, &row);
}

/* A second for each turn: every point has its value. */
static void poll(struct rig *g, double val, int64_t until_ms)
{
    while (g->now_ms < until_ms) {
        g->now_ms += S;
        for (uint32_t i = 0; i < POINTS; i++)
            put(g, i, val);
        carry(g);
    }
}

static void rise(struct rig *g, uint32_t point, uint64_t seq)
{
    const struct incident x = { .id = { 7, seq },
                                .t_ms = g->now_ms,
                                .points = { point },
                                .n = 1,
                                .area = g->points[point].area };

    recorder_raise(g->r, &x);
}

static size_t count(const struct rig *g, uint32_t point, int64_t from_ms, int64_t to_ms)
{
    size_t n = 0;

    for (size_t i = 0; i < g->n; i++)
        n += g->got[i].point == point && g->got[i].t_ms >= from_ms && g->got[i].t_ms <= to_ms;
    return n;
}

static void a_calm_point_is_kept_once_a_minute(void **unused)
{
    struct rig *g = rig_new(4000000);

    (void)unused;
    poll(g, 20, 600 * S);
    assert_int_equal(count(g, 0, 0, 600 * S), 10);
    rig_free(g);
}

static void a_change_beyond_the_deadband_is_kept_at_once(void **unused)
{
    struct rig *g = rig_new(4000000);

    (void)unused;
    poll(g, 20, 10 * S);
    poll(g, 24.9, 20 * S); /* within 5 of the one kept last */
    poll(g, 25, 30 * S);
    poll(g, 25, 130 * S);
    assert_int_equal(count(g, 0, 2 * S, 20 * S), 0);
    assert_int_equal(count(g, 0, 21 * S, 21 * S), 1);
    rig_free(g);
}

static void each_change_of_quality_is_kept(void **unused)
{
    struct rig *g = rig_new(4000000);
    struct sample_row row = { .point = 0, .q = Q_STALE, .why = { WHY_TIMEOUT, 0 } };

    (void)unused;
    poll(g, 20, 10 * S);
    for (int i = 0; i < 5; i++) {
        row.t_ms = g->now_ms += S;
        row.why.code = i < 3 ? WHY_TIMEOUT : WHY_CRC;
        recorder_put(g->r, &row);
    }
    poll(g, 20, 130 * S);
    assert_int_equal(count(g, 0, 11 * S, 15 * S), 2);
    assert_int_equal(count(g, 0, 16 * S, 16 * S), 1);
    rig_free(g);
}

static void record_all_keeps_every_sample(void **unused)
{
    struct rig *g = rig_new(4000000);

    (void)unused;
    recorder_free(g->r);
    g->points[3].record.all = true;
    assert_int_equal(recorder_new(&g->r, &g->plant, 7, NULL), RG_OK);
    poll(g, 20, 300 * S);
    assert_int_equal(count(g, 3, 0, 300 * S), 300);
    assert_int_equal(count(g, 2, 0, 300 * S), 5);
    rig_free(g);
}

static void an_alarm_has_five_minutes_on_both_sides_of_its_area(void **unused)
{
    struct rig *g = rig_new(4000000);

    (void)unused;
    poll(g, 20, 1000 * S);
    rise(g, 0, 3);
    carry(g);
    poll(g, 20, 1002 * S);
    assert_int_equal(count(g, 0, 700 * S, 1000 * S), 301); /* before the minute is over */
    poll(g, 20, 1500 * S);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(count(g, i, 700 * S, 1300 * S), 601);
        assert_true(count(g, i, 1301 * S, 1500 * S) < 5);
    }
    assert_true(count(g, 2, 700 * S, 1300 * S) < 13);
    assert_true(count(g, 3, 700 * S, 1300 * S) < 13);
    assert_int_equal(g->n_incidents, 1);
    assert_int_equal(g->incidents[0].id.seq, 3);
    rig_free(g);
}

static void what_two_alarms_want_is_written_once(void **unused)
{
    struct rig *g = rig_new(4000000);

    (void)unused;
    poll(g, 20, 1000 * S);
    rise(g, 0, 3);
    carry(g);
    poll(g, 20, 1100 * S);
    rise(g, 1, 4);
    carry(g);
    poll(g, 20, 1700 * S);
    rise(g, 1, 5); /* after both ended */
    carry(g);
    poll(g, 20, 2300 * S);
    for (int64_t t = 700 * S; t <= 2000 * S; t += S)
        assert_int_equal(count(g, 0, t, t), 1);
    rig_free(g);
}

static void while_the_disk_fails_nothing_is_written_twice_or_lost(void **unused)
{
    struct rig *g = rig_new(4000000);

    (void)unused;
    poll(g, 20, 100 * S);
    g->fails = true;
    poll(g, 20, 1000 * S);
    g->fails = false;
    poll(g, 20, 1200 * S);
    for (int64_t t = S; t <= 1140 * S; t += 60 * S)
        assert_int_equal(count(g, 0, t, t), 1);
    assert_int_equal(g->lost, 0);
    rig_free(g);
}

static void what_a_full_ring_loses_is_counted(void **unused)
{
    struct rig *g = rig_new(64 * 16);
    size_t kept = 0;

    (void)unused;
    g->fails = true;
    for (int i = 0; i < 1000; i++, kept += POINTS) {
        g->now_ms += S;
        for (uint32_t k = 0; k < POINTS; k++)
            put(g, k, i % 2 * 100.0);
        carry(g);
    }
    g->fails = false;
    poll(g, 20, g->now_ms + 200 * S);
    assert_true(g->lost > 0);
    assert_true(g->n + g->lost >= kept);
    rig_free(g);
}

static void a_short_ring_gives_what_it_has(void **unused)
{
    struct rig *g = rig_new(100 * POINTS * 16); /* 100 s */

    (void)unused;
    poll(g, 20, 1000 * S);
    assert_int_equal(ring_reach_ms(&g->plant), 100 * S);
    rise(g, 0, 3);
    carry(g);
    poll(g, 20, 1010 * S);
    assert_true(count(g, 0, 700 * S, 1000 * S) >= 98);
    rig_free(g);
}

static void a_reload_keeps_the_black_box_by_name(void **unused)
{
    struct rig *g = rig_new(4000000);
    struct point_conf turned[2] = { g->points[1], g->points[0] }; /* c and d are gone */
    struct plant next = { .points = turned, .n_points = 2, .ring_bytes = 4000000 };
    struct recorder *r;

    (void)unused;
    poll(g, 20, 1000 * S);
    assert_int_equal(recorder_new(&r, &next, 7, g->r), RG_OK);
    recorder_adopt(r, g->r, g->now_ms);
    recorder_free(g->r);
    g->r = r;
    rise(g, 1, 3);
    g->n = 0;
    carry(g);
    g->now_ms += 2 * S;
    carry(g);
    assert_true(count(g, 1, 700 * S, 1000 * S) > 290); /* a, under its new number */
    assert_true(count(g, 2, 940 * S, 1000 * S) <= 1);
    rig_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_calm_point_is_kept_once_a_minute),
        cmocka_unit_test(a_change_beyond_the_deadband_is_kept_at_once),
        cmocka_unit_test(each_change_of_quality_is_kept),
        cmocka_unit_test(record_all_keeps_every_sample),
        cmocka_unit_test(an_alarm_has_five_minutes_on_both_sides_of_its_area),
        cmocka_unit_test(what_two_alarms_want_is_written_once),
        cmocka_unit_test(while_the_disk_fails_nothing_is_written_twice_or_lost),
        cmocka_unit_test(what_a_full_ring_loses_is_counted),
        cmocka_unit_test(a_short_ring_gives_what_it_has),
        cmocka_unit_test(a_reload_keeps_the_black_box_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
