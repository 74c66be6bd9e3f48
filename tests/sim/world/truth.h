/* tests/sim/world/truth.h - what is so in the plant, whatever anybody reads.
 * A register's value is a level that changes at knots, and digits behind it
 * that tell point and instant (a new value each TRUTH_TICK_US), so that a value
 * of another register or of another time is known for what it is. */
#ifndef RG_TESTS_SIM_WORLD_TRUTH_H
#define RG_TESTS_SIM_WORLD_TRUTH_H

#include "config/model.h"
#include "drivers/sample.h"
#include "tests/sim/world/dice.h"

#define TRUTH_TICK_US    100000
#define TRUTH_KNOTS      32
#define TRUTH_POINTS_MAX 16

struct knot {
    int64_t at_us;
    int32_t value;  /* whole units of measure */
    bool is_broken; /* f32: no number */
};

struct truth_point {
    struct knot knots[TRUTH_KNOTS]; /* a ring; [n % TRUTH_KNOTS] comes next */
    uint64_t n;
    int64_t over_us[LEVELS]; /* since when its condition is true; INT64_MAX: it is not */
};

struct truth {
    const struct plant *plant;
    struct dice dice;
    uint64_t seed;
    struct truth_point points[TRUTH_POINTS_MAX];
};

void truth_init(struct truth *t, const struct plant *p, uint64_t seed);
/* Moves the level; returns when it moves next. */
int64_t truth_move(struct truth *t, uint32_t point, int64_t now_us);
/* The register's bits at an instant not long ago. */
uint32_t truth_raw(const struct truth *t, uint32_t point, int64_t at_us);
/* Did the register hold what this sample says, at some instant of the window? */
bool truth_held(const struct truth *t, const struct sample *s, int64_t from_us, int64_t to_us);
/* Is the condition of the level true for this value, or is it past `clear`? */
bool truth_is_over(const struct limit_conf *l, enum level level, double val);
bool truth_is_past(const struct limit_conf *l, enum level level, double val);

#endif
