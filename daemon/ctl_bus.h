/* daemon/ctl_bus.h - the `bus` document: what every unit of every bus did.
 * Thread: the loop. */
#ifndef RG_DAEMON_CTL_BUS_H
#define RG_DAEMON_CTL_BUS_H

#include "daemon/ctl.h"

/* name NULL: all buses.  RG_ENOENT, RG_ENOMEM. */
int ctl_bus_json(const struct ctl_subject *s, const char *name, struct buffer *to);

#endif
