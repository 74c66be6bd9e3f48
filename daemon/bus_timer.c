#include "daemon/bus_timer.h"

#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "config/err.h"
#include "daemon/clock.h"

#define NEVER INT64_MAX

struct bus_timer {
    uv_loop_t *loop;
    uv_poll_t poll;
    uv_prepare_t before_wait;
    int fd;
    int64_t armed_us;       /* what the descriptor is set to; NEVER: to nothing */
    struct bus_wake **heap; /* from 1 */
    size_t n, room;
    unsigned handles;
};

/* ---- the heap ---- */

static void put(struct bus_timer *t, size_t place, struct bus_wake *w)
{
    t->heap[place] = w;
    w->place = place;
}

static void sift_up(struct bus_timer *t, struct bus_wake *w)
{
    size_t at = w->place;

    for (; at > 1 && w->at_us < t->heap[at / 2]->at_us; at /= 2)
        put(t, at, t->heap[at / 2]);
    put(t, at, w);
}

static void sift_down(struct bus_timer *t, struct bus_wake *w)
{
    size_t at = w->place;

    for (size_t child; (child = 2 * at) <= t->n; at = child) {
        if (child < t->n && t->heap[child + 1]->at_us < t->heap[child]->at_us)
            child++;
        if (t->heap[child]->at_us >= w->at_us)
            break;
        put(t, at, t->heap[child]);
    }
    put(t, at, w);
}

void bus_timer_set(struct bus_timer *t, struct bus_wake *w, int64_t at_us)
{
    w->at_us = at_us;
    sift_up(t, w);
    sift_down(t, w);
}

int bus_timer_add(struct bus_timer *t, struct bus_wake *w)
{
    if (t->n + 1 >= t->room) {
        size_t room = 2 * t->room + 16;
        struct bus_wake **heap = realloc(t->heap, room * sizeof(struct bus_wake *));
        if (heap == NULL)
            return RG_ENOMEM;
        t->heap = heap;
        t->room = room;
    }
    w->at_us = NEVER;
    put(t, ++t->n, w);
    return RG_OK;
}

void bus_timer_remove(struct bus_timer *t, struct bus_wake *w)
{
    struct bus_wake *last = t->heap[t->n--];

    if (last == w)
        return;
    put(t, w->place, last);
    sift_up(t, last);
    sift_down(t, last);
}

/* ---- the descriptor ---- */

static int64_t first_us(const struct bus_timer *t)
{
    return t->n > 0 ? t->heap[1]->at_us : NEVER;
}

/* What is set too early only wakes once more; a bus that sleeps longer now, as
 * after each reply, costs no call.  Setting it also takes back that it fired. */
static void arm(uv_prepare_t *h)
{
    struct bus_timer *t = h->data;
    int64_t at_us = first_us(t);
    struct itimerspec at = { 0 };

    if (at_us >= t->armed_us)
        return;
    t->armed_us = at_us;
    if (at_us < 1)
        at_us = 1; /* zero would disarm it */
    at.it_value.tv_sec = at_us / 1000000;
    at.it_value.tv_nsec = at_us % 1000000 * 1000;
    timerfd_settime(t->fd, TFD_TIMER_ABSTIME, &at, NULL);
}

static void disarm(struct bus_timer *t)
{
    const struct itimerspec never = { 0 };

    t->armed_us = NEVER;
    if (first_us(t) == NEVER)
        timerfd_settime(t->fd, 0, &never, NULL); /* else arm() takes it back */
}

/* Who is set to now or earlier by those that are woken waits for the next
 * turn: other lines have bytes to be read. */
static void fired(uv_poll_t *h, int status, int events)
{
    struct bus_timer *t = h->data;
    int64_t now_us = clock_mono_us();

    (void)status;
    (void)events;
    for (size_t left = t->n; left > 0 && first_us(t) <= now_us; left--) {
        struct bus_wake *w = t->heap[1];
        bus_timer_set(t, w, NEVER);
        w->woke(w);
    }
    disarm(t);
}

/* ---- its life ---- */

int bus_timer_open(struct bus_timer **out, uv_loop_t *loop)
{
    struct bus_timer *t = calloc(1, sizeof *t);

    if (t == NULL)
        return RG_ENOMEM;
    *t = (struct bus_timer){ .loop = loop, .armed_us = NEVER };
    t->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (t->fd < 0 || uv_poll_init(loop, &t->poll, t->fd) != 0) {
        if (t->fd >= 0)
            close(t->fd);
        free(t);
        return RG_EIO;
    }
    uv_prepare_init(loop, &t->before_wait);
    t->poll.data = t->before_wait.data = t;
    (void)uv_poll_start(&t->poll, UV_READABLE, fired); /* nobody else has it */
    uv_prepare_start(&t->before_wait, arm);
    *out = t;
    return RG_OK;
}

static void handle_closed(uv_handle_t *h)
{
    struct bus_timer *t = h->data;

    if (++t->handles < 2)
        return;
    close(t->fd);
    free(t->heap);
    free(t);
}

void bus_timer_close(struct bus_timer *t)
{
    if (t == NULL)
        return;
    uv_close((uv_handle_t *)&t->poll, handle_closed);
    uv_close((uv_handle_t *)&t->before_wait, handle_closed);
}

uv_loop_t *bus_timer_loop(const struct bus_timer *t)
{
    return t->loop;
}
