/* daemon/notify.h - what systemd is told: ready, stopping, and the watchdog,
 * which is fed by loop and engine progress alone.  A stuck disk or broker is an
 * alarm, never a restart.  Without systemd every call does nothing.
 * Thread: the loop. */
#ifndef RG_DAEMON_NOTIFY_H
#define RG_DAEMON_NOTIFY_H

#include <stdint.h>

/* Interval at which to feed, ms; 0: no watchdog is asked for. */
int64_t notify_watchdog_ms(void);
void notify_ready(const char *status);
void notify_alive(void);
void notify_stopping(void);

#endif
