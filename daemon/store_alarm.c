#include "daemon/store_alarm.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "daemon/store_sum.h"

enum column_type { COL_BOOL, COL_U8, COL_U16, COL_ENUM, COL_I64, COL_U64, COL_REAL, COL_TEXT };

struct column {
    enum column_type type;
    size_t offset;
    int64_t max; /* of an enum; bytes of a text */
};

#define COLUMN(name, kind, field, most) { COL_##kind, offsetof(struct saved_alarm, field), (most) },
static const struct column columns[] = { ALARM_COLUMNS(COLUMN) };
#undef COLUMN
#define COLUMNS                      (sizeof columns / sizeof columns[0])
#define ONE(name, kind, field, most) +1
static const size_t columns_of[] = { 0, 0 ALARM_COLUMNS_1(ONE), COLUMNS }; /* by version */
#undef ONE

_Static_assert(sizeof(enum proc) == sizeof(unsigned) && sizeof(enum quality) == sizeof(unsigned) &&
                   sizeof(enum why_code) == sizeof(unsigned),
               "an enum of the state is read and written as unsigned");

/* No NOT NULL: a number that is none stands as NULL. */
#define SQL_BOOL                       "INTEGER NOT NULL, "
#define SQL_U8                         SQL_BOOL
#define SQL_U16                        SQL_BOOL
#define SQL_ENUM                       SQL_BOOL
#define SQL_I64                        SQL_BOOL
#define SQL_U64                        SQL_BOOL
#define SQL_REAL                       "REAL, "
#define SQL_TEXT                       "TEXT NOT NULL, "
#define MADE(name, kind, field, most)  #name " " SQL_##kind
#define NAMED(name, kind, field, most) #name ", "
#define MARKS(name, kind, field, most) "?, "
const char alarm_sql_table[] = "CREATE TABLE alarm(key TEXT PRIMARY KEY NOT NULL, " ALARM_COLUMNS(
    MADE) "sum INTEGER NOT NULL) WITHOUT ROWID";
const char alarm_sql_put[] = "INSERT OR REPLACE INTO alarm(key, " ALARM_COLUMNS(
    NAMED) "sum) VALUES(?, " ALARM_COLUMNS(MARKS) "?)";
const char alarm_sql_list[] = "SELECT key, " ALARM_COLUMNS(NAMED) "sum FROM alarm";
const char alarm_sql_list_1[] = "SELECT key, " ALARM_COLUMNS_1(NAMED) "sum FROM alarm_1";
#undef MADE
#undef NAMED
#undef MARKS

/* The bits of a field, as they are bound and as they are summed. */
static int64_t bits_of(const struct column *c, const struct saved_alarm *a)
{
    const char *at = (const char *)a + c->offset;
    int64_t wide = 0;
    unsigned number;
    uint16_t half;

    switch (c->type) {
    case COL_BOOL:
        return *(const bool *)at;
    case COL_U8:
        return *(const uint8_t *)at;
    case COL_U16:
        memcpy(&half, at, sizeof half);
        return half;
    case COL_ENUM:
        memcpy(&number, at, sizeof number);
        return number;
    case COL_I64:
    case COL_U64:
    case COL_REAL:
        memcpy(&wide, at, sizeof wide);
        return wide;
    case COL_TEXT:
        break;
    }
    return wide;
}

static double real_of(const struct column *c, const struct saved_alarm *a)
{
    double val;

    memcpy(&val, (const char *)a + c->offset, sizeof val);
    return val;
}

static const char *text_of(const struct column *c, const struct saved_alarm *a)
{
    return (const char *)a + c->offset;
}

