/* daemon/until.h - times and durations as people write them.  Pure. */
#ifndef RG_DAEMON_UNTIL_H
#define RG_DAEMON_UNTIL_H

#include <stdbool.h>
#include <stdint.h>

/* "90 s", "30m", "2h", "1d", "30min": ms.  Digits, an optional blank, a unit. */
bool duration_read(const char *text, int64_t *ms);
/* "2026-11-23T14:00:00+08:00", or "2026-11-23 14:00[:00]" in the plant's zone. */
bool until_read(const char *text, int zone_min, int64_t *utc_ms);

#endif
