/* daemon/identity.h - whether a message on our own status topic is ours.
 * Untrusted bytes, bounded.  Allocates while it parses.  Thread: the loop. */
#ifndef RG_DAEMON_IDENTITY_H
#define RG_DAEMON_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IDENTITY_WILLS 8

/* Our last wills on one link, by their ts: the broker may show any of them. */
struct identity_wills {
    char ts[IDENTITY_WILLS][32];
    size_t next;
};

struct identity {
    const char *install;
    uint64_t epoch;
    bool is_volatile; /* our epoch says nothing about others */
    int64_t mono_ms;  /* now: what we said was said before */
    const struct identity_wills *wills;
    bool is_flapping; /* the link was lost soon after it came up, again and again */
};

/* True when another gateway goes by our name: it said that it is online, being
 * of another installation, or a copy of ours that is ahead of us; or the link
 * flaps, and the will that stands there is none of ours.  What we said ourselves,
 * in this epoch or in one before, and a will without a struggle for the link
 * are no evidence; neither is what can't be read.  who (of `size`): its install
 * id, "" when it did not say. */
bool identity_is_foreign(const struct identity *self, const void *body, size_t len, char *who,
                         size_t size);

#endif
