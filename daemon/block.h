/* daemon/block.h - what was measured at one point in one minute, packed: a
 * steady reading costs one byte.  Times as the change of their distance, values
 * as whole steps of the last decimal where every one of them reads back exactly,
 * else as the bits that changed.  Pure.  Thread: any. */
#ifndef RG_DAEMON_BLOCK_H
#define RG_DAEMON_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct block_row {
    int64_t t_ms; /* rises from row to row */
    uint8_t word; /* of its quality, a number of the file's own */
    bool has_val; /* else `why` says why not */
    double val;   /* finite */
    uint32_t why; /* word << 16 | argument */
};

/* Most bytes of n rows. */
#define BLOCK_ROW_MAX  28
#define BLOCK_HEAD_MAX 2

/* Packs v[0 .. n) (n > 0) into size >= BLOCK_HEAD_MAX + n * BLOCK_ROW_MAX bytes;
 * times are kept relative to base_ms.  decimals: of the point, or negative. */
size_t block_pack(uint8_t *to, const struct block_row *v, size_t n, int64_t base_ms, int decimals);

struct block_reader {
    const uint8_t *at, *end;
    int mode;
    int64_t t_ms, step_ms, whole;
    uint64_t bits;
    struct block_row row;
};

/* bytes stay the caller's while it reads. */
void block_read(struct block_reader *r, const void *bytes, size_t len, int64_t base_ms);
/* 1: a row; 0: the end; negative: the bytes are damaged. */
int block_next(struct block_reader *r, struct block_row *out);

/* LEB128, also of what stands around blocks. */
#define VARINT_MAX 10
size_t varint_put(uint8_t *to, uint64_t v);
/* False: damaged. */
bool varint_get(const uint8_t **at, const uint8_t *end, uint64_t *v);

#endif
