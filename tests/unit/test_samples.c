/* The sample files: what was written reads back, with its time and its reason. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "config/err.h"
#include "daemon/sample_db.h"

#define NOV INT64_C(1793491200000) /* 2026-11-01T00:00:00Z */
#define DAY INT64_C(86400000)
#define MIN INT64_C(60000)

struct rig {
    char folder[64];
    struct sample_db *db;
    struct sample_batch b;
    char *text;
};

static const struct sample_name names[] = { { "co.a", "ppm", 1, 0 },
                                            { "t.b", "℃", -1, 0 },
                                            { "x.c", "", 0, 1 } };

static struct rig *rig_new(void)
{
    struct rig *g = calloc(1, sizeof *g);

    assert_non_null(g);
    snprintf(g->folder, sizeof g->folder, "/tmp/rg-samples-XXXXXX");
    assert_non_null(mkdtemp(g->folder));
    assert_int_equal(sample_db_new(&g->db, g->folder), RG_OK);
    g->b = (struct sample_batch){ .epoch = 5, .clk_sync = true, .names = names, .n_names = 3 };
    return g;
}

static size_t files(const struct rig *g, const char *part, bool remove_it)
{
    DIR *dir = opendir(g->folder);
    const struct dirent *e;
    char path[400];
    size_t n = 0;

    while ((e = readdir(dir)) != NULL) {
        if (e->d_name[0] == '.' || strstr(e->d_name, part) == NULL)
            continue;
        n++;
        snprintf(path, sizeof path, "%s/%s", g->folder, e->d_name);
        if (remove_it)
            unlink(path);
    }
    closedir(dir);
    return n;
}

static void rig_free(struct rig *g)
{
    sample_db_free(g->db);
    files(g, "", true);
    rmdir(g->folder);
    free(g->text);
    free(g);
}

static void reopen(struct rig *g)
{
    sample_db_free(g->db);
    assert_int_equal(sample_db_new(&g->db, g->folder), RG_OK);
}

static void add(struct rig *g, uint32_t point, int64_t t_ms, double val)
{
    g->b.rows[g->b.n++] = (struct sample_row){
        .t_ms = t_ms, .point = point, .q = Q_GOOD, .has_val = true, .val = val
    };
}

/* The wall clock shows utc_ms when the epoch's own time is mono_ms. */
static int put(struct rig *g, int64_t mono_ms, int64_t utc_ms)
{
    g->b.serial++;
    g->b.mono_ms = mono_ms;
    g->b.utc_ms = utc_ms;
    int err = sample_db_write(g->db, &g->b);
    g->b.n = g->b.n_incidents = 0;
    g->b.lost = 0;
    return err;
}

static const char *ask(struct rig *g, const struct reading *question)
{
    struct reading *r = calloc(1, sizeof *r);
    size_t len = 0;

    *r = *question;
    free(g->text);
    g->text = calloc(1, 1);
    do {
        sample_db_read(g->db, r);
        g->text = realloc(g->text, len + r->len + 1);
        memcpy(g->text + len, r->text == NULL ? "" : r->text, r->len);
        len += r->len;
    } while (r->more);
    g->text[len] = '\0';
    if (r->err != RG_OK)
        snprintf(g->text, len + 1, "%s", "");
    reading_free(r);
    return g->text;
}

static const char *history(struct rig *g, const char *point, int64_t from_ms, int64_t to_ms)
{
    struct reading q = { .from_utc_ms = from_ms, .to_utc_ms = to_ms, .zone_min = 480 };

    snprintf(q.point, sizeof q.point, "%s", point);
    return ask(g, &q);
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;

    for (; (text = strstr(text, part)) != NULL; text++)
        n++;
    return n;
}

