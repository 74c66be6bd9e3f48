/* tests/sim/plantsim/rng.h - chance under a seed: splitmix64. */
#ifndef RG_PLANTSIM_RNG_H
#define RG_PLANTSIM_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state;
};

static inline uint64_t rng_next(struct rng *r)
{
    uint64_t z = r->state += 0x9E3779B97F4A7C15;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

/* [0, 1) */
static inline double rng_share(struct rng *r)
{
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

/* [0, n) */
static inline unsigned rng_below(struct rng *r, unsigned n)
{
    return (unsigned)(rng_next(r) % n);
}

#endif
