/* rules/timers.h - a fixed set of timers, each known by its number.
 * A binary heap over memory that the caller lends; setting, stopping and
 * taking the first cost O(log n), asking for the first O(1).  At one instant
 * the lower number comes first, so that order never depends on history.
 * Thread: the loop. */
#ifndef RG_RULES_TIMERS_H
#define RG_RULES_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

#define TIMER_IDLE UINT32_MAX

struct timer {
    int64_t due_ms;
    uint32_t place; /* in the heap; TIMER_IDLE: not set */
};

struct timers {
    struct timer *timers; /* by number */
    uint32_t *heap;       /* numbers; as many places as timers */
    uint32_t n_set;
};

/* Both arrays have n entries and stay the caller's. */
void timers_init(struct timers *t, struct timer *timers, uint32_t *heap, uint32_t n);
void timers_set(struct timers *t, uint32_t number, int64_t due_ms);
void timers_stop(struct timers *t, uint32_t number); /* fine when not set */
bool timers_is_set(const struct timers *t, uint32_t number);
int64_t timers_next_ms(const struct timers *t); /* INT64_MAX: none is set */
/* Takes the first timer that is due at `until_ms` or before; false: none. */
bool timers_take(struct timers *t, int64_t until_ms, uint32_t *number, int64_t *due_ms);

#endif
