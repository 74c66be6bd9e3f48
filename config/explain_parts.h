/* config/explain_parts.h - the explanations, a file for each catalog_*.h.
 * Thread: any (constant data). */
#ifndef RG_CONFIG_EXPLAIN_PARTS_H
#define RG_CONFIG_EXPLAIN_PARTS_H

#include <stddef.h>

#include "config/explain.h"

struct explain_part {
    const struct explanation *rows;
    size_t n;
};

extern const struct explain_part explain_yaml, explain_keys, explain_plant, explain_expr,
    explain_bus, explain_uplink;

#endif
