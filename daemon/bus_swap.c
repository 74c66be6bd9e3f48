#include "daemon/bus_swap.h"

#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "daemon/clock.h"

/* What becomes of one bus of the new plant. */
struct part {
    uint32_t old;           /* goes on as this one, or PLANT_NONE */
    struct bus *core;       /* then: what it goes on with */
    struct bus_loop *fresh; /* else */
};

struct bus_swap {
    struct bus_swap_conf conf;
    struct bus_loop **next;
    struct part *parts;
};

static uint32_t find_old(const struct bus_swap *s, const char *name)
{
    for (uint32_t i = 0; i < s->conf.from->n_buses; i++)
        if (strcmp(s->conf.from->buses[i].name, name) == 0)
            return i;
    return PLANT_NONE;
}

static int prepare(struct bus_swap *s, uint32_t bus)
{
    const struct bus_swap_conf *c = &s->conf;
    struct part *part = &s->parts[bus];
    int64_t now_us = clock_mono_us();

    part->old = find_old(s, c->to->buses[bus].name);
    if (part->old == PLANT_NONE)
        return bus_loop_open(&part->fresh, c->timer, c->to, bus, c->sample, c->ctx);
    return bus_new(&part->core, c->to, bus, now_us, (uint64_t)now_us + bus);
}

int bus_swap_new(struct bus_swap **out, const struct bus_swap_conf *c)
{
    struct bus_swap *s = calloc(1, sizeof *s);
    int err = RG_OK;

    if (s == NULL)
        return RG_ENOMEM;
    s->conf = *c;
    s->next = calloc(c->to->n_buses + 1, sizeof(struct bus_loop *));
    s->parts = calloc(c->to->n_buses + 1, sizeof *s->parts);
    if (s->next == NULL || s->parts == NULL)
        err = RG_ENOMEM;
    for (uint32_t i = 0; i < c->to->n_buses && err == RG_OK; i++)
        err = prepare(s, i);
    if (err != RG_OK) {
        bus_swap_free(s);
        return err;
    }
    *out = s;
    return RG_OK;
}

static bool goes_on(const struct bus_swap *s, uint32_t old)
{
    for (uint32_t i = 0; i < s->conf.to->n_buses; i++)
        if (s->parts[i].old == old)
            return true;
    return false;
}

static struct bus_loop *go_on(struct bus_swap *s, uint32_t bus)
{
    struct part *part = &s->parts[bus];
    struct bus_loop *b = part->fresh;

    if (part->old == PLANT_NONE) {
        bus_loop_start(b);
    } else {
        b = s->conf.buses[part->old];
        bus_loop_adopt(b, part->core, &s->conf.to->buses[bus]);
    }
    *part = (struct part){ .old = part->old };
    return b;
}

struct bus_loop **bus_swap_do(struct bus_swap *s)
{
    struct bus_loop **next = s->next;

    for (uint32_t i = 0; i < s->conf.from->n_buses; i++)
        if (!goes_on(s, i))
            bus_loop_close(s->conf.buses[i]);
    for (uint32_t i = 0; i < s->conf.to->n_buses; i++)
        next[i] = go_on(s, i);
    s->next = NULL;
    return next;
}

void bus_swap_free(struct bus_swap *s)
{
    if (s == NULL)
        return;
    for (uint32_t i = 0; s->parts != NULL && i < s->conf.to->n_buses; i++) {
        bus_free(s->parts[i].core);
        bus_loop_close(s->parts[i].fresh);
    }
    free(s->parts);
    free(s->next);
    free(s);
}
