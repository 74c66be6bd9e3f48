#include "drivers/plan.h"

#include <stdlib.h>

#include "config/err.h"
#include "drivers/decode.h"
#include "drivers/frame.h"

/* A place while the plan is made. */
struct spot {
    struct plan_place place;
    struct plan_span span;
    uint32_t unit;
    int64_t every_ms;
};

struct plan_span plan_span(const struct point_conf *c, enum plan_which which)
{
    const struct read_conf *r = which == PLAN_VALUE ? &c->read : &c->status.read;

    return (struct plan_span){ r->fc, r->address, decode_width(r->type) };
}

static bool has_status(const struct point_conf *c)
{
    return c->status.read.fc != 0;
}

static bool has_limits(const struct point_conf *c)
{
    for (int i = 0; i < LEVELS; i++)
        if (c->limits[i].set)
            return true;
    return false;
}

/* ---- the places, in order ---- */

static int compare(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_place(const void *a, const void *b)
{
    const struct spot *x = a, *y = b;
    int order = compare(x->unit, y->unit);

    if (order == 0)
        order = compare(x->span.fc, y->span.fc);
    if (order == 0)
        order = compare(x->every_ms, y->every_ms);
    if (order == 0)
        order = compare(x->span.address, y->span.address);
    if (order == 0)
        order = compare(x->place.point, y->place.point);
    return order != 0 ? order : compare(x->place.which, y->place.which);
}

static size_t count_places(const struct plant *p, uint32_t bus)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n_points; i++)
        if (p->points[i].bus == bus)
            n += has_status(&p->points[i]) ? 2 : 1;
    return n;
}

static struct spot spot_of(const struct plant *p, uint32_t point, uint32_t word,
                           enum plan_which which)
{
    const struct point_conf *c = &p->points[point];

    return (struct spot){ .place = { point, word, which },
                          .span = plan_span(c, which),
                          .unit = c->unit,
                          .every_ms = c->every_ms };
}

/* Returns how many status words there are. */
static size_t collect(struct spot *spots, const struct plant *p, uint32_t bus)
{
    size_t n = 0;
    uint32_t words = 0;

    for (uint32_t i = 0; i < p->n_points; i++) {
        const struct point_conf *c = &p->points[i];
        if (c->bus != bus)
            continue;
        uint32_t word = has_status(c) ? words++ : PLAN_NO_WORD;
        spots[n++] = spot_of(p, i, word, PLAN_VALUE);
        if (word != PLAN_NO_WORD)
            spots[n++] = spot_of(p, i, word, PLAN_STATUS);
    }
    qsort(spots, n, sizeof *spots, by_place);
    return words;
}

/* ---- the blocks ---- */

void plan_measure(const struct plan *plan, const struct plant *p, struct plan_block *b,
                  uint32_t first, uint32_t n)
{
    uint32_t end = 0;

    b->first = first;
    b->n = n;
    b->has_limits = false;
    for (uint32_t i = first; i < first + n; i++) {
        const struct point_conf *c = &p->points[plan->places[i].point];
        struct plan_span s = plan_span(c, plan->places[i].which);
        uint32_t after = (uint32_t)s.address + s.width;
        if (i == first)
            b->address = s.address;
        end = after > end ? after : end;
        b->has_limits = b->has_limits || has_limits(c);
    }
    b->count = (uint16_t)(end - b->address);
}

static bool fits(const struct plan_block *b, const struct spot *s)
{
    uint32_t most = s->span.fc <= 2 ? BITS_MAX : REGISTERS_MAX;

    return b->unit == s->unit && b->fc == s->span.fc && b->every_ms == s->every_ms &&
           s->span.address <= b->address + b->count &&
           (uint32_t)s->span.address + s->span.width - b->address <= most;
}

static void begin(struct plan_block *b, const struct spot *s, uint32_t first)
{
    *b = (struct plan_block){
        .unit = s->unit, .fc = s->span.fc, .every_ms = s->every_ms, .first = first
    };
}

static void make_blocks(struct plan *plan, const struct plant *p, const struct spot *spots)
{
    for (uint32_t i = 0; i < plan->n_places; i++) {
        struct plan_block *b = plan->n_blocks == 0 ? NULL : &plan->blocks[plan->n_blocks - 1];
        plan->places[i] = spots[i].place;
        if (b == NULL || !fits(b, &spots[i])) {
            b = &plan->blocks[plan->n_blocks++];
            begin(b, &spots[i], i);
        }
        plan_measure(plan, p, b, b->first, b->n + 1);
    }
}

int plan_make(struct plan *out, const struct plant *p, uint32_t bus)
{
    size_t n = count_places(p, bus);
    struct spot *spots = calloc(n + 1, sizeof *spots);
    struct plan plan = { .blocks = calloc(n + 1, sizeof *plan.blocks),
                         .places = calloc(n + 1, sizeof *plan.places),
                         .n_places = n };

    if (spots == NULL || plan.blocks == NULL || plan.places == NULL) {
        free(spots);
        plan_fini(&plan);
        return RG_ENOMEM;
    }
    plan.n_words = collect(spots, p, bus);
    make_blocks(&plan, p, spots);
    free(spots);
    *out = plan;
    return RG_OK;
}

void plan_fini(struct plan *p)
{
    free(p->blocks);
    free(p->places);
    *p = (struct plan){ 0 };
}
