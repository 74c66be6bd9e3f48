/* config/expr_lex.h - the words of an expression, with their places.
 * Thread: any. */
#ifndef RG_CONFIG_EXPR_LEX_H
#define RG_CONFIG_EXPR_LEX_H

#include "config/expr.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_WORD,   /* a name, a keyword, a state */
    TOKEN_QUOTED, /* a state in quotes: [from + 1, from + len - 1) */
    TOKEN_SIGN,   /* ( ) , + - * / and the comparisons */
    TOKEN_OTHER   /* nothing of ours; `meant` is what it may stand for, or NULL */
};

struct token {
    enum token_kind kind;
    size_t from, len;
    const char *meant;
    double number;
    enum unit_id unit;             /* of a number; UNIT_COUNT: it has one that is unknown */
    size_t digits, word, word_len; /* of a number: its digits' length, where its unit stands */
};

/* The token at or behind `at`, blanks skipped. */
struct token expr_token(const char *text, size_t at);
bool token_is(const char *text, const struct token *t, const char *word);
/* A duration such as 10min at or behind `at`: its ms and the token's place; -1: none. */
int64_t expr_duration(const char *text, size_t at, struct token *t);

#endif
