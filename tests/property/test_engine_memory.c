/* After engine_new() nothing on the path allocates, and a lack of memory is
 * said; beside it, what a limit costs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "rules/engine_core.h"
#include "tests/unit/rules_rig.h"

static unsigned calls;
static bool must_fail;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

void *__wrap_malloc(size_t size)
{
    calls++;
    return must_fail ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    calls++;
    return must_fail ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    calls++;
    return must_fail ? NULL : __real_realloc(p, size);
}

static void no_memory_is_an_error_and_no_engine(void **unused)
{
    static struct rig r;
    struct engine *none = NULL;

    (void)unused;
    rig_one(&r, (struct rig_limit){ 100, 0, 0, false }, (struct rig_limit){ 0 });
    must_fail = true;
    assert_int_equal(engine_new(&none, &r.plant, 1, rig_now(&r)), RG_ENOMEM);
    must_fail = false;
    assert_null(none);
    engine_free(NULL);
    rig_stop(&r);
}

static unsigned drain(struct engine *e)
{
    static struct event ev;
    unsigned n = 0;

    while (engine_take(e, &ev))
        n++;
    return n;
}

static void ten_thousand_samples_with_alarms_allocate_nothing(void **unused)
{
    static const double values[] = { 20, 120, 250, 120, 20 };
    static struct rig r;
    unsigned events = 0;

    (void)unused;
    rig_one(&r, (struct rig_limit){ 100, 2000, 2000, true },
            (struct rig_limit){ 200, 0, 0, false });
    calls = 0;
    for (int i = 0; i < 10000; i++) {
        struct sample s = { .alive = true, .val = values[i / 3 % 5], .why.code = WHY_NONE };

        if (i % 11 == 0)
            s = (struct sample){ .kind = SAMPLE_MISS, .val = NAN, .why.code = WHY_TIMEOUT };
        if (i % 97 == 0)
            s = (struct sample){
                .alive = true, .q = Q_OVER_RANGE, .val = NAN, .why.code = WHY_RANGE
            };
        r.now_ms = 1000 * i + (i > 5000 ? 60000 : 0);
        engine_sample(r.engine, &s, rig_now(&r));
        engine_tick(r.engine, rig_now(&r));
        if (i % 50 == 0)
            engine_ack(r.engine, "a/H", "p", "c", rig_now(&r));
        if (i % 70 == 0)
            engine_reset(r.engine, "a/H", "p", rig_now(&r));
        events += drain(r.engine);
    }
    assert_int_equal(calls, 0);
    assert_true(events > 3000);
    rig_stop(&r);
}

#define RULES 10000
#define MANY  2500 /* points of four limits */

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct engine *new_big(struct plant *p, struct point_conf *points, struct unit_conf *unit,
                              struct bus_conf *bus)
{
    static char names[MANY][16];
    static const double at[LEVELS] = { 10, 20, 80, 90 };
    struct engine *e = NULL;

    *bus = (struct bus_conf){ .name = "b" };
    *unit = (struct unit_conf){ .unit_id = 1, .every_ms = 1000 };
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "p%d", i);
        points[i] = (struct point_conf){ .id = names[i], .every_ms = 1000 };
        for (int l = 0; l < LEVELS; l++)
            points[i].limits[l] = (struct limit_conf){
                .set = true, .at = at[l], .clear = at[l], .after_ms = 1000, .priority = 2
            };
    }
    *p = (struct plant){ .site = { .ent = "1", .gw = "1" },
                         .buses = bus,
                         .n_buses = 1,
                         .units = unit,
                         .n_units = 1,
                         .points = points,
                         .n_points = MANY };
    assert_int_equal(engine_new(&e, p, 1, (struct stamp){ 0, 0 }), RG_OK);
    return e;
}

