#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "config/err.h"
#include "daemon/audit.h"
#include "tests/unit/store_rig.h"

static char *read_file_of(const char *path)
{
    static char text[65536];
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

/* Written by a riskgwd of version 1 whose only bus did not answer. */
static void a_record_of_version_1_goes_on_as_one_of_today(void **state)
{
    struct store_rig *r = rig_new();
    const struct saved_alarm *a;

    (void)state;
    rig_sql(r, read_file_of("tests/unit/golden/events-1.sql"));
    rig_open(r, 0);
    assert_false(r->opened.set_aside);
    assert_int_equal(r->opened.epoch, 1);
    assert_int_equal(r->opened.prev.seq[TOPIC_ALARM], 2);
    assert_int_equal(r->opened.n_alarms, 1);
    a = &r->opened.alarms[0];
    assert_string_equal(a->key, "bus/b1");
    assert_true(a->st.active && !a->st.acked && a->st.id.epoch == 1 && a->st.id.seq == 2);
    assert_memory_equal(&a->st.last, &a->st.id, sizeof a->st.last); /* it can be closed */
    assert_true(a->st.supp == 0 && a->words[HOLD_SHELF].by[0] == '\0');
    assert_int_equal(rig_fetch_seq(r, TOPIC_ALARM, 1, 1, 9), 2);
    rig_reopen(r, 2);
    assert_int_equal(r->opened.n_alarms, 1);
    rig_free(r);
}

static void act(struct store_rig *r, const char *verb)
{
    struct message *m = &r->messages[r->batch.n_records];
    struct audit_entry e = { .user = "lisi",
                             .by = "王五",
                             .verb = verb,
                             .what = "co.a/HH",
                             .why = "标定",
                             .result = "done" };

    audit_write(m, &e, 1700000000000, 480);
    r->batch.records[r->batch.n_records++] = (struct record){ .msg = m };
}

static const char *audit_row(const struct store_rig *r, int n)
{
    static char text[512];
    char sql[80];
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;

    snprintf(sql, sizeof sql, "SELECT body FROM audit WHERE n=%d", n);
    assert_int_equal(sqlite3_open(r->db, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    snprintf(text, sizeof text, "%s", (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return text;
}

/* FAULTS 63.  Each of these is what somebody would do who wants an act not to
 * have been; the platform's own copy of the head tells the last one. */
static void a_changed_audit_trail_is_told_at_the_start(void **state)
{
    static const struct {
        const char *sql;
        uint64_t broken_at, n;
    } deeds[] = {
        { "SELECT 1", 0, 4 },
        { "UPDATE audit SET body=replace(body,'lisi','wangwu') WHERE n=2", 2, 4 },
        { "DELETE FROM audit WHERE n=3", 4, 4 },
        { "DELETE FROM audit WHERE n=1", 2, 4 },
        { "UPDATE audit SET hash=zeroblob(32) WHERE n=4", 4, 4 },
        { "UPDATE audit SET n=9 WHERE n=4", 9, 9 },
        { "DELETE FROM audit WHERE n=4", 0, 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
        struct store_rig *r = rig_new();
        struct audit_head head;

        rig_open(r, 1);
        act(r, "shelve");
        act(r, "ack");
        assert_int_equal(rig_commit(r, 1), RG_OK);
        rig_reopen(r, 2);
        act(r, "unshelve");
        act(r, "close");
        assert_int_equal(rig_commit(r, 2), RG_OK);
        head = r->batch.audit;
        assert_int_equal(head.n, 4);
        rig_close(r);
        assert_string_equal(audit_row(r, 1),
                            "{\"ts\":\"2023-11-15T06:13:20.000+08:00\",\"user\":\"lisi\",\"by\":"
                            "\"王五\",\"verb\":\"shelve\",\"what\":\"co.a/HH\",\"why\":\"标定\","
                            "\"result\":\"done\"}");
        rig_sql(r, deeds[i].sql);
        rig_open(r, 3);
        assert_int_equal(r->opened.audit.broken_at, deeds[i].broken_at);
        assert_int_equal(r->opened.audit.n, deeds[i].n);
        assert_int_equal(memcmp(r->opened.audit.hash, head.hash, sizeof head.hash) == 0,
                         i != 4 && i != 6);
        act(r, "ack"); /* the chain goes on behind it */
        assert_int_equal(rig_commit(r, 3), RG_OK);
        assert_int_equal(r->batch.audit.n, deeds[i].n + 1);
        rig_free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_of_version_1_goes_on_as_one_of_today),
        cmocka_unit_test(a_changed_audit_trail_is_told_at_the_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
