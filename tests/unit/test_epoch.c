#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/epoch.h"

#define VOLATILE  (UINT64_C(1) << 52)
#define EPOCH_END (UINT64_C(1) << 53)

static char folder[64];

/* The disk fails at its n-th step from here; 0: never. */
static int fail_at;

static bool fails(void)
{
    errno = EIO;
    return fail_at > 0 && --fail_at == 0;
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    return fails() ? -1 : __real_fsync(fd);
}

int __real_renameat(int from, const char *old, int to, const char *new);
int __wrap_renameat(int from, const char *old, int to, const char *new);
int __wrap_renameat(int from, const char *old, int to, const char *new)
{
    return fails() ? -1 : __real_renameat(from, old, to, new);
}

ssize_t __real_write(int fd, const void *bytes, size_t n);
ssize_t __wrap_write(int fd, const void *bytes, size_t n);
ssize_t __wrap_write(int fd, const void *bytes, size_t n)
{
    return fails() ? __real_write(fd, bytes, n / 2) : __real_write(fd, bytes, n);
}

static const char *path_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int begin(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/rg-epoch-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int end(void **unused)
{
    static const char *const names[] = { "epoch", "epoch.new", "install", "install.new" };

    (void)unused;
    for (size_t i = 0; i < 4; i++)
        unlink(path_of(names[i]));
    return rmdir(folder);
}

static void put(const char *name, const char *text, size_t n)
{
    int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(__real_write(fd, text, n), (ssize_t)n);
    close(fd);
}

static uint64_t next(uint64_t db_epoch, bool want_volatile)
{
    bool is_volatile = !want_volatile;
    uint64_t epoch = epoch_begin(folder, db_epoch, &is_volatile);

    assert_int_equal(is_volatile, want_volatile);
    return epoch;
}

static void each_start_has_a_number_above_what_file_and_record_know(void **unused)
{
    struct stat st;

    (void)unused;
    assert_int_equal(epoch_recorded(folder), 0);
    assert_int_equal(next(0, false), 1);
    assert_int_equal(next(0, false), 2);
    assert_int_equal(next(7, false), 8); /* the file was lost and made anew */
    assert_int_equal(next(3, false), 9); /* an old copy of the record came back */
    assert_int_equal(epoch_recorded(folder), 9);
    assert_int_equal(stat(path_of("epoch"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void what_is_no_number_counts_as_nothing(void **unused)
{
    static const struct {
        const char *text;
        size_t n;
    } rows[] = {
        { "", 0 },
        { "\n", 1 },
        { "12", 2 },
        { "12x\n", 4 },
        { "-5\n", 3 },
        { " 5\n", 3 },
        { "0\n", 2 },
        { "5\n5\n", 4 },
        { "5\0\n", 3 },
        { "0x10\n", 5 },
        { "99999999999999999999999999\n", 27 },
        { "9007199254740992\n", 17 },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put("epoch", rows[i].text, rows[i].n);
        assert_int_equal(epoch_recorded(folder), 0);
        assert_int_equal(next(41, false), 42);
    }
}

static void whichever_step_of_the_disk_fails_no_number_is_given_twice(void **unused)
{
    uint64_t last = next(0, false);

    (void)unused;
    for (int step = 1; step <= 4; step++) { /* write, fsync, rename, fsync of the folder */
        fail_at = step;
        uint64_t epoch = next(0, true);
        assert_int_equal(fail_at, 0);
        assert_true(epoch >= VOLATILE && epoch < EPOCH_END);
        uint64_t after = next(0, false);
        assert_true(after > last && after < VOLATILE);
        last = after;
    }
}

static void a_folder_that_is_none_gives_a_volatile_number(void **unused)
{
    bool is_volatile = false;
    char file[128];

    (void)unused;
    assert_true(epoch_begin("/nonexistent/riskgwd", 5, &is_volatile) >= VOLATILE);
    assert_true(is_volatile);
    put("install", "x", 1);
    snprintf(file, sizeof file, "%s", path_of("install"));
    assert_true(epoch_begin(file, 5, &is_volatile) >= VOLATILE);
    assert_true(is_volatile);
}

static void volatile_numbers_differ(void **unused)
{
    uint64_t seen[64];

    (void)unused;
    for (size_t i = 0; i < 64; i++) {
        seen[i] = epoch_volatile();
        assert_true(seen[i] >= VOLATILE && seen[i] < EPOCH_END);
        for (size_t k = 0; k < i; k++)
            assert_true(seen[k] != seen[i]);
    }
}

/* Two starts that do not know their record, on a device without a clock, begin
 * at the same instant: with the same ids the record would refuse the second. */
static void ids_of_volatile_epochs_rise_with_the_clock_and_differ_without_one(void **unused)
{
    const int64_t now_ms = INT64_C(1795413600000), century_ms = INT64_C(4294967295000);
    uint64_t a = epoch_volatile(), b = epoch_volatile();
    uint64_t first = epoch_first_id(a, 0), second = epoch_first_id(b, 0);

    (void)unused;
    assert_true((first > second ? first - second : second - first) > 1000);
    assert_true(epoch_first_id(a, now_ms) > first + 1000000);
    assert_true(epoch_first_id(a, now_ms + 1000) - epoch_first_id(a, now_ms) == UINT64_C(1) << 31);
    assert_true(epoch_first_id(a, century_ms) < INT64_MAX);
}

static void a_link_in_the_place_of_the_file_is_not_followed(void **unused)
{
    char text[16] = "";

    (void)unused;
    put("install", "77\n", 3);
    assert_int_equal(symlink("install", path_of("epoch")), 0);
    assert_int_equal(symlink("install", path_of("epoch.new")), 0);
    assert_int_equal(epoch_recorded(folder), 0);
    assert_int_equal(next(0, false), 1);
    int fd = open(path_of("install"), O_RDONLY);
    assert_int_equal(read(fd, text, sizeof text), 3);
    close(fd);
    assert_string_equal(text, "77\n");
}

static void an_installation_keeps_its_id_until_it_can_not_be_read(void **unused)
{
    char first[17], again[17], other[17], none[17];

    (void)unused;
    install_id(folder, first);
    install_id(folder, again);
    assert_int_equal(strspn(first, "0123456789abcdef"), 16);
    assert_string_equal(first, again);
    put("install", "not an id\n", 10);
    install_id(folder, other);
    assert_string_not_equal(first, other);
    install_id(folder, again);
    assert_string_equal(other, again);
    install_id("/nonexistent/riskgwd", none);
    assert_int_equal(strlen(none), 16);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(each_start_has_a_number_above_what_file_and_record_know),
        T(what_is_no_number_counts_as_nothing),
        T(whichever_step_of_the_disk_fails_no_number_is_given_twice),
        T(a_folder_that_is_none_gives_a_volatile_number),
        T(volatile_numbers_differ),
        T(ids_of_volatile_epochs_rise_with_the_clock_and_differ_without_one),
        T(a_link_in_the_place_of_the_file_is_not_followed),
        T(an_installation_keeps_its_id_until_it_can_not_be_read),
    };

    return cmocka_run_group_tests_name("epoch", tests, NULL, NULL);
}
