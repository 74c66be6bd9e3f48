/* daemon/hold.h - samples that came before the record was read.  Polling
 * begins at once; each sample waits here with its own time and is judged as of
 * that time, so that the alarm of a reading during start-up is neither lost nor
 * given a later second.  Pure.  Thread: the loop. */
#ifndef RG_DAEMON_HOLD_H
#define RG_DAEMON_HOLD_H

#include <stddef.h>

#include "config/model.h"
#include "drivers/sample.h"

struct hold;

/* Room for every sample of the plant during for_ms, at most 4 MB.
 * RG_OK or RG_ENOMEM. */
int hold_new(struct hold **out, const struct plant *p, int64_t for_ms);
void hold_free(struct hold *h); /* NULL-safe */
/* Without room the oldest one goes, and is counted. */
void hold_put(struct hold *h, const struct sample *s, struct stamp at);
/* The oldest; false: none is left. */
bool hold_take(struct hold *h, struct sample *s, struct stamp *at);
size_t hold_lost(const struct hold *h);

#endif
