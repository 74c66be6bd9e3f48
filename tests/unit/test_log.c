#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/log.h"

static int ends[2], stderr_before;

/* Standard error is a pipe that nobody reads but the test. */
static int begin(void **unused)
{
    (void)unused;
    unsetenv("JOURNAL_STREAM");
    stderr_before = dup(STDERR_FILENO);
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    dup2(stderr_before, STDERR_FILENO);
    close(stderr_before);
    return close(ends[0]);
}

static char *heard(void)
{
    static char text[1 << 17];
    ssize_t n, len = 0;

    while ((n = read(ends[0], text + len, sizeof text - 1 - (size_t)len)) > 0)
        len += n;
    text[len] = '\0';
    return text;
}

static void one_event_is_one_line_whatever_a_field_holds(void **unused)
{
    (void)unused;
    log_event(LOG_LEVEL_WARNING, "bus_down", "bus=%s error=\"%s\"", "gas485",
              "a\nforged line\x1b[2J");
    const char *line = heard();
    assert_non_null(strstr(line, "Z warning bus_down bus=gas485 error=\"a forged line [2J\"\n"));
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void the_journal_gets_a_priority_instead_of_a_time(void **unused)
{
    (void)unused;
    setenv("JOURNAL_STREAM", "1:2", 1);
    log_event(LOG_LEVEL_ERROR, "record_failed", "n=%d", 7);
    assert_string_equal(heard(), "<3>record_failed n=7\n");
    unsetenv("JOURNAL_STREAM");
}

static void a_line_without_end_is_cut(void **unused)
{
    static char big[5000];

    (void)unused;
    memset(big, 'x', sizeof big - 1);
    log_event(LOG_LEVEL_INFO, "event", "text=%s", big);
    const char *line = heard();
    assert_true(strlen(line) <= 1024);
    assert_int_equal(line[strlen(line) - 1], '\n');
}

static void a_reader_that_has_stopped_stops_nobody_and_is_told_later(void **unused)
{
    (void)unused;
    fcntl(STDERR_FILENO, F_SETFL, 0); /* a write would wait */
    for (int i = 0; i < 5000; i++)
        log_event(LOG_LEVEL_INFO, "event", "i=%d", i);
    assert_null(strstr(heard(), "i=4999"));
    log_event(LOG_LEVEL_INFO, "back", "i=0");
    const char *after = heard();
    assert_non_null(strstr(after, "info back i=0\n"));
    assert_non_null(strstr(after, "warning log_lost lines="));
    log_event(LOG_LEVEL_INFO, "back", "i=1");
    assert_null(strstr(heard(), "log_lost"));
}

static void what_stays_is_said_with_growing_gaps_and_at_once_when_it_is_new(void **unused)
{
    struct log_gate g = { 0 };
    int64_t said[8];
    size_t n = 0;

    (void)unused;
    for (int64_t s = 0; s <= 16 * 60; s++)
        if (log_gate_open(&g, s * 1000))
            said[n++] = s;
    assert_int_equal(n, 5);
    assert_int_equal(said[1] - said[0], 60);
    assert_int_equal(said[4] - said[3], 480);
    log_gate_reset(&g);
    assert_true(log_gate_open(&g, 16 * 60 * 1000 + 1));
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(one_event_is_one_line_whatever_a_field_holds),
        T(the_journal_gets_a_priority_instead_of_a_time),
        T(a_line_without_end_is_cut),
        T(a_reader_that_has_stopped_stops_nobody_and_is_told_later),
        T(what_stays_is_said_with_growing_gaps_and_at_once_when_it_is_new),
    };

    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
