/* rules/engine.h - all alarms of one plant as a pure core.
 * Samples, people's verbs and time go in; events and changed states come out
 * of engine_take().  No I/O, no clock, no log; engine_new() takes all memory,
 * afterwards nothing allocates.  Thread: the loop.
 *
 * Order at one instant: the host first hands in samples, then calls
 * engine_tick(); timers end exactly at their ms.  `now` never goes back. */
#ifndef RG_RULES_ENGINE_H
#define RG_RULES_ENGINE_H

#include "config/err.h"
#include "config/model.h"
#include "drivers/sample.h"
#include "rules/event.h"
#include "rules/people.h"

struct engine;

enum side { SIDE_HIGH, SIDE_LOW };
enum slot_type { SLOT_LIMIT, SLOT_RULE, SLOT_POINT_FAULT, SLOT_UNIT, SLOT_BUS, SLOT_SYS };

/* The gateway's own faults.  From SYS_UPLINK on each stands for n_uplinks slots. */
enum sys_fault { SYS_STORE, SYS_TIME, SYS_CONFIG, SYS_IDENTITY, SYS_UPLINK, SYS_CERT, SYS_FAULTS };

struct slot {
    enum slot_type type;
    uint32_t ref;           /* point, rule, unit, bus or uplink index; enum sys_fault otherwise */
    enum side side;         /* SLOT_LIMIT */
    enum sys_fault sys;     /* SLOT_SYS */
    char key[SLOT_KEY_MAX]; /* names the slot in the store, over restarts and
                                 reloads: POINT/high, POINT/low, RULE, POINT/fault,
                                 unit/BUS/N, bus/NAME, sys/store, sys/uplink/NAME */
    struct alarm_state st;
};

/* What is known of one point now: a value, or the reason why not. */
struct point_state {
    enum quality q; /* never_read, stale and comm_fail are made here, by age */
    double val;     /* last proven good value; NaN: none yet */
    struct stamp val_at;
    struct stamp since; /* of this q */
    struct why why;     /* of the last miss or bad value; WHY_NONE when good */
    uint32_t n;         /* misses or bad values in a row */
    struct stamp seen;  /* last proven value, good or bad */
    bool seen_ever;
};

/* One alarm as the store kept it. */
struct saved_alarm {
    char key[SLOT_KEY_MAX];
    struct alarm_state st;
    struct hold_words words[HOLDS]; /* of the holds that `st` has */
};

int engine_new(struct engine **out, const struct plant *p, uint64_t epoch, struct stamp now);
void engine_free(struct engine *e); /* NULL-safe */

/* Before the first sample: bring back what an earlier epoch left.
 * shift_ms: what to subtract from a saved mono_ms to get one of this epoch.
 * died_ms: the last instant (saved mono_ms) at which that epoch is known to have
 * lived; running delays keep what was left then.  Rows 28 and 29.  A key that
 * this plant no longer has is retired by name (EV_RETIRE, row 33; EV_NONE when
 * it was never announced): slot SLOT_NONE, the key in `comment`, `after` empty.
 * What it causes is held back until engine_restart(), so that the restart event
 * has the first number; any other input lets it go as well.
 * Returns RG_OK, or RG_EFULL when the event ring is full. */
int engine_restore(struct engine *e, const struct saved_alarm *v, size_t n, int64_t shift_ms,
                   int64_t died_ms, struct stamp now);

void engine_sample(struct engine *e, const struct sample *s, struct stamp now);
void engine_tick(struct engine *e, struct stamp now);
int64_t engine_next_ms(const struct engine *e); /* INT64_MAX: no timer */

/* The process stood still from from_ms on until now, stopped or starved: polls
 * that were due then were not missed by anybody.  Delays keep what they had left
 * at from_ms, every point is unknown (why: gap) until its next sample, and ages
 * count from now.  In place of the tick, before any sample. */
void engine_gap(struct engine *e, int64_t from_ms, struct stamp now);

/* The gateway's own faults: `bad` true raises, false clears; idempotent.
 * uplink: index from SYS_UPLINK on, else 0. */
void engine_sys(struct engine *e, enum sys_fault f, uint32_t uplink, bool bad, struct why why,
                struct stamp now);
/* Numbered alarm-topic events that belong to no slot. */
void engine_restart(struct engine *e, uint16_t parts, struct stamp now); /* emits `parts` events */
void engine_clock_step(struct engine *e, int64_t offset_ms, struct stamp now);

/* What the store keeps of a slot in this state. */
void engine_save(const struct engine *e, uint32_t slot, const struct alarm_state *st,
                 struct saved_alarm *out);

/* Take the oldest event; false when there is none.  The ring holds every event
 * that one call above can cause; drain it after each call. */
bool engine_take(struct engine *e, struct event *out);

size_t engine_slots(const struct engine *e);
const struct slot *engine_slot(const struct engine *e, size_t i);
const struct point_state *engine_point(const struct engine *e, uint32_t point);
/* The quality people see: a unit's silence shows as comm_fail on its points. */
enum quality engine_point_quality(const struct engine *e, uint32_t point);
/* True for a rule's slot whose condition names the point. */
bool engine_rule_names(const struct engine *e, uint32_t slot, uint32_t point);
/* True while the unit's last poll brought no proven frame. */
bool engine_unit_silent(const struct engine *e, uint32_t unit);
uint64_t engine_seq(const struct engine *e); /* last alarm number given */

/* "co.a/HH", "co.a/fault", "unit/gas485/3": the rule of the level now
 * published, for messages; static storage in the engine. */
const char *engine_rule(const struct engine *e, uint32_t slot, char *buf, size_t size);

/* Derived for people, ALARMS: normal unacked acked rtn_unacked latched_unacked
 * latched_acked suppressed shelved oos. */
const char *alarm_state_word(const struct alarm_state *st);
bool alarm_is_active(const struct alarm_state *st); /* A, POFF or latched */
bool alarm_is_listed(const struct alarm_state *st);
bool alarm_is_announced(const struct alarm_state *st);
/* Nothing in it that a restart would have to know. */
bool alarm_is_empty(const struct alarm_state *st);

#endif
