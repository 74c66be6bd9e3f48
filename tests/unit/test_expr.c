/* What an expression says for each quality of its points, and where the caret
 * stands when it can't be read. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/model.h"
#include "config/report.h"
#include "rules/expr_eval.h"

static const struct state_conf modes[] = { { 0, { "停", "stopped" } },
                                           { 1, { "运行", "running" } },
                                           { 2, { "故障", "in fault" } } };

#define WITH_UNIT(name, u)                                                                         \
    {                                                                                              \
        .id = name, .unit_of_value = u, .every_ms = 1000, .read.type = TYPE_F32                    \
    }
#define RANGED(name, u, low, high)                                                                 \
    {                                                                                              \
        .id = name, .unit_of_value = u, .every_ms = 1000, .read.type = TYPE_F32,                   \
        .has_range = true, .range_low = low, .range_high = high                                    \
    }
#define BIT(name)                                                                                  \
    {                                                                                              \
        .id = name, .every_ms = 1000, .read.type = TYPE_BIT                                        \
    }

/* Sorted by id. */
static const struct point_conf points[] = {
    WITH_UNIT("2co", UNIT_PPM),
    RANGED("a", UNIT_PPM, 0, 1000),
    RANGED("b", UNIT_PPM, 0, 1000),
    RANGED("c", UNIT_PPM, 0, 1000),
    WITH_UNIT("co.bf-1_x", UNIT_PPM),
    WITH_UNIT("d", UNIT_MG_M3),
    BIT("fan"),
    WITH_UNIT("g", UNIT_G_M3),
    WITH_UNIT("lel", UNIT_LEL),
    { .id = "mode", .read.type = TYPE_U16, .states = modes, .n_states = 3 },
    WITH_UNIT("n", UNIT_NONE),
    WITH_UNIT("p", UNIT_KPA),
    WITH_UNIT("pct", UNIT_PERCENT),
    WITH_UNIT("q1", UNIT_M3_H),
    WITH_UNIT("q2", UNIT_M3_H),
    BIT("saw"),
    WITH_UNIT("t", UNIT_CELSIUS),
};
#define POINTS (sizeof points / sizeof points[0])

struct input {
    char mark; /* = a value, ~ a change, ? unknown, ! bad, > and < beyond the range */
    double val;
};

static uint32_t by_id[POINTS];
static struct input inputs[POINTS], changes[POINTS];

static struct known value(const void *ctx, uint32_t point, bool is_strict)
{
    const struct input *in = &inputs[point];
    struct known k = known_nothing(in->mark != '?');

    (void)ctx;
    if (in->mark == '=')
        return known_value(in->val);
    if (!is_strict && in->mark == '>')
        k.low = points[point].has_range ? points[point].range_high : DBL_MAX;
    if (!is_strict && in->mark == '<')
        k.high = points[point].has_range ? points[point].range_low : -DBL_MAX;
    return k;
}

static enum quality quality(const void *ctx, uint32_t point)
{
    char mark = inputs[point].mark;

    (void)ctx;
    return mark == '='   ? Q_GOOD
           : mark == '?' ? Q_STALE
           : mark == '>' ? Q_OVER_RANGE
           : mark == '<' ? Q_UNDER_RANGE
                         : Q_COMM_FAIL;
}

static struct known change(const void *ctx, uint32_t point, uint32_t window, bool is_fall,
                           bool is_strict)
{
    (void)ctx;
    (void)window;
    (void)is_strict;
    if (changes[point].mark == '~')
        return known_value(is_fall ? -changes[point].val : changes[point].val);
    return known_nothing(changes[point].mark == '!');
}

static void set_inputs(const char *text)
{
    for (size_t i = 0; i < POINTS; i++)
        inputs[i] = changes[i] = (struct input){ '?', 0 };
    while (text[0] != '\0') {
        size_t len = strcspn(text, "=~?!<>");
        char id[32];
        uint32_t point;
        struct input in = { text[len], 0 };

        snprintf(id, sizeof id, "%.*s", (int)len, text);
        point = expr_find(&(struct expr_names){ points, by_id, POINTS }, id);
        if (point == PLANT_NONE)
            fail_msg("no point %s", id);
        in.val = strtod(text + len + 1, NULL);
        *(in.mark == '~' ? &changes[point] : &inputs[point]) = in;
        if (in.mark == '!' || in.mark == '?')
            changes[point] = in;
        text += strcspn(text, " ");
        text += strspn(text, " ");
    }
}

