/* Mistakes that only whole files show: what is included, templates, sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/config_rig.h"

static const struct {
    struct memory_files files;
    int code;
    const char *file;
    int line, col;
} trees[] = {
    { { .n = 0 }, 8, "p.yaml", 1, 1 },
    { { .n = 1, .v = { { "p.yaml", "", 0 } } }, 24, "p.yaml", 1, 1 },
    { { .n = 1, .v = { { "p.yaml", "# nothing\n", 0 } } }, 24, "p.yaml", 1, 1 },
    { { .n = 1, .v = { { "p.yaml", "- a\n", 0 } } }, 23, "p.yaml", 1, 1 },
    { { .n = 1, .v = { { "p.yaml", "version: 2\nsite: {ent: e, gw: g}\n", 0 } } },
      34,
      "p.yaml",
      1,
      10 },
    { { .n = 1, .v = { { "p.yaml", "version: 1\n", 0 } } }, 24, "p.yaml", 1, 1 },
    { { .n = 1, .v = { { "p.yaml", "version: 1\nsite: {gw: g}\n", 0 } } }, 24, "p.yaml", 2, 7 },
    { { .n = 1, .v = { { "p.yaml", "version: 1\nsite: {ent: e, gw: g, zone: +8}\n", 0 } } },
      36,
      "p.yaml",
      2,
      29 },
    { { .n = 1,
        .v = { { "p.yaml", "version: 1\nsite: {ent: e, gw: g}\ninclude: [a.yaml]\n", 0 } } },
      8,
      "p.yaml",
      3,
      11 },
    { { .n = 1,
        .v = { { "p.yaml", "version: 1\nsite: {ent: e, gw: g}\ninclude: [p.yaml]\n", 0 } } },
      15,
      "p.yaml",
      3,
      11 },
    { { .n = 2,
        .v = { { "p.yaml", "version: 1\nsite: {ent: e, gw: g}\ninclude: [a.yaml, a.yaml]\n", 0 },
               { "a.yaml", "areas: {x: {zh: y}}\n", 0 } } },
      15,
      "p.yaml",
      3,
      19 },
    { { .n = 2,
        .v = { { "p.yaml", "version: 1\nsite: {ent: e, gw: g}\ninclude: [a.yaml]\n", 0 },
               { "a.yaml", "include: [p.yaml]\n", 0 } } },
      37,
      "a.yaml",
      1,
      1 },
    { { .n = 2,
        .v = { { "p.yaml",
                 "version: 1\nsite: {ent: e, gw: g}\ninclude: [a.yaml]\nareas: {x: {zh: y}}\n", 0 },
               { "a.yaml", "buses:\n  x: {tcp: \"h:1\"}\n", 0 } } },
      26,
      "a.yaml",
      2,
      3 },
    { { .n = 2,
        .v = { { "p.yaml",
                 "version: 1\nsite: {ent: e, gw: g}\nbuses: {b: {tcp: \"h:1\"}}\npoints: [{id: p, "
                 "bus: b, unit_id: 1, every: 1s, county: c, device: d}]\n",
                 0 },
               { "devices/d.yaml", "device: e\nmanual: m\nread: {fc: 3, address: 0, type: u16}\n",
                 0 } } },
      29,
      "devices/d.yaml",
      1,
      9 },
    { { .n = 2,
        .v = { { "p.yaml",
                 "version: 1\nsite: {ent: e, gw: g}\nbuses: {b: {tcp: \"h:1\"}}\npoints: [{id: p, "
                 "bus: b, unit_id: 1, every: 1s, county: c, device: d}, {id: q, bus: b, unit_id: "
                 "1, every: 1s, county: d, device: d}]\n",
                 0 },
               { "devices/d.yaml", "device: d\nmanual: m\nread: {fc: 3, address: 0, type: u15}\n",
                 0 } } },
      35,
      "devices/d.yaml",
      3,
      33 },
    { { .n = 2,
        .v = { { "p.yaml",
                 "version: 1\nsite: {ent: e, gw: g}\nbuses: {b: {tcp: \"h:1\"}}\npoints: [{id: p, "
                 "bus: b, unit_id: 1, every: 1s, county: c, device: d}]\n",
                 0 },
               { "devices/d.yaml", "", 0 } } },
      24,
      "devices/d.yaml",
      1,
      1 },
    { { .n = 2,
        .v = { { "p.yaml",
                 "version: 1\nsite: {ent: e, gw: g}\nbuses: {b: {port: /dev/ttyS1}}\npoints: [{id: "
                 "p, bus: b, unit_id: 248, every: 1s, county: c, device: d}]\n",
                 0 },
               { "devices/d.yaml", "device: d\nmanual: m\nread: {fc: 3, address: 0, type: u16}\n",
                 0 } } },
      34,
      "p.yaml",
      4,
      35 },
    { { .n = 1,
        .v = { { "p.yaml", "version: 1\nsite: {ent: e, gw: g}\nbuses:\n  b: {timeout: 1s}\n",
                 0 } } },
      24,
      "p.yaml",
      4,
      6 },
    { { .n = 1,
        .v = { { "p.yaml",
                 "version: 1\nsite: {ent: e, gw: g}\nbuses: {b: {tcp: \"h:1\"}}\npoints: [{id: p, "
                 "bus: b, unit_id: 1, every: 1s, county: c, read: {fc: 3, address: 0}}]\n",
                 0 } } },
      24,
      "p.yaml",
      4,
      66 },
    { { .n = 2,
        .v = { { "p.yaml",
                 "version: 1\nsite: {ent: e, gw: g}\nbuses: {b: {tcp: \"h:1\"}}\npoints: [{id: p, "
                 "bus: b, unit_id: 1, every: 1s, county: c, read: {fc: 3, address: 0, type: u16}, "
                 "unit: ppm, use: [s]}]\n",
                 0 },
               { "rules/s.yaml",
                 "rule_set: s\nfor_unit: ppm\ndo: x\nlimits: {H: {at: 24 ppm, clear: 20 ppm, "
                 "basis: y}}\nstrictness: {H: 24 ppm}\n",
                 0 } } },
      36,
      "rules/s.yaml",
      5,
      17 },
    { { .n = 2,
        .v = { { "p.yaml",
                 "version: 1\nsite: {ent: e, gw: g}\nbuses: {b: {tcp: \"h:1\"}}\npoints: [{id: p, "
                 "bus: b, unit_id: 1, every: 1s, county: c, read: {fc: 3, address: 0, type: u16}, "
                 "unit: ppm, use: [s]}]\n",
                 0 },
               { "rules/s.yaml", "rule_set: s\nfor_unit: pmm\nlimits: {}\n", 0 } } },
      31,
      "rules/s.yaml",
      2,
      11 },
    { { .n = 1,
        .v = { { "p.yaml",
                 "version: 1\nsite: {ent: e, gw: g}\nbusses: {b: {tcp: \"h:1\"}}\npoints: [{id: p, "
                 "bus: b, unit_id: 1, every: 1s, county: c, read: {fc: 3, address: 0, type: "
                 "u16}}]\n",
                 0 } } },
      20,
      "p.yaml",
      3,
      1 },
    { { .n = 1,
        .v = { { "p.yaml",
                 "version: 1\nsite: {ent: e, gw: g}\nbuses:\npoints: [{id: p, bus: b, unit_id: 1, "
                 "every: 1s, county: c, read: {fc: 3, address: 0, type: u16}}]\n",
                 0 } } },
      22,
      "p.yaml",
      3,
      1 },
    /* a broken include: what it would have named is not missed */
    { { .n = 2,
        .v = { { "p.yaml",
                 "version: 1\nsite: {ent: e, gw: g}\ninclude: [a.yaml]\npoints: [{id: p, bus: b, "
                 "area: a, unit_id: 2, every: 1s, county: c, read: {fc: 2, address: 1, type: "
                 "bit}}]\n",
                 0 },
               { "a.yaml", "buses: {b: {tcp: [}}\n", 0 } } },
      19,
      "a.yaml",
      1,
      19 },
};

