#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/ctl_verbs.h"
#include "tests/unit/gateway_rig.h"

static struct grig rig;
static struct clock clock_of_test;

static int begin(void **unused)
{
    (void)unused;
    clock_begin(&clock_of_test);
    grig_init(&rig, 2, 1);
    grig_start(&rig);
    grig_value(&rig, 0, 150.0); /* p0 is over its H */
    grig_value(&rig, 1, 10.0);
    grig_run(&rig);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    grig_stop(&rig);
    return 0;
}

static struct ctl_answer ask_as(enum right right, const char *name, const char *request)
{
    struct ctl_subject s = { .gateway = rig.g, .plant = &rig.plant, .clock = &clock_of_test };
    struct peer who = { .right = right };
    struct ctl_answer a;

    snprintf(who.name, sizeof who.name, "%s", name);
    ctl_answer(&s, &(struct ctl_asker){ &who, NULL, 1 }, request, strlen(request), &a);
    free(a.doc.text);
    return a;
}

struct right_row {
    const char *request;
    enum right least;
};

static void a_verb_is_denied_below_its_right_and_changes_nothing(void **unused)
{
    static const struct right_row rows[] = {
        { "{\"verb\":\"status\"}", RIGHT_READ },
        { "{\"verb\":\"points\"}", RIGHT_READ },
        { "{\"verb\":\"alarms\",\"all\":true}", RIGHT_READ },
        { "{\"verb\":\"ack\",\"rule\":\"p0/H\"}", RIGHT_OPERATE },
        { "{\"verb\":\"reset\",\"rule\":\"p0/H\"}", RIGHT_OPERATE },
        { "{\"verb\":\"reload\"}", RIGHT_CHANGE },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int right = RIGHT_NONE; right <= RIGHT_CHANGE; right++) {
            struct ctl_answer a = ask_as((enum right)right, "lisi", rows[i].request);
            if (right < (int)rows[i].least)
                assert_int_equal(a.exit, CTL_DENIED);
            else
                assert_int_not_equal(a.exit, CTL_DENIED);
            if (right < (int)rows[i].least && rows[i].least == RIGHT_OPERATE)
                assert_int_equal(grig_count(&rig, "alarm", "\"ev\":\"ack\""), 0);
        }
}

static void the_person_is_the_peer_and_another_name_stands_beside_it(void **unused)
{
    (void)unused;
    struct ctl_answer a = ask_as(RIGHT_OPERATE, "lisi",
                                 "{\"verb\":\"ack\",\"rule\":\"p0/H\",\"by\":\"王五\","
                                 "\"comment\":\"已派人\"}");
    assert_int_equal(a.exit, CTL_FINE);
    grig_to(&rig, 60000);
    const struct grig_sent *m = grig_last(&rig, "alarm", "\"ev\":\"ack\"");
    assert_non_null(m);
    assert_non_null(strstr(m->body, "\"by\":\"王五 (lisi)\""));
    assert_non_null(strstr(m->body, "已派人"));
    a = ask_as(RIGHT_OPERATE, "lisi", "{\"verb\":\"ack\",\"rule\":\"p0/H\"}");
    assert_int_equal(a.exit, CTL_FINE); /* a second ack is no error */
    assert_non_null(strstr(a.message, "already"));
}

static void a_wrong_request_gets_its_exit_code_and_changes_nothing(void **unused)
{
    static const struct {
        const char *request;
        enum ctl_exit exit;
    } rows[] = {
        { "", CTL_USAGE },
        { "{", CTL_USAGE },
        { "[]", CTL_USAGE },
        { "7", CTL_USAGE },
        { "{\"verb\":7}", CTL_USAGE },
        { "{}", CTL_USAGE },
        { "{\"verb\":\"shelve\",\"rule\":\"p0/H\"}", CTL_USAGE },
        { "{\"verb\":\"ack\"}", CTL_USAGE },
        { "{\"verb\":\"ack\",\"rule\":7}", CTL_USAGE },
        { "{\"verb\":\"reset\"}", CTL_USAGE },
        { "{\"verb\":\"ack\",\"verb\":\"status\",\"rule\":\"p0/H\"}", CTL_USAGE },
        { "{\"verb\":\"ack\",\"rule\":\"nope/H\"}", CTL_INPUT },
        { "{\"verb\":\"points\",\"point\":\"nope\"}", CTL_INPUT },
        { "{\"verb\":\"ack\",\"rule\":\"p1/H\"}", CTL_NO },
        { "{\"verb\":\"reset\",\"rule\":\"p0/H\"}", CTL_NO },
        { "\xff\xfe{\"verb\":\"status\"}", CTL_USAGE },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ctl_answer a = ask_as(RIGHT_CHANGE, "root", rows[i].request);
        if (a.exit != rows[i].exit)
            print_message("%s: %d %s\n", rows[i].request, a.exit, a.message);
        assert_int_equal(a.exit, rows[i].exit);
        assert_true(a.exit == CTL_FINE || a.message[0] != '\0');
    }
    grig_to(&rig, 60000);
    assert_int_equal(grig_count(&rig, "alarm", "\"ev\":\"ack\""), 0);
    assert_int_equal(grig_count(&rig, "alarm", "\"ev\":\"reset\""), 0);
}

static void a_comment_without_end_is_refused(void **unused)
{
    static char request[60000], comment[50000];

    (void)unused;
    memset(comment, 'x', sizeof comment - 1);
    snprintf(request, sizeof request, "{\"verb\":\"ack\",\"rule\":\"p0/H\",\"comment\":\"%s\"}",
             comment);
    assert_int_equal(ask_as(RIGHT_OPERATE, "lisi", request).exit, CTL_INPUT);
    grig_to(&rig, 60000);
    assert_int_equal(grig_count(&rig, "alarm", "\"ev\":\"ack\""), 0);
}

static void status_says_by_its_code_whether_everything_is_watched(void **unused)
{
    (void)unused;
    assert_int_equal(ask_as(RIGHT_READ, "a", "{\"verb\":\"status\"}").exit, CTL_FINE);
    grig_to(&rig, 4 * 3600 * 1000); /* more than three polls of one hour */
    assert_int_equal(ask_as(RIGHT_READ, "a", "{\"verb\":\"status\"}").exit, CTL_NO);
}

static void before_the_record_is_read_the_daemon_says_that_it_starts(void **unused)
{
    struct ctl_subject s = { .plant = &rig.plant, .clock = &clock_of_test };
    struct peer who = { .right = RIGHT_CHANGE, .name = "root" };
    struct ctl_answer a;

    (void)unused;
    ctl_answer(&s, &(struct ctl_asker){ &who, NULL, 1 }, "{\"verb\":\"status\"}", 17, &a);
    assert_int_equal(a.exit, CTL_UNREACHABLE);
    assert_non_null(strstr(a.message, "starting"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_verb_is_denied_below_its_right_and_changes_nothing),
        T(the_person_is_the_peer_and_another_name_stands_beside_it),
        T(a_wrong_request_gets_its_exit_code_and_changes_nothing),
        T(a_comment_without_end_is_refused),
        T(status_says_by_its_code_whether_everything_is_watched),
        T(before_the_record_is_read_the_daemon_says_that_it_starts),
    };

    return cmocka_run_group_tests_name("ctl_verbs", tests, NULL, NULL);
}
