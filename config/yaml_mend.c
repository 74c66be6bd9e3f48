#include "config/yaml_mend.h"

#include <string.h>

#include "config/err.h"
#include "config/full_width.h"
#include "config/schema.h"
#include "config/yaml_lex.h"

#define WORD_MAX 63

/* Does the colon at p end a key?  Not in 12:30 or tcp://. */
static bool ends_key(const struct lexer *x, const char *p)
{
    size_t len;

    return strchr(x->depth > 0 ? " \t\r\n,]}" : " \t\r\n", p[1]) != NULL ||
           full_width_ascii(p + 1, &len) == ' ' || (x->known && p[1] != '/' && !lex_in_list(x));
}

/* true: a key and its colon are passed. */
static bool take_key(struct lexer *x)
{
    size_t n = lex_word_len(x->p), len = 0;
    const char *colon = lex_skip_blanks(x->p + n);
    bool wide = *colon != ':';

    if (n == 0 || (wide && (full_width_ascii(colon, &len) != ':' || lex_in_list(x))))
        return false;
    lex_know_key(x, x->p, n);
    if (!wide && !ends_key(x, colon))
        return false;
    if (x->depth == 0)
        x->key_col = x->col;
    while (x->p < colon)
        lex_step(x);
    if (wide)
        lex_mend(x, ':', len);
    else if (x->p[1] == '\0' || strchr(" \t\r\n,]}", x->p[1]) != NULL ||
             full_width_ascii(x->p + 1, &len) == ' ')
        lex_step(x);
    else
        lex_no_space(x, ":");
    x->expect = VALUE;
    return true;
}

/* Of a list in block style; true: passed. */
static bool take_dash(struct lexer *x)
{
    size_t len;

    if (x->depth > 0 || !x->leading)
        return false;
    if (*x->p == '-' && (x->p[1] == ' ' || x->p[1] == '\n' || x->p[1] == '\r' ||
                         full_width_ascii(x->p + 1, &len) == ' ')) {
        lex_step(x);
        return true;
    }
    if (*x->p == '-' && x->p[1] != '-' && lex_begins_entry(x->p + 1)) {
        lex_no_space(x, "-");
        return true;
    }
    if (lex_ascii_at(x, &len) != '-' || (x->p[len] != ' ' && !lex_begins_entry(x->p + len)))
        return false;
    lex_tell_wide(x, '-', len);
    lex_edit(x, x->p, len, '-', x->p[len] != ' ', false);
    lex_step(x);
    return true;
}

static void take_plain(struct lexer *x);

static void take_entry(struct lexer *x)
{
    lex_pass_blanks(x);
    if (lex_at_end(x))
        return;
    if (take_dash(x))
        return;
    x->leading = false;
    if (*x->p == '#')
        lex_skip_line(x);
    else if (*x->p == '"' || *x->p == '\'')
        lex_open_quote(x);
    else if (x->depth > 0 && (*x->p == '}' || *x->p == ']' || *x->p == ','))
        x->expect = AFTER;
    else if (!take_key(x))
        x->expect = VALUE;
}

/* “140521000001”: both ends, or the value is refused. */
static void take_curly_quoted(struct lexer *x, size_t len)
{
    const char *start = x->p;
    int start_col = x->col;

    lex_tell_wide(x, '"', len);
    for (lex_step(x); !lex_at_end(x); lex_step(x)) {
        char c = *x->p == '"' || *x->p == '\'' ? *x->p : lex_ascii_at(x, &len);
        if (c != '"' && c != '\'')
            continue;
        lex_edit(x, start, lex_char_len(start), '"', false, true);
        lex_edit(x, x->p, lex_char_len(x->p), '"', false, false);
        lex_step(x);
        x->expect = AFTER;
        return;
    }
    x->p = start;
    x->col = start_col;
    lex_edit(x, start, 0, '\0', false, true);
    take_plain(x);
}

static void take_hash(struct lexer *x)
{
    struct place at = lex_here(x, 1);
    char next = x->p[1];

    if (!x->scalar || next == ' ' || next == '\n' || next == '\r' || next == '\0' || next == '#') {
        lex_skip_line(x);
        return;
    }
    at.width = utf8_count(x->p, strcspn(x->p, x->depth > 0 ? ",}]\r\n" : "\r\n"));
    report(x->d, &at, E_HASH, NULL, NULL, NULL);
    lex_edit(x, x->p, 1, 'x', false, true);
    take_plain(x);
}

