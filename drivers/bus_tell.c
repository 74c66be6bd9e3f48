#include "drivers/bus_parts.h"

#include <math.h>
#include <string.h>

#include "drivers/decode.h"

static void tell(struct bus *b, struct block *block, int64_t now_us)
{
    b->telling.block = block;
    b->telling.next = 0;
    schedule_told(block, now_us);
}

void tell_miss(struct bus *b, struct block *block, struct why why, bool alive, int64_t now_us)
{
    if (block->due_us > now_us && !alive)
        return; /* a probe that came before its poll was due */
    b->telling.has_values = false;
    b->telling.alive = alive;
    b->telling.why = why;
    tell(b, block, now_us);
}

void tell_values(struct bus *b, struct block *block, const uint8_t *data, size_t len,
                 int64_t now_us)
{
    b->telling.has_values = true;
    b->telling.alive = true;
    b->telling.address = b->now.request.address;
    memcpy(b->telling.data, data, len);
    tell(b, block, now_us);
}

bool tell_next(struct bus *b, struct bus_action *a)
{
    struct telling *t = &b->telling;

    if (t->block == NULL)
        return false;
    uint32_t point = b->plan.points[t->block->plan->first + t->next];
    const struct point_conf *conf = &b->plant->points[point];
    a->what = BUS_SAMPLE;
    a->sample = (struct sample){ .point = point,
                                 .kind = SAMPLE_MISS,
                                 .alive = t->alive,
                                 .q = Q_STALE,
                                 .val = NAN,
                                 .why = t->why };
    if (t->has_values)
        decode_value(conf, t->data, (uint16_t)(conf->read.address - t->address), &a->sample);
    if (++t->next == t->block->plan->n)
        t->block = NULL;
    return true;
}
