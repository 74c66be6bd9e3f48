#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static int refusal; /* errno of the next open() for writing */

static int open_or_not(const char *path, int flags, int mode)
{
    if (refusal != 0 && (flags & O_RDWR) != 0) {
        errno = refusal;
        refusal = 0;
        return -1;
    }
    return open(path, flags, mode);
}

static int unreadable; /* of the next pread(), after this many good ones */

static ssize_t pread_or_not(int fd, void *to, size_t n, off_t at)
{
    if (unreadable > 0 && --unreadable == 0) {
        errno = EIO;
        return -1;
    }
    return pread(fd, to, n, at);
}

static void hook(const char *call, sqlite3_syscall_ptr to)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

    vfs->xSetSystemCall(vfs, call, to);
}

static void refuse_once(int err)
{
    refusal = err;
    hook("open", (sqlite3_syscall_ptr)open_or_not);
}

static void an_open_that_the_host_refuses_once_is_no_damage(void **state)
{
    static const int rows[] = { EMFILE, ENFILE, EACCES, EIO, EROFS, ENOMEM };
    struct store_rig *r = *state;

    rig_open(r, 7);
    rig_add(r, TOPIC_ALARM, 7, 3, 41, 1u);
    assert_int_equal(rig_commit(r, 7), RG_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rig_close(r);
        refuse_once(rows[i]);
        int err = store_open(&r->store, r->folder, &r->plant, &r->opened);
        if (err != RG_EIO)
            print_message("errno %d: %d\n", rows[i], err);
        assert_int_equal(err, RG_EIO);
        assert_false(r->opened.set_aside);
        assert_string_not_equal(r->opened.error, "");
        assert_int_equal(rig_files(r, "events.db.damaged"), 0);
        rig_open(r, 8 + i); /* tried again: all is there */
        assert_int_equal(rig_fetch(r, 0, LANE_ALARM, 0), 1);
    }
}

static void a_page_that_can_not_be_read_once_is_no_damage(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 7);
    rig_add(r, TOPIC_ALARM, 7, 3, 41, 1u);
    assert_int_equal(rig_commit(r, 7), RG_OK);
    rig_close(r);
    hook("pread", (sqlite3_syscall_ptr)pread_or_not);
    hook("pread64", (sqlite3_syscall_ptr)pread_or_not);
    for (int nth = 1; nth < 20; nth++) {
        unreadable = nth;
        if (store_open(&r->store, r->folder, &r->plant, &r->opened) == RG_OK) {
            assert_false(r->opened.set_aside);
            rig_close(r);
        }
        free(r->opened.alarms);
        r->opened.alarms = NULL;
        unreadable = 0;
        assert_int_equal(rig_files(r, "events.db.damaged"), 0);
    }
    hook("pread", NULL);
    hook("pread64", NULL);
    rig_open(r, 8);
    assert_int_equal(rig_fetch(r, 0, LANE_ALARM, 0), 1);
}

static void a_header_that_forbids_writing_is_damage_and_says_so(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 7);
    rig_close(r);
    FILE *f = fopen(r->db, "r+b");
    fseek(f, 18, SEEK_SET);
    fputc(3, f);
    fclose(f);
    rig_open(r, 0);
    assert_true(r->opened.set_aside);
    assert_string_not_equal(r->opened.error, "");
    assert_int_equal(rig_files(r, "events.db.damaged"), 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_open_that_the_host_refuses_once_is_no_damage),
        T(a_page_that_can_not_be_read_once_is_no_damage),
        T(a_header_that_forbids_writing_is_damage_and_says_so),
    };

    return cmocka_run_group_tests_name("store_refused", tests, NULL, NULL);
}
