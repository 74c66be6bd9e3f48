/* daemon/payload_config.h - the message about the configuration itself: it was
 * changed, or a change was refused.  Pure, as payload.h.  Thread: the loop. */
#ifndef RG_DAEMON_PAYLOAD_CONFIG_H
#define RG_DAEMON_PAYLOAD_CONFIG_H

#include "daemon/payload.h"

/* What an EV_CONFIG or EV_CONFIG_REJECTED event does not carry itself. */
struct config_news {
    const char *old; /* hash of the configuration that ran before, and runs on when refused */
    const char *new; /* EV_CONFIG: hash of the one that runs now */
    /* EV_CONFIG_REJECTED: the first finding, in Chinese, and where it stands. */
    const char *finding;
    const char *file; /* NULL: nowhere; line 0: the whole file */
    int line, col;
    size_t errors; /* how many there are */
};

size_t payload_config(char *body, const struct envelope *e, const struct event *ev,
                      const struct config_news *n);

#endif
