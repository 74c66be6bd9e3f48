/* tests/sim/plantsim/bus.h - one bus: a TCP port, or a serial line on a pty. */
#ifndef RG_PLANTSIM_BUS_H
#define RG_PLANTSIM_BUS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/sim/plantsim/disturb.h"
#include "tests/sim/plantsim/loop.h"
#include "tests/sim/plantsim/unit.h"

enum bus_kind { BUS_TCP, BUS_RTU, BUS_RTU_OVER_TCP };

struct link;
struct plant;

/* What the bus has seen, for `stats`. */
struct counters {
    uint64_t requests, replies;
    uint64_t damaged;  /* requests with a wrong CRC or header */
    uint64_t unknown;  /* requests to a unit that is not there */
    uint64_t too_soon; /* requests less than 3.5 characters behind a reply */
    uint64_t baud;     /* bytes that came at another baud rate */
    uint64_t links;    /* connections taken */
};

struct bus {
    struct plant *plant;
    enum bus_kind kind;
    char name[32];
    struct unit *units[256];
    bool echo;       /* RTU: the sender hears itself */
    bool silent;     /* connections are taken, nothing is answered */
    bool one_client; /* a second connection is closed at once */
    struct disturb disturb[DISTURBANCES];
    bool down; /* the port is closed, the adapter unplugged */
    struct counters count;
    struct link *links;  /* TCP: the connections; RTU: the one line */
    struct watch watch;  /* TCP: the listener */
    char host[64];       /* TCP */
    unsigned port;       /* TCP: as given by the kernel when 0 was asked for */
    char path[PATH_MAX]; /* RTU: the symbolic link to the pty */
    uint32_t baud;       /* RTU */
    int64_t char_ns;     /* time of one character on the wire; TCP: 0 */
    int64_t gap_ns;      /* silence that ends a frame; TCP: 0 */
};

/* Serial Line 2.5.1.1: 3.5 characters of 11 bits, and never under 1.75 ms. */
int64_t bus_gap_ns(uint32_t baud);

/* Open what `down` has closed; 0 or -1 with errno. */
int bus_up(struct bus *b);
void bus_down(struct bus *b);
/* Where it is reached: HOST:PORT or PATH. */
void bus_place(const struct bus *b, char *out, size_t size);
void bus_free(struct bus *b);

#endif
