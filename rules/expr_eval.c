#include "rules/expr_eval.h"

#include <assert.h>
#include <math.h>

struct known known_value(double v)
{
    return isfinite(v) ? (struct known){ v, v, false } : known_nothing(true);
}

struct known known_nothing(bool is_bad)
{
    return (struct known){ -INFINITY, INFINITY, is_bad };
}

bool known_is(const struct known *k)
{
    return k->low == k->high;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double greater(double a, double b)
{
    return a > b ? a : b;
}

/* Of two known numbers only an overflow or a division by zero gives none. */
static struct known between(double low, double high, const struct known *a, const struct known *b)
{
    bool is_bad = a->is_bad || b->is_bad;

    if (isnan(low) || isnan(high) || low == INFINITY || high == -INFINITY ||
        (low != high && known_is(a) && known_is(b)))
        return known_nothing(is_bad || (known_is(a) && known_is(b)));
    return (struct known){ low, high, low != high && is_bad };
}

static struct known product(const double at[4], const struct known *a, const struct known *b)
{
    double low = at[0], high = at[0];

    for (int i = 1; i < 4; i++) {
        if (isnan(at[i]) || isnan(low))
            return between(NAN, NAN, a, b);
        low = smaller(low, at[i]);
        high = greater(high, at[i]);
    }
    return between(low, high, a, b);
}

static struct known times(const struct known *a, const struct known *b)
{
    const double at[4] = { a->low * b->low, a->low * b->high, a->high * b->low, a->high * b->high };

    return product(at, a, b);
}

static struct known divided(const struct known *a, const struct known *b)
{
    if (b->low <= 0 && b->high >= 0)
        return between(NAN, NAN, a, b);
    const double at[4] = { a->low / b->low, a->low / b->high, a->high / b->low, a->high / b->high };

    return product(at, a, b);
}

/* 1 for sure, 0 for sure, or either. */
static struct known condition(bool surely, bool maybe, const struct known *a, const struct known *b)
{
    return (struct known){ surely, maybe, surely != maybe && (a->is_bad || b->is_bad) };
}

static struct known compare(enum expr_op op, const struct known *a, const struct known *b)
{
    bool equal = known_is(a) && known_is(b) && a->low == b->low;
    bool apart = a->high < b->low || a->low > b->high;

    if (op == EXPR_LT)
        return condition(a->high < b->low, a->low < b->high, a, b);
    if (op == EXPR_LE)
        return condition(a->high <= b->low, a->low <= b->high, a, b);
    if (op == EXPR_GT)
        return condition(a->low > b->high, a->high > b->low, a, b);
    if (op == EXPR_GE)
        return condition(a->low >= b->high, a->high >= b->low, a, b);
    return op == EXPR_EQ ? condition(equal, !apart, a, b) : condition(apart, !equal, a, b);
}

static struct known apply(enum expr_op op, const struct known *a, const struct known *b)
{
    if (op == EXPR_ADD)
        return between(a->low + b->low, a->high + b->high, a, b);
    if (op == EXPR_SUB)
        return between(a->low - b->high, a->high - b->low, a, b);
    if (op == EXPR_MUL)
        return times(a, b);
    if (op == EXPR_DIV)
        return divided(a, b);
    if (op == EXPR_AND)
        return between(smaller(a->low, b->low), smaller(a->high, b->high), a, b);
    if (op == EXPR_OR)
        return between(greater(a->low, b->low), greater(a->high, b->high), a, b);
    return compare(op, a, b);
}

/* Of the last n conditions, how many are true. */
static struct known count(const struct known *v, uint32_t n)
{
    struct known sum = { 0, 0, false };

    for (uint32_t i = 0; i < n; i++) {
        sum.low += v[i].low;
        sum.high += v[i].high;
        sum.is_bad |= v[i].is_bad;
    }
    return sum;
}

/* Silence of a poll or two proves neither that a point is bad nor that it is not. */
static struct known bad(enum quality q)
{
    enum quality_class class = quality_class(q);

    if (class == QC_UNKNOWN)
        return (struct known){ 0, 1, false };
    return known_value(class == QC_BAD);
}

static struct known start(const struct expr_step *s, const struct expr_reader *r, uint32_t *window,
                          bool is_strict)
{
    if (s->op == EXPR_NUMBER)
        return known_value(s->number);
    if (s->op == EXPR_POINT)
        return r->value(r->ctx, s->arg, is_strict);
    if (s->op == EXPR_BAD)
        return bad(r->quality(r->ctx, s->arg));
    return r->change(r->ctx, s->arg, (*window)++, s->op == EXPR_FALL, is_strict);
}

struct known expr_value(const struct expr *x, const struct expr_reader *r, bool is_strict)
{
    struct known stack[EXPR_DEPTH_MAX];
    uint32_t n = 0, window = 0;

    stack[0] = known_nothing(false);
    for (uint32_t i = 0; i < x->n; i++) {
        const struct expr_step *s = &x->steps[i];

        if (s->op <= EXPR_BAD) {
            assert(n < EXPR_DEPTH_MAX);
            stack[n++] = start(s, r, &window, is_strict);
        } else if (s->op == EXPR_NEG) {
            stack[n - 1] =
                (struct known){ -stack[n - 1].high, -stack[n - 1].low, stack[n - 1].is_bad };
        } else if (s->op == EXPR_NOT) {
            stack[n - 1] =
                (struct known){ 1 - stack[n - 1].high, 1 - stack[n - 1].low, stack[n - 1].is_bad };
        } else if (s->op == EXPR_COUNT) {
            n -= s->arg - 1;
            stack[n - 1] = count(&stack[n - 1], s->arg);
        } else {
            n--;
            stack[n - 1] = apply(s->op, &stack[n - 1], &stack[n]);
        }
    }
    return stack[0];
}

enum truth expr_truth(const struct expr *x, const struct expr_reader *r, bool is_strict)
{
    struct known k = expr_value(x, r, is_strict);

    if (!known_is(&k))
        return k.is_bad ? TRUTH_BAD : TRUTH_UNKNOWN;
    return k.low != 0 ? TRUTH_TRUE : TRUTH_FALSE;
}

enum truth expr_judge(const struct expr *x, const struct expr_reader *r)
{
    enum truth truth = expr_truth(x, r, false);

    return truth == TRUTH_FALSE ? expr_truth(x, r, true) : truth;
}
