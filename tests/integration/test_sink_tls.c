/* The sink over TLS to a real mosquitto: what certificates do to a connection
 * while it lives, and what the broker says of ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/integration/broker.h"

#define DAY_MS  (24 * 3600 * INT64_C(1000))
#define LOOK_MS 50
#define ENDS    6

static char folder[64];

struct rig {
    uv_loop_t loop;
    struct broker broker;
    char ca[96], cert[96], key[96];
};

static void run(const char *program, const char *a, const char *b)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        execlp(program, program, a, b, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

static int make_certs(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/rg-certs-XXXXXX");
    assert_non_null(mkdtemp(folder));
    run("tests/integration/make_certs.sh", folder, NULL);
    return 0;
}

static int drop_certs(void **unused)
{
    (void)unused;
    run("rm", "-r", folder);
    return 0;
}

static const char *file(const char *name)
{
    static char paths[8][96];
    static size_t turn;
    char *path = paths[turn++ % 8];

    snprintf(path, 96, "%s/%s", folder, name);
    return path;
}

/* As a program that renews does: the new file in the old one's place. */
static void put(const char *from, const char *to)
{
    char copy[112];

    snprintf(copy, sizeof copy, "%s.new", file(to));
    run("cp", file(from), copy);
    assert_int_equal(chmod(copy, 0600), 0);
    assert_int_equal(rename(copy, file(to)), 0);
}

static int begin(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    char conf[512];

    snprintf(conf, sizeof conf,
             "allow_anonymous true\nuser root\ncafile %s/ca.pem\ncertfile %s/good.pem\n"
             "keyfile %s/good.key\nrequire_certificate true\n",
             folder, folder, folder);
    uv_loop_init(&r->loop);
    broker_start(&r->broker, conf);
    put("gateway.pem", "own.pem");
    put("gateway.key", "own.key");
    snprintf(r->ca, sizeof r->ca, "%s/ca.pem", folder);
    snprintf(r->cert, sizeof r->cert, "%s/own.pem", folder);
    snprintf(r->key, sizeof r->key, "%s/own.key", folder);
    r->broker.tls = (struct tls_conf){ .ca = r->ca, .cert = r->cert, .key = r->key };
    r->broker.look_ms = LOOK_MS;
    *state = r;
    return 0;
}

static int end(void **state)
{
    struct rig *r = *state;

    broker_end(&r->broker);
    uv_run(&r->loop, UV_RUN_NOWAIT);
    int err = uv_loop_close(&r->loop);
    free(r);
    return err;
}

/* --- renewal --- */

static void renewed_files_renew_the_connection(void **state)
{
    struct rig *r = *state;
    struct end *e = end_open(&r->loop, &r->broker, "a", 5, "none");

    end_up(e, "{}");
    put("renewed.key", "own.key");
    put("renewed.pem", "own.pem");
    wait_count(&r->loop, &e->down, 1);
    assert_non_null(strstr(e->text, "certificates were renewed"));
    end_up(e, "{}");
    assert_true(stays_below(&r->loop, &e->down, 2, 6 * LOOK_MS));
    end_close(e);
}

static void files_that_do_not_fit_are_told_and_the_connection_stays(void **state)
{
    struct rig *r = *state;
    struct end *e = end_open(&r->loop, &r->broker, "a", 5, "none");

    end_up(e, "{}");
    wait_count(&r->loop, &e->certs, 1);
    size_t before = e->certs;
    put("renewed.pem", "own.pem");
    wait_count(&r->loop, &e->certs, before + 1);
    assert_true(e->cert.due_utc_ms == INT64_MIN);
    assert_non_null(strstr(e->cert.text, "own.key: not the key of the certificate"));
    assert_true(stays_below(&r->loop, &e->down, 1, 6 * LOOK_MS));
    assert_true(end_publish(e, "test/a/x", "{}", false, 1));
    wait_count(&r->loop, &e->acked, 1);
    put("renewed.key", "own.key");
    wait_count(&r->loop, &e->down, 1);
    assert_true(e->cert.due_utc_ms > (int64_t)time(NULL) * 1000);
    end_close(e);
}

static void the_end_that_comes_first_is_told_30_days_before(void **state)
{
    struct rig *r = *state;
    int64_t now_ms = (int64_t)time(NULL) * 1000;
    struct end *e;

    put("ending.pem", "own.pem");
    put("ending.key", "own.key");
    e = end_open(&r->loop, &r->broker, "a", 5, "none");
    end_up(e, "{}");
    wait_count(&r->loop, &e->certs, 1);
    assert_in_range(e->cert.ends_utc_ms - now_ms, 19 * DAY_MS, 20 * DAY_MS);
    assert_true(e->cert.due_utc_ms == e->cert.ends_utc_ms - 30 * DAY_MS);
    assert_non_null(strstr(e->cert.text, "own.pem ends on 20"));
    end_close(e);
}

/* --- what the broker says of us, and we of it --- */

