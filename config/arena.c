#include "config/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 65536

struct block {
    struct block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *blocks;
};

struct arena *arena_new(void)
{
    return calloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    for (struct block *b = a->blocks, *next; b != NULL; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

static struct block *block_for(struct arena *a, size_t size)
{
    if (a->blocks != NULL && a->blocks->size - a->blocks->used >= size)
        return a->blocks;
    size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    struct block *b = calloc(1, sizeof *b + room);
    if (b == NULL)
        return NULL;
    b->size = room;
    b->next = a->blocks;
    a->blocks = b;
    return b;
}

void *arena_take(struct arena *a, size_t size)
{
    size_t step = alignof(max_align_t);
    size_t whole = (size + step - 1) / step * step;
    struct block *b = block_for(a, whole);

    if (b == NULL)
        return NULL;
    void *p = b->bytes + b->used;
    b->used += whole;
    return p;
}

char *arena_copy(struct arena *a, const char *text, size_t len)
{
    char *copy = arena_take(a, len + 1);

    if (copy != NULL)
        memcpy(copy, text, len);
    return copy;
}
