#include "drivers/plan.h"

#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "drivers/decode.h"
#include "drivers/trust.h"
#include "drivers/wire.h"

#define TCP_REQUEST 1000000 /* more than all values of a unit: the fewest requests */
#define TURN_US     5000    /* of a quick device, from request to reply */

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

    if (which == PLAN_IDENTITY)
        return (struct plan_span){ c->identity.read.fc, c->identity.read.address,
                                   c->identity.registers };
    return (struct plan_span){ r->fc, r->address, decode_width(r->type) };
}

static bool has_status(const struct point_conf *c)
{
    return c->status.read.fc != 0;
}

static bool has_identity(const struct point_conf *c)
{
    return c->identity.read.fc != 0;
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

static bool is_identity(const struct spot *s)
{
    return s->place.which == PLAN_IDENTITY;
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
        order = compare(is_identity(x), is_identity(y));
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
            n += 1u + has_status(&p->points[i]) + has_identity(&p->points[i]);
    return n;
}

static struct spot spot_of(const struct plant *p, uint32_t point, uint32_t word,
                           enum plan_which which)
{
    const struct point_conf *c = &p->points[point];

    return (struct spot){ .place = { .point = point, .word = word, .which = which },
                          .span = plan_span(c, which),
                          .unit = c->unit,
                          .every_ms = which == PLAN_IDENTITY ? TRUST_EVERY_MS : c->every_ms };
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
        if (has_identity(c))
            spots[n++] = spot_of(p, i, PLAN_NO_WORD, PLAN_IDENTITY);
    }
    qsort(spots, n, sizeof *spots, by_place);
    return words;
}

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
        b->has_limits = b->has_limits || has_limits(c) || plan->places[i].which == PLAN_IDENTITY;
    }
    b->count = (uint16_t)(end - b->address);
}

/* ---- what a request may read, and what it costs ---- */

/* On TCP the fewest requests.  On a line: us; the device's own time comes on top
 * and makes a request dearer still. */
static struct plan_cost cost_of(const struct bus_conf *c)
{
    static const struct bus_conf behind = {
        .kind = BUS_RTU, .baud = 9600, .data_bits = 8, .parity = 'N', .stop_bits = 1
    };
    struct wire w = wire_of(c->kind == BUS_RTU ? c : &behind); /* of a serial server */

    if (c->kind == BUS_TCP)
        return (struct plan_cost){ .request = TCP_REQUEST, .byte = 1 };
    return (struct plan_cost){ .request = (REQUEST_BYTES + RTU_AROUND) * w.char_us + 2 * w.gap_us +
                                          TURN_US + c->pause_ms * 1000,
                               .byte = w.char_us };
}

struct plan_rule plan_rule_of(const struct plant *p, uint32_t unit, uint8_t fc)
{
    const struct unit_conf *u = &p->units[unit];
    uint32_t most = u->max_registers != 0 ? u->max_registers : REGISTERS_MAX;

    return (struct plan_rule){ .fc = fc,
                               .most = fc <= 2 ? BITS_MAX : most,
                               .max_gap = u->max_gap,
                               .cost = cost_of(&p->buses[u->bus]),
                               .holes = u->holes,
                               .n_holes = u->n_holes };
}

static struct plan_item item_of(const struct plant *p, const struct plan_place *place,
                                const struct plan_rule *rule)
{
    struct plan_span s = plan_span(&p->points[place->point], place->which);
    uint32_t end = (uint32_t)s.address + s.width;

    return (struct plan_item){ .address = s.address,
                               .end = end,
                               .is_lone = !plan_allows(rule, s.address, end),
                               .sets = { place->set, place->word } };
}

static bool is_before(const struct plan_item *x, const struct plan_item *y)
{
    return x->is_lone != y->is_lone ? y->is_lone : x->address < y->address;
}

/* They are in order but for what was learnt since. */
void plan_arrange(struct plan *plan, const struct plant *p, uint32_t first, uint32_t n,
                  const struct plan_rule *rule, struct plan_item *items)
{
    struct plan_place *places = &plan->places[first];

    for (uint32_t i = 0; i < n; i++) {
        struct plan_place place = places[i];
        struct plan_item item = item_of(p, &place, rule);
        uint32_t k = i;
        for (; k > 0 && is_before(&item, &items[k - 1]); k--) {
            items[k] = items[k - 1];
            places[k] = places[k - 1];
        }
        items[k] = item;
        places[k] = place;
    }
    plan_cut(items, n, rule);
}

/* ---- the blocks ---- */

static bool is_one_group(const struct spot *x, const struct spot *y)
{
    return x->unit == y->unit && x->span.fc == y->span.fc && x->every_ms == y->every_ms &&
           is_identity(x) == is_identity(y);
}

/* The set of spots[i]: the number of its first one. */
static uint32_t set_of(const struct plan *plan, const struct plant *p, const struct spot *spots,
                       uint32_t first, uint32_t i)
{
    const char *name = p->points[spots[i].place.point].together;

    if (name == NULL || spots[i].place.which != PLAN_VALUE)
        return PLAN_NO_SET;
    for (uint32_t k = first; k < i; k++)
        if (plan->places[k].set == k &&
            strcmp(p->points[plan->places[k].point].together, name) == 0)
            return k;
    return i;
}

static void make_blocks(struct plan *plan, const struct plant *p, const struct spot *spot,
                        uint32_t first, uint32_t n, struct plan_item *items)
{
    struct plan_rule rule = plan_rule_of(p, spot->unit, spot->span.fc);

    plan_arrange(plan, p, first, n, &rule, items);
    for (uint32_t i = 0, end; i < n; i = end) {
        struct plan_block *b = &plan->blocks[plan->n_blocks++];
        for (end = i + 1; end < n && !items[end].is_first; end++)
            ;
        *b = (struct plan_block){ .unit = spot->unit,
                                  .fc = spot->span.fc,
                                  .every_ms = spot->every_ms };
        plan_measure(plan, p, b, first + i, end - i);
    }
}

static void make_groups(struct plan *plan, const struct plant *p, const struct spot *spots,
                        struct plan_item *items)
{
    for (uint32_t first = 0, end; first < plan->n_places; first = end) {
        for (end = first; end < plan->n_places && is_one_group(&spots[first], &spots[end]); end++) {
            plan->places[end] = spots[end].place;
            plan->places[end].set = set_of(plan, p, spots, first, end);
        }
        make_blocks(plan, p, &spots[first], first, end - first, items);
    }
}

int plan_make(struct plan *out, const struct plant *p, uint32_t bus)
{
    size_t n = count_places(p, bus);
    struct spot *spots = calloc(n + 1, sizeof *spots);
    struct plan_item *items = calloc(n + 1, sizeof *items);
    struct plan plan = { .blocks = calloc(n + 1, sizeof *plan.blocks),
                         .places = calloc(n + 1, sizeof *plan.places),
                         .n_places = n };

    bool has_all = spots != NULL && items != NULL && plan.blocks != NULL && plan.places != NULL;
    if (has_all) {
        plan.n_words = collect(spots, p, bus);
        make_groups(&plan, p, spots, items);
        *out = plan;
    } else {
        plan_fini(&plan);
    }
    free(spots);
    free(items);
    return has_all ? RG_OK : RG_ENOMEM;
}

void plan_fini(struct plan *p)
{
    free(p->blocks);
    free(p->places);
    *p = (struct plan){ 0 };
}
