#include <string.h>

#include "config/err.h"
#include "daemon/store_db.h"
#include "daemon/store_message.h"
#include "daemon/store_sum.h"

uint64_t message_sum(const struct message *m)
{
    const int64_t v[] = { (int64_t)m->id,  m->topic,  (int64_t)m->epoch,
                          (int64_t)m->seq, m->utc_ms, m->born_ms };
    uint64_t sum = SUM_BEGIN;

    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
        sum = sum_number(sum, v[i]);
    return sum_bytes(sum, m->body, m->len);
}

/* False: the row is damaged.  A damaged row is passed over, so that it does
 * not hold up what stands behind it; it stays owed. */
static bool read_message(const struct store *s, sqlite3_stmt *row, struct message *m)
{
    int64_t topic = sqlite3_column_int64(row, 1);
    const void *body = sqlite3_column_blob(row, 7);
    int len = sqlite3_column_bytes(row, 7);

    if (topic < 0 || topic >= NUMBERED_TOPICS || body == NULL || len <= 0 || len > MESSAGE_MAX)
        return false;
    m->id = (uint64_t)sqlite3_column_int64(row, 0);
    m->topic = (enum topic)topic;
    m->epoch = (uint64_t)sqlite3_column_int64(row, 2);
    m->seq = (uint64_t)sqlite3_column_int64(row, 3);
    m->utc_ms = sqlite3_column_int64(row, 4);
    m->born_ms = sqlite3_column_int64(row, 5);
    m->len = (uint16_t)len;
    memcpy(m->body, body, (size_t)len);
    bool is_sound = (uint64_t)sqlite3_column_int64(row, 6) == message_sum(m);
    if (m->epoch != s->row.epoch)
        m->born_ms = INT64_MIN;
    m->durable = true;
    m->sent = true; /* whether it ever left is not known: its bytes stay as they are */
    m->bad_news = false;
    m->is_volatile = false;
    return is_sound;
}

static int64_t at_most(uint64_t number)
{
    return number > INT64_MAX ? INT64_MAX : (int64_t)number;
}

static sqlite3_stmt *ask(struct store *s, const struct fetch *f)
{
    sqlite3_stmt *stmt = s->stmts[f->by_seq ? STMT_FETCH_SEQ : STMT_FETCH_OWED];
    const int64_t seqs[] = { f->topic, at_most(f->epoch), at_most(f->from_seq),
                             at_most(f->to_seq) };
    const int64_t owed[] = { f->lane, at_most(f->after_id), at_most(f->below_id),
                             f->uplink < s->n_uplinks ? INT64_C(1) << s->bit[f->uplink] : 0 };

    for (int i = 0; i < 4; i++)
        sqlite3_bind_int64(stmt, i + 1, f->by_seq ? seqs[i] : owed[i]);
    return stmt;
}

int store_fetch(struct store *s, struct fetch *f)
{
    sqlite3_stmt *stmt = ask(s, f);
    int rc;

    f->n = 0;
    f->more = false;
    f->err = RG_OK;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        if (f->n == f->max) {
            f->more = true;
            rc = SQLITE_DONE;
            break;
        }
        if (read_message(s, stmt, f->v[f->n]))
            f->n++;
    }
    if (rc != SQLITE_DONE)
        f->err = store_failed(s, rc, "read messages back");
    sqlite3_reset(stmt);
    return f->err;
}

static int trim_span(struct store *s, void *ctx)
{
    const int64_t *v = ctx;
    const int64_t rows[] = { v[0], v[1], v[2], v[4] };
    int err = store_run(s, STMT_TRIM_DEBT, v, 4);

    return err == RG_OK ? store_run(s, STMT_TRIM, rows, 4) : err;
}

/* A sweep goes by id over the whole table and then begins again: utc_ms does
 * not rise with the id where a clock was stepped. */
int store_trim(struct store *s, int64_t sent_before_utc_ms, int64_t alarms_before_utc_ms)
{
    sqlite3_stmt *stmt = s->stmts[STMT_TRIM_SPAN];
    int64_t v[] = { s->trim_after, 0, sent_before_utc_ms, 0, alarms_before_utc_ms };

    sqlite3_bind_int64(stmt, 1, s->trim_after);
    int rc = sqlite3_step(stmt);
    bool is_end = rc != SQLITE_ROW || sqlite3_column_type(stmt, 0) == SQLITE_NULL;
    v[1] = is_end ? 0 : sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    if (rc != SQLITE_ROW)
        return store_failed(s, rc, "look for old messages");
    for (size_t i = 0; i < s->n_uplinks; i++)
        v[3] |= INT64_C(1) << s->bit[i];
    int err = is_end ? RG_OK : store_transaction(s, trim_span, v);
    if (err == RG_OK)
        s->trim_after = v[1];
    return err;
}
