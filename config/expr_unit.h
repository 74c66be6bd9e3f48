/* config/expr_unit.h - what becomes of units when numbers are reckoned with.
 * Thread: any. */
#ifndef RG_CONFIG_EXPR_UNIT_H
#define RG_CONFIG_EXPR_UNIT_H

#include "config/expr.h"

struct expr_unit expr_unit_of(enum unit_id id);
bool expr_unit_same(const struct expr_unit *a, const struct expr_unit *b);
bool expr_unit_none(const struct expr_unit *u);
/* a * b for sign 1, a / b for -1; false: a power is out of all reason. */
bool expr_unit_times(struct expr_unit *a, const struct expr_unit *b, int sign);

#endif
