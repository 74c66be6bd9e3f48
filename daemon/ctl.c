#include "daemon/ctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/err.h"
#include "daemon/ctl_verbs.h"
#include "daemon/json.h"
#include "daemon/log.h"

#define CLIENTS_MAX 16
#define REQUEST_MAX 65536
#define CLIENT_MS   5000
#define LATER_MS    60000 /* for an answer that takes its time */

struct client {
    uv_pipe_t pipe;
    uv_timer_t bound;
    uv_write_t write;
    struct ctl *ctl;
    struct peer who;
    char *request; /* REQUEST_MAX */
    size_t len;
    uint64_t ticket;
    char *head;
    struct buffer doc;
    int handles; /* open ones; the memory goes with the last */
};

struct ctl {
    uv_pipe_t listener;
    uv_loop_t *loop;
    const struct ctl_subject *subject;
    char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
    struct client *clients[CLIENTS_MAX];
    uint64_t tickets; /* given so far */
    unsigned holders; /* listener and clients; the last one to close frees */
};

static void let_go(struct ctl *ctl)
{
    if (--ctl->holders == 0)
        free(ctl);
}

static struct client **seat_of(struct ctl *ctl, const struct client *c)
{
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        if (ctl->clients[i] == c)
            return &ctl->clients[i];
    return NULL;
}

static void client_closed(uv_handle_t *h)
{
    struct client *c = h->data;

    if (--c->handles > 0)
        return;
    struct client **seat = seat_of(c->ctl, c);
    if (seat != NULL)
        *seat = NULL;
    let_go(c->ctl);
    free(c->request);
    free(c->head);
    free(c->doc.text);
    free(c);
}

static void client_end(struct client *c)
{
    if (!uv_is_closing((uv_handle_t *)&c->pipe))
        uv_close((uv_handle_t *)&c->pipe, client_closed);
    if (!uv_is_closing((uv_handle_t *)&c->bound))
        uv_close((uv_handle_t *)&c->bound, client_closed);
}

static void client_late(uv_timer_t *t)
{
    client_end(t->data);
}

static void client_written(uv_write_t *w, int status)
{
    (void)status;
    client_end(w->data);
}

/* The message may hold a person's words: quotes and backslashes are escaped. */
static int format_head(struct client *c, const struct ctl_answer *a)
{
    char text[8 * sizeof a->message]; /* each byte may become \\u00XX */
    struct json j;

    json_init(&j, text, sizeof text);
    json_open(&j, NULL, '{');
    json_int(&j, "exit", a->exit);
    json_str(&j, "message", a->message);
    json_close(&j, '}');
    json_end(&j);
    return asprintf(&c->head, "%s\n", text);
}

static void write_answer(struct client *c, const struct ctl_answer *a)
{
    c->doc = a->doc;
    int n = format_head(c, a);
    if (n < 0) {
        c->head = NULL;
        client_end(c);
        return;
    }
    uv_buf_t bufs[2] = { uv_buf_init(c->head, (unsigned)n),
                         uv_buf_init(c->doc.text, (unsigned)c->doc.len) };
    c->write.data = c;
    if (uv_write(&c->write, (uv_stream_t *)&c->pipe, bufs, c->doc.len > 0 ? 2 : 1,
                 client_written) != 0)
        client_end(c);
}

static void answer(struct client *c, size_t len)
{
    struct ctl_answer a = { .exit = CTL_FINE };
    struct ctl_asker asker = { &c->who, c->ctl, ++c->ctl->tickets };

    uv_read_stop((uv_stream_t *)&c->pipe);
    c->ticket = asker.ticket;
    ctl_answer(c->ctl->subject, &asker, c->request, len, &a);
    if (a.is_later)
        uv_timer_start(&c->bound, client_late, LATER_MS, 0);
    else
        write_answer(c, &a);
}

void ctl_finish(struct ctl *c, uint64_t ticket, struct ctl_answer *a)
{
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct client *client = c->clients[i];
        if (client == NULL || client->ticket != ticket ||
            uv_is_closing((uv_handle_t *)&client->pipe))
            continue;
        write_answer(client, a);
        return;
    }
    free(a->doc.text);
}

