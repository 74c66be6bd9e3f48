/* What input methods and habits leave in the place of syntax is named where it
 * stands; the same characters inside of texts are nobody's business. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/config_rig.h"

/* ⟦ stands before each expected place, in the order of `codes`. */
struct row {
    const char *text;
    int codes[8];
};

#define SITE "version: 1\nsite: {ent: e, gw: g}\nbuses: {b1: {tcp: \"h:1\"}}\n"
#define POINT                                                                                      \
    "points:\n  - id: p1\n    bus: b1\n    unit_id: 1\n    every: 1s\n    county: c\n"             \
    "    read: {fc: 3, address: 0, type: u16}\n    unit: ppm\n"

static const struct row rows[] = {
    { SITE "points:\n  - id⟦： p1\n    bus: b1\n    unit_id: 1\n    every: 1s\n    county: c\n"
           "    read: {fc: 3, address: 0, type: u16}\n    unit: ⟦pmm\n",
      { 2, 31 } },
    { "version⟦：1\nsite⟦：\n  ent⟦：e\n  gw⟦：g\n", { 2, 2, 2, 2 } },
    { SITE POINT "    limits: {H⟦：{at⟦：24 ppm⟦，clear: 20 ppm, do: 撤⟦，basis: 表}}\n",
      { 2, 2, 2, 2 } },
    { SITE POINT "    limits: {H: {at: 24 ppm, clear: 20 ppm⟦； do: x, basis: y}}\n", { 2 } },
    { SITE POINT "    limits: ⟦｛H: {at: 24 ppm, clear: 20 ppm, do: x, basis: y⟦｝⟦｝\n",
      { 2, 2, 2 } },
    { SITE "points:\n  ⟦－ id: p1\n    bus: b1\n    unit_id: ⟦１\n    every: 1s\n    county: c\n"
           "    read: {fc: 3, address: 0, type: u16}\n",
      { 2, 2 } },
    { SITE "points:\n  -⟦　id: p1\n    bus: b1\n    unit_id: 1⟦　# 注释\n    every:⟦\u00A01s\n    "
           "county: c\n"
           "    read: {fc: 3, address: 0, type: u16}\n",
      { 2, 2, 2 } },
    { "version: 1\nsite: {ent: ⟦“e”, gw: ⟦‘g’, zh: “示范”}\n", { 2, 2 } },
    { "version: 1\nsite: {\"ent\"⟦：e, 'gw'⟦： g}\n", { 2, 2 } },
    { SITE POINT "    en⟦:2s\n"
                 "    zh⟦:炉\n",
      { 10, 10 } },
    { SITE POINT "    limits: {H: {at⟦:24 ppm, clear: 20 ppm, do: x, basis: y}}\n", { 10 } },
    { SITE "points:\n  ⟦-id: p1\n    bus: b1\n    unit_id: 1\n    every: 1s\n    county: c\n"
           "    read: {fc: 3, address: 0, type: u16}\n",
      { 10 } },
    { SITE POINT "    zh: ⟦#1高炉\n    en: ⟦#1\n", { 11, 11 } },
    { SITE "areas: {a1: {zh: ⟦#1高炉, en: x}, a2: {zh: y}}\n" POINT, { 11 } },
    { SITE POINT "    do: ⟦@王\n    basis: ⟦`x`\n", { 12, 12 } },
    { SITE POINT "    limits: {H: {at: ⟦%LEL, clear: 20 ppm, do: x, basis: y}}\n", { 12 } },
    { SITE POINT "    zh: ⟦\"炉\n    en: x\n", { 13 } },
    { SITE POINT "    zh: ⟦\"炉\n    en: \"x\"\n", { 13 } },
    { SITE POINT
      "    limits: {H: {at: 24 ppm, clear: 20 ppm, do: ⟦\"x, basis: y}}\n    en: \"z\"\n",
      { 13 } },
    { SITE POINT "    limits: ⟦{H: {at: 24 ppm, clear: 20 ppm}\n    zh: x\n", { 13 } },
    { SITE "areas: ⟦[a\n", { 13 } },
    { SITE POINT "    limits: {H: {at: 24 ppm ⟦clear: 20 ppm}}\n", { 14 } },
    { SITE "areas: {\"a\": {} ⟦\"b\": {}}\n", { 14 } },
    { SITE "⟦uplinks\nareas: {}\n", { 16 } },
    { SITE POINT "    ⟦zh 炉\n    en: x\n", { 16 } },
    { SITE POINT "   ⟦zh: 炉\n", { 17 } },
    { SITE POINT "     ⟦zh: 炉\n", { 17 } },
    { SITE POINT "  ⟦id: p2\n", { 17 } },
    { SITE "areas:\n  a1: {zh: x}\n ⟦a2: {zh: y}\n", { 17 } },
    { SITE POINT "    limits:\n      H:\n      ⟦at: 24 ppm\n", { 18 } },
    { SITE POINT "⟦limits: {}\n", { 18 } },
    { SITE "⟦every: 1s\n", { 18 } },
    { SITE POINT "    zh: 炉⟦: 顶\n", { 19 } },
    { SITE POINT "    zh: \"炉\"⟦顶\n", { 19 } },
    { SITE "areas: {a: [x⟦}\n", { 19 } },
    { SITE "areas: ⟦- x\n", { 19 } },
    { SITE POINT "    zh: 炉⟦\x01\n", { 19 } },
    { SITE POINT "    zh: 炉⟦\u2028en: x\n", { 19 } },
    { SITE POINT "    zh: 炉⟦\ren: x\n", { 19 } },
    { SITE POINT "    zh: \"⟦\\q\"\n", { 1 } },
    { SITE POINT "⟦\tzh: x\n\ten: y\n", { 4 } },
    { SITE POINT "⟦　　　　zh: x\n", { 2 } },
    { SITE "areas: {a: ⟦| x}\n", { 12 } },
    { SITE "points:\n  - id: p1\n    bus: b1\n    unit_id: 1\n    every: 1s\n    county: c\n    "
           "read: {fc: 3, address: 0, type: u16}\n    unit: ⟦“ppm\n",
      { 2 } },
    { SITE POINT "    use: [\"CO\"⟦，'CO-own']\n", { 2 } },
    { SITE POINT "    use: [CO⟦，CO-own⟦］\n", { 2, 2 } },
    { SITE POINT "    basis: \"x\"⟦，\n    zh: y\n", { 2 } },
    { SITE POINT
      "    limits: {\"H\": {at: 24 ppm, clear: \"20 ppm\"⟦｝, L: {at: 2 ppm, clear: 3 ppm}}\n",
      { 2 } },
    { SITE POINT "    zh: 炉 ⟦: 顶\n", { 19 } },
    { SITE "areas: {a1: {zh: x,\n⟦\ten: y}}\n", { 4 } },
};

