#include "config/yaml_syntax.h"

#include <stdio.h>
#include <string.h>

struct trouble {
    const yaml_parser_t *parser;
    const struct source *source;
    const struct mended *mended;
    const struct last_scalar *last;
    struct diag_list *d;
    const char *line; /* of the problem, in the mended text */
    const char *at;   /* the character there */
    struct place place;
};

/* The text's end when it has fewer lines. */
static const char *line_start(const char *text, size_t line)
{
    for (; line > 0 && *text != '\0'; line--) {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return text;
}

/* The byte of a column, from 0; the line's end when it is shorter. */
static const char *char_at(const char *line, size_t column)
{
    for (; column > 0 && *line != '\0' && *line != '\n'; column--)
        do
            line++;
        while (((unsigned char)*line & 0xC0) == 0x80);
    return line;
}

static struct place place_of(const struct trouble *t, const yaml_mark_t *mark)
{
    return mended_place(t->mended, t->source, mark->line, mark->column);
}

static size_t indentation(const char *line)
{
    return strspn(line, " ");
}

static void tell(const struct trouble *t, const struct place *at, enum finding f, const char *what)
{
    report(t->d, at, f, what, NULL, NULL);
}

/* The last word before the problem's colon: what lacks a comma, or too much is. */
static struct place word_before(const struct trouble *t)
{
    struct place at = t->place;
    const char *end = t->at, *from;

    while (end > t->line && end[-1] == ' ')
        end--;
    for (from = end; from > t->line && strchr(" ,{[", from[-1]) == NULL;)
        from--;
    at.col -= utf8_count(from, (size_t)(t->at - from));
    at.width = utf8_count(from, (size_t)(end - from));
    return at;
}

static void tell_quote(const struct trouble *t, const yaml_mark_t *open)
{
    struct place at = place_of(t, open);
    char quote[2] = { *char_at(line_start(t->mended->text, open->line), open->column), '\0' };

    tell(t, &at, E_UNCLOSED, quote);
}

static void unclosed_quote(const struct trouble *t)
{
    tell_quote(t, &t->parser->context_mark);
}

/* "1#高炉, county: "1405...": the text ends where the value of the next key began. */
static bool ends_as_key(const struct trouble *t)
{
    const char *end = t->at > t->line ? t->at - 1 : t->line; /* its last quote */

    while (end > t->line && end[-1] == ' ')
        end--;
    return end < t->at - 1 && end > t->line && end[-1] == ':';
}

/* A quoted text with something right behind it, that reaches over several lines or
 * ends as a key does: its end was forgotten, and it ended where the next text began. */
static bool swallowed_quote(const struct trouble *t)
{
    const yaml_mark_t *problem = &t->parser->problem_mark;

    if (!t->last->quoted || t->last->to.line != problem->line ||
        t->last->to.column != problem->column ||
        (t->last->from.line == t->last->to.line && !ends_as_key(t)))
        return false;
    tell_quote(t, &t->last->from);
    return true;
}

/* { or [ without its end, or two entries without a comma. */
static void broken_flow(const struct trouble *t)
{
    const yaml_mark_t *open = &t->parser->context_mark;
    const char *opening = line_start(t->mended->text, open->line);
    struct place at = place_of(t, open);
    char bracket[2] = { *char_at(opening, open->column), '\0' };

    if (swallowed_quote(t))
        return;
    if (*t->at == '\0' ||
        (t->place.line > (int)open->line + 1 && indentation(t->line) <= indentation(opening))) {
        tell(t, &at, E_UNCLOSED, bracket);
    } else if (*t->at == ':') {
        at = word_before(t);
        tell(t, &at, E_NO_COMMA, NULL);
    } else if (*t->at == '}' || *t->at == ']') {
        bracket[0] = *t->at;
        tell(t, &t->place, E_STRAY, bracket);
    } else {
        tell(t, &t->place, E_NO_COMMA, NULL);
    }
}

/* A colon where no key can stand. */
static void stray_colon(const struct trouble *t)
{
    bool spans =
        t->last->to.line == t->parser->problem_mark.line && t->last->from.line < t->last->to.line;
    struct place at = place_of(t, &t->last->from);

    if (spans && !t->last->is_value) {
        at.width = 1;
        tell(t, &at, E_NO_COLON, NULL);
    } else if (spans) {
        at = t->place;
        at.col = (int)indentation(t->line) + 1;
        tell(t, &at, E_INDENT, NULL);
    } else {
        tell(t, &t->place, E_STRAY, ": ");
    }
}

static void broken_block(const struct trouble *t)
{
    char stray[8];

    if (swallowed_quote(t))
        return;
    if (t->at == t->line + indentation(t->line)) {
        tell(t, &t->place, E_INDENT, NULL);
        return;
    }
    size_t len = 1;
    while (((unsigned char)t->at[len] & 0xC0) == 0x80)
        len++;
    snprintf(stray, sizeof stray, "%.*s", (int)len, t->at);
    tell(t, &t->place, E_STRAY, stray);
}

static void stray_character(const struct trouble *t)
{
    char c[2] = { *t->at, '\0' };

    if (*t->at == '\t')
        tell(t, &t->place, E_TAB, NULL);
    else
        tell(t, &t->place, E_RESERVED, c);
}

static void missing_colon(const struct trouble *t)
{
    struct place at = place_of(t, &t->parser->context_mark);

    tell(t, &at, E_NO_COLON, NULL);
}

static void list_in_a_line(const struct trouble *t)
{
    tell(t, &t->place, E_STRAY, "- ");
}

static const struct {
    const char *problem; /* libyaml 0.2.5, scanner.c and parser.c */
    void (*told)(const struct trouble *t);
} known[] = {
    { "did not find expected ',' or '}'", broken_flow },
    { "did not find expected ',' or ']'", broken_flow },
    { "mapping values are not allowed in this context", stray_colon },
    { "did not find expected key", broken_block },
    { "did not find expected '-' indicator", broken_block },
    { "did not find expected node content", broken_block },
    { "did not find expected <document start>", broken_block },
    { "found character that cannot start any token", stray_character },
    { "found a tab character that violates indentation", stray_character },
    { "found unexpected end of stream", unclosed_quote },
    { "found unexpected document indicator", unclosed_quote },
    { "could not find expected ':'", missing_colon },
    { "block sequence entries are not allowed in this context", list_in_a_line },
};

/* The reader has no mark, only the byte of a character that no text may hold. */
static void control_character(const struct trouble *t)
{
    const char *text = t->mended->text, *end = text + t->parser->problem_offset;
    yaml_mark_t mark = { 0, 0, 0 };
    char code[16];

    for (const char *c = text; c < end && *c != '\0'; c++) {
        mark.column = *c == '\n' ? 0 : mark.column + (((unsigned char)*c & 0xC0) != 0x80);
        mark.line += *c == '\n';
    }
    struct place at = place_of(t, &mark);
    snprintf(code, sizeof code, "U+%04X", (unsigned)t->parser->problem_value);
    tell(t, &at, E_STRAY, code);
}

void yaml_syntax_report(const yaml_parser_t *p, const struct source *s, const struct mended *m,
                        const struct last_scalar *last, struct diag_list *d)
{
    struct trouble t = { .parser = p, .source = s, .mended = m, .last = last, .d = d };
    const char *problem = p->problem == NULL ? "?" : p->problem;

    if (p->error == YAML_READER_ERROR) {
        control_character(&t);
        return;
    }
    t.place = place_of(&t, &p->problem_mark);
    t.line = line_start(m->text, p->problem_mark.line);
    t.at = char_at(t.line, p->problem_mark.column);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].problem, problem) == 0) {
            known[i].told(&t);
            return;
        }
    tell(&t, &t.place, E_SYNTAX, problem);
}
