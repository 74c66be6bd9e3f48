/* drivers/bus_adopt.h - one bus goes on as another, for a changed plant.
 * bus_new() makes the other one first, whole; from then on nothing can fail.
 * Thread: the loop. */
#ifndef RG_DRIVERS_BUS_ADOPT_H
#define RG_DRIVERS_BUS_ADOPT_H

#include <stdbool.h>

#include "drivers/bus.h"

/* The same line in the same settings: it can stay open. */
bool bus_same_line(const struct bus_conf *a, const struct bus_conf *b);

/* b, fresh, takes over what `from` knows; `from` must have asked to sleep, and
 * is only to be freed then.  On the same line the connection, the bytes that
 * came, the transaction that runs and the health of its units go on; a reading
 * that stays keeps its instants, also where it is asked together with others
 * now.  What the running request would have read is asked again when nothing
 * in the new plan is it, once its reply can't come between.  On another line
 * only the counters go on, and the host closes the old one. */
void bus_adopt(struct bus *b, struct bus *from, int64_t now_us);

#endif
