/* daemon/riskgwctl/test.h - do the rules do what a scenario says?
 * The daemon's engine on a virtual clock; no daemon, no bus, no store. */
#ifndef RG_DAEMON_RISKGWCTL_TEST_H
#define RG_DAEMON_RISKGWCTL_TEST_H

#include "daemon/riskgwctl/verbs.h"

/* test FILE... [--print]: 2 a file is wrong, 1 what was seen is not what was
 * expected, else 0. */
int verb_test(const struct verb *v, const struct call *c);

#endif
