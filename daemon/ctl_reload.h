/* daemon/ctl_reload.h - the verb `reload`: asked now, answered when it is done.
 * Thread: the loop. */
#ifndef RG_DAEMON_CTL_RELOAD_H
#define RG_DAEMON_CTL_RELOAD_H

#include "daemon/ctl_verbs.h"
#include "daemon/reload.h"

/* false: one is running and one waits. */
bool ctl_reload(const struct ctl_subject *s, const struct ctl_asker *asker, const char *by,
                enum diag_lang lang);

#endif
