#include "tests/sim/plantsim/point.h"

#include <math.h>
#include <string.h>

const char *const type_names[TYPES] = { "bit", "u16", "i16", "u32", "i32", "f32" };

bool coding_parse(struct coding *c, const char *type, const char *order)
{
    static const char *const orders[] = { "ABCD", "CDAB", "BADC", "DCBA" };
    int t = 0;

    while (t < TYPES && strcmp(type, type_names[t]) != 0)
        t++;
    if (t == TYPES)
        return false;
    c->type = (enum type)t;
    memcpy(c->order, orders[0], sizeof c->order);
    if (order == NULL)
        return true;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (strcmp(order, orders[i]) == 0) {
            memcpy(c->order, order, sizeof c->order);
            return coding_registers(c) == 2;
        }
    return false;
}

unsigned coding_registers(const struct coding *c)
{
    return c->type == TYPE_U32 || c->type == TYPE_I32 || c->type == TYPE_F32 ? 2 : 1;
}

bool coding_holds(const struct coding *c, double v)
{
    static const struct {
        double lo, hi;
    } ranges[TYPES] = { [TYPE_BIT] = { 0, 1 },
                        [TYPE_U16] = { 0, UINT16_MAX },
                        [TYPE_I16] = { INT16_MIN, INT16_MAX },
                        [TYPE_U32] = { 0, UINT32_MAX },
                        [TYPE_I32] = { INT32_MIN, INT32_MAX } };

    return c->type == TYPE_F32 ||
           (round(v) >= ranges[c->type].lo && round(v) <= ranges[c->type].hi);
}

static uint32_t bits_of(const struct coding *c, double v)
{
    float f = (float)v;
    uint32_t bits;

    if (c->type != TYPE_F32)
        return (uint32_t)llround(v);
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

static double number_of(const struct coding *c, uint32_t bits)
{
    float f;

    switch (c->type) {
    case TYPE_I16:
        return (int16_t)bits;
    case TYPE_I32:
        return (int32_t)bits;
    case TYPE_F32:
        memcpy(&f, &bits, sizeof f);
        return (double)f;
    case TYPE_BIT:
    case TYPE_U16:
    case TYPE_U32:
    case TYPES:
        break;
    }
    return bits;
}

/* Byte 'A' of a number is its highest. */
static unsigned byte_shift(const struct coding *c, unsigned place)
{
    return 8u * (3u - (unsigned)(c->order[place] - 'A'));
}

static void store(struct point *p, double v, int64_t now_ns)
{
    uint32_t bits = bits_of(&p->coding, v);
    bool changed;

    if (p->stuck)
        return;
    if (coding_registers(&p->coding) == 1) {
        changed = unit_write(p->unit, p->table, p->address, (uint16_t)bits);
    } else {
        uint16_t word[2];

        for (unsigned i = 0; i < 2; i++)
            word[i] = (uint16_t)((bits >> byte_shift(&p->coding, 2 * i) & 0xFF) << 8 |
                                 (bits >> byte_shift(&p->coding, 2 * i + 1) & 0xFF));
        changed = unit_write(p->unit, p->table, p->address, word[0]);
        changed |= unit_write(p->unit, p->table, p->address + 1, word[1]);
    }
    if (changed)
        p->changed_ns = now_ns;
}

double point_value(const struct point *p)
{
    const uint16_t *v = &p->unit->cells[p->table]->v[p->address];
    uint32_t bits = 0;

    if (coding_registers(&p->coding) == 1)
        return number_of(&p->coding, v[0]);
    for (unsigned i = 0; i < 2; i++) {
        bits |= (uint32_t)(v[i] >> 8) << byte_shift(&p->coding, 2 * i);
        bits |= (uint32_t)(v[i] & 0xFF) << byte_shift(&p->coding, 2 * i + 1);
    }
    return number_of(&p->coding, bits);
}

void point_set(struct point *p, double value, int64_t now_ns)
{
    p->base = value;
    p->to_ns = 0;
    store(p, value, now_ns);
}

void point_hold(struct point *p, int64_t now_ns)
{
    store(p, p->base, now_ns);
}

void point_ramp(struct point *p, double to, int64_t now_ns, int64_t in_ns)
{
    p->from = p->base;
    p->to = to;
    p->from_ns = now_ns;
    p->to_ns = now_ns + in_ns;
}

bool point_tick(struct point *p, int64_t now_ns, struct rng *rng)
{
    double v;

    if (p->to_ns == 0 && p->noise == 0)
        return false;
    if (p->to_ns != 0) {
        double way = (double)(now_ns - p->from_ns) / (double)(p->to_ns - p->from_ns);

        p->base = way >= 1 || !isfinite(way) ? p->to : p->from + way * (p->to - p->from);
        if (now_ns >= p->to_ns)
            p->to_ns = 0;
    }
    v = p->base + p->noise * (2 * rng_share(rng) - 1);
    if (coding_holds(&p->coding, v))
        store(p, v, now_ns);
    return p->to_ns != 0 || p->noise != 0;
}
