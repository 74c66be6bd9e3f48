/* tests/sim/plantsim/words.h - a line of the scenario language, cut into words. */
#ifndef RG_PLANTSIM_WORDS_H
#define RG_PLANTSIM_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#define WORDS_MAX 24

struct words {
    char *v[WORDS_MAX];
    int n;
};

/* The words point into `line`, which is changed; '#' begins a comment.
 * false: more than WORDS_MAX words. */
bool words_cut(struct words *w, char *line);

/* false: not wholly such a number, or out of [lo, hi]; *out untouched. */
bool word_number(const char *text, double *out);
bool word_int(const char *text, long lo, long hi, long *out);
/* `7` or `1..64`. */
bool word_range(const char *text, long lo, long hi, long *first, long *last);
/* 250ms, 1.5s, 2min, 100us: nanoseconds. */
bool word_duration(const char *text, int64_t *ns);
/* `10%`: 0.1 */
bool word_share(const char *text, double *p);

#endif
