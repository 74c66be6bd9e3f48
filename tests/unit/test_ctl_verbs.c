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
        { "{\"verb\":\"comment\",\"rule\":\"p0/H\",\"comment\":\"c\"}", RIGHT_OPERATE },
        { "{\"verb\":\"handle\",\"rule\":\"p0/H\",\"cause\":\"c\",\"action\":\"d\"}",
          RIGHT_OPERATE },
        { "{\"verb\":\"close\",\"rule\":\"p0/H\"}", RIGHT_OPERATE },
        { "{\"verb\":\"shelve\",\"rule\":\"p0/H\",\"for\":\"5m\",\"reason\":\"r\"}",
          RIGHT_OPERATE },
        { "{\"verb\":\"unshelve\",\"rule\":\"p0/H\"}", RIGHT_OPERATE },
        { "{\"verb\":\"oos\",\"rule\":\"p0/H\",\"for\":\"5m\",\"permit\":\"7\"}", RIGHT_CHANGE },
        { "{\"verb\":\"in-service\",\"rule\":\"p0/H\"}", RIGHT_CHANGE },
        { "{\"verb\":\"maint\",\"do\":\"start\",\"point\":\"p0\",\"for\":\"5m\",\"reason\":\"r\"}",
          RIGHT_CHANGE },
        { "{\"verb\":\"maint\",\"do\":\"stop\",\"point\":\"p0\"}", RIGHT_CHANGE },
        { "{\"verb\":\"reload\"}", RIGHT_CHANGE },
    };

    uint64_t seq = engine_seq(gateway_engine(rig.g));

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int right = RIGHT_NONE; right <= RIGHT_CHANGE; right++) {
            struct ctl_answer a = ask_as((enum right)right, "lisi", rows[i].request);
            if (right < (int)rows[i].least)
                assert_int_equal(a.exit, CTL_DENIED);
            else
                assert_int_not_equal(a.exit, CTL_DENIED);
            if (right < (int)rows[i].least)
                assert_int_equal(engine_seq(gateway_engine(rig.g)), seq);
            seq = engine_seq(gateway_engine(rig.g));
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
        { "{\"verb\":\"comment\",\"rule\":\"p0/H\"}", CTL_USAGE },
        { "{\"verb\":\"comment\",\"rule\":\"p0/H\",\"comment\":\" \\n\"}", CTL_USAGE },
        { "{\"verb\":\"comment\",\"rule\":\"p1/H\",\"comment\":\"c\"}", CTL_NO },
        { "{\"verb\":\"handle\",\"rule\":\"140521000001-01-3-99\",\"cause\":\"c\",\"action\":"
          "\"d\"}",
          CTL_INPUT },
        { "{\"verb\":\"handle\",\"rule\":\"p0/H\",\"cause\":\"c\"}", CTL_USAGE },
        { "{\"verb\":\"close\",\"rule\":\"p0/H\"}", CTL_NO },
        { "{\"verb\":\"shelve\",\"rule\":\"p0/H\",\"reason\":\"r\"}", CTL_USAGE },
        { "{\"verb\":\"shelve\",\"rule\":\"p0/H\",\"reason\":\"r\",\"for\":\"soon\"}", CTL_USAGE },
        { "{\"verb\":\"shelve\",\"rule\":\"p0/H\",\"reason\":\"r\",\"for\":\"9h\"}", CTL_NO },
        { "{\"verb\":\"unshelve\",\"rule\":\"p0/H\"}", CTL_NO },
        { "{\"verb\":\"oos\",\"rule\":\"p0/H\",\"until\":\"2099-01-01 00:00\"}", CTL_USAGE },
        { "{\"verb\":\"oos\",\"rule\":\"p0/H\",\"permit\":\"7\",\"until\":\"1999-01-01 00:00\"}",
          CTL_USAGE },
        { "{\"verb\":\"oos\",\"rule\":\"p0/H\",\"permit\":\"7\"}", CTL_USAGE },
        { "{\"verb\":\"in-service\",\"rule\":\"p0/H\"}", CTL_NO },
        { "{\"verb\":\"maint\",\"point\":\"p0\"}", CTL_USAGE },
        { "{\"verb\":\"maint\",\"do\":\"start\",\"point\":\"p0\",\"for\":\"5m\"}", CTL_USAGE },
        { "{\"verb\":\"maint\",\"do\":\"start\",\"point\":\"nope\",\"for\":\"5m\",\"reason\":"
          "\"r\"}",
          CTL_INPUT },
        { "{\"verb\":\"maint\",\"do\":\"stop\",\"point\":\"p0\"}", CTL_NO },
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
    assert_int_equal(grig_count(&rig, "alarm", "\"by\":"), 0); /* nobody has done anything */
}

