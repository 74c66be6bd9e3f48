#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/clock.h"

static void the_boot_has_one_id_whoever_tells_it(void **unused)
{
    static const struct {
        const char *told;
        const char *id;
    } rows[] = {
        { "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef" },
        { "01234567-89ab-cdef-0123-456789abcdef", "0123456789abcdef0123456789abcdef" },
        { "", "" },
    };
    char id[40];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        setenv("RISKGW_BOOT_ID", rows[i].told, 1);
        clock_boot_id(id);
        assert_string_equal(id, rows[i].id);
    }
    unsetenv("RISKGW_BOOT_ID");
    clock_boot_id(id);
    assert_int_equal(strspn(id, "0123456789abcdef"), 32);
    assert_int_equal(strlen(id), 32);
}

static void an_id_that_is_too_long_is_cut(void **unused)
{
    char text[100], id[40];

    (void)unused;
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    setenv("RISKGW_BOOT_ID", text, 1);
    clock_boot_id(id);
    assert_int_equal(strlen(id), sizeof id - 1);
    unsetenv("RISKGW_BOOT_ID");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_boot_has_one_id_whoever_tells_it),
        cmocka_unit_test(an_id_that_is_too_long_is_cut),
    };

    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
