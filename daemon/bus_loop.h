/* daemon/bus_loop.h - carries one bus core's actions to a descriptor: uv_poll
 * for bytes, the timer of all buses for its instants, connects without blocking.
 * Thread: the loop. */
#ifndef RG_DAEMON_BUS_LOOP_H
#define RG_DAEMON_BUS_LOOP_H

#include "daemon/bus_timer.h"
#include "drivers/bus.h"

struct bus_loop;

/* Called for each sample, in the order of the frames; those of one frame have
 * one time.  Must not close the bus. */
typedef void bus_loop_sample(void *ctx, const struct sample *s, int64_t mono_us);

/* Ready, and not polling yet.  RG_OK or RG_ENOMEM. */
int bus_loop_open(struct bus_loop **out, struct bus_timer *timer, const struct plant *p,
                  uint32_t bus, bus_loop_sample *sample, void *ctx);
void bus_loop_start(struct bus_loop *b);
/* A reload: go on with a core that bus_new() made for another plant, on the
 * open line where that is the same.  Owns the core; can't fail. */
void bus_loop_adopt(struct bus_loop *b, struct bus *core, const struct bus_conf *conf);
/* Closes the line; its descriptor goes when the loop has closed its handle. */
void bus_loop_close(struct bus_loop *b); /* NULL-safe */
const struct bus *bus_loop_core(const struct bus_loop *b);
const char *bus_loop_error(const struct bus_loop *b); /* "" while the line is up */

#endif
