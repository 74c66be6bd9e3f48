/* tests/sim/plantsim/point.h - a number that lives in the registers of a unit. */
#ifndef RG_PLANTSIM_POINT_H
#define RG_PLANTSIM_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/sim/plantsim/rng.h"
#include "tests/sim/plantsim/unit.h"

enum type { TYPE_BIT, TYPE_U16, TYPE_I16, TYPE_U32, TYPE_I32, TYPE_F32, TYPES };
extern const char *const type_names[TYPES];

struct coding {
    enum type type;
    char order[5]; /* which byte of the big-endian number comes 1st, 2nd, ...: "CDAB" */
};

struct point {
    struct unit *unit;
    enum table table;
    unsigned address;
    struct coding coding;
    double base; /* without noise */
    double from, to;
    int64_t from_ns, to_ns; /* a ramp; to_ns 0: none */
    double noise;           /* +- */
    bool stuck;             /* the registers keep what they have */
    int64_t changed_ns;     /* when the registers last changed by us; 0: never */
};

/* `order` NULL: as the wire is, ABCD.  false: no such type or order. */
bool coding_parse(struct coding *c, const char *type, const char *order);
unsigned coding_registers(const struct coding *c);
/* false: the type can not hold it. */
bool coding_holds(const struct coding *c, double value);

void point_set(struct point *p, double value, int64_t now_ns);
void point_ramp(struct point *p, double to, int64_t now_ns, int64_t in_ns);
/* The registers show the base again (unless stuck). */
void point_hold(struct point *p, int64_t now_ns);
/* Takes the ramp and the noise one step on; true: it goes on moving. */
bool point_tick(struct point *p, int64_t now_ns, struct rng *rng);
/* What the registers say. */
double point_value(const struct point *p);

#endif
