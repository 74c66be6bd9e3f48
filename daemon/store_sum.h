/* daemon/store_sum.h - FNV-1a, 64 bits: shows that a row was damaged on its
 * disk.  No protection against a person.  Thread: any. */
#ifndef RG_DAEMON_STORE_SUM_H
#define RG_DAEMON_STORE_SUM_H

#include <stddef.h>
#include <stdint.h>

/* Source: RFC 9923 (FNV), 64 bits: offset basis and prime. */
#define SUM_BEGIN UINT64_C(0xcbf29ce484222325)
#define SUM_PRIME UINT64_C(0x100000001b3)

static inline uint64_t sum_bytes(uint64_t sum, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < len; i++)
        sum = (sum ^ at[i]) * SUM_PRIME;
    return sum;
}

static inline uint64_t sum_number(uint64_t sum, int64_t number)
{
    return sum_bytes(sum, &number, sizeof number);
}

#endif