static void take_reserved(struct lexer *x)
{
    struct place at = lex_here(x, 1);
    char c[2] = { *x->p, '\0' };

    at.width = utf8_count(x->p, strcspn(x->p, x->depth > 0 ? " ,}]\r\n" : " \r\n"));
    report_near(x->d, &at, E_RESERVED, c, NULL, NULL,
                strncmp(x->p, "%LEL", 4) == 0   ? "LEL%"
                : strncmp(x->p, "%VOL", 4) == 0 ? "VOL%"
                                                : NULL);
    lex_edit(x, x->p, 1, 'x', false, true);
    take_plain(x);
}

static void take_wide_value(struct lexer *x, char ascii, size_t len)
{
    if (ascii == '{' || ascii == '[') {
        lex_mend(x, ascii, len);
        lex_push(x, ascii);
    } else if (ascii == '"' || ascii == '\'') {
        take_curly_quoted(x, len);
    } else {
        take_plain(x);
    }
}

static void take_value(struct lexer *x)
{
    size_t len = 0;

    lex_pass_blanks(x);
    if (lex_at_end(x))
        return;
    char ascii = x->free_text ? '\0' : lex_ascii_at(x, &len);
    if (*x->p == '#')
        take_hash(x);
    else if (*x->p == '"' || *x->p == '\'')
        lex_open_quote(x);
    else if (*x->p == '{' || *x->p == '[') {
        lex_push(x, *x->p);
        lex_step(x);
    } else if (x->depth > 0 && strchr("}],", *x->p) != NULL)
        x->expect = AFTER;
    else if (x->depth == 0 && (*x->p == '|' || *x->p == '>')) {
        x->text_col = x->key_col;
        lex_skip_line(x);
    } else if (strchr("%@`", *x->p) != NULL)
        take_reserved(x);
    else if (ascii != '\0')
        take_wide_value(x, ascii, len);
    else
        take_plain(x);
}

/* Nothing but brackets that close, and no more than are open, up to the line's end? */
static bool closes_line(const struct lexer *x)
{
    int n = 0;
    size_t len;

    for (const char *c = x->p; *c != '\0' && *c != '\n' && *c != '\r'; c += lex_char_len(c)) {
        char ascii = (unsigned char)*c < 0x80 ? *c : full_width_ascii(c, &len);
        if (ascii != '}' && ascii != ']' && ascii != ' ')
            return false;
        n += ascii != ' ';
    }
    return n <= x->depth;
}

/* 停机，CO：查漏 is a text, 停机，en：stop lost its comma: what follows is a key of
 * the language, and none of the levels, which people write in labels. */
static bool is_entry_behind_text(const char *p)
{
    char word[WORD_MAX + 1];
    size_t n = lex_word_len(p);
    const char *colon = lex_skip_blanks(p + n);

    if (!lex_begins_entry(p) || n > WORD_MAX)
        return false;
    memcpy(word, p, n);
    word[n] = '\0';
    const struct key_row *row = schema_any(word);
    return *colon == ':' || (row != NULL && schema_find(SEC_LIMITS, word) == NULL);
}

/* A wide comma or bracket inside a flow map or list: syntax, or part of a text? */
static bool is_separator(const struct lexer *x, char ascii, size_t len, bool opened)
{
    const char *next = lex_skip_blanks(x->p + len);

    if (x->depth == 0)
        return false;
    if (ascii == ',' || ascii == ';')
        return x->free_text ? is_entry_behind_text(next) : lex_begins_entry(next) || lex_in_list(x);
    bool fits = (ascii == '}') == (x->open[x->depth - 1] == '{');
    return (ascii == '}' || ascii == ']') && fits && !opened &&
           (closes_line(x) || (!x->free_text && *next != '\0' && strchr(",}]#", *next) != NULL));
}

/* true: the value ends here. */
static bool take_wide_in_plain(struct lexer *x, const char *start, bool *opened, bool *told)
{
    size_t len;
    char ascii = lex_ascii_at(x, &len);

    if (ascii == '\0')
        return false;
    *opened |= ascii == '{' || ascii == '[';
    if (is_separator(x, ascii, len, *opened)) {
        bool comma = ascii == ',' || ascii == ';';
        lex_mend(x, comma ? ',' : ascii, len);
        if (comma)
            x->expect = ENTRY;
        else
            lex_pop(x);
        return true;
    }
    if (!x->free_text && !*told) {
        lex_tell_wide(x, ascii, len);
        lex_edit(x, start, 0, '\0', false, true);
        *told = true;
    }
    return false;
}

static void warn_cut(struct lexer *x)
{
    struct place at = lex_here(x, 1);

    if (x->free_text && x->p[1] != ' ' && x->p[1] != '\n' && x->p[1] != '\r' && x->p[1] != '\0')
        report(x->d, &at, W_HASH_CUT, NULL, NULL, NULL);
}

