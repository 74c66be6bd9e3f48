/* daemon/riskgwctl/explain.h - the long text of a finding's number. */
#ifndef RG_DAEMON_RISKGWCTL_EXPLAIN_H
#define RG_DAEMON_RISKGWCTL_EXPLAIN_H

#include "daemon/riskgwctl/verbs.h"

/* explain E0nn; explain all: every number, as a page in Markdown. */
int verb_explain(const struct verb *v, const struct call *c);

#endif
