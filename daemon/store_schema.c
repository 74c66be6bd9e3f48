#include "daemon/store_schema.h"

#include "daemon/store_alarm.h"

#define NUMBER_TEXT_(n) #n
#define NUMBER_TEXT(n)  NUMBER_TEXT_(n)

/* body stands last, so that a look at the numbers reads one page a row. */
static const char tables[] =
    "CREATE TABLE message(id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, epoch INTEGER NOT NULL, "
    "seq INTEGER NOT NULL, utc_ms INTEGER NOT NULL, born_ms INTEGER NOT NULL, "
    "sum INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE(topic, epoch, seq));"
    "CREATE TABLE owed(lane INTEGER NOT NULL, id INTEGER NOT NULL, mask INTEGER NOT NULL, "
    "PRIMARY KEY(lane, id)) WITHOUT ROWID;"
    "CREATE TABLE epoch(n INTEGER PRIMARY KEY, epoch INTEGER NOT NULL UNIQUE, "
    "utc_ms INTEGER NOT NULL, boot_ms INTEGER NOT NULL, boot_id TEXT NOT NULL, "
    "mono_ms INTEGER NOT NULL, alarm_seq INTEGER NOT NULL, telemetry_seq INTEGER NOT NULL, "
    "ledger_seq INTEGER NOT NULL, last_id INTEGER NOT NULL, clean INTEGER NOT NULL, "
    "sum INTEGER NOT NULL);"
    "CREATE TABLE uplink(bit INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "PRAGMA application_id=" NUMBER_TEXT(STORE_APPLICATION_ID) ";"
                                                               "PRAGMA user_version=" NUMBER_TEXT(
                                                                   STORE_VERSION) ";";

const char store_sql_audit[] = "CREATE TABLE audit(n INTEGER PRIMARY KEY, utc_ms INTEGER NOT NULL, "
                               "hash BLOB NOT NULL, body TEXT NOT NULL)";

#define STATEMENT_TEXT(name, sql) [name] = sql,
static const char *const texts[STATEMENT_COUNT] = { STATEMENTS(STATEMENT_TEXT) };
#undef STATEMENT_TEXT

const char *store_sql(enum statement which)
{
    if (which == STMT_PUT_ALARM)
        return alarm_sql_put;
    return which == STMT_ALARMS ? alarm_sql_list : texts[which];
}

int store_schema_make(sqlite3 *db)
{
    int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, tables, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, alarm_sql_table, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, store_sql_audit, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (rc != SQLITE_OK && !sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}
