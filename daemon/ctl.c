#include "daemon/ctl.h"

#include <errno.h>
#include <fcntl.h>
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
    uv_work_t look_up; /* who it is */
    struct ctl *ctl;
    struct peer_ids ids;
    struct peer who;
    char *request; /* REQUEST_MAX */
    size_t len;
    uint64_t ticket;
    char *head;
    struct buffer doc;
    struct ctl_piece piece; /* the one that is written */
    int holders;            /* pipe, timer and look-up; with the last one the seat is free */
};

struct ctl {
    uv_pipe_t listener;
    uv_loop_t *loop;
    const struct ctl_subject *subject;
    char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
    struct client seats[CLIENTS_MAX];
    bool is_full;     /* somebody stands at the door until a seat is free */
    uint64_t tickets; /* given so far */
    unsigned holders; /* listener and clients; the last one to close frees */
};

static void knocked(uv_stream_t *listener, int status);

static void let_go(struct ctl *ctl)
{
    if (--ctl->holders == 0)
        free(ctl);
}

static struct client *free_seat(struct ctl *ctl)
{
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        if (ctl->seats[i].holders == 0)
            return &ctl->seats[i];
    return NULL;
}

static void leave(struct client *c)
{
    struct ctl *ctl = c->ctl;

    if (--c->holders > 0)
        return;
    free(c->request);
    free(c->head);
    free(c->doc.text);
    if (ctl->is_full && !uv_is_closing((uv_handle_t *)&ctl->listener))
        knocked((uv_stream_t *)&ctl->listener, 0);
    let_go(ctl);
}

static void client_closed(uv_handle_t *h)
{
    leave(h->data);
}

static void client_end(struct client *c)
{
    if (!uv_is_closing((uv_handle_t *)&c->pipe))
        uv_close((uv_handle_t *)&c->pipe, client_closed);
    if (!uv_is_closing((uv_handle_t *)&c->bound))
        uv_close((uv_handle_t *)&c->bound, client_closed);
    uv_cancel((uv_req_t *)&c->look_up); /* works while it has not begun */
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

static struct client *find_client(struct ctl *c, uint64_t ticket)
{
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        if (c->seats[i].holders > 0 && c->seats[i].ticket == ticket &&
            !uv_is_closing((uv_handle_t *)&c->seats[i].pipe))
            return &c->seats[i];
    return NULL;
}

void ctl_finish(struct ctl *c, uint64_t ticket, struct ctl_answer *a)
{
    struct client *client = find_client(c, ticket);

    if (client != NULL)
        write_answer(client, a);
    else
        free(a->doc.text);
}

static void piece_written(uv_write_t *w, int status)
{
    struct client *c = w->data;
    bool is_closing = uv_is_closing((uv_handle_t *)&c->pipe);

    free(c->doc.text);
    c->doc = (struct buffer){ .text = NULL };
    c->piece.taken(c->piece.ctx, c->ticket, status == 0 && !is_closing);
    if (status != 0 || c->piece.is_last)
        client_end(c);
}

bool ctl_piece(struct ctl *ctl, uint64_t ticket, const struct ctl_piece *piece)
{
    struct client *c = find_client(ctl, ticket);

    if (c == NULL)
        return false;
    c->piece = *piece;
    c->doc.text = malloc(piece->len + 1);
    if (c->doc.text == NULL) {
        client_end(c);
        return false;
    }
    memcpy(c->doc.text, piece->text, piece->len);
    uv_buf_t buf = uv_buf_init(c->doc.text, (unsigned)piece->len);
    c->write.data = c;
    uv_timer_start(&c->bound, client_late, LATER_MS, 0);
    if (uv_write(&c->write, (uv_stream_t *)&c->pipe, &buf, 1, piece_written) == 0)
        return true;
    client_end(c);
    return false;
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

static void listen_to(struct client *c)
{
    uv_timer_start(&c->bound, client_late, CLIENT_MS, 0);
    if (uv_read_start((uv_stream_t *)&c->pipe, give_room, client_read) != 0)
        client_end(c);
}

static void look_up(uv_work_t *w)
{
    struct client *c = w->data;

    peer_look_up(&c->ids, &c->who);
}

/* Who may do nothing is not even read, and takes no seat from those who may. */
static void looked_up(uv_work_t *w, int status)
{
    struct client *c = w->data;
    struct ctl_answer a;

    if (status != 0)
        client_end(c);
    if (!uv_is_closing((uv_handle_t *)&c->pipe) && c->who.right == RIGHT_NONE) {
        ctl_deny(&c->who, "connect", &a);
        write_answer(c, &a);
    } else if (!uv_is_closing((uv_handle_t *)&c->pipe)) {
        listen_to(c);
    }
    leave(c);
}

static void welcome(struct client *c)
{
    uv_os_fd_t fd;
    bool is_told = uv_fileno((uv_handle_t *)&c->pipe, &fd) == 0 && peer_ids(fd, &c->ids);

    if (is_told && peer_is_root(&c->ids, &c->who)) {
        listen_to(c);
    } else if (is_told && uv_queue_work(c->ctl->loop, &c->look_up, look_up, looked_up) == 0) {
        c->holders++;
        uv_timer_start(&c->bound, client_late, CLIENT_MS, 0);
    } else {
        client_end(c);
    }
}

static void sit_down(struct ctl *ctl, struct client *c)
{
    *c = (struct client){ .ctl = ctl, .request = malloc(REQUEST_MAX), .holders = 2 };
    ctl->holders++;
    uv_pipe_init(ctl->loop, &c->pipe, 0);
    uv_timer_init(ctl->loop, &c->bound);
    c->pipe.data = c;
    c->bound.data = c;
    c->look_up.data = c;
}

/* Nobody is taken in without a seat: so few a turn of the loop, however many
 * knock, and the plant has its turn. */
static void knocked(uv_stream_t *listener, int status)
{
    struct ctl *ctl = listener->data;
    struct client *c = free_seat(ctl);

    if (status != 0)
        return;
    ctl->is_full = c == NULL;
    if (c == NULL)
        return;
    sit_down(ctl, c);
    if (uv_accept(listener, (uv_stream_t *)&c->pipe) != 0 || c->request == NULL)
        client_end(c);
    else
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
    if (err == 0 && fchmodat(AT_FDCWD, c->path, 0666, AT_SYMLINK_NOFOLLOW) != 0)
        err = uv_translate_sys_error(errno); /* everybody may knock; SO_PEERCRED decides */
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
        if (c->seats[i].holders > 0)
            client_end(&c->seats[i]);
    uv_close((uv_handle_t *)&c->listener, listener_closed);
}
