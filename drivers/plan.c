#include "drivers/plan.h"

#include <stdlib.h>

#include "config/err.h"
#include "drivers/decode.h"
#include "drivers/frame.h"

struct place {
    const struct point_conf *conf;
    uint32_t point;
};

static int compare(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = compare(x->conf->unit, y->conf->unit);

    if (order == 0)
        order = compare(x->conf->read.fc, y->conf->read.fc);
    if (order == 0)
        order = compare(x->conf->every_ms, y->conf->every_ms);
    if (order == 0)
        order = compare(x->conf->read.address, y->conf->read.address);
    return order != 0 ? order : compare(x->point, y->point);
}

static size_t count_points(const struct plant *p, uint32_t bus)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n_points; i++)
        n += p->points[i].bus == bus;
    return n;
}

static size_t collect(struct place *places, const struct plant *p, uint32_t bus)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n_points; i++)
        if (p->points[i].bus == bus)
            places[n++] = (struct place){ &p->points[i], (uint32_t)i };
    qsort(places, n, sizeof *places, by_place);
    return n;
}

static uint32_t end_of(const struct point_conf *c)
{
    return c->read.address + (uint32_t)decode_width(c->read.type);
}

bool plan_has_limits(const struct point_conf *c)
{
    for (int i = 0; i < LEVELS; i++)
        if (c->limits[i].set)
            return true;
    return false;
}

static bool fits(const struct plan_block *b, const struct point_conf *c)
{
    uint32_t most = c->read.fc <= 2 ? BITS_MAX : REGISTERS_MAX;

    return b->unit == c->unit && b->fc == c->read.fc && b->every_ms == c->every_ms &&
           c->read.address <= b->address + b->count && end_of(c) - b->address <= most;
}

static void begin(struct plan_block *b, const struct point_conf *c, uint32_t first)
{
    *b = (struct plan_block){ .unit = c->unit,
                              .fc = c->read.fc,
                              .address = c->read.address,
                              .every_ms = c->every_ms,
                              .first = first };
}

static void add(struct plan_block *b, const struct point_conf *c)
{
    if (end_of(c) > (uint32_t)b->address + b->count)
        b->count = (uint16_t)(end_of(c) - b->address);
    b->has_limits = b->has_limits || plan_has_limits(c);
    b->n++;
}

int plan_make(struct plan *out, const struct plant *p, uint32_t bus)
{
    size_t most = count_points(p, bus) + 1;
    struct place *places = calloc(most, sizeof *places);
    struct plan plan = { .blocks = calloc(most, sizeof *plan.blocks),
                         .points = calloc(most, sizeof *plan.points) };

    if (places == NULL || plan.blocks == NULL || plan.points == NULL) {
        free(places);
        plan_fini(&plan);
        return RG_ENOMEM;
    }
    size_t n = collect(places, p, bus);
    for (size_t i = 0; i < n; i++) {
        const struct point_conf *c = places[i].conf;
        if (plan.n_blocks == 0 || !fits(&plan.blocks[plan.n_blocks - 1], c))
            begin(&plan.blocks[plan.n_blocks++], c, (uint32_t)i);
        add(&plan.blocks[plan.n_blocks - 1], c);
        plan.points[i] = places[i].point;
    }
    plan.n_points = n;
    free(places);
    *out = plan;
    return RG_OK;
}

void plan_fini(struct plan *p)
{
    free(p->blocks);
    free(p->points);
    *p = (struct plan){ 0 };
}
