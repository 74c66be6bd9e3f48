/* config/yaml_bytes.h - are these bytes text at all?  libyaml takes UTF-16 and
 * a BOM without a word and stumbles over GBK far from the place. */
#ifndef RG_CONFIG_YAML_BYTES_H
#define RG_CONFIG_YAML_BYTES_H

#include <stdbool.h>

#include "config/report.h"

/* Skips a BOM in *s.  path: of the file, for a command that mends it.
 * false: refused, reported. */
bool yaml_bytes_check(struct source *s, const char *path, struct diag_list *d);

#endif
