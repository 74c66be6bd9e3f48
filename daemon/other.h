/* daemon/other.h - is another daemon of this configuration at work?
 * Two of them would ask on one line, write one record and take the broker's
 * session from each other.  Thread: start-up. */
#ifndef RG_DAEMON_OTHER_H
#define RG_DAEMON_OTHER_H

#include <sys/types.h>

/* Its process id, from the control socket that it listens at; 0: there is none, or
 * it was killed and only hangs on a dead disk. */
pid_t other_daemon(const char *control_socket);

#endif
