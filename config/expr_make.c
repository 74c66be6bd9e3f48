/* What each operator makes of the values that wait for it: kinds, units,
 * constants and states. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/expr_lex.h"
#include "config/expr_parse.h"
#include "config/expr_unit.h"
#include "config/model.h"

static bool fail_at(struct parse *p, enum finding f, const struct operand *o, const char *a0,
                    const char *a1, const char *a2)
{
    return parse_fail(p, f, o->from, o->to - o->from, a0, a1, a2);
}

static const struct point_conf *conf_of(const struct parse *p, const struct operand *o)
{
    return o->point == PLANT_NONE ? NULL : &p->names->points[o->point];
}

bool parse_wrong_kind(struct parse *p, const struct operand *o)
{
    const struct point_conf *point = conf_of(p, o);
    char word[64];

    snprintf(word, sizeof word, "%.*s", (int)(o->to - o->from < 60 ? o->to - o->from : 60),
             p->text + o->from);
    fail_at(p, E_EXPR_KIND, o, word, o->is_condition ? "条件，这里需要数值" : "数值，这里需要条件",
            o->is_condition ? "a condition, a number is needed here"
                            : "a number, a condition is needed here");
    if (point != NULL && (point->read.type == TYPE_BIT || point->n_states > 0) &&
        p->fault->finding == E_EXPR_KIND)
        snprintf(p->fault->near, sizeof p->fault->near, "%.40s is on", point->id);
    return false;
}

static bool need(struct parse *p, const struct operand *o, bool is_condition)
{
    return o->is_condition == is_condition || parse_wrong_kind(p, o);
}

/* At the constant, if one of both is, since a person corrects that one. */
static bool unit_fault(struct parse *p, const struct operand *a, const struct operand *b)
{
    const struct operand *at = a->is_constant && !b->is_constant ? a : b;
    char left[64], right[64], example[96];

    expr_unit_text(&a->unit, left, sizeof left);
    expr_unit_text(&b->unit, right, sizeof right);
    if (!at->is_constant || !expr_unit_none(&at->unit))
        return fail_at(p, E_EXPR_UNITS, at, left, right, NULL);
    snprintf(example, sizeof example, "%.15g %s", at->number, at == a ? right : left);
    snprintf(left, sizeof left, "%.*s", (int)(at->to - at->from < 60 ? at->to - at->from : 60),
             p->text + at->from);
    return fail_at(p, E_UNIT_MISSING, at, left, example, NULL);
}

static bool same_units(struct parse *p, const struct operand *a, const struct operand *b)
{
    return expr_unit_same(&a->unit, &b->unit) || unit_fault(p, a, b);
}

static double reckon(enum expr_op op, double a, double b)
{
    if (op == EXPR_ADD)
        return a + b;
    if (op == EXPR_SUB)
        return a - b;
    if (op == EXPR_MUL)
        return a * b;
    return op == EXPR_DIV ? a / b : -b;
}

/* Two constants are one: their steps were the last. */
static bool fold(struct parse *p, const struct waiting *w, struct operand *a,
                 const struct operand *b)
{
    a->number = reckon(w->op, a->number, b->number);
    p->out->n -= w->op == EXPR_NEG ? 1 : 2;
    if (!isfinite(a->number))
        return fail_at(p, E_EXPR_NUMBER, b, NULL, NULL, NULL);
    return parse_emit(p, EXPR_NUMBER, 0, a->number);
}

static bool make_number(struct parse *p, const struct waiting *w, struct operand *a,
                        const struct operand *b)
{
    bool is_product = w->op == EXPR_MUL || w->op == EXPR_DIV;
    bool is_constant = a->is_constant && b->is_constant;

    if (!need(p, a, false) || !need(p, b, false))
        return false;
    if (w->op == EXPR_DIV && b->is_constant && b->number == 0)
        return fail_at(p, E_EXPR_NUMBER, b, NULL, NULL, NULL);
    if (is_product && !expr_unit_times(&a->unit, &b->unit, w->op == EXPR_MUL ? 1 : -1))
        return fail_at(p, E_EXPR_LONG, b, NULL, NULL, NULL);
    if (!is_product && !same_units(p, a, b))
        return false;
    a->to = b->to;
    a->point = PLANT_NONE;
    a->of = 0;
    if (is_constant)
        return fold(p, w, a, b);
    a->is_constant = false;
    return parse_emit(p, w->op, 0, 0);
}

/* Values from low to high against one number: is the answer always the same? */
static bool always_same(enum expr_op op, double low, double high, double number)
{
    if (op == EXPR_LT || op == EXPR_GE)
        return number <= low || number > high;
    if (op == EXPR_LE || op == EXPR_GT)
        return number < low || number >= high;
    return number < low || number > high;
}

static enum expr_op turned(enum expr_op op)
{
    static const enum expr_op other[] = {
        [EXPR_LT] = EXPR_GT, [EXPR_LE] = EXPR_GE, [EXPR_GT] = EXPR_LT,
        [EXPR_GE] = EXPR_LE, [EXPR_EQ] = EXPR_EQ, [EXPR_NE] = EXPR_NE,
    };

    return other[op];
}

/* A point against what lies outside of its range, a count against what it can't
 * reach: the rule would stand there for nothing. */
