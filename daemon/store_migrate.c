#include <stdio.h>

#include "config/err.h"
#include "daemon/store_alarm.h"
#include "daemon/store_db.h"

/* Each step leads from one version to the next; all of them run in one
 * transaction, so that a record is of one version or of the other. */

static int move_alarm(struct store *s, sqlite3_stmt *from, sqlite3_stmt *to)
{
    struct saved_alarm a;

    if (!alarm_read(from, 1, &a)) {
        snprintf(s->error, sizeof s->error, "the row of an alarm is damaged");
        return RG_EDAMAGED;
    }
    a.st.last = a.st.id; /* what is open can be handled and closed */
    int rc = alarm_bind(to, &a);
    if (rc == SQLITE_OK && sqlite3_step(to) == SQLITE_DONE)
        return sqlite3_reset(to) == SQLITE_OK ? RG_OK : store_failed(s, rc, "move an alarm");
    return store_failed(s, rc, "move an alarm");
}

static int move_alarms(struct store *s)
{
    sqlite3_stmt *from = NULL, *to = NULL;
    int rc = sqlite3_prepare_v2(s->db, alarm_sql_list_1, -1, &from, NULL);
    int err = RG_OK;

    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(s->db, alarm_sql_put, -1, &to, NULL);
    if (rc != SQLITE_OK)
        err = store_failed(s, rc, "read the alarms of version 1");
    while (err == RG_OK && (rc = sqlite3_step(from)) == SQLITE_ROW)
        err = move_alarm(s, from, to);
    if (err == RG_OK && rc != SQLITE_DONE)
        err = store_failed(s, rc, "read the alarms of version 1");
    sqlite3_finalize(from);
    sqlite3_finalize(to);
    return err;
}

/* Holds, paperwork and the audit trail. */
static int to_version_2(struct store *s)
{
    int err = store_exec(s, "ALTER TABLE alarm RENAME TO alarm_1", "rename the alarms");

    if (err == RG_OK)
        err = store_exec(s, alarm_sql_table, "make the alarms");
    if (err == RG_OK)
        err = store_exec(s, store_sql_audit, "make the audit trail");
    if (err == RG_OK)
        err = move_alarms(s);
    if (err == RG_OK)
        err = store_exec(s, "DROP TABLE alarm_1", "drop the old alarms");
    return err;
}

static int (*const steps[STORE_VERSION])(struct store *s) = { [1] = to_version_2 };

static int migrate(struct store *s, void *ctx)
{
    char set_version[40];
    int err = RG_OK;

    for (int64_t at = *(const int64_t *)ctx; at < STORE_VERSION && err == RG_OK; at++)
        err = steps[at](s);
    snprintf(set_version, sizeof set_version, "PRAGMA user_version=%d", STORE_VERSION);
    return err == RG_OK ? store_exec(s, set_version, "set the version") : err;
}

int store_migrate(struct store *s, int64_t version)
{
    return version == STORE_VERSION ? RG_OK : store_transaction(s, migrate, &version);
}
