/* tests/bench/bare.h - the least that can be done: a device that answers each
 * request for 100 registers, and a client that asks for them on epoll, proves
 * nothing and keeps nothing.  Both are the measure for the gateway's own cost. */
#ifndef RG_TESTS_BENCH_BARE_H
#define RG_TESTS_BENCH_BARE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BARE_REGISTERS 100
#define BARE_VALUE     7 /* of each register */
#define BARE_MS        100
#define BARE_RASTER_US 10000

int64_t bare_now_us(void);
/* User and system time of this process. */
int64_t bare_cpu_us(void);

/* A listening socket on loopback. */
int bare_listen(uint16_t *port);
/* Answers whoever connects; asked() is told of each request, unit and link, and
 * `control` is a descriptor that is readable when heard() wants to run; it ends
 * when that says so.  Both may be missing (NULL, -1). */
struct bare_watch {
    void (*asked)(void *ctx, int link, uint8_t unit);
    int control;
    int (*heard)(void *ctx); /* 0: go on */
    void *ctx;
};
void bare_serve(int listener, const struct bare_watch *w);
/* A child that answers on *port until this process ends. */
pid_t bare_device(uint16_t *port);
/* n links, each asked every BARE_MS, spread evenly, for so long.  Returns the
 * transactions that were answered. */
uint64_t bare_client(uint16_t port, size_t n, int64_t for_us);

#endif
