#include "config/expr_lex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 40 /* characters of one number */

/* Signs of other languages and of input methods. */
static const char *const meanings[][2] = {
    { "≥", ">=" }, { "≤", "<=" },  { "≠", "!=" },  { "＞", ">" },   { "＜", "<" },  { "＝", "==" },
    { "（", "(" }, { "）", ")" },  { "，", "," },  { "、", "," },   { "×", "*" },   { "÷", "/" },
    { "－", "-" }, { "＋", "+" },  { "　", " " },  { "&&", "and" }, { "&", "and" }, { "||", "or" },
    { "|", "or" }, { "=>", ">=" }, { "=<", "<=" }, { "<>", "!=" },  { "=", "==" },  { "!", "not" },
};
static const char *const signs[] = { "<=", ">=", "==", "!=", "<", ">", "+",
                                     "-",  "*",  "/",  "(",  ")", "," };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool starts(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

static const char *const *meaning_at(const char *s)
{
    for (size_t i = 0; i < COUNT(meanings); i++)
        if (starts(s, meanings[i][0]))
            return meanings[i];
    return NULL;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Bytes of the character of a word at s; 0: the word ends. */
static size_t word_char(const char *s)
{
    unsigned char c = (unsigned char)s[0];
    size_t n = 1;

    if (c < 0x80)
        return is_alnum(s[0]) || s[0] == '_' || s[0] == '.' || s[0] == '-';
    if (meaning_at(s) != NULL)
        return 0;
    while (((unsigned char)s[n] & 0xC0) == 0x80)
        n++;
    return n;
}

static size_t word_length(const char *s)
{
    size_t n = 0, more;

    if (s[0] == '-')
        return 0;
    while ((more = word_char(s + n)) > 0)
        n += more;
    return n;
}

static size_t blanks(const char *s)
{
    return strspn(s, " \t\n\r");
}

/* The longest unit at s, if no word goes on behind it; "m" of "m / 2". */
static size_t unit_at(const char *s, enum unit_id *unit)
{
    size_t best = 0;

    for (int u = UNIT_NONE + 1; u < UNIT_COUNT; u++) {
        size_t n = strlen(unit_name((enum unit_id)u));

        if (n <= best || strncmp(s, unit_name((enum unit_id)u), n) != 0 ||
            (word_char(s + n) > 0 && s[n] != '-'))
            continue;
        best = n;
        *unit = (enum unit_id)u;
    }
    return best;
}

/* Anything that stands where a unit could; a keyword does not. */
static size_t unknown_unit_at(const char *s)
{
    static const char *const keywords[] = { "and", "or", "is", "not" };
    size_t n = 0, more = 0;

    do {
        n += more;
        more = s[n] == '%' || (s[n] == '/' && n > 0 && word_char(s + n + 1) > 0) ? 1
               : s[n] == '-'                                                     ? 0
                                                                                 : word_char(s + n);
    } while (more > 0);
    for (size_t i = 0; i < COUNT(keywords); i++)
        if (n == strlen(keywords[i]) && strncmp(s, keywords[i], n) == 0)
            return 0;
    return n;
}

static struct token number_token(const char *text, size_t at)
{
    size_t digits = number_length(text + at);
    size_t gap = blanks(text + at + digits);
    struct token t = { .kind = TOKEN_NUMBER, .from = at, .len = digits, .digits = digits };
    char copy[DIGITS_MAX + 1];

    snprintf(copy, sizeof copy, "%.*s", (int)digits, text + at);
    t.number = digits > DIGITS_MAX ? 0 : strtod(copy, NULL);
    t.word = at + digits + gap;
    t.word_len = unit_at(text + t.word, &t.unit);
    if (t.word_len == 0) {
        t.word_len = unknown_unit_at(text + t.word);
        t.unit = t.word_len > 0 ? UNIT_COUNT : UNIT_NONE;
    }
    if (t.word_len > 0)
        t.len = t.word + t.word_len - at;
    return t;
}

static struct token sign_token(const char *text, size_t at)
{
    struct token t = { .kind = TOKEN_OTHER, .from = at, .len = 1 };
    const char *const *meaning;

    /* `=>` is none of ours, though `=` and `>` would be tried. */
    if (!starts(text + at, "=>") && !starts(text + at, "=<") && !starts(text + at, "<>"))
        for (size_t i = 0; i < COUNT(signs) && t.kind == TOKEN_OTHER; i++)
            if (starts(text + at, signs[i])) {
                t.kind = TOKEN_SIGN;
                t.len = strlen(signs[i]);
            }
    meaning = t.kind == TOKEN_OTHER ? meaning_at(text + at) : NULL;
    if (meaning != NULL) {
        t.len = strlen(meaning[0]);
        t.meant = meaning[1];
    }
    return t;
}

struct token expr_token(const char *text, size_t at)
{
    struct token t = { .kind = TOKEN_END };
    const char *end;

    at += blanks(text + at);
    t.from = at;
    if (text[at] == '\0')
        return t;
    if (text[at] >= '0' && text[at] <= '9')
        return number_token(text, at);
    end = text[at] == '"' || text[at] == '\'' ? strchr(text + at + 1, text[at]) : NULL;
    if (end != NULL) {
        t.kind = TOKEN_QUOTED;
        t.len = (size_t)(end - (text + at)) + 1;
        return t;
    }
    t.len = word_length(text + at);
    if (t.len == 0)
        return sign_token(text, at);
    t.kind = TOKEN_WORD;
    return t;
}

bool token_is(const char *text, const struct token *t, const char *word)
{
    return t->len == strlen(word) && strncmp(text + t->from, word, t->len) == 0;
}

int64_t expr_duration(const char *text, size_t at, struct token *t)
{
    static const struct {
        const char *word;
        int64_t ms;
    } units[] = { { "ms", 1 },    { "s", 1000 },    { "min", 60000 },
                  { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 } };

    *t = expr_token(text, at);
    if (t->kind != TOKEN_NUMBER)
        return -1;
    for (size_t i = 0; i < COUNT(units); i++)
        if (t->word_len == strlen(units[i].word) &&
            strncmp(text + t->word, units[i].word, t->word_len) == 0)
            return t->number * (double)units[i].ms < 1e12
                       ? (int64_t)(t->number * (double)units[i].ms + 0.5)
                       : -1;
    return -1;
}