/* "E172 24 mg/m3": the number, and what the caret stands under; else "true",
 * "false", "unknown", "bad", or the number that a quantity is. */
static const char *say(const char *text, enum expr_want want)
{
    static const char *const words[] = { "false", "true", "unknown", "bad" };
    static char out[160];
    static struct expr_code code;
    const struct expr_names names = { points, by_id, POINTS };
    const struct expr_reader reader = { NULL, value, quality, change };
    struct expr_fault fault;

    if (!expr_compile(text, &names, want, &code, &fault)) {
        snprintf(out, sizeof out, "E%03d %.*s%s%s", finding_number(fault.finding), (int)fault.len,
                 text + fault.from, fault.near[0] == '\0' ? "" : " -> ", fault.near);
        return out;
    }
    struct expr x = { text, code.steps, code.n, code.n_windows };
    if (want == EXPR_CONDITION)
        return words[expr_judge(&x, &reader)];
    struct known k = expr_value(&x, &reader, true);
    char unit[64];
    expr_unit_text(&code.unit, unit, sizeof unit);
    if (known_is(&k))
        snprintf(out, sizeof out, "%.15g %s", k.low, unit);
    else
        snprintf(out, sizeof out, "%s %s", k.is_bad ? "bad" : "unknown", unit);
    return out;
}

struct row {
    const char *text, *inputs, *says;
};

static const struct row conditions[] = {
#include "tests/unit/expr_conditions.inc"
};
static const struct row quantities[] = {
#include "tests/unit/expr_quantities.inc"
};
static const struct row refusals[] = {
#include "tests/unit/expr_refusals.inc"
};
#define COUNT(rows) (sizeof rows / sizeof rows[0])

static void check(const struct row *rows, size_t n, enum expr_want want)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        set_inputs(rows[i].inputs);
        const char *said = say(rows[i].text, want);
        if (strcmp(said, rows[i].says) == 0)
            continue;
        print_error("%s\n  with %s\n  wanted %s\n  said   %s\n", rows[i].text, rows[i].inputs,
                    rows[i].says, said);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void what_is_unknown_neither_makes_a_condition_true_nor_false(void **unused)
{
    (void)unused;
    check(conditions, COUNT(conditions), EXPR_CONDITION);
}

static void quantities_carry_their_unit_and_their_doubt(void **unused)
{
    (void)unused;
    check(quantities, COUNT(quantities), EXPR_QUANTITY);
}

static void the_caret_stands_under_what_is_wrong(void **unused)
{
    (void)unused;
    check(refusals, COUNT(refusals), EXPR_CONDITION);
}

static void the_table_has_two_hundred_rows(void **unused)
{
    (void)unused;
    assert_true(COUNT(conditions) + COUNT(quantities) + COUNT(refusals) >= 200);
}

/* Nothing that a person can type runs out of the fixed room. */
static void length_and_depth_are_bounded(void **unused)
{
    char text[4 * EXPR_STEPS_MAX + 64];

    (void)unused;
    set_inputs("a=6");
    for (size_t depth = 1; depth < EXPR_DEPTH_MAX + 9; depth++) {
        memset(text, '(', depth);
        memcpy(text + depth, "a > 5 ppm", 9);
        memset(text + depth + 9, ')', depth);
        text[2 * depth + 9] = '\0';
        assert_string_equal(say(text, EXPR_CONDITION), depth < EXPR_DEPTH_MAX    ? "true"
                                                       : depth == EXPR_DEPTH_MAX ? "E179 >"
                                                                                 : "E179 (");
    }
    snprintf(text, sizeof text, "a > 5 ppm");
    for (size_t n = 9; n + 8 < sizeof text; n += 7)
        snprintf(text + n, sizeof text - n, " or a>b");
    assert_memory_equal(say(text, EXPR_CONDITION), "E179", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_unknown_neither_makes_a_condition_true_nor_false),
        cmocka_unit_test(quantities_carry_their_unit_and_their_doubt),
        cmocka_unit_test(the_caret_stands_under_what_is_wrong),
        cmocka_unit_test(the_table_has_two_hundred_rows),
        cmocka_unit_test(length_and_depth_are_bounded),
    };

    for (uint32_t i = 0; i < POINTS; i++)
        by_id[i] = i;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
