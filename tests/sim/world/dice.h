/* tests/sim/world/dice.h - all chance of a run: streams of one seed, so that
 * what one part draws does not change what another one gets. */
#ifndef RG_TESTS_SIM_WORLD_DICE_H
#define RG_TESTS_SIM_WORLD_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

/* stream: any number that names the part. */
void dice_init(struct dice *d, uint64_t seed, uint64_t stream);
uint64_t dice_bits(struct dice *d);
uint64_t dice_below(struct dice *d, uint64_t n);                 /* 0 .. n-1 */
int64_t dice_between(struct dice *d, int64_t low, int64_t high); /* both included */
bool dice_chance(struct dice *d, uint32_t per_10000);
/* A wait whose mean is mean_us, between a twentieth and five times of it. */
int64_t dice_wait(struct dice *d, int64_t mean_us);
uint64_t dice_mix(uint64_t a, uint64_t b); /* a hash of two numbers */

#endif
