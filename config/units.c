#include "config/units.h"

#include <string.h>

#define UNIT_TEXT(name, text) text,
static const char *const names[UNIT_COUNT] = { UNITS(UNIT_TEXT) };
#undef UNIT_TEXT

const char *unit_name(enum unit_id u)
{
    return u < UNIT_COUNT ? names[u] : "";
}

enum unit_id unit_find(const char *word)
{
    for (int u = UNIT_NONE + 1; u < UNIT_COUNT; u++)
        if (strcmp(names[u], word) == 0)
            return (enum unit_id)u;
    return UNIT_COUNT;
}
