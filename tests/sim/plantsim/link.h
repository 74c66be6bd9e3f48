/* tests/sim/plantsim/link.h - one TCP connection, or the one serial line of a
 * bus: bytes become requests, and replies go out in their time. */
#ifndef RG_PLANTSIM_LINK_H
#define RG_PLANTSIM_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/sim/plantsim/bus.h"
#include "tests/sim/plantsim/loop.h"

struct reply;

struct link {
    struct watch watch;
    struct bus *bus;
    struct link *prev, *next;
    struct reply *replies; /* under way */
    struct timer silence;  /* RTU: 3.5 characters after the last byte */
    int64_t rx_free_ns;    /* when the last byte received has ended on the wire */
    int64_t tx_free_ns;    /* when the last byte of the last reply has */
    uint16_t tid;          /* TCP: of the last request */
    size_t n;
    uint8_t in[1024];
};

enum link_end { LINK_FIN, LINK_RST };

/* Owns the descriptor from now on; NULL: no memory, it stays the caller's. */
struct link *link_new(struct bus *b, int fd);
/* Its replies are gone with it. */
void link_close(struct link *l, enum link_end how);

/* false: the link had to be closed. */
bool link_write(struct link *l, const uint8_t *bytes, size_t n);

#endif
