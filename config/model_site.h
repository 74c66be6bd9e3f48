/* config/model_site.h - where the plant is connected: site, buses, uplinks.
 * Part of model.h, which says who owns it.  Thread: any (immutable). */
#ifndef RG_CONFIG_MODEL_SITE_H
#define RG_CONFIG_MODEL_SITE_H

#include <stdbool.h>
#include <stdint.h>

/* Either may be NULL where the file gave none; text_pick() falls back. */
struct text {
    const char *zh;
    const char *en;
};

enum bus_kind { BUS_TCP, BUS_RTU, BUS_RTU_OVER_TCP, BUS_KINDS };

struct site_conf {
    const char *ent; /* enterprise code of the county */
    const char *gw;  /* gateway number within the enterprise */
    struct text name;
    int zone_min; /* minutes east of UTC, the label of every ts */
};

struct bus_conf {
    const char *name;
    enum bus_kind kind;
    const char *host; /* TCP, RTU over TCP: name or address */
    uint16_t port;
    const char *device; /* RTU: path of the tty */
    uint32_t baud;
    uint8_t data_bits; /* 7, 8 */
    char parity;       /* 'N', 'E', 'O' */
    uint8_t stop_bits; /* 1, 2 */
    int64_t timeout_ms;
    int64_t pause_ms; /* silence kept after each transaction, beyond the frame gap */
    int64_t late_guard_ms;
    uint8_t retries;
    const char *file; /* where it is written, for people */
    int line, col;
    uint8_t dead_share_pct; /* of the line's time, for all that is silent, at most */
    uint8_t in_flight;      /* requests on their way at once, TCP; 0 or 1: one */
};

/* What a person may set aside, and for how long at most. */
struct shelve_conf {
    int64_t max_ms;
    bool p1; /* also alarms of priority 1 */
};

/* Resolved paths of PEM files; NULL: none. */
struct tls_conf {
    const char *ca;         /* NULL: plain TCP */
    const char *cert, *key; /* both or none */
    const char *crl;
};

struct uplink_conf {
    const char *name;
    const char *host;
    uint16_t port;
    uint8_t protocol; /* 4: MQTT 3.1.1, 5: MQTT 5 */
    const char *client_id;
    const char *user;          /* NULL: none */
    const char *password_file; /* NULL: none; resolved path */
    struct tls_conf tls;
    int keepalive_s;
    bool receipts; /* required; else PUBACK ends a message */
};

#endif
