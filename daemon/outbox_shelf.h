/* daemon/outbox_shelf.h - one lane of an outbox: a shelf of the messages that
 * stand in memory, sorted by id.
 * Of all that is owed, an id is either on the shelf, or in the store below
 * `floor` and above `cursor`, from where it will be fetched.  Thread: the loop. */
#ifndef RG_DAEMON_OUTBOX_SHELF_H
#define RG_DAEMON_OUTBOX_SHELF_H

#include "daemon/outbox.h"

#define NO_FLOOR          ((uint64_t)INT64_MAX) /* as much as the store can compare */
#define OUTBOX_WINDOW     16                    /* on their way at once */
#define OUTBOX_BACK_MAX   12                    /* of them other than live alarms */
#define OUTBOX_TELE_MAX   4                     /* of them telemetry */
#define OUTBOX_EARLY_MS   300                   /* Source: the published contract, early bad news */
#define OUTBOX_PUBACK_MS  10000                 /* without any PUBACK the link is dead */
#define OUTBOX_STUCK_MS   60000                 /* without its own, whatever else is answered */
#define OUTBOX_RESEND_MS  30000                 /* Source: the published contract, receipt */
#define OUTBOX_RESEND_MAX 600000
#define OUTBOX_REPLAY_MS  5000 /* Source: the published contract, replay */

enum item_state {
    ITEM_WAITS, /* to be sent, or sent again after a new connect */
    ITEM_FLIES, /* sent; due_ms: OUTBOX_PUBACK_MS after it */
    ITEM_ACKED, /* due_ms: it goes again unless its receipt is there */
    ITEM_DONE   /* the store is not told yet */
};

struct item {
    struct message *msg;
    enum item_state state;
    uint32_t token;
    bool live;       /* made in this connection: before all backlog */
    bool sent;       /* since it stands here */
    bool second;     /* its bytes may have left before */
    bool known_done; /* it was counted as done before */
    int64_t due_ms;
    int64_t wait_ms; /* from the PUBACK to the next resend */
};

struct shelf {
    struct item *v;
    size_t n, size;
    size_t cap;      /* above it, what is durable goes back to the store */
    uint64_t floor;  /* ids from here on are on the shelf or done */
    uint64_t cursor; /* ids up to here are on the shelf or done */
    bool exhausted;  /* nothing waits between cursor and floor */
    bool shed;       /* something went back to the store since the last fetch began */
    bool troubled;   /* the last fetch failed */
    int64_t fetch_after_ms;
    int64_t unseen_born_ms; /* the oldest that is only in the store; INT64_MAX: none */
    uint64_t owed;
};

int shelf_init(struct shelf *s, size_t size, uint64_t owed);
void shelf_fini(struct shelf *s);
/* Takes over one reference of m; NULL when there is no room or it is there. */
struct item *shelf_put(struct shelf *s, struct message *m);
void shelf_remove(struct shelf *s, struct message_pool *pool, size_t i);
/* Give memory back: what is durable and not on its way, oldest first, until at
 * most `keep` are left.  It waits in the store again. */
void shelf_shed(struct shelf *s, struct message_pool *pool, size_t keep);
/* The same for backlog that is not in its turn yet: it blocks what is. */
void shelf_make_room(struct shelf *s, struct message_pool *pool, size_t keep);
void shelf_done(struct shelf *s, struct item *it);
struct item *shelf_find_token(struct shelf *s, uint32_t token);
struct item *shelf_find_message(const struct shelf *s, const struct message *m);
/* A new connection: all goes again, as backlog; begin from the oldest. */
void shelf_reset(struct shelf *s, struct message_pool *pool, size_t keep);
void shelf_rewind(struct shelf *s);

bool message_may_leave(const struct message *m, int64_t now_ms);
/* The first that may leave now; live or backlog.  hasty: do not wait for older
 * backlog that the store can't give. */
struct item *shelf_first(const struct shelf *s, bool live, bool hasty, int64_t now_ms);
struct item *shelf_first_due(const struct shelf *s, enum item_state state, int64_t now_ms);
size_t shelf_count(const struct shelf *s, enum item_state state, bool live);
/* due_ms of the first that flies, INT64_MAX: none does. */
int64_t shelf_first_sent(const struct shelf *s);
/* When something on the shelf may leave next without an answer from outside. */
int64_t shelf_until(const struct shelf *s, int64_t now_ms);

#endif
