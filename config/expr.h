/* config/expr.h - a condition or a quantity over points, as people write it
 * (`dc1.saw is on and dc1.fan is off`, `flow_in - flow_out`), and what it
 * becomes: a flat array of steps in the order in which they are made, operands
 * first, with the units checked and the constants worked out.
 * Reading neither allocates nor calls itself; each text is bounded by
 * EXPR_STEPS_MAX and EXPR_DEPTH_MAX.  Thread: any. */
#ifndef RG_CONFIG_EXPR_H
#define RG_CONFIG_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/catalog.h"
#include "config/units.h"

#define EXPR_STEPS_MAX     256  /* of one expression */
#define EXPR_DEPTH_MAX     64   /* values that wait at one time */
#define EXPR_WITHIN_MIN_MS 1000 /* of rise() and fall() */
#define EXPR_WITHIN_MAX_MS 86400000

enum expr_op {
    EXPR_NUMBER, /* its number */
    EXPR_POINT,  /* the value of point arg */
    EXPR_RISE,   /* what point arg has risen by within `number` ms */
    EXPR_FALL,
    EXPR_BAD, /* point arg has a bad quality */
    EXPR_NEG, /* from here on the operands are the values made last */
    EXPR_ADD,
    EXPR_SUB,
    EXPR_MUL,
    EXPR_DIV,
    EXPR_LT,
    EXPR_LE,
    EXPR_GT,
    EXPR_GE,
    EXPR_EQ,
    EXPR_NE,
    EXPR_NOT,
    EXPR_AND,
    EXPR_OR,
    EXPR_COUNT /* how many of the last arg conditions are true */
};

struct expr_step {
    enum expr_op op;
    uint32_t arg;
    double number;
};

struct expr {
    const char *text; /* NULL: there is none */
    const struct expr_step *steps;
    uint32_t n;
    uint32_t n_windows; /* how many of the steps are EXPR_RISE or EXPR_FALL */
};

/* Powers of units: m3/h over m3/h is a bare number. */
struct expr_unit {
    int8_t power[UNIT_COUNT];
};

/* What the whole must be. */
enum expr_want { EXPR_CONDITION, EXPR_QUANTITY };

struct point_conf;

/* Points by their ids, sorted as strcmp() does. */
struct expr_names {
    const struct point_conf *points;
    const uint32_t *by_id;
    size_t n;
};

struct expr_code {
    struct expr_step steps[EXPR_STEPS_MAX];
    uint32_t n, n_windows;
    struct expr_unit unit; /* of a quantity */
};

/* The first thing that is wrong, and the bytes of the text that are. */
struct expr_fault {
    enum finding finding;
    size_t from, len;
    char args[3][96];
    char near[64]; /* what may have been meant; "" */
};

/* False: *fault says why. */
bool expr_compile(const char *text, const struct expr_names *names, enum expr_want want,
                  struct expr_code *out, struct expr_fault *fault);
uint32_t expr_find(const struct expr_names *names, const char *id); /* PLANT_NONE */
/* "ppm", "m3/h*kPa"; "-" for a bare number. */
void expr_unit_text(const struct expr_unit *u, char *out, size_t size);
bool expr_unit_is(const struct expr_unit *u, enum unit_id id);

#endif
