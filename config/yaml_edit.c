#include "config/yaml_edit.h"

#include <string.h>

#include "config/err.h"

#define FIRST_ROOM 64

int edits_add(struct edits *e, struct arena *a, const struct edit *one)
{
    size_t room = e->room == 0 ? FIRST_ROOM : e->room * 2;

    if (e->n == e->room) {
        struct edit *wider = arena_take(a, room * sizeof *wider);
        if (wider == NULL)
            return RG_ENOMEM;
        if (e->n > 0)
            memcpy(wider, e->v, e->n * sizeof *wider);
        e->v = wider;
        e->room = room;
    }
    e->v[e->n++] = *one;
    return RG_OK;
}

/* The mended text while it grows. */
struct writer {
    char *text;
    size_t n;
    int line, col;
};

static void put(struct writer *w, char c)
{
    bool first = ((unsigned char)c & 0xC0) != 0x80;

    w->text[w->n++] = c;
    w->col = c == '\n' ? 1 : w->col + first;
    w->line += c == '\n';
}

int edits_apply(struct mended *out, struct arena *a, const struct source *s, const struct edits *e)
{
    struct writer w = { .text = arena_take(a, s->len + e->n + 1), .line = 1, .col = 1 };
    struct mend *v = arena_take(a, e->n * 2 * sizeof *v);
    size_t from = 0, n = 0;

    if (w.text == NULL || v == NULL)
        return RG_ENOMEM;
    for (size_t i = 0; i < e->n; i++) {
        const struct edit *one = &e->v[i];
        while (from < one->at)
            put(&w, s->text[from++]);
        if (one->told)
            v[n++] = (struct mend){ .line = w.line, .col = w.col, .told = true };
        if (one->len > 0)
            put(&w, one->to);
        from += one->len;
        if (one->add_blank) {
            v[n++] = (struct mend){ .line = w.line, .col = w.col, .added = true };
            put(&w, ' ');
        }
    }
    while (from < s->len)
        put(&w, s->text[from++]);
    w.text[w.n] = '\0';
    *out = (struct mended){ .text = w.text, .len = w.n, .v = v, .n = n };
    return RG_OK;
}

struct place mended_place(const struct mended *m, const struct source *s, size_t line, size_t col)
{
    struct place p = { s, (int)line + 1, (int)col + 1, 1 };
    int blanks = 0;

    for (size_t i = 0; i < m->n; i++)
        blanks += m->v[i].added && m->v[i].line == p.line && m->v[i].col < p.col;
    p.col -= blanks;
    return p;
}

bool mended_is_told(const struct mended *m, size_t line, size_t col)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->v[i].told && m->v[i].line == (int)line + 1 && m->v[i].col == (int)col + 1)
            return true;
    return false;
}
