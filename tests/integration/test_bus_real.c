/* Lines that are real and plants behind them that do anything to their replies:
 * line_rtu, line_tcp, bus_loop and the bus core together read no wrong value on
 * 40 ptys and 40 connections in parallel.
 *   test_bus_real [-s SEED] [-n TRANSACTIONS] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/bus_loop.h"
#include "tests/unit/hostile.h"

#define LINES      80 /* every second one a pty */
#define BLOCKS     3
#define EVERY_MS   100
#define TIMEOUT_MS 250
#define GUARD_MS   3000
#define LATE_MS    2900
#define TURN_US    5000
#define CHECK_MS   100
#define IN_MAX     512

/* The plant's end of one line.  `fd` is a pty's master or a connection; a port
 * that was away comes back under the same link with another pty behind it. */
struct line {
    struct bus_rig rig;
    struct hostile hostile;
    int listener, fd;
    bool is_closing;
    char link[96];
    uv_poll_t poll, accept;
    uv_timer_t timer;
    uint8_t in[IN_MAX];
    size_t n_in;
    struct bus_loop *bus;
    uint64_t values, wrong;
};

static uv_loop_t loop;
static uv_timer_t check;
static char folder[] = "/tmp/bus_real.XXXXXX";
static struct line lines[LINES];
static struct bus_conf buses[LINES];
static struct unit_conf units[LINES * HOSTILE_IDS];
static struct point_conf points[LINES * HOSTILE_IDS * BLOCKS * 2];
static struct plant plant = { .buses = buses, .units = units, .points = points };
static uint64_t seed = 1, wanted = 3000;

static bool is_pty(const struct line *l)
{
    return l->rig.conf.kind == BUS_RTU;
}

static int64_t now_us(void)
{
    return (int64_t)(uv_hrtime() / 1000);
}

/* ---- the plant's end ---- */

static void ready(uv_poll_t *p, int status, int events);

static void watch(struct line *l, int fd)
{
    l->fd = fd;
    l->n_in = 0;
    assert_int_equal(uv_poll_init(&loop, &l->poll, fd), 0);
    assert_int_equal(uv_poll_start(&l->poll, UV_READABLE, ready), 0);
}

static void open_pty(struct line *l)
{
    struct termios raw;
    char path[64];
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    assert_true(fd >= 0 && grantpt(fd) == 0 && unlockpt(fd) == 0);
    assert_int_equal(ptsname_r(fd, path, sizeof path), 0);
    assert_int_equal(tcgetattr(fd, &raw), 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(fd, TCSANOW, &raw), 0);
    (void)unlink(l->link);
    assert_int_equal(symlink(path, l->link), 0);
    watch(l, fd);
}

static void reopen(uv_handle_t *h)
{
    struct line *l = h->data;

    l->is_closing = false;
    if (is_pty(l))
        open_pty(l);
}

static void hang_up(struct line *l)
{
    if (l->fd < 0)
        return;
    for (size_t i = 0; i < RIG_FLIGHT && !is_pty(l); i++)
        l->rig.flight[i].at_us = 0; /* what was under way is lost with its connection */
    uv_poll_stop(&l->poll);
    close(l->fd);
    l->fd = -1;
    l->is_closing = true;
    uv_close((uv_handle_t *)&l->poll, reopen);
}

