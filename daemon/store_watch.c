#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/err.h"
#include "daemon/store_db.h"

/* Commits checkpoint by themselves at 4 MB: a log of this size has a reader in
 * its way, who began long ago and has not ended. */
#define WAL_MOVE_BYTES (INT64_C(32) << 20)

static bool look(const char *path, const char *end, struct stat *st)
{
    char whole[PATH_MAX + 8];

    snprintf(whole, sizeof whole, "%s%s", path, end);
    return stat(whole, st) == 0;
}

static void note(struct store_file *f, const struct stat *st)
{
    f->dev = st->st_dev;
    f->ino = st->st_ino;
    f->size = st->st_size;
}

void store_note_files(struct store *s)
{
    struct stat st;

    if (look(s->path, "", &st))
        note(&s->files[0], &st);
    if (look(s->path, "-wal", &st))
        note(&s->files[1], &st);
}

/* The record never shrinks: it is never vacuumed.  Its log does. */
static const char *what_happened(const struct store *s)
{
    struct stat st;

    if (!look(s->path, "", &st))
        return "events.db was deleted while it was open";
    if (st.st_ino != s->files[0].ino || st.st_dev != s->files[0].dev)
        return "events.db was replaced while it was open";
    if (st.st_size < s->files[0].size)
        return "events.db was cut short while it was open";
    if (s->files[1].ino == 0)
        return NULL;
    if (!look(s->path, "-wal", &st))
        return "events.db-wal was deleted while it was open";
    return st.st_ino != s->files[1].ino ? "events.db-wal was replaced while it was open" : NULL;
}

static int64_t wal_bytes(const struct store *s)
{
    struct stat st;

    return look(s->path, "-wal", &st) ? st.st_size : 0;
}

/* All that the record and its log hold, into a file of its own. */
static int copy_to(struct store *s, const char *path)
{
    sqlite3 *to = NULL;
    sqlite3_backup *b = NULL;
    int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

    if (rc == SQLITE_OK)
        b = sqlite3_backup_init(to, "main", s->db, "main");
    int step = b != NULL ? sqlite3_backup_step(b, -1) : SQLITE_ERROR;
    int end = b != NULL ? sqlite3_backup_finish(b) : SQLITE_ERROR;
    rc = sqlite3_close(to);
    if (step == SQLITE_DONE && end == SQLITE_OK && rc == SQLITE_OK)
        return RG_OK;
    snprintf(s->error, sizeof s->error, "copy the record away from a reader: SQLite %d", step);
    return RG_EIO;
}

static void drop(const char *path, const char *end)
{
    char whole[PATH_MAX + 16];

    snprintf(whole, sizeof whole, "%s%s", path, end);
    unlink(whole);
}

/* Whoever reads for so long keeps the old file, which has no name any more; the
 * record goes on in a copy.  A crash behind the rename finds the copy beside the
 * old log, whose frames are in the copy already. */
static int move_away(struct store *s)
{
    char path[PATH_MAX + 8];

    snprintf(path, sizeof path, "%s.move", s->path);
    drop(path, "");
    int err = copy_to(s, path);
    if (err == RG_OK && rename(path, s->path) != 0)
        err = RG_EIO;
    drop(path, "");
    drop(path, "-wal");
    drop(path, "-shm");
    if (err != RG_OK)
        return err;
    store_disconnect(s);
    drop(s->path, "-wal");
    drop(s->path, "-shm");
    store_sync_folder(s->path);
    return store_reconnect(s);
}

enum store_news store_watch(struct store *s)
{
    const char *what = what_happened(s);

    if (what != NULL) {
        snprintf(s->error, sizeof s->error, "%s", what);
        return STORE_LOST;
    }
    store_note_files(s);
    if (wal_bytes(s) < WAL_MOVE_BYTES)
        return STORE_SAME;
    return move_away(s) == RG_OK ? STORE_MOVED : STORE_STUCK;
}

int store_renew(struct store *s, const struct plant *p, char *as, size_t size)
{
    struct epoch_row row = s->row;
    struct store_opened opened = { .n_alarms = 0 };
    int err = RG_OK;

    as[0] = '\0';
    if (access(s->path, F_OK) == 0)
        err = store_set_aside(s->path, as, size);
    store_disconnect(s);
    drop(s->path, "-wal"); /* of a record that is gone: its log is nothing without it */
    drop(s->path, "-shm");
    if (err == RG_OK)
        err = store_reconnect(s);
    if (err == RG_OK)
        err = store_restore(s, p, &opened); /* nothing but the bits of the uplinks */
    free(opened.alarms);
    if (err == RG_OK)
        err = store_put_epoch(s, STMT_BEGIN_EPOCH, &row);
    s->row = row;
    s->trim_after = 0;
    return err;
}
