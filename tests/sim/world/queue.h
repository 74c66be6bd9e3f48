/* tests/sim/world/queue.h - what is still to happen, by time; at one instant
 * in the order in which it was asked for. */
#ifndef RG_TESTS_SIM_WORLD_QUEUE_H
#define RG_TESTS_SIM_WORLD_QUEUE_H

#include <stddef.h>
#include <stdint.h>

struct world;
struct task;
typedef void task_run(struct world *w, const struct task *t);

struct task {
    int64_t at_us;
    uint64_t order;
    task_run *run;
    uint64_t life; /* of whatever it is meant for: an older one is void */
    uint32_t who;  /* bus, unit, point */
    uint32_t token;
    uint8_t *bytes; /* malloc'd, the queue's; NULL: none */
    size_t len;
};

struct queue {
    struct task *v;
    size_t n, size;
    uint64_t order;
};

/* bytes are copied. */
void queue_add(struct queue *q, const struct task *t);
int64_t queue_next_us(const struct queue *q); /* INT64_MAX: empty */
/* Takes the first; the caller frees its bytes. */
struct task queue_take(struct queue *q);
void queue_fini(struct queue *q);

#endif
