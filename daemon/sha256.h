/* daemon/sha256.h - SHA-256 in a struct of the caller's.  libcrypto's
 * allocates for each digest, and the path of the alarms may not.
 * Source: FIPS 180-4.  Thread: any. */
#ifndef RG_DAEMON_SHA256_H
#define RG_DAEMON_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32
#define SHA256_BLOCK 64

struct sha256 {
    uint32_t h[8];
    uint64_t len; /* bytes so far */
    unsigned char block[SHA256_BLOCK];
};

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t len);
void sha256_end(struct sha256 *s, unsigned char out[SHA256_BYTES]);

#endif
