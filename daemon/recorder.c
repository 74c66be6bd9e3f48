#include "daemon/recorder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "daemon/ring.h"

#define RAISE_WAIT_MS 1000 /* alarms of one moment look back together */
#define RETRY_MS      5000
#define INCIDENT_ROOM 1024
#define NO_POINT      UINT32_MAX

/* What is kept of one point. */
struct track {
    struct record_conf conf;
    bool has_last;
    struct sample_row last;    /* the last one kept */
    int64_t from_ms, until_ms; /* of its incident; until < from: none */
};

enum batch_state { BATCH_EMPTY, BATCH_LENT, BATCH_FAILED };

struct recorder {
    struct ring *ring;
    struct sample_name *names; /* of the plant's points, then of those that a reload took */
    size_t n_names;
    struct track *tracks;
    size_t n_points;
    struct incident incidents[INCIDENT_ROOM];
    size_t n_incidents;
    bool looks_back; /* a raise: what came before it is not marked yet */
    uint64_t at;     /* how far the last pass came */
    bool is_passing;
    int64_t due_ms;
    enum batch_state state;
    int64_t retry_ms;
    struct sample_name *old_names; /* of a failed or lent batch from before a reload */
    uint32_t *map;                 /* of the recorder before: to our names */
    struct sample_batch *batch;
};

static void name_point(struct sample_name *to, const struct point_conf *p)
{
    size_t len = strlen(p->id);

    memcpy(to->id, p->id, len < sizeof to->id ? len : sizeof to->id - 1);
    to->unit = p->unit_of_value == UNIT_NONE ? "" : unit_name(p->unit_of_value);
    to->decimals = p->read.decimals;
    to->area = p->area;
}

static int make(struct recorder *r, const struct plant *p, const struct recorder *from)
{
    size_t n_old = from == NULL ? 0 : from->n_names;

    r->names = calloc(p->n_points + n_old + 1, sizeof *r->names);
    r->map = calloc(n_old + 1, sizeof *r->map);
    r->tracks = calloc(p->n_points + 1, sizeof *r->tracks);
    r->batch = calloc(1, sizeof *r->batch);
    if (r->names == NULL || r->map == NULL || r->tracks == NULL || r->batch == NULL)
        return RG_ENOMEM;
    for (size_t i = 0; i < p->n_points; i++) {
        name_point(&r->names[i], &p->points[i]);
        r->tracks[i] = (struct track){ .conf = p->points[i].record, .from_ms = 0, .until_ms = -1 };
    }
    r->n_points = r->n_names = p->n_points;
    return ring_new(&r->ring, p->ring_bytes);
}

int recorder_new(struct recorder **out, const struct plant *p, uint64_t epoch,
                 const struct recorder *from)
{
    struct recorder *r = calloc(1, sizeof *r);

    if (r == NULL)
        return RG_ENOMEM;
    if (make(r, p, from) != RG_OK) {
        recorder_free(r);
        return RG_ENOMEM;
    }
    r->batch->epoch = epoch;
    r->due_ms = SAMPLE_EVERY_MS;
    *out = r;
    return RG_OK;
}

void recorder_free(struct recorder *r)
{
    if (r == NULL)
        return;
    ring_free(r->ring);
    free(r->names);
    free(r->tracks);
    free(r->old_names);
    free(r->map);
    free(r->batch);
    free(r);
}

/* --- what is kept --- */

static bool is_changed(const struct track *t, const struct sample_row *row)
{
    if (!t->has_last || t->last.q != row->q || t->last.has_val != row->has_val)
        return true;
    if (row->has_val)
        return fabs(row->val - t->last.val) >= t->conf.deadband && row->val != t->last.val;
    return row->why.code != t->last.why.code || row->why.arg != t->last.why.arg;
}

static bool is_wanted(const struct track *t, const struct sample_row *row)
{
    return t->conf.all || row->t_ms <= t->until_ms || is_changed(t, row) ||
           row->t_ms - t->last.t_ms >= t->conf.every_ms;
}

void recorder_put(struct recorder *r, const struct sample_row *row)
{
    struct track *t = &r->tracks[row->point];
    bool is_kept = is_wanted(t, row);

    ring_put(r->ring, row, is_kept);
    if (!is_kept)
        return;
    t->last = *row;
    t->has_last = true;
    if (!r->is_passing && ring_end(r->ring) - r->at > ring_room(r->ring) / 2)
        r->due_ms = row->t_ms; /* before what waits gives way */
}

