#include "tests/bench/bare.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define LINKS_MAX 1024
#define ASK       12
#define REPLY     (9 + 2 * BARE_REGISTERS)

int64_t bare_now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t bare_cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void need(bool ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    exit(1);
}

static void watch(int epoll_fd, int fd)
{
    struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

    need(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e) == 0, "epoll_ctl");
}

/* ---- the device ---- */

static void answer(int fd, const struct bare_watch *w)
{
    uint8_t ask[ASK], reply[REPLY] = { 0 };

    if (read(fd, ask, sizeof ask) != ASK) {
        close(fd);
        return;
    }
    if (w->asked != NULL)
        w->asked(w->ctx, fd, ask[6]);
    memcpy(reply, ask, 8);
    reply[5] = 3 + 2 * BARE_REGISTERS;
    reply[8] = 2 * BARE_REGISTERS;
    for (int i = 0; i < BARE_REGISTERS; i++)
        reply[10 + 2 * i] = BARE_VALUE;
    need(write(fd, reply, sizeof reply) == REPLY, "reply");
}

static void welcome(int epoll_fd, int listener)
{
    int one = 1, fd = accept(listener, NULL, NULL);

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    watch(epoll_fd, fd);
}

void bare_serve(int listener, const struct bare_watch *w)
{
    struct epoll_event events[64];
    int epoll_fd = epoll_create1(0);

    watch(epoll_fd, listener);
    if (w->control >= 0)
        watch(epoll_fd, w->control);
    for (;;) {
        int n = epoll_wait(epoll_fd, events, 64, -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener)
                welcome(epoll_fd, listener);
            else if (fd != w->control)
                answer(fd, w);
            else if (w->heard(w->ctx) != 0)
                return;
        }
    }
}

int bare_listen(uint16_t *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    need(bind(listener, (struct sockaddr *)&at, size) == 0 && listen(listener, LINKS_MAX) == 0 &&
             getsockname(listener, (struct sockaddr *)&at, &size) == 0,
         "listen");
    *port = ntohs(at.sin_port);
    return listener;
}

pid_t bare_device(uint16_t *port)
{
    static const struct bare_watch nobody = { .control = -1 };
    int listener = bare_listen(port);
    pid_t child = fork();

    need(child >= 0, "fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        bare_serve(listener, &nobody);
    }
    close(listener);
    return child;
}

/* ---- the client ---- */

struct client {
    int epoll_fd, timer_fd;
    int fds[LINKS_MAX];
    size_t n;
    uint64_t asked, answered;
    int64_t start_us;
};

static void open_links(struct client *c, uint16_t port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = 1;

    for (size_t i = 0; i < c->n; i++) {
        c->fds[i] = socket(AF_INET, SOCK_STREAM, 0);
        need(connect(c->fds[i], (struct sockaddr *)&to, sizeof to) == 0, "connect");
        setsockopt(c->fds[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        watch(c->epoll_fd, c->fds[i]);
    }
}

/* Spread over the period on the same raster as the gateway's. */
static int64_t due_us(const struct client *c, uint64_t k)
{
    int64_t us = (int64_t)(k * BARE_MS * 1000 / c->n);

    return c->start_us + us / BARE_RASTER_US * BARE_RASTER_US;
}

static void ask_due(struct client *c)
{
    struct itimerspec at = { 0 };

    for (; due_us(c, c->asked) <= bare_now_us(); c->asked++) {
        uint8_t ask[ASK] = { [5] = 6, [6] = 1, [7] = 3, [11] = BARE_REGISTERS };
        ask[0] = (uint8_t)(c->asked >> 8);
        ask[1] = (uint8_t)c->asked;
        need(write(c->fds[c->asked % c->n], ask, sizeof ask) == ASK, "ask");
    }
    at.it_value.tv_sec = due_us(c, c->asked) / 1000000;
    at.it_value.tv_nsec = due_us(c, c->asked) % 1000000 * 1000;
    timerfd_settime(c->timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
}

static void take(struct client *c, int fd)
{
    uint8_t reply[REPLY];

    if (fd == c->timer_fd)
        ask_due(c);
    else
        c->answered += read(fd, reply, sizeof reply) == REPLY;
}

uint64_t bare_client(uint16_t port, size_t n, int64_t for_us)
{
    struct client c = { .epoll_fd = epoll_create1(0),
                        .timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK),
                        .n = n,
                        .start_us = bare_now_us() };
    struct epoll_event events[64];

    need(n <= LINKS_MAX, "links");
    open_links(&c, port);
    watch(c.epoll_fd, c.timer_fd);
    c.start_us = bare_now_us();
    ask_due(&c);
    while (bare_now_us() - c.start_us < for_us) {
        int ready = epoll_wait(c.epoll_fd, events, 64, -1);
        for (int i = 0; i < ready; i++)
            take(&c, events[i].data.fd);
    }
    for (size_t i = 0; i < n; i++)
        close(c.fds[i]);
    close(c.timer_fd);
    close(c.epoll_fd);
    return c.answered;
}
