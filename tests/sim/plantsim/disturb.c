#include "tests/sim/plantsim/disturb.h"

#include <string.h>
#include <unistd.h>

#include "tests/sim/plantsim/answer.h"
#include "tests/sim/plantsim/bus.h"
#include "tests/sim/plantsim/frame.h"
#include "tests/sim/plantsim/link.h"
#include "tests/sim/plantsim/plant.h"
#include "tests/sim/plantsim/reply.h"

/* The request is heard on the line, and the reply to it. */
static void ask_as_master(struct disturb *d)
{
    static const uint8_t ask[] = { 3, 0, 0, 0, 1 }; /* holding register 0 */
    struct link *l = d->bus->links;
    uint8_t frame[sizeof ask + 3];
    int64_t now = clock_ns();
    size_t n = frame_rtu(frame, d->unit, ask, sizeof ask);

    if (l == NULL)
        return;
    reply_echo(l, frame, n, now);
    answer(l, d->unit, 0, ask, sizeof ask, now + (int64_t)n * d->bus->char_ns + d->bus->gap_ns);
}

/* A sound reply to a request of long ago, or noise on a line. */
static size_t unasked(struct link *l, uint8_t *out)
{
    struct rng *rng = &l->bus->plant->rng;
    uint8_t pdu[] = { 3, 4, 0, 0, 0, 0 };
    uint8_t unit = (uint8_t)(1 + rng_below(rng, 247));

    for (size_t i = 2; i < sizeof pdu; i++)
        pdu[i] = (uint8_t)rng_next(rng);
    if (l->bus->kind == BUS_TCP)
        return frame_tcp(out, (l->tid - 1 - rng_below(rng, 1000)) & 0xFFFF, unit, pdu, sizeof pdu);
    memcpy(out, pdu + 2, 4);
    return 4;
}

static void flood(struct disturb *d)
{
    uint8_t bytes[32];

    for (struct link *l = d->bus->links, *next; l != NULL; l = next) {
        size_t n = unasked(l, bytes);
        ssize_t sent;

        next = l->next;
        if (d->bus->kind == BUS_RTU) {
            reply_echo(l, bytes, n, clock_ns());
            continue;
        }
        sent = write(l->watch.fd, bytes, n); /* who does not read is not flooded */
        if (sent > 0 && sent < (ssize_t)n)
            link_close(l, LINK_RST);
    }
}

static void on_time(struct timer *t)
{
    struct disturb *d = (struct disturb *)t;

    if (d == &d->bus->disturb[DISTURB_MASTER])
        ask_as_master(d);
    else
        flood(d);
    loop_arm(&d->bus->plant->loop, t, t->due_ns + d->every_ns);
}

void disturb_set(struct bus *b, enum disturbance kind, uint8_t unit, int64_t every_ns)
{
    struct disturb *d = &b->disturb[kind];

    loop_disarm(&b->plant->loop, &d->timer);
    d->timer.fire = on_time;
    d->bus = b;
    d->every_ns = every_ns;
    d->unit = unit;
    if (every_ns > 0)
        loop_arm(&b->plant->loop, &d->timer, clock_ns() + every_ns);
}

void disturb_stop(struct bus *b)
{
    for (int kind = 0; kind < DISTURBANCES; kind++)
        loop_disarm(&b->plant->loop, &b->disturb[kind].timer);
}
