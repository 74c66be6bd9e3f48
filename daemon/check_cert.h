/* daemon/check_cert.h - the `certs` of a struct file_reader, for a check.
 * Thread: any; reads a disk and the wall clock. */
#ifndef RG_DAEMON_CHECK_CERT_H
#define RG_DAEMON_CHECK_CERT_H

#include "config/load.h"

void check_certs(void *ctx, const struct tls_conf *tls, cert_finding *tell, void *to);

#endif
