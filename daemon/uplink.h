/* daemon/uplink.h - one uplink's way between the gateway core and its sink:
 * actions down, what happened up.  Thread: the loop. */
#ifndef RG_DAEMON_UPLINK_H
#define RG_DAEMON_UPLINK_H

#include <uv.h>

#include "daemon/clock.h"
#include "daemon/gateway.h"

struct uplink;

int uplink_open(struct uplink **out, uv_loop_t *loop, struct gateway *g, uint32_t index,
                const struct clock *clock);
/* Ends the sink; *left is counted down on the loop when all of it is gone. */
void uplink_close(struct uplink *u, unsigned *left); /* NULL-safe */

void uplink_connect(struct uplink *u);
void uplink_disconnect(struct uplink *u);
void uplink_publish(struct uplink *u, const struct gateway_action *a);

#endif
