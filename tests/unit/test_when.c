/* Times as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/when.h"

#define NOW INT64_C(1795658400000) /* 2026-11-26T02:00:00Z */

static void each_form_of_a_time_is_understood(void **unused)
{
    static const struct {
        const char *text;
        int64_t utc_ms;
    } rows[] = {
        { "24h", NOW - INT64_C(86400000) },
        { "90min", NOW - INT64_C(5400000) },
        { "7d", NOW - INT64_C(604800000) },
        { "2026-11-26", INT64_C(1795622400000) }, /* midnight at +08:00 */
        { "2026-11-26 10:00", NOW },
        { "2026-11-26T10:00:00.000+08:00", NOW },
        { "2026-11-26T02:00:00Z", NOW },
        { "1970-01-01 08:00", 0 },
        { "2028-02-29", INT64_C(1835366400000) },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t utc_ms = -1;
        assert_true(when_read(rows[i].text, NOW, 480, &utc_ms));
        assert_int_equal(utc_ms, rows[i].utc_ms);
    }
}

static void what_is_no_time_is_refused(void **unused)
{
    static const char *const rows[] = { "",
                                        "yesterday",
                                        "24",
                                        "2026-13-01",
                                        "2026-02-30",
                                        "2027-02-29",
                                        "2026-11-26 25:00",
                                        "2026-11-26 10",
                                        "2026-11-26x",
                                        "2026-11-26T10:00+99:00",
                                        "-5h" };
    int64_t utc_ms;

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_false(when_read(rows[i], NOW, 480, &utc_ms));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_of_a_time_is_understood),
        cmocka_unit_test(what_is_no_time_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
