/* Any text as an expression: what can't be read is blamed inside of the text,
 * what can is evaluated while its points become known one by one.  An answer that
 * was given before a point was known must be the answer afterwards. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/model.h"
#include "rules/expr_eval.h"

#define TEXT_MAX 400

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct state_conf modes[] = { { 0, { "停", "stop" } }, { 1, { "运行", "run" } } };
static const struct point_conf points[] = {
    { .id = "a", .unit_of_value = UNIT_PPM, .has_range = true, .range_high = 1000 },
    { .id = "b", .unit_of_value = UNIT_PPM, .every_ms = 1000 },
    { .id = "f", .read.type = TYPE_BIT },
    { .id = "m", .read.type = TYPE_U16, .states = modes, .n_states = 2 },
    { .id = "n", .read.type = TYPE_U16 },
    { .id = "q1", .unit_of_value = UNIT_M3_H },
    { .id = "q2", .unit_of_value = UNIT_M3_H },
};
#define POINTS (sizeof points / sizeof points[0])
static const uint32_t by_id[POINTS] = { 0, 1, 2, 3, 4, 5, 6 };

/* What becomes known, and by how many points so far. */
struct world {
    double values[POINTS];
    enum quality last[POINTS]; /* of those that are not known yet */
    size_t n_known;
};

static void demand(int holds)
{
    if (!holds)
        abort();
}

static struct known value(const void *ctx, uint32_t point, bool is_strict)
{
    const struct world *w = ctx;
    struct known k = known_nothing(quality_class(w->last[point]) == QC_BAD);

    demand(point < POINTS);
    if (point < w->n_known)
        return known_value(w->values[point]);
    if (!is_strict && w->last[point] == Q_OVER_RANGE && w->values[point] >= 1000)
        k.low = 1000;
    return k;
}

static enum quality quality(const void *ctx, uint32_t point)
{
    const struct world *w = ctx;

    return point < w->n_known ? Q_GOOD : w->last[point];
}

static struct known change(const void *ctx, uint32_t point, uint32_t window, bool is_fall,
                           bool is_strict)
{
    struct known k = value(ctx, point, is_strict);

    demand(window < EXPR_STEPS_MAX);
    return is_fall ? (struct known){ -k.high, -k.low, k.is_bad } : k;
}

static void check_known(const struct known *k)
{
    demand(!isnan(k->low) && !isnan(k->high) && k->low <= k->high);
    demand(!(known_is(k) && k->is_bad) && !(known_is(k) && isinf(k->low)));
}

static bool says_bad(const struct expr *x)
{
    for (uint32_t i = 0; i < x->n; i++)
        if (x->steps[i].op == EXPR_BAD)
            return true;
    return false;
}

/* bad(p) asks for the quality itself, which does change; and a value that becomes
 * known may overflow. */
static void check_answers(const struct expr *x, struct world *w)
{
    const struct expr_reader reader = { w, value, quality, change };
    struct known before = known_nothing(false);

    for (w->n_known = 0; w->n_known <= POINTS; w->n_known++) {
        struct known now = expr_value(x, &reader, false);
        struct known strict = expr_value(x, &reader, true);

        check_known(&now);
        check_known(&strict);
        demand(!known_is(&strict) || (known_is(&now) ? now.low == strict.low : now.is_bad));
        demand(says_bad(x) || !known_is(&before) ||
               (known_is(&now) ? now.low == before.low : now.is_bad));
        before = now;
    }
}

/* In the middle of a whole character; text may be no UTF-8 at all. */
static int splits_a_character(const char *text, size_t at)
{
    size_t back = 0, need = 0, whole = 0;

    while (back < 3 && back < at && (text[at - back] & 0xC0) == 0x80)
        back++;
    if (back > 0 && (unsigned char)text[at - back] >= 0xC0)
        need = (unsigned char)text[at - back] >= 0xF0   ? 4
               : (unsigned char)text[at - back] >= 0xE0 ? 3
                                                        : 2;
    while (whole + 1 < need && (text[at - back + whole + 1] & 0xC0) == 0x80)
        whole++;
    return need > 0 && whole + 1 == need && back < need;
}

static void check_fault(const char *text, const struct expr_fault *f)
{
    demand(f->from <= strlen(text) && f->from + f->len <= strlen(text) + 1);
    demand(!splits_a_character(text, f->from));
}

static struct world world_of(const uint8_t *bytes, size_t len)
{
    static const double values[] = { 0, 1, -1, 24, 999, 1000, 1500, 1e300 };
    struct world w = { .n_known = 0 };

    for (size_t i = 0; i < POINTS; i++) {
        uint8_t byte = len == 0 ? 0 : bytes[(len - 1 + i * 7) % len];
        w.values[i] = values[byte % 8];
        w.last[i] = (enum quality)(Q_NEVER_READ + (byte >> 3) % (QUALITY_COUNT - Q_NEVER_READ));
    }
    return w;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct expr_code code;
    const struct expr_names names = { points, by_id, POINTS };
    struct world w = world_of(bytes, len);
    struct expr_fault fault = { .len = 0 };
    char text[TEXT_MAX + 1];
    size_t n = len < TEXT_MAX ? len : TEXT_MAX;

    memcpy(text, bytes, n);
    text[n] = '\0';
    for (int want = EXPR_CONDITION; want <= EXPR_QUANTITY; want++) {
        if (!expr_compile(text, &names, (enum expr_want)want, &code, &fault)) {
            check_fault(text, &fault);
            continue;
        }
        demand(code.n > 0 && code.n <= EXPR_STEPS_MAX);
        check_answers(&(struct expr){ text, code.steps, code.n, code.n_windows }, &w);
    }
    return 0;
}
