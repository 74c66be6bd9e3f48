/* config/explain.h - the long text of a finding's number, with an example of the
 * mistake and of the same lines set right.  Thread: any (constant data). */
#ifndef RG_CONFIG_EXPLAIN_H
#define RG_CONFIG_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "config/catalog.h"
#include "config/diag.h"

/* Where the lines of an example stand. */
enum example_frame { EXAMPLE_NONE, EXAMPLE_ROOT, EXAMPLE_POINT };

struct explanation {
    enum finding finding;
    const char *text[2]; /* by enum diag_lang */
    enum example_frame frame;
    const char *wrong; /* NULL: no file can be printed that shows it */
    const char *right;
};

/* 31, "E031" or "e31"; NULL: there is no such number. */
const struct explanation *explain_find(const char *number);
const struct explanation *explain_at(size_t i); /* NULL behind the last one */
void explain_print(FILE *to, const struct explanation *e, enum diag_lang lang);
/* All of them in both languages, as a page in Markdown. */
void explain_index(FILE *to);

#endif
