#include <stdio.h>

#include "config/err.h"
#include "daemon/store_alarm.h"
#include "daemon/store_audit.h"
#include "daemon/store_db.h"
#include "daemon/store_message.h"

struct commit {
    const struct batch *batch;
    struct epoch_row row;
    struct audit_head audit;
};

static int64_t mask_of(const struct store *s, uint32_t uplinks)
{
    int64_t mask = 0;

    for (size_t i = 0; i < s->n_uplinks; i++)
        if ((uplinks >> i & 1u) != 0)
            mask |= INT64_C(1) << s->bit[i];
    return mask;
}

/* The id is there already: from the same batch, whose commit was reported as
 * failed and was none, or because two messages were given one id. */
static int check_same(struct store *s, const struct message *m)
{
    sqlite3_stmt *stmt = s->stmts[STMT_SAME_MESSAGE];

    sqlite3_bind_int64(stmt, 1, (int64_t)m->id);
    sqlite3_bind_int64(stmt, 2, m->topic);
    sqlite3_bind_int64(stmt, 3, (int64_t)m->epoch);
    sqlite3_bind_int64(stmt, 4, (int64_t)m->seq);
    int rc = sqlite3_step(stmt);
    sqlite3_reset(stmt);
    if (rc == SQLITE_ROW)
        return RG_OK;
    if (rc != SQLITE_DONE)
        return store_failed(s, rc, "compare a message");
    snprintf(s->error, sizeof s->error, "id %llu belongs to another message",
             (unsigned long long)m->id);
    return RG_EINVAL;
}

static int put_message(struct store *s, const struct record *r)
{
    const struct message *m = r->msg;
    sqlite3_stmt *stmt = s->stmts[STMT_PUT_MESSAGE];
    const int64_t v[] = { (int64_t)m->id, m->topic,   (int64_t)m->epoch,      (int64_t)m->seq,
                          m->utc_ms,      m->born_ms, (int64_t)message_sum(m) };
    const int64_t debt[] = { message_lane(m), (int64_t)m->id, mask_of(s, r->uplinks) };

    sqlite3_bind_blob(stmt, 8, m->body, m->len, SQLITE_STATIC);
    int err = store_run(s, STMT_PUT_MESSAGE, v, 7);
    sqlite3_bind_null(stmt, 8);
    if (err != RG_OK)
        return err;
    if (sqlite3_changes(s->db) == 0)
        return check_same(s, m);
    return debt[2] != 0 ? store_run(s, STMT_OWE, debt, 3) : RG_OK;
}

static int put_state(struct store *s, const struct saved_alarm *a)
{
    bool is_empty = alarm_is_empty(&a->st);
    sqlite3_stmt *stmt = s->stmts[is_empty ? STMT_DROP_ALARM : STMT_PUT_ALARM];
    int rc = is_empty ? sqlite3_bind_text(stmt, 1, a->key, -1, SQLITE_STATIC) : alarm_bind(stmt, a);

    if (rc != SQLITE_OK)
        return store_failed(s, rc, "bind an alarm");
    int err = store_run(s, is_empty ? STMT_DROP_ALARM : STMT_PUT_ALARM, NULL, 0);
    sqlite3_clear_bindings(stmt);
    return err;
}

static void note_numbers(struct epoch_row *row, const struct record *r)
{
    const struct message *m = r->msg;

    if (r->mono_ms > row->mono_ms)
        row->mono_ms = r->mono_ms;
    if (m == NULL)
        return;
    if (m->id > row->last_id)
        row->last_id = m->id;
    if (m->epoch == row->epoch && m->topic < NUMBERED_TOPICS && m->seq > row->seq[m->topic])
        row->seq[m->topic] = m->seq;
}

static int put_record(struct store *s, const struct record *r, struct commit *c)
{
    int err = RG_OK;

    if (r->msg != NULL)
        err = r->msg->topic == TOPIC_AUDIT ? audit_put(s, r->msg, &c->audit) : put_message(s, r);
    if (err == RG_OK && r->has_state)
        err = put_state(s, &r->state);
    note_numbers(&c->row, r);
    return err;
}

/* The lane is not told; an id stands in one of them at most. */
static int put_done(struct store *s, const struct done *d)
{
    int err = RG_OK;

    if (d->uplink >= s->n_uplinks)
        return RG_OK; /* of a plant that had more of them */
    for (int lane = 0; lane < LANES && err == RG_OK; lane++) {
        const int64_t v[] = { lane, (int64_t)d->id, INT64_C(1) << s->bit[d->uplink] };
        err = store_run(s, STMT_PAY_ALL, v, 3);
        if (err == RG_OK && sqlite3_changes(s->db) == 0)
            err = store_run(s, STMT_PAY_ONE, v, 3);
    }
    return err;
}

static int put_batch(struct store *s, void *ctx)
{
    struct commit *c = ctx;
    int err = RG_OK;

    for (size_t i = 0; i < c->batch->n_records && err == RG_OK; i++)
        err = put_record(s, &c->batch->records[i], c);
    for (size_t i = 0; i < c->batch->n_dones && err == RG_OK; i++)
        err = put_done(s, &c->batch->dones[i]);
    return err == RG_OK ? store_put_epoch(s, STMT_SAVE_EPOCH, &c->row) : err;
}

int store_commit(struct store *s, uint64_t epoch, struct batch *b)
{
    struct commit c = { .batch = b, .row = s->row, .audit = s->audit };

    c.row.epoch = epoch;
    int err = store_transaction(s, put_batch, &c);
    if (err != RG_OK)
        return err;
    s->row = c.row;
    b->audit = s->audit = c.audit;
    return RG_OK;
}