static void came(uv_poll_t *p, int status, int events)
{
    struct line *l = p->data;

    (void)status;
    (void)events;
    hang_up(l); /* the gateway has given the old one up, if there is one */
    if (l->is_closing)
        return;
    int fd = accept4(l->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
        watch(l, fd);
}

static void land(struct line *l, struct bus_flight *f)
{
    f->at_us = 0;
    if (f->hangs_up)
        hang_up(l);
    else if (l->fd >= 0)
        (void)!write(l->fd, f->bytes, f->len);
}

static void send_due(uv_timer_t *t)
{
    struct line *l = t->data;
    struct bus_flight *f = bus_rig_next(&l->rig);

    l->rig.now_us = now_us();
    for (; f != NULL && f->at_us <= l->rig.now_us; f = bus_rig_next(&l->rig))
        land(l, f);
    if (f != NULL)
        uv_timer_start(t, send_due, (uint64_t)(f->at_us - l->rig.now_us) / 1000 + 1, 0);
}

static void asked(struct line *l, const uint8_t *frame)
{
    struct request q = bus_rig_parse(&l->rig, frame);
    uint8_t honest[FRAME_MAX];

    l->rig.now_us = now_us();
    hostile_answer(&l->rig, &q, honest, bus_rig_honest(&l->rig, &q, honest));
    send_due(&l->timer);
}

static void ready(uv_poll_t *p, int status, int events)
{
    struct line *l = p->data;
    size_t whole = is_pty(l) ? 8 : 12, used = 0;
    ssize_t n = status < 0 ? 0 : read(l->fd, l->in + l->n_in, sizeof l->in - l->n_in);

    (void)events;
    if (n <= 0 && !is_pty(l))
        hang_up(l);
    if (n <= 0)
        return;
    l->n_in += (size_t)n;
    for (; l->n_in - used >= whole; used += whole)
        asked(l, l->in + used);
    memmove(l->in, l->in + used, l->n_in - used);
    l->n_in -= used;
}

/* ---- the gateway's end ---- */

static void sampled(void *ctx, const struct sample *s, int64_t mono_us)
{
    struct line *l = ctx;
    const struct point_conf *p = &points[s->point];

    (void)mono_us;
    if (s->kind == SAMPLE_MISS)
        return;
    l->values++;
    l->wrong += s->val != bus_rig_register(units[p->unit].unit_id, p->read.address);
}

static void listen_on(struct line *l, struct bus_conf *conf)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;

    l->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(l->listener >= 0);
    assert_int_equal(bind(l->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(l->listener, 8), 0);
    assert_int_equal(getsockname(l->listener, (struct sockaddr *)&at, &len), 0);
    conf->host = "127.0.0.1";
    conf->port = ntohs(at.sin_port);
    assert_int_equal(uv_poll_init(&loop, &l->accept, l->listener), 0);
    assert_int_equal(uv_poll_start(&l->accept, UV_READABLE, came), 0);
}

static void add_points(uint32_t bus)
{
    for (uint8_t id = 1; id <= HOSTILE_IDS; id++) {
        uint32_t unit = (uint32_t)plant.n_units++;
        units[unit] = (struct unit_conf){ .bus = bus, .unit_id = id, .every_ms = EVERY_MS };
        for (uint16_t k = 0; k < BLOCKS * 2; k++)
            points[plant.n_points++] =
                (struct point_conf){ .id = "p",
                                     .bus = bus,
                                     .unit = unit,
                                     .every_ms = EVERY_MS,
                                     .read = { .fc = 3,
                                               .address = (uint16_t)(k / 2 * 10 + k % 2),
                                               .type = TYPE_U16,
                                               .scale = 1 } };
    }
}

static void build(uint32_t i)
{
    struct line *l = &lines[i];

    bus_rig_init(&l->rig, i % 2 == 0 ? BUS_RTU : BUS_TCP);
    l->rig.ctx = &l->hostile;
    l->rig.turn_us = TURN_US;
    l->hostile = (struct hostile){ .rig = &l->rig, .random = seed * LINES + i, .late_ms = LATE_MS };
    l->hostile.percent = 1 + (unsigned)hostile_pick(&l->hostile, 50);
    l->hostile.strict_from = (uint16_t)(1 + hostile_pick(&l->hostile, HOSTILE_IDS + 1));
    l->poll.data = l->accept.data = l->timer.data = l;
    l->fd = l->listener = -1;
    uv_timer_init(&loop, &l->timer);
    snprintf(l->link, sizeof l->link, "%s/tty%u", folder, i);
    buses[i] = l->rig.conf;
    buses[i].device = l->link;
    buses[i].baud = 115200;
    buses[i].timeout_ms = TIMEOUT_MS;
    buses[i].late_guard_ms = GUARD_MS;
    if (is_pty(l))
        open_pty(l);
    else
        listen_on(l, &buses[i]);
    add_points(i);
}

static uint64_t transactions(void)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < LINES; i++)
        n += lines[i].hostile.transactions;
    return n;
}

static void stop_when_done(uv_timer_t *t)
{
    (void)t;
    if (transactions() >= wanted)
        uv_stop(&loop);
}

static struct bus_timer *timer;

static void run(void)
{
    assert_non_null(mkdtemp(folder));
    assert_int_equal(uv_loop_init(&loop), 0);
    plant.n_buses = LINES;
    for (uint32_t i = 0; i < LINES; i++)
        build(i);
    assert_int_equal(bus_timer_open(&timer, &loop), 0);
    for (uint32_t i = 0; i < LINES; i++) {
        assert_int_equal(bus_loop_open(&lines[i].bus, timer, &plant, i, sampled, &lines[i]), 0);
        bus_loop_start(lines[i].bus);
    }
    uv_timer_init(&loop, &check);
    uv_timer_start(&check, stop_when_done, CHECK_MS, CHECK_MS);
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void close_all(void)
{
    for (uint32_t i = 0; i < LINES; i++) {
        bus_loop_close(lines[i].bus);
        (void)unlink(lines[i].link);
    }
    bus_timer_close(timer);
    (void)rmdir(folder);
}

static uint64_t refusals(const struct line *l)
{
    struct unit_stats s;
    uint64_t n = 0;

    for (size_t u = 0; u < HOSTILE_IDS; u++) {
        bus_unit_stats(bus_loop_core(l->bus), u, &s);
        for (int c = 0; c < REJECT_CAUSES; c++)
            n += s.rejected[c];
    }
    return n;
}

static void whatever_real_lines_bring_no_value_is_wrong(void **unused)
{
    uint64_t values[2] = { 0, 0 }, wrong = 0, refused = 0;

    (void)unused;
    run();
    for (uint32_t i = 0; i < LINES; i++) {
        values[i % 2] += lines[i].values;
        wrong += lines[i].wrong;
        refused += refusals(&lines[i]);
    }
    printf("%d ptys and %d connections: %lu transactions, %lu and %lu values, %lu wrong, "
           "%lu replies refused\n",
           LINES / 2, LINES / 2, (unsigned long)transactions(), (unsigned long)values[0],
           (unsigned long)values[1], (unsigned long)wrong, (unsigned long)refused);
    close_all();
    assert_int_equal(wrong, 0);
    assert_true(values[0] > wanted / 10 && values[1] > wanted / 10 && refused > wanted / 100);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_real_lines_bring_no_value_is_wrong),
    };
    int option;

    while ((option = getopt(argc, argv, "s:n:")) != -1) {
        if (option == 's')
            seed = strtoull(optarg, NULL, 10);
        else if (option == 'n')
            wanted = strtoull(optarg, NULL, 10);
        else
            return 64;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
