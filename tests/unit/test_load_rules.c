/* Rules and states, from their lines in a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/report.h"
#include "tests/unit/config_rig.h"

#define HEAD                                                                                       \
    "version: 1\n"                                                                                 \
    "site: {ent: \"140521000001\", gw: \"01\"}\n"                                                  \
    "buses: {b1: {tcp: \"127.0.0.1:502\"}}\n"                                                      \
    "areas: {a1: {zh: 一区, basis: 本厂规定 1, do: 撤离}}\n"                               \
    "defaults: {bus: b1, unit_id: 1, every: 1s, area: a1}\n"                                       \
    "points:\n"                                                                                    \
    "  - {id: co.a, county: c1, unit: ppm, read: {fc: 3, address: 0, type: u16}}\n"                \
    "  - {id: co.b, county: c2, unit: ppm, read: {fc: 3, address: 1, type: u16}}\n"                \
    "  - {id: fan, county: c3, read: {fc: 2, address: 0, type: bit}}\n"                            \
    "  - {id: mode, county: c4, read: {fc: 3, address: 2, type: u16},\n"                           \
    "     states: {0: {zh: 停, en: stopped}, 1: 运行, 2: {zh: 故障}}}\n"

static struct plant *load_good(const char *text)
{
    struct diag_list found;
    struct plant *p = NULL;
    int err = load_text(&p, text, &found);

    diag_print(stderr, &found, "p.yaml", DIAG_EN);
    assert_int_equal(found.warnings, 0);
    diag_fini(&found);
    assert_int_equal(err, RG_OK);
    return p;
}

static void a_rule_arrives_whole(void **unused)
{
    struct plant *p =
        load_good(HEAD "rules:\n"
                       "  - id: r1\n"
                       "    zh: 多点超限\n"
                       "    en: several high\n"
                       "    when: count(co.a >= 24 ppm, co.b >= 24 ppm,\n"
                       "      mode is 运行) >= 2\n"
                       "    clear_when: co.a < 20 ppm and rise(co.a, 10min) <= 0 ppm\n"
                       "    after: 3s\n"
                       "    clear_after: 1min\n"
                       "    respond_within: 5min\n"
                       "    re_alarm: 1h\n"
                       "    priority: 1\n"
                       "    latch: yes\n"
                       "    area: a1\n"
                       "    basis: 清单 第 3 条\n"
                       "  - {id: r2, when: fan is off, area: a1}\n");
    const struct rule_conf *r = &p->rules[0];

    (void)unused;
    assert_int_equal(p->n_rules, 2);
    assert_string_equal(r->id, "r1");
    assert_string_equal(r->label.zh, "多点超限");
    assert_string_equal(r->label.en, "several high");
    assert_string_equal(r->when.text, "count(co.a >= 24 ppm, co.b >= 24 ppm, mode is 运行) >= 2");
    assert_int_equal(r->when.n, 3 * 3 + 1 + 2);
    assert_int_equal(r->clear_when.n_windows, 1);
    assert_int_equal(r->limit.after_ms, 3000);
    assert_int_equal(r->limit.clear_after_ms, 60000);
    assert_int_equal(r->limit.respond_within_ms, 300000);
    assert_int_equal(r->limit.re_alarm_ms, 3600000);
    assert_int_equal(r->limit.priority, 1);
    assert_true(r->limit.set && r->limit.latch);
    assert_int_equal(r->area, 0);
    assert_string_equal(r->limit.basis, "清单 第 3 条");
    assert_string_equal(r->limit.act.zh, "撤离");
    assert_int_equal(r->line, 13);
    assert_int_equal(p->rules[1].limit.priority, 2);
    assert_int_equal(p->rules[1].limit.after_ms, 0);
    assert_null(p->rules[1].clear_when.text);
    assert_string_equal(p->rules[1].limit.basis, "本厂规定 1");
    assert_int_equal(p->points[3].n_states, 3);
    assert_string_equal(p->points[3].states[1].label.zh, "运行");
    plant_free(p);
}

struct row {
    const char *text; /* behind HEAD */
    int code;
    const char *at;   /* what the caret stands under */
    const char *help; /* part of the way out; "" */
};

#define RULE(when) "rules: [{id: r1, area: a1, when: " when "}]"
#define STATES(states)                                                                             \
    "  - {id: p9, county: c9, read: {fc: 3, address: 9, type: u16}, states: " states "}"

