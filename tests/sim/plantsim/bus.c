#include "tests/sim/plantsim/bus.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/sim/plantsim/link.h"
#include "tests/sim/plantsim/plant.h"
#include "tests/sim/plantsim/pty.h"

int64_t bus_gap_ns(uint32_t baud)
{
    return baud > 19200 ? 1750 * NS_US : 7 * 11 * NS_S / 2 / baud;
}

static void on_connection(struct watch *w, uint32_t events)
{
    struct bus *b = (struct bus *)((char *)w - offsetof(struct bus, watch));
    int one = 1, fd = accept4(w->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)events;
    if (fd < 0)
        return;
    if (b->one_client && b->links != NULL) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (link_new(b, fd) == NULL)
        close(fd);
    else
        b->count.links++;
}

static int bind_to(struct bus *b, struct sockaddr_in *at)
{
    int one = 1, fd = b->watch.fd;
    socklen_t size = sizeof *at;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)at, size) != 0 || listen(fd, SOMAXCONN) != 0 ||
        getsockname(fd, (struct sockaddr *)at, &size) != 0)
        return -1;
    b->port = ntohs(at->sin_port);
    return loop_watch(&b->plant->loop, &b->watch, EPOLLIN);
}

static int listen_on(struct bus *b)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)b->port) };
    int e;

    if (inet_pton(AF_INET, b->host, &at.sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    b->watch = (struct watch){ .fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
                               .ready = on_connection };
    if (b->watch.fd >= 0 && bind_to(b, &at) == 0)
        return 0;
    e = errno;
    loop_forget(&b->plant->loop, &b->watch);
    errno = e;
    return -1;
}

static int plug_in(struct bus *b)
{
    int fd = pty_open(b->path, b->baud);

    if (fd < 0)
        return -1;
    if (link_new(b, fd) != NULL)
        return 0;
    close(fd);
    return -1;
}

int bus_up(struct bus *b)
{
    int rc = b->kind == BUS_RTU ? plug_in(b) : listen_on(b);

    b->down = rc != 0;
    return rc;
}

void bus_down(struct bus *b)
{
    while (b->links != NULL)
        link_close(b->links, LINK_RST);
    if (b->kind == BUS_RTU)
        unlink(b->path);
    else
        loop_forget(&b->plant->loop, &b->watch);
    b->down = true;
}

void bus_place(const struct bus *b, char *out, size_t size)
{
    if (b->kind == BUS_RTU)
        snprintf(out, size, "%s", b->path);
    else
        snprintf(out, size, "%s:%u", b->host, b->port);
}

void bus_free(struct bus *b)
{
    if (b == NULL)
        return;
    disturb_stop(b);
    if (!b->down)
        bus_down(b);
    for (int i = 0; i < 256; i++)
        unit_free(b->units[i]);
    free(b);
}
