/* daemon/riskgwctl/watch.h - what a watcher has seen of the alarms, and what it
 * tells of the next document.  Pure but for the text it writes. */
#ifndef RG_DAEMON_RISKGWCTL_WATCH_H
#define RG_DAEMON_RISKGWCTL_WATCH_H

#include "daemon/riskgwctl/show.h"

struct watch {
    struct show show;
    bool json;    /* one object a line, and no bell */
    json_t *seen; /* alarm_id -> the alarm as last told; NULL: nothing yet */
    bool is_lost;
};

void watch_init(struct watch *w, const struct show *s, bool json);
void watch_fini(struct watch *w);
/* Tells what has changed since the last document.  What begins to call for a
 * person after the first document rings the bell. */
void watch_look(struct watch *w, const json_t *doc);
/* No document came.  It is told once, and rings. */
void watch_lost(struct watch *w, const char *why);

#endif
