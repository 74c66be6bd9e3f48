#include "config/full_width.h"

#include <string.h>

static const struct {
    const char *mark;
    char ascii;
} marks[] = {
    { "\u3000", ' ' }, { "\u00A0", ' ' }, { "“", '"' },  { "”", '"' },
    { "‘", '\'' },     { "’", '\'' },     { "【", '[' }, { "】", ']' },
    { "、", ',' },     { "。", '.' },     { "—", '-' },  { "–", '-' },
};

char full_width_ascii(const char *s, size_t *len)
{
    const unsigned char *c = (const unsigned char *)s;

    /* U+FF01 .. U+FF5E are ASCII's own, moved. */
    if (c[0] == 0xEF &&
        ((c[1] == 0xBC && c[2] >= 0x81) || (c[1] == 0xBD && c[2] >= 0x80 && c[2] <= 0x9E))) {
        *len = 3;
        return (char)(c[1] == 0xBC ? c[2] - 0x81 + 0x21 : c[2] - 0x80 + 0x60);
    }
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (strncmp(s, marks[i].mark, strlen(marks[i].mark)) == 0) {
            *len = strlen(marks[i].mark);
            return marks[i].ascii;
        }
    return '\0';
}