static void give_room(uv_handle_t *h, size_t wanted, uv_buf_t *buf)
{
    struct client *c = h->data;

    (void)wanted;
    *buf = uv_buf_init(c->request + c->len, (unsigned)(REQUEST_MAX - c->len));
}

static void client_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
    struct client *c = s->data;

    (void)buf;
    if (n < 0) {
        client_end(c);
        return;
    }
    char *end = memchr(c->request + c->len, '\n', (size_t)n);
    c->len += (size_t)n;
    if (end != NULL)
        answer(c, (size_t)(end - c->request));
    else if (c->len == REQUEST_MAX)
        answer(c, c->len); /* refused there as no JSON */
}

static void welcome(struct client *c)
{
    uv_os_fd_t fd;

    if (uv_fileno((uv_handle_t *)&c->pipe, &fd) != 0 || !peer_of(fd, &c->who)) {
        client_end(c);
        return;
    }
    uv_timer_start(&c->bound, client_late, CLIENT_MS, 0);
    if (uv_read_start((uv_stream_t *)&c->pipe, give_room, client_read) != 0)
        client_end(c);
}

static void knocked(uv_stream_t *listener, int status)
{
    struct ctl *ctl = listener->data;
    struct client *c = status == 0 ? calloc(1, sizeof *c) : NULL;

    if (c == NULL)
        return;
    c->request = malloc(REQUEST_MAX);
    c->ctl = ctl;
    c->handles = 2;
    uv_pipe_init(ctl->loop, &c->pipe, 0);
    uv_timer_init(ctl->loop, &c->bound);
    c->pipe.data = c;
    c->bound.data = c;
    ctl->holders++;
    struct client **seat = seat_of(ctl, NULL);
    if (uv_accept(listener, (uv_stream_t *)&c->pipe) != 0 || c->request == NULL || seat == NULL) {
        client_end(c);
        return;
    }
    *seat = c;
    welcome(c);
}

/* True when some process still answers there. */
static bool is_alive(const char *path)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return false;
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    bool alive = connect(fd, (struct sockaddr *)&at, sizeof at) == 0 ||
                 errno == EAGAIN; /* it has just too many at its door */
    close(fd);
    return alive;
}

static int bind_path(struct ctl *c)
{
    struct stat st;

    if (strlen(c->subject->plant->control_socket) >= sizeof c->path)
        return UV_ENAMETOOLONG;
    if (lstat(c->path, &st) == 0 && S_ISSOCK(st.st_mode)) {
        if (is_alive(c->path))
            return UV_EADDRINUSE;
        unlink(c->path);
    }
    int err = uv_pipe_bind(&c->listener, c->path);
    if (err == 0) /* everybody may knock; SO_PEERCRED decides */
        err = chmod(c->path, 0666) == 0 ? 0 : uv_translate_sys_error(errno);
    return err != 0 ? err : uv_listen((uv_stream_t *)&c->listener, CLIENTS_MAX, knocked);
}

static void listener_closed(uv_handle_t *h)
{
    let_go(h->data);
}

int ctl_open(struct ctl **out, uv_loop_t *loop, const struct ctl_subject *subject)
{
    struct ctl *c = calloc(1, sizeof *c);

    if (c == NULL)
        return RG_ENOMEM;
    c->loop = loop;
    c->holders = 1;
    c->subject = subject;
    snprintf(c->path, sizeof c->path, "%s", subject->plant->control_socket);
    uv_pipe_init(loop, &c->listener, 0);
    c->listener.data = c;
    int err = bind_path(c);
    if (err != 0) {
        log_event(LOG_LEVEL_ERROR, "control_socket", "path=%s error=\"%s\"", c->path,
                  uv_strerror(err));
        uv_close((uv_handle_t *)&c->listener, listener_closed);
        return RG_EIO;
    }
    *out = c;
    return RG_OK;
}

void ctl_close(struct ctl *c)
{
    if (c == NULL)
        return;
    unlink(c->path);
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        if (c->clients[i] != NULL)
            client_end(c->clients[i]);
    uv_close((uv_handle_t *)&c->listener, listener_closed);
}