static void take_plain(struct lexer *x)
{
    const char *start = x->p;
    bool opened = false, told = x->edits.n > 0 && x->edits.v[x->edits.n - 1].told &&
                                x->edits.v[x->edits.n - 1].at == (size_t)(x->p - x->s->text);

    for (; !lex_at_end(x); lex_step(x)) {
        if (x->depth > 0 && strchr(",}]{[", *x->p) != NULL) {
            x->expect = AFTER;
            return;
        }
        if (*x->p == '#' && x->p > start && x->p[-1] == ' ') {
            warn_cut(x);
            lex_skip_line(x);
            return;
        }
        if (take_wide_in_plain(x, start, &opened, &told))
            return;
    }
    if (x->depth == 0)
        x->text_col = x->key_col;
}

static void take_after(struct lexer *x)
{
    size_t len;

    lex_pass_blanks(x);
    if (lex_at_end(x))
        return;
    char ascii = lex_ascii_at(x, &len);
    if (*x->p == ':') {
        lex_step(x);
        x->free_text = true;
        x->expect = VALUE;
    } else if (ascii == ':') {
        lex_mend(x, ':', len);
        x->expect = VALUE;
    } else if (x->depth > 0 && (*x->p == ',' || ascii == ',')) {
        if (ascii == ',')
            lex_mend(x, ',', len);
        else
            lex_step(x);
        x->expect = ENTRY;
    } else if (x->depth > 0 && (strchr("}]", *x->p) != NULL || ascii == '}' || ascii == ']')) {
        if (ascii != '\0')
            lex_mend(x, ascii, len);
        else
            lex_step(x);
        lex_pop(x);
    } else if (ascii == ',' || ascii == ';') {
        lex_mend(x, ' ', len);
    } else {
        lex_skip_line(x); /* a comment, or what the parser will name */
    }
}

/* Tabs and wide blanks before a line's first character: their width is anyone's
 * guess, so the file can't be read on in block style. */
static void take_indentation(struct lexer *x)
{
    struct place bad = { 0 };
    const char *bad_at = NULL, *start = x->p;
    size_t len;

    for (; *x->p == ' ' || *x->p == '\t' || lex_ascii_at(x, &len) == ' '; lex_step(x))
        if (*x->p != ' ' && bad_at == NULL) {
            bad = lex_here(x, 1);
            bad_at = x->p;
        }
    if (bad_at != NULL && (lex_at_end(x) || *x->p == '#'))
        lex_edit(x, start, (size_t)(x->p - start), ' ', false, false); /* harmless there */
    if (bad_at == NULL || lex_at_end(x) || *x->p == '#' || x->blank_told)
        return;
    if (x->text_col > 0 && x->col > x->text_col && *bad_at != '\t')
        return; /* inside of a text */
    x->blank_told = true;
    x->hopeless |= x->depth == 0;
    if (*bad_at == '\t') {
        report(x->d, &bad, E_TAB, NULL, NULL, NULL);
        return;
    }
    struct lexer at = *x;
    at.p = bad_at;
    at.col = bad.col;
    lex_tell_wide(&at, ' ', lex_char_len(bad_at));
}

static void take_line(struct lexer *x)
{
    if (x->quote != '\0') {
        lex_quoted(x);
    } else {
        take_indentation(x);
        if (lex_at_end(x))
            return;
        if (x->depth == 0 && x->text_col > 0 && x->col > x->text_col) {
            lex_skip_line(x);
            return;
        }
        x->leading = true;
        x->text_col = 0;
        if (x->depth == 0)
            x->expect = ENTRY;
    }
    while (!lex_at_end(x) && !x->stop) {
        if (x->expect == ENTRY)
            take_entry(x);
        else if (x->expect == VALUE)
            take_value(x);
        else
            take_after(x);
    }
}

int yaml_mend(struct mended *out, struct arena *a, const struct source *s, struct diag_list *d)
{
    struct lexer x = { .s = s, .d = d, .p = s->text, .line = 1, .col = 1, .arena = a };

    while (*x.p != '\0' && !x.stop && x.err == RG_OK) {
        take_line(&x);
        while (*x.p == '\r')
            x.p++;
        if (*x.p == '\n')
            x.p++;
        x.line++;
        x.col = 1;
    }
    *out = (struct mended){ .text = s->text, .len = s->len };
    if (x.err == RG_OK && x.edits.n > 0)
        x.err = edits_apply(out, a, s, &x.edits);
    out->hopeless = x.hopeless;
    return x.err;
}
