/* daemon/tls_reason.h - why no trusted connection came to be, in words for the
 * person who must mend it.  Pure.  Thread: any. */
#ifndef RG_DAEMON_TLS_REASON_H
#define RG_DAEMON_TLS_REASON_H

#include <openssl/x509.h>
#include <stdbool.h>

#define TLS_REASON_MAX 96

/* err: X509_V_ERR_...; cert: the one that it is about, at `depth` of the chain
 * (0: the broker's own), may be NULL; host: whom we wanted to reach. */
void tls_reason_of_chain(char out[TLS_REASON_MAX], int err, int depth, X509 *cert,
                         const char *host);

/* code: the alert's number.  Source: RFC 8446, 6.2.  by_broker: it was sent to
 * us.  false: it explains nothing, `out` is untouched. */
bool tls_reason_of_alert(char out[TLS_REASON_MAX], int code, bool by_broker);

#endif
