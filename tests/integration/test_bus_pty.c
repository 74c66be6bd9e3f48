/* Twenty real ptys in parallel, each with a unit behind it that answers one
 * request late: line_rtu, bus_loop and the bus core together read no wrong
 * value.  Registers tell their unit and address.  Takes about 9 s. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/bus_loop.h"
#include "drivers/frame.h"
#include "drivers/line_rtu.h"

#define LINES    20
#define BLOCKS   3
#define LATE_AT  7   /* this request of each line is answered late */
#define EVERY_MS 100 /* three blocks of 25 ms and more: the line is hardly ever idle */
#define TURN_MS  25
#define RUN_MS   9000

static const uint64_t delays_ms[] = { 800, 1100, 1300, 3000 };

struct line {
    int master;
    char path[64];
    uv_poll_t poll;
    uv_timer_t timer, late_timer;
    uint8_t unit_id;
    uint8_t in[256];
    size_t n_in;
    unsigned requests;
    uint8_t reply[FRAME_MAX], late[FRAME_MAX];
    size_t n_reply, n_late;
    struct bus_loop *bus;
    uint64_t values, wrong, misses;
};

static uv_loop_t loop;
static struct line lines[LINES];
static struct bus_conf buses[LINES];
static struct unit_conf units[LINES];
static struct point_conf points[LINES * BLOCKS * 2];
static struct plant plant = { .buses = buses, .units = units, .points = points };

static uint16_t register_of(uint8_t unit, uint16_t address)
{
    return (uint16_t)(unit << 8 ^ address ^ 0x1000);
}

/* ---- the unit behind a pty ---- */

static size_t answer(const struct request *q, uint8_t *f)
{
    size_t n = 3;

    f[0] = q->unit;
    f[1] = q->fc;
    f[2] = (uint8_t)(2 * q->count);
    for (uint16_t i = 0; i < q->count; i++) {
        uint16_t v = register_of(q->unit, (uint16_t)(q->address + i));
        f[n++] = (uint8_t)(v >> 8);
        f[n++] = (uint8_t)v;
    }
    uint16_t crc = crc16(f, n);
    f[n++] = (uint8_t)crc;
    f[n++] = (uint8_t)(crc >> 8);
    return n;
}

static void send_now(uv_timer_t *t)
{
    struct line *l = t->data;
    bool is_late = t == &l->late_timer;

    assert_true(write(l->master, is_late ? l->late : l->reply, is_late ? l->n_late : l->n_reply) >
                0);
}

static void asked(struct line *l)
{
    struct request q = { .unit = l->in[0],
                         .fc = l->in[1],
                         .address = (uint16_t)(l->in[2] << 8 | l->in[3]),
                         .count = (uint16_t)(l->in[4] << 8 | l->in[5]) };

    assert_int_equal(crc16(l->in, 8), 0);
    if (++l->requests == LATE_AT) {
        l->n_late = answer(&q, l->late);
        uv_timer_start(&l->late_timer, send_now, delays_ms[l->unit_id % 4], 0);
        return;
    }
    l->n_reply = answer(&q, l->reply);
    uv_timer_start(&l->timer, send_now, TURN_MS, 0);
}

static void unit_ready(uv_poll_t *p, int status, int events)
{
    struct line *l = p->data;
    ssize_t n = read(l->master, l->in + l->n_in, sizeof l->in - l->n_in);

    (void)status;
    (void)events;
    if (n <= 0)
        return;
    l->n_in += (size_t)n;
    if (l->n_in < 8)
        return;
    assert_int_equal(l->n_in, 8);
    l->n_in = 0;
    asked(l);
}

/* ---- the gateway's side ---- */

static void sampled(void *ctx, const struct sample *s, int64_t mono_us)
{
    struct line *l = ctx;
    const struct point_conf *p = &points[s->point];

    (void)mono_us;
    l->misses += s->kind == SAMPLE_MISS;
    l->values += s->kind == SAMPLE_VALUE;
    l->wrong +=
        s->kind == SAMPLE_VALUE && s->val != register_of(units[p->unit].unit_id, p->read.address);
}

static void open_pty(struct line *l)
{
    struct termios raw;

    l->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    assert_true(l->master >= 0 && grantpt(l->master) == 0 && unlockpt(l->master) == 0);
    assert_int_equal(ptsname_r(l->master, l->path, sizeof l->path), 0);
    assert_int_equal(tcgetattr(l->master, &raw), 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(l->master, TCSANOW, &raw), 0);
}

