#include "daemon/backoff.h"

#define FIRST_MS  1000
#define SPREAD_MS 6000 /* of a refused one */
#define LEAST_MS  50   /* not even by luck a tight loop */

/* splitmix64: any seed is good, also 0. */
static uint64_t draw(struct backoff *b)
{
    uint64_t z = b->random += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static int64_t below(struct backoff *b, int64_t cap_ms)
{
    return (int64_t)(draw(b) % (uint64_t)cap_ms) + 1;
}

void backoff_init(struct backoff *b, uint64_t seed)
{
    *b = (struct backoff){ .random = seed };
}

void backoff_reset(struct backoff *b)
{
    b->tries = 0;
}

int64_t backoff_next(struct backoff *b, bool is_alarm_waiting)
{
    int64_t cap_ms = is_alarm_waiting ? BACKOFF_ALARM_CAP_MS : BACKOFF_CAP_MS;
    int64_t wait_ms = (int64_t)FIRST_MS << b->tries;

    if (b->tries < 6)
        b->tries++;
    wait_ms = below(b, wait_ms < cap_ms ? wait_ms : cap_ms);
    return wait_ms < LEAST_MS ? LEAST_MS : wait_ms;
}

int64_t backoff_refused(struct backoff *b)
{
    return BACKOFF_REFUSED_MS + below(b, SPREAD_MS);
}

int64_t backoff_hurry(struct backoff *b)
{
    return below(b, BACKOFF_ALARM_CAP_MS);
}
