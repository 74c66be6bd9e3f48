/* rules/slots.h - which slots a plant's alarms have, by what names they are found
 * and what they stand for.  Thread: the loop. */
#ifndef RG_RULES_SLOTS_H
#define RG_RULES_SLOTS_H

#include "rules/engine.h"

uint32_t slots_count(const struct plant *p);
uint32_t slots_timed(const struct plant *p); /* sides and rules; they come first */
void slots_build(struct engine *e);
uint32_t slots_find_key(const struct engine *e, const char *key);       /* SLOT_NONE */
uint32_t slots_find_same(const struct engine *e, const struct slot *s); /* by key and type */
/* A rule as people write it, or an alarm_id. */
uint32_t slots_find_rule(const struct engine *e, const char *rule);
uint32_t slots_find_sys(const struct engine *e, enum sys_fault f, uint32_t uplink);
const struct limit_conf *slot_limit(const struct engine *e, const struct slot *s, int level);
enum level slot_level(const struct slot *s, int level);
bool slot_has_levels(const struct slot *s);
enum alarm_kind slot_kind(const struct slot *s);

#endif
