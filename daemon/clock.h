/* daemon/clock.h - the only place that reads a clock.
 * Decisions use the monotonic side; the wall side is a label.  Thread: the
 * loop (struct clock belongs to it). */
#ifndef RG_DAEMON_CLOCK_H
#define RG_DAEMON_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/sample.h"

struct clock {
    int64_t zero_us;   /* monotonic us at which this epoch began */
    int64_t offset_ms; /* wall minus monotonic at the last look */
};

/* A wall clock that moved by more than this against the monotonic one was
 * stepped; NTP slews at most 0.5 ms a second, far below it. */
#define CLOCK_STEP_MS 500

/* 2026-01-01T00:00:00Z, of the year in which this was built: an earlier wall
 * clock is wrong. */
#define CLOCK_BUILD_UTC_MS INT64_C(1767225600000)

void clock_begin(struct clock *c);
int64_t clock_mono_us(void);
int64_t clock_utc_ms(void);
int64_t clock_boot_ms(void); /* runs on in suspend, for the gap over a restart */
struct stamp clock_now(const struct clock *c);
/* True when the wall clock was stepped since the last call; *by_ms says how far. */
bool clock_stepped(struct clock *c, int64_t *by_ms);
/* The kernel's NTP state: true when it says that it is synchronised. */
bool clock_is_sync(void);
/* The kernel's id of this boot, "" when it can't be read.  RISKGW_BOOT_ID tells
 * it where the unit hides /proc/sys. */
void clock_boot_id(char out[40]);

#endif
