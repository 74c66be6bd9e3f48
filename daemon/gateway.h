/* daemon/gateway.h - the gateway without its loop: engine, message bytes,
 * journal and outboxes put together as one pure core.  The daemon carries its
 * actions to uv, SQLite and paho; tests/sim/world carries them to a simulated
 * disk, broker and platform.  No I/O, no clock.  After gateway_begin() nothing
 * on the sample path allocates.  Thread: the loop. */
#ifndef RG_DAEMON_GATEWAY_H
#define RG_DAEMON_GATEWAY_H

#include "daemon/outbox.h"
#include "daemon/record.h"

struct gateway;

struct gateway_conf {
    const struct plant *plant;
    uint64_t epoch;
    bool is_volatile;         /* epoch could not be made durable */
    bool clk_sync;            /* the kernel's NTP state, for the first messages */
    const char *version;      /* of the program */
    const char *install;      /* id of this installation */
    const char *config;       /* hash of the configuration, hex */
    const char *start_reason; /* first stop crash watchdog power unknown */
    const struct store_prev *prev;
    uint64_t next_id; /* first free message id in the store */
    uint64_t owed[PLANT_UPLINKS_MAX]
                 [LANES]; /* counts per uplink that the store holds as not done */
    uint64_t seed;
};

enum gateway_what {
    GW_SLEEP,      /* nothing before until_ms (mono) */
    GW_COMMIT,     /* one transaction; answer gateway_committed() */
    GW_FETCH,      /* answer gateway_fetched() */
    GW_RECORD,     /* samples; answer gateway_samples_written() */
    GW_CONNECT,    /* uplink; answer gateway_up()/gateway_down() */
    GW_DISCONNECT, /* uplink */
    GW_PUBLISH     /* uplink, topic, body, token; answer gateway_puback() */
};

struct gateway_action {
    enum gateway_what what;
    int64_t until_ms;
    uint32_t uplink;
    struct batch *batch;          /* GW_COMMIT */
    struct fetch *fetch;          /* GW_FETCH; stays valid until answered */
    struct sample_batch *samples; /* GW_RECORD; lent until answered */
    const char *topic;            /* GW_PUBLISH: whole topic name; valid until the next call */
    const char *body;
    size_t len;
    bool retain;
    uint32_t token; /* never 0; retained ones are paced by it too */
};

int gateway_new(struct gateway **out, const struct gateway_conf *c, struct stamp now);
void gateway_free(struct gateway *g);

/* In this order: restore (0 or 1 time), begin, then anything. */
int gateway_restore(struct gateway *g, const struct saved_alarm *v, size_t n, int64_t shift_ms,
                    int64_t died_ms, struct stamp now);
void gateway_begin(struct gateway *g, struct stamp now); /* the restart event */

void gateway_sample(struct gateway *g, const struct sample *s, struct stamp now);
/* Timers; call at until_ms and after each batch of samples. */
void gateway_tick(struct gateway *g, bool clk_sync, struct stamp now);
void gateway_gap(struct gateway *g, int64_t from_ms, struct stamp now); /* engine_gap() */
void gateway_clock_step(struct gateway *g, int64_t offset_ms, struct stamp now);
void gateway_bus_use(struct gateway *g, uint32_t bus, double use_pct);
void gateway_store_bytes(struct gateway *g, int64_t bytes);
void gateway_config_fault(struct gateway *g, bool bad, struct stamp now); /* the last good runs */

int gateway_ack(struct gateway *g, const char *rule, const char *by, const char *comment,
                struct stamp now);
int gateway_reset(struct gateway *g, const char *rule, const char *by, struct stamp now);

void gateway_next(struct gateway *g, struct stamp now, struct gateway_action *a);
void gateway_committed(struct gateway *g, struct batch *b, int err, struct stamp now);
void gateway_fetched(struct gateway *g, uint32_t uplink, struct fetch *f, struct stamp now);
void gateway_up(struct gateway *g, uint32_t uplink, struct stamp now);
/* refused: the broker said no to us, not the network. */
void gateway_down(struct gateway *g, uint32_t uplink, bool refused, struct stamp now);
void gateway_puback(struct gateway *g, uint32_t uplink, uint32_t token, bool ok, struct stamp now);
/* A message on .../down/receipt or .../down/request; untrusted bytes.
 * RG_EINVAL: malformed, counted. */
int gateway_downlink(struct gateway *g, uint32_t uplink, const char *topic, const void *body,
                     size_t len, struct stamp now);
/* The bytes of the will for a connect now, into MESSAGE_MAX bytes. */
size_t gateway_will(const struct gateway *g, char *body, struct stamp now);
/* SIGTERM: publish the stop status, commit what is left.  gateway_idle() says
 * when nothing is owed any more that can still be done in time. */
void gateway_stop(struct gateway *g, struct stamp now);
bool gateway_idle(const struct gateway *g);
/* Nothing waits for the disk: only then did this epoch end cleanly. */
bool gateway_is_recorded(const struct gateway *g);

const struct engine *gateway_engine(const struct gateway *g);
const struct plant *gateway_plant(const struct gateway *g);
/* Why an uplink is not connected, or not whole, for people; "" when all is well. */
void gateway_uplink_note(struct gateway *g, uint32_t uplink, const char *why);
const char *gateway_uplink_why(const struct gateway *g, uint32_t uplink);
int64_t gateway_oldest_ms(const struct outbox_stats *s, struct stamp now); /* 0: nothing waits */
void gateway_uplink_stats(const struct gateway *g, uint32_t uplink, struct outbox_stats *out);
bool gateway_store_ok(const struct gateway *g);
/* What status says beyond engine and plant, and what is the same for every
 * message (payload.h); f->use_pct points into the gateway. */
struct envelope;
struct status_facts;
void gateway_facts(const struct gateway *g, struct stamp now, struct envelope *e,
                   struct status_facts *f);

/* Documents of `riskgwctl --json`; the buffer grows (realloc'd, free() it). */
struct buffer {
    char *text;
    size_t len, size;
};
int gateway_json_status(const struct gateway *g, struct buffer *to, struct stamp now);
int gateway_json_points(const struct gateway *g, const char *id, struct buffer *to,
                        struct stamp now);
int gateway_json_alarms(const struct gateway *g, bool all, struct buffer *to, struct stamp now);

#endif
