/* daemon/backoff.h - when to try a connection again: full jitter, so that a
 * county's gateways do not come back in step.  Pure; the seed is given, so a
 * run can be repeated.  Thread: the loop. */
#ifndef RG_DAEMON_BACKOFF_H
#define RG_DAEMON_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

#define BACKOFF_ALARM_CAP_MS 5000 /* Source: the published contract, L4 */
#define BACKOFF_CAP_MS       60000
#define BACKOFF_REFUSED_MS   60000

struct backoff {
    uint64_t random;
    unsigned tries; /* failed ones in a row */
};

void backoff_init(struct backoff *b, uint64_t seed);
/* A connection has held: begin small again. */
void backoff_reset(struct backoff *b);
/* How long to wait after one more failure, in ms. */
int64_t backoff_next(struct backoff *b, bool is_alarm_waiting);
/* After a refusal: never sooner than a minute, so that no account is locked. */
int64_t backoff_refused(struct backoff *b);
/* An alarm came while a long wait runs: the longest that it still may wait. */
int64_t backoff_hurry(struct backoff *b);

#endif
