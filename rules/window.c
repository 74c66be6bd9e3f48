#include "rules/window.h"

/* Both ends of the window lie within a step; one more, since steps are whole ms. */
#define SPARE 3

/* Steps are shorter than the period: samples in time are never made one. */
uint32_t window_size(int64_t within_ms, int64_t every_ms)
{
    int64_t n = within_ms / (every_ms > 0 ? every_ms : 1) + 1 + SPARE;

    return n < WINDOW_VALUES_MAX ? (uint32_t)n : WINDOW_VALUES_MAX;
}

int64_t window_step_ms(int64_t within_ms, uint32_t size)
{
    int64_t step_ms = within_ms / (size - SPARE);

    return step_ms > 0 ? step_ms : 1;
}

void window_break(struct window *w)
{
    w->is_broken = true;
}

static struct window_value *at(const struct window *w, uint32_t i)
{
    return &w->v[(w->head + i) % w->size];
}

static void drop_oldest(struct window *w)
{
    w->head = (w->head + 1) % w->size;
    w->n--;
}

/* Times before the epoch began are negative. */
static int64_t step_of(const struct window *w, int64_t ms)
{
    return ms >= 0 ? ms / w->step_ms : -((-ms + w->step_ms - 1) / w->step_ms);
}

static bool is_full_or_close(const struct window *w, int64_t at_ms)
{
    return w->n == w->size || (w->n > 0 && step_of(w, at(w, w->n - 1)->at_ms) == step_of(w, at_ms));
}

void window_add(struct window *w, int64_t at_ms, double val)
{
    if (w->is_broken)
        w->n = 0;
    w->is_broken = false;
    while (w->n > 0 && at(w, 0)->at_ms < at_ms - w->within_ms)
        drop_oldest(w);
    while (w->n > 0 && (w->is_fall ? at(w, w->n - 1)->val <= val : at(w, w->n - 1)->val >= val))
        w->n--;
    if (is_full_or_close(w, at_ms))
        at(w, w->n - 1)->at_ms = at_ms;
    else
        *at(w, w->n++) = (struct window_value){ at_ms, val };
}

double window_change(const struct window *w, double val)
{
    if (w->n == 0)
        return 0;
    return w->is_fall ? at(w, 0)->val - val : val - at(w, 0)->val;
}

void window_copy(struct window *to, const struct window *from)
{
    to->n = 0;
    for (uint32_t i = 0; i < from->n; i++)
        window_add(to, at(from, i)->at_ms, at(from, i)->val);
    to->is_broken = from->is_broken;
}
