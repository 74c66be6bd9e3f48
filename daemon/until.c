#include "daemon/until.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool duration_read(const char *text, int64_t *ms)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = { { "ms", 1 },      { "s", 1000 },    { "m", 60000 },
                  { "min", 60000 }, { "h", 3600000 }, { "d", 86400000 } };
    size_t digits = strspn(text, "0123456789");
    const char *unit = text + digits + strspn(text + digits, " ");

    if (digits == 0 || digits > 9)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(unit, units[i].unit) == 0) {
            *ms = strtoll(text, NULL, 10) * units[i].ms;
            return true;
        }
    return false;
}

static bool is_a_date(const struct tm *t)
{
    static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return t->tm_mon >= 0 && t->tm_mon < 12 && t->tm_mday >= 1 && t->tm_mday <= days[t->tm_mon] &&
           t->tm_hour >= 0 && t->tm_hour < 24 && t->tm_min >= 0 && t->tm_min < 60 &&
           t->tm_sec >= 0 && t->tm_sec < 60;
}

/* What stands behind the minutes: seconds, parts of one, an offset. */
static bool read_rest(const char *at, struct tm *t, int *zone_min)
{
    int hours, minutes, used = 0;

    if (*at == ':' && sscanf(at, ":%2d%n", &t->tm_sec, &used) == 1)
        at += used;
    if (*at == '.')
        at += 1 + strspn(at + 1, "0123456789");
    if (strcmp(at, "Z") == 0)
        *zone_min = 0;
    if (*at == '\0' || strcmp(at, "Z") == 0)
        return true;
    if ((*at != '+' && *at != '-') || sscanf(at + 1, "%2d:%2d%n", &hours, &minutes, &used) != 2)
        return false;
    *zone_min = (*at == '-' ? -1 : 1) * (hours * 60 + minutes);
    return at[1 + used] == '\0' && hours >= 0 && hours <= 14 && minutes >= 0 && minutes < 60;
}

bool until_read(const char *text, int zone_min, int64_t *utc_ms)
{
    struct tm t = { .tm_isdst = 0 };
    int used = 0;
    char between;

    if (sscanf(text, "%4d-%2d-%2d%c%2d:%2d%n", &t.tm_year, &t.tm_mon, &t.tm_mday, &between,
               &t.tm_hour, &t.tm_min, &used) != 6 ||
        (between != 'T' && between != ' '))
        return false;
    t.tm_year -= 1900;
    t.tm_mon -= 1;
    if (!read_rest(text + used, &t, &zone_min) || !is_a_date(&t))
        return false;
    *utc_ms = ((int64_t)timegm(&t) - zone_min * 60) * 1000;
    return true;
}