static void a_value_reads_back_with_its_time_and_unit(void **unused)
{
    struct rig *g = rig_new();

    (void)unused;
    add(g, 0, 1000, 24.3);
    add(g, 1, 1100, 0.1f);
    assert_int_equal(put(g, 60000, NOV + 60000), RG_OK);
    reopen(g);
    assert_string_equal(history(g, "co.a", NOV, NOV + DAY),
                        "{\"p\":\"co.a\",\"t\":\"2026-11-01T08:00:01.000+08:00\",\"epoch\":5,"
                        "\"mono\":1000,\"val\":24.3,\"u\":\"ppm\",\"q\":\"good\"}\n");
    assert_non_null(strstr(history(g, "t.b", NOV, NOV + DAY), "\"val\":0.1,"));
    assert_string_equal(history(g, "co.a", NOV + 2000, NOV + DAY), "");
    rig_free(g);
}

static void what_has_no_value_says_why(void **unused)
{
    struct rig *g = rig_new();

    (void)unused;
    g->b.rows[g->b.n++] =
        (struct sample_row){ .t_ms = 5, .q = Q_COMM_FAIL, .why = { WHY_EXCEPTION, 2 } };
    g->b.rows[g->b.n++] =
        (struct sample_row){ .t_ms = 6, .q = Q_OVER_RANGE, .has_val = true, .val = 999 };
    assert_int_equal(put(g, 60000, NOV), RG_OK);
    const char *text = history(g, "co.a", NOV - DAY, NOV + DAY);
    assert_non_null(strstr(text, "\"q\":\"comm_fail\",\"why\":\"exc_2\""));
    assert_non_null(strstr(text, "\"last\":999.0,\"u\":\"ppm\",\"q\":\"over_range\""));
    assert_null(strstr(text, "\"val\""));
    rig_free(g);
}

static void a_month_is_a_file_and_a_question_goes_over_all_of_them(void **unused)
{
    struct rig *g = rig_new();

    (void)unused;
    for (int i = 0; i < 90; i++) {
        add(g, 0, i * DAY, i);
        assert_int_equal(put(g, i * DAY, NOV + i * DAY), RG_OK);
    }
    assert_int_equal(files(g, "samples-20261", false) >= 2, 1);
    assert_int_equal(count(history(g, "co.a", NOV, NOV + 90 * DAY), "\"val\""), 90);
    assert_int_equal(count(history(g, "co.a", NOV + 25 * DAY, NOV + 40 * DAY), "\"val\""), 16);
    rig_free(g);
}

static void what_came_before_the_clock_was_set_reads_by_the_set_clock(void **unused)
{
    struct rig *g = rig_new();

    (void)unused;
    g->b.clk_sync = false;
    add(g, 0, 1000, 1);
    assert_int_equal(put(g, 60000, 60000), RG_OK); /* 1970 */
    g->b.clk_sync = true;
    add(g, 0, 61000, 2);
    assert_int_equal(put(g, 120000, NOV + 120000), RG_OK);
    reopen(g);
    const char *text = history(g, "co.a", NOV, NOV + DAY);
    assert_non_null(
        strstr(text, "\"t\":\"2026-11-01T08:00:01.000+08:00\",\"epoch\":5,\"mono\":1000"));
    assert_non_null(strstr(text, "\"clk\":\"unsync\""));
    assert_int_equal(count(text, "\"val\""), 2);
    sample_db_keep(g->db, NOV + 2 * DAY, true, 365 * DAY, INT64_MAX, 0);
    assert_int_equal(count(history(g, "co.a", NOV, NOV + DAY), "\"val\""), 2);
    rig_free(g);
}

static void a_batch_that_is_tried_again_is_there_once(void **unused)
{
    struct rig *g = rig_new();

    (void)unused;
    add(g, 0, 1000, 1);
    put(g, 60000, NOV);
    add(g, 0, 1000, 1);
    g->b.serial--;
    put(g, 60000, NOV);
    assert_int_equal(count(history(g, "co.a", NOV - DAY, NOV + DAY), "\"val\""), 1);
    rig_free(g);
}

