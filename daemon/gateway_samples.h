/* daemon/gateway_samples.h - what goes from the gateway to the sample files.
 * Thread: the loop. */
#ifndef RG_DAEMON_GATEWAY_SAMPLES_H
#define RG_DAEMON_GATEWAY_SAMPLES_H

#include "daemon/gateway.h"

/* The answer to GW_RECORD; what was not written is asked again. */
void gateway_samples_written(struct gateway *g, int err, struct stamp now);

/* The record was lost while it was open, and a new one has begun: all states of
 * alarms go there again, and what the platform may now miss is told. */
void gateway_record_lost(struct gateway *g, struct stamp now);

/* The gateway's own files. */
void gateway_note_sample(struct gateway *g, const struct sample *s, struct stamp now);
void gateway_note_raise(struct gateway *g, const struct event *ev, struct stamp now);
bool gateway_record_next(struct gateway *g, struct stamp now, struct gateway_action *a,
                         int64_t *until_ms);

#endif
