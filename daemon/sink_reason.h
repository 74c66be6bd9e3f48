/* daemon/sink_reason.h - what a broker means by its number: one table for
 * CONNACK of both protocols and DISCONNECT.  Source: MQTT 3.1.1 3.2.2.3, table
 * 3.1; MQTT 5.0 2.4, table 2-6.  Thread: any. */
#ifndef RG_DAEMON_SINK_REASON_H
#define RG_DAEMON_SINK_REASON_H

#include <stdbool.h>

#define SINK_REASON_TAKEN_OVER 0x8E /* session taken over */

struct sink_reason {
    int code;
    bool is_refusal; /* trying again soon does not help: a person must act */
    const char *text;
};

/* Never NULL; static storage. */
const struct sink_reason *sink_reason(int code);

#endif
