/* daemon/store_schema.h - the tables of events.db, version 2, and every
 * statement that is run on them.
 * Thread: the store's. */
#ifndef RG_DAEMON_STORE_SCHEMA_H
#define RG_DAEMON_STORE_SCHEMA_H

#include <sqlite3.h>

#define STORE_VERSION        2
#define STORE_APPLICATION_ID 0x52474457 /* "RGDW" */

/* `sum` guards what a flipped bit would turn into a false history: the pages
 * of SQLite carry no checksum of their own. */
#define STATEMENTS(X)                                                                              \
    X(STMT_PUT_MESSAGE, "INSERT INTO message(id,topic,epoch,seq,utc_ms,born_ms,sum,body) "         \
                        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8) ON CONFLICT(id) DO NOTHING")              \
    X(STMT_SAME_MESSAGE, "SELECT 1 FROM message WHERE id=?1 AND topic=?2 AND epoch=?3 AND seq=?4") \
    X(STMT_OWE, "INSERT INTO owed(lane,id,mask) VALUES(?1,?2,?3)")                                 \
    X(STMT_PAY_ALL, "DELETE FROM owed WHERE lane=?1 AND id=?2 AND mask&~?3=0")                     \
    X(STMT_PAY_ONE, "UPDATE owed SET mask=mask&~?3 WHERE lane=?1 AND id=?2")                       \
    X(STMT_FORGIVE, "UPDATE owed SET mask=mask&~?1 WHERE mask&?1")                                 \
    X(STMT_SWEEP, "DELETE FROM owed WHERE mask=0")                                                 \
    X(STMT_OWED_COUNT, "SELECT lane,mask,count(*) FROM owed GROUP BY lane,mask")                   \
    X(STMT_FETCH_OWED,                                                                             \
      "SELECT m.id,m.topic,m.epoch,m.seq,m.utc_ms,m.born_ms,m.sum,m.body FROM owed o CROSS JOIN "  \
      "message m ON m.id=o.id WHERE o.lane=?1 AND o.id>?2 AND o.id<?3 AND o.mask&?4 "              \
      "ORDER BY o.id")                                                                             \
    X(STMT_FETCH_SEQ, "SELECT id,topic,epoch,seq,utc_ms,born_ms,sum,body FROM message "            \
                      "WHERE topic=?1 AND epoch=?2 AND seq BETWEEN ?3 AND ?4 ORDER BY seq")        \
    X(STMT_LAST_ID, "SELECT max(id) FROM message")                                                 \
    X(STMT_DROP_ALARM, "DELETE FROM alarm WHERE key=?1")                                           \
    X(STMT_ALARM_COUNT, "SELECT count(*) FROM alarm")                                              \
    X(STMT_BEGIN_EPOCH,                                                                            \
      "INSERT INTO epoch(epoch,utc_ms,boot_ms,boot_id,mono_ms,alarm_seq,telemetry_seq,"            \
      "ledger_seq,last_id,clean,sum) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11) "                  \
      "ON CONFLICT(epoch) DO UPDATE SET epoch=epoch "                                              \
      "WHERE utc_ms=excluded.utc_ms AND boot_ms=excluded.boot_ms")                                 \
    X(STMT_SAVE_EPOCH, "UPDATE epoch SET mono_ms=?5,alarm_seq=?6,telemetry_seq=?7,ledger_seq=?8,"  \
                       "last_id=?9,clean=?10,sum=?11 WHERE epoch=?1")                              \
    X(STMT_LAST_EPOCH, "SELECT epoch,utc_ms,boot_ms,boot_id,mono_ms,alarm_seq,telemetry_seq,"      \
                       "ledger_seq,last_id,clean,sum FROM epoch WHERE alarm_seq>0 ORDER BY n "     \
                       "DESC LIMIT 1")                                                             \
    X(STMT_GREATEST, "SELECT max(CASE WHEN epoch<4503599627370496 THEN epoch END),max(last_id) "   \
                     "FROM epoch") /* 2^52: from there on epochs are drawn, not counted */         \
    X(STMT_UPLINKS, "SELECT bit,name FROM uplink")                                                 \
    X(STMT_PUT_UPLINK, "INSERT OR REPLACE INTO uplink(bit,name) VALUES(?1,?2)")                    \
    X(STMT_PUT_AUDIT, "INSERT INTO audit(n,utc_ms,hash,body) VALUES(?1,?2,?3,?4)")                 \
    X(STMT_AUDIT, "SELECT n,hash,body FROM audit ORDER BY n")                                      \
    X(STMT_TRIM_SPAN, "SELECT max(id) FROM (SELECT id FROM message WHERE id>?1 "                   \
                      "ORDER BY id LIMIT 500)")                                                    \
    X(STMT_TRIM_DEBT, "DELETE FROM owed WHERE id>?1 AND id<=?2 AND lane IN (0,1) AND mask&?4=0 "   \
                      "AND id IN (SELECT id FROM message WHERE id>?1 AND id<=?2 AND utc_ms<?3)")   \
    X(STMT_TRIM, "DELETE FROM message WHERE id>?1 AND id<=?2 AND utc_ms<CASE topic WHEN 0 THEN "   \
                 "?4 ELSE ?3 END AND id NOT IN "                                                   \
                 "(SELECT id FROM owed WHERE lane IN (0,1) AND id>?1 AND id<=?2)")

#define STATEMENT_NUMBER(name, sql) name,
/* The two below are put together from the columns of an alarm. */
enum statement { STATEMENTS(STATEMENT_NUMBER) STMT_PUT_ALARM, STMT_ALARMS, STATEMENT_COUNT };
#undef STATEMENT_NUMBER

/* SQL text of each statement. */
const char *store_sql(enum statement which);
/* All tables and the version, in one transaction.  An SQLite result code. */
int store_schema_make(sqlite3 *db);
/* What version 2 has beside version 1, but for the columns of an alarm. */
extern const char store_sql_audit[];

#endif
