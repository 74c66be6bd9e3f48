/* daemon/peer.h - who is at the other end of the control socket, and what
 * that person may do.  The kernel says who (SO_PEERCRED, SO_PEERGROUPS), never
 * the request.  Thread: the loop. */
#ifndef RG_DAEMON_PEER_H
#define RG_DAEMON_PEER_H

#include <stdbool.h>

/* Each right includes the ones before it. */
enum right { RIGHT_NONE, RIGHT_READ, RIGHT_OPERATE, RIGHT_CHANGE };

struct peer {
    enum right right;
    char name[33]; /* login name, or the uid's digits */
};

/* root and the daemon's own user may do all; groups riskgwd read, riskgwd-op
 * operate, riskgwd-tech change; a group that does not exist has no members.
 * false: the kernel would not say; nothing is permitted then. */
bool peer_of(int fd, struct peer *out);

#endif
