/* daemon/identity.h - whether a message on our own status topic is ours.
 * Untrusted bytes, bounded.  Allocates while it parses.  Thread: the loop. */
#ifndef RG_DAEMON_IDENTITY_H
#define RG_DAEMON_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct identity {
    const char *install;
    uint64_t epoch;
    bool is_volatile; /* our epoch says nothing about others */
    int64_t mono_ms;  /* now: what we said was said before */
};

/* True when another gateway said that it is online under our name: one of
 * another installation, or a copy of ours that is ahead of us.  What we said
 * ourselves, in this epoch or in one before, and the will of whoever is gone are
 * no evidence; neither is what can't be read.  who (of `size`): its install
 * id. */
bool identity_is_foreign(const struct identity *self, const void *body, size_t len, char *who,
                         size_t size);

#endif
