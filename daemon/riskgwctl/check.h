/* daemon/riskgwctl/check.h - judge a configuration without a daemon.
 * Opens no port, no bus and no store. */
#ifndef RG_DAEMON_RISKGWCTL_CHECK_H
#define RG_DAEMON_RISKGWCTL_CHECK_H

#include "daemon/riskgwctl/verbs.h"

/* check [FILE] [--strict]: 2 errors, 1 warnings with --strict, else 0. */
int verb_check(const struct verb *v, const struct call *c);

#endif
