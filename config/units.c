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

const char *unit_meant(const char *word)
{
    static const char *const spellings[][2] = {
        { "℃", "°C" },       { "oC", "°C" },     { "摄氏度", "°C" },   { "度", "°C" },
        { "%LEL", "LEL%" },  { "LEL", "LEL%" },  { "%VOL", "VOL%" },   { "VOL", "VOL%" },
        { "%vol", "VOL%" },  { "vol%", "VOL%" }, { "mg/m³", "mg/m3" }, { "g/m³", "g/m3" },
        { "m³/h", "m3/h" },  { "m³", "m3" },     { "％", "%" },        { "％LEL", "LEL%" },
        { "％VOL", "VOL%" }, { "r/min", "rpm" }, { "转/分", "rpm" },
    };

    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
        if (strcmp(spellings[i][0], word) == 0)
            return spellings[i][1];
    return NULL;
}
