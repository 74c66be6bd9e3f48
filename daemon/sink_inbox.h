/* daemon/sink_inbox.h - downlink messages one behind the other, oldest first,
 * from the callbacks to the loop.  Pure, bounded.  Thread: the owner's lock. */
#ifndef RG_DAEMON_SINK_INBOX_H
#define RG_DAEMON_SINK_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SINK_INBOX 65536 /* bytes that the loop has not taken yet */

struct inbox {
    size_t len;
    uint64_t dropped;
    char bytes[SINK_INBOX];
};

struct inbox_item {
    const char *topic;
    const void *body;
    size_t len;
    bool is_retained; /* it stood there before we asked */
};

/* Copies it; false: there is no room. */
bool inbox_put(struct inbox *in, const struct inbox_item *m);
/* The item at `at`, which points into `in`, and where the next one begins; at
 * in->len there is none. */
size_t inbox_take(const struct inbox *in, size_t at, struct inbox_item *m);

#endif
