#include "tests/sim/platform/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "tests/sim/platform/tally.h"

#define BODY_KEY ",\"body\":"
#define HEX_KEY  "null,\"hex\":\""

/* ---- writing ---- */

static bool is_one_object(const struct county_message *m)
{
    json_t *doc;
    bool is_object;

    if (m->len == 0 || ((const char *)m->body)[0] != '{' || memchr(m->body, '\n', m->len) != NULL)
        return false;
    doc = json_loadb(m->body, m->len, 0, NULL);
    is_object = json_is_object(doc);
    json_decref(doc);
    return is_object;
}

bool lines_add(FILE *f, const struct county_message *m)
{
    json_t *name = json_string(m->topic);
    char *topic = name == NULL ? NULL : json_dumps(name, JSON_ENCODE_ANY);

    fprintf(f, "{\"topic\":%s,\"retain\":%s,\"t\":%lld" BODY_KEY, topic == NULL ? "null" : topic,
            m->retain ? "true" : "false", (long long)m->now_ms);
    if (is_one_object(m)) {
        fwrite(m->body, 1, m->len, f);
        fputs("}\n", f);
    } else {
        fputs(HEX_KEY, f);
        for (size_t i = 0; i < m->len; i++)
            fprintf(f, "%02x", ((const unsigned char *)m->body)[i]);
        fputs("\"}\n", f);
    }
    free(topic);
    json_decref(name);
    return fflush(f) == 0;
}

bool lines_sync(FILE *f)
{
    return fflush(f) == 0 && fdatasync(fileno(f)) == 0;
}

/* ---- reading ---- */

FILE *lines_open(const char *path)
{
    FILE *f = fopen(path, "a+");
    long end = 0, whole = 0;
    int c;

    if (f == NULL)
        return NULL;
    rewind(f);
    while ((c = getc(f)) != EOF) {
        end++;
        if (c == '\n')
            whole = end;
    }
    clearerr(f);
    if (whole < end && ftruncate(fileno(f), whole) != 0) {
        fclose(f);
        return NULL;
    }
    return f;
}

/* The bytes as they came, inside the line. */
static bool take_bytes(char *line, char **body, size_t *len)
{
    char *at = strstr(line, BODY_KEY);
    size_t n = 0;

    if (at == NULL)
        return false;
    *body = at + strlen(BODY_KEY);
    *len = strlen(*body) - strlen("}\n");
    if (strncmp(*body, HEX_KEY, strlen(HEX_KEY)) != 0)
        return true;
    for (at = *body + strlen(HEX_KEY); at[0] != '"' && at[1] != '"'; at += 2) {
        char pair[3] = { at[0], at[1], '\0' };

        (*body)[n++] = (char)strtoul(pair, NULL, 16);
    }
    *len = n;
    return true;
}

static bool recall_line(char *line, struct county *c)
{
    json_t *doc = json_loads(line, 0, NULL);
    const char *topic = json_string_value(json_object_get(doc, "topic"));
    char *body;
    size_t len;
    bool is_read = topic != NULL && take_bytes(line, &body, &len);

    if (is_read)
        county_recall(
            c, &(struct county_message){ .topic = topic,
                                         .body = body,
                                         .len = len,
                                         .retain = json_is_true(json_object_get(doc, "retain")) });
    json_decref(doc);
    return is_read;
}

long lines_recall(const char *path, struct county *c)
{
    FILE *f = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    long n = 0;

    if (f == NULL)
        return errno == ENOENT ? 0 : -1;
    while (n >= 0 && getline(&line, &size, f) > 0)
        n = recall_line(line, c) ? n + 1 : -1;
    free(line);
    fclose(f);
    return n;
}
