/* config/load_trace.h - the loader tells each value's origin, when it is asked to. */
#ifndef RG_CONFIG_LOAD_TRACE_H
#define RG_CONFIG_LOAD_TRACE_H

#include "config/load_point.h"
#include "config/origin.h"

/* All do nothing without a sink. */
void trace_fields(struct loader *l, const char *section, const char *name, const struct fields *f);
void trace_point(struct loader *l, const struct raw_point *r, const struct point_conf *p);

#endif
