/* tests/sim/world/disk.h - the record as the gateway's host sees it: the calls
 * of daemon/store.h behind a small vtable, so that the real store over a test
 * VFS can stand here.  Calls are synchronous; latency, failures and answers
 * that lie are the host's (box.c).  What a call has recorded survives; a crash
 * forgets everything else. */
#ifndef RG_TESTS_SIM_WORLD_DISK_H
#define RG_TESTS_SIM_WORLD_DISK_H

#include "daemon/store.h"

struct disk;

struct disk_kind {
    const char *name;
    struct disk *(*make)(void);
    void (*free)(struct disk *d);
    /* What a start finds; opened->alarms is malloc'd, the caller's. */
    int (*open)(struct disk *d, const struct plant *p, struct store_opened *opened);
    int (*begin_epoch)(struct disk *d, uint64_t epoch, int64_t utc_ms, int64_t boot_ms);
    int (*commit)(struct disk *d, uint64_t epoch, const struct batch *b);
    int (*fetch)(struct disk *d, struct fetch *f);
    int (*clean_stop)(struct disk *d, uint64_t epoch, int64_t mono_ms);
    int (*trim)(struct disk *d, int64_t before_utc_ms);
    void (*crash)(struct disk *d);
    /* For a planted defect: crash() brings back what stood here at mark(). */
    void (*mark)(struct disk *d);
};

extern const struct disk_kind disk_memory;

#endif
