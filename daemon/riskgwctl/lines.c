#include "daemon/riskgwctl/lines.h"

#include <stdlib.h>
#include <string.h>

void lines_init(struct lines *l, void (*tell)(void *ctx, const json_t *row), void *ctx)
{
    *l = (struct lines){ .tell = tell, .ctx = ctx };
}

void lines_fini(struct lines *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->v[i].text);
    free(l->v);
}

static int by_time(const void *a, const void *b)
{
    const struct line *x = a, *y = b;

    if (x->mono != y->mono)
        return x->mono < y->mono ? -1 : 1;
    return x->n < y->n ? -1 : x->n > y->n;
}

static void tell_text(const struct lines *l, const char *text)
{
    json_t *row = json_loads(text, JSON_DECODE_ANY, NULL);

    if (row != NULL)
        l->tell(l->ctx, row);
    json_decref(row);
}

/* All up to that time, in order. */
static void tell_until(struct lines *l, long long mono)
{
    size_t told = 0;

    if (l->n > 1)
        qsort(l->v, l->n, sizeof l->v[0], by_time);
    for (; told < l->n && l->v[told].mono <= mono; told++) {
        tell_text(l, l->v[told].text);
        free(l->v[told].text);
    }
    l->n -= told;
    if (told > 0)
        memmove(l->v, l->v + told, l->n * sizeof l->v[0]);
}

void lines_flush(struct lines *l)
{
    tell_until(l, INT64_MAX);
    l->newest = 0;
}

static bool keep(struct lines *l, const char *text, long long mono)
{
    if (l->n == l->room) {
        size_t room = 2 * l->room + 64;
        struct line *more = realloc(l->v, room * sizeof *more);
        if (more == NULL)
            return false;
        l->v = more;
        l->room = room;
    }
    l->v[l->n] = (struct line){ .mono = mono, .n = l->come++, .text = strdup(text) };
    return l->v[l->n++].text != NULL;
}

bool lines_add(struct lines *l, const char *text)
{
    json_t *row = json_loads(text, 0, NULL);
    const json_t *mono = json_object_get(row, "mono");
    long long at = json_integer_value(mono),
              epoch = json_integer_value(json_object_get(row, "epoch"));
    bool is_sample = mono != NULL;

    json_decref(row);
    if (!is_sample || epoch != l->epoch)
        lines_flush(l);
    l->epoch = epoch;
    if (!is_sample) {
        tell_text(l, text);
        return true;
    }
    if (at > l->newest)
        l->newest = at;
    if (!keep(l, text, at))
        return false;
    if (l->n >= LINES_MAX || (l->n % 1024 == 0 && l->n > 0))
        tell_until(l, l->n >= LINES_MAX ? l->v[0].mono + (l->newest - l->v[0].mono) / 2
                                        : l->newest - LINES_LATE_MS);
    return true;
}