/* Printed, not judged: a shared machine proves no time. */
static void the_cost_of_ten_thousand_limits_is_printed(void **unused)
{
    static struct point_conf points[MANY];
    struct plant p;
    struct unit_conf unit;
    struct bus_conf bus;
    struct engine *e = new_big(&p, points, &unit, &bus);
    double best = 1, began;

    (void)unused;
    for (int round = 0; round < 50; round++) {
        struct stamp now = { 1000 * round, 0 };

        began = seconds();
        for (uint32_t i = 0; i < MANY; i++) {
            struct sample s = { .point = i, .alive = true, .val = 50, .why.code = WHY_NONE };

            engine_sample(e, &s, now);
        }
        engine_tick(e, now);
        if (seconds() - began < best)
            best = seconds() - began;
        assert_int_equal(drain(e), 0);
    }
    print_message("10,000 limits on fresh samples: %.3f ms, %zu bytes of state a limit\n",
                  1e3 * best, sizeof(struct slot) / 2);
    engine_free(e);
}

static struct engine *new_with_rules(struct plant *p, struct point_conf *points,
                                     struct rule_conf *rules)
{
    static const struct expr_step steps[] = {
        { EXPR_POINT, 0, 0 },   { EXPR_NUMBER, 0, 80 }, { EXPR_GE, 0, 0 },
        { EXPR_POINT, 1, 0 },   { EXPR_NUMBER, 0, 80 }, { EXPR_GE, 0, 0 },
        { EXPR_RISE, 0, 9000 }, { EXPR_NUMBER, 0, 5 },  { EXPR_GE, 0, 0 },
        { EXPR_COUNT, 3, 0 },   { EXPR_NUMBER, 0, 2 },  { EXPR_GE, 0, 0 },
    };
    static char names[RULES][16];
    static struct bus_conf bus = { .name = "b" };
    static struct unit_conf unit = { .unit_id = 1, .every_ms = 1000 };
    struct engine *e = NULL;

    points[0] = (struct point_conf){ .id = "a", .every_ms = 1000 };
    points[1] = (struct point_conf){ .id = "b", .every_ms = 1000 };
    for (int i = 0; i < RULES; i++) {
        snprintf(names[i], sizeof names[i], "r%d", i);
        rules[i] = (struct rule_conf){ .id = names[i],
                                       .area = PLANT_NONE,
                                       .when = { "", steps, 12, 1 },
                                       .limit = { .set = true, .after_ms = 2000, .priority = 2 } };
    }
    *p = (struct plant){ .site = { .ent = "1", .gw = "1" },
                         .buses = &bus,
                         .n_buses = 1,
                         .units = &unit,
                         .n_units = 1,
                         .points = points,
                         .n_points = 2,
                         .rules = rules,
                         .n_rules = RULES };
    assert_int_equal(engine_new(&e, p, 1, (struct stamp){ 0, 0 }), RG_OK);
    return e;
}

/* Two of three, one of them a window: all of them at each sample of `a`. */
static void ten_thousand_conditions_allocate_nothing_and_their_cost_is_printed(void **unused)
{
    static struct rule_conf rules[RULES];
    struct point_conf points[2];
    struct plant p;
    struct engine *e = new_with_rules(&p, points, rules);
    unsigned events = 0;
    double best = 1;

    (void)unused;
    calls = 0;
    for (int round = 0; round < 40; round++) {
        struct stamp now = { 1000 * round, 0 };
        double began = seconds();
        for (uint32_t i = 0; i < 2; i++)
            engine_sample(e,
                          &(struct sample){ .point = i,
                                            .alive = true,
                                            .val = round / 10 % 2 == 0 ? 50 : 90,
                                            .why.code = WHY_NONE },
                          now);
        engine_tick(e, now);
        if (seconds() - began < best)
            best = seconds() - began;
        events += drain(e);
    }
    assert_int_equal(calls, 0);
    assert_true(events >= 4 * RULES); /* delay, raise, clear, delay */
    print_message("10,000 conditions of 12 steps: %.3f ms, %zu bytes of state each\n", 1e3 * best,
                  e->bytes / RULES);
    engine_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_memory_is_an_error_and_no_engine),
        cmocka_unit_test(ten_thousand_samples_with_alarms_allocate_nothing),
        cmocka_unit_test(the_cost_of_ten_thousand_limits_is_printed),
        cmocka_unit_test(ten_thousand_conditions_allocate_nothing_and_their_cost_is_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
