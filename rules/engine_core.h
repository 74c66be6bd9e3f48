/* rules/engine_core.h - what the engine's own files share.
 * struct engine and every array behind it are one block of memory, so that a
 * copy of the block is a copy of the whole state.  Thread: the loop. */
#ifndef RG_RULES_ENGINE_CORE_H
#define RG_RULES_ENGINE_CORE_H

#include "rules/alarm.h"
#include "rules/engine.h"
#include "rules/slots.h"
#include "rules/timers.h"
#include "rules/users.h"

#define FAULT_PRIORITY 3
#define AGE_POLLS      3
#define AGE_SPARE_MS   1000

struct point_watch {
    struct point_state st;
    uint32_t slot[2]; /* by enum side; SLOT_NONE: no limit on that side */
    uint32_t fault;   /* slot */
    uint32_t next;    /* next point of the same unit, or PLANT_NONE */
    int64_t from_ms;  /* its age counts from here at the earliest */
};

struct unit_watch {
    int64_t proven_ms; /* its age counts from here: the last proven frame, or the start */
    int64_t back_ms;   /* when it last came back; the start before that */
    int64_t age_ms;    /* silence that makes it a fault */
    struct why why;    /* of the last miss */
    bool silent;       /* the last poll brought no proven frame */
    bool lost;         /* its age has passed, or its bus is lost */
    uint32_t slot;
    uint32_t first_point;
    uint32_t next; /* next unit of the same bus, or PLANT_NONE */
};

struct bus_watch {
    bool line_down; /* the last miss said so and no frame came since */
    struct why why;
    uint32_t slot;
    uint32_t first_unit;
    uint32_t n_units;
};

struct ring {
    struct event *v;
    uint32_t size, head, n;
    bool held; /* restored, and the restart event has not gone before yet */
};

struct engine {
    const struct plant *plant;
    size_t bytes; /* of the whole block */
    uint64_t epoch;
    uint64_t seq;
    struct instant at; /* of the step that is being made */
    struct point_watch *points;
    struct unit_watch *units;
    struct bus_watch *buses;
    struct slot *slots;
    uint32_t n_slots;
    uint32_t n_timed;    /* those with levels: the first */
    uint32_t first_rule; /* slot of the plant's first rule */
    uint32_t *by_key;    /* slot numbers, sorted by key and type */
    struct users users;
    struct timers timers;     /* units, points, users, slots with levels; people's of every slot */
    struct hold_words *words; /* HOLDS_MAX, free: no name */
    int64_t gap_ms;           /* the process last stood still until then; INT64_MIN: never */
    bool time_known;          /* the wall clock was once good in this epoch */
    struct ring ring;
};

struct note { /* what an event says beside its slot's state */
    const char *by;
    const char *comment;
    uint32_t pending;
    const char *action;
    enum end_reason reason; /* of a hold that ends */
};

/* engine_emit.c */
bool engine_move(struct engine *e, uint32_t slot, enum alarm_input input, struct alarm_case *c,
                 const struct note *note);
void engine_emit(struct engine *e, uint32_t slot, enum event_type type, struct alarm_id id,
                 const struct note *note);
struct event *ring_push(struct engine *e, enum event_type type); /* NULL: full */
void ring_release(struct engine *e); /* number what a restore has left */
void note_copy(char *to, size_t size, const char *from);

/* engine_limits.c */
void limits_sample(struct engine *e, uint32_t point, const struct sample *s);
void limits_freeze(struct engine *e, uint32_t point);               /* row 20 on both sides */
void limits_judge(struct engine *e, uint32_t slot, enum cond cond); /* of a rule */
void limits_due(struct engine *e, uint32_t slot);
void limits_arm(struct engine *e, uint32_t slot);
/* Bits of the levels in their delay or active, PENDING_RULE for a rule over the
 * point; lowers *priority to theirs. */
uint32_t limits_pending(const struct engine *e, uint32_t point, uint8_t *priority);

/* engine_faults.c */
void faults_start(struct engine *e);
void faults_frame(struct engine *e, uint32_t unit);
void faults_miss(struct engine *e, const struct sample *s);
void faults_value(struct engine *e, const struct sample *s);
void faults_gap(struct engine *e, int64_t end_ms); /* nobody asked until then */
void faults_unit_due(struct engine *e, uint32_t unit);
void faults_point_due(struct engine *e, uint32_t point);
int64_t faults_age_ms(int64_t every_ms); /* silence that is a fault */
int64_t faults_point_due_ms(const struct engine *e, uint32_t point);
uint32_t faults_point_timer(const struct engine *e, uint32_t point); /* a unit's is its index */
void faults_settle(struct engine *e); /* after a restore: who stands under a bus's alarm */

/* engine.c */
uint32_t users_timer(const struct engine *e, uint32_t user);
uint32_t slot_timer(const struct engine *e, uint32_t slot);
void engine_run_timers(struct engine *e, int64_t until_ms, struct stamp now);
void point_set_quality(struct engine *e, uint32_t point, enum quality q);

#endif
