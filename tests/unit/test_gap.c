#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/gap.h"

/* The epoch before began at boot time 50 000, wall time 1 000 000, and was last
 * seen 9 000 ms later. */
static struct store_prev before(const char *boot_id, bool clean_stop)
{
    struct store_prev p = { .known = true,
                            .epoch = 3,
                            .died_ms = 9000,
                            .began_utc_ms = 1000000,
                            .began_boot_ms = 50000,
                            .clean_stop = clean_stop };

    snprintf(p.boot_id, sizeof p.boot_id, "%s", boot_id);
    return p;
}

struct row {
    const char *boot_before;
    bool clean_stop;
    const char *boot_here;
    int64_t boot_ms, utc_ms;
    bool is_watchdog;
    const char *reason;
    int64_t shift_ms;
};

static void the_end_of_the_epoch_before_has_its_reason_and_its_distance(void **unused)
{
    static const struct row rows[] = {
        { "a", true, "a", 62000, 1012000, false, "stop", 12000 },
        { "a", false, "a", 62000, 1012000, false, "crash", 12000 },
        { "a", false, "a", 62000, 1012000, true, "watchdog", 12000 },
        { "a", true, "a", 62000, 1012000, true, "stop", 12000 },
        /* another boot: only the wall clock spans it */
        { "a", false, "b", 3000, 1060000, false, "power", 60000 },
        { "a", true, "b", 3000, 1060000, false, "stop", 60000 },
        { "a", false, "b", 3000, 1060000, true, "power", 60000 },
        /* a wall clock that was set back, or never set: no gap, never a negative one */
        { "a", false, "b", 3000, 500, false, "power", 9000 },
        { "a", false, "b", 3000, 1004000, false, "power", 9000 },
        /* a wall clock that was stepped in the same boot does not count */
        { "a", false, "a", 62000, 999000000, false, "crash", 12000 },
        /* the kernel would not say which boot: a smaller boot time proves another */
        { "", false, "", 62000, 1012000, false, "crash", 12000 },
        { "", false, "", 3000, 1060000, false, "power", 60000 },
        { "a", false, "", 58000, 1060000, false, "power", 60000 },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct store_prev p = before(rows[i].boot_before, rows[i].clean_stop);
        struct gap_here here = { .utc_ms = rows[i].utc_ms,
                                 .boot_ms = rows[i].boot_ms,
                                 .is_watchdog = rows[i].is_watchdog };
        snprintf(here.boot_id, sizeof here.boot_id, "%s", rows[i].boot_here);
        struct gap g = gap_measure(&p, &here);
        if (strcmp(g.reason, rows[i].reason) != 0 || g.shift_ms != rows[i].shift_ms)
            print_message("row %zu: %s %lld\n", i, g.reason, (long long)g.shift_ms);
        assert_string_equal(g.reason, rows[i].reason);
        assert_int_equal(g.shift_ms, rows[i].shift_ms);
    }
}

static void only_a_record_that_was_read_and_empty_is_a_first_start(void **unused)
{
    struct gap_here here = { .boot_ms = 5 };

    (void)unused;
    assert_string_equal(gap_measure(&(struct store_prev){ .first = true }, &here).reason, "first");
    assert_string_equal(gap_measure(&(struct store_prev){ .first = false }, &here).reason,
                        "unknown");
    assert_string_equal(gap_measure(NULL, &here).reason, "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_of_the_epoch_before_has_its_reason_and_its_distance),
        cmocka_unit_test(only_a_record_that_was_read_and_empty_is_a_first_start),
    };

    return cmocka_run_group_tests_name("gap", tests, NULL, NULL);
}
