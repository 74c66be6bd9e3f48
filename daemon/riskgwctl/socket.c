#include "daemon/riskgwctl/socket.h"

#include <string.h>

#define KEY "socket:"

/* True when the key begins here, outside a comment. */
static bool is_key(const char *line, const char *at)
{
    return memchr(line, '#', (size_t)(at - line)) == NULL &&
           (at == line || strchr(" {,\t", at[-1]) != NULL);
}

static bool take_value(const char *at, char *out, size_t size)
{
    size_t len;

    at += strspn(at, " \t\"'");
    len = strcspn(at, " \t\"',}#\r\n");
    if (len == 0 || len >= size)
        return false;
    memcpy(out, at, len);
    out[len] = '\0';
    return true;
}

bool socket_named(const char *text, char *out, size_t size)
{
    const char *line = text;

    while (line != NULL && *line != '\0') {
        const char *end = strchr(line, '\n');
        const char *at = strstr(line, KEY);

        if (at == NULL)
            return false;
        if ((end == NULL || at < end) && is_key(line, at))
            return take_value(at + strlen(KEY), out, size);
        line = end == NULL ? NULL : end + 1;
    }
    return false;
}
