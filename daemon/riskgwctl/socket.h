/* daemon/riskgwctl/socket.h - where the daemon listens.  A daemon may run on
 * its last good configuration while its file is wrong, and must be reachable
 * just then. */
#ifndef RG_DAEMON_RISKGWCTL_SOCKET_H
#define RG_DAEMON_RISKGWCTL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#define SOCKET_DEFAULT "/run/riskgwd/ctl" /* Source: config/schema.c */

/* The socket that a text names, wrong as the rest of it may be; false: none. */
bool socket_named(const char *text, char *out, size_t size);

#endif
