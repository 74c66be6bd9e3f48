/* daemon/store_alarm.h - one alarm as one row: every field of its state in a
 * column of its own, listed once here, by the version of the record that
 * brought it.
 * Thread: the store's. */
#ifndef RG_DAEMON_STORE_ALARM_H
#define RG_DAEMON_STORE_ALARM_H

#include <sqlite3.h>
#include <stdbool.h>

#include "rules/engine.h"

/* X(column, type of column and field, field of saved_alarm, greatest value of an
 * enum or size of a text) */
#define LEVEL_COLUMNS(X, name, i)                                                                  \
    X(name##_proc, ENUM, st.levels[i].proc, PROC_STATES - 1)                                       \
    X(name##_left_ms, I64, st.levels[i].left_ms, 0)                                                \
    X(name##_from_ms, I64, st.levels[i].from_ms, 0)                                                \
    X(name##_running, BOOL, st.levels[i].running, 0)                                               \
    X(name##_crossed_mono_ms, I64, st.levels[i].crossed.mono_ms, 0)                                \
    X(name##_crossed_utc_ms, I64, st.levels[i].crossed.utc_ms, 0)

#define ALARM_COLUMNS_1(X)                                                                         \
    LEVEL_COLUMNS(X, near, 0)                                                                      \
    LEVEL_COLUMNS(X, outer, 1)                                                                     \
    X(active, BOOL, st.active, 0)                                                                  \
    X(acked, BOOL, st.acked, 0)                                                                    \
    X(latched, BOOL, st.latched, 0)                                                                \
    X(level, U8, st.level, 0)                                                                      \
    X(supp, U8, st.supp, 0)                                                                        \
    X(id_epoch, U64, st.id.epoch, 0)                                                               \
    X(id_seq, U64, st.id.seq, 0)                                                                   \
    X(supersedes_epoch, U64, st.supersedes.epoch, 0)                                               \
    X(supersedes_seq, U64, st.supersedes.seq, 0)                                                   \
    X(since_mono_ms, I64, st.since.mono_ms, 0)                                                     \
    X(since_utc_ms, I64, st.since.utc_ms, 0)                                                       \
    X(announced_mono_ms, I64, st.announced.mono_ms, 0)                                             \
    X(announced_utc_ms, I64, st.announced.utc_ms, 0)                                               \
    X(val, REAL, st.val, 0)                                                                        \
    X(sampled_mono_ms, I64, st.sampled.mono_ms, 0)                                                 \
    X(sampled_utc_ms, I64, st.sampled.utc_ms, 0)                                                   \
    X(peak, REAL, st.peak, 0)                                                                      \
    X(peak_at_mono_ms, I64, st.peak_at.mono_ms, 0)                                                 \
    X(peak_at_utc_ms, I64, st.peak_at.utc_ms, 0)                                                   \
    X(priority, U8, st.priority, 0)                                                                \
    X(why_code, ENUM, st.why.code, WHY_CODE_COUNT - 1)                                             \
    X(why_arg, U16, st.why.arg, 0)                                                                 \
    X(q, ENUM, st.q, QUALITY_COUNT - 1)

#define HOLD_COLUMNS(X, name, i)                                                                   \
    X(name##_until_ms, I64, st.until[i].ms, 0)                                                     \
    X(name##_until_utc_ms, I64, st.until[i].utc_ms, 0)                                             \
    X(name##_by, TEXT, words[i].by, PERSON_MAX)                                                    \
    X(name##_why, TEXT, words[i].why, REASON_MAX)

#define ALARM_COLUMNS_2(X)                                                                         \
    HOLD_COLUMNS(X, maint, HOLD_MAINT)                                                             \
    HOLD_COLUMNS(X, shelf, HOLD_SHELF)                                                             \
    HOLD_COLUMNS(X, oos, HOLD_OOS)                                                                 \
    X(once, BOOL, st.once, 0)                                                                      \
    X(last_epoch, U64, st.last.epoch, 0)                                                           \
    X(last_seq, U64, st.last.seq, 0)                                                               \
    X(handled, BOOL, st.handled, 0)                                                                \
    X(closed, BOOL, st.closed, 0)                                                                  \
    X(step, U8, st.step, 0)                                                                        \
    X(attend_ms, I64, st.attend_ms, 0)

#define ALARM_COLUMNS(X) ALARM_COLUMNS_1(X) ALARM_COLUMNS_2(X)

extern const char alarm_sql_table[];  /* makes it */
extern const char alarm_sql_put[];    /* STMT_PUT_ALARM */
extern const char alarm_sql_list[];   /* STMT_ALARMS */
extern const char alarm_sql_list_1[]; /* the same of version 1, from alarm_1 */

/* Statement STMT_PUT_ALARM.  An SQLite result code. */
int alarm_bind(sqlite3_stmt *stmt, const struct saved_alarm *a);
/* Row of STMT_ALARMS, or of an older version; false: its bytes are damaged. */
bool alarm_read(sqlite3_stmt *row, int version, struct saved_alarm *out);

#endif
