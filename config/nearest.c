#include <string.h>

#include "config/loader.h"

#define WORD_MAX 32 /* code points; a longer word is near nothing */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Code points, Latin letters in lower case: PPM is near ppm.  Their number, or
 * WORD_MAX + 1. */
static size_t spell(const char *s, unsigned long out[WORD_MAX])
{
    size_t n = 0;

    for (; *s != '\0'; s++) {
        unsigned char b = (unsigned char)*s;
        if ((b & 0xC0) == 0x80 && n > 0) {
            out[n - 1] = out[n - 1] << 8 | b;
            continue;
        }
        if (n == WORD_MAX)
            return WORD_MAX + 1;
        out[n++] = b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
    }
    return n;
}

/* Damerau-Levenshtein: insert, delete, replace, swap of neighbours. */
static size_t distance(const unsigned long *a, size_t n, const unsigned long *b, size_t m)
{
    size_t d[WORD_MAX + 1][WORD_MAX + 1];

    for (size_t i = 0; i <= n; i++)
        d[i][0] = i;
    for (size_t j = 0; j <= m; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++) {
            size_t cost = a[i - 1] != b[j - 1];
            d[i][j] = least(least(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[n][m];
}

/* What people call things who know them from other tools. */
static const char *const synonyms[][2] = {
    { "function", "fc" },
    { "func", "fc" },
    { "register", "address" },
    { "addr", "address" },
    { "slave", "unit_id" },
    { "slave_id", "unit_id" },
    { "station", "unit_id" },
    { "interval", "every" },
    { "period", "every" },
    { "name", "zh" },
    { "label", "zh" },
    { "title", "zh" },
    { "baud", "line" },
    { "baudrate", "line" },
    { "password", "password_file" },
    { "username", "user" },
    { "url", "mqtt" },
    { "broker", "mqtt" },
    { "high", "H" },
    { "low", "L" },
    { "hihi", "HH" },
    { "lolo", "LL" },
    { "threshold", "at" },
    { "value", "at" },
    { "hysteresis", "clear" },
    { "deadband", "clear" },
    { "delay", "after" },
    { "factor", "scale" },
    { "multiplier", "scale" },
    { "datatype", "type" },
    { "action", "do" },
    { "standard", "basis" },
    { "int16", "i16" },
    { "uint16", "u16" },
    { "int32", "i32" },
    { "uint32", "u32" },
    { "int64", "i64" },
    { "uint64", "u64" },
    { "bcd", "bcd16" },
    { "bcd4", "bcd16" },
    { "bcd8", "bcd32" },
    { "bits", "u16" },
    { "double", "f64" },
    { "float64", "f64" },
    { "float", "f32" },
    { "float32", "f32" },
    { "real", "f32" },
    { "bool", "bit" },
    { "word", "u16" },
    { "sec", "s" },
    { "hour", "h" },
    { "hours", "h" },
    { "minutes", "min" },
    { "day", "d" },
    { "days", "d" },
    { "秒", "s" },
    { "分钟", "min" },
    { "小时", "h" },
    { "天", "d" },
    { "毫秒", "ms" },
};

static const char *synonym(const char *word, const char *const *words, size_t n)
{
    for (size_t s = 0; s < sizeof synonyms / sizeof synonyms[0]; s++)
        for (size_t i = 0; strcmp(synonyms[s][0], word) == 0 && i < n; i++)
            if (strcmp(words[i], synonyms[s][1]) == 0)
                return words[i];
    return NULL;
}

const char *nearest(const char *word, const char *const *words, size_t n)
{
    unsigned long asked[WORD_MAX], known[WORD_MAX];
    size_t asked_len = spell(word, asked);
    size_t best = asked_len / 3 + 2;
    const char *found = synonym(word, words, n);

    if (found != NULL)
        return found;
    for (size_t i = 0; asked_len <= WORD_MAX && i < n; i++) {
        size_t known_len = spell(words[i], known);
        size_t far = known_len > WORD_MAX ? best : distance(asked, asked_len, known, known_len);
        if (far < best && far < asked_len) { /* not all of it replaced */
            best = far;
            found = words[i];
        }
    }
    return found;
}
