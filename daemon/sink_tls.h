/* daemon/sink_tls.h - whom an uplink trusts, brought to paho's connections.
 * Thread: as each part says; the lock is sink_lock(). */
#ifndef RG_DAEMON_SINK_TLS_H
#define RG_DAEMON_SINK_TLS_H

#include <MQTTAsync.h>
#include <stdbool.h>

#include "daemon/cert.h"

struct sink;

struct sink_tls {
    /* the sink thread's; paho's threads read it between begin and end */
    struct certs *certs;
    struct cert_marks marks; /* of the files when they were read last */

    /* under the lock */
    bool is_matched; /* the handshake of this attempt has begun */
    bool is_done;    /* and went well */
    char why[96];    /* what went wrong in it; "": nothing that is known */
    bool is_news;    /* for the loop: which certificate needs a person first */
    int64_t due_utc_ms, ends_utc_ms;
    char what[96];
    int64_t chain_ends_ms; /* of the CA that the broker hangs on; 0: not seen yet */
};

/* The sink thread, without the lock.  Reads the files; false: the attempt is
 * over, and it was said why. */
bool sink_tls_begin(struct sink *s);
void sink_tls_end(struct sink *s); /* after paho has let go */
/* Takes up files that were replaced: a connection made with the old ones ends. */
void sink_tls_look(struct sink *s);
void sink_tls_options(MQTTAsync_SSLOptions *o);
/* Under the lock: what TLS has to say of an attempt that failed; "": nothing.
 * is_refusal: a person must act. */
const char *sink_tls_why(const struct sink *s, bool *is_refusal);

#endif
