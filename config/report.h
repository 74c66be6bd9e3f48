/* config/report.h - how the loader's own files add to a struct diag_list. */
#ifndef RG_CONFIG_REPORT_H
#define RG_CONFIG_REPORT_H

#include "config/catalog.h"
#include "config/diag.h"

/* One file's text, kept while findings may point into it. */
struct source {
    const char *name; /* as people see it */
    const char *text; /* UTF-8, NUL-terminated */
    size_t len;
};

struct place {
    const struct source *source; /* NULL: no line to show */
    int line, col, width;
};

/* Arguments fill {0} {1} {2}; NULL is "". */
void report(struct diag_list *d, const struct place *at, enum finding f, const char *a0,
            const char *a1, const char *a2);
/* As report(), with the way out given in place of the catalogue's. */
void report_help(struct diag_list *d, const struct place *at, enum finding f, const char *a0,
                 const char *help_zh, const char *help_en);

#endif
