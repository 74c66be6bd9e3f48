/* What a broker may say and mosquitto never does: one that follows a script. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/integration/broker.h"

static const uint8_t protocols[] = { 4, 5 };

static int begin(void **state)
{
    static uv_loop_t loop;

    *state = &loop;
    return uv_loop_init(&loop);
}

static int end(void **state)
{
    uv_run(*state, UV_RUN_NOWAIT);
    return uv_loop_close(*state); /* busy after a test that failed */
}

struct script {
    uv_tcp_t listener, peer;
    uv_write_t write;
    struct broker at; /* its port only */
    uint8_t protocol;
    uint8_t connack; /* code in the CONNACK */
    uint8_t suback;  /* of both topics */
    uint8_t reason;  /* of a DISCONNECT behind the SUBACK; 0: none */
    uint8_t out[16];
};

static void give_bytes(uv_handle_t *h, size_t wanted, uv_buf_t *buf)
{
    static char bytes[4096];

    (void)h;
    (void)wanted;
    *buf = uv_buf_init(bytes, sizeof bytes);
}

static void say(struct script *s, size_t len)
{
    uv_buf_t buf = uv_buf_init((char *)s->out, (unsigned)len);

    uv_write(&s->write, (uv_stream_t *)&s->peer, &buf, 1, NULL);
}

/* The packets of a client are short and come one at a time here. */
static void heard(uv_stream_t *peer, ssize_t n, const uv_buf_t *buf)
{
    struct script *s = peer->data;
    const uint8_t *in = (const uint8_t *)buf->base;
    bool is_v5 = s->protocol == 5;

    if (n <= 0)
        return;
    if (in[0] == 0x10) {
        memcpy(s->out, (uint8_t[]){ 0x20, is_v5 ? 3 : 2, 0, s->connack, 0 }, 5);
        say(s, is_v5 ? 5 : 4);
    } else if (in[0] == 0x82) {
        uint8_t v4[] = { 0x90, 4, in[2], in[3], s->suback, s->suback };
        uint8_t v5[] = { 0x90, 5, in[2], in[3], 0, s->suback, s->suback };
        size_t len = is_v5 ? sizeof v5 : sizeof v4;
        memcpy(s->out, is_v5 ? v5 : v4, len);
        memcpy(s->out + len, (uint8_t[]){ 0xE0, 2, s->reason, 0 }, 4);
        say(s, len + (s->reason != 0 ? 4 : 0));
    }
}

static void came(uv_stream_t *listener, int status)
{
    struct script *s = listener->data;

    assert_int_equal(status, 0);
    uv_tcp_init(listener->loop, &s->peer);
    s->peer.data = s;
    uv_accept(listener, (uv_stream_t *)&s->peer);
    uv_read_start((uv_stream_t *)&s->peer, give_bytes, heard);
}

static void script_open(struct script *s, uv_loop_t *loop)
{
    struct sockaddr_in at;
    int len = sizeof at;

    uv_ip4_addr("127.0.0.1", 0, &at);
    uv_tcp_init(loop, &s->listener);
    s->listener.data = s;
    assert_int_equal(uv_tcp_bind(&s->listener, (struct sockaddr *)&at, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *)&s->listener, 4, came), 0);
    uv_tcp_getsockname(&s->listener, (struct sockaddr *)&at, &len);
    s->at.port = ntohs(at.sin_port);
}

static void script_close(struct script *s)
{
    uv_close((uv_handle_t *)&s->listener, NULL);
    uv_close((uv_handle_t *)&s->peer, NULL);
}

static void a_connack_code_says_who_must_act(void **state)
{
    static const struct {
        uint8_t protocol, code;
        bool is_refused;
    } rows[] = {
        { 4, 1, true },     { 4, 2, true },     { 4, 3, false },   { 4, 4, true },
        { 4, 5, true },     { 5, 0x84, true },  { 5, 0x85, true }, { 5, 0x86, true },
        { 5, 0x88, false }, { 5, 0x89, false }, { 5, 0x8A, true }, { 5, 0x97, true },
        { 5, 0x9D, true },  { 5, 0x9F, false },
    };
    uv_loop_t *loop = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct script s = { .protocol = rows[i].protocol, .connack = rows[i].code };
        script_open(&s, loop);
        struct end *e = end_open(loop, &s.at, "a", rows[i].protocol, "none");
        end_connect(e, "{}");
        wait_count(loop, rows[i].is_refused ? &e->refused : &e->down, 1);
        assert_int_equal(e->reason, rows[i].code);
        assert_int_equal(e->up, 0);
        end_close(e);
        script_close(&s);
        uv_run(loop, UV_RUN_NOWAIT);
    }
}

static void a_reason_for_the_end_says_who_must_act(void **state)
{
    static const struct {
        uint8_t code;
        bool is_refused;
        const char *text;
    } rows[] = {
        { 0x8E, true, "took over" },
        { 0x8B, false, "shuts down" },
        { 0x87, true, "not authorised" },
        { 0x98, false, "administrator" },
    };
    uv_loop_t *loop = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct script s = { .protocol = 5, .reason = rows[i].code };
        script_open(&s, loop);
        struct end *e = end_open(loop, &s.at, "a", 5, "none");
        end_connect(e, "{}");
        wait_count(loop, rows[i].is_refused ? &e->refused : &e->down, 1);
        assert_int_equal(e->up, 1);
        assert_int_equal(e->reason, rows[i].code);
        assert_non_null(strstr(e->text, rows[i].text));
        end_close(e);
        script_close(&s);
        uv_run(loop, UV_RUN_NOWAIT);
    }
}

static void alarms_go_up_where_the_way_down_is_refused_and_it_is_said(void **state)
{
    uv_loop_t *loop = *state;

    for (size_t i = 0; i < 2; i++) {
        struct script s = { .protocol = protocols[i], .suback = protocols[i] == 5 ? 0x87 : 0x80 };
        script_open(&s, loop);
        struct end *e = end_open(loop, &s.at, "a", protocols[i], "none");
        end_up(e, "{}");
        assert_non_null(strstr(e->text, "downlink topics refused"));
        end_close(e);
        script_close(&s);
        uv_run(loop, UV_RUN_NOWAIT);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_connack_code_says_who_must_act),
        T(a_reason_for_the_end_says_who_must_act),
        T(alarms_go_up_where_the_way_down_is_refused_and_it_is_said),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests_name("sink_reasons", tests, NULL, NULL);
}
