#include "config/names.h"

#include <stdint.h>
#include <string.h>

#include "config/err.h"

#define FIRST_SIZE 64

struct name_slot {
    const void *owner;
    const char *text; /* NULL: free */
    const struct node *by;
};

/* FNV-1a. */
static size_t hash(const void *owner, const char *text)
{
    uint64_t h = 14695981039346656037u ^ (uintptr_t)owner;

    for (; *text != '\0'; text++)
        h = (h ^ (unsigned char)*text) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

/* The slot that has it, or the free one where it goes. */
static struct name_slot *slot_of(const struct names *s, const void *owner, const char *text)
{
    size_t i = hash(owner, text) & (s->size - 1);

    while (s->v[i].text != NULL && (s->v[i].owner != owner || strcmp(s->v[i].text, text) != 0))
        i = (i + 1) & (s->size - 1);
    return &s->v[i];
}

static int grow(struct names *s, struct arena *a)
{
    struct names wider = { .n = s->n, .size = s->size == 0 ? FIRST_SIZE : s->size * 2 };

    if (s->n * 2 < s->size)
        return RG_OK;
    wider.v = arena_take(a, wider.size * sizeof *wider.v);
    if (wider.v == NULL)
        return RG_ENOMEM;
    for (size_t i = 0; i < s->size; i++)
        if (s->v[i].text != NULL)
            *slot_of(&wider, s->v[i].owner, s->v[i].text) = s->v[i];
    *s = wider;
    return RG_OK;
}

int names_take(struct names *s, struct arena *a, const void *owner, const char *text,
               const struct node *by, const struct node **before)
{
    if (grow(s, a) != RG_OK)
        return RG_ENOMEM;
    struct name_slot *slot = slot_of(s, owner, text);
    *before = slot->text == NULL ? NULL : slot->by;
    if (slot->text != NULL)
        return RG_OK;
    *slot = (struct name_slot){ owner, text, by };
    s->n++;
    return RG_OK;
}

const struct node *names_find(const struct names *s, const void *owner, const char *text)
{
    return s->size == 0 ? NULL : slot_of(s, owner, text)->by;
}
