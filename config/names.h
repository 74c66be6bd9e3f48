/* config/names.h - which names are taken, and by whom.
 * A hash table in the arena: a plant of thousands of points, or a hostile file
 * of a million keys, costs one look each.  Thread: one at a time. */
#ifndef RG_CONFIG_NAMES_H
#define RG_CONFIG_NAMES_H

#include <stddef.h>

#include "config/arena.h"

struct node;

struct names {
    struct name_slot *v;
    size_t n, size;
};

/* Who has it, NULL: nobody. */
const struct node *names_find(const struct names *s, const void *owner, const char *text);
/* Take (owner, text) for `by`.  *before is who has it already, else NULL: then
 * it is by's.  owner tells name spaces apart and may be NULL; text is kept, not
 * copied.  RG_OK or RG_ENOMEM. */
int names_take(struct names *s, struct arena *a, const void *owner, const char *text,
               const struct node *by, const struct node **before);

#endif
