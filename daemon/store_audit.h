/* daemon/store_audit.h - the audit trail as the store keeps it.
 * Thread: the store's. */
#ifndef RG_DAEMON_STORE_AUDIT_H
#define RG_DAEMON_STORE_AUDIT_H

#include "daemon/store_db.h"

/* A message of TOPIC_AUDIT becomes the row behind head, which moves on.  Of a
 * batch that was recorded and reported as failed its rows may stand twice. */
int audit_put(struct store *s, const struct message *m, struct audit_head *head);
/* Reads all of it: how far it goes, its last hash, and where the chain is
 * broken.  A row that was changed or taken out is no damage of the file: the
 * chain goes on behind it. */
int audit_restore(struct store *s, struct audit_head *out);

#endif
