/* What stands as uplink in record, done and fetch is an index in the plant's
 * uplinks; inside the database each name keeps a bit of its own for ever, so
 * that an uplink that moves in the file still owes what it owed. */
#include "daemon/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/err.h"
#include "daemon/store_db.h"

#define DB_NAME "events.db"
/* A larger file is checked only where the start reads it: a quick check of
 * 64 MB stays under 2 s on a slow card. */
#define CHECK_BYTES (INT64_C(64) << 20)

int store_failed(struct store *s, int rc, const char *doing)
{
    const char *why = s->db != NULL ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc);
    int code = s->db != NULL ? sqlite3_extended_errcode(s->db) : rc;

    snprintf(s->error, sizeof s->error, "%s: %s (SQLite %d)", doing, why, code);
    if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB)
        return RG_EDAMAGED;
    return (rc & 0xff) == SQLITE_NOMEM ? RG_ENOMEM : RG_EIO;
}

int store_exec(struct store *s, const char *sql, const char *doing)
{
    int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? RG_OK : store_failed(s, rc, doing);
}

int store_run(struct store *s, enum statement which, const int64_t *v, int n)
{
    sqlite3_stmt *stmt = s->stmts[which];

    for (int i = 0; i < n; i++)
        sqlite3_bind_int64(stmt, i + 1, v[i]);
    int rc = sqlite3_step(stmt);
    int err = rc == SQLITE_DONE ? RG_OK : store_failed(s, rc, sqlite3_sql(stmt));
    sqlite3_reset(stmt);
    return err;
}

int store_transaction(struct store *s, int (*body)(struct store *s, void *ctx), void *ctx)
{
    int err = store_exec(s, "BEGIN IMMEDIATE", "begin");

    if (err != RG_OK)
        return err;
    err = body(s, ctx);
    if (err == RG_OK)
        err = store_exec(s, "COMMIT", "commit");
    if (!sqlite3_get_autocommit(s->db))
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return err;
}

static bool is_link(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

/* The folder may well be a link of the administrator's; a link in place of the
 * file would let another user choose what we write to. */
static int find_path(struct store *s, const char *folder)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char whole[PATH_MAX];
    char file[PATH_MAX];

    if (realpath(folder, whole) == NULL) {
        snprintf(s->error, sizeof s->error, "the state folder: %s", strerror(errno));
        return RG_EIO;
    }
    int n = snprintf(s->path, sizeof s->path, "%s/" DB_NAME, whole);
    if (n < 0 || (size_t)n + 64 > sizeof s->path) {
        snprintf(s->error, sizeof s->error, "the name of the state folder is too long");
        return RG_EIO;
    }
    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%.*s%s", n, s->path, ends[i]);
        if (is_link(file)) {
            snprintf(s->error, sizeof s->error, DB_NAME "%s is no regular file: refused", ends[i]);
            return RG_EIO;
        }
    }
    return RG_OK;
}

static int pragma_number(struct store *s, const char *sql, int64_t *out)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW)
        *out = sqlite3_column_int64(stmt, 0);
    int err = rc == SQLITE_ROW ? RG_OK : store_failed(s, rc, sql);
    sqlite3_finalize(stmt);
    return err;
}

static int damaged(struct store *s, const char *what)
{
    snprintf(s->error, sizeof s->error, "%s", what);
    return RG_EDAMAGED;
}

/* RG_EDAMAGED, with the text itself, when it is not the wanted one. */
static int expect_text(struct store *s, const char *sql, const char *wanted)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL);
    const char *text = NULL;
    int err = RG_OK;

    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW)
        text = (const char *)sqlite3_column_text(stmt, 0);
    if (rc != SQLITE_ROW)
        err = store_failed(s, rc, sql);
    else if (text == NULL || strcmp(text, wanted) != 0)
        err = damaged(s, text != NULL ? text : sql);
    sqlite3_finalize(stmt);
    return err;
}

/* Only reads: a newer program's file is not ours to change. */
static int check_version(struct store *s, int64_t *found, bool *is_empty)
{
    int64_t app = 0, version = 0, objects = 0;
    int err = pragma_number(s, "PRAGMA application_id", &app);

    if (err == RG_OK)
        err = pragma_number(s, "PRAGMA user_version", &version);
    if (err == RG_OK)
        err = pragma_number(s, "SELECT count(*) FROM sqlite_schema", &objects);
    if (err != RG_OK)
        return err;
    *is_empty = app == 0 && version == 0 && objects == 0;
    if (*is_empty)
        return RG_OK;
    *found = version;
    if (app != STORE_APPLICATION_ID || version < 1)
        return damaged(s, "not a record of this program");
    if (version > STORE_VERSION) {
        snprintf(s->error, sizeof s->error,
                 DB_NAME " has version %lld, this program knows up to %d: left as it is",
                 (long long)version, STORE_VERSION);
        return RG_ENEWER;
    }
    return RG_OK;
}

static int check_pages(struct store *s)
{
    static const char *const small[] = { "PRAGMA quick_check('alarm')",
                                         "PRAGMA quick_check('epoch')",
                                         "PRAGMA quick_check('uplink')" };
    int err = RG_OK;

    if (store_bytes(s) <= CHECK_BYTES)
        return expect_text(s, "PRAGMA quick_check(1)", "ok");
    for (size_t i = 0; i < sizeof small / sizeof small[0] && err == RG_OK; i++)
        err = expect_text(s, small[i], "ok");
    return err;
}