static void each_refusal_is_said_by_whoever_refuses(void **state)
{
    struct rig *r = *state;
    const struct {
        const char *cert, *key, *crl, *words;
    } rows[] = {
        { "own.pem", "renewed.key", NULL, "not the key of the certificate" },
        { "own.pem", "encrypted.key", NULL, "encrypted" },
        { "own.pem", "none.key", NULL, "No such file" },
        { "own.pem", "own.key", "stale-crl.pem", "out of date" },
        { "own.pem", "own.key", "ca.pem", "no PEM file with X509 CRL" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct broker b = r->broker;
        b.tls.cert = rows[i].cert == NULL ? NULL : file(rows[i].cert);
        b.tls.key = rows[i].key == NULL ? NULL : file(rows[i].key);
        b.tls.crl = rows[i].crl == NULL ? NULL : file(rows[i].crl);
        struct end *e = end_open(&r->loop, &b, "a", i % 2 == 0 ? 5 : 4, "none");
        end_connect(e, "{}");
        wait_count(&r->loop, &e->refused, 1);
        if (strstr(e->text, rows[i].words) == NULL || e->up > 0)
            fail_msg("%s instead of %s", e->text, rows[i].words);
        end_close(e);
    }
}

/* The broker's alert may be lost behind its own hanging up (TLS 1.3): then the
 * words ask. */
static void a_broker_that_does_not_take_our_certificate_is_named(void **state)
{
    struct rig *r = *state;
    static const struct {
        const char *cert, *key, *words, *else_words;
    } rows[] = {
        { NULL, NULL, "wants a certificate of ours", "does it want a certificate of ours?" },
        { "foreign.pem", "foreign.key", "does not know the CA of our certificate",
          "does it accept our certificate?" },
        { "expired.pem", "expired.key", "our certificate has expired",
          "does it accept our certificate?" },
    };

    for (size_t i = 0; i < 6; i++) {
        struct broker b = r->broker;
        b.tls.cert = rows[i / 2].cert == NULL ? NULL : file(rows[i / 2].cert);
        b.tls.key = rows[i / 2].key == NULL ? NULL : file(rows[i / 2].key);
        struct end *e = end_open(&r->loop, &b, "a", i % 2 == 0 ? 5 : 4, "none");
        end_connect(e, "{}");
        wait_count(&r->loop, &e->ended, 1);
        if (strstr(e->text, rows[i / 2].words) == NULL &&
            strstr(e->text, rows[i / 2].else_words) == NULL)
            fail_msg("%s", e->text);
        assert_int_equal(e->up, 0);
        end_close(e);
    }
}

/* --- connections --- */

static void many_may_begin_at_once_to_one_address(void **state)
{
    struct rig *r = *state;
    struct end *ends[ENDS];
    char name[8];

    for (size_t i = 0; i < ENDS; i++) {
        snprintf(name, sizeof name, "e%zu", i);
        ends[i] = end_open(&r->loop, &r->broker, name, i % 2 == 0 ? 5 : 4, "none");
        end_connect(ends[i], "{}");
    }
    for (size_t i = 0; i < ENDS; i++)
        wait_count(&r->loop, &ends[i]->up, 1);
    for (size_t i = 0; i < ENDS; i++)
        end_close(ends[i]);
}

static void each_message_gets_its_puback_over_tls_too(void **state)
{
    struct rig *r = *state;
    struct end *e = end_open(&r->loop, &r->broker, "a", 5, "none");
    static char body[3000];

    memset(body, 'x', sizeof body - 1);
    end_up(e, "{}");
    for (uint32_t n = 1; n <= 200; n++) {
        assert_true(end_publish(e, "test/a/alarm", body, false, n));
        if (n % 16 == 0 || n == 200)
            wait_count(&r->loop, &e->acked, n);
    }
    assert_int_equal(e->down, 0);
    end_close(e);
}

/* A port that takes the connection and says nothing holds up nobody else. */
static void a_handshake_that_hangs_is_given_up_and_holds_up_nobody(void **state)
{
    struct rig *r = *state;
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct broker mute = r->broker;

    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    mute.port = ntohs(at.sin_port);
    struct end *hangs = end_open(&r->loop, &mute, "h", 5, "none");
    struct end *waits = end_open(&r->loop, &mute, "w", 5, "none");
    struct end *lives = end_open(&r->loop, &r->broker, "l", 5, "none");
    end_connect(hangs, "{}");
    end_connect(waits, "{}");
    end_up(lives, "{}");
    wait_count(&r->loop, &hangs->refused, 1);
    assert_non_null(strstr(hangs->text, "no TLS handshake"));
    assert_int_equal(lives->down, 0);
    end_close(waits); /* in the midst of its own */
    end_close(hangs);
    end_close(lives);
    close(fd);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(renewed_files_renew_the_connection),
        T(files_that_do_not_fit_are_told_and_the_connection_stays),
        T(the_end_that_comes_first_is_told_30_days_before),
        T(each_refusal_is_said_by_whoever_refuses),
        T(a_broker_that_does_not_take_our_certificate_is_named),
        T(many_may_begin_at_once_to_one_address),
        T(each_message_gets_its_puback_over_tls_too),
        T(a_handshake_that_hangs_is_given_up_and_holds_up_nobody),
    };

    return cmocka_run_group_tests_name("sink_tls", tests, make_certs, drop_certs);
}
