/* How many records a second the store takes, beside a bare loop of prepared inserts
 * of the same bytes, at the same batch and durability; and what a sample costs on
 * disk.  Prints figures and never fails by a timing. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "config/err.h"
#include "daemon/clock.h"
#include "daemon/sample_db.h"
#include "daemon/store.h"

#define BATCHES 150
#define ROUNDS  5
#define BODY    420 /* bytes of a usual alarm message */

static char folder[] = "/tmp/rg-bench-XXXXXX";
static struct batch batch;
static struct message messages[BATCH_RECORDS];
static uint64_t next_id = 1;

static void fill(void)
{
    batch.n_records = BATCH_RECORDS;
    for (size_t i = 0; i < BATCH_RECORDS; i++, next_id++) {
        struct message *m = &messages[i];
        *m = (struct message){ .id = next_id, .epoch = 1, .seq = next_id, .topic = TOPIC_ALARM };
        m->len = BODY;
        memset(m->body, 'a' + (int)(next_id % 26), BODY);
        batch.records[i] = (struct record){ .msg = m, .uplinks = 0 };
    }
}

static double rows_of_store(struct store *s)
{
    int64_t began_us = clock_mono_us();

    for (int i = 0; i < BATCHES; i++) {
        fill();
        if (store_commit(s, 1, &batch) != RG_OK)
            exit(EXIT_FAILURE);
    }
    return BATCHES * BATCH_RECORDS * 1e6 / (double)(clock_mono_us() - began_us);
}

static sqlite3 *open_bare(sqlite3_stmt **insert)
{
    char path[100];
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/bare.db", folder);
    sqlite3_open(path, &db);
    sqlite3_exec(db,
                 "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                 "CREATE TABLE m(id INTEGER PRIMARY KEY, topic, epoch, seq, utc_ms, born_ms, sum, "
                 "body, UNIQUE(topic, epoch, seq))",
                 NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO m VALUES(?,?,?,?,?,?,?,?)", -1, insert, NULL);
    return db;
}

static double rows_of_bare(sqlite3 *db, sqlite3_stmt *insert)
{
    int64_t began_us = clock_mono_us();

    for (int i = 0; i < BATCHES; i++) {
        fill();
        sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
        for (size_t k = 0; k < BATCH_RECORDS; k++) {
            for (int c = 1; c <= 7; c++)
                sqlite3_bind_int64(insert, c, c == 1 || c == 4 ? (int64_t)messages[k].id : 0);
            sqlite3_bind_blob(insert, 8, messages[k].body, BODY, SQLITE_STATIC);
            sqlite3_step(insert);
            sqlite3_reset(insert);
        }
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    }
    return BATCHES * BATCH_RECORDS * 1e6 / (double)(clock_mono_us() - began_us);
}

static void compare(void)
{
    struct plant plant = { .n_points = 0 };
    struct store_opened opened;
    struct store *s;
    sqlite3_stmt *insert;

    if (store_open(&s, folder, &plant, &opened) != RG_OK ||
        store_begin_epoch(s, 1, 0, 0, "bench") != RG_OK)
        exit(EXIT_FAILURE);
    sqlite3 *bare = open_bare(&insert);
    for (int round = 0; round < ROUNDS; round++) {
        double ours = rows_of_store(s), theirs = rows_of_bare(bare, insert);
        printf("batch %d, WAL, FULL: store %.0f rows/s, bare loop %.0f rows/s, ratio %.2f\n",
               BATCH_RECORDS, ours, theirs, ours / theirs);
    }
    sqlite3_finalize(insert);
    sqlite3_close(bare);
    store_close(s);
}

static int64_t noise(int64_t *seed)
{
    *seed = (*seed * 1103515245 + 12345) & 0x7fffffff; /* Source: ISO C, 7.22.2, an example */
    return *seed >> 16;
}

/* 7 detectors at 1 s, every sample kept, or one a minute; a day. */
static void cost_of_samples(bool all)
{
    static const struct sample_name names[7] = { { "a", "ppm", 1, 0 }, { "b", "ppm", 1, 0 },
                                                 { "c", "ppm", 1, 0 }, { "d", "ppm", 1, 0 },
                                                 { "e", "ppm", 1, 0 }, { "f", "ppm", 1, 0 },
                                                 { "g", "ppm", 1, 0 } };
    static struct sample_batch b;
    int64_t rows = 0, seed = 1, utc_ms = CLOCK_BUILD_UTC_MS + (all ? 0 : INT64_C(40) * 86400000);
    double val[7] = { 12, 8, 20, 3, 0, 5, 9 };
    struct sample_db *db;

    if (sample_db_new(&db, folder) != RG_OK)
        exit(EXIT_FAILURE);
    for (int64_t minute = 0; minute < 1440; minute++) {
        b = (struct sample_batch){ .epoch = 1,
                                   .serial = (uint64_t)minute + 1,
                                   .names = names,
                                   .n_names = 7,
                                   .clk_sync = true };
        b.mono_ms = (minute + 1) * 60000;
        b.utc_ms = utc_ms + b.mono_ms;
        for (int64_t s = 0; s < 60; s += all ? 1 : 60)
            for (uint32_t p = 0; p < 7; p++, rows++) {
                val[p] += (double)(noise(&seed) % 3) - 1;
                b.rows[b.n++] =
                    (struct sample_row){ .t_ms = minute * 60000 + s * 1000 + noise(&seed) % 4,
                                         .point = p,
                                         .q = Q_GOOD,
                                         .has_val = true,
                                         .val = val[p] / 10 };
            }
        if (sample_db_write(db, &b) != RG_OK)
            exit(EXIT_FAILURE);
    }
    int64_t before = sample_db_bytes(db);
    sample_db_free(db);
    if (sample_db_new(&db, folder) != RG_OK)
        exit(EXIT_FAILURE);
    (void)before;
    char path[100];
    struct stat st;
    snprintf(path, sizeof path, "%s/samples-%s.db", folder, all ? "202601" : "202602");
    if (stat(path, &st) == 0)
        printf("%s: %lld samples, %lld bytes on disk, %.2f bytes a sample\n",
               all ? "record: all" : "one a minute", (long long)rows, (long long)st.st_size,
               (double)st.st_size / (double)rows);
    sample_db_free(db);
}

static void clear_up(void)
{
    DIR *dir = opendir(folder);
    const struct dirent *e;
    char path[400];

    while (dir != NULL && (e = readdir(dir)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        unlink(path);
    }
    if (dir != NULL)
        closedir(dir);
    rmdir(folder);
}

int main(void)
{
    if (mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    compare();
    cost_of_samples(true);
    cost_of_samples(false);
    clear_up();
    return EXIT_SUCCESS;
}
