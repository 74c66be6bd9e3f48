/* config/yaml_edit.h - a text with small edits, and where its places are in the
 * file that it came from.  Memory: the arena's.  Thread: one at a time. */
#ifndef RG_CONFIG_YAML_EDIT_H
#define RG_CONFIG_YAML_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "config/arena.h"
#include "config/report.h"

struct edit {
    size_t at, len; /* bytes of the source that `to` stands for; len 0: none */
    char to;
    bool add_blank; /* behind it */
    bool told;      /* the value that begins here was refused */
};

struct edits {
    struct edit *v; /* by `at` */
    size_t n, room;
};

struct mend {
    int line, col; /* in the mended text, from 1 */
    bool added;    /* a blank that the file does not have stands there */
    bool told;
};

struct mended {
    const char *text;
    size_t len;
    const struct mend *v;
    size_t n;
    bool hopeless; /* reported, and no parser could go on */
};

int edits_add(struct edits *e, struct arena *a, const struct edit *one); /* RG_OK, RG_ENOMEM */
int edits_apply(struct mended *out, struct arena *a, const struct source *s, const struct edits *e);
/* The file's place of a mark of the parser (line and column from 0). */
struct place mended_place(const struct mended *m, const struct source *s, size_t line, size_t col);
bool mended_is_told(const struct mended *m, size_t line, size_t col);

#endif
