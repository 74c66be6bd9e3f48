/* daemon/sink.h - the way of bytes to one platform, behind a bounded queue.
 * A const vtable, so that HTTP and spool sinks can join.  Calls are made on
 * the loop and never block; what happened comes back through `notify`, also on
 * the loop.  Thread: the loop; the sink's own threads stay inside. */
#ifndef RG_DAEMON_SINK_H
#define RG_DAEMON_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/model.h"

enum sink_event_type {
    SINK_UP,      /* CONNACK and SUBACK are there; text: what is wrong all the same */
    SINK_DOWN,    /* connect failed, or the link is lost */
    SINK_REFUSED, /* credentials, identity or protocol refused */
    SINK_PUBACK,  /* token; ok false: the broker said no (reason code) */
    SINK_MESSAGE, /* a downlink message */
    SINK_CERT     /* due_utc_ms, ends_utc_ms; text: which certificate, and what of it */
};

struct sink_event {
    enum sink_event_type type;
    uint32_t token;
    bool ok;
    int reason;        /* MQTT reason or return code, 0: none */
    char text[96];     /* for log and status */
    const char *topic; /* SINK_MESSAGE: valid during the call */
    const void *body;
    size_t len;
    bool is_retained;                /* it stood there before we asked */
    int64_t due_utc_ms, ends_utc_ms; /* SINK_CERT: as in struct cert_state */
};

typedef void sink_notify(void *ctx, const struct sink_event *ev);

struct sink;
struct uv_loop_s;

struct sink_conf {
    const struct uplink_conf *uplink;
    const char *will_topic;   /* copied, as the next two */
    const char *subscribe[2]; /* down/receipt, down/request */
    const char *listen;       /* a topic that the broker may refuse; NULL: none */
    int64_t look_ms;          /* certificates are looked at so often; 0: each minute */
};

struct sink_kind {
    const char *name;
    int (*open)(struct sink **out, struct uv_loop_s *loop, const struct sink_conf *c,
                sink_notify *notify, void *ctx);
    /* Answered by SINK_UP, SINK_DOWN or SINK_REFUSED within 10 s.  will: its
     * bytes as of now, copied. */
    void (*connect)(struct sink *s, const char *will, size_t len);
    /* What is on its way is forgotten; nothing more is told of this connection. */
    void (*disconnect)(struct sink *s);
    /* false: the queue is full, nothing was taken. */
    bool (*publish)(struct sink *s, const char *topic, const void *body, size_t len, bool retain,
                    uint32_t token);
    /* Says goodbye to the broker and ends the threads; closed() is called on the
     * loop when all is gone. */
    void (*close)(struct sink *s, void (*closed)(void *ctx), void *ctx);
};

extern const struct sink_kind sink_mqtt;

#endif
