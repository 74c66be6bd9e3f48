#include "config/report.h"

#include <stdlib.h>
#include <string.h>

struct catalog_row {
    int number;
    bool warning;
    const char *text[2];
    const char *help[2];
};

#define CATALOG_ROW(number, name, warning, zh, en, hzh, hen)                                       \
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

static void append(char *out, size_t size, const char *text, size_t len)
{
    size_t n = strlen(out);

    if (len > size - n - 1) {
        len = size - n - 1;
        while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
            len--; /* never half a character */
    }
    memcpy(out + n, text, len);
    out[n + len] = '\0';
}

static void fill(char *out, size_t size, const char *form, const char *const args[3])
{
    while (*form != '\0') {
        if (form[0] == '{' && form[1] >= '0' && form[1] <= '2' && form[2] == '}') {
            const char *arg = args[form[1] - '0'];
            append(out, size, arg == NULL ? "" : arg, arg == NULL ? 0 : strlen(arg));
            form += 3;
        } else {
            size_t len = strcspn(form + 1, "{") + 1;
            append(out, size, form, len);
            form += len;
        }
    }
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

static bool is_told(const struct diag_list *d, const struct diag *g)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->v[i].code == g->code && d->v[i].line == g->line && d->v[i].col == g->col &&
            strcmp(d->v[i].text[DIAG_EN], g->text[DIAG_EN]) == 0 &&
            strcmp(d->v[i].file, g->file) == 0)
            return true;
    return false;
}

static bool make_room(struct diag_list *d)
{
    size_t room = d->room == 0 ? 8 : d->room * 2;

    if (d->n < d->room || d->n == DIAG_KEPT_MAX)
        return d->n < DIAG_KEPT_MAX;
    room = room < DIAG_KEPT_MAX ? room : DIAG_KEPT_MAX;
    struct diag *wider = realloc(d->v, room * sizeof *wider);
    if (wider == NULL)
        return false;
    d->v = wider;
    d->room = room;
    return true;
}

/* Where the next finding goes; NULL: it is only counted. */
static struct diag *room_for(struct diag_list *d, bool warning)
{
    if (make_room(d))
        return &d->v[d->n++];
    for (size_t i = d->n; !warning && i-- > 0;)
        if (d->v[i].warning) {
            free(d->v[i].source);
            return &d->v[i];
        }
    return NULL;
}

static void fill_texts(struct diag *g, enum finding f, const char *const args[3], const char *near)
{
    static const char *const did_you_mean[2] = { "是否想写 ‘{0}’？", "did you mean ‘{0}’?" };
    const char *const word[3] = { near, NULL, NULL };

    for (int lang = 0; lang < 2; lang++) {
        fill(g->text[lang], sizeof g->text[lang], catalog[f].text[lang], args);
        if (near != NULL)
            fill(g->help[lang], sizeof g->help[lang], did_you_mean[lang], word);
        if (near != NULL && catalog[f].help[lang][0] != '\0')
            append(g->help[lang], sizeof g->help[lang], " ", 1);
        fill(g->help[lang], sizeof g->help[lang], catalog[f].help[lang], args);
    }
}

void report_near(struct diag_list *d, const struct place *at, enum finding f, const char *a0,
                 const char *a1, const char *a2, const char *near)
{
    const char *const args[3] = { a0, a1, a2 };
    struct diag g = { .code = catalog[f].number,
                      .warning = catalog[f].warning,
                      .line = at->line > 0 ? at->line : 1,
                      .col = at->line > 0 ? at->col : 1,
                      .width = at->width > 0 ? at->width : 1 };

    append(g.file, sizeof g.file, at->source->name, strlen(at->source->name));
    fill_texts(&g, f, args, near);
    if (is_told(d, &g))
        return;
    *(g.warning ? &d->warnings : &d->errors) += 1;
    struct diag *row = room_for(d, g.warning);
    if (row == NULL)
        return;
    if (at->line > 0 && at->source->text != NULL)
        g.source = line_of(at->source, at->line);
    *row = g;
}

void report(struct diag_list *d, const struct place *at, enum finding f, const char *a0,
            const char *a1, const char *a2)
{
    report_near(d, at, f, a0, a1, a2, NULL);
}

int utf8_count(const char *s, size_t len)
{
    int n = 0;

    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)s[i] & 0xC0) != 0x80;
    return n;
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

int finding_number(enum finding f)
{
    return catalog[f].number;
}

bool finding_is_warning(enum finding f)
{
    return catalog[f].warning;
}

void finding_title(enum finding f, enum diag_lang lang, char *out, size_t size)
{
    const char *const any[3] = { "…", "…", "…" };

    out[0] = '\0';
    fill(out, size, catalog[f].text[lang], any);
}
