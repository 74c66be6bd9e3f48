/* daemon/app.h - the daemon put together: clock, record, gateway core, buses,
 * uplinks, control socket, on one loop.  Thread: the loop. */
#ifndef RG_DAEMON_APP_H
#define RG_DAEMON_APP_H

#include "config/model.h"

struct app_conf {
    const struct plant *plant; /* stays the caller's, and lives as long as the call */
    bool on_last_good;         /* it is not what `config` says, which was wrong */
    const char *config;        /* main file, for reloads */
    const char *state;         /* folder, made if it is missing */
};

/* Runs until SIGTERM or SIGINT; returns the exit code. */
int app_run(const struct app_conf *conf);

#endif
