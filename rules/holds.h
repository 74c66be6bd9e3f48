/* rules/holds.h - who holds an alarm down until when, and whom an alarm waits
 * for.  Thread: the loop. */
#ifndef RG_RULES_HOLDS_H
#define RG_RULES_HOLDS_H

#include "rules/engine_core.h"

/* After a row: forget who held what it has ended, and set the timer of what a
 * person is to do next. */
void holds_settle(struct engine *e, uint32_t slot, const struct alarm_state *before);
void holds_arm(struct engine *e, uint32_t slot);
void holds_due(struct engine *e, uint32_t slot);
bool holds_end(struct engine *e, uint32_t slot, enum held hold, const struct note *note);
uint16_t holds_keep(struct engine *e, const char *by, const char *why); /* 0: no room */
uint32_t holds_room(const struct engine *e);
/* The wall clock is no help since the start: what was carried over it is over. */
void holds_lost_time(struct engine *e);
/* After limits that changed: deadlines that are wanted now, by the sooner. */
void holds_attend(struct engine *e, uint32_t slot);

#endif
