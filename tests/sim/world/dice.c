#include "tests/sim/world/dice.h"

#include <math.h>

/* Source: splitmix64, S. Vigna, public domain. */
static uint64_t scramble(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

uint64_t dice_mix(uint64_t a, uint64_t b)
{
    return scramble(scramble(a) ^ b);
}

void dice_init(struct dice *d, uint64_t seed, uint64_t stream)
{
    d->state = dice_mix(seed, stream);
}

uint64_t dice_bits(struct dice *d)
{
    d->state += 0x9E3779B97F4A7C15u;
    return scramble(d->state);
}

uint64_t dice_below(struct dice *d, uint64_t n)
{
    return dice_bits(d) % n;
}

int64_t dice_between(struct dice *d, int64_t low, int64_t high)
{
    return low + (int64_t)dice_below(d, (uint64_t)(high - low) + 1);
}

bool dice_chance(struct dice *d, uint32_t per_10000)
{
    return dice_below(d, 10000) < per_10000;
}

int64_t dice_wait(struct dice *d, int64_t mean_us)
{
    double u = (double)(dice_bits(d) >> 11) / 9007199254740992.0; /* 2^53 */
    int64_t us = (int64_t)(-(double)mean_us * log1p(-u));

    if (us < mean_us / 20)
        return mean_us / 20;
    return us > mean_us * 5 ? mean_us * 5 : us;
}
