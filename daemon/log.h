/* daemon/log.h - the daemon's log: one event a line on standard error, an
 * English event name and fields, so that grep works.
 *     2026-11-24T15:02:11.040Z warning bus_down bus=gas485 error="..."
 * Where standard error is the journal (JOURNAL_STREAM is set) the line begins
 * with its <priority> instead of the time.  A line that nobody takes is dropped
 * and counted, never waited for.  Thread: any; a line is one write. */
#ifndef RG_DAEMON_LOG_H
#define RG_DAEMON_LOG_H

#include <stdbool.h>
#include <stdint.h>

/* Values are syslog's. */
enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_INFO = 6 };

/* event: snake_case name; fields: printf form of key=value words. */
void log_event(enum log_level level, const char *event, const char *fields, ...)
    __attribute__((format(printf, 3, 4)));

/* A condition that stays is logged once per change, then with growing gaps
 * (1, 2, 4, ... minutes, at most an hour apart). */
struct log_gate {
    int64_t next_ms;
    int64_t gap_ms;
};
/* True when the line is due; log_gate_reset() when the condition ended. */
bool log_gate_open(struct log_gate *g, int64_t now_ms);
void log_gate_reset(struct log_gate *g);

#endif
