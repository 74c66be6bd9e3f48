/* tests/sim/plantsim/loop.h - one epoll, one timerfd, timers in a heap.
 * Times are nanoseconds of CLOCK_MONOTONIC.  One thread.  What is watched or
 * timed embeds its struct watch or struct timer; the loop owns neither. */
#ifndef RG_PLANTSIM_LOOP_H
#define RG_PLANTSIM_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_US 1000LL
#define NS_MS 1000000LL
#define NS_S  1000000000LL

struct watch {
    int fd; /* -1: not watched */
    void (*ready)(struct watch *w, uint32_t events);
    void (*bury)(struct watch *w); /* frees the owner once no event can name it; or NULL */
    struct watch *next_dead;
};

struct timer {
    int64_t due_ns;
    uint64_t order; /* of two with one due time the one armed first fires first */
    size_t place;   /* in the heap, from 1; 0: not armed */
    void (*fire)(struct timer *t);
};

struct loop {
    int epoll_fd, timer_fd;
    int64_t armed_ns; /* what the timerfd is set to, 0: nothing */
    struct timer **heap;
    size_t n, cap;
    uint64_t order;
    struct watch *dead;
    bool stop;
};

int64_t clock_ns(void);

/* 0 or -1 with errno. */
int loop_open(struct loop *l);
void loop_close(struct loop *l);

/* Until l->stop. */
void loop_run(struct loop *l);

/* events: EPOLLIN and such.  0 or -1 with errno. */
int loop_watch(struct loop *l, struct watch *w, uint32_t events);
/* Closes the descriptor; `bury` runs after the events in hand. */
void loop_forget(struct loop *l, struct watch *w);

/* Arming an armed timer moves it. */
void loop_arm(struct loop *l, struct timer *t, int64_t due_ns);
void loop_disarm(struct loop *l, struct timer *t);

#endif
