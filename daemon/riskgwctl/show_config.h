/* daemon/riskgwctl/show_config.h - what a configuration says in the end, and
 * which line says it. */
#ifndef RG_DAEMON_RISKGWCTL_SHOW_CONFIG_H
#define RG_DAEMON_RISKGWCTL_SHOW_CONFIG_H

#include "daemon/riskgwctl/verbs.h"

/* show-config [POINT] */
int verb_show_config(const struct verb *v, const struct call *c);

#endif
