/* daemon/gateway_reload.h - another plant for a gateway that runs, at one
 * instant, whole or not at all.  Part of gateway.h.  Thread: the loop. */
#ifndef RG_DAEMON_GATEWAY_RELOAD_H
#define RG_DAEMON_GATEWAY_RELOAD_H

#include "daemon/gateway.h"
#include "daemon/payload_config.h"

/* The key of what differs and can't be changed while the daemon runs: who the
 * gateway is, its uplinks, its control socket.  NULL: nothing of it differs. */
const char *gateway_fixed(const struct plant *from, const struct plant *to);

/* plant and config (its hash) are the caller's, and stay as they are until the
 * next reload or the end; nothing points into the plant before any more.  by:
 * the person, "" for none.  Meta, active and status are shown anew; numbers go
 * on.  RG_OK; RG_ENOMEM, RG_EFULL (more alarms would end or change than
 * messages are free), RG_EREFUSED (it is stopping): nothing has changed. */
int gateway_reload(struct gateway *g, const struct plant *plant, const char *config, const char *by,
                   struct stamp now);
/* Say that a change was refused; n->old and n->new need not be set. */
void gateway_reload_refused(struct gateway *g, const struct config_news *n, const char *by,
                            struct stamp now);
/* gateway_config_fault() stands. */
bool gateway_on_last_good(const struct gateway *g);

#endif
