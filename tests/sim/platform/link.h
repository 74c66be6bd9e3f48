/* tests/sim/platform/link.h - the platform's connection to its broker.
 * paho's thread receives into a queue; everything else runs on the caller's
 * thread.  The session outlives the connection, so that the broker keeps what
 * comes while the platform is away. */
#ifndef RG_TESTS_SIM_PLATFORM_LINK_H
#define RG_TESTS_SIM_PLATFORM_LINK_H

#include <stdbool.h>
#include <stddef.h>

struct link_conf {
    const char *broker, *client_id;
    const char *user, *password; /* NULL: none */
    const char *ent, *gw;        /* "+": all */
};

struct arrival {
    struct arrival *next;
    char *topic, *body;
    size_t len;
    bool retain;
};

struct link;
struct link *link_new(const struct link_conf *conf);
void link_free(struct link *l);
int link_fd(const struct link *l); /* readable: something came, or the connection went */
bool link_is_up(const struct link *l);
/* Connects and subscribes; at most about 2 s.  NULL: it is up, else the reason. */
const char *link_connect(struct link *l);
/* All that came, oldest first; the caller's: arrival_free(). */
struct arrival *link_take(struct link *l);
void arrival_free(struct arrival *a);
/* QoS 1.  A failure is no matter: what is not answered is sent again. */
void link_publish(struct link *l, const char *topic, const char *body);

#endif