static void build(uint32_t i)
{
    struct line *l = &lines[i];

    open_pty(l);
    l->unit_id = (uint8_t)(i + 1);
    buses[i] = (struct bus_conf){ .name = "pty",
                                  .kind = BUS_RTU,
                                  .device = l->path,
                                  .baud = 19200,
                                  .data_bits = 8,
                                  .parity = 'N',
                                  .stop_bits = 1,
                                  .timeout_ms = 500,
                                  .late_guard_ms = 3000,
                                  .retries = 1 };
    units[i] = (struct unit_conf){ .bus = i, .unit_id = l->unit_id };
    for (uint16_t k = 0; k < BLOCKS * 2; k++)
        points[plant.n_points++] =
            (struct point_conf){ .id = "p",
                                 .bus = i,
                                 .unit = i,
                                 .every_ms = EVERY_MS,
                                 .read = { .fc = 3,
                                           .address = (uint16_t)(k / 2 * 10 + k % 2),
                                           .type = TYPE_U16,
                                           .scale = 1 } };
    plant.n_buses = plant.n_units = i + 1;
    l->poll.data = l->timer.data = l->late_timer.data = l;
    assert_int_equal(uv_poll_init(&loop, &l->poll, l->master), 0);
    uv_poll_start(&l->poll, UV_READABLE, unit_ready);
    uv_timer_init(&loop, &l->timer);
    uv_timer_init(&loop, &l->late_timer);
}

static void stop_all(uv_timer_t *t)
{
    (void)t;
    uv_stop(&loop);
}

static void close_handle(uv_handle_t *h, void *unused)
{
    (void)unused;
    if (!uv_is_closing(h))
        uv_close(h, NULL);
}

static struct bus_timer *timer;

static void run(void)
{
    static uv_timer_t end;

    assert_int_equal(uv_loop_init(&loop), 0);
    for (uint32_t i = 0; i < LINES; i++)
        build(i);
    assert_int_equal(bus_timer_open(&timer, &loop), 0);
    for (uint32_t i = 0; i < LINES; i++) {
        assert_int_equal(bus_loop_open(&lines[i].bus, timer, &plant, i, sampled, &lines[i]), 0);
        bus_loop_start(lines[i].bus);
    }
    uv_timer_init(&loop, &end);
    uv_timer_start(&end, stop_all, RUN_MS, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void late_replies_on_real_ptys_are_never_believed(void **unused)
{
    uint64_t values = 0, misses = 0, late = 0, refused;
    struct unit_stats s;

    (void)unused;
    run();
    for (uint32_t i = 0; i < LINES; i++) {
        bus_unit_stats(bus_loop_core(lines[i].bus), 0, &s);
        assert_true(bus_is_up(bus_loop_core(lines[i].bus)));
        assert_int_equal(lines[i].wrong, 0);
        refused = 0;
        for (int c = 0; c < REJECT_CAUSES; c++)
            refused += s.rejected[c];
        assert_true(refused > 0);
        assert_true(s.timeouts > 0);
        assert_int_equal(s.state, UNIT_GOOD);
        values += lines[i].values;
        misses += lines[i].misses;
        late += s.rejected[WHY_LATE];
    }
    printf("%d ptys: %lu values, 0 wrong, %lu misses, %lu late replies counted\n", LINES,
           (unsigned long)values, (unsigned long)misses, (unsigned long)late);
    assert_true(values > LINES * BLOCKS * 2 * 10);
}

/* ---- a port that is ours alone ---- */

static void a_port_in_use_is_refused_and_so_is_a_speed_that_it_does_not_take(void **unused)
{
    struct bus_conf odd = buses[0], gone = buses[0], plain = buses[0];
    struct line_rtu *l = NULL;
    char error[128] = "";

    (void)unused;
    assert_int_equal(line_rtu_open(&l, &buses[0], error, sizeof error), -1);
    assert_string_equal(error, "in use elsewhere");
    for (uint32_t i = 0; i < LINES; i++)
        bus_loop_close(lines[i].bus);
    bus_timer_close(timer);
    uv_run(&loop, UV_RUN_NOWAIT);
    odd.baud = 14400;
    assert_int_equal(line_rtu_open(&l, &odd, error, sizeof error), -1);
    assert_non_null(strstr(error, "can't do 14400"));
    gone.device = "/nonexistent/tty";
    assert_int_equal(line_rtu_open(&l, &gone, error, sizeof error), -1);
    plain.device = "/dev/null";
    assert_int_equal(line_rtu_open(&l, &plain, error, sizeof error), -1);
    assert_string_equal(error, "not a serial port");
    assert_null(l);
    assert_true(line_rtu_open(&l, &buses[0], error, sizeof error) >= 0);
    line_rtu_close(l);
    uv_walk(&loop, close_handle, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late_replies_on_real_ptys_are_never_believed),
        cmocka_unit_test(a_port_in_use_is_refused_and_so_is_a_speed_that_it_does_not_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
