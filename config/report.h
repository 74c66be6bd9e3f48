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
    const struct source *source; /* never NULL */
    int line, col, width;        /* line 0: the whole file, told as its first place */
};

/* Arguments fill {0} {1} {2}; NULL is "". */
void report(struct diag_list *d, const struct place *at, enum finding f, const char *a0,
            const char *a1, const char *a2);
/* As report(), with "did you mean" before the way out; near NULL: as report(). */
void report_near(struct diag_list *d, const struct place *at, enum finding f, const char *a0,
                 const char *a1, const char *a2, const char *near);
int finding_number(enum finding f);
bool finding_is_warning(enum finding f);
/* Its text with "…" where a case would fill something in. */
void finding_title(enum finding f, enum diag_lang lang, char *out, size_t size);
/* Code points of len bytes of UTF-8. */
int utf8_count(const char *s, size_t len);

#endif
