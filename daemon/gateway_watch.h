/* daemon/gateway_watch.h - what an uplink tells of the gateway itself: how long
 * its certificates last, and whether another one goes by its name.  Part of the
 * pure gateway.  Thread: the loop. */
#ifndef RG_DAEMON_GATEWAY_WATCH_H
#define RG_DAEMON_GATEWAY_WATCH_H

#include "daemon/gateway.h"

#define CERT_WHAT_MAX 96

/* The certificate of an uplink that ends first, or needs a person otherwise. */
struct cert_state {
    int64_t due_utc_ms;  /* from then on sys/cert/NAME is raised; INT64_MAX: never */
    int64_t ends_utc_ms; /* INT64_MAX: not known */
    char what[CERT_WHAT_MAX];
};

void gateway_cert(struct gateway *g, uint32_t uplink, const struct cert_state *c);
/* ends_utc_ms INT64_MAX when there is no certificate, or none that could be read. */
const struct cert_state *gateway_cert_state(const struct gateway *g, uint32_t uplink);

/* The will of a connect now is on its way to the broker. */
void gateway_note_will(struct gateway *g, uint32_t uplink, struct stamp now);
/* A message on our own status topic.  True when another gateway sent it: then
 * sys/identity is raised, and ends when all was quiet for two minutes. */
bool gateway_own_status(struct gateway *g, uint32_t uplink, const void *body, size_t len,
                        struct stamp now);
/* The broker said that another client took our session over. */
void gateway_taken_over(struct gateway *g, uint32_t uplink, struct stamp now);

#endif
