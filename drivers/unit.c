#include "drivers/unit.h"

#include <stdlib.h>
#include <string.h>

#define PROBE_GAP_US     5000000  /* where the bus has the time */
#define PROBE_GAP_MAX_US 60000000
#define DEAD_SHARE       5        /* all dead units together: one fifth of the bus */

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

int64_t ring_max(const struct ring_us *r)
{
    return ring_percentile(r, 100);
}

void unit_make_ambiguous(struct unit *u, uint8_t fc, uint8_t bytes, int64_t until_us)
{
    struct shape *place = &u->shapes[0];

    for (size_t i = 0; i < SHAPES_MAX; i++) {
        struct shape *s = &u->shapes[i];
        if (s->fc == fc && s->bytes == bytes) {
            place = s;
            break;
        }
        if (s->until_us < place->until_us)
            place = s;
    }
    bool is_other = place->fc != fc || place->bytes != bytes;
    if (is_other && place->until_us > u->all_until_us)
        u->all_until_us = place->until_us; /* no place to remember which: all of them */
    *place = (struct shape){ fc, bytes, until_us };
}

bool unit_is_ambiguous(const struct unit *u, uint8_t fc, uint8_t bytes, int64_t now_us)
{
    if (u->all_until_us > now_us)
        return true;
    for (size_t i = 0; i < SHAPES_MAX; i++)
        if (u->shapes[i].fc == fc && u->shapes[i].bytes == bytes && u->shapes[i].until_us > now_us)
            return true;
    return false;
}

void unit_spoke(struct unit *u)
{
    u->lost_polls = 0;
    u->is_silent = false;
}

void unit_lost(struct unit *u, int64_t now_us, unsigned silent, int64_t cost_us,
               int64_t first_gap_us)
{
    int64_t share_us = cost_us * DEAD_SHARE * (int64_t)(silent + 1);
    int64_t most_us = share_us > PROBE_GAP_US ? share_us : PROBE_GAP_US;

    u->lost_polls++;
    u->stats.state = UNIT_LATE;
    if (u->lost_polls < SILENT_POLLS)
        return;
    u->stats.state = UNIT_SILENT;
    u->probe_gap_us = u->is_silent ? u->probe_gap_us * 2 : first_gap_us;
    u->is_silent = true;
    if (most_us > PROBE_GAP_MAX_US)
        most_us = PROBE_GAP_MAX_US;
    if (u->probe_gap_us < share_us && share_us < PROBE_GAP_MAX_US)
        u->probe_gap_us = share_us;
    if (u->probe_gap_us > most_us)
        u->probe_gap_us = most_us;
    u->probe_us = now_us + u->probe_gap_us;
}

void unit_reject(struct unit *u, enum why_code cause)
{
    if (cause < REJECT_CAUSES)
        u->stats.rejected[cause]++;
}
