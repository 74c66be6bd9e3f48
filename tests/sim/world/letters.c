#include "tests/sim/world/letters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct letter letter_make(const char *topic, const char *body, size_t len, bool retain)
{
    struct letter l = { .len = len, .retain = retain, .body = malloc(len + 1) };

    if (l.body == NULL)
        abort();
    snprintf(l.topic, sizeof l.topic, "%s", topic);
    memcpy(l.body, body, len);
    l.body[len] = '\0';
    return l;
}

void letters_add(struct letters *l, const struct letter *one)
{
    if (l->n == l->size) {
        l->size = l->size == 0 ? 64 : l->size * 2;
        l->v = realloc(l->v, l->size * sizeof *l->v);
        if (l->v == NULL)
            abort();
    }
    l->v[l->n++] = *one;
}

void letters_copy(struct letters *to, const struct letters *from)
{
    letters_clear(to);
    for (size_t i = 0; i < from->n; i++) {
        const struct letter *l = &from->v[i];
        struct letter copy = letter_make(l->topic, l->body, l->len, l->retain);
        letters_add(to, &copy);
    }
}

struct letter letters_first(struct letters *l)
{
    struct letter first = l->v[0];

    l->n--;
    memmove(l->v, l->v + 1, l->n * sizeof *l->v);
    return first;
}

void letters_clear(struct letters *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->v[i].body);
    l->n = 0;
}

void letters_fini(struct letters *l)
{
    letters_clear(l);
    free(l->v);
    *l = (struct letters){ 0 };
}
