/* daemon/sink_paho.h - the calls of MQTTAsync, one attempt at a time for each
 * sink.  Thread: the sink thread, without sink_lock(). */
#ifndef RG_DAEMON_SINK_PAHO_H
#define RG_DAEMON_SINK_PAHO_H

#include "daemon/sink_core.h"

/* The anchor is a client that never connects: with its last client paho takes
 * itself down, which lasts up to 1.1 s and now and then leaves 125 KB behind
 * (1.3.11, seen). */
MQTTAsync paho_anchor(void);
void paho_let_go(MQTTAsync *anchor);
void paho_start(struct sink *s);
void paho_subscribe(struct sink *s);
void paho_send(struct sink *s, struct slot *slot);
void paho_end(struct sink *s, bool is_clean); /* no callback comes after it */
/* Without the lock: the attempt that the loop still wants has failed. */
void sink_over(struct sink *s, bool is_refused, int reason, const char *text);

#endif
