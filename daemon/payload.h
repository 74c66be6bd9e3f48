/* daemon/payload.h - the bytes of every message, made once.
 * Pure: facts in, JSON out into a fixed buffer of MESSAGE_MAX bytes; nothing
 * allocates.  Each function returns the length, or 0 when it can't fit (a
 * programming error that tests look for).  Thread: the loop. */
#ifndef RG_DAEMON_PAYLOAD_H
#define RG_DAEMON_PAYLOAD_H

#include "daemon/message.h"
#include "daemon/record.h"
#include "rules/engine.h"

/* What is the same for every message of an epoch. */
struct envelope {
    const struct plant *plant;
    const struct engine *engine;
    uint64_t epoch;
    bool is_volatile; /* epoch not durable, or the store is in alarm */
    bool clk_sync;
    const char *version;
    const char *install;
    const char *config; /* hash of the configuration, hex */
};

/* One entry of the loss ledger. */
struct lost {
    enum topic topic;
    uint64_t from_epoch, from_seq, to_epoch, to_seq;
    int64_t t0_utc_ms, t1_utc_ms;
    const char *reason; /* disk_full thinned expired damaged power */
};
#define LEDGER_LOST_MAX 8

/* What the status message tells beyond engine and plant. */
struct status_facts {
    uint64_t queue_alarm, queue_telemetry;
    int64_t oldest_s;      /* 0: nothing waits */
    const double *use_pct; /* one per bus */
    bool store_ok;
    int64_t store_bytes;
    bool receipts;           /* all uplinks require them */
    bool last_good;          /* the configuration that runs is not the one in its file */
    struct audit_head audit; /* as recorded */
};

/* ev->seq is the number on the alarm topic. */
size_t payload_event(char *body, const struct envelope *e, const struct event *ev);
/* ev: EV_RESTART with part/parts; prev NULL: unknown (prev and open null). */
uint16_t payload_restart_parts(const struct envelope *e);
size_t payload_restart(char *body, const struct envelope *e, const struct event *ev,
                       const struct store_prev *prev, const char *reason);
/* Points from *point on, as many as fit; *point is moved on to the next one
 * (n_points: all told). */
size_t payload_telemetry(char *body, const struct envelope *e, uint64_t seq, struct stamp at,
                         uint32_t *point);
size_t payload_ledger(char *body, const struct envelope *e, uint64_t seq, struct stamp at,
                      const struct lost *v, size_t n);
uint16_t payload_active_parts(const struct envelope *e);
/* The part of active that comes next, from {0} on.  It begins where the one before
 * ended or, if that is sooner, where a list made anew would begin it: what comes
 * or goes between two parts, also of two rounds, moves no other alarm out of both.
 * Behind the last alarm the parts are empty. */
struct active_cursor {
    uint16_t n, parts;
    size_t slot;
};
size_t payload_active(char *body, const struct envelope *e, struct stamp at,
                      struct active_cursor *c);
size_t payload_status(char *body, const struct envelope *e, struct stamp at,
                      const struct status_facts *f);
/* reason NULL: the will; "stop": the clean end. */
size_t payload_offline(char *body, const struct envelope *e, struct stamp at, const char *reason);
uint16_t payload_meta_parts(const struct envelope *e);
/* The part of meta that comes next, from {0, 0} on, and its first point.  Behind
 * the last point the parts are empty. */
struct meta_cursor {
    uint16_t n;
    size_t point;
};
size_t payload_meta(char *body, const struct envelope *e, struct stamp at, struct meta_cursor *c);

/* Insert "volatile":true before the last key, once. */
void payload_mark_volatile(struct message *m);
/* The bytes to send: the body with replay as asked.  out: MESSAGE_MAX bytes. */
size_t payload_with_replay(char *out, const char *body, size_t len, bool replay);
/* Hash of the open alarms: first 16 hex digits of SHA-256 over the sorted ids,
 * a line feed after each. */
void payload_open_hash(const struct envelope *e, char out[17]);
bool payload_is_monitored(enum quality q);
bool payload_monitored(const struct engine *e, const struct plant *p);
/* ENT-GW-EPOCH-SEQ */
void payload_alarm_id(char *buf, size_t size, const struct plant *p, struct alarm_id id);
/* 2026-11-23T14:02:31.204+08:00 */
void payload_time(char buf[32], int64_t utc_ms, int zone_min);

#endif
