/* daemon/bus_swap.h - the buses of one plant go on as another's.
 * All that the other plant needs is taken first; then it is done, or given up
 * with nothing changed.  Thread: the loop. */
#ifndef RG_DAEMON_BUS_SWAP_H
#define RG_DAEMON_BUS_SWAP_H

#include "daemon/bus_loop.h"

struct bus_swap;

struct bus_swap_conf {
    struct bus_loop **buses; /* of `from` */
    const struct plant *from, *to;
    struct bus_timer *timer;
    bus_loop_sample *sample;
    void *ctx;
};

/* RG_OK, RG_ENOMEM. */
int bus_swap_new(struct bus_swap **out, const struct bus_swap_conf *c);
/* Buses of the same name go on, the others end or begin.  Returns the loops of
 * `to`, for free(); those of `from` are gone, but for their array. */
struct bus_loop **bus_swap_do(struct bus_swap *s);
void bus_swap_free(struct bus_swap *s); /* NULL-safe; gives up what was not done */

#endif
