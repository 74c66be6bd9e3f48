/* config/arena.h - memory that is taken piece by piece and given back whole.
 * Everything of one plant, or of one run of the loader, lives in one arena, so
 * that a half-built plant leaves nothing behind.  Thread: one at a time. */
#ifndef RG_CONFIG_ARENA_H
#define RG_CONFIG_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);    /* NULL: out of memory */
void arena_free(struct arena *a); /* NULL-safe */
/* Zeroed, aligned for anything; NULL: out of memory. */
void *arena_take(struct arena *a, size_t size);
char *arena_copy(struct arena *a, const char *text, size_t len); /* NUL-terminated */

#endif