static const struct row rows[] = {
    { "rules: [{id: r1, area: a1}]", 24, "{id: r1", "" },
    { "rules: [{area: a1, when: fan is on}]", 24, "{area", "" },
    { "rules: {r1: {when: fan is on}}", 23, "{r1", "" },
    { "rules: [fan is on]", 23, "fan is on", "" },
    { "rules: [{id: co.a, area: a1, when: fan is on}]", 26, "co.a", "" },
    { "rules: [{id: r1, area: a1, when: fan is on, then: x}]", 20, "then", "" },
    { "rules: [{id: r1, area: a2, when: fan is on, basis: x, do: y}]", 27, "a2", "‘a1’" },
    { "rules: [{id: r1, when: fan is on, priority: 1}]", 43, "{id: r1", "" },
    { "rules: [{id: r1, area: a1, when: fan is on, after: 3}]", 32, "3}", "" },
    { RULE("co.a >= 24 mg/m3"), 172, "24 mg/m3", "" },
    { RULE("co.a >= 24"), 32, "24", "24 ppm" },
    { RULE("co.x >= 24 ppm"), 27, "co.x", "‘co.a’" },
    { RULE("fan"), 171, "fan", "‘fan is on’" },
    { RULE("co.a >= 24 pmm"), 31, "pmm", "‘ppm’" },
    { RULE("co.a >= 24 %LEL"), 31, "%LEL", "‘LEL%’" },
    { RULE("co.a ≥ 24 ppm"), 170, "≥", "‘>=’" },
    { RULE("mode is 运行 and mode is 停止"), 177, "停止", "stopped" },
    { RULE("mode is 运行 and co.x > 5 ppm"), 27, "co.x", "" },
    { RULE("\"mode is 运行 and co.x > 5 ppm\""), 27, "co.x", "" },
    { RULE("'mode is 运行 and co.x > 5 ppm'"), 27, "co.x", "" },
    { RULE("fan is on, clear_when: mode is 停 or co.a >"), 170, "", "" },
    { RULE("fan is on") "\nareas: {}", 21, "areas: {}", "" },
    { "rules: [{id: r1, area: a1, when: fan is on}, {id: r2, area: a1, when: r1 is on}]", 175,
      "r1 is on", "" },
    { "rules: [{id: r1, area: a1, when: r2 is on}, {id: r2, area: a1, when: fan is on}]", 175,
      "r2 is on", "" },
    { STATES("{a: 停}"), 30, "a: 停", "" },
    { STATES("{0: [x]}"), 23, "[x]", "" },
    { STATES("{0: }"), 22, "0:", "" },
    { STATES("{0: {cn: x}}"), 20, "cn", "" },
    { "  - {id: p9, county: c9, read: {fc: 2, address: 9, type: bit}, states: {2: x}}", 34, "2: x",
      "" },
};

/* Line and column of the text, in code points. */
static void find_place(const char *text, size_t at, int *line, int *col)
{
    *line = *col = 1;
    for (size_t i = 0; i < at; i++)
        if (text[i] == '\n') {
            *col = 1;
            ++*line;
        } else if (((unsigned char)text[i] & 0xC0) != 0x80) {
            ++*col;
        }
}

static void check_row(const struct row *row)
{
    char text[4096];
    struct diag_list found;
    struct plant *p = NULL;
    int line, col;

    snprintf(text, sizeof text, "%s%s\n", HEAD, row->text);
    assert_int_equal(load_text(&p, text, &found), RG_ECONF);
    const char *behind = strstr(text + strlen(HEAD), row->at);
    const char *again = behind == NULL ? NULL : strstr(behind + 1, row->at);
    const struct diag *d = find_diag(&found, row->code);
    if (again != NULL && row->code == 175)
        behind = again;
    if (row->at[0] == '\0')
        behind = strstr(text + strlen(HEAD), "}]");
    find_place(text, (size_t)(behind - text), &line, &col);
    if (d == NULL || d->line != line || d->col != col || found.errors != 1 ||
        strstr(d->help[DIAG_EN], row->help) == NULL) {
        diag_print(stderr, &found, "p.yaml", DIAG_EN);
        fail_msg("%s: not E%03d at %d:%d", row->text, row->code, line, col);
    }
    diag_fini(&found);
}

static void each_mistake_is_told_once_at_its_place(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(&rows[i]);
}

static void ten_thousand_rules_are_read(void **unused)
{
    size_t size = strlen(HEAD) + 10000 * 120, n;
    char *text = malloc(size);
    struct plant *p;

    (void)unused;
    n = (size_t)snprintf(text, size, "%srules:\n", HEAD);
    for (int i = 0; i < 10000; i++)
        n +=
            (size_t)snprintf(text + n, size - n,
                             "  - {id: r%d, area: a1, when: co.a >= %d ppm and fan is on}\n", i, i);
    p = load_good(text);
    assert_int_equal(p->n_rules, 10000);
    plant_free(p);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_arrives_whole),
        cmocka_unit_test(each_mistake_is_told_once_at_its_place),
        cmocka_unit_test(ten_thousand_rules_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
