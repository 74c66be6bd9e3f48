/* Every effective value names the line that it was written on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/origin.h"
#include "tests/unit/config_rig.h"

#define LINE_LEN 256

struct lines {
    char v[200][LINE_LEN];
    size_t n;
};

static void keep(void *ctx, const struct origin *o)
{
    static const char *const from[ORIGINS] = { "built in", "file",     "defaults",
                                               "device",   "rule set", "area" };
    struct lines *lines = ctx;

    assert_true(lines->n < 200);
    snprintf(lines->v[lines->n++], LINE_LEN, "%s%s%s %s = %s [%s%s%s%s%s:%d]", o->section,
             o->name[0] == '\0' ? "" : ".", o->name, o->key, o->value, from[o->from],
             o->template_name[0] == '\0' ? "" : " ", o->template_name, o->file == NULL ? "" : " ",
             o->file == NULL ? "" : o->file, o->line);
}

static const char text[] = "version: 1\n"
                           "site: {ent: e, gw: g, zh: 厂}\n"
                           "buses: {b1: {tcp: \"h:1\", retries: 3}}\n"
                           "areas: {a1: {zh: 一区,\n"
                           "  basis: 本厂规定}}\n"
                           "defaults: {bus: b1,\n"
                           "  every: 2s, do: 撤离}\n"
                           "points:\n"
                           "  - id: p1\n"
                           "    unit_id: 1\n"
                           "    area: a1\n"
                           "    county: c\n"
                           "    device: co-1\n"
                           "    use: [CO, CO-own]\n"
                           "    limits: {H: {after: 9s}, L: {at: 2 ppm, clear: 3 ppm}}\n"
                           "uplinks: {c: {mqtt: tcp://h:1, client_id: x}}\n";

static const char *const expected[] = {
    "site zh = 厂 [file p.yaml:2]",
    "site zone = +08:00 [built in:0]",
    "telemetry every = 60s [built in:0]",
    "buses.b1 retries = 3 [file p.yaml:3]",
    "buses.b1 timeout = 500ms [built in:0]",
    "areas.a1 basis = 本厂规定 [file p.yaml:5]",
    "points.p1 every = 2s [defaults p.yaml:7]",
    "points.p1 unit_id = 1 [file p.yaml:10]",
    "points.p1 use = [CO, CO-own] [file p.yaml:14]",
    "points.p1 unit = ppm [device co-1 devices/co-1.yaml:4]",
    "points.p1 range = 0 ppm .. 500 ppm [device co-1 devices/co-1.yaml:5]",
    "points.p1 read.address = 7 = 30008 [device co-1 devices/co-1.yaml:3]",
    "points.p1 read.scale = 0.1 [device co-1 devices/co-1.yaml:3]",
    "points.p1 read.offset = 0 [built in:0]",
    "points.p1 L.at = 2 ppm [file p.yaml:15]",
    "points.p1 L.priority = 2 [built in:0]",
    "points.p1 L.basis = 本厂规定 [area a1 p.yaml:4]",
    "points.p1 L.do = 撤离 [defaults p.yaml:7]",
    "points.p1 H.at = 15 ppm [rule set CO-own rules/CO-own.yaml:3]",
    "points.p1 H.after = 9s [file p.yaml:15]",
    "points.p1 H.basis = 表 1 [rule set CO rules/CO.yaml:4]",
    "points.p1 HH.at = 160 ppm [rule set CO rules/CO.yaml:5]",
    "points.p1 HH.latch = no [built in:0]",
    "uplinks.c protocol = 5 [built in:0]",
};

static void each_value_has_its_source(void **unused)
{
    static struct lines lines;
    const struct origin_sink sink = { &lines, keep };
    struct diag_list found;

    (void)unused;
    assert_int_equal(trace_text(text, &found, &sink), RG_OK);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        size_t n = 0;
        for (size_t j = 0; j < lines.n; j++)
            n += strcmp(lines.v[j], expected[i]) == 0;
        if (n != 1) {
            for (size_t j = 0; j < lines.n; j++)
                fprintf(stderr, "%s\n", lines.v[j]);
            fail_msg("%s: %zu times", expected[i], n);
        }
    }
    diag_fini(&found);
}

static void a_broken_configuration_has_no_effective_values_of_points(void **unused)
{
    static struct lines lines;
    const struct origin_sink sink = { &lines, keep };
    struct diag_list found;

    (void)unused;
    assert_int_equal(trace_text(framed(frame_point, "labal: x"), &found, &sink), RG_ECONF);
    for (size_t j = 0; j < lines.n; j++)
        assert_null(strstr(lines.v[j], "points"));
    diag_fini(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_has_its_source),
        cmocka_unit_test(a_broken_configuration_has_no_effective_values_of_points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
