/* Memory that runs out at any place leaves no plant, no leak and no crash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/config_rig.h"

static int fail_at, seen; /* fail_at 0: none fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

void *__wrap_malloc(size_t size)
{
    return ++seen == fail_at ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return ++seen == fail_at ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return ++seen == fail_at ? NULL : __real_realloc(p, size);
}

static bool traced;

static void ignore(void *ctx, const struct origin *o)
{
    (void)ctx;
    assert_non_null(o->key);
}

static int try_once(struct plant **p, const char *text, struct diag_list *found)
{
    const struct origin_sink sink = { NULL, ignore };

    return traced ? trace_text(text, found, &sink) : load_text(p, text, found);
}

static void try_each_failure(const char *text, int expected)
{
    int err = RG_ENOMEM;

    for (fail_at = 1; err != expected || seen >= fail_at; fail_at++) {
        struct diag_list found;
        struct plant *p = NULL;
        seen = 0;
        err = try_once(&p, text, &found);
        if (err != RG_OK)
            assert_null(p);
        else
            assert_int_equal(p != NULL, !traced);
        /* A finding that found no room is counted; the plant is refused all the same. */
        assert_true(err == RG_ENOMEM || err == expected);
        plant_free(p);
        diag_fini(&found);
        assert_true(fail_at < 10000);
    }
    fail_at = 0;
    assert_true(seen > 3);
}

static void a_plant_is_whole_or_there_is_none(void **unused)
{
    (void)unused;
    try_each_failure(framed(frame_point, "device: co-1, use: [CO, CO-own], zh: 一, en: one"),
                     RG_OK);
}

static void findings_survive_it_too(void **unused)
{
    (void)unused;
    try_each_failure(framed(frame_point, "device: co-1, use: [CO], labal: x, zh: 一, zh: 二"),
                     RG_ECONF);
}

static void mending_and_tracing_too(void **unused)
{
    (void)unused;
    try_each_failure(framed(frame_point, "zh：一，en：one, device: co-1, use: [CO，CO-own], do:x"),
                     RG_ECONF);
    traced = true;
    try_each_failure(framed(frame_point, "device: co-1, use: [CO, CO-own], zh: 一, en: one"),
                     RG_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plant_is_whole_or_there_is_none),
        cmocka_unit_test(findings_survive_it_too),
        cmocka_unit_test(mending_and_tracing_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
