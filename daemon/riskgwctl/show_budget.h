/* daemon/riskgwctl/show_budget.h - what each bus of a configuration needs of its
 * line's time. */
#ifndef RG_DAEMON_RISKGWCTL_SHOW_BUDGET_H
#define RG_DAEMON_RISKGWCTL_SHOW_BUDGET_H

#include "config/model.h"
#include "daemon/riskgwctl/show.h"

/* A row a bus: requests, one round of them, the share of the line, and how late
 * an alarm's poll may be answered in each case. */
void show_budgets(const struct show *s, const struct plant *p);
/* The same as a list; p NULL: an empty one.  The caller's. */
json_t *budgets_json(const struct plant *p);

#endif
