/* daemon/store_db.h - inside of store*.c: the connection, its statements and
 * the row of the running epoch.  Thread: the store's. */
#ifndef RG_DAEMON_STORE_DB_H
#define RG_DAEMON_STORE_DB_H

#include <limits.h>
#include <sys/types.h>

#include "daemon/store.h"
#include "daemon/store_schema.h"

/* The row of one epoch; every save writes it whole. */
struct epoch_row {
    uint64_t epoch; /* 0: none */
    int64_t utc_ms;
    int64_t boot_ms;
    char boot_id[40];
    int64_t mono_ms; /* latest recorded */
    uint64_t seq[NUMBERED_TOPICS];
    uint64_t last_id;
    bool clean;
};

/* What stood at a path when it was looked at last. */
struct store_file {
    dev_t dev;
    ino_t ino;
    off_t size;
};

struct store {
    sqlite3 *db;
    sqlite3_stmt *stmts[STATEMENT_COUNT];
    char path[PATH_MAX];
    uint8_t bit[PLANT_UPLINKS_MAX]; /* of each of the plant's uplinks */
    size_t n_uplinks;
    struct epoch_row row;
    struct audit_head audit;
    int64_t trim_after;         /* id up to which the running sweep has come */
    struct store_file files[2]; /* events.db and its log */
    char error[200];
};

/* An SQLite result becomes an error of ours, with a sentence for the log. */
int store_failed(struct store *s, int rc, const char *doing);
int store_exec(struct store *s, const char *sql, const char *doing);
/* Bind n numbers and run to the end; for statements that give no row. */
int store_run(struct store *s, enum statement which, const int64_t *v, int n);
/* Run inside a transaction; whatever fails takes all of it back. */
int store_transaction(struct store *s, int (*body)(struct store *s, void *ctx), void *ctx);

/* store_epoch.c: bind for STMT_BEGIN_EPOCH and STMT_SAVE_EPOCH, and run. */
int store_put_epoch(struct store *s, enum statement which, const struct epoch_row *row);
int store_last_epoch(struct store *s, struct store_opened *opened);
/* store_restore.c: what the last start left, into *opened. */
int store_restore(struct store *s, const struct plant *p, struct store_opened *opened);
/* store_migrate.c: an older record to this version, in one transaction. */
int store_migrate(struct store *s, int64_t version);
/* store.c: close the connection, and open it again on a sound file. */
void store_disconnect(struct store *s);
int store_reconnect(struct store *s);
/* store_watch.c: these are the files from here on. */
void store_note_files(struct store *s);
void store_sync_folder(const char *path);
/* store_damage.c: db, -wal and -shm get a dated name; as: the db's. */
int store_set_aside(const char *path, char *as, size_t size);

#endif