/* A refusal is in the language of who asks. */
static void a_verdict_speaks_the_caller_s_language(void **unused)
{
    static const struct {
        const char *request, *zh, *en;
    } rows[] = {
        { "\"verb\":\"ack\",\"rule\":\"p1/H\"", "没有未结束的报警", "no such alarm is open" },
        { "\"verb\":\"handle\",\"rule\":\"nope\",\"cause\":\"c\",\"action\":\"d\"", "没有这个报警",
          "there is no alarm rule" },
        { "\"verb\":\"shelve\",\"rule\":\"p0/H\",\"reason\":\"r\"", "结束时间", "an end" },
        { "\"verb\":\"oos\",\"rule\":\"p0/H\",\"for\":\"1h\"", "许可证", "permit" },
        { "\"verb\":\"shelve\",\"rule\":\"p0/H\",\"for\":\"9h\",\"reason\":\"r\"", "最长时间",
          "longer than is allowed" },
    };
    char request[200];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(request, sizeof request, "{%s,\"lang\":\"zh\"}", rows[i].request);
        assert_non_null(strstr(ask_as(RIGHT_CHANGE, "root", request).message, rows[i].zh));
        snprintf(request, sizeof request, "{%s,\"lang\":\"en\"}", rows[i].request);
        assert_non_null(strstr(ask_as(RIGHT_CHANGE, "root", request).message, rows[i].en));
    }
    assert_non_null(strstr(ask_as(RIGHT_READ, "lisi", "{\"verb\":\"ack\",\"lang\":\"zh\"}").message,
                           "没有权限"));
}

/* What was done, tried and not permitted; the last word is the verdict. */
static void every_act_and_attempt_is_a_row_of_the_trail(void **unused)
{
    static const char *const wanted[] = {
        "\"user\":\"lisi\",\"by\":\"王五\",\"verb\":\"ack\",\"what\":\"p0/H\",\"result\":\"done\"",
        "\"user\":\"lisi\",\"verb\":\"ack\",\"what\":\"p1/H\",\"result\":\"nothing_open\"",
        "\"user\":\"lisi\",\"verb\":\"oos\",\"what\":\"p0/H\",\"result\":\"denied\"",
        "\"verb\":\"maint start\",\"what\":\"p0\",\"why\":\"标定\",\"result\":\"done\"",
    };

    (void)unused;
    ask_as(RIGHT_OPERATE, "lisi", "{\"verb\":\"ack\",\"rule\":\"p0/H\",\"by\":\"王五\"}");
    ask_as(RIGHT_OPERATE, "lisi", "{\"verb\":\"ack\",\"rule\":\"p1/H\"}");
    ask_as(RIGHT_OPERATE, "lisi", "{\"verb\":\"oos\",\"rule\":\"p0/H\"}");
    ask_as(RIGHT_CHANGE, "lisi",
           "{\"verb\":\"maint\",\"do\":\"start\",\"point\":\"p0\",\"for\":\"5m\",\"reason\":"
           "\"标定\"}");
    grig_run(&rig);
    assert_int_equal(rig.n_audit, 4);
    for (int i = 0; i < 4; i++)
        assert_non_null(strstr(rig.audit[i], wanted[i]));
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
        T(a_verdict_speaks_the_caller_s_language),
        T(every_act_and_attempt_is_a_row_of_the_trail),
        T(status_says_by_its_code_whether_everything_is_watched),
        T(before_the_record_is_read_the_daemon_says_that_it_starts),
    };

    return cmocka_run_group_tests_name("ctl_verbs", tests, NULL, NULL);
}