static int prepare_all(struct store *s)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        const char *sql = store_sql((enum statement)i);
        int rc = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->stmts[i], NULL);
        if (rc == SQLITE_ERROR) /* a table or column is not what it was */
            return damaged(s, sqlite3_errmsg(s->db));
        if (rc != SQLITE_OK)
            return store_failed(s, rc, "prepare");
    }
    return RG_OK;
}

/* Source: https://www.sqlite.org/fileformat.html, 1.3.3: a write version above 2. */
static bool header_forbids_writing(const char *path)
{
    unsigned char version = 0;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return false;
    bool is_read = pread(fd, &version, 1, 18) == 1;
    close(fd);
    return is_read && version > 2;
}

static int connect_db(struct store *s)
{
    int rc = sqlite3_open_v2(s->path, &s->db,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW |
                                 SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                             NULL);

    if (rc != SQLITE_OK)
        return store_failed(s, rc, "open " DB_NAME);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return store_exec(s,
                      "PRAGMA trusted_schema=OFF;PRAGMA cell_size_check=ON;"
                      "PRAGMA foreign_keys=OFF;PRAGMA temp_store=MEMORY;"
                      "PRAGMA synchronous=FULL;PRAGMA journal_size_limit=8388608;",
                      "set up the connection");
}

static int make_writable(struct store *s, bool is_empty)
{
    if (sqlite3_db_readonly(s->db, "main")) {
        if (header_forbids_writing(s->path))
            return damaged(s, "the header forbids writing");
        /* Opened for reading alone, as SQLite does when the other open() fails
         * for whatever reason: for want of descriptors, too. */
        snprintf(s->error, sizeof s->error, DB_NAME " can't be written");
        return RG_EIO;
    }
    int err = expect_text(s, "PRAGMA journal_mode=WAL", "wal");
    if (err != RG_OK || !is_empty)
        return err;
    int rc = store_schema_make(s->db);
    return rc == SQLITE_OK ? RG_OK : store_failed(s, rc, "make the tables");
}

void store_disconnect(struct store *s)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        sqlite3_finalize(s->stmts[i]);
        s->stmts[i] = NULL;
    }
    sqlite3_close(s->db);
    s->db = NULL;
}

static int open_writable(struct store *s, int64_t *version, bool *is_empty)
{
    int err = connect_db(s);

    if (err == RG_OK)
        err = check_version(s, version, is_empty);
    return err == RG_OK ? make_writable(s, *is_empty) : err;
}

static int open_and_read(struct store *s, const struct plant *p, struct store_opened *opened)
{
    int64_t version = STORE_VERSION;
    bool is_empty = false;
    int err = open_writable(s, &version, &is_empty);

    if (err == RG_OK)
        err = check_pages(s);
    if (err == RG_OK && !is_empty)
        err = store_migrate(s, version);
    if (err == RG_OK)
        err = prepare_all(s);
    if (err == RG_OK)
        err = store_restore(s, p, opened);
    if (err == RG_OK)
        store_note_files(s);
    return err;
}

/* What a disk could not read once is no damage yet. */
static int look_again(struct store *s, const struct plant *p, struct store_opened *opened)
{
    store_disconnect(s);
    free(opened->alarms);
    memset(opened, 0, sizeof *opened);
    return open_and_read(s, p, opened);
}

static int begin_anew(struct store *s, const struct plant *p, struct store_opened *opened)
{
    snprintf(opened->error, sizeof opened->error, "%s", s->error);
    store_disconnect(s);
    int err = store_set_aside(s->path, opened->set_aside_as, sizeof opened->set_aside_as);
    if (err != RG_OK)
        return err;
    opened->set_aside = true;
    err = open_and_read(s, p, opened);
    opened->prev.first = false; /* there was one, it can't be read */
    return err == RG_EDAMAGED ? RG_EIO : err;
}

int store_reconnect(struct store *s)
{
    int64_t version = STORE_VERSION;
    bool is_empty = false;
    int err = open_writable(s, &version, &is_empty);

    if (err == RG_OK)
        err = prepare_all(s);
    if (err == RG_OK)
        store_note_files(s);
    return err;
}

int store_open(struct store **out, const char *folder, const struct plant *p,
               struct store_opened *opened)
{
    struct store *s = calloc(1, sizeof *s);

    memset(opened, 0, sizeof *opened);
    if (s == NULL)
        return RG_ENOMEM;
    int err = find_path(s, folder);
    if (err == RG_OK)
        err = open_and_read(s, p, opened);
    if (err == RG_EDAMAGED)
        err = look_again(s, p, opened);
    if (err == RG_EDAMAGED)
        err = begin_anew(s, p, opened);
    if (err != RG_OK) {
        free(opened->alarms);
        opened->alarms = NULL;
        snprintf(opened->error, sizeof opened->error, "%s", s->error);
        store_close(s);
        return err;
    }
    *out = s;
    return RG_OK;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    store_disconnect(s);
    free(s);
}

int64_t store_bytes(const struct store *s)
{
    char wal[PATH_MAX + 8];
    struct stat st;
    int64_t bytes = 0;

    snprintf(wal, sizeof wal, "%s-wal", s->path);
    if (stat(s->path, &st) == 0)
        bytes += st.st_size;
    if (stat(wal, &st) == 0)
        bytes += st.st_size;
    return bytes;
}

const char *store_error(const struct store *s)
{
    return s->error;
}