static void open_window(struct track *t, int64_t now_ms)
{
    if (now_ms > t->until_ms)
        t->from_ms = now_ms - BLACK_BOX_MS;
    t->until_ms = now_ms + BLACK_BOX_MS;
}

bool incident_has(const struct incident *x, uint32_t point, uint32_t area)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->points[i] == point)
            return true;
    return x->area != PLANT_NONE && x->area == area;
}

void recorder_raise(struct recorder *r, const struct incident *x)
{
    for (uint32_t i = 0; i < r->n_points; i++)
        if (incident_has(x, i, r->names[i].area))
            open_window(&r->tracks[i], x->t_ms);
    if (r->n_incidents < INCIDENT_ROOM)
        r->incidents[r->n_incidents++] = *x;
    r->looks_back = true;
    if (r->due_ms > x->t_ms + RAISE_WAIT_MS)
        r->due_ms = x->t_ms + RAISE_WAIT_MS;
}

void recorder_flush(struct recorder *r, int64_t now_ms)
{
    r->due_ms = now_ms;
    r->retry_ms = now_ms;
}

/* --- a pass over the ring --- */

static bool is_of_incident(const struct recorder *r, const struct sample_row *row)
{
    if (row->point >= r->n_points)
        return false;
    const struct track *t = &r->tracks[row->point];
    return row->t_ms >= t->from_ms && row->t_ms <= t->until_ms;
}

/* Once for all alarms of one turn of the loop: what they want stays, however long
 * the disk keeps it waiting. */
static void look_back(struct recorder *r, int64_t now_ms)
{
    struct sample_row row;

    r->looks_back = false;
    r->at = ring_first(r->ring);
    for (uint64_t n = r->at; n < ring_end(r->ring); n++) {
        ring_row(r->ring, n, now_ms, &row);
        if (is_of_incident(r, &row))
            ring_keep(r->ring, n);
    }
}

static void begin_pass(struct recorder *r, int64_t now_ms)
{
    r->is_passing = true;
    r->due_ms = now_ms + SAMPLE_EVERY_MS;
}

static void take_rows(struct recorder *r, int64_t now_ms)
{
    struct sample_batch *b = r->batch;

    if (r->at < ring_first(r->ring))
        r->at = ring_first(r->ring);
    for (b->n = 0; r->at < ring_end(r->ring) && b->n < SAMPLE_ROWS; r->at++) {
        struct sample_row *row = &b->rows[b->n];
        if (!ring_row(r->ring, r->at, now_ms, row))
            continue;
        ring_take(r->ring, r->at);
        b->n++;
    }
    r->is_passing = r->at < ring_end(r->ring);
}

static void take_incidents(struct recorder *r)
{
    struct sample_batch *b = r->batch;

    b->n_incidents = r->n_incidents < INCIDENTS_MAX ? r->n_incidents : INCIDENTS_MAX;
    memcpy(b->incidents, r->incidents, b->n_incidents * sizeof b->incidents[0]);
    r->n_incidents -= b->n_incidents;
    memmove(r->incidents, r->incidents + b->n_incidents, r->n_incidents * sizeof r->incidents[0]);
}

static bool fill(struct recorder *r, struct stamp now, bool clk_sync)
{
    struct sample_batch *b = r->batch;

    take_rows(r, now.mono_ms);
    take_incidents(r);
    b->lost = ring_lost(r->ring, &b->lost_from_ms, &b->lost_to_ms);
    b->utc_ms = now.utc_ms;
    b->mono_ms = now.mono_ms;
    b->clk_sync = clk_sync;
    b->names = r->names;
    b->n_names = r->n_names;
    b->serial++;
    return b->n > 0 || b->n_incidents > 0 || b->lost > 0;
}

