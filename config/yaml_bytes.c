#include "config/yaml_bytes.h"

#include <stdio.h>
#include <string.h>

/* Length of the UTF-8 character at s, 0 when it is none (RFC 3629). */
static size_t utf8_length(const unsigned char *s, size_t left)
{
    size_t n = s[0] < 0x80                   ? 1
               : s[0] >= 0xC2 && s[0] < 0xE0 ? 2
               : s[0] >= 0xE0 && s[0] < 0xF0 ? 3
               : s[0] >= 0xF0 && s[0] < 0xF5 ? 4
                                             : 0;

    if (n == 0 || n > left)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    bool surrogate = s[0] == 0xED && s[1] >= 0xA0, beyond = s[0] == 0xF4 && s[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : n;
}

/* Two bytes in GBK's rows: what a Chinese Windows editor saves. */
static bool looks_like_gbk(const unsigned char *s, size_t left)
{
    return left >= 2 && s[0] >= 0x81 && s[0] <= 0xFE && s[1] >= 0x40 && s[1] != 0x7F &&
           s[1] != 0xFF;
}

/* The place of a byte; the text before it is UTF-8. */
static struct place place_of(const struct source *s, size_t at)
{
    struct place place = { .source = s, .line = 1, .col = 1, .width = 1 };

    for (size_t i = 0; i < at; i++) {
        bool first = ((unsigned char)s->text[i] & 0xC0) != 0x80;
        place.col = s->text[i] == '\n' ? 1 : place.col + first;
        place.line += s->text[i] == '\n';
    }
    return place;
}

/* A line that can be typed as it stands: -o with iconv's own input would empty it. */
static void refuse_encoding(const struct source *s, size_t at, const char *name, const char *from,
                            const char *path, struct diag_list *d)
{
    struct place place = place_of(s, at);
    char way[700];

    snprintf(way, sizeof way, "iconv -f %s -t UTF-8 '%s' > '%s.utf8' && mv '%s.utf8' '%s'", from,
             path, path, path, path);
    report(d, &place, E_NOT_UTF8, name, way, NULL);
}

/* With a byte order mark, or with a zero in every other byte. */
static bool is_utf16(const char *text, size_t len)
{
    size_t zeros[2] = { 0, 0 };

    if (len >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0))
        return true;
    for (size_t i = 0; i < len && i < 64; i++)
        zeros[i % 2] += text[i] == '\0';
    return len >= 8 && (zeros[0] == 0) != (zeros[1] == 0) && zeros[0] + zeros[1] >= 3;
}

/* Line breaks that no editor shows as such: a lone CR, NEL, LS, PS; and a byte
 * order mark inside of the text.  NULL: none. */
static const char *hidden_character(const char *c, size_t left)
{
    static const struct {
        const char *bytes, *name;
    } hidden[] = { { "\xC2\x85", "U+0085" },
                   { "\xE2\x80\xA8", "U+2028" },
                   { "\xE2\x80\xA9", "U+2029" },
                   { "\xEF\xBB\xBF", "U+FEFF" } };

    if (c[0] == '\r' && (left < 2 || c[1] != '\n'))
        return "U+000D";
    if ((unsigned char)c[0] < 0x80)
        return NULL;
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        if (strncmp(c, hidden[i].bytes, strlen(hidden[i].bytes)) == 0)
            return hidden[i].name;
    return NULL;
}

static bool check_characters(const struct source *s, const char *path, struct diag_list *d)
{
    for (size_t i = 0, n; i < s->len; i += n) {
        const unsigned char *c = (const unsigned char *)s->text + i;
        const char *hidden = hidden_character(s->text + i, s->len - i);
        n = utf8_length(c, s->len - i);
        if (n == 0) {
            bool gbk = looks_like_gbk(c, s->len - i);
            for (; i > 0 && ((unsigned char)s->text[i - 1] & 0x80) != 0; i--)
                ; /* some pairs of GBK look like UTF-8: the text begins before them */
            refuse_encoding(s, i, gbk ? "GBK" : "?", gbk ? "GB18030" : "LATIN1", path, d);
            return false;
        }
        if (hidden != NULL) {
            struct place place = place_of(s, i);
            report(d, &place, E_STRAY, hidden, NULL, NULL);
            return false;
        }
    }
    return true;
}

bool yaml_bytes_check(struct source *s, const char *path, struct diag_list *d)
{
    const char *nul = memchr(s->text, '\0', s->len);
    bool bom = s->len >= 3 && memcmp(s->text, "\xEF\xBB\xBF", 3) == 0;

    if (is_utf16(s->text, s->len)) {
        struct source unread = { .name = s->name }; /* its lines can't be shown */
        bool swapped = s->text[0] == '\0' || (unsigned char)s->text[0] == 0xFE;
        bool marked = (unsigned char)s->text[0] >= 0xFE;
        refuse_encoding(&unread, 0, "UTF-16",
                        marked    ? "UTF-16"
                        : swapped ? "UTF-16BE"
                                  : "UTF-16LE",
                        path, d);
        return false;
    }
    if (bom) {
        s->text += 3;
        s->len -= 3;
    }
    if (!check_characters(s, path, d))
        return false;
    if (nul != NULL) {
        struct place place = place_of(s, (size_t)(nul - s->text));
        report(d, &place, E_NUL, NULL, NULL, NULL);
        return false;
    }
    if (bom || strchr(s->text, '\r') != NULL)
        report(d, &(struct place){ .source = s }, W_BOM_CRLF,
               !bom                            ? "CRLF"
               : strchr(s->text, '\r') == NULL ? "BOM"
                                               : "BOM, CRLF",
               NULL, NULL);
    return true;
}
