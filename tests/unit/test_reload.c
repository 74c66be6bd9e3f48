/* Reading a configuration again on a real loop: what is asked of the host, what
 * is answered, and that nothing comes after the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/err.h"
#include "daemon/reload.h"

#define GOOD                                                                                       \
    "version: 1\nsite: {ent: \"140521000001\", gw: \"01\"}\nbuses: {b1: {tcp: \"127.0.0.1:1\"}}\n" \
    "points:\n  - {id: p, bus: b1, unit_id: 1, every: 1s, read: {fc: 3, address: 0, type: u16}}\n"
#define WRONG "version: 1\nsite: {ent: \"140521000001\", gw: \"01\"}\nnonsense: 1\n"

static uv_loop_t loop;
static struct reload *reload;
static char folder[64], config[96];

/* What the host was asked and what came of it. */
static struct {
    int swaps, refusals, answers;
    int swap_err;
    struct plant *plant; /* that was swapped in */
    char hash[17], by[PERSON_MAX], finding[300], file[300];
    int line;
    enum reload_end end[4];
    uint64_t ticket[4];
    char message[256], findings[4096];
    unsigned left;
} seen;

static bool no_threads;

int __real_uv_thread_create(uv_thread_t *t, void (*run)(void *), void *arg);
int __wrap_uv_thread_create(uv_thread_t *t, void (*run)(void *), void *arg);

int __wrap_uv_thread_create(uv_thread_t *t, void (*run)(void *), void *arg)
{
    return no_threads ? UV_EAGAIN : __real_uv_thread_create(t, run, arg);
}

static int swap(void *ctx, struct plant *next, const char *hash, const char *by, char *why,
                size_t size)
{
    (void)ctx;
    seen.swaps++;
    snprintf(seen.hash, sizeof seen.hash, "%s", hash);
    snprintf(seen.by, sizeof seen.by, "%s", by);
    if (seen.swap_err != RG_OK) {
        snprintf(why, size, "site.gw: a change here needs a restart");
        return seen.swap_err;
    }
    plant_free(seen.plant);
    seen.plant = next;
    return RG_OK;
}

static void refused(void *ctx, const struct config_news *n, const char *by)
{
    (void)ctx;
    seen.refusals++;
    snprintf(seen.by, sizeof seen.by, "%s", by);
    snprintf(seen.finding, sizeof seen.finding, "%s", n->finding);
    snprintf(seen.file, sizeof seen.file, "%s", n->file == NULL ? "" : n->file);
    seen.line = n->line;
}

static void answered(void *ctx, uint64_t ticket, const struct reload_result *r)
{
    (void)ctx;
    seen.end[seen.answers] = r->end;
    seen.ticket[seen.answers++] = ticket;
    snprintf(seen.message, sizeof seen.message, "%s", r->message);
    snprintf(seen.findings, sizeof seen.findings, "%s", r->findings);
}