static uint64_t sum_of(const struct saved_alarm *a, size_t n)
{
    uint64_t sum = sum_bytes(SUM_BEGIN, a->key, strnlen(a->key, sizeof a->key));

    for (size_t i = 0; i < n; i++) {
        const struct column *c = &columns[i];
        bool is_none = c->type == COL_REAL && isnan(real_of(c, a));

        if (c->type == COL_TEXT)
            sum = sum_bytes(sum, text_of(c, a), strnlen(text_of(c, a), (size_t)c->max) + 1);
        else
            sum = sum_number(sum, is_none ? INT64_MIN : bits_of(c, a));
    }
    return sum;
}

int alarm_bind(sqlite3_stmt *stmt, const struct saved_alarm *a)
{
    int at = 1;
    int rc = sqlite3_bind_text(stmt, at++, a->key, -1, SQLITE_STATIC);

    for (size_t i = 0; i < COLUMNS && rc == SQLITE_OK; i++, at++)
        if (columns[i].type == COL_REAL) /* binds NULL for NaN */
            rc = sqlite3_bind_double(stmt, at, real_of(&columns[i], a));
        else if (columns[i].type == COL_TEXT)
            rc = sqlite3_bind_text(stmt, at, text_of(&columns[i], a), -1, SQLITE_STATIC);
        else
            rc = sqlite3_bind_int64(stmt, at, bits_of(&columns[i], a));
    return rc == SQLITE_OK ? sqlite3_bind_int64(stmt, at, (int64_t)sum_of(a, COLUMNS)) : rc;
}

static bool put_real(sqlite3_stmt *row, int at, char *to)
{
    double val = NAN;

    if (sqlite3_column_type(row, at) != SQLITE_NULL)
        val = sqlite3_column_double(row, at);
    memcpy(to, &val, sizeof val);
    return true;
}

static bool put_small(const struct column *c, int64_t bits, char *to)
{
    const int64_t greatest[] = {
        [COL_BOOL] = 1, [COL_U8] = UINT8_MAX, [COL_U16] = UINT16_MAX, [COL_ENUM] = c->max
    };
    unsigned number = (unsigned)bits;
    uint16_t half = (uint16_t)bits;
    uint8_t byte = (uint8_t)bits;

    if (bits < 0 || bits > greatest[c->type])
        return false;
    if (c->type == COL_BOOL)
        *(bool *)to = bits == 1;
    else if (c->type == COL_U8)
        memcpy(to, &byte, sizeof byte);
    else if (c->type == COL_U16)
        memcpy(to, &half, sizeof half);
    else
        memcpy(to, &number, sizeof number);
    return true;
}

static bool put_text(sqlite3_stmt *row, int at, const struct column *c, char *to)
{
    const unsigned char *text = sqlite3_column_text(row, at);
    int len = sqlite3_column_bytes(row, at);

    if (text == NULL || len >= c->max)
        return false;
    memcpy(to, text, (size_t)len + 1);
    return true;
}

static bool put_column(sqlite3_stmt *row, int at, const struct column *c, char *to)
{
    int64_t bits = sqlite3_column_int64(row, at);

    switch (c->type) {
    case COL_REAL:
        return put_real(row, at, to);
    case COL_I64:
    case COL_U64:
        memcpy(to, &bits, sizeof bits);
        return true;
    case COL_BOOL:
    case COL_U8:
    case COL_U16:
    case COL_ENUM:
        return put_small(c, bits, to);
    case COL_TEXT:
        return put_text(row, at, c, to);
    }
    return false;
}

bool alarm_read(sqlite3_stmt *row, int version, struct saved_alarm *out)
{
    size_t n = columns_of[version];
    const unsigned char *key = sqlite3_column_text(row, 0);
    size_t len = (size_t)sqlite3_column_bytes(row, 0);
    int at = 1;

    memset(out, 0, sizeof *out);
    if (key == NULL || len == 0 || len >= sizeof out->key)
        return false;
    memcpy(out->key, key, len);
    for (size_t i = 0; i < n; i++, at++)
        if (!put_column(row, at, &columns[i], (char *)out + columns[i].offset))
            return false;
    return (uint64_t)sqlite3_column_int64(row, at) == sum_of(out, n);
}
