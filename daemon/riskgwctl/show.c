#include "daemon/riskgwctl/show.h"

#include <math.h>
#include <string.h>

#define RED   "\033[1;31m"
#define MIN_S 60
#define H_S   3600
#define D_S   86400
#define MANY  1e6 /* from here on six digits are not a whole number */

const char *show_text(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s == NULL ? "" : s;
}

long long show_int(const json_t *o, const char *key)
{
    return (long long)json_integer_value(json_object_get(o, key));
}

const char *show_word(const struct show *s, enum phrase p)
{
    return phrase(p, s->lang);
}

const char *show_label(const struct show *s, const json_t *o)
{
    static const char *const keys[LANGS] = { [LANG_ZH] = "zh", [LANG_EN] = "en" };
    const char *label = show_text(o, keys[s->lang]);

    return label[0] != '\0' ? label : show_text(o, keys[s->lang == LANG_ZH ? LANG_EN : LANG_ZH]);
}

/* Six digits say all that people compare; the document has them all. */
void show_number(char *out, size_t size, const json_t *v, const char *unit)
{
    out[0] = '\0';
    if (json_is_integer(v))
        snprintf(out, size, "%lld%s%s", (long long)json_integer_value(v),
                 unit[0] == '\0' ? "" : " ", unit);
    else if (json_is_real(v))
        snprintf(out, size, "%.*g%s%s", fabs(json_real_value(v)) < MANY ? 6 : 9, json_real_value(v),
                 unit[0] == '\0' ? "" : " ", unit);
}

void show_duration(char *out, size_t size, const struct show *s, double seconds)
{
    static const char *const units[LANGS][4] = {
        [LANG_ZH] = { "秒", "分", "小时", "天" },
        [LANG_EN] = { "s", "min", "h", "d" },
    };
    const char *const *u = units[s->lang];
    long long t = seconds < 0 ? 0 : (long long)seconds;

    if (seconds > 0 && seconds < 10 && seconds != (double)t)
        snprintf(out, size, "%.1f %s", seconds, u[0]);
    else if (t < MIN_S)
        snprintf(out, size, "%lld %s", t, u[0]);
    else if (t < H_S)
        snprintf(out, size, "%lld %s", t / MIN_S, u[1]);
    else if (t < D_S)
        snprintf(out, size, "%lld %s %lld %s", t / H_S, u[2], t % H_S / MIN_S, u[1]);
    else
        snprintf(out, size, "%lld %s %lld %s", t / D_S, u[3], t % D_S / H_S, u[2]);
}

void show_time(char *out, size_t size, const char *ts)
{
    size_t day = strcspn(ts, "T");
    const char *rest = ts[day] == '\0' ? "" : ts + day + 1;
    size_t time = strcspn(rest, ".+-Z");
    const char *zone = rest + time;

    if (zone[0] == '.')
        zone += strcspn(zone, "+-Z");
    snprintf(out, size, "%.*s %.*s %s", (int)day, ts, (int)time, rest, zone);
}

void show_since(char *out, size_t size, const struct show *s, const char *ts)
{
    out[0] = '\0';
    if (strlen(ts) >= 19)
        snprintf(out, size, "%s %.5s %.8s", show_word(s, PHRASE_SINCE_TIME), ts + 5, ts + 11);
}

void show_why(char *out, size_t size, const struct show *s, const json_t *why)
{
    const char *code = show_text(why, "code");
    long long n = show_int(why, "n");

    out[0] = '\0';
    if (code[0] == '\0')
        return;
    if (n > 1)
        snprintf(out, size, "%s x%lld", phrase_of_code(code, s->lang), n);
    else
        snprintf(out, size, "%s", phrase_of_code(code, s->lang));
}

const char *show_alert(const struct show *s, bool is_alert)
{
    return s->colour && is_alert ? RED : NULL;
}
