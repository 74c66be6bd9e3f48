/* tests/sim/plantsim/reply.h - a reply on its way: its bytes leave no sooner
 * than the wire could carry them. */
#ifndef RG_PLANTSIM_REPLY_H
#define RG_PLANTSIM_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/sim/plantsim/fault.h"
#include "tests/sim/plantsim/loop.h"

/* A frame, one glued in front, noise. */
#define REPLY_MAX 1024

struct link;

struct reply {
    struct timer timer;
    struct link *link;
    struct reply *prev, *next;
    bool started;
    int64_t start_ns; /* of its first byte on the wire, once started */
    int64_t drip_ns;  /* more between two bytes */
    size_t split;     /* before this byte ... */
    int64_t split_ns; /* ... stands a pause */
    enum cut cut;     /* what happens to the link after the last byte */
    size_t n, sent;
    uint8_t bytes[REPLY_MAX];
};

/* Zeroed but for bytes; NULL: no memory. */
struct reply *reply_new(struct link *l);
/* Goes out at `at_ns` (as soon as the wire is free then) and frees itself. */
void reply_send(struct reply *r, int64_t at_ns);
/* What the sender hears of itself on a two-wire line. */
void reply_echo(struct link *l, const uint8_t *bytes, size_t n, int64_t at_ns);
void replies_drop(struct link *l);

#endif
