#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "daemon/threads.h"

static void every_name_may_hang_and_a_peer_is_still_looked_up(void **unused)
{
    (void)unused;
    for (unsigned names = 0; names < 100; names++) {
        unsigned pool = threads_for_names(names);
        unsigned for_look_ups = (pool + 1) / 2; /* libuv gives them no more */
        assert_true(for_look_ups >= names);
        assert_true(pool > names);
    }
    assert_int_equal(threads_for_names(0), 1); /* and no more than it takes */
    assert_int_equal(threads_for_names(1), 2);
    assert_int_equal(threads_for_names(2), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_may_hang_and_a_peer_is_still_looked_up),
    };

    return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
