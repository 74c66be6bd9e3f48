/* daemon/riskgwctl/schema.h - the keys of the configuration, for editors. */
#ifndef RG_DAEMON_RISKGWCTL_SCHEMA_H
#define RG_DAEMON_RISKGWCTL_SCHEMA_H

#include "daemon/riskgwctl/verbs.h"

/* schema: JSON Schema; schema man: the sections of riskgwd.yaml(5). */
int verb_schema(const struct verb *v, const struct call *c);

#endif
