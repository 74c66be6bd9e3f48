/* daemon/ctl_people.h - people's verbs on the control socket: ack, comment,
 * handle, close, reset, shelve, unshelve, oos, in-service, maint.  Every act
 * and every attempt is a line of the log and a row of the audit trail.
 * Thread: the loop. */
#ifndef RG_DAEMON_CTL_PEOPLE_H
#define RG_DAEMON_CTL_PEOPLE_H

#include <jansson.h>

#include "daemon/ctl_verbs.h"

/* name: of the verb; NULL where there is no such act in the request. */
void ctl_act(const struct ctl_subject *s, const struct ctl_asker *asker, const json_t *body,
             struct ctl_answer *a);
/* An attempt that was not permitted. */
void ctl_audit_denied(const struct ctl_subject *s, const struct peer *who, const char *verb,
                      const json_t *body);
/* The person who acts: the socket's peer; another name is kept beside it. */
void ctl_person(const struct peer *who, const char *named, char out[PERSON_MAX]);

#endif
