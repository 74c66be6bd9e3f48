/* daemon/store_alarm.h - one alarm as one row: every field of its state in a
 * column of its own, listed once here.
 * Thread: the store's. */
#ifndef RG_DAEMON_STORE_ALARM_H
#define RG_DAEMON_STORE_ALARM_H

#include <sqlite3.h>
#include <stdbool.h>

#include "rules/engine.h"

/* X(column, type of column and field, field, greatest value of an enum) */
#define LEVEL_COLUMNS(X, name, i)                                                                  \
    X(name##_proc, ENUM, levels[i].proc, PROC_STATES - 1)                                          \
    X(name##_left_ms, I64, levels[i].left_ms, 0)                                                   \
    X(name##_from_ms, I64, levels[i].from_ms, 0)                                                   \
    X(name##_running, BOOL, levels[i].running, 0)                                                  \
    X(name##_crossed_mono_ms, I64, levels[i].crossed.mono_ms, 0)                                   \
    X(name##_crossed_utc_ms, I64, levels[i].crossed.utc_ms, 0)

#define ALARM_COLUMNS(X)                                                                           \
    LEVEL_COLUMNS(X, near, 0)                                                                      \
    LEVEL_COLUMNS(X, outer, 1)                                                                     \
    X(active, BOOL, active, 0)                                                                     \
    X(acked, BOOL, acked, 0)                                                                       \
    X(latched, BOOL, latched, 0)                                                                   \
    X(level, U8, level, 0)                                                                         \
    X(supp, U8, supp, 0)                                                                           \
    X(id_epoch, U64, id.epoch, 0)                                                                  \
    X(id_seq, U64, id.seq, 0)                                                                      \
    X(supersedes_epoch, U64, supersedes.epoch, 0)                                                  \
    X(supersedes_seq, U64, supersedes.seq, 0)                                                      \
    X(since_mono_ms, I64, since.mono_ms, 0)                                                        \
    X(since_utc_ms, I64, since.utc_ms, 0)                                                          \
    X(announced_mono_ms, I64, announced.mono_ms, 0)                                                \
    X(announced_utc_ms, I64, announced.utc_ms, 0)                                                  \
    X(val, REAL, val, 0)                                                                           \
    X(sampled_mono_ms, I64, sampled.mono_ms, 0)                                                    \
    X(sampled_utc_ms, I64, sampled.utc_ms, 0)                                                      \
    X(peak, REAL, peak, 0)                                                                         \
    X(peak_at_mono_ms, I64, peak_at.mono_ms, 0)                                                    \
    X(peak_at_utc_ms, I64, peak_at.utc_ms, 0)                                                      \
    X(priority, U8, priority, 0)                                                                   \
    X(why_code, ENUM, why.code, WHY_CODE_COUNT - 1)                                                \
    X(why_arg, U16, why.arg, 0)                                                                    \
    X(q, ENUM, q, QUALITY_COUNT - 1)

extern const char alarm_sql_table[]; /* makes it */
extern const char alarm_sql_put[];   /* STMT_PUT_ALARM */
extern const char alarm_sql_list[];  /* STMT_ALARMS */

/* Nothing in it that a restart would have to know. */
bool alarm_is_empty(const struct alarm_state *st);
/* Statement STMT_PUT_ALARM.  An SQLite result code. */
int alarm_bind(sqlite3_stmt *stmt, const struct saved_alarm *a);
/* Row of STMT_ALARMS; false: its bytes are damaged. */
bool alarm_read(sqlite3_stmt *row, struct saved_alarm *out);

#endif
