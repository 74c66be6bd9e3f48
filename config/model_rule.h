/* config/model_rule.h - conditions over several points.
 * Part of model.h, which says who owns it.  Thread: any (immutable). */
#ifndef RG_CONFIG_MODEL_RULE_H
#define RG_CONFIG_MODEL_RULE_H

#include "config/expr.h"
#include "config/model_point.h"

struct rule_conf {
    const char *id;
    struct text label;
    uint32_t area; /* PLANT_NONE: none */
    struct expr when;
    struct expr clear_when;  /* without one it ends when `when` is false */
    struct limit_conf limit; /* delays, priority, latch, basis, `do`; `at` and `clear` unused */
    const char *file;        /* where it is written, for people */
    int line;
};

#endif
