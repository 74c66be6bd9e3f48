#include "tests/sim/plantsim/words.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/plantsim/loop.h"

bool words_cut(struct words *w, char *line)
{
    char *save, *comment = strchr(line, '#');

    if (comment != NULL)
        *comment = '\0';
    w->n = 0;
    for (char *t = strtok_r(line, " \t\r\n", &save); t; t = strtok_r(NULL, " \t\r\n", &save)) {
        if (w->n == WORDS_MAX)
            return false;
        w->v[w->n++] = t;
    }
    return true;
}

bool word_number(const char *text, double *out)
{
    char *end;
    double v = strtod(text, &end);

    if (end == text || *end != '\0')
        return false;
    *out = v;
    return true;
}

bool word_int(const char *text, long lo, long hi, long *out)
{
    char *end;
    long v;

    errno = 0;
    v = strtol(text, &end, 0);
    if (end == text || *end != '\0' || errno != 0 || v < lo || v > hi)
        return false;
    *out = v;
    return true;
}

bool word_range(const char *text, long lo, long hi, long *first, long *last)
{
    const char *dots = strstr(text, "..");
    char head[16] = "";

    if (dots == NULL) {
        if (!word_int(text, lo, hi, first))
            return false;
        *last = *first;
        return true;
    }
    if (dots == text || (size_t)(dots - text) >= sizeof head)
        return false;
    memcpy(head, text, (size_t)(dots - text));
    return word_int(head, lo, hi, first) && word_int(dots + 2, *first, hi, last);
}

bool word_duration(const char *text, int64_t *ns)
{
    static const struct {
        const char *unit;
        double ns;
    } units[] = { { "us", 1e3 },   { "ms", 1e6 }, { "s", 1e9 },
                  { "min", 6e10 }, { "m", 6e10 }, { "h", 3.6e12 } };
    char *end;
    double v = strtod(text, &end);

    if (end == text || !(v >= 0) || v > 1e9)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i].unit) == 0) {
            *ns = llround(v * units[i].ns);
            return true;
        }
    return false;
}

bool word_share(const char *text, double *p)
{
    char *end;
    double v = strtod(text, &end);

    if (end == text || strcmp(end, "%") != 0 || !(v >= 0 && v <= 100))
        return false;
    *p = v / 100;
    return true;
}
