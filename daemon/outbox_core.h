/* daemon/outbox_core.h - what the outbox's files share.  Thread: the loop. */
#ifndef RG_DAEMON_OUTBOX_CORE_H
#define RG_DAEMON_OUTBOX_CORE_H

#include "daemon/backoff.h"
#include "daemon/outbox_shelf.h"

#define OUTBOX_FETCH_WAIT_MS 1000 /* between a failed fetch and the next */
#define OUTBOX_FETCH_LATE_MS 2000 /* so long, and the store counts as stuck */
#define OUTBOX_DONES         1024
#define OUTBOX_EPOCHS        16
#define OUTBOX_GAPS          (FETCH_MAX + 1)

enum link_state { LINK_DOWN, LINK_CONNECTING, LINK_UP };

/* How far this uplink has sent in one epoch; a receipt beyond it is a lie. */
struct reach {
    uint64_t epoch;
    uint64_t seq[NUMBERED_TOPICS];
};

struct gap {
    uint64_t from, to;
};

/* A range that the platform wants again. */
struct asked {
    bool active;
    enum topic topic;
    uint64_t epoch, next, to;
    int64_t after_ms;
    struct item v[FETCH_MAX];
    size_t n;
    struct gap gaps[OUTBOX_GAPS];
    size_t n_gaps;
};

/* A sending whose receipt came before its PUBACK: the message is done, its
 * place in the window is not free yet. */
struct orphan {
    uint32_t token;
    int64_t due_ms;
};

/* The host's own message in the window: one at a time, in turn with backlog. */
struct host {
    bool waits;
    bool flies;
    bool had_turn;  /* backlog goes next, if there is any */
    int64_t due_ms; /* as an item's */
};

struct outbox {
    struct outbox_conf conf;
    struct message_pool *pool;
    struct shelf shelves[LANES];
    struct asked asked;
    struct backoff backoff;
    enum link_state link;
    bool refused;
    int64_t retry_ms;
    int64_t up_ms;
    int64_t puback_ms; /* the last one, or the connect */
    int64_t down_ms;
    size_t window; /* for all but live alarms; follows the PUBACKs */
    struct host host;
    uint32_t token;
    struct orphan orphans[OUTBOX_WINDOW];
    size_t n_orphans;
    bool fetching, fetch_stale;
    int64_t fetch_ms;
    struct reach reach[OUTBOX_EPOCHS];
    size_t reach_next;
    uint64_t dones[OUTBOX_DONES]; /* so that none is sent again while its mark is on its way */
    size_t dones_next;
    int64_t last_receipt_ms;
    uint64_t bad_receipts, sent, resent;
};

struct reach *outbox_reach(struct outbox *o, uint64_t epoch); /* NULL: none */

/* outbox_fetch.c */
bool outbox_fetch_next(struct outbox *o, struct fetch *f, int64_t now_ms);
void asked_forget(struct outbox *o);
void asked_puback(struct outbox *o, uint32_t token);
struct item *asked_choose(struct outbox *o);
bool asked_take_gap(struct outbox *o, struct outbox_action *a);

#endif
