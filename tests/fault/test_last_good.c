/* The last good configuration on a disk that fails, and under kill -9: what is
 * found is one of those that were kept, whole, or none. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/digest.h"
#include "daemon/last_good.h"
#include "tests/unit/config_rig.h"

#define KILLS 100

static char state[64];
static struct plant *plants[3];

/* ---- calls that fail, and their order ---- */

static int fail_at = -1; /* the call that fails; -1: none */
static bool no_exchange;
static unsigned syncs, syncs_at_swap;

static bool is_to_fail(void)
{
    if (fail_at < 0 || fail_at-- > 0)
        return false;
    errno = ENOSPC;
    return true;
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_mkdirat(int fd, const char *path, mode_t mode);
int __wrap_mkdirat(int fd, const char *path, mode_t mode);
ssize_t __real_write(int fd, const void *bytes, size_t n);
ssize_t __wrap_write(int fd, const void *bytes, size_t n);
int __real_renameat(int from, const char *a, int to, const char *b);
int __wrap_renameat(int from, const char *a, int to, const char *b);
int __real_renameat2(int from, const char *a, int to, const char *b, unsigned flags);
int __wrap_renameat2(int from, const char *a, int to, const char *b, unsigned flags);

int __wrap_fsync(int fd)
{
    syncs++;
    return is_to_fail() ? -1 : __real_fsync(fd);
}

int __wrap_mkdirat(int fd, const char *path, mode_t mode)
{
    return is_to_fail() ? -1 : __real_mkdirat(fd, path, mode);
}

/* A full disk takes part of it first. */
ssize_t __wrap_write(int fd, const void *bytes, size_t n)
{
    if (fail_at == 1 && n > 1)
        return __real_write(fd, bytes, n / 2) + 0 * fail_at--;
    return is_to_fail() ? -1 : __real_write(fd, bytes, n);
}

int __wrap_renameat(int from, const char *a, int to, const char *b)
{
    syncs_at_swap = syncs;
    return is_to_fail() ? -1 : __real_renameat(from, a, to, b);
}

int __wrap_renameat2(int from, const char *a, int to, const char *b, unsigned flags)
{
    syncs_at_swap = syncs;
    if (no_exchange) {
        errno = EINVAL;
        return -1;
    }
    return is_to_fail() ? -1 : __real_renameat2(from, a, to, b, flags);
}

/* ---- a state folder, and three configurations ---- */

static void make_plant(struct plant **out, const char *point)
{
    static char main_text[3][2048];
    static int n;
    struct memory_files files = { .n = 2,
                                  .v = { { "etc/p.yaml", main_text[n], 0 },
                                         { "etc/more.yaml", "areas: {a2: {zh: 二区}}\n", 0 } } };
    struct diag_list found;
    const struct file_reader reader = { .ctx = &files, .read = read_memory };

    snprintf(main_text[n++], sizeof main_text[0],
             "version: 1\nsite: {ent: \"140521000001\", gw: \"01\"}\ninclude: [more.yaml]\n"
             "buses: {b1: {tcp: \"127.0.0.1:502\"}}\npoints:\n  - {id: %s, bus: b1, unit_id: 1, "
             "every: 1s, read: {fc: 3, address: 0, type: u16}}\n",
             point);
    diag_init(&found);
    assert_int_equal(plant_load(out, "etc/p.yaml", &reader, &found), RG_OK);
    diag_fini(&found);
}

static int begin(void **unused)
{
    (void)unused;
    snprintf(state, sizeof state, "/tmp/riskgw-last-good-XXXXXX");
    assert_non_null(mkdtemp(state));
    fail_at = -1;
    no_exchange = false;
    return 0;
}

static int end(void **unused)
{
    char command[128];

    (void)unused;
    snprintf(command, sizeof command, "%s", state);
    pid_t child = fork();
    if (child == 0)
        execlp("rm", "rm", "-rf", command, (char *)NULL);
    return waitpid(child, NULL, 0) == child ? 0 : -1;
}

/* Which of the plants is found there; -1: none, as the error says. */
static int found_there(int *err)
{
    struct diag_list d;
    struct plant *p = NULL;
    int which = -1;

    diag_init(&d);
    *err = last_good_load(&p, state, &d);
    diag_fini(&d);
    for (int i = 0; *err == RG_OK && i < 3; i++)
        if (strcmp(plants[i]->points[0].id, p->points[0].id) == 0)
            which = i;
    if (*err == RG_OK) {
        char a[17], b[17];
        assert_true(which >= 0);
        digest_plant(p, a);
        digest_plant(plants[which], b);
        assert_string_equal(a, b);
    }
    plant_free(p);
    return which;
}

static void assert_found(int which)
{
    int err;

    assert_int_equal(found_there(&err), which);
}

/* ---- keeping and finding ---- */

static void what_was_kept_last_is_found_whole(void **unused)
{
    int err;

    (void)unused;
    assert_int_equal(found_there(&err), -1);
    assert_int_equal(err, RG_ENOENT);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(last_good_keep(state, plants[i]), RG_OK);
        assert_found(i);
    }
    assert_int_equal(last_good_keep(state, plants[2]), RG_EALREADY);
    assert_found(2);
}

