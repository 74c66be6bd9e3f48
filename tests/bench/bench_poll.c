/* What one poll of 100 registers costs: the gateway's own way, with proof,
 * decode, quality and statistics, against a bare epoll client of the same
 * transactions in the same run.  Prints figures and judges nothing.
 * usage: bench_poll [SECONDS a slice, 2] [ROUNDS, 3] */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <uv.h>

#include "daemon/bus_loop.h"
#include "daemon/clock.h"
#include "rules/engine.h"
#include "tests/bench/bare.h"

#define LINKS_MAX 500
#define WARM_US   1200000 /* connects and first polls are spread over the first second */

struct host {
    uv_loop_t loop;
    uv_timer_t end;
    struct plant plant;
    struct engine *engine;
    struct clock clock;
    struct bus_loop *buses[LINKS_MAX];
    uint64_t samples, good;
    struct bus_timer *timer;
    int64_t sampled_us;
    struct stamp sampled;
};

static void must(int err, const char *what)
{
    if (err == 0)
        return;
    fprintf(stderr, "%s: %d\n", what, err);
    exit(1);
}

/* ---- a plant of n links, one unit and 100 points each ---- */

static void make_point(struct point_conf *c, uint32_t link, uint16_t address, bool has_limits)
{
    static const struct limit_conf limit = { .set = true, .clear = 20, .priority = 2 };
    const struct read_conf read = { .fc = 3, .address = address, .type = TYPE_U16, .scale = 0.1 };

    *c = (struct point_conf){ .id = "p",
                              .bus = link,
                              .unit = link,
                              .area = PLANT_NONE,
                              .every_ms = BARE_MS,
                              .read = read,
                              .has_range = true,
                              .range_high = 1000 };
    if (!has_limits)
        return;
    c->limits[LEVEL_H] = c->limits[LEVEL_HH] = limit;
    c->limits[LEVEL_H].at = 24;
    c->limits[LEVEL_HH].at = 160;
}

static void make_plant(struct plant *p, uint16_t port, size_t n, bool has_limits)
{
    static const struct bus_conf bus = {
        .name = "b", .kind = BUS_TCP, .host = "127.0.0.1", .timeout_ms = 500, .retries = 1
    };

    *p = (struct plant){ .site = { .ent = "e", .gw = "g" },
                         .buses = calloc(n, sizeof *p->buses),
                         .units = calloc(n, sizeof *p->units),
                         .points = calloc(n * BARE_REGISTERS, sizeof *p->points) };
    for (uint32_t i = 0; i < n; i++) {
        p->buses[p->n_buses++] = bus;
        p->buses[i].port = port;
        p->units[p->n_units++] = (struct unit_conf){ .bus = i, .unit_id = 1, .every_ms = BARE_MS };
        for (uint16_t a = 0; a < BARE_REGISTERS; a++)
            make_point(&p->points[p->n_points++], i, a, has_limits);
    }
}

/* ---- the gateway's way ---- */

static void sampled(void *ctx, const struct sample *s, int64_t mono_us)
{
    struct host *h = ctx;
    struct event e;

    if (mono_us != h->sampled_us)
        h->sampled = clock_now(&h->clock);
    h->sampled_us = mono_us;
    h->samples++;
    h->good += s->kind == SAMPLE_VALUE;
    engine_sample(h->engine, s, h->sampled);
    while (engine_take(h->engine, &e))
        ;
}

static void time_is_up(uv_timer_t *t)
{
    uv_stop(t->loop);
}

static void run_for(struct host *h, int64_t us)
{
    uv_update_time(&h->loop);
    uv_timer_start(&h->end, time_is_up, (uint64_t)us / 1000, 0);
    uv_run(&h->loop, UV_RUN_DEFAULT);
}

/* Returns the CPU of one transaction in us. */
static double gateway_us(uint16_t port, size_t n, bool has_limits, int64_t for_us)
{
    static struct host h;

    h = (struct host){ 0 };
    make_plant(&h.plant, port, n, has_limits);
    must(uv_loop_init(&h.loop), "loop");
    uv_timer_init(&h.loop, &h.end);
    clock_begin(&h.clock);
    must(engine_new(&h.engine, &h.plant, 1, clock_now(&h.clock)), "engine");
    must(bus_timer_open(&h.timer, &h.loop), "timer");
    for (uint32_t i = 0; i < n; i++) {
        must(bus_loop_open(&h.buses[i], h.timer, &h.plant, i, sampled, &h), "bus");
        bus_loop_start(h.buses[i]);
    }
    run_for(&h, WARM_US);
    uint64_t before = h.samples, good = h.good;
    int64_t cpu_us = bare_cpu_us();
    run_for(&h, for_us);
    cpu_us = bare_cpu_us() - cpu_us;
    if (h.samples - before != h.good - good)
        printf("%zu polls were missed\n", (size_t)(h.samples - before - (h.good - good)));
    double n_asked = (double)(h.good - good) / BARE_REGISTERS;
    for (uint32_t i = 0; i < n; i++)
        bus_loop_close(h.buses[i]);
    bus_timer_close(h.timer);
    uv_close((uv_handle_t *)&h.end, NULL);
    uv_run(&h.loop, UV_RUN_DEFAULT);
    uv_loop_close(&h.loop);
    engine_free(h.engine);
    free(h.plant.buses);
    free(h.plant.units);
    free(h.plant.points);
    return (double)cpu_us / n_asked;
}

static double bare_us(uint16_t port, size_t n, int64_t for_us)
{
    int64_t cpu_us = bare_cpu_us();
    uint64_t answered = bare_client(port, n, for_us);

    return (double)(bare_cpu_us() - cpu_us) / (double)answered;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

/* The least of some rounds: what else runs on the machine only adds. */
static void compare(uint16_t port, size_t n, int64_t for_us, int rounds)
{
    double bare = 1e9, plain = 1e9, limits = 1e9;

    for (int i = 0; i < rounds; i++) {
        bare = least(bare, bare_us(port, n, for_us));
        plain = least(plain, gateway_us(port, n, false, for_us));
        limits = least(limits, gateway_us(port, n, true, for_us));
    }
    printf("%3zu links: bare %5.2f us; gateway %5.2f us, ratio %.2f (goal 2.0); "
           "a limit on every register %5.2f us, ratio %.2f (goal 4)\n",
           n, bare, plain, plain / bare, limits, limits / bare);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    const struct rlimit files = { 4096, 4096 };
    static const size_t links[] = { 10, 100, 500 };
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 2;
    int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 3;
    uint16_t port;

    (void)setrlimit(RLIMIT_NOFILE, &files);
    must(freopen("/dev/null", "w", stderr) == NULL, "stderr"); /* a line for each link */
    bare_device(&port);
    printf("CPU a transaction of %d registers, each link every %d ms\n", BARE_REGISTERS, BARE_MS);
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        compare(port, links[i], (int64_t)(seconds * 1e6), rounds);
    return 0;
}
