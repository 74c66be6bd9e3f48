/* A day of a CO point near its limit, one sample a second, made from a seed:
 * what deadband and off-delay save, and that no true alarm comes later for it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rules_rig.h"

#define DAY_S    86400
#define LIMIT    24.0
#define RELEASES 12 /* true alarms of the day, each two hours apart */
#define RISE_S   60
#define STAYS_S  300

static uint64_t state;

/* xorshift64*, then the sum of twelve uniform numbers as a normal one. */
static double uniform(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (double)((state * 2685821657736338717u) >> 11) / 9007199254740992.0;
}

static double normal(void)
{
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += uniform();
    return sum;
}

static int release_at(int i)
{
    return i * 7200 + 3600;
}

/* Quiet around a release, near the limit for a quarter of an hour in between. */
static void make_day(double *day, uint64_t seed)
{
    double drift = 0;

    state = seed;
    for (int t = 0; t < DAY_S; t++) {
        int phase = t % 7200;
        bool is_near = phase < 450 || phase >= 6750;
        int since = phase - 3600;
        drift = 0.9995 * drift + 0.012 * normal();
        day[t] = (is_near ? 23.8 : 8) + drift + 0.4 * normal();
        if (since >= 0 && since < RISE_S + STAYS_S)
            day[t] += since < RISE_S ? since : RISE_S;
        day[t] = round(day[t] * 10) / 10;
    }
}

struct outcome {
    unsigned raises;
    int latency_s[RELEASES]; /* from the first sample at the limit */
};

static void drain(struct rig *r, struct outcome *o, int t)
{
    struct event ev;

    while (engine_take(r->engine, &ev)) {
        if (ev.type != EV_RAISE)
            continue;
        o->raises++;
        int i = t / 7200;
        if (o->latency_s[i] < 0 && t >= release_at(i))
            o->latency_s[i] = t - release_at(i);
    }
}

static void live(const double *day, double deadband, int64_t clear_after_ms, struct outcome *o)
{
    static struct rig r;

    memset(&r, 0, sizeof r);
    rig_bus(&r, "b");
    rig_unit(&r, 0, 1);
    rig_point(&r, "a", 0, 1000);
    rig_limit(&r, 0, LEVEL_H, (struct rig_limit){ LIMIT, 0, clear_after_ms, false });
    r.points[0].limits[LEVEL_H].clear = LIMIT - deadband;
    rig_start(&r);
    *o = (struct outcome){ 0 };
    for (int i = 0; i < RELEASES; i++)
        o->latency_s[i] = -1;
    for (int t = 0; t < DAY_S; t++) {
        struct sample s = { .alive = true, .val = day[t], .why.code = WHY_NONE };
        r.now_ms = 1000 * (int64_t)t;
        engine_sample(r.engine, &s, rig_now(&r));
        engine_tick(r.engine, rig_now(&r));
        drain(&r, o, t);
    }
    rig_stop(&r);
}

static void deadband_and_off_delay_calm_the_day_and_delay_no_alarm(void **unused)
{
    static double day[DAY_S];
    struct outcome bare, band, both;

    (void)unused;
    make_day(day, 20260302);
    live(day, 0, 0, &bare);
    live(day, 1, 0, &band);
    live(day, 1, 30000, &both);
    print_message("seed 20260302: %u raises; with 1 ppm of deadband %u; and 30 s of off-delay %u\n",
                  bare.raises, band.raises, both.raises);
    assert_true(bare.raises > 1000);
    assert_true(band.raises < bare.raises / 3);
    assert_true(both.raises < bare.raises / 20);
    for (int i = 0; i < RELEASES; i++) {
        assert_true(bare.latency_s[i] >= 0 && bare.latency_s[i] <= 20);
        assert_int_equal(band.latency_s[i], bare.latency_s[i]);
        assert_int_equal(both.latency_s[i], bare.latency_s[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deadband_and_off_delay_calm_the_day_and_delay_no_alarm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
