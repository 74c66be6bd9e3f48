/* tests/unit/rules_rig.h - a small plant, the real engine, and a script.
 * A script is text: steps "MS VERB ARGS" parted by ";".  Timers run at their
 * own ms, and at one instant step, then timers, as every host does it.
 *   1000 v a 170         a good value          1000 b a over_range   proven bad
 *   1000 m a timeout     a poll without answer 1000 x a 2            an exception
 *   1000 ack a/H         also reset, comment, handle, close, unshelve, in (service),
 *                        suppress, free; maint and stop take a point
 *   1000 shelve a/H 10   for 10 s; also oos, maint; "10once": till it is over
 *   ... !                expects a refusal
 *   1000 restart 500     down for 500 ms, then back with what the store kept
 *   1000 gap 500         nobody at work for 500 ms
 *   1000 sys store 1     a fault of the gateway's own; 0 ends it
 *   9000 end             nothing but time
 * What comes out is text as well, one event as "MS EVENT RULE ..." */
#ifndef RG_TESTS_UNIT_RULES_RIG_H
#define RG_TESTS_UNIT_RULES_RIG_H

#include "rules/engine.h"

#define RIG_MAX  32
#define RIG_TEXT 8192

struct rig {
    struct plant plant;
    struct bus_conf buses[RIG_MAX];
    struct unit_conf units[RIG_MAX];
    struct point_conf points[RIG_MAX];
    struct uplink_conf uplinks[2];
    struct rule_conf rules[RIG_MAX];
    struct expr_code code[2 * RIG_MAX]; /* of their conditions */
    struct engine *engine;
    uint64_t epoch;
    int64_t began_ms; /* of this epoch, on the rig's own clock */
    int64_t now_ms;
    struct saved_alarm store[4 * RIG_MAX];
    size_t n_stored;
    bool tell_states; /* also print what only the store is told */
    char out[RIG_TEXT];
};

void rig_bus(struct rig *r, const char *name);
void rig_unit(struct rig *r, uint32_t bus, uint8_t unit_id);
/* `after` and `clear_after` in ms; the band below is 10. */
struct rig_limit {
    double at;
    int64_t after_ms, clear_after_ms;
    bool latch;
};
uint32_t rig_point(struct rig *r, const char *id, uint32_t unit, int64_t every_ms);
void rig_limit(struct rig *r, uint32_t point, enum level level, struct rig_limit limit);
/* when, clear_when ("": none); delays in ms */
void rig_rule(struct rig *r, const char *id, const char *when, const char *clear_when,
              struct rig_limit limit);
/* One bus `b`, one unit, one point `a`, polled each second. */
void rig_one(struct rig *r, struct rig_limit h, struct rig_limit hh);
void rig_one_low(struct rig *r, struct rig_limit l, struct rig_limit ll);
void rig_start(struct rig *r);
void rig_stop(struct rig *r);
const char *rig_run(struct rig *r, const char *script);
struct stamp rig_now(const struct rig *r);
void rig_tick_until(struct rig *r, int64_t ms);
void rig_drain(struct rig *r);
/* A row of a table: a script and all that it must bring about. */
struct rig_row {
    const char *name, *script, *events;
};
void rig_expect(struct rig *r, const struct rig_row *row);

#endif
