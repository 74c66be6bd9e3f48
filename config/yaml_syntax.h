/* config/yaml_syntax.h - what libyaml's parser stumbles over, said as what it
 * is and where a person made the mistake, which is often lines earlier. */
#ifndef RG_CONFIG_YAML_SYNTAX_H
#define RG_CONFIG_YAML_SYNTAX_H

#include <stdbool.h>
#include <yaml.h>

#include "config/yaml_mend.h"

/* The parser's last scalar before it gave up. */
struct last_scalar {
    yaml_mark_t from, to;
    bool is_value; /* it stood behind a key */
    bool quoted;
};

void yaml_syntax_report(const yaml_parser_t *p, const struct source *s, const struct mended *m,
                        const struct last_scalar *last, struct diag_list *d);

#endif
