#include "tests/sim/plantsim/fault.h"

static bool hits(struct fault *f, int64_t now_ns, struct rng *rng)
{
    if (!f->on)
        return false;
    if (f->until_ns != 0 && now_ns >= f->until_ns) {
        f->on = false;
        return false;
    }
    if (f->chance && rng_share(rng) >= f->p)
        return false;
    if (f->left > 0 && --f->left == 0)
        f->on = false;
    return true;
}

uint32_t faults_draw(struct fault faults[FAULTS], int64_t now_ns, struct rng *rng)
{
    uint32_t drawn = 0;

    if (hits(&faults[FAULT_DEAD], now_ns, rng))
        return FAULT_BIT(FAULT_DEAD);
    for (int kind = FAULT_DEAD + 1; kind < FAULTS; kind++)
        if (hits(&faults[kind], now_ns, rng))
            drawn |= FAULT_BIT(kind);
    return drawn;
}
