#include "daemon/bus_loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/err.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "drivers/bus_adopt.h"
#include "drivers/line_rtu.h"
#include "drivers/line_tcp.h"

#define READ_MAX 4096 /* bytes taken at one wake-up: a flood on one bus can't hold the loop */

struct bus_loop {
    uv_loop_t *loop;
    struct bus_timer *timer;
    struct bus_wake wake;
    const struct bus_conf *conf;
    struct bus *core;
    bus_loop_sample *sample;
    void *ctx;
    uv_poll_t *line_poll; /* NULL: no line; freed by its close callback */
    int line_fd;
    struct line_rtu *rtu;
    bool connecting;
    uv_getaddrinfo_t lookup;
    bool looking_up;
    bool is_wanted; /* the core waits for a line: what a look-up finds is of use */
    bool is_moved;  /* the name that is being looked up is no longer the line's */
    bool closing;
    char error[128];
    struct log_gate gate, master_gate;
};

/* What must outlive the handle: its descriptor is closed only afterwards. */
struct line_end {
    uv_poll_t poll; /* first: the handle is the struct */
    int fd;
    struct line_rtu *rtu;
};

static void step(struct bus_loop *b);

static void line_closed(uv_handle_t *h)
{
    struct line_end *end = (struct line_end *)h;

    if (end->rtu != NULL)
        line_rtu_close(end->rtu);
    else
        close(end->fd);
    free(end);
}

static void close_line(struct bus_loop *b)
{
    b->connecting = false;
    b->is_wanted = false;
    if (b->line_poll == NULL)
        return;
    uv_poll_stop(b->line_poll);
    uv_close((uv_handle_t *)b->line_poll, line_closed);
    b->line_poll = NULL;
    b->line_fd = -1;
    b->rtu = NULL;
}

static void lost(struct bus_loop *b, const char *why)
{
    close_line(b);
    snprintf(b->error, sizeof b->error, "%s", why);
    if (log_gate_open(&b->gate, clock_mono_us() / 1000))
        log_event(LOG_LEVEL_WARNING, "bus_down", "bus=%s error=\"%s\"", b->conf->name, why);
    bus_down(b->core, clock_mono_us());
}

static void found(struct bus_loop *b)
{
    b->connecting = false;
    b->error[0] = '\0';
    log_gate_reset(&b->gate);
    log_event(LOG_LEVEL_INFO, "bus_up", "bus=%s", b->conf->name);
    bus_up(b->core, clock_mono_us());
}

static void tell_master(struct bus_loop *b, int64_t now_us)
{
    struct bus_master m;

    if (!bus_master_heard(b->core, now_us, &m))
        log_gate_reset(&b->master_gate);
    else if (log_gate_open(&b->master_gate, now_us / 1000))
        log_event(LOG_LEVEL_WARNING, "bus_master", "bus=%s unit=%u requests=%llu replies=%llu",
                  b->conf->name, m.unit_id, (unsigned long long)m.requests,
                  (unsigned long long)m.replies);
}

static void read_line(struct bus_loop *b)
{
    uint8_t bytes[READ_MAX];
    ssize_t n = read(b->line_fd, bytes, sizeof bytes);
    int err = errno;
    int64_t now_us = clock_mono_us();

    if (n > 0) {
        bus_input(b->core, bytes, (size_t)n, now_us);
        tell_master(b, now_us);
    } else if (n == 0)
        lost(b, "closed by the other end");
    else if (err != EAGAIN && err != EINTR)
        lost(b, strerror(err));
}

static void connect_ended(struct bus_loop *b)
{
    int err = line_tcp_error(b->line_fd);

    if (err != 0) {
        lost(b, strerror(err));
        return;
    }
    found(b);
}

static void line_ready(uv_poll_t *h, int status, int events);

static void watch_line(struct bus_loop *b, int events)
{
    if (uv_poll_start(b->line_poll, events, line_ready) != 0)
        lost(b, "the line can't be watched");
}