static void a_hole_between_two_starts_is_told(void **unused)
{
    struct rig *g = rig_new();
    const struct reading q = { .to_utc_ms = NOV + DAY, .is_gaps = true };

    (void)unused;
    add(g, 0, 1000, 1);
    put(g, 60000, NOV + 60000);
    g->b.epoch = 6;
    add(g, 0, 1000, 1);
    g->b.lost = 17;
    g->b.lost_from_ms = 100;
    g->b.lost_to_ms = 900;
    put(g, 60000, NOV + 660000);
    const char *text = ask(g, &q);
    assert_non_null(strstr(text, "{\"gap\":\"down\",\"from\":\"2026-11-01T00:00:01.000+00:00\","
                                 "\"to\":\"2026-11-01T00:10:01.000+00:00\",\"epoch\":6}"));
    assert_non_null(strstr(text, "\"gap\":\"lost\""));
    assert_non_null(strstr(text, "\"rows\":17"));
    rig_free(g);
}

static void gaps_tell_where_a_value_is_missing_and_where_it_is_back(void **unused)
{
    struct rig *g = rig_new();
    const struct reading q = { .to_utc_ms = NOV + DAY, .is_gaps = true };

    (void)unused;
    for (int i = 0; i < 100; i++) {
        bool is_missing = i >= 40 && i < 60;
        add(g, 0, i * 1000, 1);
        if (is_missing)
            g->b.rows[g->b.n - 1] = (struct sample_row){ .t_ms = i * 1000,
                                                         .q = Q_COMM_FAIL,
                                                         .why = { WHY_TIMEOUT, 0 } };
    }
    put(g, 100000, NOV + 100000);
    const char *text = ask(g, &q);
    assert_int_equal(count(text, "\n"), 3);
    assert_non_null(strstr(text, "\"mono\":40000,\"q\":\"comm_fail\",\"why\":\"timeout\""));
    assert_non_null(strstr(text, "\"mono\":60000,\"val\""));
    rig_free(g);
}

static void an_incident_is_its_area_in_its_ten_minutes(void **unused)
{
    struct rig *g = rig_new();
    struct reading q = { .alarm = { 5, 9 } };

    (void)unused;
    for (int64_t t = 0; t < 30 * MIN; t += MIN)
        for (uint32_t p = 0; p < 3; p++)
            add(g, p, t, 1);
    g->b.incidents[g->b.n_incidents++] =
        (struct incident){ .id = { 5, 9 }, .t_ms = 15 * MIN, .points = { 0 }, .n = 1, .area = 0 };
    put(g, 30 * MIN, NOV + 30 * MIN);
    const char *text = ask(g, &q);
    assert_int_equal(count(text, "\"co.a\""), 11);
    assert_int_equal(count(text, "\"t.b\""), 11);
    assert_int_equal(count(text, "\"x.c\""), 0);
    rig_free(g);
}

static void old_months_go_by_age_and_by_size_but_never_the_newest(void **unused)
{
    struct rig *g = rig_new();

    (void)unused;
    for (int i = 0; i < 120; i += 5) {
        add(g, 0, i * DAY, i);
        put(g, i * DAY, NOV + i * DAY);
    }
    size_t all = files(g, ".db", false);
    sample_db_keep(g->db, NOV + 120 * DAY, false, 60 * DAY, INT64_MAX, 0);
    assert_int_equal(files(g, ".db", false), all); /* no age by a clock that is wrong */
    sample_db_keep(g->db, NOV + 120 * DAY, true, 60 * DAY, INT64_MAX, 0);
    assert_null(strstr(history(g, "co.a", NOV, NOV + 200 * DAY), "2026-11"));
    assert_non_null(strstr(history(g, "co.a", NOV, NOV + 200 * DAY), "2027-02"));
    sample_db_keep(g->db, NOV + 120 * DAY, true, 600 * DAY, 1, 0);
    assert_int_equal(files(g, "samples-202702.db", false) > 0, 1);
    assert_int_equal(files(g, "samples-202701", false), 0);
    rig_free(g);
}

static void within_a_month_the_oldest_give_way_and_the_file_stops_growing(void **unused)
{
    struct rig *g = rig_new();
    struct stat st;
    char path[128];
    off_t at_bound = 0;

    (void)unused;
    snprintf(path, sizeof path, "%s/samples-202611.db", g->folder);
    for (int i = 0; i < 1200; i++) {
        for (int k = 0; k < 300; k++)
            add(g, 0, i * 1000 + k, k * 0.37 * i);
        put(g, i * 1000, NOV + i * 1000);
        if (i % 20 == 0)
            sample_db_keep(g->db, NOV + i * 1000, true, 600 * DAY, 800000, 0);
        if (i == 600 && stat(path, &st) == 0)
            at_bound = st.st_size;
    }
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size < at_bound * 3 / 2);
    assert_null(strstr(history(g, "co.a", NOV, NOV + 10000), "\"val\""));
    assert_non_null(strstr(history(g, "co.a", NOV + 1190000, NOV + DAY), "\"val\""));
    rig_free(g);
}

