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

#include "config/err.h"
#include "daemon/secret.h"

static char folder[64];
static char path[128];

static int begin(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/rg-secret-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/county", folder);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    unsetenv("CREDENTIALS_DIRECTORY");
    unlink(path);
    return rmdir(folder);
}

static int read_back(const char *text, size_t n, mode_t mode, char out[SECRET_MAX], char *why)
{
    size_t len = 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(write(fd, text, n), (ssize_t)n);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
    memset(out, 0, SECRET_MAX);
    int err = secret_read(path, out, &len, why, 160);
    if (err == RG_OK)
        assert_int_equal(len, strlen(out));
    return err;
}

static void the_line_end_is_no_part_of_the_password(void **unused)
{
    static const char *const texts[] = { "s3cret", "s3cret\n", "s3cret\r\n" };
    char out[SECRET_MAX], why[160];

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(read_back(texts[i], strlen(texts[i]), 0600, out, why), RG_OK);
        assert_string_equal(out, "s3cret");
    }
    assert_int_equal(read_back(" a b ", 5, 0400, out, why), RG_OK);
    assert_string_equal(out, " a b ");
}

static void any_bit_for_group_or_others_is_refused(void **unused)
{
    char out[SECRET_MAX], why[160];

    (void)unused;
    for (mode_t bit = 1; bit <= 0040; bit <<= 1) {
        assert_int_equal(read_back("s3cret\n", 7, 0600 | bit, out, why), RG_EPERM);
        assert_non_null(strstr(why, path));
        assert_null(strstr(why, "s3cret"));
        assert_string_equal(out, "");
    }
}

static void the_service_managers_own_folder_is_exempt(void **unused)
{
    char out[SECRET_MAX], why[160], outside[160];

    (void)unused;
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    assert_int_equal(read_back("s3cret\n", 7, 0440, out, why), RG_OK);
    snprintf(outside, sizeof outside, "%s/sub", folder);
    setenv("CREDENTIALS_DIRECTORY", outside, 1);
    assert_int_equal(read_back("s3cret\n", 7, 0440, out, why), RG_EPERM);
}

static void nothing_empty_endless_or_missing_is_a_password(void **unused)
{
    char out[SECRET_MAX], why[160], *long_one = calloc(1, SECRET_MAX + 1);
    size_t len = 0;

    (void)unused;
    memset(long_one, 'x', SECRET_MAX);
    assert_int_equal(read_back("\n", 1, 0600, out, why), RG_EINVAL);
    assert_int_equal(read_back(long_one, SECRET_MAX, 0600, out, why), RG_EINVAL);
    assert_int_equal(read_back(long_one, SECRET_MAX - 1, 0600, out, why), RG_OK);
    assert_int_equal(secret_read("/nonexistent/county", out, &len, why, sizeof why), RG_EIO);
    assert_int_equal(secret_read(folder, out, &len, why, sizeof why), RG_EIO);
    free(long_one);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_line_end_is_no_part_of_the_password),
        T(any_bit_for_group_or_others_is_refused),
        T(the_service_managers_own_folder_is_exempt),
        T(nothing_empty_endless_or_missing_is_a_password),
    };

    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
