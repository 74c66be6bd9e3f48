/* daemon/app.h - the daemon put together: clock, record, gateway core, buses,
 * uplinks, control socket, on one loop.  Thread: the loop. */
#ifndef RG_DAEMON_APP_H
#define RG_DAEMON_APP_H

#include "config/model.h"

/* Runs until SIGTERM or SIGINT; returns the exit code.  The plant stays the
 * caller's.  state: the state folder, made if it is missing. */
int app_run(const struct plant *plant, const char *state);

#endif
