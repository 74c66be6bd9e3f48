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

size_t number_length(const char *s)
{
    size_t n = s[0] == '+' || s[0] == '-';
    size_t whole = strspn(s + n, "0123456789");
    size_t rest = s[n + whole] == '.' ? strspn(s + n + whole + 1, "0123456789") : 0;

    if (whole == 0)
        return 0;
    n += whole + (rest > 0 ? rest + 1 : 0);
    if (s[n] == 'e' || s[n] == 'E') {
        size_t sign = s[n + 1] == '+' || s[n + 1] == '-';
        size_t power = strspn(s + n + 1 + sign, "0123456789");
        n += power > 0 ? 1 + sign + power : 0;
    }
    return n;
}
