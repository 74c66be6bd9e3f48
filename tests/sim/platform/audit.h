/* tests/sim/platform/audit.h - what follows from all that came, and the
 * comparison of pictures. */
#ifndef RG_TESTS_SIM_PLATFORM_AUDIT_H
#define RG_TESTS_SIM_PLATFORM_AUDIT_H

#include "tests/sim/platform/book.h"

/* Worked out anew when something came since: the alarms alone, or everything. */
void audit_alarms(struct book *b);
void audit(struct book *b);

/* The order of epochs: by prev, never by number.  Between two epochs with one
 * prev the volatile one is the earlier, then ts decides; an epoch that knows of
 * none before it stands where it arrived. */
void chain_order(struct book *b);
void chain_check(struct book *b);
struct epoch *chain_last(const struct book *b); /* NULL: none */
/* What the next epoch knows was recorded of this one; UINT64_MAX: nobody says. */
uint64_t chain_recorded(const struct epoch *e, enum numbered topic);
/* Was it recorded for certain?  Not: a volatile mark, or a number above that. */
bool chain_is_firm(const struct epoch *e, enum numbered topic, const struct note *n);

void missing_count(struct book *b);
/* The alarms as of the end, or as of mono_ms in the last epoch of the order. */
void walk(struct book *b, struct tally *t, int64_t mono_ms);
bool alarm_is_open(const struct alarm *a); /* listed at the gateway, as far as is known */

void active_take(struct book *b, unsigned n, json_t *body, const struct envelope *e);
void active_drop(struct book *b, unsigned n);
/* What differs is noted in *t. */
enum county_match status_compare(struct book *b, struct tally *t, const json_t *body,
                                 const struct envelope *e);
enum county_match active_compare(struct book *b, struct tally *t, int64_t mono_ms);

#endif
