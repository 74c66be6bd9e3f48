/* daemon/sink_core.h - inside of sink_*.c: one MQTT sink, its slots, and what
 * the loop and the one sink thread of the process tell each other about it.
 * Locks: a callback holds paho's lock and takes ours, so nobody calls paho
 * while he holds ours.  Thread: as each part says. */
#ifndef RG_DAEMON_SINK_CORE_H
#define RG_DAEMON_SINK_CORE_H

#include <MQTTAsync.h>
#include <uv.h>

#include "daemon/downlink.h"
#include "daemon/sink.h"
#include "daemon/sink_inbox.h"
#include "daemon/sink_tls.h"

#define SINK_SLOTS      32    /* twice the window of the outbox */
#define SINK_FLYING_MAX 16384 /* bytes without a PUBACK */
#define SINK_TOPIC_MAX  176
#define SINK_NEEDED     2 /* topics without which the way down is not whole */
#define SINK_TOPICS     3
#define SINK_WILL_MAX   1024
#define SINK_URI_MAX    80
#define SINK_ADDRESSES  4

/* FREE and ANSWERED are the loop's to change, QUEUED and SENDING the thread's,
 * FLYING the callbacks'. */
enum slot_state { SLOT_FREE, SLOT_QUEUED, SLOT_SENDING, SLOT_FLYING, SLOT_ANSWERED };

/* One message from publish() to its PUBACK. */
struct slot {
    struct sink *sink;
    enum slot_state state;
    unsigned attempt;
    uint32_t token;
    bool retain;
    bool ok;
    int reason;
    size_t len;
    char topic[SINK_TOPIC_MAX];
    char body[MESSAGE_MAX];
};

/* What has become of one attempt to be connected. */
struct fate {
    bool is_connected; /* CONNACK */
    bool is_up;        /* and SUBACK */
    bool is_over;
    bool is_refused;
    int reason;
    char text[96];
};

struct sink {
    /* the loop's */
    const struct uplink_conf *uplink;
    char will_topic[SINK_TOPIC_MAX];
    char subscribe[SINK_TOPICS][SINK_TOPIC_MAX];
    size_t n_topics; /* the third may be missing */
    sink_notify *notify;
    void *ctx;
    void (*closed)(void *ctx);
    void *closed_ctx;
    uv_loop_t *loop;
    uv_async_t async;
    uv_timer_t bound; /* of an attempt that is neither up nor over */
    uv_timer_t look;  /* at the certificates */
    int handles;
    uv_getaddrinfo_t lookup;
    bool is_looking_up;
    bool is_over; /* nothing more is told of this attempt */
    bool is_told_up;
    char address[SINK_ADDRESSES][SINK_URI_MAX];
    size_t n_addresses, next_address;
    struct inbox taken;

    /* under sink_lock() */
    unsigned attempt; /* the one that the loop wants, from 1 */
    bool may_start;   /* its address is known */
    bool must_end;
    bool must_close;
    bool is_closed;
    bool must_look;
    char uri[SINK_URI_MAX];
    char will[SINK_WILL_MAX];
    size_t will_len;
    struct slot slots[SINK_SLOTS];
    uint8_t queue[SINK_SLOTS]; /* of slots, in order */
    size_t n_queue;
    struct fate fate; /* of `attempt` */
    struct inbox inbox;
    unsigned running; /* the attempt whose callbacks may come, 0: none */

    struct sink_tls tls;

    /* the sink thread's */
    MQTTAsync handle;
    bool is_subscribed;
    bool is_disconnected; /* under the lock */
    struct sink *next;    /* under the lock */
};

/* sink_thread.c: one thread for all sinks of the process, as paho is one. */
int sink_thread_join(struct sink *s);   /* the loop: begin to serve s */
void sink_thread_leave(struct sink *s); /* the loop, after is_closed */
void sink_lock(void);
void sink_unlock(void);
void sink_wake(void); /* there is something to do; under the lock */
/* Under the lock: until somebody wakes, false at until_us (monotonic). */
bool sink_wait(int64_t until_us);

/* "tcp://1.2.3.4:1883"; false: neither IPv4 nor IPv6. */
bool sink_uri(char out[SINK_URI_MAX], const char *scheme, const struct sockaddr *at);
/* Under the lock: the attempt that is on its way to `uri` and has not begun its
 * handshake; NULL: none.  No two are on their way to one. */
struct sink *sink_on_the_way(const char *uri);

#endif
