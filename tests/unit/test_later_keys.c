/* What this version has not built is refused at its key, never ignored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/schema.h"
#include "tests/unit/config_rig.h"

struct row {
    const char *frame;
    const char *text;
    const char *key; /* where the caret stands */
};

/* Every key of the interface and of the examples that is for a later version. */
#define RULED                                                                                      \
    "points: [{id: p1, bus: b1, unit_id: 1, every: 1s, county: c, read: {fc: 2, address: 0, "      \
    "type: bit}}]\n"                                                                               \
    "rules: [{id: r1, basis: x, do: y, when: p1 is on, "

static const struct row rows[] = {
    { frame_root, "web: {listen: \"127.0.0.1:8480\"}", "web" },
    { frame_root, RULED "was: r0}]", "was" },
    { frame_root, RULED "cause: 泄漏}]", "cause" },
    { frame_root, RULED "consequence: 中毒}]", "consequence" },
    { frame_root, RULED "responsible: 班长}]", "responsible" },
    { frame_root, "groups: {g1: {vote: 2oo3}}", "groups" },
    { frame_bus, "tcp: \"h:502\", connections: 2", "connections" },
    { frame_point, "stuck: {same_for: 30min, unless_below: 2 ppm}", "stuck" },
    { frame_point, "baseline: {value: 900 ppm}", "baseline" },
    { frame_point, "only_when: dc1.fan is on", "only_when" },
    { frame_point, "derive: flow_in - flow_out", "derive" },
    { frame_point, "was: p0", "was" },
    { frame_point, "cause: 泄漏", "cause" },
    { frame_point, "consequence: 中毒", "consequence" },
    { frame_point, "responsible: 班长", "responsible" },
    { frame_point, "respond_within: 5min", "respond_within" },
    { frame_limits, "RISE: {more: 10 ppm, within: 10min}", "RISE" },
    { frame_limits, "FALL: {more: 10 ppm, within: 10min}", "FALL" },
    { frame_limits, "DEV: {more: 20 %}", "DEV" },
    { frame_limits, "H: {at: 24 ppm, clear: 20 ppm, cause: x}", "cause" },
    { frame_limits, "H: {at: 24 ppm, clear: 20 ppm, consequence: x}", "consequence" },
    { frame_limits, "H: {at: 24 ppm, clear: 20 ppm, responsible: x}", "responsible" },
};

static void assert_at_key(const struct row *row, const struct diag *g, const char *text)
{
    const char *place = strstr(text, row->text);

    assert_non_null(place);
    place = strstr(place, row->key);
    int line = 1, col = 1;
    for (const char *c = text; c < place; c++) {
        col = *c == '\n' ? 1 : col + ((*c & 0xC0) != 0x80);
        line += *c == '\n';
    }
    assert_int_equal(g->line, line);
    assert_int_equal(g->col, col);
    assert_int_equal(g->width, strlen(row->key));
}

static void each_later_key_is_refused_at_its_key_and_alone(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = framed(rows[i].frame, rows[i].text);
        struct diag_list found;
        struct plant *p = NULL;
        int err = load_text(&p, text, &found);
        const struct diag *g = find_diag(&found, 90);
        if (err != RG_ECONF || g == NULL || found.errors != 1) {
            diag_print(stderr, &found, "p.yaml", DIAG_EN);
            fail_msg("%s", rows[i].text);
        }
        assert_null(p);
        assert_non_null(strstr(g->text[DIAG_EN], "not in this version"));
        assert_at_key(&rows[i], g, text);
        diag_fini(&found);
    }
}

static void later_keys_stand_beside_all_other_errors(void **unused)
{
    struct diag_list found;
    struct plant *p = NULL;

    (void)unused;
    assert_int_equal(load_text(&p,
                               framed(frame_point, "stuck: {same_for: 1h}, evry: 1s, limits: {H: "
                                                   "{at: 24 ppm, clear: 20 ppm}, RISE: {}}"),
                               &found),
                     RG_ECONF);
    assert_int_equal(found.errors, 3);
    assert_non_null(find_diag(&found, 20));
    assert_non_null(find_diag(&found, 90));
    diag_fini(&found);
}

static bool is_tested(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].key, name) == 0)
            return true;
    return false;
}

static void no_later_key_of_the_schema_is_left_out_here(void **unused)
{
    (void)unused;
    for (int s = 0; s < SECTIONS; s++) {
        size_t n;
        const struct key_row *row = schema_section((enum section)s, &n);
        for (size_t i = 0; i < n; i++)
            if (row[i].type == KEY_NOT_BUILT && !is_tested(row[i].name))
                fail_msg("%s", row[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_later_key_is_refused_at_its_key_and_alone),
        cmocka_unit_test(later_keys_stand_beside_all_other_errors),
        cmocka_unit_test(no_later_key_of_the_schema_is_left_out_here),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
