/* Whatever stands in a label comes out as it stands: random Chinese texts with
 * every mark of an input method, in block and in flow style.
 *   test_labels [-s SEED] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/config_rig.h"

#define TEXTS 20000

static uint64_t seed = 20261123;

/* xorshift64* */
static unsigned pick(unsigned below)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (unsigned)((seed * 2685821657736338717u) >> 33) % below;
}

static const char *const pieces[] = {
    "高炉", "煤气", "柜", "压力", "一", "号", "CO", "H",  "L",  "HH", "a",  "Z",  "0",
    "12",   "-",    "/",  "(",    ")",  "：", "，", "；", "。", "、", "“",  "”",  "‘",
    "’",    "（",   "）", "【",   "】", "《", "》", "！", "？", "％", "＃", "－", "—",
    "～",   "　",   "｜", "℃",    "·",  "…",  ".",  "_",  "+",  "=",  "°",  "µ",
};

#define N_PIECES (sizeof pieces / sizeof pieces[0])

static void make_label(char out[256])
{
    unsigned n = 1 + pick(12);
    size_t len = (size_t)snprintf(out, 256, "炉"); /* a text begins with no mark of syntax */

    for (unsigned i = 0; i < n; i++)
        len += (size_t)snprintf(out + len, 256 - len, "%s", pieces[pick(N_PIECES)]);
    snprintf(out + len, 256 - len, "尾");
}

static void assert_label_is_kept(const char *label)
{
    static const char *const forms[] = {
        "areas:\n  a1:\n    zh: %s\n    basis: 规程\n",
        "areas:\n  a1: {zh: %s, basis: 规程}\n",
        "areas: {a1: {basis: 规程, zh: %s}}\n",
        "areas: {a1: {zh: \"%s\", basis: 规程}}\n",
    };
    char text[1024];

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct diag_list found;
        struct plant *p = NULL;
        size_t at = (size_t)(strstr(forms[i], "%s") - forms[i]);
        snprintf(text, sizeof text, "version: 1\nsite: {ent: e, gw: g}\n%.*s%s%s", (int)at,
                 forms[i], label, forms[i] + at + 2);
        int err = load_text(&p, text, &found);
        if (err != RG_OK || strcmp(p->areas[0].label.zh, label) != 0) {
            diag_print(stderr, &found, "p.yaml", DIAG_EN);
            fail_msg("%s", text);
        }
        assert_string_equal(p->areas[0].basis, "规程");
        plant_free(p);
        diag_fini(&found);
    }
}

static void a_label_may_hold_anything_that_yaml_lets_it(void **unused)
{
    char label[256];

    (void)unused;
    printf("seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < TEXTS; i++) {
        make_label(label);
        assert_label_is_kept(label);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_may_hold_anything_that_yaml_lets_it),
    };

    if (argc == 3 && strcmp(argv[1], "-s") == 0)
        seed = strtoull(argv[2], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
