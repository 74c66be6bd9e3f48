#include "drivers/unit.h"

#include <stdlib.h>
#include <string.h>

#define USUAL_MIN    8       /* replies that tell how long a unit takes; asked anew after so many */
#define PROBE_GAP_US 5000000 /* between the probes of one unit, where the bus has the time */

const char *const unit_state_words[UNIT_STATES] = { "unknown", "good", "late", "silent",
                                                    "refusing" };

void ring_add(struct ring_us *r, int64_t us)
{
    r->v[r->next] = us;
    r->next = (r->next + 1) % RING_SIZE;
    if (r->n < RING_SIZE)
        r->n++;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

int64_t ring_percentile(const struct ring_us *r, unsigned percent)
{
    int64_t sorted[RING_SIZE];

    if (r->n == 0)
        return -1;
    memcpy(sorted, r->v, r->n * sizeof sorted[0]);
    qsort(sorted, r->n, sizeof sorted[0], by_size);
    return sorted[(r->n - 1) * percent / 100];
}

static int64_t last_use_us(const struct shape *s)
{
    return s->until_us > s->answered_us ? s->until_us : s->answered_us;
}

/* Its place, or the one that has been quiet longest. */
static struct shape *shape_place(struct unit *u, uint8_t fc, uint8_t bytes)
{
    struct shape *place = &u->shapes[0];

    for (size_t i = 0; i < SHAPES_MAX; i++) {
        struct shape *s = &u->shapes[i];
        if (s->fc == fc && s->bytes == bytes)
            return s;
        if (last_use_us(s) < last_use_us(place))
            place = s;
    }
    if (place->until_us > u->all_until_us)
        u->all_until_us = place->until_us; /* no place to remember which: all of them */
    *place = (struct shape){ .fc = fc, .bytes = bytes, .spoilt = NO_BLOCK };
    return place;
}

static const struct shape *shape_find(const struct unit *u, uint8_t fc, uint8_t bytes)
{
    for (size_t i = 0; i < SHAPES_MAX; i++)
        if (u->shapes[i].fc == fc && u->shapes[i].bytes == bytes)
            return &u->shapes[i];
    return NULL;
}

void unit_make_ambiguous(struct unit *u, uint8_t fc, uint8_t bytes, int64_t until_us)
{
    struct shape *s = shape_place(u, fc, bytes);

    s->spoilt = NO_BLOCK;
    if (s->until_us < until_us)
        s->until_us = until_us;
}

void unit_make_spoilt(struct unit *u, uint8_t fc, uint8_t bytes, uint32_t block, int64_t now_us,
                      int64_t until_us)
{
    struct shape *s = shape_place(u, fc, bytes);
    bool is_free = s->until_us <= now_us || s->spoilt == block;

    s->spoilt = is_free ? block : NO_BLOCK;
    if (s->until_us < until_us)
        s->until_us = until_us;
}

int64_t unit_certain_us(const struct unit *u, uint8_t fc, uint8_t bytes, uint32_t block)
{
    const struct shape *s = shape_find(u, fc, bytes);
    bool is_own = s == NULL || (s->spoilt == block && block != NO_BLOCK);

    return is_own || s->until_us < u->all_until_us ? u->all_until_us : s->until_us;
}

bool unit_is_ambiguous(const struct unit *u, uint8_t fc, uint8_t bytes, uint32_t block,
                       int64_t now_us)
{
    return unit_certain_us(u, fc, bytes, block) > now_us;
}

void unit_answered(struct unit *u, uint8_t fc, uint8_t bytes, uint32_t block, int64_t now_us)
{
    struct shape *s = shape_place(u, fc, bytes);

    s->block = block;
    s->answered_us = now_us;
}

int64_t unit_answered_us(const struct unit *u, uint8_t fc, uint8_t bytes, uint32_t block,
                         int64_t own_us)
{
    const struct shape *s = shape_find(u, fc, bytes);

    if (s == NULL || s->answered_us == 0 || (s->block == block && s->answered_us < own_us))
        return INT64_MIN / 2;
    return s->answered_us;
}

int64_t unit_usual_us(const struct unit *u)
{
    return u->usual_us > 0 ? u->usual_us : -1;
}

void unit_took(struct unit *u, int64_t us)
{
    ring_add(&u->rtt, us);
    if (u->rtt.next % USUAL_MIN == 0)
        u->usual_us = ring_percentile(&u->rtt, 95);
}

void unit_stirred(struct unit *u, int64_t now_us)
{
    u->probe_us = u->is_silent ? now_us : u->probe_us;
    u->probes = 0;
}

void unit_spoke(struct unit *u)
{
    u->is_back = u->is_back || u->is_silent || !u->has_spoken;
    u->lost_polls = 0;
    u->has_spoken = true;
    u->is_silent = false;
}

void unit_doubt(struct unit *u)
{
    u->lost_polls = SILENT_POLLS;
}

/* Who never answered is silent after one lost poll: at the start of a bus with
 * many dead units the living wait for each of them. */
void unit_lost(struct unit *u, struct why why, int64_t now_us, int64_t first_gap_us)
{
    u->why = why;
    u->lost_polls++;
    u->stats.state = UNIT_LATE;
    if (u->has_spoken && u->lost_polls < SILENT_POLLS)
        return;
    u->stats.state = UNIT_SILENT;
    if (!u->is_silent)
        u->probes = u->stats.unit_id; /* the long probes of many dead units don't come together */
    u->probe_gap_us = u->is_silent ? u->probe_gap_us * 2 : first_gap_us;
    if (u->probe_gap_us > PROBE_GAP_US)
        u->probe_gap_us = PROBE_GAP_US;
    u->is_silent = true;
    u->probe_us = now_us + u->probe_gap_us;
}

void unit_reject(struct unit *u, enum why_code cause)
{
    if (cause < REJECT_CAUSES)
        u->stats.rejected[cause]++;
}
