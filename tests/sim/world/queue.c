#include "tests/sim/world/queue.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool before(const struct task *a, const struct task *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void swap(struct task *a, struct task *b)
{
    struct task t = *a;

    *a = *b;
    *b = t;
}

void queue_add(struct queue *q, const struct task *t)
{
    if (q->n == q->size) {
        q->size = q->size == 0 ? 256 : q->size * 2;
        q->v = realloc(q->v, q->size * sizeof *q->v);
        if (q->v == NULL)
            abort();
    }
    size_t i = q->n++;
    q->v[i] = *t;
    q->v[i].order = q->order++;
    if (t->bytes != NULL) {
        q->v[i].bytes = malloc(t->len + 1);
        if (q->v[i].bytes == NULL)
            abort();
        memcpy(q->v[i].bytes, t->bytes, t->len);
        q->v[i].bytes[t->len] = '\0';
    }
    for (; i > 0 && before(&q->v[i], &q->v[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&q->v[i], &q->v[(i - 1) / 2]);
}

int64_t queue_next_us(const struct queue *q)
{
    return q->n == 0 ? INT64_MAX : q->v[0].at_us;
}

struct task queue_take(struct queue *q)
{
    struct task first = q->v[0];
    size_t i = 0;

    q->v[0] = q->v[--q->n];
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < q->n; child++)
            if (before(&q->v[child], &q->v[least]))
                least = child;
        if (least == i)
            return first;
        swap(&q->v[i], &q->v[least]);
        i = least;
    }
}

void queue_fini(struct queue *q)
{
    for (size_t i = 0; i < q->n; i++)
        free(q->v[i].bytes);
    free(q->v);
    *q = (struct queue){ 0 };
}
