/* daemon/reading.h - one question about what was recorded, answered piece by
 * piece: the loop asks for one, the store's thread fills it, a bounded amount at
 * a time, and commits come in between.  Plain data.  Owned by the loop; lent to
 * the store until it answers. */
#ifndef RG_DAEMON_READING_H
#define RG_DAEMON_READING_H

#include "config/model.h"
#include "rules/alarm_state.h"

#define READING_PIECE 65536 /* bytes of one piece, about */

/* How far the wall clock stood from an epoch's own time, at its end. */
struct reading_clock {
    uint64_t epoch;
    int64_t offset_ms;
};

struct reading {
    /* the question */
    char point[PLANT_ID_MAX + 1]; /* "": all */
    int64_t from_utc_ms, to_utc_ms;
    bool is_gaps;          /* only where a value is missing, and where it is back */
    struct alarm_id alarm; /* epoch 0: none; else the incident of that alarm */
    int zone_min;          /* of the times */
    /* how far it came; the store's */
    bool is_begun;
    int month;
    int64_t after_id;
    struct reading_clock *clocks;
    size_t n_clocks;
    char (*ids)[PLANT_ID_MAX + 1]; /* of the incident's points */
    size_t n_ids;
    uint64_t in_epoch; /* of the incident */
    int64_t from_ms, to_ms;
    uint64_t last_epoch; /* of the last chunk that was looked at */
    int64_t last_utc_ms;
    struct reading_state {
        uint8_t is;
        int64_t t_ms;
    } * state; /* is_gaps: what was last told of each point of the month */
    size_t n_state;
    /* the answer: lines of JSON */
    char *text;
    size_t len, size;
    bool more;
    int err;
    char why[200];
};

void reading_free(struct reading *r); /* NULL-safe */

#endif