static bool has_sense(struct parse *p, enum expr_op op, const struct operand *value,
                      const struct operand *number)
{
    const struct point_conf *point = conf_of(p, value);
    char what[96], range[96];
    double low = 0, high = value->of;

    if (!number->is_constant || (value->of == 0 && (point == NULL || !point->has_range)))
        return true;
    if (value->of == 0) {
        low = point->range_low;
        high = point->range_high;
    }
    if (!always_same(op, low, high, number->number))
        return true;
    snprintf(what, sizeof what, "%.*s",
             (int)(number->to - number->from < 90 ? number->to - number->from : 90),
             p->text + number->from);
    snprintf(range, sizeof range, "%.15g .. %.15g", low, high);
    return fail_at(p, E_EXPR_REACH, number, what, range, NULL);
}

static bool make_comparison(struct parse *p, const struct waiting *w, struct operand *a,
                            const struct operand *b)
{
    if (!need(p, a, false) || !need(p, b, false) || !same_units(p, a, b))
        return false;
    if (a->is_constant && b->is_constant)
        return parse_fail(p, E_EXPR_NO_POINT, a->from, b->to - a->from, NULL, NULL, NULL);
    if (!has_sense(p, w->op, a, b) || !has_sense(p, turned(w->op), b, a))
        return false;
    *a =
        (struct operand){ .is_condition = true, .from = a->from, .to = b->to, .point = PLANT_NONE };
    return parse_emit(p, w->op, 0, 0);
}

static bool make_logic(struct parse *p, const struct waiting *w, struct operand *a,
                       const struct operand *b)
{
    if (!need(p, a, true) || !need(p, b, true))
        return false;
    a->to = b->to;
    return parse_emit(p, w->op, 0, 0);
}

static bool make_count(struct parse *p, const struct waiting *w)
{
    for (size_t i = p->n_operands - w->n; i < p->n_operands; i++)
        if (!need(p, &p->operands[i], true))
            return false;
    p->n_operands -= w->n;
    return parse_emit(p, EXPR_COUNT, w->n, 0) &&
           parse_push(
               p, (struct operand){
                      .from = w->from, .to = w->from + w->len, .point = PLANT_NONE, .of = w->n });
}

static bool make_sign(struct parse *p, const struct waiting *w, struct operand *o)
{
    if (!need(p, o, false))
        return false;
    o->from = w->from;
    o->point = PLANT_NONE;
    o->of = 0;
    return o->is_constant ? fold(p, w, o, o) : parse_emit(p, EXPR_NEG, 0, 0);
}

bool parse_make(struct parse *p, const struct waiting *w)
{
    struct operand *last = &p->operands[p->n_operands - 1];

    if (w->op == EXPR_COUNT)
        return make_count(p, w);
    if (w->op == EXPR_NEG)
        return make_sign(p, w, last);
    if (w->op == EXPR_NOT) {
        if (!need(p, last, true))
            return false;
        last->from = w->from;
        return parse_emit(p, EXPR_NOT, 0, 0);
    }
    p->n_operands--;
    if (w->op >= EXPR_ADD && w->op <= EXPR_DIV)
        return make_number(p, w, last - 1, last);
    if (w->op >= EXPR_LT && w->op <= EXPR_NE)
        return make_comparison(p, w, last - 1, last);
    return make_logic(p, w, last - 1, last);
}

/* ---- states ---- */

static bool is_word(const char *name, const char *word, size_t len)
{
    return name != NULL && strlen(name) == len && memcmp(name, word, len) == 0;
}

static bool state_value(const struct point_conf *p, const char *word, size_t len, double *out)
{
    for (size_t i = 0; i < p->n_states; i++)
        if (is_word(p->states[i].label.zh, word, len) ||
            is_word(p->states[i].label.en, word, len)) {
            *out = p->states[i].value;
            return true;
        }
    *out = is_word("on", word, len);
    return p->read.type == TYPE_BIT && (*out != 0 || is_word("off", word, len));
}

static void list_states(const struct point_conf *p, char *out, size_t size)
{
    size_t n = 0;

    snprintf(out, size, "%s", p->read.type == TYPE_BIT && p->n_states == 0 ? "on off" : "");
    for (size_t i = 0; i < p->n_states && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%s", i == 0 ? "" : " ",
                              text_pick(&p->states[i].label, "en"));
}

bool parse_state(struct parse *p, const char *word, size_t len, bool is_not, size_t from, size_t to)
{
    struct operand *o = &p->operands[p->n_operands - 1];
    const struct point_conf *point = conf_of(p, o);
    char name[64], states[96];
    double value;

    if (o->is_condition || point == NULL || (point->read.type != TYPE_BIT && point->n_states == 0))
        return fail_at(p, E_EXPR_STATELESS, o, NULL, NULL, NULL);
    if (!state_value(point, word, len, &value)) {
        snprintf(name, sizeof name, "%.*s", (int)(len < 60 ? len : 60), word);
        list_states(point, states, sizeof states);
        return parse_fail(p, E_EXPR_STATE, from, to - from, name, point->id, states);
    }
    *o = (struct operand){ .is_condition = true, .from = o->from, .to = to, .point = PLANT_NONE };
    return parse_emit(p, EXPR_NUMBER, 0, value) && parse_emit(p, is_not ? EXPR_NE : EXPR_EQ, 0, 0);
}
