#include "daemon/sample_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config/err.h"

#define NUMBER_TEXT_(n) #n
#define NUMBER_TEXT(n)  NUMBER_TEXT_(n)

/* body stands last, so that a look at the times reads one page a row. */
static const char tables[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE chunk(id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, serial INTEGER NOT NULL, "
    "base_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, utc_ms INTEGER NOT NULL, "
    "sync INTEGER NOT NULL, sum INTEGER NOT NULL, body BLOB NOT NULL);"
    "CREATE TABLE point(n INTEGER PRIMARY KEY, id TEXT NOT NULL, unit TEXT NOT NULL, "
    "decimals INTEGER NOT NULL, UNIQUE(id, unit, decimals));"
    "CREATE TABLE word(n INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    "CREATE TABLE clock(n INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, mono_ms INTEGER NOT NULL, "
    "offset_ms INTEGER NOT NULL);"
    "CREATE TABLE loss(n INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, from_ms INTEGER NOT NULL, "
    "to_ms INTEGER NOT NULL, rows INTEGER NOT NULL);"
    "CREATE TABLE incident(epoch INTEGER NOT NULL, seq INTEGER NOT NULL, "
    "in_epoch INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, "
    "points BLOB NOT NULL, PRIMARY KEY(epoch, seq)) WITHOUT ROWID;"
    "PRAGMA application_id=" NUMBER_TEXT(SAMPLE_FILE_ID) ";"
                                                         "PRAGMA user_version=" NUMBER_TEXT(
                                                             SAMPLE_FILE_VERSION) ";"
                                                                                  "COMMIT;";

#define STATEMENT_TEXT(name, sql) [name] = sql,
static const char *const texts[] = { SAMPLE_STATEMENTS(STATEMENT_TEXT) };
#undef STATEMENT_TEXT

void sample_path(char *out, size_t size, const char *folder, int month)
{
    snprintf(out, size, "%s/" SAMPLE_NAME, folder, month);
}

int sample_failed(struct sample_file *f, int rc, const char *doing)
{
    const char *why = f->db != NULL ? sqlite3_errmsg(f->db) : sqlite3_errstr(rc);

    snprintf(f->error, sizeof f->error, SAMPLE_NAME ": %.60s: %.80s (SQLite %d)", f->month, doing,
             why, rc);
    if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB)
        return RG_EDAMAGED;
    return (rc & 0xff) == SQLITE_NOMEM ? RG_ENOMEM : RG_EIO;
}

int sample_exec(struct sample_file *f, const char *sql)
{
    int rc = sqlite3_exec(f->db, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? RG_OK : sample_failed(f, rc, sql);
}

int sample_run(struct sample_file *f, enum sample_statement which, const int64_t *v, int n)
{
    sqlite3_stmt *stmt = f->stmts[which];

    for (int i = 0; i < n; i++)
        sqlite3_bind_int64(stmt, i + 1, v[i]);
    int rc = sqlite3_step(stmt);
    int err = rc == SQLITE_DONE ? RG_OK : sample_failed(f, rc, texts[which]);
    sqlite3_reset(stmt);
    return err;
}

static int read_number(struct sample_file *f, const char *sql, int64_t *out)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(f->db, sql, -1, &stmt, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW)
        *out = sqlite3_column_int64(stmt, 0);
    int err = rc == SQLITE_ROW ? RG_OK : sample_failed(f, rc, sql);
    sqlite3_finalize(stmt);
    return err;
}

static int refuse(struct sample_file *f, int err, const char *why)
{
    snprintf(f->error, sizeof f->error, SAMPLE_NAME ": %s", f->month, why);
    return err;
}

/* Only reads: a newer program's file is not ours to change. */
static int check_version(struct sample_file *f, bool *is_empty)
{
    int64_t id = 0, version = 0, objects = 0;
    int err = read_number(f, "PRAGMA application_id", &id);

    if (err == RG_OK)
        err = read_number(f, "PRAGMA user_version", &version);
    if (err == RG_OK)
        err = read_number(f, "SELECT count(*) FROM sqlite_schema", &objects);
    *is_empty = id == 0 && version == 0 && objects == 0;
    if (err != RG_OK || *is_empty)
        return err;
    if (id != SAMPLE_FILE_ID || version < 1)
        return refuse(f, RG_EDAMAGED, "no samples of this program");
    if (version > SAMPLE_FILE_VERSION)
        return refuse(f, RG_ENEWER, "made by a newer version, left as it is");
    return RG_OK;
}

static int prepare(struct sample_file *f)
{
    for (int i = 0; i < SAMPLE_STATEMENT_COUNT; i++) {
        int rc =
            sqlite3_prepare_v3(f->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &f->stmts[i], NULL);
        if (rc == SQLITE_ERROR)
            return refuse(f, RG_EDAMAGED, sqlite3_errmsg(f->db));
        if (rc != SQLITE_OK)
            return sample_failed(f, rc, "prepare");
    }
    return RG_OK;
}

int sample_word(struct sample_file *f, const char *word, uint8_t *n)
{
    sqlite3_stmt *put = f->stmts[SQL_PUT_WORD], *find = f->stmts[SQL_FIND_WORD];

    sqlite3_bind_text(find, 1, word, -1, SQLITE_STATIC);
    int rc = sqlite3_step(find);
    if (rc == SQLITE_DONE) {
        sqlite3_reset(find);
        sqlite3_bind_text(put, 1, word, -1, SQLITE_STATIC);
        int err = sample_run(f, SQL_PUT_WORD, NULL, 0);
        if (err != RG_OK)
            return err;
        rc = sqlite3_step(find);
    }
    if (rc == SQLITE_ROW)
        *n = (uint8_t)sqlite3_column_int(find, 0);
    sqlite3_reset(find);
    return rc == SQLITE_ROW ? RG_OK : sample_failed(f, rc, "words");
}

/* The words of qualities and reasons, as this program numbers them. */
static int learn_words(struct sample_file *f)
{
    int err = sample_exec(f, "BEGIN IMMEDIATE");
    char why[24], *arg;

    for (int q = 0; err == RG_OK && q < QUALITY_COUNT; q++)
        err = sample_word(f, quality_word((enum quality)q), &f->q_word[q]);
    for (int w = 0; err == RG_OK && w < WHY_CODE_COUNT; w++) {
        why_word((struct why){ .code = (enum why_code)w }, why, sizeof why);
        arg = strstr(why, "_0"); /* an argument stands in the row */
        if (arg != NULL)
            *arg = '\0';
        err = sample_word(f, why, &f->why_word[w]);
    }
    if (err == RG_OK)
        err = sample_exec(f, "COMMIT");
    if (!sqlite3_get_autocommit(f->db))
        sqlite3_exec(f->db, "ROLLBACK", NULL, NULL, NULL);
    return err;
}

static void find_clock(struct sample_file *f)
{
    sqlite3_stmt *stmt = f->stmts[SQL_CLOCKS];

    while (sqlite3_step(stmt) == SQLITE_ROW) {
        f->clock_epoch = (uint64_t)sqlite3_column_int64(stmt, 0);
        f->clock_offset_ms = sqlite3_column_int64(stmt, 2);
    }
    sqlite3_reset(stmt);
}

static int connect(struct sample_file *f)
{
    int rc = sqlite3_open_v2(f->path, &f->db,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW |
                                 SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                             NULL);

    if (rc != SQLITE_OK)
        return sample_failed(f, rc, "open");
    sqlite3_db_config(f->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return sample_exec(f, "PRAGMA trusted_schema=OFF;PRAGMA cell_size_check=ON;"
                          "PRAGMA temp_store=MEMORY;PRAGMA synchronous=FULL;"
                          "PRAGMA journal_size_limit=8388608;");
}

int sample_file_open(struct sample_file *f, const char *folder, int month)
{
    bool is_empty = false;

    *f = (struct sample_file){ .month = month };
    sample_path(f->path, sizeof f->path, folder, month);
    int err = connect(f);
    if (err == RG_OK)
        err = check_version(f, &is_empty);
    if (err == RG_OK && sqlite3_db_readonly(f->db, "main"))
        err = refuse(f, RG_EIO, "can't be written");
    if (err == RG_OK)
        err = sample_exec(f, "PRAGMA journal_mode=WAL");
    if (err == RG_OK && is_empty)
        err = sample_exec(f, tables);
    if (err == RG_OK)
        err = prepare(f);
    if (err == RG_OK)
        err = learn_words(f);
    if (err == RG_OK)
        find_clock(f);
    else
        sample_file_close(f);
    return err;
}

void sample_file_close(struct sample_file *f)
{
    for (int i = 0; i < SAMPLE_STATEMENT_COUNT; i++) {
        sqlite3_finalize(f->stmts[i]);
        f->stmts[i] = NULL;
    }
    sqlite3_close(f->db);
    f->db = NULL;
}
