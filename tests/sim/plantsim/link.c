#include "tests/sim/plantsim/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/sim/plantsim/answer.h"
#include "tests/sim/plantsim/frame.h"
#include "tests/sim/plantsim/plant.h"
#include "tests/sim/plantsim/pty.h"
#include "tests/sim/plantsim/reply.h"

static void drop(struct link *l, size_t n)
{
    l->n -= n;
    memmove(l->in, l->in + n, l->n);
}

/* The requests that are whole; false: the link is closed, as a real server
 * does when it has lost the framing. */
static bool take_tcp(struct link *l)
{
    size_t at = 0, size;

    while (l->n - at > MBAP) {
        const uint8_t *f = l->in + at;

        size = 6 + (size_t)get16(f + 4);
        if (get16(f + 2) != 0 || size < MBAP + 1 || size > ADU_MAX) {
            l->bus->count.damaged++;
            link_close(l, LINK_FIN);
            return false;
        }
        if (l->n - at < size)
            break;
        answer(l, f[6], get16(f), f + MBAP, size - MBAP, clock_ns());
        at += size;
        if (l->watch.fd < 0)
            return false;
    }
    drop(l, at);
    return true;
}

/* Frames by their function's length, else all bytes up to the silence. */
static void take_rtu(struct link *l, int64_t ended_ns, bool silence)
{
    while (l->n > 0 && l->watch.fd >= 0) {
        size_t size = frame_rtu_request_size(l->in, l->n);

        if (size == 0 || size > l->n) {
            if (!silence)
                return;
            size = l->n;
        }
        if (size < 4 || crc16(l->in, size) != 0) {
            l->bus->count.damaged++;
            l->n = 0;
            return;
        }
        answer(l, l->in[0], 0, l->in + 1, size - 3, ended_ns);
        drop(l, size);
    }
}

static void on_silence(struct timer *t)
{
    struct link *l = (struct link *)((char *)t - offsetof(struct link, silence));

    take_rtu(l, t->due_ns, true);
}

static void rtu_bytes(struct link *l, size_t n)
{
    struct bus *b = l->bus;
    int64_t now = clock_ns();

    if (b->kind == BUS_RTU_OVER_TCP) {
        l->n += n;
        take_rtu(l, now, false);
        return;
    }
    if (pty_baud(l->watch.fd) != b->baud) {
        b->count.baud += n;
        return;
    }
    if (l->n == 0 && l->tx_free_ns != 0 && now < l->tx_free_ns + b->gap_ns)
        b->count.too_soon++;
    if (l->rx_free_ns < now)
        l->rx_free_ns = now;
    l->rx_free_ns += (int64_t)n * b->char_ns;
    if (b->echo)
        reply_echo(l, l->in + l->n, n, now);
    l->n += n;
    loop_arm(&b->plant->loop, &l->silence, l->rx_free_ns + b->gap_ns);
}

static void on_tcp(struct watch *w, uint32_t events)
{
    struct link *l = (struct link *)w;
    ssize_t n = read(w->fd, l->in + l->n, sizeof l->in - l->n);

    (void)events;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        link_close(l, LINK_FIN);
        return;
    }
    if (l->bus->kind == BUS_TCP) {
        l->n += (size_t)n;
        take_tcp(l);
        return;
    }
    rtu_bytes(l, (size_t)n);
    if (w->fd >= 0 && l->n == sizeof l->in)
        l->n = 0;
}

/* Edge-triggered: a pty whose other end is closed would report it for ever. */
static void on_serial(struct watch *w, uint32_t events)
{
    struct link *l = (struct link *)w;
    ssize_t n;

    while ((n = read(w->fd, l->in + l->n, sizeof l->in - l->n)) > 0) {
        rtu_bytes(l, (size_t)n);
        if (l->n == sizeof l->in)
            l->n = 0;
    }
    if (events & EPOLLHUP)
        pty_flush(w->fd);
}

static void bury_link(struct watch *w)
{
    free(w);
}

struct link *link_new(struct bus *b, int fd)
{
    bool serial = b->kind == BUS_RTU;
    struct link *l = calloc(1, sizeof(*l));

    if (l == NULL)
        return NULL;
    l->watch = (struct watch){ fd, serial ? on_serial : on_tcp, bury_link, NULL };
    l->silence.fire = on_silence;
    l->bus = b;
    if (loop_watch(&b->plant->loop, &l->watch, serial ? EPOLLIN | EPOLLET : EPOLLIN) != 0) {
        free(l);
        return NULL;
    }
    l->next = b->links;
    if (l->next != NULL)
        l->next->prev = l;
    b->links = l;
    return l;
}

void link_close(struct link *l, enum link_end how)
{
    struct linger at_once = { 1, 0 };

    replies_drop(l);
    loop_disarm(&l->bus->plant->loop, &l->silence);
    if (how == LINK_RST && l->bus->kind != BUS_RTU)
        setsockopt(l->watch.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    if (l->prev != NULL)
        l->prev->next = l->next;
    else
        l->bus->links = l->next;
    if (l->next != NULL)
        l->next->prev = l->prev;
    loop_forget(&l->bus->plant->loop, &l->watch);
}

bool link_write(struct link *l, const uint8_t *bytes, size_t n)
{
    bool serial = l->bus->kind == BUS_RTU;

    if (serial && !pty_is_open(l->watch.fd))
        return true; /* nobody listens: the bytes pass by on the wire */
    if (write(l->watch.fd, bytes, n) == (ssize_t)n || serial)
        return true;
    link_close(l, LINK_RST); /* gone, or it does not read what it asks for */
    return false;
}