/* The text without its marks; their places in order. */
static size_t unmark(const char *marked, char *text, int places[][2])
{
    int line = 1, col = 1;
    size_t n = 0, len = 0;

    for (const char *c = marked; *c != '\0'; c++) {
        if (strncmp(c, "⟦", strlen("⟦")) == 0) {
            places[n][0] = line;
            places[n++][1] = col;
            c += strlen("⟦") - 1;
            continue;
        }
        text[len++] = *c;
        col = *c == '\n' ? 1 : col + ((*c & 0xC0) != 0x80);
        line += *c == '\n';
    }
    text[len] = '\0';
    return n;
}

static bool is_as_expected(const struct diag_list *found, const struct row *row, int places[][2],
                           size_t n)
{
    size_t errors = 0;

    for (size_t i = 0; i < found->n; i++) {
        const struct diag *g = &found->v[i];
        if (g->warning)
            continue;
        if (errors == n || g->code != row->codes[errors] || g->line != places[errors][0] ||
            g->col != places[errors][1])
            return false;
        errors++;
    }
    return errors == n;
}

static void each_is_named_at_its_place_and_nothing_follows_from_it(void **unused)
{
    char text[2048];
    int places[8][2], failed = 0;

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t n = unmark(rows[i].text, text, places);
        struct diag_list found;
        struct plant *p = NULL;
        assert_int_equal(load_text(&p, text, &found), RG_ECONF);
        if (!is_as_expected(&found, &rows[i], places, n)) {
            fprintf(stderr, "%s", rows[i].text);
            diag_print(stderr, &found, "p.yaml", DIAG_EN);
            failed++;
        }
        diag_fini(&found);
    }
    assert_int_equal(failed, 0);
}