static void write_config(const char *text)
{
    FILE *f = fopen(config, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int begin(void **unused)
{
    static struct reload_conf c = { .config = config, .swap = swap, .refused = refused };

    (void)unused;
    memset(&seen, 0, sizeof seen);
    no_threads = false;
    snprintf(folder, sizeof folder, "/tmp/riskgw-reload-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(config, sizeof config, "%s/p.yaml", folder);
    c.state = folder;
    uv_loop_init(&loop);
    assert_int_equal(reload_new(&reload, &loop, &c), RG_OK);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    if (seen.left == 0)
        reload_stop(reload, &seen.left);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(seen.left, 0);
    assert_int_equal(uv_loop_close(&loop), 0);
    plant_free(seen.plant);
    pid_t child = fork();
    if (child == 0)
        execlp("rm", "rm", "-rf", folder, (char *)NULL);
    return waitpid(child, NULL, 0) == child ? 0 : -1;
}

static bool ask(uint64_t ticket)
{
    const struct reload_order o = {
        .by = "王工", .lang = DIAG_EN, .done = answered, .ticket = ticket
    };

    return reload_ask(reload, &o);
}

static void run_until(int answers)
{
    while (seen.answers < answers)
        uv_run(&loop, UV_RUN_ONCE);
}

static bool is_kept(void)
{
    char path[128];

    snprintf(path, sizeof path, "%s/last-good/manifest", folder);
    return access(path, F_OK) == 0;
}

static void what_is_good_runs_and_is_kept_before_the_answer(void **unused)
{
    (void)unused;
    write_config(GOOD);
    assert_true(ask(7));
    run_until(1);
    assert_int_equal(seen.end[0], RELOAD_DONE);
    assert_int_equal(seen.ticket[0], 7);
    assert_int_equal(seen.swaps, 1);
    assert_int_equal(seen.refusals, 0);
    assert_string_equal(seen.by, "王工");
    assert_int_equal(strlen(seen.hash), 16);
    assert_non_null(strstr(seen.message, seen.hash));
    assert_true(is_kept());
}

static void what_is_wrong_is_refused_with_its_place_and_runs_nothing(void **unused)
{
    (void)unused;
    write_config(WRONG);
    assert_true(ask(1));
    run_until(1);
    assert_int_equal(seen.end[0], RELOAD_INVALID);
    assert_int_equal(seen.swaps, 0);
    assert_int_equal(seen.refusals, 1);
    assert_string_equal(seen.file, "p.yaml");
    assert_int_equal(seen.line, 3);
    assert_non_null(strstr(seen.finding, "nonsense"));
    assert_non_null(strstr(seen.findings, ":3:1: error"));
    assert_false(is_kept());
}

static void a_missing_file_is_wrong_as_well(void **unused)
{
    (void)unused;
    assert_true(ask(1));
    run_until(1);
    assert_int_equal(seen.end[0], RELOAD_INVALID);
    assert_int_equal(seen.refusals, 1);
}

static void what_the_host_can_not_run_changes_nothing_and_says_why(void **unused)
{
    static const int errs[] = { RG_ECONF, RG_EFULL, RG_ENOMEM };

    (void)unused;
    write_config(GOOD);
    for (int i = 0; i < 3; i++) {
        seen.swap_err = errs[i];
        assert_true(ask(1));
        run_until(i + 1);
        assert_int_equal(seen.end[i], errs[i] == RG_ECONF ? RELOAD_INVALID : RELOAD_REFUSED);
        assert_non_null(strstr(seen.message, "needs a restart; nothing was changed"));
        assert_int_equal(seen.refusals, 1); /* only what is wrong is told to the platform */
        assert_false(is_kept());
    }
}

static void one_runs_one_waits_and_the_third_is_turned_away(void **unused)
{
    (void)unused;
    write_config(GOOD);
    assert_true(ask(1));
    assert_true(ask(2));
    assert_false(ask(3));
    run_until(2);
    assert_int_equal(seen.ticket[0], 1);
    assert_int_equal(seen.ticket[1], 2);
    assert_int_equal(seen.swaps, 2);
    assert_true(ask(4));
    run_until(3);
}

static void an_order_waits_for_what_is_being_kept(void **unused)
{
    (void)unused;
    write_config(GOOD);
    assert_true(ask(1));
    run_until(1);
    reload_keep(reload, seen.plant);
    assert_true(ask(2));
    run_until(2);
    assert_int_equal(seen.swaps, 2);
}

static void a_copy_that_can_not_be_made_is_said_and_fails_nothing(void **unused)
{
    char path[128];

    (void)unused;
    write_config(GOOD);
    snprintf(path, sizeof path, "%s/last-good.new", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/last-good.new/way", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_true(ask(1));
    run_until(1);
    assert_int_equal(seen.end[0], RELOAD_DONE);
    assert_non_null(strstr(seen.message, "not kept as the last good configuration: "));
}

static void without_a_thread_the_answer_comes_all_the_same(void **unused)
{
    (void)unused;
    write_config(GOOD);
    no_threads = true;
    assert_true(ask(1));
    assert_int_equal(seen.answers, 1);
    assert_int_equal(seen.end[0], RELOAD_REFUSED);
    assert_int_equal(seen.swaps, 0);
    no_threads = false;
    assert_true(ask(2));
    run_until(2);
    assert_int_equal(seen.end[1], RELOAD_DONE);
}

static void nothing_comes_after_the_end(void **unused)
{
    (void)unused;
    write_config(GOOD);
    assert_true(ask(1));
    assert_true(ask(2));
    reload_stop(reload, &seen.left);
    assert_int_equal(seen.left, 1);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(seen.left, 0);
    assert_int_equal(seen.swaps, 0);
    assert_int_equal(seen.answers, 0);
    reload = NULL;
    seen.left = 0;
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(what_is_good_runs_and_is_kept_before_the_answer),
        TEST(what_is_wrong_is_refused_with_its_place_and_runs_nothing),
        TEST(a_missing_file_is_wrong_as_well),
        TEST(what_the_host_can_not_run_changes_nothing_and_says_why),
        TEST(one_runs_one_waits_and_the_third_is_turned_away),
        TEST(an_order_waits_for_what_is_being_kept),
        TEST(a_copy_that_can_not_be_made_is_said_and_fails_nothing),
        TEST(without_a_thread_the_answer_comes_all_the_same),
        TEST(nothing_comes_after_the_end),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
