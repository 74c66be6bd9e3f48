/* What a person reads about a broken file, to the column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/loader.h"
#include "config/report.h"
#include "tests/unit/config_rig.h"

static const char *printed(const struct diag_list *d, enum diag_lang lang)
{
    static char text[65536];
    FILE *to = fmemopen(text, sizeof text, "w");

    assert_non_null(to);
    diag_print(to, d, "p.yaml", lang);
    fclose(to);
    return text;
}

static void assert_printed(const char *source, struct place at, const char *expected)
{
    struct source s = { .name = "p.yaml", .text = source, .len = strlen(source) };
    struct diag_list d;

    diag_init(&d);
    at.source = &s;
    report(&d, &at, E_NULL, "x", NULL, NULL);
    const char *text = printed(&d, DIAG_EN);
    const char *first = strchr(text, '\n') + 1;
    char lines[1024];
    snprintf(lines, sizeof lines, "%.*s", (int)(strstr(first, "      = help") - first), first);
    assert_string_equal(lines, expected);
    diag_fini(&d);
}

static void the_caret_stands_under_the_text_also_behind_chinese(void **unused)
{
    (void)unused;
    assert_printed("a: 24 pmm\n", (struct place){ .line = 1, .col = 7, .width = 3 },
                   "    1 | a: 24 pmm\n      |       ^^^\n");
    assert_printed("zh: 高炉, unit: pmm", (struct place){ .line = 1, .col = 15, .width = 3 },
                   "    1 | zh: 高炉, unit: pmm\n      |                 ^^^\n");
    assert_printed("x\n高炉：1", (struct place){ .line = 2, .col = 3, .width = 1 },
                   "    2 | 高炉：1\n      |     ^^\n");
    assert_printed("a\tb", (struct place){ .line = 1, .col = 3, .width = 1 },
                   "    1 | a b\n      |   ^\n");
}

static void a_source_line_can_not_play_with_the_terminal(void **unused)
{
    (void)unused;
    assert_printed("a\033[2Jb\x7F\xC0", (struct place){ .line = 1, .col = 6, .width = 1 },
                   "    1 | a?[2Jb??\n      |      ^\n");
    assert_printed("a\xE2\x80\xAE"
                   "b",
                   (struct place){ .line = 1, .col = 3, .width = 1 }, "    1 | a?b\n      |   ^\n");
}

static void a_long_line_is_shown_around_its_caret(void **unused)
{
    char line[3000];
    struct source s = { .name = "p.yaml", .text = line, .len = sizeof line - 1 };
    struct diag_list d;

    (void)unused;
    memset(line, 'a', sizeof line);
    line[sizeof line - 1] = '\0';
    line[1999] = 'X';
    diag_init(&d);
    report(&d, &(struct place){ &s, 1, 2000, 1 }, E_NULL, "x", NULL, NULL);
    const char *text = printed(&d, DIAG_EN);
    const char *shown = strstr(text, "    1 | "), *carets = strstr(text, "      | ");
    const char *x = strchr(shown, 'X'), *caret = strchr(carets, '^');
    assert_true(strcspn(shown, "\n") < 200);
    assert_int_equal(x - shown - (int)strlen("…") + 1, caret - carets);
    diag_fini(&d);
}

static void twenty_are_shown_and_the_rest_is_counted(void **unused)
{
    struct source s = { .name = "p.yaml", .text = "" };
    struct diag_list d;

    (void)unused;
    diag_init(&d);
    for (int i = 0; i < 5000; i++)
        report(&d, &(struct place){ &s, 5000 - i, 1, 1 }, i % 2 == 0 ? W_NO_COUNTY : E_NULL, "x",
               NULL, NULL);
    assert_int_equal(d.errors, 2500);
    assert_int_equal(d.warnings, 2500);
    diag_sort(&d);
    const char *text = printed(&d, DIAG_EN);
    int errors = 0;
    for (const char *c = text; (c = strstr(c, ": error[")) != NULL; c++)
        errors++;
    assert_int_equal(errors, DIAG_SHOWN_MAX);
    assert_null(strstr(text, ": warning["));
    assert_non_null(strstr(text, "... 4980 more\n"));
    assert_non_null(strstr(text, "p.yaml: 2500 error(s), 2500 warning(s)"));
    diag_fini(&d);
}

static void the_same_finding_is_told_once(void **unused)
{
    struct source s = { .name = "p.yaml", .text = "a" };
    struct place at = { &s, 1, 1, 1 };
    struct diag_list d;

    (void)unused;
    diag_init(&d);
    for (int i = 0; i < 3; i++) {
        report(&d, &at, E_MISSING, "bus", NULL, NULL);
        report(&d, &at, E_MISSING, "unit_id", NULL, NULL);
    }
    assert_int_equal(d.errors, 2);
    diag_fini(&d);
}

static void findings_are_sorted_by_file_line_and_column(void **unused)
{
    struct source s[2] = { { .name = "b.yaml", .text = "" }, { .name = "a.yaml", .text = "" } };
    static const int places[][3] = { { 0, 2, 1 }, { 0, 1, 9 }, { 1, 7, 1 }, { 0, 1, 3 } };
    static const char *const sorted[] = { "a.yaml:7:1", "b.yaml:1:3", "b.yaml:1:9", "b.yaml:2:1" };
    struct diag_list d;
    char place[300];

    (void)unused;
    diag_init(&d);
    for (int i = 0; i < 4; i++)
        report(&d, &(struct place){ &s[places[i][0]], places[i][1], places[i][2], 1 }, E_NULL, "x",
               NULL, NULL);
    diag_sort(&d);
    for (int i = 0; i < 4; i++) {
        snprintf(place, sizeof place, "%s:%d:%d", d.v[i].file, d.v[i].line, d.v[i].col);
        assert_string_equal(place, sorted[i]);
    }
    diag_fini(&d);
}

static void a_long_name_is_cut_between_characters(void **unused)
{
    char name[2000] = "";
    struct source s = { .name = "p.yaml", .text = "" };
    struct diag_list d;

    (void)unused;
    for (int i = 0; i < 500; i++)
        memcpy(name + 3 * i, "炉", 4);
    diag_init(&d);
    report(&d, &(struct place){ &s, 1, 1, 1 }, E_ID, name, NULL, NULL);
    for (int lang = 0; lang < 2; lang++) {
        const char *text = d.v[0].text[lang];
        size_t len = strlen(text);
        assert_true(len > 200 && memcmp(text + len - 3, "炉", 3) == 0);
    }
    diag_fini(&d);
}

static void suggestions_are_at_most_a_third_away(void **unused)
{
    static const char *const known[] = { "ppm", "kPa", "telemetry", "every", "°C" };
    static const struct {
        const char *word, *near;
    } rows[] = {
        { "pmm", "ppm" },
        { "PPM", "ppm" },
        { "kpa", "kPa" },
        { "evry", "every" },
        { "evyre", "every" },
        { "telemetrie", "telemetry" },
        { "℃C", "°C" },
        { "x", NULL },
        { "zzz", NULL },
        { "", NULL },
        { "a-word-of-more-than-thirty-two-letters", NULL },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *found = nearest(rows[i].word, known, sizeof known / sizeof known[0]);
        if (rows[i].near == NULL)
            assert_null(found);
        else
            assert_string_equal(found, rows[i].near);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_caret_stands_under_the_text_also_behind_chinese),
        cmocka_unit_test(a_source_line_can_not_play_with_the_terminal),
        cmocka_unit_test(a_long_line_is_shown_around_its_caret),
        cmocka_unit_test(twenty_are_shown_and_the_rest_is_counted),
        cmocka_unit_test(the_same_finding_is_told_once),
        cmocka_unit_test(findings_are_sorted_by_file_line_and_column),
        cmocka_unit_test(a_long_name_is_cut_between_characters),
        cmocka_unit_test(suggestions_are_at_most_a_third_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
