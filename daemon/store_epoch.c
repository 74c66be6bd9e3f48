#include <stdio.h>
#include <string.h>

#include "config/err.h"
#include "daemon/store_db.h"
#include "daemon/store_sum.h"

static uint64_t sum_of(const struct epoch_row *r)
{
    uint64_t sum = sum_bytes(SUM_BEGIN, r->boot_id, strnlen(r->boot_id, sizeof r->boot_id));
    const int64_t v[] = { (int64_t)r->epoch,  r->utc_ms,           r->boot_ms,
                          r->mono_ms,         (int64_t)r->seq[0],  (int64_t)r->seq[1],
                          (int64_t)r->seq[2], (int64_t)r->last_id, r->clean };

    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
        sum = sum_number(sum, v[i]);
    return sum;
}

int store_put_epoch(struct store *s, enum statement which, const struct epoch_row *r)
{
    sqlite3_stmt *stmt = s->stmts[which];
    bool is_new = which == STMT_BEGIN_EPOCH;

    if (is_new) {
        sqlite3_bind_int64(stmt, 2, r->utc_ms);
        sqlite3_bind_int64(stmt, 3, r->boot_ms);
        sqlite3_bind_text(stmt, 4, r->boot_id, -1, SQLITE_TRANSIENT);
    }
    sqlite3_bind_int64(stmt, 5, r->mono_ms);
    for (int i = 0; i < NUMBERED_TOPICS; i++)
        sqlite3_bind_int64(stmt, 6 + i, (int64_t)r->seq[i]);
    sqlite3_bind_int64(stmt, 9, (int64_t)r->last_id);
    sqlite3_bind_int64(stmt, 10, r->clean);
    sqlite3_bind_int64(stmt, 11, (int64_t)sum_of(r));
    const int64_t epoch = (int64_t)r->epoch;
    int err = store_run(s, which, &epoch, 1);
    if (err != RG_OK || sqlite3_changes(s->db) == 1)
        return err;
    snprintf(s->error, sizeof s->error, "epoch %llu %s", (unsigned long long)r->epoch,
             is_new ? "stands in the record already" : "was not begun in the record");
    return RG_EINVAL;
}

int store_begin_epoch(struct store *s, uint64_t epoch, int64_t utc_ms, int64_t boot_ms,
                      const char *boot_id)
{
    struct epoch_row row = { .epoch = epoch, .utc_ms = utc_ms, .boot_ms = boot_ms };

    snprintf(row.boot_id, sizeof row.boot_id, "%s", boot_id);
    int err = store_put_epoch(s, STMT_BEGIN_EPOCH, &row);
    if (err == RG_OK)
        s->row = row;
    return err;
}

int store_clean_stop(struct store *s, uint64_t epoch, int64_t mono_ms)
{
    struct epoch_row row = s->row;

    row.epoch = epoch;
    row.clean = true;
    if (mono_ms > row.mono_ms)
        row.mono_ms = mono_ms;
    int err = store_put_epoch(s, STMT_SAVE_EPOCH, &row);
    if (err == RG_OK)
        s->row = row;
    return err;
}

static void read_row(sqlite3_stmt *stmt, struct epoch_row *r)
{
    const unsigned char *boot_id = sqlite3_column_text(stmt, 3);

    r->epoch = (uint64_t)sqlite3_column_int64(stmt, 0);
    r->utc_ms = sqlite3_column_int64(stmt, 1);
    r->boot_ms = sqlite3_column_int64(stmt, 2);
    snprintf(r->boot_id, sizeof r->boot_id, "%s", boot_id != NULL ? (const char *)boot_id : "");
    r->mono_ms = sqlite3_column_int64(stmt, 4);
    for (int i = 0; i < NUMBERED_TOPICS; i++)
        r->seq[i] = (uint64_t)sqlite3_column_int64(stmt, 5 + i);
    r->last_id = (uint64_t)sqlite3_column_int64(stmt, 8);
    r->clean = sqlite3_column_int64(stmt, 9) == 1;
}

static void tell_prev(const struct epoch_row *r, struct store_prev *prev)
{
    prev->known = true;
    prev->epoch = r->epoch;
    memcpy(prev->seq, r->seq, sizeof prev->seq);
    prev->died_ms = r->mono_ms;
    prev->began_utc_ms = r->utc_ms;
    prev->began_boot_ms = r->boot_ms;
    memcpy(prev->boot_id, r->boot_id, sizeof prev->boot_id);
    prev->clean_stop = r->clean;
}

int store_last_epoch(struct store *s, struct store_opened *opened)
{
    sqlite3_stmt *stmt = s->stmts[STMT_LAST_EPOCH];
    struct epoch_row row = { 0 };
    int err = RG_OK;
    int rc = sqlite3_step(stmt);

    if (rc == SQLITE_ROW) {
        read_row(stmt, &row);
        if ((uint64_t)sqlite3_column_int64(stmt, 10) == sum_of(&row)) {
            tell_prev(&row, &opened->prev);
        } else {
            snprintf(s->error, sizeof s->error, "the row of the last epoch is damaged");
            err = RG_EDAMAGED;
        }
    } else if (rc == SQLITE_DONE) {
        opened->prev.first = true;
    } else {
        err = store_failed(s, rc, "read the last epoch");
    }
    sqlite3_reset(stmt);
    return err;
}
