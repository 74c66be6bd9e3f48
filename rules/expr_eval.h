/* rules/expr_eval.h - what an expression says now, while some of its points may
 * not be known.
 * A value is the interval in which the true one lies, a condition one of 0 and
 * 1: so AND is the minimum, OR the maximum, COUNT the sum, unknown and false is
 * false, and a count knows whether it can still be reached.  Each step is done
 * once, nothing allocates.  Thread: the loop. */
#ifndef RG_RULES_EXPR_EVAL_H
#define RG_RULES_EXPR_EVAL_H

#include "config/expr.h"
#include "drivers/sample.h"

/* low == high: known.  is_bad: not known, and a bad quality is among the
 * reasons, so that waiting for the next poll is not enough. */
struct known {
    double low, high;
    bool is_bad;
};

/* Where values come from.  is_strict: what is beyond its range is not known;
 * else it lies beyond the range, and a condition may be true by that alone. */
struct expr_reader {
    const void *ctx;
    struct known (*value)(const void *ctx, uint32_t point, bool is_strict);
    enum quality (*quality)(const void *ctx, uint32_t point);
    /* window: counted over the expression's own rise() and fall(), from 0 */
    struct known (*change)(const void *ctx, uint32_t point, uint32_t window, bool is_fall,
                           bool is_strict);
};

enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_UNKNOWN, TRUTH_BAD };

struct known known_value(double v);
struct known known_nothing(bool is_bad);
bool known_is(const struct known *k);
struct known expr_value(const struct expr *x, const struct expr_reader *r, bool is_strict);
enum truth expr_truth(const struct expr *x, const struct expr_reader *r, bool is_strict);
/* A condition as the alarm model wants it: beyond the range makes it true where
 * it can, and never false. */
enum truth expr_judge(const struct expr *x, const struct expr_reader *r);

#endif
