#include "config/expr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/expr_lex.h"
#include "config/expr_parse.h"
#include "config/expr_unit.h"
#include "config/model.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* How strongly operators bind; what stands between two operands, weakest first. */
enum power {
    POWER_BRACKET,
    POWER_OR,
    POWER_AND,
    POWER_NOT,
    POWER_COMPARE,
    POWER_SUM,
    POWER_PRODUCT,
    POWER_SIGN
};

static const struct infix {
    const char *word;
    enum power power;
    enum expr_op op;
} infixes[] = {
    { "or", POWER_OR, EXPR_OR },      { "and", POWER_AND, EXPR_AND },
    { "<", POWER_COMPARE, EXPR_LT },  { "<=", POWER_COMPARE, EXPR_LE },
    { ">", POWER_COMPARE, EXPR_GT },  { ">=", POWER_COMPARE, EXPR_GE },
    { "==", POWER_COMPARE, EXPR_EQ }, { "!=", POWER_COMPARE, EXPR_NE },
    { "is", POWER_COMPARE, EXPR_EQ }, { "+", POWER_SUM, EXPR_ADD },
    { "-", POWER_SUM, EXPR_SUB },     { "*", POWER_PRODUCT, EXPR_MUL },
    { "/", POWER_PRODUCT, EXPR_DIV },
};

bool parse_fail(struct parse *p, enum finding f, size_t from, size_t len, const char *a0,
                const char *a1, const char *a2)
{
    const char *args[] = { a0, a1, a2 };

    if (p->failed)
        return false;
    p->failed = true;
    *p->fault = (struct expr_fault){ .finding = f, .from = from, .len = len };
    for (size_t i = 0; i < COUNT(args); i++)
        snprintf(p->fault->args[i], sizeof p->fault->args[i], "%s", args[i] == NULL ? "" : args[i]);
    return false;
}

static bool too_long(struct parse *p, size_t from)
{
    return parse_fail(p, E_EXPR_LONG, from, 1, NULL, NULL, NULL);
}

bool parse_emit(struct parse *p, enum expr_op op, uint32_t arg, double number)
{
    if (p->out->n == EXPR_STEPS_MAX)
        return too_long(p, 0);
    p->out->steps[p->out->n++] = (struct expr_step){ op, arg, number };
    p->out->n_windows += op == EXPR_RISE || op == EXPR_FALL;
    return true;
}

bool parse_push(struct parse *p, struct operand operand)
{
    if (p->n_operands == EXPR_DEPTH_MAX)
        return too_long(p, operand.from);
    p->operands[p->n_operands++] = operand;
    return true;
}

static bool wait_for(struct parse *p, struct waiting w)
{
    if (p->n_waits == EXPR_DEPTH_MAX)
        return too_long(p, w.from);
    p->waits[p->n_waits++] = w;
    return true;
}

uint32_t expr_find(const struct expr_names *names, const char *id)
{
    size_t from = 0, to = names->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(names->points[names->by_id[middle]].id, id);

        if (order == 0)
            return names->by_id[middle];
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return PLANT_NONE;
}

static uint32_t point_at(const struct parse *p, size_t from, size_t len)
{
    char id[PLANT_ID_MAX + 1];

    if (len == 0 || len > PLANT_ID_MAX)
        return PLANT_NONE;
    memcpy(id, p->text + from, len);
    id[len] = '\0';
    return expr_find(p->names, id);
}

/* What can't be read here, and what should stand in its place. */
static bool unexpected(struct parse *p, const struct token *t, const char *zh, const char *en)
{
    char word[64];

    snprintf(word, sizeof word, "%.*s", (int)(t->len < 40 ? t->len : 40), p->text + t->from);
    parse_fail(p, E_EXPR_SYNTAX, t->from, t->len > 0 ? t->len : 1,
               t->kind == TOKEN_END ? "…" : word, zh, en);
    if (t->meant != NULL && p->fault->finding == E_EXPR_SYNTAX)
        snprintf(p->fault->near, sizeof p->fault->near, "%s", t->meant);
    return false;
}

static bool no_such_point(struct parse *p, const struct token *t)
{
    char word[PLANT_ID_MAX + 33];

    snprintf(word, sizeof word, "%.*s", (int)(t->len < sizeof word ? t->len : sizeof word - 1),
             p->text + t->from);
    return parse_fail(p, E_NO_SUCH, t->from, t->len, word, "测点", "point");
}

static bool take(struct parse *p, size_t *at, const char *sign, struct token *t)
{
    *t = expr_token(p->text, *at);
    if (t->kind != TOKEN_SIGN || !token_is(p->text, t, sign))
        return unexpected(p, t, sign, sign);
    *at = t->from + t->len;
    return true;
}

