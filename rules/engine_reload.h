/* rules/engine_reload.h - one engine goes on as another, for a changed plant.
 * The new plant's engine is made first, by engine_new(); from then on nothing
 * can fail, so that a reload is done whole or not begun.  All of it at one
 * instant, after engine_tick() of that instant and with both rings drained:
 *     engine_config(old, true, ...); engine_leave(old, new, ...); drain old
 *     engine_adopt(new, old, ...); drain new; engine_free(old)
 * Points, units and buses go on by their names; the numbers go on as well.
 * Thread: the loop. */
#ifndef RG_RULES_ENGINE_RELOAD_H
#define RG_RULES_ENGINE_RELOAD_H

#include "rules/engine.h"

/* Numbers a reload that was accepted (EV_CONFIG) or refused, in which case
 * nothing else happens (EV_CONFIG_REJECTED).  by: the person, "" for none. */
void engine_config(struct engine *e, bool is_accepted, const char *by, struct stamp now);
/* How many numbered events engine_leave() and engine_adopt() are going to give. */
size_t engine_leave_count(const struct engine *e, const struct engine *next);
/* Row 33: ends in e every alarm whose rule `next` no longer has, while e's
 * plant can still name it. */
void engine_leave(struct engine *e, const struct engine *next, const char *by, struct stamp now);
/* Rows 30 to 32: e, fresh, takes over what `from` knows.  What did not change
 * goes on untouched, its timers too.  A delay that was changed while it runs
 * ends, counted from its own beginning, by the sooner of the old and the new
 * one towards an alarm, and by the later towards the end of one.  A point that
 * is read from another place has no value until it was read there. */
void engine_adopt(struct engine *e, const struct engine *from, const char *by, struct stamp now);

#endif
