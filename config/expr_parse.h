/* config/expr_parse.h - what the two halves of reading an expression share: the
 * order of words (expr.c) and what each operator makes of its operands
 * (expr_make.c).  Thread: any. */
#ifndef RG_CONFIG_EXPR_PARSE_H
#define RG_CONFIG_EXPR_PARSE_H

#include "config/expr.h"
#include "config/model_point.h"

/* A value that an operator waits for. */
struct operand {
    bool is_condition;
    struct expr_unit unit;
    size_t from, to; /* bytes of the text */
    uint32_t point;  /* a point by itself, else PLANT_NONE */
    uint32_t of;     /* a count by itself: of how many; else 0 */
    bool is_constant;
    double number; /* of a constant */
};

/* An operator that waits for its operands, or an open bracket. */
struct waiting {
    enum expr_op op;
    uint8_t power; /* how strongly it binds; 0: a bracket */
    size_t from, len;
    uint32_t n; /* of `count(`: arguments so far; 0: a plain bracket */
};

struct parse {
    const char *text;
    const struct expr_names *names;
    struct expr_code *out;
    struct expr_fault *fault;
    struct operand operands[EXPR_DEPTH_MAX];
    size_t n_operands;
    struct waiting waits[EXPR_DEPTH_MAX];
    size_t n_waits;
    bool has_point;
    bool failed;
};

/* Keeps the first fault only; always false. */
bool parse_fail(struct parse *p, enum finding f, size_t from, size_t len, const char *a0,
                const char *a1, const char *a2);
bool parse_emit(struct parse *p, enum expr_op op, uint32_t arg, double number);
bool parse_push(struct parse *p, struct operand operand);
bool parse_make(struct parse *p, const struct waiting *w);
/* "[not] WORD" behind `is` becomes a comparison of the last operand. */
bool parse_state(struct parse *p, const char *word, size_t len, bool is_not, size_t from,
                 size_t to);
/* What a value is when the other kind is needed. */
bool parse_wrong_kind(struct parse *p, const struct operand *o);

#endif
