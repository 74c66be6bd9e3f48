#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "daemon/block.h"
#include "daemon/clock.h"
#include "daemon/ring.h"
#include "daemon/sample_file.h"
#include "daemon/store_sum.h"

/* A key sorts by point, and by time within it: point << INDEX_BITS | index. */
#define INDEX_BITS 12
_Static_assert(SAMPLE_ROWS <= 1 << INDEX_BITS, "an index has so many bits");
_Static_assert(RING_POINTS_MAX <= 1 << (32 - INDEX_BITS), "and a point the others");

/* One batch on its way into a chunk. */
struct packing {
    struct sample_file *f;
    const struct sample_batch *b;
    uint32_t keys[SAMPLE_ROWS];
    struct block_row rows[SAMPLE_ROWS]; /* of one point */
    uint8_t block[BLOCK_HEAD_MAX + SAMPLE_ROWS * BLOCK_ROW_MAX];
    uint8_t body[SAMPLE_ROWS * (2 * VARINT_MAX + BLOCK_HEAD_MAX + BLOCK_ROW_MAX)];
    size_t len;
};

uint64_t sample_sum(const struct sample_head *h, const void *body, size_t len)
{
    const int64_t v[] = { (int64_t)h->epoch, h->base_ms, h->last_ms, h->utc_ms, h->sync };
    uint64_t sum = SUM_BEGIN;

    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
        sum = sum_number(sum, v[i]);
    return sum_bytes(sum, body, len);
}

