/* daemon/samples.h - what goes from the recorder to the sample files: one batch
 * becomes one chunk.  Plain data.  Owned by the recorder; lent to the store until
 * it answers. */
#ifndef RG_DAEMON_SAMPLES_H
#define RG_DAEMON_SAMPLES_H

#include "config/model.h"
#include "drivers/sample.h"
#include "rules/alarm_state.h"

#define SAMPLE_ROWS     4096
#define INCIDENT_POINTS 16
#define INCIDENTS_MAX   64
#define BLACK_BOX_MS    300000 /* Source: the published design, before a raise and behind it */
#define SAMPLE_EVERY_MS 60000  /* Source: the published design, of writing */

/* The points of the plant that took the samples: a file stands alone. */
struct sample_name {
    char id[PLANT_ID_MAX + 1];
    const char *unit; /* static */
    int8_t decimals;
    uint32_t area;
};

struct sample_row {
    int64_t t_ms;   /* mono of the epoch */
    uint32_t point; /* index in names */
    uint8_t q;      /* enum quality */
    bool has_val;
    double val;
    struct why why; /* when there is no value */
};

/* A process alarm that was raised, and whose record this is. */
struct incident {
    struct alarm_id id;
    int64_t t_ms;                     /* of the raise */
    uint32_t points[INCIDENT_POINTS]; /* of its rule */
    size_t n;
    uint32_t area; /* its points belong to it, too; PLANT_NONE */
};

bool incident_has(const struct incident *x, uint32_t point, uint32_t area);

struct sample_batch {
    uint64_t epoch;
    uint64_t serial; /* of the batch in its epoch: a repeated one is written once */
    int64_t utc_ms;  /* wall time when it was made */
    int64_t mono_ms;
    bool clk_sync;
    const struct sample_name *names;
    size_t n_names;
    struct sample_row rows[SAMPLE_ROWS];
    size_t n;
    struct incident incidents[INCIDENTS_MAX];
    size_t n_incidents;
    uint64_t lost; /* rows that the ring could not keep while the disk failed */
    int64_t lost_from_ms, lost_to_ms;
};

#endif