static void every_tree_names_the_file_that_is_wrong_and_nothing_else(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof trees / sizeof trees[0]; i++) {
        struct memory_files files = trees[i].files;
        struct diag_list found;
        struct plant *p = NULL;
        int err = load_memory(&p, &files, &found);
        const struct diag *g = find_diag(&found, trees[i].code);
        if (err != RG_ECONF || g == NULL || found.errors != 1 || g->line != trees[i].line ||
            g->col != trees[i].col || strcmp(g->file, trees[i].file) != 0) {
            diag_print(stderr, &found, "p.yaml", DIAG_EN);
            fail_msg("tree %zu: E%03d at %d:%d", i, trees[i].code, trees[i].line, trees[i].col);
        }
        diag_fini(&found);
    }
}

static void what_is_too_many_is_told_once(void **unused)
{
    static char text[4096];
    static const struct {
        const char *before, *each, *after;
        int n, code;
    } many[] = {
        { "include: [", "f%d.yaml, ", "]\n", 70, 6 },
        { "uplinks:\n", "  c%d: {mqtt: tcp://h:1, client_id: x}\n", "", 9, 34 },
        { "areas: {a: {zh: ", "[ %d, ", "", 40, 6 },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
        struct diag_list found;
        struct plant *p = NULL;
        size_t len = (size_t)snprintf(text, sizeof text, "version: 1\nsite: {ent: e, gw: g}\n%s",
                                      many[i].before);
        for (int j = 0; j < many[i].n; j++) {
            char one[64];
            size_t at = strcspn(many[i].each, "%");
            snprintf(one, sizeof one, "%.*s%d%s", (int)at, many[i].each, j, many[i].each + at + 2);
            len += (size_t)snprintf(text + len, sizeof text - len, "%s", one);
        }
        snprintf(text + len, sizeof text - len, "%s", many[i].after);
        assert_int_equal(load_text(&p, text, &found), RG_ECONF);
        size_t n = 0;
        for (size_t j = 0; j < found.n; j++)
            n += found.v[j].code == many[i].code;
        assert_int_equal(n, 1);
        diag_fini(&found);
    }
}

static void a_file_of_more_than_4_mib_is_refused(void **unused)
{
    static char text[CONFIG_FILE_MAX + 2];
    struct diag_list found;
    struct plant *p = NULL;

    (void)unused;
    memset(text, '#', sizeof text - 1);
    assert_int_equal(load_text(&p, text, &found), RG_ECONF);
    assert_int_equal(found.v[0].code, 6);
    diag_fini(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tree_names_the_file_that_is_wrong_and_nothing_else),
        cmocka_unit_test(what_is_too_many_is_told_once),
        cmocka_unit_test(a_file_of_more_than_4_mib_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
