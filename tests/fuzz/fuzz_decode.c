/* Bytes as registers, under any scale, current, code and status word, over a
 * time that goes on: what comes out is a finite number of a quality that fits it,
 * or none. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/judge.h"

#define READINGS 4

struct input {
    uint8_t type, order, offset, decimals, flags, n_broken;
    uint16_t mask;
    uint32_t bits[STATUS_WORDS];
    int16_t raw_4, raw_20;
    uint32_t away_ms, step_ms;
    double scale, add, low, high;
    uint64_t broken, status[READINGS];
    uint8_t values[READINGS][64];
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(int holds)
{
    if (!holds)
        abort();
}

static struct point_conf point_of(const struct input *in)
{
    enum value_type type = (enum value_type)(in->type % VALUE_TYPES);
    struct point_conf p = { .read = { .type = type,
                                      .order = (enum byte_order)(in->order % BYTE_ORDERS),
                                      .mask = type == TYPE_U16 ? in->mask : 0,
                                      .ne43 = (in->flags & 1) != 0 && in->raw_4 != in->raw_20,
                                      .raw_4_ma = in->raw_4,
                                      .raw_20_ma = in->raw_20,
                                      .n_broken = in->n_broken % 2,
                                      .broken = &in->broken,
                                      .decimals = (int8_t)(in->decimals % 12 - 2),
                                      .scale = in->scale,
                                      .offset = in->add },
                            .has_range = in->low <= in->high,
                            .range_low = in->low,
                            .range_high = in->high };

    memcpy(p.status.bits, in->bits, sizeof in->bits);
    p.status.away_ms = in->away_ms;
    return p;
}

static void check(const struct point_conf *p, const struct reading *r, const struct sample *s)
{
    demand(s->kind == SAMPLE_VALUE);
    demand(isfinite(s->val) || isnan(s->val));
    demand((s->q == Q_GOOD) == (s->why.code == WHY_NONE));
    demand(s->q != Q_GOOD || isfinite(s->val));
    demand(isnan(s->val) || s->q == Q_GOOD || s->q == Q_OVER_RANGE || s->q == Q_UNDER_RANGE);
    if (s->q == Q_GOOD && r->has_status)
        for (int w = 0; w < STATUS_WORDS; w++)
            demand((r->status & p->status.bits[w]) == 0);
    if (p->has_range && s->q == Q_GOOD && !p->read.ne43)
        demand(s->val >= p->range_low && s->val <= p->range_high);
    if (s->why.code == WHY_RANGE && !p->read.ne43)
        demand(s->q == Q_OVER_RANGE ? s->val > p->range_high : s->val < p->range_low);
    if (p->read.n_broken > 0 && r->raw.code == p->read.broken[0])
        demand(s->q != Q_GOOD);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct judge_memory m = { 0 };
    struct input in = { 0 };

    memcpy(&in, bytes, len < sizeof in ? len : sizeof in);
    struct point_conf p = point_of(&in);
    for (int i = 0; i < READINGS; i++) {
        struct sample s = { .q = Q_STALE };
        struct reading r = { .raw = decode_raw(&p.read, in.values[i], in.offset % 29),
                             .has_status = (in.flags & 2) != 0,
                             .status = in.status[i],
                             .at_us = i * (int64_t)in.step_ms * 1000 };
        judge_reading(&p, &r, &m, &s);
        check(&p, &r, &s);
    }
    return 0;
}
