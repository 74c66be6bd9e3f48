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

#include "config/model_point.h"
#include "config/model_rule.h"
#include "config/model_site.h"

#define PLANT_NONE        UINT32_MAX /* "no such index" */
#define PLANT_ANY_GAP     UINT16_MAX /* no limit to a gap */
#define PLANT_UPLINKS_MAX 8          /* one bit each in the outbox of the store */
#define PLANT_ID_MAX      63         /* bytes of an id or a bus, area, uplink name */

struct area_conf {
    const char *name;
    struct text label;
    const char *basis; /* NULL: none; for limits that have none of their own */
    struct text act;
};

/* Registers (or bits) of one function code that a device refuses; count 0: no
 * request may reach over the border before `address`. */
struct hole_conf {
    uint8_t fc;
    uint16_t address;
    uint32_t count;
};

/* One (bus, unit id) pair; made by the loader from the points: what any of
 * them says of the device holds for all. */
struct unit_conf {
    uint32_t bus;
    uint8_t unit_id;
    int64_t every_ms;       /* the shortest `every` of its points */
    uint16_t max_registers; /* of one request; 0: what a frame holds */
    uint16_t max_gap;       /* registers or bits that no point wants, read along; PLANT_ANY_GAP */
    struct hole_conf *holes;
    size_t n_holes;
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
    struct shelve_conf shelve;
    int64_t ring_bytes; /* of the last minutes in memory */
    struct bus_conf *buses;
    size_t n_buses;
    struct area_conf *areas;
    size_t n_areas;
    struct unit_conf *units;
    size_t n_units;
    struct point_conf *points;
    size_t n_points;
    struct rule_conf *rules;
    size_t n_rules;
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

#endif
