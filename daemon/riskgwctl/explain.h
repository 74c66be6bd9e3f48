/* daemon/riskgwctl/explain.h - the long text of a finding's number. */
#ifndef RG_DAEMON_RISKGWCTL_EXPLAIN_H
#define RG_DAEMON_RISKGWCTL_EXPLAIN_H

#include "daemon/riskgwctl/verbs.h"

/* explain E0nn */
int verb_explain(const struct verb *v, const struct call *c);

#endif
