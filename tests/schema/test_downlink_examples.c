/* What the schemas say of receipts and requests, the gateway does. */
#include "daemon/downlink.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/err.h"

#define EXAMPLES "docs/messages/examples/"

static int parse_file(const char *name, const char *path)
{
    static char body[DOWNLINK_MAX];
    static struct downlink d;
    FILE *f = fopen(path, "r");
    size_t len;

    assert_non_null(f);
    len = fread(body, 1, sizeof body, f);
    fclose(f);
    return downlink_parse(&d, name, body, len);
}

static void expect_folder(const char *name, const char *kind, int wanted)
{
    char folder[128], path[512];
    struct dirent *entry;
    size_t n = 0;
    DIR *d;

    snprintf(folder, sizeof folder, EXAMPLES "%s.%s", name, kind);
    d = opendir(folder);
    assert_non_null(d);
    while ((entry = readdir(d)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (parse_file(name, path) != wanted)
            fail_msg("%s should be %s", path, kind);
        n++;
    }
    closedir(d);
    assert_true(n >= 2);
}

static void what_the_contract_allows_is_understood_and_nothing_else(void **unused)
{
    static const char *const names[] = { "receipt", "request" };

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        expect_folder(names[i], "valid", RG_OK);
        expect_folder(names[i], "invalid", RG_EINVAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_contract_allows_is_understood_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
