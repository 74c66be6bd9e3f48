#include "daemon/ring.h"

#include <stdlib.h>

#include "config/err.h"

/* Older than this a row would read as a young one, since it keeps the low 32
 * bits of its time alone: 49 days. */
#define AGE_MAX_MS INT64_C(86400000)

#define ROOM_MIN   64
#define POINT_BITS 20
#define Q_SHIFT    POINT_BITS
#define HAS_VAL    (1u << 25)
#define KEPT       (1u << 26)
#define TAKEN      (1u << 27)

struct cell {
    uint32_t t;   /* low bits of its mono ms */
    uint32_t who; /* point, quality and marks */
    union {
        double val;
        struct why why;
    } of;
};

_Static_assert(sizeof(struct cell) == RING_ROW_BYTES, "as the header says");
_Static_assert(QUALITY_COUNT <= 1 << 5, "a quality has five bits");

struct ring {
    uint64_t first, end;
    uint64_t lost;
    int64_t lost_from_ms, lost_to_ms;
    size_t room;
    struct cell cells[];
};

int ring_new(struct ring **out, int64_t bytes)
{
    size_t room = bytes < ROOM_MIN * RING_ROW_BYTES ? ROOM_MIN : (size_t)bytes / RING_ROW_BYTES;
    struct ring *r = calloc(1, sizeof *r + room * sizeof r->cells[0]);

    if (r == NULL)
        return RG_ENOMEM;
    r->room = room;
    *out = r;
    return RG_OK;
}

void ring_free(struct ring *r)
{
    free(r);
}

static struct cell *cell_at(const struct ring *r, uint64_t n)
{
    return (struct cell *)(uintptr_t)&r->cells[n % r->room];
}

static int64_t time_of(const struct cell *c, int64_t now_ms)
{
    return now_ms - (int64_t)((uint32_t)now_ms - c->t);
}

static bool waits(const struct cell *c)
{
    return (c->who & (KEPT | TAKEN)) == KEPT;
}

static void drop_first(struct ring *r, int64_t now_ms)
{
    const struct cell *c = cell_at(r, r->first++);
    int64_t t_ms = time_of(c, now_ms);

    if (!waits(c))
        return;
    if (r->lost++ == 0)
        r->lost_from_ms = t_ms;
    r->lost_to_ms = t_ms;
}

static void make_room(struct ring *r, int64_t now_ms)
{
    if (r->end - r->first == r->room)
        drop_first(r, now_ms);
    while (r->first < r->end) {
        const struct cell *c = cell_at(r, r->first);
        int64_t age_ms = now_ms - time_of(c, now_ms);
        if (age_ms <= BLACK_BOX_MS || (waits(c) && age_ms < AGE_MAX_MS))
            return;
        drop_first(r, now_ms);
    }
}

void ring_put(struct ring *r, const struct sample_row *row, bool is_kept)
{
    make_room(r, row->t_ms);
    struct cell *c = cell_at(r, r->end++);
    c->t = (uint32_t)row->t_ms;
    c->who = row->point | (uint32_t)row->q << Q_SHIFT | (row->has_val ? HAS_VAL : 0) |
             (is_kept ? KEPT : 0);
    if (row->has_val)
        c->of.val = row->val;
    else
        c->of.why = row->why;
}

uint64_t ring_first(const struct ring *r)
{
    return r->first;
}

uint64_t ring_end(const struct ring *r)
{
    return r->end;
}

size_t ring_room(const struct ring *r)
{
    return r->room;
}

bool ring_row(const struct ring *r, uint64_t n, int64_t now_ms, struct sample_row *out)
{
    const struct cell *c = cell_at(r, n);

    *out = (struct sample_row){ .t_ms = time_of(c, now_ms),
                                .point = c->who & (RING_POINTS_MAX - 1),
                                .q = (uint8_t)(c->who >> Q_SHIFT & 31u),
                                .has_val = (c->who & HAS_VAL) != 0 };
    if (out->has_val)
        out->val = c->of.val;
    else
        out->why = c->of.why;
    return waits(c);
}

bool ring_is_taken(const struct ring *r, uint64_t n)
{
    return (cell_at(r, n)->who & TAKEN) != 0;
}

void ring_keep(struct ring *r, uint64_t n)
{
    cell_at(r, n)->who |= KEPT;
}

void ring_take(struct ring *r, uint64_t n)
{
    cell_at(r, n)->who |= TAKEN;
}

uint64_t ring_lost(struct ring *r, int64_t *from_ms, int64_t *to_ms)
{
    uint64_t lost = r->lost;

    *from_ms = r->lost_from_ms;
    *to_ms = r->lost_to_ms;
    r->lost = 0;
    return lost;
}

int64_t ring_reach_ms(const struct plant *p)
{
    double rows_a_ms = 0;

    for (size_t i = 0; i < p->n_points; i++)
        rows_a_ms += 1.0 / (double)p->points[i].every_ms;
    double reach_ms = (double)p->ring_bytes / RING_ROW_BYTES / (rows_a_ms > 0 ? rows_a_ms : 1);
    return reach_ms < BLACK_BOX_MS ? (int64_t)reach_ms : BLACK_BOX_MS;
}
