/* config/catalog.h - every finding that a configuration can get, by number,
 * in Chinese and English.  {0} {1} {2} are filled in.  A number is never given
 * to another finding: people look it up.  A new area gets a file of its own here
 * and beside explain_*.c.
 * X(number, name, is a warning, zh, en, way out zh, way out en) */
#ifndef RG_CONFIG_CATALOG_H
#define RG_CONFIG_CATALOG_H

#include "config/catalog_bus.h"
#include "config/catalog_expr.h"
#include "config/catalog_keys.h"
#include "config/catalog_plant.h"
#include "config/catalog_uplink.h"
#include "config/catalog_yaml.h"

#define CATALOG(X)                                                                                 \
    CATALOG_YAML(X)                                                                                \
    CATALOG_KEYS(X) CATALOG_PLANT(X) CATALOG_EXPR(X) CATALOG_BUS(X) CATALOG_UPLINK(X)

#define CATALOG_NAME(number, name, warning, zh, en, hzh, hen) name,
enum finding { CATALOG(CATALOG_NAME) FINDINGS };
#undef CATALOG_NAME

#endif
