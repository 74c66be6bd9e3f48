#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/downlink.h"
#include "tests/integration/broker.h"

#define OPEN_TO_ALL "allow_anonymous true\n"
#define QUEUE       32 /* messages that a sink takes, their PUBACKs not told yet */

static const uint8_t protocols[] = { 4, 5 };

struct rig {
    uv_loop_t loop;
    struct broker broker;
};

static int begin(void **state)
{
    struct rig *r = calloc(1, sizeof *r);

    uv_loop_init(&r->loop);
    broker_start(&r->broker, OPEN_TO_ALL);
    *state = r;
    return 0;
}

static int end(void **state)
{
    struct rig *r = *state;

    broker_end(&r->broker);
    uv_run(&r->loop, UV_RUN_NOWAIT);
    int err = uv_loop_close(&r->loop); /* busy after a test that failed */
    free(r);
    return err;
}

static void each_message_gets_its_own_puback(void **state)
{
    struct rig *r = *state;

    for (size_t i = 0; i < 2; i++) {
        struct end *e = end_open(&r->loop, &r->broker, "a", protocols[i], "none");
        end_up(e, "{}");
        for (uint32_t n = 1; n <= 5; n++)
            assert_true(end_publish(e, "test/a/alarm", "{\"n\":1}", false, 100 + n));
        wait_count(&r->loop, &e->acked, 5);
        uint32_t sum = 0;
        for (size_t n = 0; n < 5; n++)
            sum += e->tokens[n];
        assert_int_equal(sum, 5 * 100 + 15);
        end_close(e);
    }
}

static void what_the_platform_says_arrives_whole(void **state)
{
    struct rig *r = *state;

    for (size_t i = 0; i < 2; i++) {
        struct end *gateway = end_open(&r->loop, &r->broker, "g", protocols[i], "test/receipt");
        struct end *platform = end_open(&r->loop, &r->broker, "p", protocols[i], "none");
        end_up(gateway, "{}");
        end_up(platform, "{}");
        end_publish(platform, "test/receipt", "{\"upto\":7}", false, 1);
        end_publish(platform, "test/g/down/request", "{\"req\":\"meta\"}", false, 2);
        wait_count(&r->loop, &gateway->messages, 2);
        assert_string_equal(gateway->topic[0], "test/receipt");
        assert_string_equal(gateway->body[0], "{\"upto\":7}");
        assert_string_equal(gateway->topic[1], "test/g/down/request");
        assert_string_equal(gateway->body[1], "{\"req\":\"meta\"}");
        end_close(gateway);
        end_close(platform);
    }
}

