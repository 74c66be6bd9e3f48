#include "daemon/sample_db.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config/err.h"
#include "daemon/clock.h"
#include "daemon/sample_months.h"
#include "daemon/store_db.h"

#define DROP_CHUNKS 200 /* a slice: three hours of a small plant */

int sample_db_new(struct sample_db **out, const char *folder)
{
    struct sample_db *db = calloc(1, sizeof *db);

    if (db == NULL)
        return RG_ENOMEM;
    snprintf(db->folder, sizeof db->folder, "%s", folder);
    *out = db;
    return RG_OK;
}

void sample_db_free(struct sample_db *db)
{
    if (db == NULL)
        return;
    sample_file_close(&db->now);
    sample_file_close(&db->other);
    free(db);
}

/* --- months --- */

static int by_month(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static int month_of_name(const char *name)
{
    char again[32];
    int month = 0;

    if (strlen(name) != SAMPLE_NAME_LEN || strncmp(name, "samples-", 8) != 0)
        return 0;
    month = (int)strtol(name + 8, NULL, 10);
    snprintf(again, sizeof again, SAMPLE_NAME, month);
    return strcmp(name, again) == 0 ? month : 0;
}

size_t sample_months(const struct sample_db *db, int out[SAMPLE_MONTHS_MAX])
{
    DIR *dir = opendir(db->folder);
    const struct dirent *entry;
    size_t n = 0;

    while (dir != NULL && n < SAMPLE_MONTHS_MAX && (entry = readdir(dir)) != NULL) {
        int month = month_of_name(entry->d_name);
        if (month != 0)
            out[n++] = month;
    }
    if (dir != NULL)
        closedir(dir);
    qsort(out, n, sizeof out[0], by_month);
    return n;
}

static int month_of(int64_t utc_ms)
{
    time_t t = (time_t)(utc_ms / 1000);
    struct tm utc;

    return gmtime_r(&t, &utc) == NULL ? 197001 : (utc.tm_year + 1900) * 100 + utc.tm_mon + 1;
}

/* While the clock can't be trusted nothing goes to a month before the newest one
 * there is: by its name it would be the first to be deleted. */
static int month_to_write(const struct sample_db *db, const struct sample_batch *b)
{
    int month = month_of(b->utc_ms), months[SAMPLE_MONTHS_MAX];
    size_t n;

    if (b->clk_sync)
        return month;
    if (b->utc_ms < CLOCK_BUILD_UTC_MS)
        month = month_of(CLOCK_BUILD_UTC_MS);
    n = sample_months(db, months);
    return n > 0 && months[n - 1] > month ? months[n - 1] : month;
}

static void set_aside(struct sample_db *db, struct sample_file *f)
{
    sample_file_close(f);
    snprintf(db->error, sizeof db->error, "%s", f->error);
    store_set_aside(f->path, db->aside, sizeof db->aside);
}

/* What a disk could not read once is no damage yet. */
static int open_month(struct sample_db *db, struct sample_file *f, int month)
{
    if (f->db != NULL && f->month == month)
        return RG_OK;
    if (f->db != NULL)
        sample_file_close(f);
    int err = sample_file_open(f, db->folder, month);
    if (err == RG_EDAMAGED)
        err = sample_file_open(f, db->folder, month);
    if (err == RG_EDAMAGED) {
        set_aside(db, f);
        err = sample_file_open(f, db->folder, month);
    }
    return err;
}

static int note_error(struct sample_db *db, const struct sample_file *f, int err)
{
    if (err != RG_OK)
        snprintf(db->error, sizeof db->error, "%s", f->error);
    return err;
}

struct sample_file *sample_open_month(struct sample_db *db, int month)
{
    struct sample_file *f = db->now.db != NULL && db->now.month == month ? &db->now : &db->other;

    return note_error(db, f, open_month(db, f, month)) == RG_OK ? f : NULL;
}

int sample_db_write(struct sample_db *db, const struct sample_batch *b)
{
    int month = month_to_write(db, b);

    if (db->other.db != NULL && db->other.month == month)
        sample_file_close(&db->other);
    int err = open_month(db, &db->now, month);
    if (err == RG_OK)
        err = sample_file_write(&db->now, b);
    if (err == RG_EDAMAGED) {
        set_aside(db, &db->now);
        err = open_month(db, &db->now, month);
        if (err == RG_OK)
            err = sample_file_write(&db->now, b);
    }
    return note_error(db, &db->now, err == RG_EDAMAGED ? RG_EIO : err);
}

/* --- what is kept --- */

static int64_t bytes_of(const struct sample_db *db, int month)
{
    static const char *const ends[] = { "", "-wal" };
    char path[PATH_MAX], whole[PATH_MAX + 8];
    struct stat st;
    int64_t bytes = 0;

    sample_path(path, sizeof path, db->folder, month);
    for (int i = 0; i < 2; i++) {
        snprintf(whole, sizeof whole, "%s%s", path, ends[i]);
        if (stat(whole, &st) == 0)
            bytes += st.st_size;
    }
    return bytes;
}

static int64_t count_bytes(struct sample_db *db)
{
    int months[SAMPLE_MONTHS_MAX];
    size_t n = sample_months(db, months);

    db->bytes = 0;
    for (size_t i = 0; i < n; i++)
        db->bytes += bytes_of(db, months[i]);
    return db->bytes;
}

int64_t sample_db_bytes(const struct sample_db *db)
{
    return db->bytes;
}

static void drop_month(struct sample_db *db, int month)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char path[PATH_MAX], whole[PATH_MAX + 8];

    if (db->other.db != NULL && db->other.month == month)
        sample_file_close(&db->other);
    sample_path(path, sizeof path, db->folder, month);
    for (int i = 0; i < 3; i++) {
        snprintf(whole, sizeof whole, "%s%s", path, ends[i]);
        unlink(whole);
    }
}

