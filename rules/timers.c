#include "rules/timers.h"

#include <assert.h>

static bool comes_first(const struct timers *t, uint32_t a, uint32_t b)
{
    if (t->timers[a].due_ms != t->timers[b].due_ms)
        return t->timers[a].due_ms < t->timers[b].due_ms;
    return a < b;
}

static void put(struct timers *t, uint32_t place, uint32_t number)
{
    t->heap[place] = number;
    t->timers[number].place = place;
}

static void sift_up(struct timers *t, uint32_t place)
{
    uint32_t number = t->heap[place];

    while (place > 0 && comes_first(t, number, t->heap[(place - 1) / 2])) {
        put(t, place, t->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put(t, place, number);
}

static void sift_down(struct timers *t, uint32_t place)
{
    uint32_t number = t->heap[place];

    for (;;) {
        uint32_t child = 2 * place + 1;

        if (child >= t->n_set)
            break;
        if (child + 1 < t->n_set && comes_first(t, t->heap[child + 1], t->heap[child]))
            child++;
        if (!comes_first(t, t->heap[child], number))
            break;
        put(t, place, t->heap[child]);
        place = child;
    }
    put(t, place, number);
}

void timers_init(struct timers *t, struct timer *timers, uint32_t *heap, uint32_t n)
{
    t->timers = timers;
    t->heap = heap;
    t->n_set = 0;
    for (uint32_t i = 0; i < n; i++)
        timers[i].place = TIMER_IDLE;
}

void timers_set(struct timers *t, uint32_t number, int64_t due_ms)
{
    struct timer *w = &t->timers[number];

    w->due_ms = due_ms;
    if (w->place == TIMER_IDLE)
        put(t, t->n_set++, number);
    sift_up(t, w->place);
    sift_down(t, w->place);
}

void timers_stop(struct timers *t, uint32_t number)
{
    uint32_t place = t->timers[number].place;

    if (place == TIMER_IDLE)
        return;
    assert(t->n_set > 0);
    t->timers[number].place = TIMER_IDLE;
    t->n_set--;
    if (place == t->n_set)
        return;
    put(t, place, t->heap[t->n_set]);
    sift_up(t, place);
    sift_down(t, place);
}

bool timers_is_set(const struct timers *t, uint32_t number)
{
    return t->timers[number].place != TIMER_IDLE;
}

int64_t timers_next_ms(const struct timers *t)
{
    return t->n_set == 0 ? INT64_MAX : t->timers[t->heap[0]].due_ms;
}

bool timers_take(struct timers *t, int64_t until_ms, uint32_t *number, int64_t *due_ms)
{
    if (timers_next_ms(t) > until_ms || t->n_set == 0)
        return false;
    *number = t->heap[0];
    *due_ms = t->timers[*number].due_ms;
    timers_stop(t, *number);
    return true;
}