static void line_ready(uv_poll_t *h, int status, int events)
{
    struct bus_loop *b = h->data;

    (void)events;
    if (b->connecting) {
        connect_ended(b);
        if (b->line_poll != NULL)
            watch_line(b, UV_READABLE);
    } else if (status < 0 && b->rtu == NULL) {
        int err = line_tcp_error(b->line_fd); /* libuv says "bad file descriptor" to each */
        lost(b, err != 0 ? strerror(err) : uv_strerror(status));
    } else {
        read_line(b);
        if (status < 0 && b->line_poll != NULL)
            lost(b, "the port has failed"); /* libuv watches it no more */
    }
    step(b);
}

/* Own the descriptor from here on; false: it is closed again. */
static bool adopt_line(struct bus_loop *b, int fd, struct line_rtu *rtu)
{
    struct line_end *end = calloc(1, sizeof *end);

    if (end == NULL || uv_poll_init(b->loop, &end->poll, fd) != 0) {
        free(end);
        if (rtu != NULL)
            line_rtu_close(rtu);
        else
            close(fd);
        lost(b, "no room for another line");
        return false;
    }
    end->fd = fd;
    end->rtu = rtu;
    end->poll.data = b;
    b->line_poll = &end->poll;
    b->line_fd = fd;
    b->rtu = rtu;
    return true;
}

static void connect_to(struct bus_loop *b, const struct sockaddr *to, socklen_t len)
{
    int fd = line_tcp_connect(to, len);

    if (fd < 0) {
        lost(b, strerror(-fd));
        return;
    }
    if (!adopt_line(b, fd, NULL))
        return;
    b->connecting = true;
    watch_line(b, UV_WRITABLE);
}

static void open_line(struct bus_loop *b);

static void looked_up(uv_getaddrinfo_t *req, int status, struct addrinfo *found_at)
{
    struct bus_loop *b = req->data;
    bool is_moved = b->is_moved;

    b->looking_up = false;
    if (b->closing) {
        uv_freeaddrinfo(found_at);
        free(b);
        return;
    }
    b->is_moved = false;
    if (b->is_wanted && is_moved)
        open_line(b);
    else if (b->is_wanted && status != 0)
        lost(b, uv_strerror(status));
    else if (b->is_wanted)
        connect_to(b, found_at->ai_addr, found_at->ai_addrlen);
    uv_freeaddrinfo(found_at);
    step(b);
}

static void open_tcp(struct bus_loop *b)
{
    struct sockaddr_in a4;
    struct sockaddr_in6 a6;
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    char port[8];

    if (uv_ip4_addr(b->conf->host, b->conf->port, &a4) == 0) {
        connect_to(b, (struct sockaddr *)&a4, sizeof a4);
        return;
    }
    if (uv_ip6_addr(b->conf->host, b->conf->port, &a6) == 0) {
        connect_to(b, (struct sockaddr *)&a6, sizeof a6);
        return;
    }
    if (b->looking_up)
        return;
    snprintf(port, sizeof port, "%u", b->conf->port);
    b->lookup.data = b;
    b->looking_up =
        uv_getaddrinfo(b->loop, &b->lookup, looked_up, b->conf->host, port, &hints) == 0;
    if (!b->looking_up)
        lost(b, "the name look-up could not start");
}

static void open_rtu(struct bus_loop *b)
{
    char error[128];
    struct line_rtu *rtu;
    int fd = line_rtu_open(&rtu, b->conf, error, sizeof error);

    if (fd < 0) {
        lost(b, error);
        return;
    }
    if (!adopt_line(b, fd, rtu))
        return;
    found(b);
    watch_line(b, UV_READABLE);
}

static void open_line(struct bus_loop *b)
{
    b->is_wanted = true;
    if (b->conf->kind == BUS_RTU)
        open_rtu(b);
    else
        open_tcp(b);
}

