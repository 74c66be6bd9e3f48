/* daemon/gateway_people.h - what people do, and the trail of it.
 * Thread: the loop. */
#ifndef RG_DAEMON_GATEWAY_PEOPLE_H
#define RG_DAEMON_GATEWAY_PEOPLE_H

#include "daemon/audit.h"
#include "daemon/gateway.h"

/* Whatever a person may do; what is refused has changed nothing. */
enum refusal gateway_do(struct gateway *g, const struct person_act *a, struct stamp now);
/* A row of the audit trail, recorded with the next commit.  RG_EFULL: no memory
 * is left for it. */
int gateway_audit(struct gateway *g, const struct audit_entry *e, struct stamp now);

#endif
