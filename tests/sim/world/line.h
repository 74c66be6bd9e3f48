/* tests/sim/world/line.h - one bus's line and the units on it: bytes of a
 * request in, bytes of replies out, late, lost, corrupted, foreign, twice. */
#ifndef RG_TESTS_SIM_WORLD_LINE_H
#define RG_TESTS_SIM_WORLD_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_UNITS 8

/* Per 10000 replies. */
struct line_rates {
    uint32_t lost, late, corrupt, twice, foreign, refused, split, head, drop;
};

struct line {
    uint32_t bus;
    bool is_rtu;
    bool is_open;                      /* the gateway holds it open */
    bool is_cut;                       /* nobody can */
    bool has_echo;                     /* RS-485 adapter that hears itself */
    uint64_t life;                     /* of the connection */
    uint64_t attempt;                  /* of opening it */
    int64_t sent_us;                   /* last request */
    int64_t fault_us;                  /* last thing that went wrong on it */
    int64_t dead_until_us[LINE_UNITS]; /* by unit id */
    struct line_rates rates;
};

struct world;
void line_init(struct world *w, uint32_t bus);
/* The host's side. */
void line_connect(struct world *w, uint32_t bus);
void line_close(struct world *w, uint32_t bus);
void line_send(struct world *w, uint32_t bus, const uint8_t *bytes, size_t len);
/* The weather's side. */
void line_cut(struct world *w, uint32_t bus, bool is_cut);
void line_drop(struct world *w, uint32_t bus); /* the connection breaks */

#endif