static bool push_point(struct parse *p, const struct token *t, uint32_t point)
{
    p->has_point = true;
    return parse_emit(p, EXPR_POINT, point, 0) &&
           parse_push(p,
                      (struct operand){ .unit = expr_unit_of(p->names->points[point].unit_of_value),
                                        .from = t->from,
                                        .to = t->from + t->len,
                                        .point = point });
}

/* rise(p, 10min), fall(p, 10min), bad(p): one value each. */
static bool call(struct parse *p, size_t *at, const struct token *name, enum expr_op op)
{
    struct token t = expr_token(p->text, *at);
    struct operand o = { .from = name->from, .point = PLANT_NONE, .is_condition = op == EXPR_BAD };
    uint32_t point;
    int64_t within_ms = 0;

    if (!take(p, at, "(", &t))
        return false;
    t = expr_token(p->text, *at);
    point = point_at(p, t.from, t.len);
    if (point == PLANT_NONE)
        return t.kind == TOKEN_WORD ? no_such_point(p, &t) : unexpected(p, &t, "测点名", "a point");
    *at = t.from + t.len;
    if (op != EXPR_BAD) {
        o.unit = expr_unit_of(p->names->points[point].unit_of_value);
        if (!take(p, at, ",", &t))
            return false;
        within_ms = expr_duration(p->text, *at, &t);
        if (within_ms < EXPR_WITHIN_MIN_MS || within_ms > EXPR_WITHIN_MAX_MS)
            return unexpected(p, &t, "1s .. 24h 的时间，例如 10min",
                              "a time of 1s .. 24h, as 10min");
        *at = t.from + t.len;
    }
    if (!take(p, at, ")", &t))
        return false;
    o.to = *at;
    p->has_point = true;
    return parse_emit(p, op, point, (double)within_ms) && parse_push(p, o);
}

static bool push_number(struct parse *p, const struct token *t)
{
    struct operand o = { .from = t->from,
                         .to = t->from + t->len,
                         .point = PLANT_NONE,
                         .is_constant = true,
                         .number = t->number };
    char word[64];

    if (t->unit == UNIT_COUNT) {
        snprintf(word, sizeof word, "%.*s", (int)(t->word_len < 60 ? t->word_len : 60),
                 p->text + t->word);
        return parse_fail(p, E_UNKNOWN_UNIT, t->word, t->word_len, word, NULL, NULL);
    }
    if (!isfinite(t->number))
        return parse_fail(p, E_EXPR_NUMBER, t->from, t->digits, NULL, NULL, NULL);
    o.unit = expr_unit_of(t->unit);
    return parse_emit(p, EXPR_NUMBER, 0, t->number) && parse_push(p, o);
}

/* A name may begin with a digit. */
static struct token operand_token(const struct parse *p, size_t at)
{
    struct token t = expr_token(p->text, at);
    size_t n = 0;

    if (t.kind != TOKEN_NUMBER)
        return t;
    while (n <= PLANT_ID_MAX && p->text[t.from + n] != '\0' &&
           strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-",
                  p->text[t.from + n]) != NULL)
        n++;
    if (n > t.digits && point_at(p, t.from, n) != PLANT_NONE) {
        t.kind = TOKEN_WORD;
        t.len = n;
    }
    return t;
}

/* True with *again: what was read waits for a value itself. */
static bool read_word(struct parse *p, size_t *at, const struct token *t, bool *again)
{
    uint32_t point = point_at(p, t->from, t->len);

    *at = t->from + t->len;
    if (point != PLANT_NONE)
        return push_point(p, t, point);
    if (token_is(p->text, t, "not")) {
        *again = true;
        return wait_for(p, (struct waiting){ EXPR_NOT, POWER_NOT, t->from, t->len, 0 });
    }
    if (token_is(p->text, t, "count")) {
        struct token bracket;
        *again = true;
        return take(p, at, "(", &bracket) &&
               wait_for(p, (struct waiting){ EXPR_COUNT, POWER_BRACKET, t->from, t->len, 1 });
    }
    if (token_is(p->text, t, "rise"))
        return call(p, at, t, EXPR_RISE);
    if (token_is(p->text, t, "fall"))
        return call(p, at, t, EXPR_FALL);
    if (token_is(p->text, t, "bad"))
        return call(p, at, t, EXPR_BAD);
    if (token_is(p->text, t, "and") || token_is(p->text, t, "or") || token_is(p->text, t, "is"))
        return unexpected(p, t, "测点或数值", "a point or a number");
    return no_such_point(p, t);
}

static bool read_operand(struct parse *p, size_t *at, bool *again)
{
    struct token t = operand_token(p, *at);

    *again = false;
    if (t.kind == TOKEN_WORD)
        return read_word(p, at, &t, again);
    *at = t.from + t.len;
    if (t.kind == TOKEN_NUMBER)
        return push_number(p, &t);
    *again = true;
    if (t.kind == TOKEN_SIGN && token_is(p->text, &t, "("))
        return wait_for(p, (struct waiting){ EXPR_COUNT, POWER_BRACKET, t.from, t.len, 0 });
    if (t.kind == TOKEN_SIGN && token_is(p->text, &t, "-"))
        return wait_for(p, (struct waiting){ EXPR_NEG, POWER_SIGN, t.from, t.len, 0 });
    return unexpected(p, &t, "测点或数值", "a point or a number");
}

