/* rules/alarm_rows.h - what the arrays of rows share.  Thread: the loop. */
#ifndef RG_RULES_ALARM_ROWS_H
#define RG_RULES_ALARM_ROWS_H

#include <stddef.h>

#include "rules/alarm.h"

/* alarm_people.c: what people do, and what ends by a time that they gave. */
extern const struct alarm_row people_rows[];
extern const size_t people_rows_count;

bool alarm_is_at_rest(const struct alarm_state *st); /* no level runs or is up */
void alarm_end_instance(struct alarm_state *st);     /* closed and silent */
/* Announced again when this bit goes: active, and nothing else holds it down. */
bool alarm_rings_without(const struct alarm_state *st, uint8_t bit);
/* A priority that may not be shelved. */
bool alarm_is_barred(const struct alarm_case *c, uint8_t priority);
void alarm_unshelve(struct alarm_state *st);

#endif
