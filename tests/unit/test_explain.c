/* Every number has a long text in both languages, and its example is true: the
 * wrong lines bring that finding, the right ones do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/explain.h"
#include "config/report.h"
#include "drivers/budget.h"
#include "tests/unit/config_rig.h"

static void every_finding_has_one_explanation_in_both_languages(void **unused)
{
    (void)unused;
    for (int f = 0; f < FINDINGS; f++) {
        size_t n = 0;
        for (size_t i = 0; explain_at(i) != NULL; i++) {
            const struct explanation *e = explain_at(i);
            n += e->finding == (enum finding)f;
            for (int lang = 0; lang < 2; lang++)
                assert_true(strlen(e->text[lang]) > 20);
        }
        if (n != 1)
            fail_msg("E%03d: %zu explanations", finding_number((enum finding)f), n);
    }
}

static void numbers_are_never_given_twice(void **unused)
{
    (void)unused;
    for (int f = 0; f < FINDINGS; f++)
        for (int g = 0; g < f; g++)
            assert_int_not_equal(finding_number((enum finding)f), finding_number((enum finding)g));
}

/* The lines at the end of the only point, two blanks inside of its list. */
static void frame_point_lines(char *out, size_t size, const char *lines)
{
    size_t n = (size_t)snprintf(
        out, size,
        "version: 1\nsite: {ent: e, gw: g}\nbuses: {b1: {tcp: \"h:1\"}}\npoints:\n"
        "  - {id: p0, bus: b1, unit_id: 9, every: 1s, county: twice, read: {fc: 3, address: 900, "
        "type: u16}}\n"
        "  - id: p1\n    bus: b1\n    unit_id: 9\n    every: 1s\n%s%s%s",
        strstr(lines, "county:") == NULL ? "    county: c1\n" : "",
        strstr(lines, "read:") == NULL ? "    read: {fc: 3, address: 0, type: u16}\n" : "",
        strstr(lines, "unit:") == NULL ? "    unit: ppm\n" : "");

    for (const char *line = lines; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        n += (size_t)snprintf(out + n, size - n, "    %.*s\n", (int)strcspn(line, "\n"), line);
    }
}

static bool brings(const struct explanation *e, const char *lines)
{
    struct diag_list found;
    struct plant *p = NULL;
    char text[2048];

    if (e->frame == EXAMPLE_POINT)
        frame_point_lines(text, sizeof text, lines);
    else
        snprintf(text, sizeof text, "version: 1\nsite: {ent: e, gw: g}\n%s%s\n",
                 strstr(lines, "buses:") == NULL ? "buses: {b1: {tcp: \"h:1\"}}\n" : "", lines);
    if (load_text(&p, text, &found) == RG_OK)
        budget_check(p, &found);
    bool is = find_diag(&found, finding_number(e->finding)) != NULL;
    plant_free(p);
    diag_fini(&found);
    return is;
}

static void every_example_is_true(void **unused)
{
    (void)unused;
    for (size_t i = 0; explain_at(i) != NULL; i++) {
        const struct explanation *e = explain_at(i);
        if (e->wrong == NULL)
            continue; /* bytes that no page can show: test_mend */
        if (!brings(e, e->wrong))
            fail_msg("E%03d is not brought by: %s", finding_number(e->finding), e->wrong);
        if (brings(e, e->right))
            fail_msg("E%03d is brought by: %s", finding_number(e->finding), e->right);
    }
}

static void a_number_is_found_however_it_is_written(void **unused)
{
    static const char *const same[] = { "E031", "e031", "31", "031", "E31" };
    static const char *const none[] = { "E999", "", "E", "co.a/H", "31x", "-31" };

    (void)unused;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        assert_int_equal(explain_find(same[i])->finding, E_UNKNOWN_UNIT);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_null(explain_find(none[i]));
}

static void an_explanation_prints_its_example(void **unused)
{
    char text[4096] = "";
    FILE *to = fmemopen(text, sizeof text, "w");

    (void)unused;
    assert_non_null(to);
    explain_print(to, explain_find("E022"), DIAG_EN);
    fclose(to);
    assert_string_equal(
        text, "E022 error: ‘…’ has no value\n\n"
              "The key has no value (nothing, ~ or null). Remove a key that is not used.\n\n"
              "wrong:\n    limits:\n\nright:\n    limits: {}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_finding_has_one_explanation_in_both_languages),
        cmocka_unit_test(numbers_are_never_given_twice),
        cmocka_unit_test(every_example_is_true),
        cmocka_unit_test(a_number_is_found_however_it_is_written),
        cmocka_unit_test(an_explanation_prints_its_example),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
