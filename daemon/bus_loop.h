/* daemon/bus_loop.h - carries one bus core's actions to a descriptor: uv_poll
 * for bytes, a timerfd for its instants (a uv_timer fires up to 6 ms late, the
 * whole slack of a fast line), connects without blocking.
 * Thread: the loop. */
#ifndef RG_DAEMON_BUS_LOOP_H
#define RG_DAEMON_BUS_LOOP_H

#include <uv.h>

#include "drivers/bus.h"

struct bus_loop;

/* Called for each sample, in the order of the frames. */
typedef void bus_loop_sample(void *ctx, const struct sample *s);

/* Ready, and not polling yet.  RG_OK or RG_ENOMEM, RG_EIO (no descriptor left). */
int bus_loop_open(struct bus_loop **out, uv_loop_t *loop, const struct plant *p, uint32_t bus,
                  bus_loop_sample *sample, void *ctx);
void bus_loop_start(struct bus_loop *b);
/* A reload: go on with a core that bus_new() made for another plant, on the
 * open line where that is the same.  Owns the core; can't fail. */
void bus_loop_adopt(struct bus_loop *b, struct bus *core, const struct bus_conf *conf);
/* Closes the line; the memory goes when the loop has closed its handles. */
void bus_loop_close(struct bus_loop *b); /* NULL-safe */
const struct bus *bus_loop_core(const struct bus_loop *b);
const char *bus_loop_error(const struct bus_loop *b); /* "" while the line is up */

#endif
