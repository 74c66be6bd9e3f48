/* config/diag.h - what is wrong with a configuration, and where.
 * A list collects the findings of a run, each with its place, its number and,
 * where there is one, a way out; the text exists in Chinese and English.  The
 * same finding at the same place is told once.  Thread: one list, one thread. */
#ifndef RG_CONFIG_DIAG_H
#define RG_CONFIG_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define DIAG_SHOWN_MAX 20 /* printed; the rest is counted */
#define DIAG_KEPT_MAX  200

enum diag_lang { DIAG_ZH, DIAG_EN };

struct diag {
    int code;     /* 31 is E031 */
    bool warning; /* else an error */
    char file[256];
    int line;  /* from 1 */
    int col;   /* from 1, in code points */
    int width; /* columns under the caret, at least 1 */
    char text[2][256];
    char help[2][640]; /* "" when there is none */
    char *source;      /* the source line, owned by the list; NULL: none */
};

struct diag_list {
    struct diag *v; /* at most DIAG_KEPT_MAX; an error takes a warning's place */
    size_t n, room;
    size_t errors; /* all of them, kept or not */
    size_t warnings;
};

void diag_init(struct diag_list *d);
void diag_fini(struct diag_list *d);
/* By file and place, as they are printed. */
void diag_sort(struct diag_list *d);
/* gcc's form, the source line, a caret placed by display width, the way out;
 * at last what it means for `main_file`. */
void diag_print(FILE *to, const struct diag_list *d, const char *main_file, enum diag_lang lang);

#endif