static int by_key(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static int find_point(struct sample_file *f, const struct sample_name *n, int64_t *number)
{
    for (int put = 0; put < 2; put++) {
        sqlite3_stmt *stmt = f->stmts[put ? SQL_PUT_POINT : SQL_FIND_POINT];
        sqlite3_bind_text(stmt, 1, n->id, -1, SQLITE_STATIC);
        sqlite3_bind_text(stmt, 2, n->unit, -1, SQLITE_STATIC);
        sqlite3_bind_int(stmt, 3, n->decimals);
        int rc = sqlite3_step(stmt);
        if (rc == SQLITE_ROW)
            *number = sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
        if (rc == SQLITE_ROW)
            return RG_OK;
        if (rc != SQLITE_DONE)
            return sample_failed(f, rc, "points");
    }
    *number = sqlite3_last_insert_rowid(f->db);
    return RG_OK;
}

static struct block_row row_of(const struct sample_file *f, const struct sample_row *s)
{
    struct block_row r = { .t_ms = s->t_ms, .word = f->q_word[s->q], .has_val = s->has_val };

    if (s->has_val)
        r.val = s->val;
    else
        r.why = (uint32_t)f->why_word[s->why.code] << 16 | s->why.arg;
    return r;
}

/* The rows of one point, from key `at` on; *at: behind them. */
static int pack_point(struct packing *p, size_t *at)
{
    const struct sample_batch *b = p->b;
    uint32_t point = p->keys[*at] >> INDEX_BITS;
    int64_t number = 0;
    size_t n = 0;

    for (; *at < b->n && p->keys[*at] >> INDEX_BITS == point; (*at)++)
        p->rows[n++] = row_of(p->f, &b->rows[p->keys[*at] & ((1u << INDEX_BITS) - 1)]);
    int err = find_point(p->f, &b->names[point], &number);
    if (err != RG_OK)
        return err;
    size_t len = block_pack(p->block, p->rows, n, b->rows[0].t_ms, b->names[point].decimals);
    p->len += varint_put(p->body + p->len, (uint64_t)number);
    p->len += varint_put(p->body + p->len, len);
    memcpy(p->body + p->len, p->block, len);
    p->len += len;
    return RG_OK;
}

static int pack(struct packing *p)
{
    int err = RG_OK;

    for (size_t i = 0; i < p->b->n; i++)
        p->keys[i] = p->b->rows[i].point << INDEX_BITS | (uint32_t)i;
    qsort(p->keys, p->b->n, sizeof p->keys[0], by_key);
    for (size_t at = 0; err == RG_OK && at < p->b->n;)
        err = pack_point(p, &at);
    return err;
}

static int put_chunk(struct packing *p)
{
    const struct sample_batch *b = p->b;
    sqlite3_stmt *stmt = p->f->stmts[SQL_PUT_CHUNK];
    int64_t base_ms = b->rows[0].t_ms;
    const struct sample_head head = { .epoch = b->epoch,
                                      .base_ms = base_ms,
                                      .last_ms = b->rows[b->n - 1].t_ms,
                                      .utc_ms = b->utc_ms - (b->mono_ms - base_ms),
                                      .sync = b->clk_sync };
    const int64_t v[] = { (int64_t)b->epoch,
                          (int64_t)b->serial,
                          base_ms,
                          head.last_ms,
                          head.utc_ms,
                          head.sync,
                          (int64_t)sample_sum(&head, p->body, p->len) };

    sqlite3_bind_blob64(stmt, 8, p->body, p->len, SQLITE_STATIC);
    int err = sample_run(p->f, SQL_PUT_CHUNK, v, 7);
    sqlite3_bind_null(stmt, 8);
    return err;
}

/* A step of the wall clock, or a new epoch: from it readers tell what the times
 * of the whole epoch are. */
static int put_clock(struct sample_file *f, const struct sample_batch *b)
{
    int64_t offset_ms = b->utc_ms - b->mono_ms;
    const int64_t v[] = { (int64_t)b->epoch, b->mono_ms, offset_ms };

    if (f->clock_epoch == b->epoch &&
        llabs((long long)(offset_ms - f->clock_offset_ms)) <= CLOCK_STEP_MS)
        return RG_OK;
    return sample_run(f, SQL_PUT_CLOCK, v, 3);
}

static int put_incident(struct packing *p, const struct incident *x)
{
    const struct sample_batch *b = p->b;
    const int64_t v[] = { (int64_t)x->id.epoch, (int64_t)x->id.seq, (int64_t)b->epoch,
                          x->t_ms - BLACK_BOX_MS, x->t_ms + BLACK_BOX_MS };
    sqlite3_stmt *stmt = p->f->stmts[SQL_PUT_INCIDENT];
    size_t len = 0;
    int err = RG_OK;

    for (size_t i = 0; err == RG_OK && i < b->n_names && len < sizeof p->body - VARINT_MAX; i++) {
        int64_t number;
        if (!incident_has(x, (uint32_t)i, b->names[i].area))
            continue;
        err = find_point(p->f, &b->names[i], &number);
        len += err == RG_OK ? varint_put(p->body + len, (uint64_t)number) : 0;
    }
    if (err != RG_OK)
        return err;
    sqlite3_bind_blob64(stmt, 6, p->body, len, SQLITE_STATIC);
    err = sample_run(p->f, SQL_PUT_INCIDENT, v, 5);
    sqlite3_bind_null(stmt, 6);
    return err;
}

static int put_rest(struct packing *p)
{
    const struct sample_batch *b = p->b;
    const int64_t loss[] = { (int64_t)b->epoch, b->lost_from_ms, b->lost_to_ms, (int64_t)b->lost };
    int err = put_clock(p->f, b);

    if (err == RG_OK && b->lost > 0)
        err = sample_run(p->f, SQL_PUT_LOSS, loss, 4);
    for (size_t i = 0; err == RG_OK && i < b->n_incidents; i++)
        err = put_incident(p, &b->incidents[i]);
    return err;
}

/* A commit that was reported as failed may have been none. */
static bool is_there(struct sample_file *f, const struct sample_batch *b)
{
    sqlite3_stmt *stmt = f->stmts[SQL_LAST_CHUNK];
    bool is_same = sqlite3_step(stmt) == SQLITE_ROW &&
                   (uint64_t)sqlite3_column_int64(stmt, 0) == b->epoch &&
                   (uint64_t)sqlite3_column_int64(stmt, 1) == b->serial;

    sqlite3_reset(stmt);
    return is_same;
}

static int put_all(struct packing *p)
{
    int err = RG_OK;

    if (p->b->n > 0)
        err = pack(p);
    if (err == RG_OK && p->b->n > 0)
        err = put_chunk(p);
    if (err == RG_OK)
        err = put_rest(p);
    return err;
}

int sample_file_write(struct sample_file *f, const struct sample_batch *b)
{
    struct packing *p;

    if (is_there(f, b))
        return RG_OK;
    p = calloc(1, sizeof *p);
    if (p == NULL)
        return RG_ENOMEM;
    p->f = f;
    p->b = b;
    int err = sample_exec(f, "BEGIN IMMEDIATE");
    if (err == RG_OK)
        err = put_all(p);
    if (err == RG_OK)
        err = sample_exec(f, "COMMIT");
    if (!sqlite3_get_autocommit(f->db))
        sqlite3_exec(f->db, "ROLLBACK", NULL, NULL, NULL);
    if (err == RG_OK) {
        f->clock_epoch = b->epoch;
        f->clock_offset_ms = b->utc_ms - b->mono_ms;
    }
    free(p);
    return err;
}
