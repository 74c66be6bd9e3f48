/* Bytes as registers, under any scale: what comes out is a finite number of a
 * quality that fits it, or a sensor fault. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/decode.h"

struct input {
    uint8_t type, order, offset, decimals;
    uint16_t mask;
    uint8_t n_broken;
    double scale, add, low, high;
    uint64_t broken;
    uint8_t values[250];
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(int holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct sample s = { .q = Q_STALE };
    struct input in = { 0 };

    memcpy(&in, bytes, len < sizeof in ? len : sizeof in);
    struct point_conf p = { .read = { .type = in.type % VALUE_TYPES,
                                      .order = in.order % BYTE_ORDERS,
                                      .mask = in.type % VALUE_TYPES == TYPE_U16 ? in.mask : 0,
                                      .n_broken = in.n_broken % 2,
                                      .broken = { in.broken },
                                      .decimals = (int8_t)(in.decimals % 12 - 2),
                                      .scale = in.scale,
                                      .offset = in.add } };
    p.has_range = in.low <= in.high;
    p.range_low = in.low;
    p.range_high = in.high;
    decode_value(&p, in.values, in.offset % 122, &s);
    demand(s.kind == SAMPLE_VALUE);
    demand((s.q == Q_SENSOR_FAULT) == !isfinite(s.val));
    demand((s.q == Q_GOOD) == (s.why.code == WHY_NONE));
    if (p.has_range && s.q == Q_GOOD)
        demand(s.val >= p.range_low && s.val <= p.range_high);
    if (s.q == Q_OVER_RANGE)
        demand(s.val > p.range_high);
    if (s.q == Q_UNDER_RANGE)
        demand(s.val < p.range_low);
    return 0;
}
