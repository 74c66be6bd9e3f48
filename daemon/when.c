#include "daemon/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

static bool read_ago(const char *text, int64_t *ago_ms)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {
        { "s", 1000 }, { "m", 60000 }, { "min", 60000 }, { "h", 3600000 }, { "d", DAY_MS }
    };
    char *end;
    long n = strtol(text, &end, 10);

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (end != text && n >= 0 && n <= 100000 && strcmp(end, units[i].unit) == 0) {
            *ago_ms = n * units[i].ms;
            return true;
        }
    return false;
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar.
 * Source: H. Hinnant, chrono-Compatible Low-Level Date Algorithms, days_from_civil. */
static int64_t days_of(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year, era = y / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool is_day(int year, int month, int day)
{
    static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return year >= 1970 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] && (leap || month != 2 || day < 29);
}

/* "Z", "+08:00" or nothing, at the end. */
static bool read_zone(const char *s, int *zone_min)
{
    int h, m, len = 0;

    if (s[0] == '\0')
        return true;
    if (strcmp(s, "Z") == 0) {
        *zone_min = 0;
        return true;
    }
    if ((s[0] != '+' && s[0] != '-') || sscanf(s + 1, "%2d:%2d%n", &h, &m, &len) != 2 ||
        s[1 + len] != '\0' || h < 0 || h > 14 || m < 0 || m > 59)
        return false;
    *zone_min = (s[0] == '-' ? -1 : 1) * (h * 60 + m);
    return true;
}

/* " 14", " 14:02", "T14:02:31.204"; *s is moved behind it. */
static bool read_clock(const char **s, int64_t *ms)
{
    int h = 0, m = 0, sec = 0, len = 0;

    *ms = 0;
    if (**s != ' ' && **s != 'T')
        return true;
    if (sscanf(*s + 1, "%2d:%2d%n", &h, &m, &len) != 2)
        return false;
    *s += 1 + len;
    if (sscanf(*s, ":%2d%n", &sec, &len) == 1)
        *s += len;
    if (**s == '.')
        *s += 1 + strspn(*s + 1, "0123456789");
    *ms = ((int64_t)h * 60 + m) * 60000 + (int64_t)sec * 1000;
    return h >= 0 && h <= 23 && m >= 0 && m <= 59 && sec >= 0 && sec <= 60;
}

bool when_read(const char *text, int64_t now_utc_ms, int zone_min, int64_t *utc_ms)
{
    int year, month, day, len = 0;
    int64_t in_day_ms, ago_ms;

    if (read_ago(text, &ago_ms)) {
        *utc_ms = now_utc_ms - ago_ms;
        return true;
    }
    if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &len) != 3 || !is_day(year, month, day))
        return false;
    const char *rest = text + len;
    if (!read_clock(&rest, &in_day_ms) || !read_zone(rest, &zone_min))
        return false;
    *utc_ms = days_of(year, month, day) * DAY_MS + in_day_ms - (int64_t)zone_min * 60000;
    return true;
}
