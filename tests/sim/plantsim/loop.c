#include "tests/sim/plantsim/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int64_t clock_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * NS_S + t.tv_nsec;
}

int loop_open(struct loop *l)
{
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = NULL };

    *l = (struct loop){ .epoll_fd = epoll_create1(EPOLL_CLOEXEC),
                        .timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC) };
    if (l->epoll_fd < 0 || l->timer_fd < 0)
        return -1;
    return epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, l->timer_fd, &e);
}

static void bury_dead(struct loop *l)
{
    while (l->dead != NULL) {
        struct watch *w = l->dead;

        l->dead = w->next_dead;
        w->bury(w);
    }
}

void loop_close(struct loop *l)
{
    bury_dead(l);
    close(l->epoll_fd);
    close(l->timer_fd);
    free(l->heap);
}

int loop_watch(struct loop *l, struct watch *w, uint32_t events)
{
    struct epoll_event e = { .events = events, .data.ptr = w };

    return epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, w->fd, &e);
}

void loop_forget(struct loop *l, struct watch *w)
{
    if (w->fd < 0)
        return;
    close(w->fd);
    w->fd = -1;
    if (w->bury == NULL)
        return;
    w->next_dead = l->dead;
    l->dead = w;
}

static bool before(const struct timer *a, const struct timer *b)
{
    return a->due_ns < b->due_ns || (a->due_ns == b->due_ns && a->order < b->order);
}

static void put(struct loop *l, size_t place, struct timer *t)
{
    l->heap[place] = t;
    t->place = place;
}

static void sift_up(struct loop *l, size_t at)
{
    struct timer *t = l->heap[at];

    for (; at > 1 && before(t, l->heap[at / 2]); at /= 2)
        put(l, at, l->heap[at / 2]);
    put(l, at, t);
}

static void sift_down(struct loop *l, size_t at)
{
    struct timer *t = l->heap[at];

    for (size_t child; (child = 2 * at) <= l->n; at = child) {
        if (child < l->n && before(l->heap[child + 1], l->heap[child]))
            child++;
        if (!before(l->heap[child], t))
            break;
        put(l, at, l->heap[child]);
    }
    put(l, at, t);
}

void loop_disarm(struct loop *l, struct timer *t)
{
    size_t at = t->place;
    struct timer *last;

    if (at == 0)
        return;
    t->place = 0;
    last = l->heap[l->n--];
    if (last == t)
        return;
    put(l, at, last);
    sift_up(l, at);
    sift_down(l, last->place);
}

void loop_arm(struct loop *l, struct timer *t, int64_t due_ns)
{
    loop_disarm(l, t);
    if (l->n + 2 > l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 64;
        struct timer **heap = realloc(l->heap, cap * sizeof(*heap));

        if (heap == NULL)
            abort(); /* a simulator without its timers simulates nothing */
        l->heap = heap;
        l->cap = cap;
    }
    t->due_ns = due_ns;
    t->order = ++l->order;
    put(l, ++l->n, t);
    sift_up(l, l->n);
}

static void fire_due(struct loop *l)
{
    int64_t now = clock_ns();

    while (l->n > 0 && l->heap[1]->due_ns <= now) {
        struct timer *t = l->heap[1];

        loop_disarm(l, t);
        t->fire(t);
    }
}

static void set_timerfd(struct loop *l)
{
    int64_t due = l->n > 0 ? l->heap[1]->due_ns : 0;
    struct itimerspec spec = { .it_value = { due / NS_S, due % NS_S } };

    if (due == l->armed_ns)
        return;
    l->armed_ns = due;
    timerfd_settime(l->timer_fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

static void dispatch(struct loop *l, const struct epoll_event *e)
{
    struct watch *w = e->data.ptr;
    uint64_t ticks;

    if (w == NULL) {
        if (read(l->timer_fd, &ticks, sizeof ticks) > 0)
            l->armed_ns = 0;
    } else if (w->fd >= 0) {
        w->ready(w, e->events);
    }
}

void loop_run(struct loop *l)
{
    struct epoll_event events[64];

    while (!l->stop) {
        int n;

        fire_due(l);
        bury_dead(l);
        set_timerfd(l);
        n = epoll_wait(l->epoll_fd, events, 64, -1);
        for (int i = 0; i < n; i++)
            dispatch(l, &events[i]);
    }
}
