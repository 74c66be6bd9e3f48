#include <stdlib.h>

#include "config/model.h"
#include "daemon/gateway_reload.h"
#include "drivers/bus_adopt.h"
#include "tests/sim/world/world.h"

/* The same plant from the same text, read anew: nothing points into the one
 * that ran before, and nobody may tell that it was changed. */
void box_reload(struct world *w)
{
    static const char *const hashes[] = { "fedcba9876543210", "0123456789abcdef" };
    struct box *b = &w->box;
    struct plant *old = w->plant;

    box_run(w); /* the buses ask to sleep */
    if (!b->is_alive || b->stopping)
        return;
    world_trace(w, "reload");
    w->counts.reloads++;
    w->plant = w->spare;
    w->spare = old;
    if (gateway_reload(b->gateway, w->plant, hashes[w->counts.reloads % 2], "world",
                       world_stamp(w)) != RG_OK) {
        w->counts.reloads_refused++;
        w->spare = w->plant;
        w->plant = old;
        return;
    }
    for (uint32_t i = 0; i < BOX_BUSES; i++) {
        struct bus *next;
        if (bus_new(&next, w->plant, i, w->now_us, 1) != RG_OK)
            abort();
        bus_adopt(next, b->buses[i], w->now_us);
        bus_free(b->buses[i]);
        b->buses[i] = next;
        b->bus_us[i] = w->now_us;
    }
    b->gateway_us = w->now_us;
}
