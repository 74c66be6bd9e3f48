#include "drivers/bus_parts.h"

#define OPEN_US        5000000 /* a connect that takes longer is given up */
#define BACKOFF_MAX_US 5000000
#define DOUBT_US       5000000

/* Full jitter: gateways and buses that lost one switch must not come back in
 * step.  After a link that worked the first attempt is at once. */
void link_lost(struct bus *b, int64_t now_us)
{
    talk_abandon(b, now_us);
    b->link = LINK_DOWN;
    b->link_us = now_us;
    b->wants_close = false;
    b->rx_len = 0;
    b->rx_judged = 0;
    if (b->has_proof) {
        b->backoff_us = BACKOFF_MIN_US;
        b->retry_us = now_us;
    } else {
        b->retry_us = now_us + (int64_t)(bus_random(b) % (uint64_t)b->backoff_us) + 1000;
        b->backoff_us = b->backoff_us * 2 > BACKOFF_MAX_US ? BACKOFF_MAX_US : b->backoff_us * 2;
    }
    b->has_proof = false;
}

bool link_next(struct bus *b, int64_t now_us, struct bus_action *a)
{
    if (b->wants_close || (b->link == LINK_OPENING && now_us - b->link_us >= OPEN_US)) {
        link_lost(b, now_us);
        a->what = BUS_CLOSE;
        return true;
    }
    if (b->link != LINK_DOWN || now_us < b->retry_us)
        return false;
    b->link = LINK_OPENING;
    b->link_us = now_us;
    a->what = BUS_CONNECT;
    return true;
}

int64_t link_until_us(const struct bus *b)
{
    if (b->link == LINK_DOWN)
        return b->retry_us;
    return b->link == LINK_OPENING ? b->link_us + OPEN_US : INT64_MAX;
}

/* A cable pulled in the middle leaves a connection that looks alive, and a
 * gateway with one place for a client may still hold the old one. */
void link_doubt(struct bus *b, int64_t now_us)
{
    if (bus_is_serial(b) || now_us - b->link_us < DOUBT_US)
        return;
    for (size_t i = 0; i < b->n_units; i++)
        if (!b->units[i].is_silent)
            return;
    b->wants_close = true;
}

void bus_up(struct bus *b, int64_t now_us)
{
    b->link = LINK_UP;
    b->link_us = now_us;
    b->rx_len = 0;
    b->rx_judged = 0;
    b->free_us = now_us + b->gap_us;
    b->probe_free_us = now_us;
    shape_inherit(b, now_us);
    /* Who was silent behind a dead link is asked soon: as far as probes may. */
    for (size_t i = 0; i < b->n_units; i++)
        b->units[i].probe_us = now_us;
}

void bus_down(struct bus *b, int64_t now_us)
{
    link_lost(b, now_us);
}

int bus_is_up(const struct bus *b)
{
    return b->link == LINK_UP;
}