/* Its pages are used again: the file does not grow while it is above the bound. */
static void drop_oldest_chunks(struct sample_db *db)
{
    const int64_t v[] = { DROP_CHUNKS };

    if (db->now.db != NULL)
        note_error(db, &db->now, sample_run(&db->now, SQL_DROP_OLD, v, 1));
}

static int64_t free_bytes(struct sample_file *f)
{
    sqlite3_stmt *stmt = NULL;
    int64_t pages = 0;

    if (f->db != NULL &&
        sqlite3_prepare_v2(f->db, "PRAGMA freelist_count", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        pages = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return pages * 4096;
}

static bool has_ended(int month, int64_t before_utc_ms)
{
    return month < month_of(before_utc_ms);
}

void sample_db_keep(struct sample_db *db, int64_t now_utc_ms, bool is_trusted, int64_t keep_ms,
                    int64_t max_bytes, int64_t others)
{
    int months[SAMPLE_MONTHS_MAX];
    size_t n = sample_months(db, months);
    int64_t bytes = count_bytes(db) + others;

    for (size_t i = 0; i < n; i++) {
        bool is_old = is_trusted && has_ended(months[i], now_utc_ms - keep_ms);
        bool is_written = db->now.db != NULL && db->now.month == months[i];
        if (is_written || i + 1 == n || !(is_old || bytes > max_bytes))
            continue;
        bytes -= bytes_of(db, months[i]);
        drop_month(db, months[i]);
    }
    if (bytes - free_bytes(&db->now) > max_bytes)
        drop_oldest_chunks(db);
    count_bytes(db);
}

const char *sample_db_error(const struct sample_db *db)
{
    return db->error;
}

const char *sample_db_set_aside(struct sample_db *db)
{
    snprintf(db->told, sizeof db->told, "%s", db->aside);
    db->aside[0] = '\0';
    return db->told;
}
