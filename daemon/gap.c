#include "daemon/gap.h"

#include <string.h>

/* Without an id of the boot a clock that runs behind the last sign of life
 * proves another one; else the same is assumed, and with it a crash. */
static bool is_same_boot(const struct store_prev *prev, const struct gap_here *here)
{
    if (prev->boot_id[0] != '\0' && here->boot_id[0] != '\0')
        return strcmp(prev->boot_id, here->boot_id) == 0;
    return here->boot_ms >= prev->began_boot_ms + prev->died_ms;
}

static const char *reason(const struct store_prev *prev, const struct gap_here *here)
{
    if (prev->clean_stop)
        return "stop";
    if (!is_same_boot(prev, here))
        return "power";
    return here->is_watchdog ? "watchdog" : "crash";
}

struct gap gap_measure(const struct store_prev *prev, const struct gap_here *here)
{
    struct gap g = { .reason = "unknown", .shift_ms = 0 };

    if (prev != NULL && prev->first)
        g.reason = "first";
    if (prev == NULL || !prev->known)
        return g;
    g.reason = reason(prev, here);
    g.shift_ms = is_same_boot(prev, here) ? here->boot_ms - prev->began_boot_ms
                                          : here->utc_ms - prev->began_utc_ms;
    if (g.shift_ms < prev->died_ms) /* a wall clock that was set back between */
        g.shift_ms = prev->died_ms;
    return g;
}
