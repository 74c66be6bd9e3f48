/* config/model_point.h - what is measured and when it is an alarm.
 * Part of model.h, which says who owns it.  Thread: any (immutable). */
#ifndef RG_CONFIG_MODEL_POINT_H
#define RG_CONFIG_MODEL_POINT_H

#include <stdbool.h>
#include <stdint.h>

#include "config/expr.h"
#include "config/model_read.h"
#include "config/model_site.h"
#include "config/units.h"

/* In the order of the value axis; low levels first. */
enum level { LEVEL_LL, LEVEL_L, LEVEL_H, LEVEL_HH, LEVELS, LEVEL_NONE = LEVELS };

struct limit_conf {
    bool set;
    double at;
    double clear; /* high: true from val >= at until val < clear; low: <= and > */
    int64_t after_ms;
    int64_t clear_after_ms;
    uint8_t priority; /* 1..4 */
    bool latch;
    const char *basis;         /* NULL: none given anywhere */
    struct text act;           /* `do` */
    int64_t respond_within_ms; /* not acked by then, it escalates; 0: never */
    int64_t re_alarm_ms;       /* acked and still there, it is announced again; 0: never */
};

/* What a number stands for: 1 is "on". */
struct state_conf {
    double value;
    struct text label;
};

/* Samples that are kept: all, or one each every_ms and when it moved so far. */
struct record_conf {
    bool all;
    int64_t every_ms;
    double deadband; /* 0: at each change */
};

struct point_conf {
    const char *id;
    struct text label;
    const char *county; /* NULL: none */
    uint32_t area;      /* PLANT_NONE: none */
    uint32_t bus;
    uint32_t unit;        /* index into units */
    const char *together; /* name of the set that is read in one transaction; NULL: none */
    int64_t every_ms;
    struct read_conf read;
    struct status_conf status;
    struct identity_conf identity;
    int64_t settle_ms;          /* no value is believed for so long when its unit comes back */
    enum unit_id unit_of_value; /* UNIT_NONE for bits and bare numbers */
    bool has_range;
    double range_low, range_high;
    struct limit_conf limits[LEVELS];
    const struct state_conf *states;
    size_t n_states;
    struct record_conf record;
    const char *file; /* where it is written, for people */
    int line, col;
};

extern const char *const level_names[LEVELS];        /* "LL" "L" "H" "HH" */
extern const char *const status_names[STATUS_WORDS]; /* "sensor_fault" "calibrating" ... */

#endif