static void a_damaged_file_is_set_aside_and_recording_goes_on(void **unused)
{
    struct rig *g = rig_new();
    char path[128];

    (void)unused;
    add(g, 0, 1000, 1);
    put(g, 60000, NOV);
    sample_db_free(g->db);
    snprintf(path, sizeof path, "%s/samples-202611.db", g->folder);
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "this is no database file", 24, 0), 24);
    close(fd);
    assert_int_equal(sample_db_new(&g->db, g->folder), RG_OK);
    add(g, 0, 2000, 2);
    assert_int_equal(put(g, 60000, NOV), RG_OK);
    assert_non_null(strstr(sample_db_set_aside(g->db), "samples-202611.db.damaged-"));
    assert_int_equal(count(history(g, "co.a", NOV - DAY, NOV + DAY), "\"val\""), 1);
    assert_int_equal(files(g, ".damaged-", false) > 0, 1);
    rig_free(g);
}

static void a_flipped_byte_in_a_chunk_is_a_hole_and_no_value(void **unused)
{
    struct rig *g = rig_new();
    char path[128];
    sqlite3 *db;

    (void)unused;
    add(g, 0, 1000, 1);
    put(g, 60000, NOV);
    add(g, 0, 2000, 2);
    put(g, 61000, NOV + 1000);
    sample_db_free(g->db);
    snprintf(path, sizeof path, "%s/samples-202611.db", g->folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "UPDATE chunk SET body=x'0103010102' WHERE id=1", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(sample_db_new(&g->db, g->folder), RG_OK);
    const char *text = history(g, "co.a", NOV - DAY, NOV + DAY);
    assert_int_equal(count(text, "\"val\""), 1);
    assert_non_null(strstr(text, "\"gap\":\"damaged\""));
    rig_free(g);
}

static void a_newer_file_is_left_as_it_is_and_named(void **unused)
{
    struct rig *g = rig_new();
    char path[128];
    sqlite3 *db;

    (void)unused;
    add(g, 0, 1000, 1);
    put(g, 60000, NOV);
    sample_db_free(g->db);
    snprintf(path, sizeof path, "%s/samples-202611.db", g->folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(sample_db_new(&g->db, g->folder), RG_OK);
    add(g, 0, 2000, 2);
    assert_int_equal(put(g, 60000, NOV), RG_ENEWER);
    assert_non_null(strstr(sample_db_error(g->db), "samples-202611.db"));
    assert_int_equal(files(g, ".damaged-", false), 0);
    rig_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_reads_back_with_its_time_and_unit),
        cmocka_unit_test(what_has_no_value_says_why),
        cmocka_unit_test(a_month_is_a_file_and_a_question_goes_over_all_of_them),
        cmocka_unit_test(what_came_before_the_clock_was_set_reads_by_the_set_clock),
        cmocka_unit_test(a_batch_that_is_tried_again_is_there_once),
        cmocka_unit_test(a_hole_between_two_starts_is_told),
        cmocka_unit_test(gaps_tell_where_a_value_is_missing_and_where_it_is_back),
        cmocka_unit_test(an_incident_is_its_area_in_its_ten_minutes),
        cmocka_unit_test(old_months_go_by_age_and_by_size_but_never_the_newest),
        cmocka_unit_test(within_a_month_the_oldest_give_way_and_the_file_stops_growing),
        cmocka_unit_test(a_damaged_file_is_set_aside_and_recording_goes_on),
        cmocka_unit_test(a_flipped_byte_in_a_chunk_is_a_hole_and_no_value),
        cmocka_unit_test(a_newer_file_is_left_as_it_is_and_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
