/* daemon/peer.h - who is at the other end of the control socket, and what
 * that person may do.  The kernel says who, as it stood at the connect
 * (SO_PEERCRED, SO_PEERGROUPS: /proc/PID could by now be somebody else), never
 * the request.  The names of groups and people come from the name service,
 * which may wait for a disk or a directory server: off the loop. */
#ifndef RG_DAEMON_PEER_H
#define RG_DAEMON_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PEER_GROUPS_MAX 256 /* who is in more has the right of the main group alone */

/* Each right includes the ones before it. */
enum right { RIGHT_NONE, RIGHT_READ, RIGHT_OPERATE, RIGHT_CHANGE };

struct peer {
    enum right right;
    char name[33]; /* login name, or the uid's digits */
};

struct peer_ids {
    uid_t uid;
    size_t n;
    gid_t groups[PEER_GROUPS_MAX + 1]; /* the main one first */
};

/* false: the kernel would not say; nothing is permitted then.  Any thread. */
bool peer_ids(int fd, struct peer_ids *out);
/* root needs no name service: it gets its answer though the disk hangs. */
bool peer_is_root(const struct peer_ids *ids, struct peer *out);
/* root and the daemon's own user may do all; groups riskgwd read, riskgwd-op
 * operate, riskgwd-tech change; a group that does not exist has no members.
 * May wait.  Any thread. */
void peer_look_up(const struct peer_ids *ids, struct peer *out);

#endif
