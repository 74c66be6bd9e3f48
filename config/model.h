/* config/model.h - one plant as its files describe it: plain, immutable data.
 * plant_load() makes it whole or not at all, plant_free() takes it down; in
 * between nobody writes to it, so any thread may read it.  Every string and
 * array belongs to the plant.  Cross references are indices into its arrays.
 * Durations are ms, levels and ranges in the point's own unit. */
#ifndef RG_CONFIG_MODEL_H
#define RG_CONFIG_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/units.h"

#define PLANT_NONE UINT32_MAX /* "no such index" */
#define PLANT_UPLINKS_MAX 8   /* one bit each in the outbox of the store */
#define PLANT_ID_MAX 63       /* bytes of an id or a bus, area, uplink name */

/* Either may be NULL where the file gave none; text_pick() falls back. */
struct text {
    const char *zh;
    const char *en;
};

enum bus_kind { BUS_TCP, BUS_RTU };
enum value_type { TYPE_BIT, TYPE_U16, TYPE_I16, TYPE_U32, TYPE_I32, TYPE_F32, VALUE_TYPES };
/* Names tell where the bytes of the number 0xAABBCCDD stand on the wire. */
enum byte_order { ORDER_ABCD, ORDER_CDAB, ORDER_BADC, ORDER_DCBA, BYTE_ORDERS };
/* In the order of the value axis; low levels first. */
enum level { LEVEL_LL, LEVEL_L, LEVEL_H, LEVEL_HH, LEVELS, LEVEL_NONE = LEVELS };

struct site_conf {
    const char *ent; /* enterprise code of the county */
    const char *gw;  /* gateway number within the enterprise */
    struct text name;
    int zone_min; /* minutes east of UTC, the label of every ts */
};

struct bus_conf {
    const char *name;
    enum bus_kind kind;
    const char *host; /* TCP: name or address */
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
};

struct area_conf {
    const char *name;
    struct text label;
};

/* One (bus, unit id) pair; made by the loader from the points. */
struct unit_conf {
    uint32_t bus;
    uint8_t unit_id;
    int64_t every_ms; /* the shortest `every` of its points */
};

struct read_conf {
    uint8_t fc;       /* 1, 2, 3, 4 */
    uint16_t address; /* PDU address, base 0 */
    enum value_type type;
    enum byte_order order; /* 32-bit types only */
    double scale;          /* value = raw * scale + offset */
    double offset;
    int8_t decimals; /* for people and JSON; -1: shortest form that reads back (f32) */
};

struct limit_conf {
    bool set;
    double at;
    double clear; /* high: true from val >= at until val < clear; low: <= and > */
    int64_t after_ms;
    int64_t clear_after_ms;
    uint8_t priority; /* 1..4 */
    bool latch;
    const char *basis; /* NULL: none given anywhere */
    struct text act;   /* `do` */
};

struct point_conf {
    const char *id;
    struct text label;
    const char *county; /* NULL: none */
    uint32_t area;      /* PLANT_NONE: none */
    uint32_t bus;
    uint32_t unit; /* index into units */
    int64_t every_ms;
    struct read_conf read;
    enum unit_id unit_of_value; /* UNIT_NONE for bits and bare numbers */
    bool has_range;
    double range_low;
    double range_high;
    struct limit_conf limits[LEVELS];
    const char *file; /* where it is written, for people */
    int line;
};

struct uplink_conf {
    const char *name;
    const char *host;
    uint16_t port;
    uint8_t protocol; /* 4: MQTT 3.1.1, 5: MQTT 5 */
    const char *client_id;
    const char *user;          /* NULL: none */
    const char *password_file; /* NULL: none; resolved path */
    int keepalive_s;
    bool receipts; /* required; else PUBACK ends a message */
};

/* The exact bytes that were checked: what the last good configuration is
 * written from, and what the configuration's hash is made of. */
struct source_file {
    const char *path; /* as opened */
    const char *name; /* relative to the main file's folder, or absolute */
    const char *text;
    size_t len;
};

struct plant {
    struct site_conf site;
    const char *control_socket;
    int64_t telemetry_every_ms;
    int64_t keep_ms;
    int64_t keep_sent_ms;
    int64_t max_bytes;
    struct bus_conf *buses;
    size_t n_buses;
    struct area_conf *areas;
    size_t n_areas;
    struct unit_conf *units;
    size_t n_units;
    struct point_conf *points;
    size_t n_points;
    struct uplink_conf *uplinks;
    size_t n_uplinks;
    struct source_file *files; /* [0] is the main file */
    size_t n_files;
    struct plant_memory *memory; /* private to the loader */
};

/* NULL-safe. */
void plant_free(struct plant *p);
/* Index of a point by id, or PLANT_NONE. */
uint32_t plant_find_point(const struct plant *p, const char *id);
/* zh or en, whichever exists; "" when neither does.  lang: "zh" or "en". */
const char *text_pick(const struct text *t, const char *lang);
extern const char *const level_names[LEVELS]; /* "LL" "L" "H" "HH" */

#endif