/* A request fits every socket and tty buffer; what is not taken whole is a
 * line that has stopped moving. */
static void send_bytes(struct bus_loop *b, const uint8_t *bytes, size_t len)
{
    if (b->line_fd < 0)
        return;
    size_t sent = 0;
    ssize_t n = 1;
    while (sent < len && n > 0) { /* some adapters take a few bytes a call */
        n = write(b->line_fd, bytes + sent, len - sent);
        sent += n > 0 ? (size_t)n : 0;
    }
    int err = errno;
    if (sent == len || (sent == 0 && n < 0 && (err == EINTR || err == EAGAIN)))
        return; /* an unsent request ends in its own timeout */
    lost(b, n < 0 ? strerror(err) : "the line took only part of a request");
}

static void sleep_until(struct bus_loop *b, int64_t until_us)
{
    bus_timer_set(b->timer, &b->wake, until_us);
}

/* The samples of one transaction carry one time. */
static void step(struct bus_loop *b)
{
    int64_t now_us = clock_mono_us();
    struct bus_action a;

    for (;;) {
        bus_next(b->core, now_us, &a);
        if (a.what == BUS_SLEEP)
            break;
        if (a.what == BUS_SAMPLE)
            b->sample(b->ctx, &a.sample, now_us);
        else if (a.what == BUS_SEND)
            send_bytes(b, a.bytes, a.len);
        else if (a.what == BUS_CONNECT)
            open_line(b);
        else
            close_line(b);
        if (a.what != BUS_SAMPLE || a.is_last)
            now_us = clock_mono_us();
    }
    sleep_until(b, a.until_us);
}

/* After what is being closed now: a tty has one user at a time. */
static void step_soon(struct bus_loop *b)
{
    sleep_until(b, clock_mono_us());
}

static void woke(struct bus_wake *w)
{
    step((struct bus_loop *)((char *)w - offsetof(struct bus_loop, wake)));
}

int bus_loop_open(struct bus_loop **out, struct bus_timer *timer, const struct plant *p,
                  uint32_t bus, bus_loop_sample *sample, void *ctx)
{
    struct bus_loop *b = calloc(1, sizeof *b);

    if (b == NULL)
        return RG_ENOMEM;
    *b = (struct bus_loop){ .loop = bus_timer_loop(timer),
                            .timer = timer,
                            .wake.woke = woke,
                            .conf = &p->buses[bus],
                            .sample = sample,
                            .ctx = ctx,
                            .line_fd = -1 };
    int err = bus_new(&b->core, p, bus, clock_mono_us(), (uint64_t)clock_mono_us() + bus);
    if (err == RG_OK)
        err = bus_timer_add(timer, &b->wake);
    if (err != RG_OK) {
        bus_free(b->core);
        free(b);
        return err;
    }
    *out = b;
    return RG_OK;
}

void bus_loop_start(struct bus_loop *b)
{
    step_soon(b);
}

void bus_loop_adopt(struct bus_loop *b, struct bus *core, const struct bus_conf *conf)
{
    bool is_same_line = bus_same_line(b->conf, conf);

    bus_adopt(core, b->core, clock_mono_us());
    bus_free(b->core);
    b->core = core;
    b->conf = conf;
    if (!is_same_line) {
        close_line(b);
        b->is_moved = b->looking_up;
    }
    step_soon(b);
}

void bus_loop_close(struct bus_loop *b)
{
    if (b == NULL)
        return;
    b->closing = true;
    close_line(b);
    bus_timer_remove(b->timer, &b->wake);
    bus_free(b->core);
    b->core = NULL;
    if (!b->looking_up)
        free(b); /* else looked_up() does it */
}

const struct bus *bus_loop_core(const struct bus_loop *b)
{
    return b->core;
}

const char *bus_loop_error(const struct bus_loop *b)
{
    return b->error;
}
