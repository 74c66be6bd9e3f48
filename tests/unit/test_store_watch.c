/* A record that somebody takes away, or reads for too long, while it is open. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "config/err.h"
#include "tests/unit/store_rig.h"

static int begin(void **state)
{
    *state = rig_new();
    return 0;
}

static int end(void **state)
{
    rig_free(*state);
    return 0;
}

static void a_record_that_is_taken_away_while_open_is_noticed_and_begun_anew(void **state)
{
    struct store_rig *r = *state;
    static const char *const rows[] = { "deleted", "replaced", "cut short" };
    char other[PATH_MAX + 8], as[PATH_MAX];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rig_open(r, i + 1);
        rig_add(r, TOPIC_ALARM, i + 1, 1, 10 * i + 1, 1u);
        assert_int_equal(rig_commit(r, i + 1), RG_OK);
        assert_int_equal(store_watch(r->store), STORE_SAME);
        snprintf(other, sizeof other, "%s.other", r->db);
        if (i == 0)
            assert_int_equal(unlink(r->db), 0);
        if (i == 1) {
            FILE *f = fopen(other, "w");
            assert_non_null(f);
            fclose(f);
            assert_int_equal(rename(other, r->db), 0);
        }
        if (i == 2)
            assert_int_equal(truncate(r->db, 4096), 0);
        assert_int_equal(store_watch(r->store), STORE_LOST);
        assert_non_null(strstr(store_error(r->store), rows[i]));
        assert_int_equal(store_renew(r->store, &r->plant, as, sizeof as), RG_OK);
        assert_int_equal(store_watch(r->store), STORE_SAME);
        rig_add(r, TOPIC_ALARM, i + 1, 2, 10 * i + 2, 1u);
        assert_int_equal(rig_commit(r, i + 1), RG_OK);
        rig_reopen(r, 0);
        assert_int_equal(r->opened.prev.epoch, i + 1);
        assert_int_equal(r->opened.prev.seq[TOPIC_ALARM], 2);
        assert_int_equal(r->opened.owed[0][LANE_ALARM], 1);
        rig_close(r);
    }
}

static void a_long_reader_keeps_the_old_file_and_the_log_stays_small(void **state)
{
    struct store_rig *r = *state;
    sqlite3 *reader;
    sqlite3_stmt *stmt;
    struct stat st;
    char wal[PATH_MAX + 8];
    unsigned moved = 0;
    off_t most = 0;
    uint64_t seq = 0;

    rig_open(r, 1);
    rig_add(r, TOPIC_ALARM, 1, 1, 1, 1u);
    assert_int_equal(rig_commit(r, 1), RG_OK);
    seq = 1;
    assert_int_equal(sqlite3_open_v2(r->db, &reader, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(reader, "SELECT id FROM message", -1, &stmt, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    snprintf(wal, sizeof wal, "%s-wal", r->db);
    for (int i = 0; i < 700 && moved == 0; i++) {
        for (int k = 0; k < 100; k++, seq++)
            rig_add(r, TOPIC_ALARM, 1, seq + 1, seq + 1, 1u);
        assert_int_equal(rig_commit(r, 1), RG_OK);
        moved += store_watch(r->store) == STORE_MOVED;
        if (stat(wal, &st) == 0 && st.st_size > most)
            most = st.st_size;
    }
    assert_int_equal(moved, 1);
    assert_true(most < 64 << 20);
    sqlite3_finalize(stmt);
    sqlite3_close(reader);
    rig_reopen(r, 2);
    assert_int_equal(r->opened.owed[0][LANE_ALARM], seq);
    assert_int_equal(r->opened.set_aside, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_record_that_is_taken_away_while_open_is_noticed_and_begun_anew, begin, end),
        cmocka_unit_test_setup_teardown(a_long_reader_keeps_the_old_file_and_the_log_stays_small,
                                        begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
