/* daemon/outbox.h - what one uplink still owes its platform, as a pure core:
 * two lanes, live before backlog, the in-flight window, PUBACK and receipt
 * timers, resends, back-off with jitter.  No I/O, no clock.  Time is mono ms.
 * Messages are references into the pool; a message is done when its receipt
 * came (alarm and ledger, receipts required) or its PUBACK (else).
 * Thread: the loop. */
#ifndef RG_DAEMON_OUTBOX_H
#define RG_DAEMON_OUTBOX_H

#include "daemon/record.h"

struct outbox;

#define OUTBOX_TOKEN_MAX 0x7FFFFFFFu /* tokens run from 1; above it is the host's own */

struct outbox_conf {
    uint8_t uplink; /* bit number in the store */
    bool receipts;
    uint64_t seed; /* of the jitter */
    uint64_t epoch;
    uint64_t owed[LANES]; /* how much of earlier epochs waits in the store */
};

enum outbox_what {
    OUTBOX_SLEEP,      /* nothing before until_ms */
    OUTBOX_CONNECT,    /* try now */
    OUTBOX_DISCONNECT, /* own PUBACK timer ran out: the link is dead */
    OUTBOX_SEND,       /* publish msg with QoS 1; replay says which ending it takes */
    OUTBOX_FETCH,      /* ask the store; answer with outbox_fetched() */
    OUTBOX_DONE,       /* tell the store that `done` is done */
    OUTBOX_EXPIRED     /* asked for and no longer kept: fetch.topic, epoch, from_seq..to_seq */
};

struct outbox_action {
    enum outbox_what what;
    int64_t until_ms;
    const struct message *msg;
    bool replay;
    uint32_t token; /* names this sending; comes back with the PUBACK */
    struct fetch fetch;
    struct done done;
};

int outbox_new(struct outbox **out, const struct outbox_conf *c, struct message_pool *pool,
               int64_t now_ms);
void outbox_free(struct outbox *o);

void outbox_next(struct outbox *o, int64_t now_ms, struct outbox_action *a);

/* A message was made; takes its own reference if it keeps it.  Without room,
 * the message waits in the store and is fetched later. */
void outbox_add(struct outbox *o, struct message *m, int64_t now_ms);
void outbox_up(struct outbox *o, int64_t now_ms);
/* refused: credentials or identity refused, retry every 60 s only. */
void outbox_down(struct outbox *o, bool refused, int64_t now_ms);
void outbox_puback(struct outbox *o, uint32_t token, bool ok, int64_t now_ms);
/* Receipts name (topic, epoch, seq); upto true: all up to seq of that epoch.
 * RG_EINVAL: beyond what was sent, or unknown; counted, changes nothing. */
int outbox_receipt(struct outbox *o, enum topic t, uint64_t epoch, uint64_t seq, bool upto,
                   int64_t now_ms);
/* The platform asks for a range again.  RG_EFULL when one is already served. */
int outbox_resend(struct outbox *o, enum topic t, uint64_t epoch, uint64_t from, uint64_t to,
                  int64_t now_ms);
/* The answer to OUTBOX_FETCH; takes over the references in f->v[0..n-1] and
 * drops the unused ones. */
void outbox_fetched(struct outbox *o, struct fetch *f, int64_t now_ms);
/* The host's own messages share the window of backlog, one at a time and in
 * turn with it, and never go before a live alarm.  It says whether one waits
 * before it calls outbox_next(), and sends it when that sleeps. */
void outbox_host_waits(struct outbox *o, bool waits);
bool outbox_host_may_send(const struct outbox *o);
void outbox_host_sent(struct outbox *o, int64_t now_ms);
void outbox_host_puback(struct outbox *o, int64_t now_ms);
/* For a host without memory.  May m be given up here: it is not on its way?
 * outbox_forget() lets it go and says whether it was still owed. */
bool outbox_may_forget(const struct outbox *o, const struct message *m);
bool outbox_forget(struct outbox *o, const struct message *m);
/* No alarm waits to leave, be it for the disk, or is on its way; or the link is
 * down, and nothing can. */
bool outbox_is_drained(const struct outbox *o);

struct outbox_stats {
    bool up;
    int64_t up_since_ms;     /* valid when up */
    int64_t down_since_ms;   /* valid when !up */
    uint64_t queue[LANES];   /* not done, as far as known here */
    int64_t oldest_born_ms;  /* INT64_MAX: none; INT64_MIN: of an earlier epoch */
    int64_t oldest_utc_ms;   /* then: its time where it is known, else 0 */
    int64_t last_receipt_ms; /* INT64_MIN: none yet */
    uint64_t bad_receipts;
    uint64_t sent, resent;
};
void outbox_stats(const struct outbox *o, struct outbox_stats *out);

#endif
