/* tests/integration/broker.h - a real mosquitto on a free port of loopback,
 * and one sink with all that it told, for tests of the uplink. */
#ifndef RG_TESTS_BROKER_H
#define RG_TESTS_BROKER_H

#include <sys/types.h>
#include <uv.h>

#include "daemon/sink.h"

struct broker {
    char folder[64];
    uint16_t port;
    pid_t pid;
    struct tls_conf tls; /* of the ends that are opened to it */
    int64_t look_ms;
};

/* extra: further lines of mosquitto's configuration; %s in it is the folder. */
void broker_start(struct broker *b, const char *extra);
void broker_restart(struct broker *b); /* after broker_kill() */
void broker_kill(struct broker *b, int sig);
void broker_end(struct broker *b); /* kills what still runs, removes the folder */
/* A file in the broker's folder; its path in static storage. */
const char *broker_file(const struct broker *b, const char *name, const char *text, mode_t mode);

#define SEEN_MAX 256

/* A sink and what it told. */
struct end {
    uv_loop_t *loop;
    struct sink *sink;
    struct uplink_conf uplink;
    char host[32];
    char client_id[48];
    size_t up, down, refused, acked, nacked, messages;
    int reason;
    char text[96];
    uint32_t tokens[SEEN_MAX];
    char topic[SEEN_MAX][64];
    char body[SEEN_MAX][96];
    size_t body_len[SEEN_MAX];
    size_t dropped;
    size_t ended; /* down or refused */
    size_t certs;
    struct sink_event cert; /* the last one */
    bool is_closed;
};

/* name: client id and topic of the will ("test/NAME/status").  It listens to
 * `listens` and to "test/NAME/down/#". */
struct end *end_open(uv_loop_t *loop, const struct broker *b, const char *name, uint8_t protocol,
                     const char *listens);
void end_connect(struct end *e, const char *will);
/* Connects and waits until it is up. */
void end_up(struct end *e, const char *will);
bool end_publish(struct end *e, const char *topic, const char *body, bool retain, uint32_t token);
void end_close(struct end *e);
/* Turns the loop until *count is at least n; fails after 20 s. */
void wait_count(uv_loop_t *loop, const size_t *count, size_t n);
/* True when *count stays below n for ms. */
bool stays_below(uv_loop_t *loop, const size_t *count, size_t n, uint64_t ms);
size_t threads_now(void);

#endif
