#include "daemon/store_audit.h"

#include <string.h>

#include "config/err.h"
#include "daemon/audit.h"

int audit_put(struct store *s, const struct message *m, struct audit_head *head)
{
    sqlite3_stmt *stmt = s->stmts[STMT_PUT_AUDIT];

    audit_link(head, m->body, m->len);
    const int64_t v[] = { (int64_t)head->n, m->utc_ms };
    sqlite3_bind_blob(stmt, 3, head->hash, sizeof head->hash, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 4, m->body, m->len, SQLITE_STATIC);
    int err = store_run(s, STMT_PUT_AUDIT, v, 2);
    sqlite3_bind_null(stmt, 3);
    sqlite3_bind_null(stmt, 4);
    return err;
}

static void check_row(sqlite3_stmt *row, struct audit_head *head)
{
    struct audit_head next = *head;
    const char *body = (const char *)sqlite3_column_text(row, 2);
    const void *hash = sqlite3_column_blob(row, 1);
    bool has_hash = hash != NULL && sqlite3_column_bytes(row, 1) == (int)sizeof next.hash;
    uint64_t n = (uint64_t)sqlite3_column_int64(row, 0);

    audit_link(&next, body == NULL ? "" : body, (size_t)sqlite3_column_bytes(row, 2));
    if (head->broken_at == 0 &&
        (n != next.n || !has_hash || memcmp(next.hash, hash, sizeof next.hash) != 0))
        head->broken_at = n;
    head->n = n;
    if (has_hash)
        memcpy(head->hash, hash, sizeof head->hash);
}

int audit_restore(struct store *s, struct audit_head *out)
{
    sqlite3_stmt *stmt = s->stmts[STMT_AUDIT];
    int rc;

    *out = (struct audit_head){ 0 };
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
        check_row(stmt, out);
    int err = rc == SQLITE_DONE ? RG_OK : store_failed(s, rc, "read the audit trail");
    sqlite3_reset(stmt);
    return err;
}
