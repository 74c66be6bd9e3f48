/* daemon/record.h - what the loop asks of the store thread and what it answers:
 * plain data, one struct a job.  Used by journal, outbox (pure) and store. */
#ifndef RG_DAEMON_RECORD_H
#define RG_DAEMON_RECORD_H

#include "daemon/message.h"
#include "rules/engine.h"

/* One change: a message, the alarm state it left behind, or both - one
 * transaction holds them together. */
struct record {
    struct message *msg; /* NULL: state only */
    uint32_t uplinks;    /* bits of the uplinks that owe it to their platform */
    bool has_state;
    struct saved_alarm state; /* a normal, empty state deletes the row */
    int64_t mono_ms;          /* when it was made; the store keeps the latest a epoch */
};

/* A message that an uplink is done with. */
struct done {
    uint64_t id;
    uint8_t uplink; /* bit number */
};

/* The end of the audit trail. */
struct audit_head {
    uint64_t n; /* rows; 0: none */
    unsigned char hash[32];
    uint64_t broken_at; /* the first row that does not fit the chain; 0: none */
};

#define BATCH_RECORDS 256
#define BATCH_DONES   1024
/* One transaction.  Owned by the journal; lent to the store until it answers. */
struct batch {
    struct record records[BATCH_RECORDS];
    size_t n_records;
    struct done dones[BATCH_DONES];
    size_t n_dones;
    struct audit_head audit; /* answer: the end of the trail with this batch */
};

#define FETCH_MAX 32
/* Read back what an uplink still owes, oldest first. */
struct fetch {
    uint8_t uplink;
    enum lane lane;
    uint64_t after_id; /* only ids above this one */
    uint64_t below_id; /* and below this one */
    bool by_seq;       /* a resend request: topic, epoch, from_seq..to_seq instead,
                            owed or not */
    enum topic topic;
    uint64_t epoch, from_seq, to_seq;
    size_t max; /* <= FETCH_MAX */
    /* answer: messages of the pool given by the loop beforehand */
    struct message *v[FETCH_MAX]; /* max of them, filled from the front */
    size_t n;
    bool more;
    int err;
};

/* Last numbers of the last epoch that recorded any, for the restart event. */
struct store_prev {
    bool known; /* false: first start or unreadable */
    bool first; /* no epoch was ever recorded */
    uint64_t epoch;
    uint64_t seq[NUMBERED_TOPICS];
    int64_t died_ms; /* latest mono_ms recorded in it */
    int64_t began_utc_ms;
    int64_t began_boot_ms; /* CLOCK_BOOTTIME when it began */
    char boot_id[40];
    bool clean_stop;
};

#endif
