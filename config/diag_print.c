#include "config/diag.h"

#include <stdlib.h>
#include <string.h>

#define LINE_COLUMNS 120 /* of a source line; a longer one is shown around its caret */

/* East Asian wide characters take two columns whatever the locale says. */
static int columns_of(unsigned long c)
{
    bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
                (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x3FFFD);

    return wide ? 2 : 1;
}

static const char *next_char(const char *s, unsigned long *c)
{
    unsigned char b = (unsigned char)*s++;
    int more = b >= 0xF0 ? 3 : b >= 0xE0 ? 2 : b >= 0xC0 ? 1 : 0;

    *c = more == 3 ? b & 0x07u : more == 2 ? b & 0x0Fu : more == 1 ? b & 0x1Fu : b;
    for (; more > 0 && ((unsigned char)*s & 0xC0) == 0x80; more--)
        *c = *c << 6 | ((unsigned char)*s++ & 0x3Fu);
    return s;
}

/* A terminal must not be moved, coloured or confused by what a file holds. */
static bool is_printable(const char *s, const char *next, unsigned long c)
{
    bool whole = c < 0x80 || next - s >= (c >= 0x10000 ? 4 : c >= 0x800 ? 3 : 2);

    return whole && c >= 0x20 && c != 0x7F && !(c >= 0x80 && c < 0xA0) && c != 0xFEFF &&
           !(c >= 0x200B && c <= 0x200F) && !(c >= 0x2028 && c <= 0x202E) &&
           !(c >= 0x2066 && c <= 0x2069);
}

static void print_char(FILE *to, const char *s, const char *next, unsigned long c)
{
    if (c == '\t')
        fputc(' ', to);
    else if (is_printable(s, next, c))
        fwrite(s, 1, (size_t)(next - s), to);
    else
        fputc('?', to);
}

/* The code point to begin with so that the caret is seen. */
static int first_shown(const struct diag *g)
{
    return g->col > LINE_COLUMNS / 2 ? g->col - LINE_COLUMNS / 4 : 1;
}

static void print_line(FILE *to, const struct diag *g)
{
    int columns = 0, blanks = 0, carets = 0, first = first_shown(g), col = 1;
    const char *next;
    unsigned long c;

    fprintf(to, "%5d | %s", g->line, first > 1 ? "…" : "");
    for (const char *s = g->source; *s != '\0' && columns < LINE_COLUMNS; s = next, col++) {
        next = next_char(s, &c);
        if (col < first)
            continue;
        int wide = is_printable(s, next, c) ? columns_of(c) : 1;
        print_char(to, s, next, c);
        columns += wide;
        blanks += col < g->col ? wide : 0;
        carets += col >= g->col && col < g->col + g->width ? wide : 0;
    }
    fprintf(to, "%s\n      | %*s", columns >= LINE_COLUMNS ? "…" : "", blanks + (first > 1), "");
    do
        fputc('^', to);
    while (--carets > 0);
    fputc('\n', to);
}

static void print_one(FILE *to, const struct diag *g, enum diag_lang lang)
{
    fprintf(to, "%s:%d:%d: %s[E%03d]: %s\n", g->file, g->line, g->col,
            g->warning ? "warning" : "error", g->code, g->text[lang]);
    if (g->source != NULL)
        print_line(to, g);
    if (g->help[lang][0] != '\0')
        fprintf(to, "      = help: %s\n", g->help[lang]);
}

static void print_sum(FILE *to, const struct diag_list *d, const char *main_file,
                      enum diag_lang lang)
{
    const char *verdict[2] = { "配置未被采用", "the configuration is not accepted" };

    if (lang == DIAG_ZH)
        fprintf(to, "%s：%zu 个错误，%zu 个警告", main_file, d->errors, d->warnings);
    else
        fprintf(to, "%s: %zu error(s), %zu warning(s)", main_file, d->errors, d->warnings);
    fprintf(to, "%s%s\n",
            d->errors == 0    ? ""
            : lang == DIAG_ZH ? "；"
                              : "; ",
            d->errors == 0 ? "" : verdict[lang]);
}

void diag_print(FILE *to, const struct diag_list *d, const char *main_file, enum diag_lang lang)
{
    size_t room[2] = { 0, 0 }, shown = 0; /* of errors, of warnings */

    for (size_t i = 0; i < d->n; i++)
        room[d->v[i].warning]++;
    room[0] = room[0] < DIAG_SHOWN_MAX ? room[0] : DIAG_SHOWN_MAX;
    room[1] = room[1] < DIAG_SHOWN_MAX - room[0] ? room[1] : DIAG_SHOWN_MAX - room[0];
    for (size_t i = 0; i < d->n; i++) {
        if (room[d->v[i].warning] == 0)
            continue;
        room[d->v[i].warning]--;
        print_one(to, &d->v[i], lang);
        shown++;
    }
    if (d->errors + d->warnings > shown)
        fprintf(to, lang == DIAG_ZH ? "... 另有 %zu 条\n" : "... %zu more\n",
                d->errors + d->warnings - shown);
    if (d->errors + d->warnings > 0)
        print_sum(to, d, main_file, lang);
}
