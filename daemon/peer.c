#include "daemon/peer.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GROUPS_MAX 256 /* more supplementary groups than that are not looked at */

struct group_right {
    const char *group;
    enum right right;
};

/* Strongest first. */
static const struct group_right group_rights[] = {
    { "riskgwd-tech", RIGHT_CHANGE },
    { "riskgwd-op", RIGHT_OPERATE },
    { "riskgwd", RIGHT_READ },
};

static bool is_member(gid_t group, gid_t own, const gid_t *more, size_t n)
{
    if (own == group)
        return true;
    for (size_t i = 0; i < n; i++)
        if (more[i] == group)
            return true;
    return false;
}

static enum right right_of(int fd, const struct ucred *who)
{
    gid_t more[GROUPS_MAX];
    socklen_t size = sizeof more;

    if (who->uid == 0 || who->uid == geteuid())
        return RIGHT_CHANGE;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, more, &size) != 0)
        size = 0;
    for (size_t i = 0; i < sizeof group_rights / sizeof group_rights[0]; i++) {
        const struct group *g = getgrnam(group_rights[i].group);
        if (g != NULL && is_member(g->gr_gid, who->gid, more, size / sizeof more[0]))
            return group_rights[i].right;
    }
    return RIGHT_NONE;
}

bool peer_of(int fd, struct peer *out)
{
    struct ucred who;
    socklen_t size = sizeof who;

    *out = (struct peer){ .right = RIGHT_NONE };
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0)
        return false;
    out->right = right_of(fd, &who);
    const struct passwd *user = getpwuid(who.uid);
    if (user != NULL)
        snprintf(out->name, sizeof out->name, "%s", user->pw_name);
    else
        snprintf(out->name, sizeof out->name, "%u", (unsigned)who.uid);
    return true;
}
