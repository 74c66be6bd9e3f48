/* daemon/ctl_read.h - verbs that read what was recorded: history, gaps, incident,
 * export.  The store's thread reads, the answer comes in pieces as the asker takes
 * them: lines of JSON, the last one {"end":true} or {"error":"...","exit":N}.
 * Thread: the loop. */
#ifndef RG_DAEMON_CTL_READ_H
#define RG_DAEMON_CTL_READ_H

#include "daemon/ctl_verbs.h"
#include "daemon/recovery.h"

struct readings;

/* Words of the request; NULL: not there. */
struct read_order {
    const char *verb;
    const char *point;
    const char *alarm;
    const char *from, *to;
};

/* RG_OK, RG_ENOMEM.  rec stays the caller's. */
int readings_new(struct readings **out, struct recovery *rec);
/* What is out is dropped when it comes back; before ctl_close(). */
void readings_stop(struct readings *rs); /* NULL-safe */
/* The store's thread has ended.  NULL-safe. */
void readings_free(struct readings *rs);
void readings_answered(struct readings *rs, struct reading *r);

void ctl_read(const struct ctl_subject *s, const struct ctl_asker *asker,
              const struct read_order *o, struct ctl_answer *a);

#endif
