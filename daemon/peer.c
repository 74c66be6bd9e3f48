#include "daemon/peer.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ENTRY_BYTES     4096
#define ENTRY_BYTES_MAX (1 << 20) /* a group of some ten thousand members */

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

bool peer_ids(int fd, struct peer_ids *out)
{
    struct ucred who;
    socklen_t size = sizeof who;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0)
        return false;
    out->uid = who.uid;
    out->groups[0] = who.gid;
    size = PEER_GROUPS_MAX * sizeof out->groups[0];
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, out->groups + 1, &size) != 0)
        size = 0;
    out->n = 1 + size / sizeof out->groups[0];
    return true;
}

static bool is_member(const struct peer_ids *ids, gid_t group)
{
    for (size_t i = 0; i < ids->n; i++)
        if (ids->groups[i] == group)
            return true;
    return false;
}

static bool find_group(const char *name, gid_t *gid)
{
    struct group g, *found = NULL;
    size_t size = ENTRY_BYTES;
    char *text = malloc(size);

    while (text != NULL && getgrnam_r(name, &g, text, size, &found) == ERANGE) {
        free(text);
        size *= 4;
        text = size <= ENTRY_BYTES_MAX ? malloc(size) : NULL;
    }
    if (text != NULL && found != NULL)
        *gid = g.gr_gid;
    free(text);
    return text != NULL && found != NULL;
}

static enum right right_of(const struct peer_ids *ids)
{
    gid_t gid;

    if (ids->uid == geteuid())
        return RIGHT_CHANGE;
    for (size_t i = 0; i < sizeof group_rights / sizeof group_rights[0]; i++)
        if (find_group(group_rights[i].group, &gid) && is_member(ids, gid))
            return group_rights[i].right;
    return RIGHT_NONE;
}

bool peer_is_root(const struct peer_ids *ids, struct peer *out)
{
    if (ids->uid != 0)
        return false;
    *out = (struct peer){ .right = RIGHT_CHANGE, .name = "root" };
    return true;
}

void peer_look_up(const struct peer_ids *ids, struct peer *out)
{
    struct passwd p, *found = NULL;
    char text[ENTRY_BYTES];

    out->right = right_of(ids);
    if (getpwuid_r(ids->uid, &p, text, sizeof text, &found) == 0 && found != NULL)
        snprintf(out->name, sizeof out->name, "%s", p.pw_name);
    else
        snprintf(out->name, sizeof out->name, "%u", (unsigned)ids->uid);
}
