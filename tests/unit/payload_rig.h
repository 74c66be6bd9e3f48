/* tests/unit/payload_rig.h - a small steel and dust plant with the real
 * engine; every message that it causes is made, parsed and kept.
 * Each call below is one instant `now_ms`; what it caused stands in `seen`, an
 * array of {"topic","body"}, until the next call. */
#ifndef RG_TESTS_UNIT_PAYLOAD_RIG_H
#define RG_TESTS_UNIT_PAYLOAD_RIG_H

#include <stdio.h>

#include "daemon/payload.h"

#define PRIG_POINTS 64
#define PRIG_BUSES  48

struct json_t;

struct payload_rig {
    struct plant plant;
    struct area_conf areas[2];
    struct bus_conf buses[PRIG_BUSES];
    struct unit_conf units[PRIG_POINTS];
    struct point_conf points[PRIG_POINTS];
    struct uplink_conf uplinks[2];
    struct engine *engine;
    struct envelope env;
    struct store_prev prev;
    struct status_facts facts;
    double use_pct[PRIG_BUSES];
    int64_t now_ms;
    uint64_t seq[NUMBERED_TOPICS];
    FILE *capture; /* NULL: none; NDJSON of all that was made */
    struct json_t *seen;
    char body[MESSAGE_MAX]; /* the last one */
    size_t len;
};

/* Points of the plant that prig_init() describes. */
enum { CO_FRONT, CO_TUYERE, HOLDER_P, INLET_T, SPARK, BARE, PRIG_USED };

void prig_init(struct payload_rig *r);    /* the plant; may be changed before prig_start() */
void prig_start(struct payload_rig *r);   /* engine, restart event */
void prig_restart(struct payload_rig *r); /* the restart event, again */
void prig_stop(struct payload_rig *r);

struct stamp prig_now(const struct payload_rig *r);
void prig_value(struct payload_rig *r, uint32_t point, double val);
void prig_bad(struct payload_rig *r, uint32_t point, enum quality q, double val);
void prig_miss(struct payload_rig *r, uint32_t point, struct why why, bool alive);
void prig_at(struct payload_rig *r, int64_t ms); /* time passes, timers run */
void prig_ack(struct payload_rig *r, const char *rule, const char *by, const char *comment);
void prig_reset(struct payload_rig *r, const char *rule, const char *by);
void prig_do(struct payload_rig *r, struct person_act act); /* by: 王工 */
void prig_sys(struct payload_rig *r, enum sys_fault f, bool bad);
/* All parts of the other topics, as they are now. */
void prig_telemetry(struct payload_rig *r);
void prig_active(struct payload_rig *r);
void prig_meta(struct payload_rig *r);
void prig_status(struct payload_rig *r);
void prig_offline(struct payload_rig *r, const char *reason);
void prig_ledger(struct payload_rig *r, const struct lost *v, size_t n);

/* The one message of `seen` with this ev; fails the test when there is none. */
const struct json_t *prig_event(const struct payload_rig *r, const char *ev);
const char *prig_text(const struct json_t *o, const char *key); /* NULL: none */

#endif
