#include "drivers/sample.h"

#include <stdio.h>

#include "config/model_point.h"

struct quality_row {
    const char *word;
    enum quality_class class;
};

#define QUALITY_ROW(name, word, class) { word, class },
static const struct quality_row qualities[QUALITY_COUNT] = { QUALITIES(QUALITY_ROW) };
#undef QUALITY_ROW

#define WHY_ROW(name, word) word,
static const char *const whys[WHY_CODE_COUNT] = { WHY_CODES(WHY_ROW) };
#undef WHY_ROW

enum quality_class quality_class(enum quality q)
{
    return qualities[q].class;
}

const char *quality_word(enum quality q)
{
    return qualities[q].word;
}

const char *why_word(struct why w, char *buf, unsigned size)
{
    if (w.code == WHY_EXCEPTION)
        snprintf(buf, size, "%s_%u", whys[w.code], w.arg);
    else if (w.code == WHY_BIT)
        snprintf(buf, size, "%s:%s", whys[w.code], status_names[w.arg % STATUS_WORDS]);
    else
        snprintf(buf, size, "%s", whys[w.code]);
    return buf;
}