static void everything_is_on_the_disk_before_it_takes_its_place(void **unused)
{
    (void)unused;
    assert_int_equal(last_good_keep(state, plants[0]), RG_OK);
    syncs = 0;
    assert_int_equal(last_good_keep(state, plants[1]), RG_OK);
    assert_int_equal(syncs_at_swap, 4); /* two files, the manifest, their folder */
    assert_int_equal(syncs, 5);         /* and the state folder */
}

static void whatever_call_fails_the_old_one_is_still_there(void **unused)
{
    int n, err = RG_EIO;

    (void)unused;
    for (int exchange = 1; exchange >= 0; exchange--) {
        no_exchange = !exchange;
        assert_true(last_good_keep(state, plants[0]) >= RG_EALREADY);
        for (n = 0, err = RG_EIO; err != RG_OK; n++) {
            int seen;
            fail_at = n;
            err = last_good_keep(state, plants[1]);
            fail_at = -1;
            int which = found_there(&seen);
            assert_true(err == RG_OK || err == RG_EIO);
            assert_true(which == 1 || (which == 0 && err != RG_OK));
            if (which == 1 && err != RG_OK)
                break; /* in its place, and only the folder was not told */
        }
        assert_true(n >= 9);
        fail_at = -1;
        last_good_keep(state, plants[1]);
        assert_found(1);
    }
}

static void what_is_damaged_is_not_run(void **unused)
{
    static const char *const names[] = { "manifest", "file-00.yaml", "file-01.yaml" };
    char path[128];

    (void)unused;
    for (size_t i = 0; i < 3; i++)
        for (int how = 0; how < 3; how++) {
            int err, fd;
            last_good_keep(state, plants[0]);
            snprintf(path, sizeof path, "%s/last-good/%s", state, names[i]);
            fd = open(path, O_RDWR);
            assert_true(fd >= 0);
            if (how == 0)
                assert_int_equal(ftruncate(fd, 40), 0);
            else if (how == 1)
                assert_int_equal(pwrite(fd, "#", 1, 20), 1);
            else
                assert_int_equal(unlink(path), 0);
            close(fd);
            assert_int_equal(found_there(&err), -1);
            assert_true(err == RG_EDAMAGED || err == RG_ECONF || err == RG_ENOENT);
            assert_true(last_good_keep(state, plants[1]) == RG_OK);
            assert_found(1);
        }
}

static void a_state_folder_that_is_not_there_is_an_error(void **unused)
{
    struct diag_list d;
    struct plant *p;

    (void)unused;
    diag_init(&d);
    assert_int_equal(last_good_keep("/nonexistent", plants[0]), RG_EIO);
    assert_int_equal(last_good_load(&p, "/nonexistent", &d), RG_ENOENT);
}

/* ---- kill -9 ---- */

static void keep_by_turns(void)
{
    for (int i = 0;; i++)
        last_good_keep(state, plants[i % 2]);
}

static void a_kill_at_any_instant_leaves_the_old_or_the_new_one(void **unused)
{
    unsigned seen[2] = { 0, 0 };

    (void)unused;
    for (int exchange = 1; exchange >= 0; exchange--) {
        no_exchange = !exchange;
        assert_true(last_good_keep(state, plants[0]) >= RG_EALREADY);
        for (int i = 0; i < KILLS; i++) {
            struct timespec wait = { 0, 200000 + (long)i * 37000 };
            pid_t child = fork();
            if (child == 0)
                keep_by_turns();
            nanosleep(&wait, NULL); /* not to meet anything: any instant will do */
            kill(child, SIGKILL);
            assert_int_equal(waitpid(child, NULL, 0), child);
            int err, which = found_there(&err);
            assert_int_equal(err, RG_OK);
            seen[which]++;
        }
    }
    print_message("%d kills: the one %u times, the other %u\n", 2 * KILLS, seen[0], seen[1]);
    assert_true(seen[0] > 0 && seen[1] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_kept_last_is_found_whole, begin, end),
        cmocka_unit_test_setup_teardown(everything_is_on_the_disk_before_it_takes_its_place, begin,
                                        end),
        cmocka_unit_test_setup_teardown(whatever_call_fails_the_old_one_is_still_there, begin, end),
        cmocka_unit_test_setup_teardown(what_is_damaged_is_not_run, begin, end),
        cmocka_unit_test_setup_teardown(a_state_folder_that_is_not_there_is_an_error, begin, end),
        cmocka_unit_test_setup_teardown(a_kill_at_any_instant_leaves_the_old_or_the_new_one, begin,
                                        end),
    };
    static const char *const points[] = { "one", "two", "three" };

    for (int i = 0; i < 3; i++)
        make_plant(&plants[i], points[i]);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (int i = 0; i < 3; i++)
        plant_free(plants[i]);
    return failed;
}
