#include "tests/sim/platform/tally.h"

#include <stdarg.h>
#include <stdio.h>

#define WORD(name, word, wrong) word,
const char *const county_words[COUNTY_KINDS] = { COUNTY_FINDINGS(WORD) };
#undef WORD
#define WRONG(name, word, wrong) wrong,
static const bool wrongs[COUNTY_KINDS] = { COUNTY_FINDINGS(WRONG) };
#undef WRONG

bool county_is_wrong(enum county_finding f)
{
    return wrongs[f];
}

void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

void tally_note(struct tally *t, enum county_finding f, const char *format, ...)
{
    va_list args;
    char *line;
    int n;

    t->n[f]++;
    if (!wrongs[f] || t->n_lines == LINES_KEPT)
        return;
    line = t->lines[t->n_lines++];
    n = snprintf(line, LINE_BYTES, "%s: ", county_words[f]);
    va_start(args, format);
    vsnprintf(line + n, LINE_BYTES - (size_t)n, format, args);
    va_end(args);
}
