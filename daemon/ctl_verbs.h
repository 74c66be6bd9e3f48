/* daemon/ctl_verbs.h - the table of what the control socket understands.
 * Thread: the loop. */
#ifndef RG_DAEMON_CTL_VERBS_H
#define RG_DAEMON_CTL_VERBS_H

#include "daemon/ctl.h"
#include "daemon/peer.h"

/* Exit codes of the tool; Source: the published contract. */
enum ctl_exit {
    CTL_FINE = 0,
    CTL_NO = 1,
    CTL_INPUT = 2,
    CTL_UNREACHABLE = 3,
    CTL_DENIED = 4,
    CTL_USAGE = 64
};

struct ctl_answer {
    enum ctl_exit exit;
    char message[256];
    struct buffer doc; /* malloc'd; empty when there is none */
    bool is_later;     /* it comes by ctl_finish(): nothing else in here counts */
};

/* Who asks, and where an answer that takes its time goes. */
struct ctl_asker {
    const struct peer *who;
    struct ctl *ctl;
    uint64_t ticket;
};

/* Carry out one request.  Never fails: what is wrong with it stands in *a. */
void ctl_answer(const struct ctl_subject *s, const struct ctl_asker *asker, const char *request,
                size_t len, struct ctl_answer *a);
/* The answer to somebody who may not, written down as every attempt is. */
void ctl_deny(const struct peer *who, const char *verb, struct ctl_answer *a);

#endif
