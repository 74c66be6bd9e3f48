#include "config/yaml_bytes.h"

#include <stdio.h>
#include <string.h>

static struct place first_line(const struct source *s)
{
    return (struct place){ .source = s };
}

/* Length of the UTF-8 character at s, 0 when it is none. */
static size_t utf8_length(const unsigned char *s, size_t left)
{
    size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xC2 && s[0] < 0xE0 ? 2 : s[0] >= 0xE0 && s[0] < 0xF0 ? 3
               : s[0] >= 0xF0 && s[0] < 0xF5 ? 4 : 0;

    if (n == 0 || n > left)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

/* Two bytes above 0x80 in GBK's rows: what a Chinese Windows editor saves. */
static bool looks_like_gbk(const unsigned char *s, size_t left)
{
    return left >= 2 && s[0] >= 0x81 && s[0] <= 0xFE && s[1] >= 0x40 && s[1] != 0x7F && s[1] != 0xFF;
}

static void not_utf8(const struct source *s, size_t at, struct diag_list *d)
{
    const unsigned char *text = (const unsigned char *)s->text;
    bool gbk = looks_like_gbk(text + at, s->len - at);
    struct place place = { .source = s, .line = 1, .col = 1, .width = 1 };
    char way[256];

    for (size_t i = 0; i < at; i += utf8_length(text + i, at - i)) {
        place.col = text[i] == '\n' ? 1 : place.col + 1;
        place.line += text[i] == '\n';
    }
    snprintf(way, sizeof way, "iconv -f %s -t UTF-8 -o new.yaml %s", gbk ? "GB18030" : "LATIN1",
             s->name);
    report(d, &place, E_NOT_UTF8, gbk ? "GBK" : "?", way, NULL);
}

static bool is_utf16(const char *text, size_t len)
{
    return len >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0);
}

bool yaml_bytes_check(struct source *s, struct diag_list *d)
{
    struct place place = first_line(s);
    bool bom = s->len >= 3 && memcmp(s->text, "\xEF\xBB\xBF", 3) == 0;
    char way[256];

    if (is_utf16(s->text, s->len)) {
        snprintf(way, sizeof way, "iconv -f UTF-16 -t UTF-8 -o new.yaml %s", s->name);
        report(d, &place, E_NOT_UTF8, "UTF-16", way, NULL);
        return false;
    }
    if (memchr(s->text, '\0', s->len) != NULL) {
        report(d, &place, E_NUL, NULL, NULL, NULL);
        return false;
    }
    if (bom) {
        s->text += 3;
        s->len -= 3;
    }
    for (size_t i = 0, n; i < s->len; i += n) {
        n = utf8_length((const unsigned char *)s->text + i, s->len - i);
        if (n == 0) {
            not_utf8(s, i, d);
            return false;
        }
    }
    if (bom || strchr(s->text, '\r') != NULL)
        report(d, &place, W_BOM_CRLF, bom ? "BOM" : "CRLF", NULL, NULL);
    return true;
}
