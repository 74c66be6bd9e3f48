#include "daemon/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define ELLIPSIS    "\xE2\x80\xA6" /* U+2026 */
#define PLAIN_MAX   1e15           /* beyond it, digits after the point say nothing */

void json_init(struct json *j, char *buf, size_t size)
{
    *j = (struct json){ .buf = buf, .size = size, .full = size == 0 };
}

size_t json_left(const struct json *j)
{
    return j->full ? 0 : j->size - 1 - j->len;
}

static void put(struct json *j, const char *bytes, size_t n)
{
    if (j->full || n > json_left(j)) {
        j->full = true;
        return;
    }
    memcpy(j->buf + j->len, bytes, n);
    j->len += n;
}

static void put_char(struct json *j, char c)
{
    put(j, &c, 1);
}

size_t json_end(struct json *j)
{
    if (j->size == 0)
        return 0;
    if (j->full)
        j->len = 0;
    j->buf[j->len] = '\0';
    return j->len;
}

/* ---- strings ---- */

/* What lead bytes may be followed by: their count, and the bounds of the
 * second byte, which keep out overlong forms, surrogates and what is above
 * U+10FFFF.  Source: Unicode 15.0, table 3-7. */
struct lead {
    unsigned char from, to, more, low, high;
};
static const struct lead leads[] = {
    { 0x00, 0x7F, 0, 0, 0 },       { 0xC2, 0xDF, 1, 0x80, 0xBF }, { 0xE0, 0xE0, 2, 0xA0, 0xBF },
    { 0xE1, 0xEC, 2, 0x80, 0xBF }, { 0xED, 0xED, 2, 0x80, 0x9F }, { 0xEE, 0xEF, 2, 0x80, 0xBF },
    { 0xF0, 0xF0, 3, 0x90, 0xBF }, { 0xF1, 0xF3, 3, 0x80, 0xBF }, { 0xF4, 0xF4, 3, 0x80, 0x8F },
};

/* Bytes of the character at s, 0 when it is none.  The ending NUL is outside
 * every bound, so nothing behind it is read. */
static size_t char_bytes(const unsigned char *s)
{
    const struct lead *lead = leads;

    while (lead < leads + sizeof leads / sizeof leads[0] && s[0] > lead->to)
        lead++;
    if (lead == leads + sizeof leads / sizeof leads[0] || s[0] < lead->from)
        return 0;
    for (size_t i = 1; i <= lead->more; i++)
        if (s[i] < (i == 1 ? lead->low : 0x80) || s[i] > (i == 1 ? lead->high : 0xBF))
            return 0;
    return lead->more + 1u;
}

static size_t escape(char out[8], unsigned char c)
{
    static const char named[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    const char *found = memchr(named, c, sizeof named - 1);

    if (found != NULL)
        return (size_t)snprintf(out, 8, "\\%c", letters[found - named]);
    return (size_t)snprintf(out, 8, "\\u%04x", c);
}

/* One character of the text as it stands in JSON; moves *s past it. */
static size_t next_char(char out[8], const char **s)
{
    const unsigned char *at = (const unsigned char *)*s;
    size_t n = char_bytes(at);

    *s += n == 0 ? 1 : n;
    if (n == 0) {
        memcpy(out, REPLACEMENT, 3);
        return 3;
    }
    if (n == 1 && (at[0] < 0x20 || at[0] == '"' || at[0] == '\\'))
        return escape(out, at[0]);
    memcpy(out, at, n);
    return n;
}

/* Where the text must end so that an ellipsis fits as well; its end when all
 * of it fits. */
static const char *cut_at(const char *s, size_t max)
{
    const char *cut = s;
    size_t used = 0;
    char out[8];

    while (*s != '\0') {
        used += next_char(out, &s);
        if (used > max)
            return cut;
        if (used + 3 <= max)
            cut = s;
    }
    return s;
}

static void put_text(struct json *j, const char *s, size_t max)
{
    const char *end = cut_at(s, max);
    char out[8];

    put_char(j, '"');
    while (s < end && !j->full)
        put(j, out, next_char(out, &s));
    if (*end != '\0')
        put(j, ELLIPSIS, 3);
    put_char(j, '"');
}

static void put_key(struct json *j, const char *key)
{
    if (j->comma)
        put_char(j, ',');
    j->comma = true;
    if (key == NULL)
        return;
    put_text(j, key, SIZE_MAX);
    put_char(j, ':');
}

void json_str(struct json *j, const char *key, const char *s)
{
    json_str_cut(j, key, s, SIZE_MAX);
}

void json_str_cut(struct json *j, const char *key, const char *s, size_t max)
{
    put_key(j, key);
    put_text(j, s, max);
}

/* ---- structure and plain words ---- */

void json_open(struct json *j, const char *key, char bracket)
{
    put_key(j, key);
    put_char(j, bracket);
    j->comma = false;
}

void json_close(struct json *j, char bracket)
{
    put_char(j, bracket);
    j->comma = true;
}

static void put_word(struct json *j, const char *key, const char *word)
{
    put_key(j, key);
    put(j, word, strlen(word));
}

void json_bool(struct json *j, const char *key, bool v)
{
    put_word(j, key, v ? "true" : "false");
}

void json_nil(struct json *j, const char *key)
{
    put_word(j, key, "null");
}

/* ---- numbers ---- */

void json_int(struct json *j, const char *key, int64_t v)
{
    char buf[24];

    snprintf(buf, sizeof buf, "%lld", (long long)v);
    put_word(j, key, buf);
}

void json_uint(struct json *j, const char *key, uint64_t v)
{
    char buf[24];

    snprintf(buf, sizeof buf, "%llu", (unsigned long long)v);
    put_word(j, key, buf);
}

/* Nine digits bring every f32 back, 17 every f64.  Source: IEEE 754-2019, 5.12.2. */
static void shortest(char buf[JSON_NUMBER_MAX], double v, bool is_f32)
{
    int digits = 0, most = is_f32 ? 9 : 17, places;

    do
        snprintf(buf, JSON_NUMBER_MAX, "%.*e", digits, v);
    while ((is_f32 ? (double)strtof(buf, NULL) : strtod(buf, NULL)) != v && ++digits < most);
    places = digits - (int)strtol(strchr(buf, 'e') + 1, NULL, 10);
    if (fabs(v) < PLAIN_MAX && places < most + 7)
        snprintf(buf, JSON_NUMBER_MAX, "%.*f", places < 0 ? 0 : places, v);
}

const char *json_digits(char buf[JSON_NUMBER_MAX], double v, int decimals)
{
    if (decimals == -1 && isfinite((float)v))
        shortest(buf, (double)(float)v, true);
    else if (decimals < 0)
        shortest(buf, v, false);
    else if (fabs(v) >= PLAIN_MAX)
        snprintf(buf, JSON_NUMBER_MAX, "%.17g", v);
    else
        snprintf(buf, JSON_NUMBER_MAX, "%.*f", decimals < 15 ? decimals : 15, v);
    if (buf[0] == '-' && strspn(buf + 1, "0.") == strlen(buf + 1))
        memmove(buf, buf + 1, strlen(buf)); /* there is no minus zero to measure */
    return buf;
}

void json_num(struct json *j, const char *key, double v, int decimals)
{
    char buf[JSON_NUMBER_MAX];

    if (isfinite(v))
        put_word(j, key, json_digits(buf, v, decimals));
    else
        json_nil(j, key);
}
