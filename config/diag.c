#include "config/report.h"

#include <stdlib.h>
#include <string.h>

struct catalog_row {
    int number;
    bool warning;
    const char *text[2];
    const char *help[2];
};

#define CATALOG_ROW(number, name, warning, zh, en, hzh, hen) \
    { number, warning, { zh, en }, { hzh, hen } },
static const struct catalog_row catalog[FINDINGS] = { CATALOG(CATALOG_ROW) };
#undef CATALOG_ROW

void diag_init(struct diag_list *d)
{
    *d = (struct diag_list){ 0 };
}

void diag_fini(struct diag_list *d)
{
    for (size_t i = 0; i < d->n; i++)
        free(d->v[i].source);
    free(d->v);
    diag_init(d);
}

static void fill(char *out, size_t size, const char *form, const char *const args[3])
{
    size_t n = 0;

    while (*form != '\0' && n + 1 < size) {
        if (form[0] == '{' && form[1] >= '0' && form[1] <= '2' && form[2] == '}') {
            const char *arg = args[form[1] - '0'];
            size_t len = arg == NULL ? 0 : strlen(arg);
            if (len > size - n - 1)
                len = size - n - 1;
            if (len > 0)
                memcpy(out + n, arg, len);
            n += len;
            form += 3;
        } else {
            out[n++] = *form++;
        }
    }
    while (n > 0 && n + 1 == size && ((unsigned char)out[n - 1] & 0xC0) == 0x80)
        n--; /* never half a character */
    out[n] = '\0';
}

static char *line_of(const struct source *s, int line)
{
    const char *from = s->text;

    for (int i = 1; i < line && from != NULL; i++) {
        from = strchr(from, '\n');
        from = from == NULL ? NULL : from + 1;
    }
    if (from == NULL)
        return NULL;
    return strndup(from, strcspn(from, "\r\n"));
}

static struct diag *new_row(struct diag_list *d, const struct catalog_row *row)
{
    if (row->warning)
        d->warnings++;
    else
        d->errors++;
    if (d->v == NULL)
        d->v = calloc(DIAG_SHOWN_MAX, sizeof *d->v);
    if (d->v == NULL)
        return NULL;
    if (d->n < DIAG_SHOWN_MAX)
        return &d->v[d->n++];
    if (row->warning)
        return NULL;
    for (size_t i = d->n; i-- > 0;) /* an error takes the place of a warning */
        if (d->v[i].warning) {
            free(d->v[i].source);
            return &d->v[i];
        }
    return NULL;
}

static struct diag *add(struct diag_list *d, const struct place *at, enum finding f,
                        const char *const args[3])
{
    const struct catalog_row *row = &catalog[f];
    struct diag *g = new_row(d, row);

    if (g == NULL)
        return NULL;
    *g = (struct diag){ .code = row->number, .warning = row->warning, .line = at->line,
                        .col = at->col, .width = at->width > 0 ? at->width : 1 };
    if (at->source != NULL) {
        snprintf(g->file, sizeof g->file, "%s", at->source->name);
        g->source = at->line > 0 && at->source->text != NULL ? line_of(at->source, at->line) : NULL;
    }
    for (int lang = 0; lang < 2; lang++) {
        fill(g->text[lang], sizeof g->text[lang], row->text[lang], args);
        fill(g->help[lang], sizeof g->help[lang], row->help[lang], args);
    }
    return g;
}

void report(struct diag_list *d, const struct place *at, enum finding f, const char *a0,
            const char *a1, const char *a2)
{
    const char *args[3] = { a0, a1, a2 };
    struct diag *g = add(d, at, f, args);

    /* A way out that needs a word which is not known is none. */
    if (g != NULL && a1 == NULL && strstr(catalog[f].help[DIAG_EN], "{1}") != NULL)
        g->help[DIAG_ZH][0] = g->help[DIAG_EN][0] = '\0';
}

void report_help(struct diag_list *d, const struct place *at, enum finding f, const char *a0,
                 const char *help_zh, const char *help_en)
{
    const char *args[3] = { a0, NULL, NULL };
    struct diag *g = add(d, at, f, args);

    if (g == NULL)
        return;
    snprintf(g->help[DIAG_ZH], sizeof g->help[DIAG_ZH], "%s", help_zh);
    snprintf(g->help[DIAG_EN], sizeof g->help[DIAG_EN], "%s", help_en);
}

static int by_place(const void *a, const void *b)
{
    const struct diag *x = a, *y = b;
    int files = strcmp(x->file, y->file);

    if (files != 0)
        return files;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->col < y->col ? -1 : x->col > y->col;
}

void diag_sort(struct diag_list *d)
{
    if (d->n > 1)
        qsort(d->v, d->n, sizeof d->v[0], by_place);
}

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

static void print_caret(FILE *to, const struct diag *g)
{
    const char *s = g->source;
    unsigned long c;
    int blanks = 0, carets = 0;

    for (int col = 1; *s != '\0' && col < g->col + g->width; col++) {
        s = next_char(s, &c);
        if (col < g->col)
            blanks += columns_of(c);
        else
            carets += columns_of(c);
    }
    fprintf(to, "      | %*s", blanks, "");
    do
        fputc('^', to);
    while (--carets > 0);
    fputc('\n', to);
}

static void print_one(FILE *to, const struct diag *g, enum diag_lang lang)
{
    if (g->line > 0)
        fprintf(to, "%s:%d:%d: ", g->file, g->line, g->col);
    else
        fprintf(to, "%s: ", g->file);
    fprintf(to, "%s[E%03d]: %s\n", g->warning ? "warning" : "error", g->code, g->text[lang]);
    if (g->source != NULL) {
        fprintf(to, "%5d | %s\n", g->line, g->source);
        print_caret(to, g);
    }
    if (g->help[lang][0] != '\0')
        fprintf(to, "      = help: %s\n", g->help[lang]);
}

void diag_print(FILE *to, const struct diag_list *d, enum diag_lang lang)
{
    for (size_t i = 0; i < d->n; i++)
        print_one(to, &d->v[i], lang);
    if (d->errors + d->warnings > d->n)
        fprintf(to, "... %zu more\n", d->errors + d->warnings - d->n);
    if (d->errors + d->warnings > 0)
        fprintf(to, "%zu error(s), %zu warning(s)\n", d->errors, d->warnings);
}
