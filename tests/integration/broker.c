#include "tests/integration/broker.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/err.h"

#define BOUND_MS 20000
#define LOOK_MS  10

static int on_loopback(struct sockaddr_in *at, uint16_t port)
{
    *at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) };
    at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static uint16_t free_port(void)
{
    struct sockaddr_in at;
    socklen_t len = sizeof at;
    int fd = on_loopback(&at, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    close(fd);
    return ntohs(at.sin_port);
}

static bool answers(uint16_t port)
{
    struct sockaddr_in at;
    int fd = on_loopback(&at, port);
    bool is_there = connect(fd, (struct sockaddr *)&at, sizeof at) == 0;

    close(fd);
    return is_there;
}

void broker_restart(struct broker *b)
{
    char conf[128];

    snprintf(conf, sizeof conf, "%s/mosquitto.conf", b->folder);
    b->pid = fork();
    if (b->pid == 0) {
        int out = open("/dev/null", O_WRONLY);
        dup2(out, STDERR_FILENO);
        execl("/usr/sbin/mosquitto", "mosquitto", "-c", conf, (char *)NULL);
        _exit(127);
    }
    for (int tries = 0; !answers(b->port); tries++) {
        assert_true(tries < BOUND_MS / LOOK_MS);
        poll(NULL, 0, LOOK_MS);
    }
}

const char *broker_file(const struct broker *b, const char *name, const char *text, mode_t mode)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", b->folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
    return path;
}

void broker_start(struct broker *b, const char *extra)
{
    const char *base = getenv("TMPDIR");
    const char *mark = strstr(extra, "%s");
    char conf[1024];

    if (b->folder[0] == '\0') {
        snprintf(b->folder, sizeof b->folder, "%s/rg-broker-XXXXXX", base != NULL ? base : "/tmp");
        assert_non_null(mkdtemp(b->folder));
        chmod(b->folder, 0755); /* mosquitto gives its rights up */
    }
    b->port = free_port();
    size_t before = mark == NULL ? strlen(extra) : (size_t)(mark - extra);
    snprintf(conf, sizeof conf, "listener %u 127.0.0.1\n%.*s%s%s\n", b->port, (int)before, extra,
             mark == NULL ? "" : b->folder, mark == NULL ? "" : mark + 2);
    broker_file(b, "mosquitto.conf", conf, 0644);
    broker_restart(b);
}

void broker_kill(struct broker *b, int sig)
{
    if (b->pid <= 0)
        return;
    kill(b->pid, sig);
    if (sig == SIGSTOP || sig == SIGCONT)
        return;
    waitpid(b->pid, NULL, 0);
    b->pid = 0;
}

void broker_end(struct broker *b)
{
    DIR *dir;
    struct dirent *entry;

    broker_kill(b, SIGKILL);
    dir = opendir(b->folder);
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    rmdir(b->folder);
}

/* --- one sink --- */

static void keep_message(struct end *e, const struct sink_event *ev)
{
    size_t i = e->messages % SEEN_MAX;

    snprintf(e->topic[i], sizeof e->topic[i], "%s", ev->topic);
    snprintf(e->body[i], sizeof e->body[i], "%.*s", ev->len < 95 ? (int)ev->len : 95,
             (const char *)ev->body);
    e->body_len[i] = ev->len;
    e->messages++;
}

static void told(void *ctx, const struct sink_event *ev)
{
    struct end *e = ctx;

    if (ev->type != SINK_CERT)
        e->reason = ev->reason;
    if (ev->type != SINK_MESSAGE && ev->type != SINK_PUBACK && ev->type != SINK_CERT)
        snprintf(e->text, sizeof e->text, "%s", ev->text);
    switch (ev->type) {
    case SINK_UP:
        e->up++;
        break;
    case SINK_DOWN:
        e->down++;
        e->ended++;
        break;
    case SINK_REFUSED:
        e->refused++;
        e->ended++;
        break;
    case SINK_PUBACK:
        e->tokens[(e->acked + e->nacked) % SEEN_MAX] = ev->token;
        e->acked += ev->ok;
        e->nacked += !ev->ok;
        break;
    case SINK_MESSAGE:
        keep_message(e, ev);
        break;
    case SINK_CERT:
        e->certs++;
        e->cert = *ev;
        break;
    }
}

struct end *end_open(uv_loop_t *loop, const struct broker *b, const char *name, uint8_t protocol,
                     const char *listens)
{
    struct end *e = calloc(1, sizeof *e);
    char will[64], down[64];
    struct sink_conf c = { .uplink = &e->uplink, .will_topic = will };

    snprintf(e->host, sizeof e->host, "127.0.0.1");
    snprintf(e->client_id, sizeof e->client_id, "%s", name);
    snprintf(will, sizeof will, "test/%s/status", name);
    snprintf(down, sizeof down, "test/%s/down/#", name);
    c.subscribe[0] = listens;
    c.subscribe[1] = down;
    c.look_ms = b->look_ms;
    e->loop = loop;
    e->uplink = (struct uplink_conf){ .name = name,
                                      .host = e->host,
                                      .port = b->port,
                                      .protocol = protocol,
                                      .client_id = e->client_id,
                                      .tls = b->tls,
                                      .keepalive_s = 10 };
    assert_int_equal(sink_mqtt.open(&e->sink, loop, &c, told, e), RG_OK);
    return e;
}

void end_connect(struct end *e, const char *will)
{
    sink_mqtt.connect(e->sink, will, strlen(will));
}

void end_up(struct end *e, const char *will)
{
    size_t before = e->up;

    end_connect(e, will);
    wait_count(e->loop, &e->up, before + 1);
}

bool end_publish(struct end *e, const char *topic, const char *body, bool retain, uint32_t token)
{
    return sink_mqtt.publish(e->sink, topic, body, strlen(body), retain, token);
}

static void closed(void *ctx)
{
    ((struct end *)ctx)->is_closed = true;
}

void end_close(struct end *e)
{
    sink_mqtt.close(e->sink, closed, e);
    while (!e->is_closed)
        uv_run(e->loop, UV_RUN_ONCE);
    free(e);
}

/* --- waiting --- */

/* Often, since a turn of the loop may run a timer and then wait. */
static void ticked(uv_timer_t *t)
{
    ++*(uint64_t *)t->data;
}

static bool turn_until(uv_loop_t *loop, const size_t *count, size_t n, uint64_t ms)
{
    uint64_t ticks = 0;
    uv_timer_t bound = { .data = &ticks };

    uv_update_time(loop);
    uv_timer_init(loop, &bound);
    uv_timer_start(&bound, ticked, LOOK_MS, LOOK_MS);
    while (*count < n && ticks * LOOK_MS < ms)
        uv_run(loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&bound, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
    return *count >= n;
}

void wait_count(uv_loop_t *loop, const size_t *count, size_t n)
{
    assert_true(turn_until(loop, count, n, BOUND_MS));
}

bool stays_below(uv_loop_t *loop, const size_t *count, size_t n, uint64_t ms)
{
    return !turn_until(loop, count, n, ms);
}

size_t threads_now(void)
{
    DIR *dir = opendir("/proc/self/task");
    size_t n = 0;

    while (dir != NULL && readdir(dir) != NULL)
        n++;
    if (dir != NULL)
        closedir(dir);
    return n;
}