/* What binds at least as strongly as the next operator gets its operands now. */
static bool make_down_to(struct parse *p, enum power power)
{
    while (p->n_waits > 0 && p->waits[p->n_waits - 1].power != POWER_BRACKET &&
           p->waits[p->n_waits - 1].power >= power) {
        struct waiting w = p->waits[--p->n_waits];

        if (!parse_make(p, &w))
            return false;
    }
    return true;
}

static bool read_state(struct parse *p, size_t *at)
{
    struct token t = expr_token(p->text, *at);
    bool is_not = t.kind == TOKEN_WORD && token_is(p->text, &t, "not");
    size_t quote;

    if (is_not)
        t = expr_token(p->text, t.from + t.len);
    if (t.kind != TOKEN_WORD && t.kind != TOKEN_QUOTED && t.kind != TOKEN_NUMBER)
        return unexpected(p, &t, "on、off 或状态名", "on, off or a state");
    quote = t.kind == TOKEN_QUOTED;
    *at = t.from + t.len;
    return parse_state(p, p->text + t.from + quote, t.len - 2 * quote, is_not, t.from,
                       t.from + t.len);
}

/* The bracket that is open, with all inside of it made; NULL: none is. */
static struct waiting *inside(struct parse *p, const struct token *t)
{
    if (!make_down_to(p, POWER_OR))
        return NULL;
    if (p->n_waits == 0) {
        unexpected(p, t, "结尾", "the end");
        return NULL;
    }
    return &p->waits[p->n_waits - 1];
}

static bool close_bracket(struct parse *p, const struct token *t)
{
    struct waiting *w = inside(p, t);
    struct waiting count;

    if (w == NULL)
        return false;
    count = *w;
    p->n_waits--;
    if (count.n > 0) {
        count.len = t->from + t->len - count.from;
        return parse_make(p, &count);
    }
    struct operand *o = &p->operands[p->n_operands - 1];
    o->from = count.from;
    o->to = t->from + t->len;
    return true;
}

static bool next_argument(struct parse *p, const struct token *t)
{
    struct waiting *w = inside(p, t);

    if (w == NULL)
        return false;
    if (w->n == 0)
        return unexpected(p, t, ")", ")");
    w->n++;
    return true;
}

/* True with *again: an operand must follow. */
static bool read_operator(struct parse *p, size_t *at, bool *again)
{
    struct token t = expr_token(p->text, *at);

    *at = t.from + t.len;
    *again = true;
    if (t.kind == TOKEN_SIGN && token_is(p->text, &t, ","))
        return next_argument(p, &t);
    *again = false;
    if (t.kind == TOKEN_SIGN && token_is(p->text, &t, ")"))
        return close_bracket(p, &t);
    for (size_t i = 0; i < COUNT(infixes) && t.kind != TOKEN_QUOTED; i++) {
        const struct infix *row = &infixes[i];

        if (!token_is(p->text, &t, row->word))
            continue;
        if (!make_down_to(p, row->power))
            return false;
        if (strcmp(row->word, "is") == 0)
            return read_state(p, at);
        *again = true;
        return wait_for(p, (struct waiting){ row->op, (uint8_t)row->power, t.from, t.len, 0 });
    }
    return unexpected(p, &t, "and、or、比较或运算符", "and, or, a comparison or an operator");
}

static bool finish(struct parse *p, const struct token *end, enum expr_want want)
{
    const struct operand *o = &p->operands[0];

    if (!make_down_to(p, POWER_OR))
        return false;
    if (p->n_waits > 0)
        return unexpected(p, end, ")", ")");
    if (o->is_condition != (want == EXPR_CONDITION))
        return parse_wrong_kind(p, o);
    if (!p->has_point)
        return parse_fail(p, E_EXPR_NO_POINT, o->from, o->to - o->from, NULL, NULL, NULL);
    p->out->unit = o->unit;
    return true;
}

bool expr_compile(const char *text, const struct expr_names *names, enum expr_want want,
                  struct expr_code *out, struct expr_fault *fault)
{
    struct parse p = { .text = text, .names = names, .out = out, .fault = fault };
    size_t at = 0;
    bool again = true;

    out->n = 0;
    out->n_windows = 0;
    for (;;) {
        struct token t = expr_token(text, at);

        if (!again && t.kind == TOKEN_END)
            return finish(&p, &t, want);
        if (!(again ? read_operand(&p, &at, &again) : read_operator(&p, &at, &again)))
            return false;
    }
}
