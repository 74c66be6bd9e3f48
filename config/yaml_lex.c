#include "config/yaml_lex.h"

#include <stdio.h>
#include <string.h>

#include "config/err.h"
#include "config/full_width.h"
#include "config/schema.h"

#define MARKS_MAX 500 /* told of a file; who makes more needs no more */
#define WORD_MAX  63

bool lex_at_end(const struct lexer *x)
{
    return *x->p == '\0' || *x->p == '\n' || *x->p == '\r';
}

size_t lex_char_len(const char *p)
{
    size_t n = 1;

    while (((unsigned char)p[n] & 0xC0) == 0x80)
        n++;
    return n;
}

void lex_step(struct lexer *x)
{
    x->p += lex_char_len(x->p);
    x->col++;
}

void lex_skip_line(struct lexer *x)
{
    while (!lex_at_end(x))
        lex_step(x);
}

struct place lex_here(const struct lexer *x, int width)
{
    return (struct place){ x->s, x->line, x->col, width };
}

static void count_mark(struct lexer *x)
{
    if (++x->marks >= MARKS_MAX)
        x->stop = x->hopeless = true;
}

void lex_edit(struct lexer *x, const char *at, size_t len, char to, bool add_blank, bool told)
{
    struct edit one = { (size_t)(at - x->s->text), len, to, add_blank, told };

    if (edits_add(&x->edits, x->arena, &one) != RG_OK)
        x->err = RG_ENOMEM;
    if (told || add_blank)
        count_mark(x);
}

void lex_tell_wide(struct lexer *x, char ascii, size_t len)
{
    struct place at = lex_here(x, 1);
    const unsigned char *c = (const unsigned char *)x->p;
    unsigned point = len == 2 ? (c[0] & 0x1Fu) << 6 | (c[1] & 0x3Fu)
                              : (c[0] & 0x0Fu) << 12 | (c[1] & 0x3Fu) << 6 | (c[2] & 0x3Fu);
    char mark[8], as[2] = { ascii, '\0' }, number[16];

    snprintf(mark, sizeof mark, "%.*s", (int)len, x->p);
    snprintf(number, sizeof number, "U+%04X", point);
    report(x->d, &at, E_FULL_WIDTH, mark, as, number);
    count_mark(x);
}

void lex_mend(struct lexer *x, char ascii, size_t len)
{
    bool blank = ascii == ':' && x->p[len] != ' ' && x->p[len] != '\n' && x->p[len] != '\r';

    lex_tell_wide(x, ascii, len);
    lex_edit(x, x->p, len, ascii, blank, false);
    lex_step(x);
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

size_t lex_word_len(const char *p)
{
    size_t n = 0;

    while (is_word_char(p[n]))
        n++;
    return n;
}

const char *lex_skip_blanks(const char *p)
{
    return p + strspn(p, " ");
}

bool lex_begins_entry(const char *p)
{
    p = lex_skip_blanks(p);
    size_t n = lex_word_len(p), len;

    p = lex_skip_blanks(p + n);
    return n > 0 && (*p == ':' || full_width_ascii(p, &len) == ':');
}

char lex_ascii_at(const struct lexer *x, size_t *len)
{
    return (unsigned char)*x->p < 0x80 ? '\0' : full_width_ascii(x->p, len);
}

void lex_pass_blanks(struct lexer *x)
{
    size_t len;

    for (;;) {
        if (*x->p == ' ' || *x->p == '\t')
            lex_step(x);
        else if (lex_ascii_at(x, &len) == ' ' &&
                 (x->expect != VALUE || !x->free_text || x->p[-1] == ':'))
            lex_mend(x, ' ', len);
        else
            return;
    }
}

void lex_push(struct lexer *x, char c)
{
    if (x->depth == LEX_DEPTH_MAX)
        x->stop = true; /* the parser says so, at its place */
    else
        x->open[x->depth++] = c;
    x->expect = ENTRY;
}

void lex_pop(struct lexer *x)
{
    x->depth -= x->depth > 0;
    x->expect = AFTER;
}

bool lex_in_list(const struct lexer *x)
{
    return x->depth > 0 && x->open[x->depth - 1] == '[';
}

/* Two bytes that stand for one, within quotes of this kind. */
static bool is_escape(const struct lexer *x)
{
    if (x->quote == '"')
        return *x->p == '\\' && x->p[1] != '\0' && x->p[1] != '\n';
    return *x->p == '\'' && x->p[1] == '\'';
}

void lex_quoted(struct lexer *x)
{
    x->expect = AFTER;
    for (; !lex_at_end(x); lex_step(x)) {
        if (is_escape(x)) {
            lex_step(x);
        } else if (*x->p == x->quote) {
            x->quote = '\0';
            lex_step(x);
            return;
        }
    }
}

void lex_open_quote(struct lexer *x)
{
    x->quote = *x->p;
    lex_step(x);
    lex_quoted(x);
}

void lex_know_key(struct lexer *x, const char *word, size_t len)
{
    char name[WORD_MAX + 1];

    snprintf(name, sizeof name, "%.*s", (int)(len < WORD_MAX ? len : WORD_MAX), word);
    const struct key_row *row = schema_any(name);
    enum key_type type = row == NULL ? KEY_NOT_BUILT : row->type;
    bool open = type == KEY_NOT_BUILT || type == KEY_LABEL || type == KEY_FILES;
    x->known = row != NULL;
    x->free_text = open || type == KEY_TEXT;
    x->scalar =
        !open && type != KEY_MAP && type != KEY_LIST && type != KEY_CODES && type != KEY_SPANS;
}

void lex_no_space(struct lexer *x, const char *after)
{
    struct place at = lex_here(x, 1);

    report(x->d, &at, E_NO_SPACE, after, NULL, NULL);
    lex_edit(x, x->p, 1, *x->p, true, false);
    lex_step(x);
}
