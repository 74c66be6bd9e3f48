#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "daemon/store_alarm.h"
#include "daemon/store_audit.h"
#include "daemon/store_db.h"

#define BITS 32

/* Who holds each bit: an index in the plant's uplinks, or one of these. */
enum { BIT_FREE = -1, BIT_GONE = -2 /* a name that the plant no longer has */ };

struct bits {
    const struct plant *plant;
    int holder[BITS];
    bool has_bit[PLANT_UPLINKS_MAX];
};

static int index_of(const struct plant *p, const char *name)
{
    for (size_t i = 0; i < p->n_uplinks; i++)
        if (strcmp(p->uplinks[i].name, name) == 0)
            return (int)i;
    return BIT_GONE;
}

static int read_bits(struct store *s, struct bits *b)
{
    sqlite3_stmt *stmt = s->stmts[STMT_UPLINKS];
    int rc;

    for (int i = 0; i < BITS; i++)
        b->holder[i] = BIT_FREE;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t bit = sqlite3_column_int64(stmt, 0);
        const unsigned char *name = sqlite3_column_text(stmt, 1);
        if (bit < 0 || bit >= BITS || name == NULL)
            continue;
        b->holder[bit] = index_of(b->plant, (const char *)name);
        if (b->holder[bit] >= 0) {
            b->has_bit[b->holder[bit]] = true;
            s->bit[b->holder[bit]] = (uint8_t)bit;
        }
    }
    int err = rc == SQLITE_DONE ? RG_OK : store_failed(s, rc, "read the uplinks");
    sqlite3_reset(stmt);
    return err;
}

/* What the bit's last holder owed is not the new one's. */
static int give_bit(struct store *s, struct bits *b, size_t uplink, int bit)
{
    sqlite3_stmt *stmt = s->stmts[STMT_PUT_UPLINK];
    const int64_t v[] = { bit };
    const int64_t mask[] = { INT64_C(1) << bit };
    int err = RG_OK;

    if (b->holder[bit] == BIT_GONE)
        err = store_run(s, STMT_FORGIVE, mask, 1);
    if (err == RG_OK && b->holder[bit] == BIT_GONE)
        err = store_run(s, STMT_SWEEP, NULL, 0);
    if (err != RG_OK)
        return err;
    sqlite3_bind_text(stmt, 2, b->plant->uplinks[uplink].name, -1, SQLITE_TRANSIENT);
    err = store_run(s, STMT_PUT_UPLINK, v, 1);
    b->holder[bit] = (int)uplink;
    s->bit[uplink] = (uint8_t)bit;
    return err;
}

static int pick_bit(const struct bits *b)
{
    for (int wanted = BIT_FREE; wanted >= BIT_GONE; wanted--)
        for (int bit = 0; bit < BITS; bit++)
            if (b->holder[bit] == wanted)
                return bit;
    return 0; /* not reached: a plant has fewer uplinks than there are bits */
}

static int give_bits(struct store *s, void *ctx)
{
    struct bits *b = ctx;
    int err = RG_OK;

    for (size_t i = 0; i < b->plant->n_uplinks && err == RG_OK; i++)
        if (!b->has_bit[i])
            err = give_bit(s, b, i, pick_bit(b));
    return err;
}

static int restore_uplinks(struct store *s, const struct plant *p, struct store_opened *opened)
{
    struct bits b = { .plant = p };
    bool all = true;
    int err = read_bits(s, &b);

    s->n_uplinks = p->n_uplinks;
    for (size_t i = 0; i < p->n_uplinks; i++)
        all = all && b.has_bit[i];
    if (err == RG_OK && !all) /* an open that changes nothing writes nothing */
        err = store_transaction(s, give_bits, &b);
    memcpy(opened->bit, s->bit, sizeof opened->bit);
    return err;
}

static void count_owed(const struct store *s, struct store_opened *opened, int64_t lane,
                       int64_t mask, int64_t n)
{
    if (lane < 0 || lane >= LANES)
        return;
    for (size_t i = 0; i < s->n_uplinks; i++)
        if ((mask >> s->bit[i] & 1) != 0)
            opened->owed[i][lane] += (uint64_t)n;
}

static int restore_owed(struct store *s, struct store_opened *opened)
{
    sqlite3_stmt *stmt = s->stmts[STMT_OWED_COUNT];
    int rc;

    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
        count_owed(s, opened, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                   sqlite3_column_int64(stmt, 2));
    int err = rc == SQLITE_DONE ? RG_OK : store_failed(s, rc, "count what is owed");
    sqlite3_reset(stmt);
    return err;
}

static int read_numbers(struct store *s, enum statement which, int64_t *v, int n)
{
    sqlite3_stmt *stmt = s->stmts[which];
    int rc = sqlite3_step(stmt);

    for (int i = 0; i < n && rc == SQLITE_ROW; i++)
        v[i] = sqlite3_column_int64(stmt, i);
    int err = rc == SQLITE_ROW ? RG_OK : store_failed(s, rc, sqlite3_sql(stmt));
    sqlite3_reset(stmt);
    return err;
}

static int restore_alarms(struct store *s, struct store_opened *opened)
{
    sqlite3_stmt *stmt = s->stmts[STMT_ALARMS];
    int64_t n = 0;
    int rc = SQLITE_DONE;
    int err = read_numbers(s, STMT_ALARM_COUNT, &n, 1);

    if (err != RG_OK || n == 0)
        return err;
    opened->alarms = calloc((size_t)n, sizeof *opened->alarms);
    if (opened->alarms == NULL)
        return RG_ENOMEM;
    while (err == RG_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        if (opened->n_alarms >= (size_t)n ||
            !alarm_read(stmt, STORE_VERSION, &opened->alarms[opened->n_alarms])) {
            snprintf(s->error, sizeof s->error, "the row of an alarm is damaged");
            err = RG_EDAMAGED;
        } else {
            opened->n_alarms++;
        }
    }
    if (err == RG_OK && rc != SQLITE_DONE)
        err = store_failed(s, rc, "read the alarms");
    sqlite3_reset(stmt);
    return err;
}

/* Ids go on from the greatest ever given, also when its message was trimmed. */
static int restore_numbers(struct store *s, struct store_opened *opened)
{
    int64_t last = 0, v[2] = { 0 };
    int err = read_numbers(s, STMT_LAST_ID, &last, 1);

    if (err == RG_OK)
        err = read_numbers(s, STMT_GREATEST, v, 2);
    opened->epoch = (uint64_t)v[0];
    opened->next_id = (uint64_t)(last > v[1] ? last : v[1]) + 1;
    return err;
}

static void forget(struct store_opened *opened)
{
    free(opened->alarms);
    opened->alarms = NULL;
    opened->n_alarms = 0;
    memset(&opened->prev, 0, sizeof opened->prev);
    memset(opened->owed, 0, sizeof opened->owed);
}

int store_restore(struct store *s, const struct plant *p, struct store_opened *opened)
{
    int err = store_last_epoch(s, opened);

    if (err == RG_OK)
        err = restore_numbers(s, opened);
    if (err == RG_OK)
        err = restore_uplinks(s, p, opened);
    if (err == RG_OK)
        err = restore_owed(s, opened);
    if (err == RG_OK)
        err = restore_alarms(s, opened);
    if (err == RG_OK)
        err = audit_restore(s, &s->audit);
    opened->audit = s->audit;
    if (err != RG_OK)
        forget(opened); /* half a picture would be taken for a whole one */
    return err;
}
