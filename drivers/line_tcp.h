/* drivers/line_tcp.h - a TCP connection to a Modbus device, made without
 * blocking.  The descriptor is the caller's: close() it.  Thread: the loop. */
#ifndef RG_DRIVERS_LINE_TCP_H
#define RG_DRIVERS_LINE_TCP_H

#include <sys/socket.h>

/* A descriptor on its way to `to`: wait until it is writable, then ask
 * line_tcp_error().  -errno when it could not even begin. */
int line_tcp_connect(const struct sockaddr *to, socklen_t len);
/* How the connect ended: 0, or an errno. */
int line_tcp_error(int fd);

#endif
