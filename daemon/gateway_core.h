/* daemon/gateway_core.h - what the gateway's own files share.  Thread: the loop. */
#ifndef RG_DAEMON_GATEWAY_CORE_H
#define RG_DAEMON_GATEWAY_CORE_H

#include "config/err.h"
#include "daemon/gateway_samples.h"
#include "daemon/gateway_watch.h"
#include "daemon/identity.h"
#include "daemon/journal.h"
#include "daemon/payload_config.h"
#include "daemon/recorder.h"

#define TOPIC_NAME_MAX 160
#define LOSSES_MAX     64
#define REASON_EXPIRED "expired"               /* asked for, and no longer kept */
#define RETAIN_TOKEN   (OUTBOX_TOKEN_MAX + 1u) /* set in the tokens of retained messages */

/* What was last said of one of the gateway's own faults. */
enum said { SAID_NOTHING, SAID_GOOD, SAID_BAD };

/* What an uplink is still to be shown of the retained topics: due, and how far
 * it came.  No queue: a newer picture replaces the one that was not sent. */
struct retained {
    bool status;
    bool active;
    bool active_again; /* it changed since the first part of this round */
    bool meta;
    struct active_cursor active_at;
    struct meta_cursor meta_at;
    uint16_t active_shown, meta_shown; /* parts that the broker may hold */
    bool flies;                        /* one is on its way: the next waits for its PUBACK */
    uint32_t token;
};

enum stop_state { STOP_NOT, STOP_DUE, STOP_SENT, STOP_DONE };

struct link {
    struct outbox *outbox;
    struct fetch fetch;
    struct retained retained;
    enum stop_state stop;
    bool up;
    int64_t up_ms; /* when it came up last */
    bool refused;
    enum said said, cert_said;
    struct cert_state cert;
    unsigned short_lives; /* in a row, up to the last one */
    struct identity_wills wills;
    bool is_shared; /* another gateway was seen under our name */
    int64_t shared_ms;
    char why[96]; /* it is down, for people */
    uint64_t malformed;
    int64_t meta_ms, resend_ms; /* a request is served again from here on */
};

struct gateway {
    struct gateway_conf conf;
    struct store_prev prev;
    struct engine *engine;
    struct message_pool *pool;
    struct journal *journal;
    struct recorder *recorder;
    struct envelope env;
    struct link links[PLANT_UPLINKS_MAX];
    size_t n_links;
    size_t turn; /* whose link is asked first */
    uint32_t all_bits;
    double *use_pct;
    int64_t store_bytes;
    uint64_t next_id;
    uint64_t seq[NUMBERED_TOPICS];     /* last one given */
    uint64_t durable[NUMBERED_TOPICS]; /* last one that the store has */
    uint64_t good_seq; /* last alarm number that must be durable before it is told */
    struct lost lost[LOSSES_MAX];
    size_t n_lost;
    int64_t ledger_ms;
    struct audit_head audit; /* as the store has it */
    enum said store_said, time_said, identity_said;
    bool on_last_good; /* configuration */
    bool store_proven; /* a commit of this epoch was good */
    bool active_dirty;
    int64_t active_ms; /* not before */
    int64_t status_ms, telemetry_ms, began_ms;
    bool stopping;
    int64_t stop_ms;
    uint32_t retain_token;
    const struct config_news *news; /* of the configuration event that is being told */
    char topics[TOPICS][TOPIC_NAME_MAX];
    char down[2][TOPIC_NAME_MAX];
    char part_topic[TOPIC_NAME_MAX + 16];
    char scratch[MESSAGE_MAX];
};

/* gateway_make.c: messages out of events and points */
void gateway_drain(struct gateway *g, struct stamp now);
void gateway_telemetry(struct gateway *g, struct stamp now);
void gateway_ledger(struct gateway *g, struct stamp now);
void gateway_lost(struct gateway *g, const struct lost *l);
/* A message of the pool for what is no message of a platform; NULL: none is left. */
struct message *gateway_take(struct gateway *g);

/* gateway_tick.c: what the gateway says of itself, and when */
void gateway_watch_store(struct gateway *g, struct stamp now);
void gateway_say(struct gateway *g, enum said *said, enum said is, enum sys_fault f,
                 uint32_t uplink, struct stamp now);
void gateway_watch_self(struct gateway *g, struct stamp now); /* gateway_watch.c */
void gateway_watch_link(struct gateway *g, uint32_t uplink, struct stamp now);
int64_t gateway_timers(const struct gateway *g);

/* gateway_retain.c: status, active, meta, and the end */
void retained_begin(struct link *l);
void retained_show_active(struct retained *r);
bool retained_next(struct gateway *g, uint32_t uplink, struct stamp now, struct gateway_action *a);
int64_t retained_until(const struct gateway *g, uint32_t uplink, int64_t now_ms);
bool retained_waits(const struct gateway *g, uint32_t uplink);
void retained_puback(struct link *l, uint32_t token, int64_t now_ms);

void gateway_sooner(int64_t *until_ms, int64_t at_ms);

#endif
