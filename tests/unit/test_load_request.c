/* What a device takes of one request, and what is read at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/err.h"
#include "tests/unit/config_rig.h"

static struct plant *plant;
static struct diag_list found;

static int load(const char *points)
{
    char text[2000];

    snprintf(text, sizeof text,
             "version: 1\nsite: {ent: e, gw: g, zh: s}\nbuses: {b1: {tcp: \"h:502\"}, "
             "b2: {tcp: \"h:503\"}}\ndefaults: {bus: b1, unit_id: 1, every: 1s}\n"
             "points:\n%s",
             points);
    return load_text(&plant, text, &found);
}

static void drop(void)
{
    plant_free(plant);
    plant = NULL;
    diag_fini(&found);
}

static void what_any_point_says_of_a_device_holds_for_its_unit(void **unused)
{
    (void)unused;
    assert_int_equal(
        load("  - {id: a1, county: a, read: {fc: 3, address: 0, type: u16}, max_registers: 60,\n"
             "     holes: [10, 120..123, 200 .. 201]}\n"
             "  - {id: a2, county: b, read: {fc: 4, address: 0, type: u16}, max_registers: 30,\n"
             "     max_gap: 7, holes: [10]}\n"
             "  - {id: a3, county: d, read: {fc: 3, address: 1, type: u16}, holes: [120..123]}\n"
             "  - {id: a4, county: e, unit_id: 2, read: {fc: 3, address: 1, type: u16}}\n"),
        RG_OK);
    const struct unit_conf *u = &plant->units[0];
    assert_int_equal(u->max_registers, 30);
    assert_int_equal(u->max_gap, 7);
    assert_int_equal(u->n_holes, 4);
    assert_int_equal(u->holes[1].address, 120);
    assert_int_equal(u->holes[1].count, 4);
    assert_int_equal(u->holes[2].count, 2);
    assert_int_equal(u->holes[3].fc, 4);
    assert_int_equal(plant->units[1].max_registers, 0);
    assert_int_equal(plant->units[1].max_gap, PLANT_ANY_GAP);
    assert_int_equal(plant->units[1].n_holes, 0);
    drop();
}

static void a_set_that_no_request_reads_is_refused_at_its_last_point(void **unused)
{
#define A "  - {id: a, county: a, together: g, read: {fc: 3, address: 0, type: u16}}\n"
#define B "  - {id: b, county: b, together: g, "
    static const struct {
        const char *points;
        int code; /* 0: none */
    } rows[] = {
        { A B "read: {fc: 3, address: 124, type: u16}}\n", 0 },
        { A B "read: {fc: 3, address: 125, type: u16}}\n", 102 },
        { A B "read: {fc: 3, address: 124, type: f32}}\n", 102 },
        { A B "read: {fc: 4, address: 1, type: u16}}\n", 102 },
        { A B "bus: b2, read: {fc: 3, address: 1, type: u16}}\n", 102 },
        { A B "unit_id: 2, read: {fc: 3, address: 1, type: u16}}\n", 102 },
        { A B "every: 2s, read: {fc: 3, address: 1, type: u16}}\n", 102 },
        { A B "max_registers: 9, read: {fc: 3, address: 8, type: u16}}\n", 0 },
        { A B "max_registers: 9, read: {fc: 3, address: 9, type: u16}}\n", 102 },
        { A B "holes: [5], read: {fc: 3, address: 9, type: u16}}\n", 102 },
        { A B "holes: [10], read: {fc: 3, address: 9, type: u16}}\n", 0 },
        { A B "max_gap: 4, read: {fc: 3, address: 6, type: u16}}\n", 102 },
        { A B "max_gap: 5, read: {fc: 3, address: 6, type: u16}}\n", 0 },
        { A B "max_gap: 4, read: {fc: 3, address: 6, type: u16}}\n"
              "  - {id: c, county: d, read: {fc: 3, address: 3, type: u16}}\n",
          0 },
    };
#undef A
#undef B

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int err = load(rows[i].points);
        const struct diag *d = find_diag(&found, 102);
        if ((err == RG_OK) != (rows[i].code == 0) || (d != NULL) != (rows[i].code == 102)) {
            diag_print(stderr, &found, "p.yaml", DIAG_EN);
            fail_msg("row %zu: %d", i, err);
        }
        if (d != NULL)
            assert_int_equal(d->line, 7);
        drop();
    }
}

static void a_hole_is_an_address_or_a_range(void **unused)
{
    static const char *const wrong[] = { "120-123", "5..", "9..8", "65536", "-1", "x", "1..2..3" };
    char text[200];

    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        snprintf(text, sizeof text,
                 "  - {id: a, county: a, holes: [%s], read: {fc: 3, address: 0, type: u16}}\n",
                 wrong[i]);
        assert_int_equal(load(text), RG_ECONF);
        assert_non_null(find_diag(&found, 100));
        assert_int_equal(found.errors, 1);
        drop();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_any_point_says_of_a_device_holds_for_its_unit),
        cmocka_unit_test(a_set_that_no_request_reads_is_refused_at_its_last_point),
        cmocka_unit_test(a_hole_is_an_address_or_a_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
