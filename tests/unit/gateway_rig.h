/* tests/unit/gateway_rig.h - the real gateway between a store and brokers of
 * cardboard, on a virtual clock: the store keeps rows and states and may fail,
 * hang or be killed with the process; a broker takes what is published and
 * answers as it is told. */
#ifndef RG_TESTS_UNIT_GATEWAY_RIG_H
#define RG_TESTS_UNIT_GATEWAY_RIG_H

#include "daemon/gateway.h"

#define GRIG_POINTS  64
#define GRIG_UPLINKS 8
#define GRIG_ROWS    8192
#define GRIG_SENT    32768
#define GRIG_AUDIT   64

enum grig_store { GRIG_GOOD, GRIG_FAILS, GRIG_HANGS };

struct grig_row { /* one stored message */
    uint64_t id, epoch, seq;
    enum topic topic;
    int64_t utc_ms;
    uint64_t life; /* the process that made it */
    int64_t born_ms;
    uint32_t owed;
    uint16_t len;
    char *body;
};

struct grig_sent { /* one publish */
    int64_t at_ms;
    uint32_t uplink;
    uint32_t token;
    bool retain;
    bool acked;
    char *topic; /* behind riskgw/v1/ENT/GW/ */
    char *body;
};

struct grig_link {
    bool accepts; /* the next connect; else it fails */
    bool refuses; /* with a reason */
    bool is_up;
    bool holds_acks; /* no PUBACK until grig_ack_all() */
    bool receipts;   /* the platform answers every numbered message at once */
    unsigned connects, disconnects;
};

struct grig {
    struct plant plant;
    struct bus_conf buses[2];
    struct unit_conf units[2];
    struct point_conf points[GRIG_POINTS];
    struct uplink_conf uplinks[GRIG_UPLINKS];
    struct gateway *g;
    int64_t now_ms, began_ms; /* the rig's own clock; start of this process */
    bool sync;
    uint64_t epoch, life;
    struct store_prev prev;
    bool is_volatile;
    enum grig_store store;
    struct batch *hung;
    struct fetch *asked; /* while the store hangs */
    uint32_t asked_by;
    struct grig_row rows[GRIG_ROWS];
    size_t n_rows;
    struct saved_alarm states[4 * GRIG_POINTS];
    size_t n_states;
    unsigned commits;
    char audit[GRIG_AUDIT][512]; /* the last rows of the trail */
    size_t n_audit;
    struct grig_link links[GRIG_UPLINKS];
    struct grig_sent sent[GRIG_SENT];
    size_t n_sent, from; /* counted from `from` on */
};

/* The plant: points p0, p1, ... on bus b, H at 100, clear below 90, polled each
 * hour; may be changed before grig_start(). */
void grig_init(struct grig *r, size_t n_points, size_t n_uplinks);
void grig_start(struct grig *r);
void grig_stop(struct grig *r);
/* kill -9, and a start `down_ms` later from what the store has. */
void grig_kill(struct grig *r, int64_t down_ms);

struct stamp grig_now(const struct grig *r);
void grig_to(struct grig *r, int64_t ms); /* everything due until then happens */
void grig_run(struct grig *r);            /* everything due now */
void grig_value(struct grig *r, uint32_t point, double val);
void grig_poll(struct grig *r, double val, int64_t until_ms); /* all points, each second */
void grig_store(struct grig *r, enum grig_store mode);        /* what hung is answered */
void grig_link_down(struct grig *r, uint32_t uplink);
void grig_ack_all(struct grig *r, uint32_t uplink);
void grig_receipt(struct grig *r, uint32_t uplink, const char *body); /* and grig_run() */
void grig_request(struct grig *r, uint32_t uplink, const char *body);

/* How often a message with this topic and, unless NULL, this text was sent. */
size_t grig_count(const struct grig *r, const char *topic, const char *text);
/* The last such message, or NULL. */
const struct grig_sent *grig_last(const struct grig *r, const char *topic, const char *text);
void grig_forget(struct grig *r); /* count from here on */
uint64_t grig_queue(const struct grig *r, uint32_t uplink, enum lane lane);

#endif