struct sample_batch *recorder_next(struct recorder *r, struct stamp now, bool clk_sync,
                                   int64_t *until_ms)
{
    *until_ms = INT64_MAX;
    if (r->looks_back)
        look_back(r, now.mono_ms);
    if (r->state == BATCH_LENT)
        return NULL;
    if (r->state == BATCH_FAILED) {
        *until_ms = r->retry_ms;
        if (now.mono_ms < r->retry_ms)
            return NULL;
        r->state = BATCH_LENT;
        return r->batch;
    }
    *until_ms = r->due_ms;
    if (!r->is_passing && now.mono_ms < r->due_ms)
        return NULL;
    if (!r->is_passing)
        begin_pass(r, now.mono_ms);
    if (!fill(r, now, clk_sync)) {
        *until_ms = r->due_ms;
        return NULL;
    }
    r->state = BATCH_LENT;
    return r->batch;
}

void recorder_written(struct recorder *r, int err, int64_t now_ms)
{
    r->state = err == RG_OK ? BATCH_EMPTY : BATCH_FAILED;
    r->retry_ms = now_ms + RETRY_MS;
    if (err != RG_OK)
        return;
    free(r->old_names);
    r->old_names = NULL;
}

bool recorder_is_idle(const struct recorder *r)
{
    if (r->state != BATCH_EMPTY)
        return r->state == BATCH_FAILED;
    return !r->is_passing && r->at == ring_end(r->ring);
}

/* --- a reload --- */

/* Where each of the old names stands now; a plant seldom changes its order. */
static void map_names(struct recorder *r, const struct recorder *from)
{
    size_t guess = 0;

    for (size_t i = 0; i < from->n_names; i++) {
        size_t k = 0;
        while (k < r->n_points &&
               strcmp(r->names[(guess + k) % r->n_points].id, from->names[i].id) != 0)
            k++;
        if (k < r->n_points) {
            r->map[i] = (uint32_t)((guess + k) % r->n_points);
            guess = r->map[i] + 1;
        } else if (i < from->n_points) { /* it is gone: its last minute is written yet */
            r->names[r->n_names] = from->names[i];
            r->map[i] = (uint32_t)r->n_names++;
        } else {
            r->map[i] = NO_POINT;
        }
    }
}

static void adopt_rows(struct recorder *r, const struct recorder *from, int64_t now_ms)
{
    struct sample_row row;

    for (uint64_t n = ring_first(from->ring); n < ring_end(from->ring); n++) {
        bool is_kept = ring_row(from->ring, n, now_ms, &row);
        bool is_taken = ring_is_taken(from->ring, n);
        row.point = r->map[row.point];
        if (row.point == NO_POINT)
            continue;
        ring_put(r->ring, &row, is_kept);
        if (is_taken)
            ring_take(r->ring, ring_end(r->ring) - 1);
    }
}

static void adopt_tracks(struct recorder *r, const struct recorder *from)
{
    for (size_t i = 0; i < from->n_points; i++) {
        uint32_t to = r->map[i];
        if (to >= r->n_points)
            continue;
        struct record_conf conf = r->tracks[to].conf;
        r->tracks[to] = from->tracks[i];
        r->tracks[to].conf = conf;
        r->tracks[to].last.point = to;
    }
}

/* Areas of another plant have other numbers: its points stay, by name. */
static void adopt_incidents(struct recorder *r, const struct recorder *from)
{
    r->n_incidents = from->n_incidents;
    for (size_t i = 0; i < from->n_incidents; i++) {
        const struct incident *old = &from->incidents[i];
        struct incident *x = &r->incidents[i];
        *x = (struct incident){ .id = old->id, .t_ms = old->t_ms, .area = PLANT_NONE };
        for (uint32_t k = 0; k < from->n_points && x->n < INCIDENT_POINTS; k++)
            if (incident_has(old, k, from->names[k].area))
                x->points[x->n++] = r->map[k];
    }
}

static void adopt_batch(struct recorder *r, struct recorder *from)
{
    struct sample_batch *spare = r->batch;

    r->batch = from->batch;
    from->batch = spare;
    r->state = from->state;
    r->retry_ms = from->retry_ms;
    if (from->state == BATCH_EMPTY)
        return;
    if (from->old_names != NULL) {
        r->old_names = from->old_names;
        from->old_names = NULL;
    } else {
        r->old_names = from->names;
        from->names = NULL;
    }
}

void recorder_adopt(struct recorder *r, struct recorder *from, int64_t now_ms)
{
    map_names(r, from);
    adopt_rows(r, from, now_ms);
    adopt_tracks(r, from);
    adopt_incidents(r, from);
    r->looks_back = true;
    r->due_ms = from->due_ms;
    adopt_batch(r, from);
}