/* mosquitto_pub is a stranger: it may send what our own sink would not. */
static void publish_stranger(const struct broker *b, const char *topic, size_t len)
{
    char port[8];
    int ends[2];

    snprintf(port, sizeof port, "%u", b->port);
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[0], STDIN_FILENO);
        close(ends[1]);
        execlp("mosquitto_pub", "mosquitto_pub", "-p", port, "-t", topic, "-s", "-q", "1",
               (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(write(ends[1], "x", 1), 1);
    close(ends[1]);
    int status = -1;
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

static void a_downlink_that_is_too_long_is_dropped_and_the_link_stays(void **state)
{
    struct rig *r = *state;

    for (size_t i = 0; i < 2; i++) {
        struct end *e = end_open(&r->loop, &r->broker, "g", protocols[i], "test/receipt");
        end_up(e, "{}");
        publish_stranger(&r->broker, "test/receipt", DOWNLINK_MAX + 1);
        publish_stranger(&r->broker, "test/receipt", DOWNLINK_MAX);
        wait_count(&r->loop, &e->messages, 1);
        assert_int_equal(e->body_len[0], DOWNLINK_MAX);
        assert_int_equal(e->messages, 1);
        assert_int_equal(e->down, 0);
        end_close(e);
    }
}

/* --- the will --- */

static pid_t start_doomed_client(struct rig *r, uint8_t protocol)
{
    int ready[2];
    char byte;

    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        uv_loop_t loop;
        uv_loop_init(&loop);
        struct end *e = end_open(&loop, &r->broker, "doomed", protocol, "none");
        end_up(e, "{\"online\":false}");
        end_publish(e, "test/doomed/status", "{\"online\":true}", true, 1);
        wait_count(&loop, &e->acked, 1);
        if (write(ready[1], "r", 1) == 1)
            uv_run(&loop, UV_RUN_DEFAULT);
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

/* On 5 the will waits for 5 s, so that a restart is no news. */
static void a_killed_client_leaves_a_retained_will(void **state)
{
    struct rig *r = *state;

    for (size_t i = 0; i < 2; i++) {
        pid_t pid = start_doomed_client(r, protocols[i]);
        struct end *early = end_open(&r->loop, &r->broker, "early", 5, "test/doomed/status");
        end_up(early, "{}");
        wait_count(&r->loop, &early->messages, 1);
        assert_string_equal(early->body[0], "{\"online\":true}");
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        if (protocols[i] == 5)
            assert_true(stays_below(&r->loop, &early->messages, 2, 2000));
        wait_count(&r->loop, &early->messages, 2);
        assert_string_equal(early->body[1], "{\"online\":false}");
        struct end *late = end_open(&r->loop, &r->broker, "late", 5, "test/doomed/status");
        end_up(late, "{}");
        wait_count(&r->loop, &late->messages, 1);
        assert_string_equal(late->body[0], "{\"online\":false}");
        end_close(early);
        end_close(late);
    }
}

static void a_clean_close_leaves_the_last_status_alone(void **state)
{
    struct rig *r = *state;

    for (size_t i = 0; i < 2; i++) {
        struct end *e = end_open(&r->loop, &r->broker, "a", protocols[i], "none");
        struct end *other = end_open(&r->loop, &r->broker, "b", 5, "test/a/status");
        end_up(other, "{}");
        end_up(e, "{\"online\":false}");
        end_publish(e, "test/a/status", "{\"reason\":\"stop\"}", true, 1);
        wait_count(&r->loop, &e->acked, 1);
        end_close(e);
        wait_count(&r->loop, &other->messages, 1);
        size_t seen = other->messages;
        assert_true(stays_below(&r->loop, &other->messages, seen + 1, 300));
        assert_string_equal(other->body[seen - 1], "{\"reason\":\"stop\"}");
        end_close(other);
    }
}

/* --- refusals --- */

static void begin_with_password(struct rig *r)
{
    char command[256];

    broker_kill(&r->broker, SIGKILL);
    broker_file(&r->broker, "passwords", "gw01:right\n", 0644);
    snprintf(command, sizeof command, "%s/passwords", r->broker.folder);
    pid_t pid = fork();
    if (pid == 0) {
        execlp("mosquitto_passwd", "mosquitto_passwd", "-U", command, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
    broker_start(&r->broker, "allow_anonymous false\npassword_file %s/passwords\n");
}

static void a_wrong_password_is_a_refusal_and_a_right_one_is_not(void **state)
{
    struct rig *r = *state;

    begin_with_password(r);
    for (size_t i = 0; i < 2; i++) {
        struct end *e = end_open(&r->loop, &r->broker, "a", protocols[i], "none");
        e->uplink.user = "gw01";
        e->uplink.password_file = broker_file(&r->broker, "secret", "wrong\n", 0600);
        end_connect(e, "{}");
        wait_count(&r->loop, &e->refused, 1);
        assert_int_equal(e->reason, protocols[i] == 5 ? 0x87 : 5);
        assert_string_equal(e->text, "not authorised");
        broker_file(&r->broker, "secret", "right\n", 0600);
        end_up(e, "{}");
        end_close(e);
    }
}

static void a_password_that_others_may_read_is_refused_before_it_is_sent(void **state)
{
    struct rig *r = *state;
    struct end *e = end_open(&r->loop, &r->broker, "a", 5, "none");

    e->uplink.user = "gw01";
    e->uplink.password_file = broker_file(&r->broker, "secret", "right\n", 0640);
    end_connect(e, "{}");
    wait_count(&r->loop, &e->refused, 1);
    assert_non_null(strstr(e->text, "mode 640"));
    assert_null(strstr(e->text, "right"));
    end_close(e);
}

static void a_topic_that_the_broker_forbids_is_no_silent_success(void **state)
{
    struct rig *r = *state;

    broker_kill(&r->broker, SIGKILL);
    broker_file(&r->broker, "acl", "topic readwrite test/free/#\n", 0644);
    broker_start(&r->broker, OPEN_TO_ALL "acl_file %s/acl\n");
    struct end *e = end_open(&r->loop, &r->broker, "a", 5, "test/secret/x");
    end_up(e, "{}");
    end_publish(e, "test/secret/y", "{}", false, 7);
    wait_count(&r->loop, &e->nacked, 1);
    assert_int_equal(e->tokens[0], 7);
    assert_int_equal(e->reason, 0x87);
    assert_int_equal(e->down, 0);
    end_close(e);
}

static void a_taken_over_client_is_down(void **state)
{
    struct rig *r = *state;
    struct end *first = end_open(&r->loop, &r->broker, "same", 5, "none");
    struct end *second = end_open(&r->loop, &r->broker, "same", 5, "none");

    end_up(first, "{}");
    end_up(second, "{}");
    wait_count(&r->loop, &first->down, 1); /* mosquitto gives no reason */
    end_close(first);
    end_close(second);
}

/* --- losses --- */

static void a_killed_broker_is_a_lost_link_and_the_next_connect_is_fresh(void **state)
{
    struct rig *r = *state;

    for (size_t i = 0; i < 2; i++) {
        struct end *e = end_open(&r->loop, &r->broker, "a", protocols[i], "none");
        end_up(e, "{}");
        broker_kill(&r->broker, SIGKILL);
        wait_count(&r->loop, &e->down, 1);
        assert_false(end_publish(e, "test/a/x", "{}", false, 1));
        end_connect(e, "{}");
        wait_count(&r->loop, &e->down, 2);
        broker_restart(&r->broker);
        end_up(e, "{}");
        end_publish(e, "test/a/x", "{}", false, 2);
        wait_count(&r->loop, &e->acked, 1);
        assert_int_equal(e->tokens[0], 2);
        end_close(e);
    }
}

static void a_full_queue_takes_nothing(void **state)
{
    struct rig *r = *state;
    struct end *e = end_open(&r->loop, &r->broker, "a", 5, "none");

    end_up(e, "{}");
    broker_kill(&r->broker, SIGSTOP);
    for (uint32_t n = 1; n <= QUEUE; n++)
        assert_true(end_publish(e, "test/a/x", "{}", false, n));
    assert_false(end_publish(e, "test/a/x", "{}", false, QUEUE + 1));
    broker_kill(&r->broker, SIGCONT);
    wait_count(&r->loop, &e->acked, QUEUE);
    assert_true(end_publish(e, "test/a/x", "{}", false, QUEUE + 1));
    wait_count(&r->loop, &e->acked, QUEUE + 1);
    end_close(e);
}

static void what_was_on_its_way_is_forgotten_by_a_disconnect(void **state)
{
    struct rig *r = *state;
    struct end *e = end_open(&r->loop, &r->broker, "a", 5, "none");

    end_up(e, "{}");
    broker_kill(&r->broker, SIGSTOP);
    for (uint32_t n = 1; n <= QUEUE; n++)
        end_publish(e, "test/a/x", "{}", false, n);
    sink_mqtt.disconnect(e->sink);
    broker_kill(&r->broker, SIGCONT);
    end_up(e, "{}");
    end_publish(e, "test/a/x", "{}", false, 1000);
    wait_count(&r->loop, &e->acked, 1);
    assert_int_equal(e->tokens[0], 1000);
    assert_int_equal(e->acked + e->nacked, 1);
    assert_int_equal(e->down, 0);
    end_close(e);
}

static void a_frozen_broker_holds_up_nobody_else(void **state)
{
    struct rig *r = *state;
    struct broker other = { 0 };
    char big[4000];

    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    broker_start(&other, OPEN_TO_ALL);
    struct end *frozen = end_open(&r->loop, &r->broker, "a", 5, "none");
    struct end *healthy = end_open(&r->loop, &other, "b", 5, "none");
    end_up(frozen, "{}");
    end_up(healthy, "{}");
    broker_kill(&r->broker, SIGSTOP);
    for (uint32_t n = 1; n <= QUEUE; n++)
        end_publish(frozen, "test/a/x", big, false, n);
    uint64_t before = uv_hrtime();
    for (uint32_t n = 1; n <= 20; n++) {
        end_publish(healthy, "test/b/x", "{}", false, n);
        wait_count(&r->loop, &healthy->acked, n);
    }
    assert_true(uv_hrtime() - before < 2000000000u); /* 20 messages, one after the other */
    assert_int_equal(frozen->acked, 0);
    end_close(healthy);
    end_close(frozen);
    broker_end(&other);
}

static void nobody_who_accepts_and_keeps_silent_is_waited_for_longer_than_10_s(void **state)
{
    struct rig *r = *state;
    struct broker silent = { 0 };
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(listen(fd, 4), 0);
    getsockname(fd, (struct sockaddr *)&at, &len);
    silent.port = ntohs(at.sin_port);
    struct end *e = end_open(&r->loop, &silent, "a", 5, "none");
    uint64_t before = uv_hrtime();
    end_connect(e, "{}");
    wait_count(&r->loop, &e->down, 1);
    assert_true(uv_hrtime() - before < 11000000000u);
    end_close(e);
    close(fd);
}

static void a_name_is_looked_up_and_one_that_is_none_is_a_lost_link(void **state)
{
    struct rig *r = *state;
    struct end *e = end_open(&r->loop, &r->broker, "a", 5, "none");

    snprintf(e->host, sizeof e->host, "localhost");
    for (size_t tries = 0; e->up == 0 && tries < 4; tries++) { /* ::1 may come first */
        size_t before = e->up + e->down;
        end_connect(e, "{}");
        while (e->up + e->down == before)
            uv_run(&r->loop, UV_RUN_ONCE);
    }
    assert_int_equal(e->up, 1);
    sink_mqtt.disconnect(e->sink);
    snprintf(e->host, sizeof e->host, "no-such-name.invalid");
    size_t before = e->down;
    end_connect(e, "{}");
    wait_count(&r->loop, &e->down, before + 1);
    end_close(e);
}

static void open_and_close_two(struct rig *r)
{
    struct end *a = end_open(&r->loop, &r->broker, "a", 4, "none");
    struct end *b = end_open(&r->loop, &r->broker, "b", 5, "none");

    end_up(a, "{}");
    end_connect(b, "{}");
    end_close(a);
    end_close(b); /* still connecting, perhaps */
}

static void closing_ends_every_thread(void **state)
{
    struct rig *r = *state;

    open_and_close_two(r); /* a sanitizer's own threads begin with the first */
    size_t before = threads_now();
    for (int i = 0; i < 3; i++) {
        open_and_close_two(r);
        assert_int_equal(threads_now(), before);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        T(closing_ends_every_thread),
        T(each_message_gets_its_own_puback),
        T(what_the_platform_says_arrives_whole),
        T(a_downlink_that_is_too_long_is_dropped_and_the_link_stays),
        T(a_killed_client_leaves_a_retained_will),
        T(a_clean_close_leaves_the_last_status_alone),
        T(a_wrong_password_is_a_refusal_and_a_right_one_is_not),
        T(a_password_that_others_may_read_is_refused_before_it_is_sent),
        T(a_topic_that_the_broker_forbids_is_no_silent_success),
        T(a_taken_over_client_is_down),
        T(a_killed_broker_is_a_lost_link_and_the_next_connect_is_fresh),
        T(a_full_queue_takes_nothing),
        T(what_was_on_its_way_is_forgotten_by_a_disconnect),
        T(a_frozen_broker_holds_up_nobody_else),
        T(nobody_who_accepts_and_keeps_silent_is_waited_for_longer_than_10_s),
        T(a_name_is_looked_up_and_one_that_is_none_is_a_lost_link),
    };

    signal(SIGPIPE, SIG_IGN);
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("sink_mqtt", tests, NULL, NULL);
}
