/* config/model_point.h - what is measured and when it is an alarm.
 * Part of model.h, which says who owns it.  Thread: any (immutable). */
#ifndef RG_CONFIG_MODEL_POINT_H
#define RG_CONFIG_MODEL_POINT_H

#include <stdbool.h>
#include <stdint.h>

#include "config/expr.h"
#include "config/model_site.h"
#include "config/units.h"

/* sm: a sign bit and a magnitude.  bcd: a decimal digit in each half byte. */
enum value_type {
    TYPE_BIT,
    TYPE_U16,
    TYPE_I16,
    TYPE_SM16,
    TYPE_BCD16,
    TYPE_U32,
    TYPE_I32,
    TYPE_SM32,
    TYPE_BCD32,
    TYPE_F32,
    TYPE_U64,
    TYPE_I64,
    TYPE_F64,
    VALUE_TYPES
};
/* What a status bit says of its device; what weighs more stands first. */
enum status_word {
    STATUS_SENSOR_FAULT,
    STATUS_CALIBRATING,
    STATUS_WARMING_UP,
    STATUS_OVER_RANGE,
    STATUS_UNDER_RANGE,
    STATUS_WORDS
};
/* Names tell where the bytes of the number 0xAABBCCDD stand on the wire; of a
 * 64-bit one: ABCDEFGH, GHEFCDAB, BADCFEHG, HGFEDCBA. */
enum byte_order { ORDER_ABCD, ORDER_CDAB, ORDER_BADC, ORDER_DCBA, BYTE_ORDERS };
/* In the order of the value axis; low levels first. */
enum level { LEVEL_LL, LEVEL_L, LEVEL_H, LEVEL_HH, LEVELS, LEVEL_NONE = LEVELS };

struct read_conf {
    uint8_t fc;       /* 1, 2, 3, 4 */
    uint16_t address; /* PDU address, base 0 */
    enum value_type type;
    enum byte_order order; /* 32- and 64-bit types only */
    uint16_t mask;         /* of a u16: these bits, shifted down; 0: all */
    double scale;          /* value = raw * scale + offset */
    double offset;
    int8_t decimals; /* for people and JSON; -1: shortest form that reads back as the same f32,
                        -2: as the same f64 */
    bool ne43;       /* raw numbers are a current: */
    double raw_4_ma; /* what stands for 4 mA */
    double raw_20_ma;
    uint8_t n_broken;
    const uint64_t *broken; /* bits of the raw value that say: no value */
};

/* What the device itself says about the value, read from the same unit. */
struct status_conf {
    struct read_conf read;       /* fc 0: the point has none */
    uint32_t bits[STATUS_WORDS]; /* of the word, that say so */
    int64_t away_ms;             /* calibrating or warming up for longer is a sensor fault */
};

struct limit_conf {
    bool set;
    double at;
    double clear; /* high: true from val >= at until val < clear; low: <= and > */
    int64_t after_ms;
    int64_t clear_after_ms;
    uint8_t priority; /* 1..4 */
    bool latch;
    const char *basis; /* NULL: none given anywhere */
    struct text act;   /* `do` */
};

/* What a number stands for: 1 is "on". */
struct state_conf {
    double value;
    struct text label;
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
    int64_t settle_ms;          /* no value is believed for so long when its unit comes back */
    enum unit_id unit_of_value; /* UNIT_NONE for bits and bare numbers */
    bool has_range;
    double range_low;
    double range_high;
    struct limit_conf limits[LEVELS];
    const struct state_conf *states;
    size_t n_states;
    const char *file; /* where it is written, for people */
    int line, col;
};

extern const char *const level_names[LEVELS];        /* "LL" "L" "H" "HH" */
extern const char *const status_names[STATUS_WORDS]; /* "sensor_fault" "calibrating" ... */

#endif
