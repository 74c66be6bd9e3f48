/* rules/window.h - by how much a value has risen, or fallen, within a time.
 * Of the values of the window only those are kept that may still become the
 * lowest (or highest): each comes in and goes out once.  Over memory that the
 * caller lends: values that come closer than a step of the window are one, so
 * that a change may be told by a step longer than it should, never less.
 * Thread: the loop. */
#ifndef RG_RULES_WINDOW_H
#define RG_RULES_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#define WINDOW_VALUES_MAX 1024

struct window_value {
    int64_t at_ms;
    double val;
};

struct window {
    int64_t within_ms, step_ms;
    bool is_fall;
    bool is_broken;         /* what it holds ends with the next value */
    struct window_value *v; /* a ring of `size` */
    uint32_t size, head, n;
};

/* Places for one sample each every_ms, and the step that they allow. */
uint32_t window_size(int64_t within_ms, int64_t every_ms);
int64_t window_step_ms(int64_t within_ms, uint32_t size);
/* After a bad value it begins anew with the next good one. */
void window_break(struct window *w);
/* Times never go back. */
void window_add(struct window *w, int64_t at_ms, double val);
/* From the lowest value of the window up to val, or from the highest down to
 * it; 0 when nothing is kept. */
double window_change(const struct window *w, double val);
/* `to` goes on with what `from` has seen. */
void window_copy(struct window *to, const struct window *from);

#endif
