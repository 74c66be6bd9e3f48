/* daemon/when.h - a time as people write it: "2026-11-25", "2026-11-25 14:02",
 * "2026-11-25T14:02:31+08:00", or how long ago: "90min", "24h", "7d".  Pure. */
#ifndef RG_DAEMON_WHEN_H
#define RG_DAEMON_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* zone_min: of a time that names none.  False: no such time. */
bool when_read(const char *text, int64_t now_utc_ms, int zone_min, int64_t *utc_ms);

#endif
