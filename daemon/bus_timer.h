/* daemon/bus_timer.h - one timerfd for the instants of all buses of a loop: a
 * uv_timer fires up to 6 ms late, the whole slack of a fast line, and a
 * descriptor for each bus would cost a wake-up and two calls a transaction.
 * Thread: the loop. */
#ifndef RG_DAEMON_BUS_TIMER_H
#define RG_DAEMON_BUS_TIMER_H

#include <uv.h>

struct bus_timer;

/* Embedded by its owner; `woke` may set it anew, or remove it. */
struct bus_wake {
    int64_t at_us;
    size_t place; /* in the heap, from 1 */
    void (*woke)(struct bus_wake *w);
};

/* RG_OK or RG_ENOMEM, RG_EIO (no descriptor left). */
int bus_timer_open(struct bus_timer **out, uv_loop_t *loop);
/* After the last bus is closed; the memory goes when the loop has closed its handles. */
void bus_timer_close(struct bus_timer *t); /* NULL-safe */
uv_loop_t *bus_timer_loop(const struct bus_timer *t);

/* Never woken until it is set; RG_OK or RG_ENOMEM. */
int bus_timer_add(struct bus_timer *t, struct bus_wake *w);
void bus_timer_remove(struct bus_timer *t, struct bus_wake *w);
/* at_us: monotonic; INT64_MAX: never. */
void bus_timer_set(struct bus_timer *t, struct bus_wake *w, int64_t at_us);

#endif
