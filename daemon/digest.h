/* daemon/digest.h - hashes that name a configuration.  Thread: any. */
#ifndef RG_DAEMON_DIGEST_H
#define RG_DAEMON_DIGEST_H

#include "config/model.h"

/* First 16 hex digits of SHA-256 over name, length and text of every file. */
void digest_plant(const struct plant *p, char out[17]);

#endif
