#include "daemon/riskgwctl/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>

#include "daemon/riskgwctl/lines.h"

#define ANSWER_S 5

static int dial(const char *path, int wait_s)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    struct timeval bound = { .tv_sec = wait_s > 0 ? wait_s : ANSWER_S };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    int err = errno;
    close(fd);
    errno = err;
    return -1;
}

static char *read_all(int fd, size_t *len)
{
    size_t size = 65536;
    char *text = malloc(size);
    ssize_t n = 0;

    *len = 0;
    while (text != NULL && (n = read(fd, text + *len, size - *len - 1)) > 0) {
        *len += (size_t)n;
        if (size - *len > 1)
            continue;
        char *more = realloc(text, size *= 2);
        if (more == NULL) {
            free(text);
            return NULL;
        }
        text = more;
    }
    if (text == NULL || (n < 0 && *len == 0)) { /* a reset behind the answer is an end */
        free(text);
        return NULL;
    }
    text[*len] = '\0';
    return text;
}

static void take_head(const char *line, size_t len, struct answer *a)
{
    json_t *head = json_loadb(line, len, 0, NULL);
    const char *message = json_string_value(json_object_get(head, "message"));

    if (head != NULL) {
        a->exit = (int)json_integer_value(json_object_get(head, "exit"));
        snprintf(a->message, sizeof a->message, "%s", message == NULL ? "" : message);
    }
    json_decref(head);
}

static void unreachable(struct answer *a, const char *path, const char *why, enum lang lang)
{
    a->exit = EXIT_UNREACHABLE;
    snprintf(a->message, sizeof a->message, "%s %.200s: %.100s (%s)",
             phrase(PHRASE_UNREACHABLE, lang), path, why, phrase(PHRASE_IS_IT_RUNNING, lang));
}

void client_ask(const char *socket_path, const char *request, enum lang lang, int wait_s,
                struct answer *a)
{
    size_t len = 0;

    *a = (struct answer){ .exit = EXIT_UNREACHABLE };
    int fd = dial(socket_path, wait_s);
    if (fd < 0) {
        unreachable(a, socket_path, strerror(errno), lang);
        return;
    }
    /* No matter whether it is taken: who may do nothing gets the answer unasked. */
    send(fd, request, strlen(request), MSG_NOSIGNAL);
    send(fd, "\n", 1, MSG_NOSIGNAL);
    char *text = read_all(fd, &len);
    close(fd);
    char *end = text == NULL ? NULL : memchr(text, '\n', len);
    if (end == NULL) {
        unreachable(a, socket_path, phrase(PHRASE_NO_WHOLE_ANSWER, lang), lang);
        free(text);
        return;
    }
    take_head(text, (size_t)(end - text), a);
    a->len = len - (size_t)(end + 1 - text);
    memmove(text, end + 1, a->len + 1);
    a->doc = text;
}

static void read_lines(FILE *from, struct lines *lines, struct answer *a)
{
    bool is_head = true, is_whole = true;
    size_t size = 0;
    char *line = NULL;
    ssize_t n;

    while (is_whole && (n = getline(&line, &size, from)) > 0) {
        if (is_head)
            take_head(line, (size_t)n, a);
        else
            is_whole = lines_add(lines, line);
        is_head = false;
    }
    free(line);
}

void client_lines(const char *socket_path, const char *request, enum lang lang, int wait_s,
                  struct lines *lines, struct answer *a)
{
    *a = (struct answer){ .exit = EXIT_UNREACHABLE };
    int fd = dial(socket_path, wait_s);
    FILE *from = fd < 0 ? NULL : fdopen(fd, "r");

    if (from == NULL) {
        unreachable(a, socket_path, strerror(errno), lang);
        if (fd >= 0)
            close(fd);
        return;
    }
    send(fd, request, strlen(request), MSG_NOSIGNAL);
    send(fd, "\n", 1, MSG_NOSIGNAL);
    read_lines(from, lines, a);
    fclose(from);
    if (a->exit == EXIT_UNREACHABLE && a->message[0] == '\0')
        unreachable(a, socket_path, phrase(PHRASE_NO_WHOLE_ANSWER, lang), lang);
}

void answer_fini(struct answer *a)
{
    free(a->doc);
    a->doc = NULL;
}
