/* daemon/gap.h - what lies between this epoch and the one before: why it
 * ended, and how the times of that one read in this one.  Pure.  Thread: any. */
#ifndef RG_DAEMON_GAP_H
#define RG_DAEMON_GAP_H

#include "daemon/record.h"

/* The beginning of this epoch, in the same clocks as struct store_prev. */
struct gap_here {
    int64_t utc_ms;
    int64_t boot_ms;
    char boot_id[40]; /* "": the kernel would not say */
    bool is_watchdog; /* the epoch before was ended by the service manager's watchdog */
};

struct gap {
    const char
        *reason;      /* first stop crash watchdog power unknown; Source: the published contract */
    int64_t shift_ms; /* a mono_ms of that epoch minus this is one of this epoch, never above 0 */
};

/* prev NULL: nothing is known of an epoch before. */
struct gap gap_measure(const struct store_prev *prev, const struct gap_here *here);

#endif
