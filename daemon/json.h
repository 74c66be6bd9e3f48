/* daemon/json.h - a small JSON writer into a fixed buffer.
 * Never allocates, never writes past the end; once full it stays full and
 * json_end() says so.  Strings are escaped; invalid UTF-8 becomes U+FFFD.
 * Commas are its own business.  A copy of the struct marks a place to come back
 * to.  Thread: any; one writer, one thread. */
#ifndef RG_DAEMON_JSON_H
#define RG_DAEMON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
    char *buf;
    size_t size;
    size_t len;
    bool full;
    bool comma; /* the next item needs one */
};

void json_init(struct json *j, char *buf, size_t size);
size_t json_end(struct json *j); /* length, 0 when it did not fit; NUL-terminated */
/* key NULL: an item of an array. */
void json_open(struct json *j, const char *key, char bracket); /* '{' or '[' */
void json_close(struct json *j, char bracket);                 /* '}' or ']' */
void json_str(struct json *j, const char *key, const char *s);
void json_int(struct json *j, const char *key, int64_t v);
void json_uint(struct json *j, const char *key, uint64_t v);
void json_bool(struct json *j, const char *key, bool v);
void json_nil(struct json *j, const char *key); /* null; jansson has the other name */
/* decimals >= 0: that many places; -1: the shortest form that reads back as the
 * same f32, -2: as the same f64.  A value that is not finite is a null. */
void json_num(struct json *j, const char *key, double v, int decimals);
/* As json_str(), but at most max bytes between the quotes: a longer text ends
 * on a whole character and with an ellipsis.  max >= 12. */
void json_str_cut(struct json *j, const char *key, const char *s, size_t max);
/* The digits of json_num(), for texts; v is finite.  Returns buf. */
#define JSON_NUMBER_MAX 40
const char *json_digits(char buf[JSON_NUMBER_MAX], double v, int decimals);
/* How many bytes are left for more. */
size_t json_left(const struct json *j);

#endif
