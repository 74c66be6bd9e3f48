/* daemon/audit.h - the trail of what people did and tried: one line of JSON a
 * row, chained by SHA-256, so that a row that was changed, put in or taken out
 * breaks the chain behind it.  The newest hash stands in `status`: the platform
 * sees when the end was cut off.
 * hash(n) = SHA-256(hash(n-1), n as 8 bytes big-endian, text), hash(0) = zeros.
 * Thread: the loop; the store's for what stands in a batch. */
#ifndef RG_DAEMON_AUDIT_H
#define RG_DAEMON_AUDIT_H

#include "daemon/message.h"
#include "daemon/record.h"

/* One act, or the attempt. */
struct audit_entry {
    const char *user; /* the caller, as the kernel names it */
    const char *by;   /* whom the caller named; NULL: the same */
    const char *verb;
    const char *what; /* rule, alarm_id or point; NULL: none */
    const char *why;  /* comment, reason, permit or cause; NULL: none */
    const char *result;
};

/* The row's text into m, a message of the pool; the store numbers and chains. */
void audit_write(struct message *m, const struct audit_entry *e, int64_t utc_ms, int zone_min);
/* Moves head on by one row. */
void audit_link(struct audit_head *head, const char *text, size_t len);

#endif
