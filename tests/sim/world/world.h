/* tests/sim/world/world.h - the whole chain in one process, on one virtual
 * clock, under one seed: plant, lines, the real bus and gateway cores, disk,
 * broker and county.  Nothing here reads a clock or draws chance but from the
 * seed, so the same seed gives the same run byte for byte. */
#ifndef RG_TESTS_SIM_WORLD_WORLD_H
#define RG_TESTS_SIM_WORLD_WORLD_H

#include <inttypes.h>
#include <stdio.h>

#include "daemon/payload.h"
#include "tests/sim/world/box.h"
#include "tests/sim/world/broker.h"
#include "tests/sim/world/counts.h"
#include "tests/sim/world/desk.h"
#include "tests/sim/world/judge.h"
#include "tests/sim/world/line.h"
#include "tests/sim/world/queue.h"
#include "tests/sim/world/truth.h"
#include "tests/sim/world/weather.h"

#define WORLD_BUSES  2
#define WORLD_S      INT64_C(1000000)       /* us */
#define WORLD_UTC_MS INT64_C(1795413600000) /* 2026-11-23T10:00:00+08:00 at 0 us */

/* Planted on purpose, to see that they are found. */
enum defect {
    DEFECT_NONE,
    DEFECT_FORGETS, /* commits of the last seconds are gone after a kill */
    DEFECT_CLEAR,   /* a clear leaves before it is durable */
    DEFECT_LATE,    /* no guard against late replies */
    DEFECT_EPOCH,   /* an epoch is given twice */
    DEFECT_PUBACK,  /* PUBACK counts as the county's receipt */
    DEFECT_STATE,   /* the state of some alarms is not recorded */
    DEFECT_SKIP,    /* a number of the alarm topic never comes */
    DEFECT_ZERO,    /* a time-out reads as a value of zero */
    DEFECT_ACTIVE,  /* the list of active alarms is not renewed */
    DEFECT_HOLD,    /* a raise waits for a stuck disk */
    DEFECTS
};
extern const char *const defect_names[DEFECTS];

struct world_conf {
    uint64_t seed;
    int64_t end_us;
    enum defect defect;
    FILE *trace; /* NULL: none */
};

struct world {
    struct world_conf conf;
    struct plant *plant;
    struct plant *spare; /* the same again, for reloads */
    int64_t now_us;
    uint64_t step;
    struct queue queue;
    struct dice dice; /* of the host: latencies, kills, people */
    struct truth truth;
    struct weather weather;
    struct line lines[WORLD_BUSES];
    struct box box;
    struct broker broker;
    struct desk desk;
    struct judge judge;
    struct counts counts;
    int64_t wall_offset_ms;
    uint64_t violations;
    struct name skipped; /* DEFECT_SKIP */
    bool is_over;        /* a violation that makes the rest meaningless */
};

/* One run; returns the number of violations, each told on stderr. */
uint64_t world_run(const struct world_conf *c, struct counts *counts);

/* For all parts. */
void world_at(struct world *w, int64_t at_us, task_run *run, uint64_t life, uint32_t who);
__attribute__((format(printf, 2, 3))) void world_violation(struct world *w, const char *format,
                                                           ...);
__attribute__((format(printf, 2, 3))) void world_trace(struct world *w, const char *format, ...);
struct stamp world_stamp(const struct world *w); /* as the gateway's process sees it */

#endif