static void texts_may_hold_any_of_them(void **unused)
{
    static const char *const texts[] = {
        "    zh: 停产，撤人；通知：“防护站”。｛一｝［二］（三）【四】　五\n",
        "    zh: \"a：b，#c\" # 注释：，｛\n",
        "    zh: 'a''：b'\n    en: \"a \\\" b：c\"\n",
        "    do: {zh: 停，撤；查：漏［1］, en: stop}\n",
        "    do: |\n      停：一，\n      -二\n      unit：三\n    zh: x\n",
        "    zh: >-\n\n      停：一\n\n      二\n    en: y\n",
        "    zh: 一\n      二：三，四\n    en: y\n",
        "    do: {zh: 停机，CO：查漏；H：高限，一：二, en: a，b：c}\n",
        "    zh: 12:30 C:\\x a:b\n",
        "　　\n\t\n  　# 注释\n    zh: x\n",
        "    zh: 一\n     　二：三\n",
        "    en: don't, 5\" pipe\n",
        "    basis: GB 6222—2005，第 3 条\n",
    };
    char text[2048];

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct diag_list found;
        struct plant *p = NULL;
        snprintf(text, sizeof text, SITE POINT "%s", texts[i]);
        int err = load_text(&p, text, &found);
        if (err != RG_OK || found.warnings > 0) {
            diag_print(stderr, &found, "p.yaml", DIAG_EN);
            fail_msg("%s", texts[i]);
        }
        plant_free(p);
        diag_fini(&found);
    }
}

static void a_text_that_a_hash_cuts_is_a_warning(void **unused)
{
    struct diag_list found;
    struct plant *p = NULL;

    (void)unused;
    assert_int_equal(load_text(&p, SITE POINT "    zh: 热风炉 #2\n    en: x # a comment\n", &found),
                     RG_OK);
    assert_int_equal(found.warnings, 1);
    assert_non_null(find_diag(&found, 56));
    assert_int_equal(find_diag(&found, 56)->col, 13);
    diag_fini(&found);
    plant_free(p);
}

static void bytes_that_are_no_utf8_are_named_with_the_way_out(void **unused)
{
    static const struct {
        const char *bytes;
        size_t len;
        int code, line, col;
        const char *help;
    } files[] = {
        { "version: 1\n# \xC4\xE3\xBA\xC3\n", 17, 3, 2, 3, "iconv -f GB18030 -t UTF-8 'p.yaml'" },
        { "\xFF\xFEv\0e\0r\0s\0", 10, 3, 1, 1, "iconv -f UTF-16 -t UTF-8 'p.yaml'" },
        { "v\0e\0r\0s\0i\0o\0", 12, 3, 1, 1, "iconv -f UTF-16LE -t UTF-8 'p.yaml'" },
        { "\0v\0e\0r\0s\0i\0o", 12, 3, 1, 1, "iconv -f UTF-16BE -t UTF-8 'p.yaml'" },
        { "version: 1\nsite: \xE9\n", 19, 3, 2, 7, "iconv -f LATIN1 -t UTF-8 'p.yaml'" },
        { "a: \xC0\x80\n", 6, 3, 1, 4, "iconv" },
        { "a: \xED\xA0\x80\n", 7, 3, 1, 4, "iconv" },
        { "version: 1\n  \0x\n", 16, 5, 2, 3, "" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct diag_list found;
        struct plant *p = NULL;
        assert_int_equal(load_bytes(&p, files[i].bytes, files[i].len, &found), RG_ECONF);
        assert_int_equal(found.errors, 1);
        assert_int_equal(found.v[0].code, files[i].code);
        assert_int_equal(found.v[0].line, files[i].line);
        assert_int_equal(found.v[0].col, files[i].col);
        assert_non_null(strstr(found.v[0].help[DIAG_EN], files[i].help));
        diag_fini(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_named_at_its_place_and_nothing_follows_from_it),
        cmocka_unit_test(texts_may_hold_any_of_them),
        cmocka_unit_test(a_text_that_a_hash_cuts_is_a_warning),
        cmocka_unit_test(bytes_that_are_no_utf8_are_named_with_the_way_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
