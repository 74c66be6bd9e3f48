/* daemon/watchdog_mark.h - how a start knows that the service manager's
 * watchdog ended the one before: SIGABRT from another process leaves a file in
 * the state folder.  An abort of our own leaves none: that is a crash.
 * Thread: any one. */
#ifndef RG_DAEMON_WATCHDOG_MARK_H
#define RG_DAEMON_WATCHDOG_MARK_H

#include <stdbool.h>

/* Takes the mark of the start before away, true when there was one, and leaves
 * one from now on when the watchdog strikes.  Once a process. */
bool watchdog_mark_renew(const char *folder);

#endif
