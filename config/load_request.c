/* What a device takes of one request, and what is to be read at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "config/load_point.h"
#include "config/load_read.h"
#include "config/values.h"

#define ADDRESSES     65536
#define REGISTERS_MAX 125
#define BITS_MAX      2000
#define HOLES_MAX     64 /* of one unit */

/* ---- holes ---- */

static bool read_part(const char **s, uint32_t *out)
{
    char *end;

    if (**s < '0' || **s > '9')
        return false;
    unsigned long v = strtoul(*s, &end, 10);
    *s = end + strspn(end, " ");
    *out = (uint32_t)v;
    return v < ADDRESSES;
}

static bool read_hole(const char *s, struct hole_conf *h)
{
    uint32_t first, last;

    if (!read_part(&s, &first))
        return false;
    last = first;
    if (strncmp(s, "..", 2) == 0) {
        s += 2 + strspn(s + 2, " ");
        if (!read_part(&s, &last))
            return false;
    }
    h->address = (uint16_t)first;
    h->count = last - first + 1;
    return *s == '\0' && last >= first;
}

static bool has_hole(const struct unit_conf *u, const struct hole_conf *h)
{
    for (size_t i = 0; i < u->n_holes; i++)
        if (u->holes[i].fc == h->fc && u->holes[i].address == h->address &&
            u->holes[i].count == h->count)
            return true;
    return false;
}

static bool overlaps(const struct hole_conf *h, const struct read_conf *r)
{
    return h->fc == r->fc && h->address < r->address + read_width(r->type) &&
           r->address < h->address + h->count;
}

static void add_hole(struct loader *l, struct unit_conf *u, const struct node *n,
                     const struct hole_conf *h)
{
    if (u == NULL || has_hole(u, h))
        return;
    if (u->n_holes == HOLES_MAX)
        report(l->d, &n->place, E_RANGE, n->text, "64 holes", NULL);
    else if (u->holes == NULL)
        u->holes = loader_take(l, HOLES_MAX * sizeof *u->holes);
    if (u->holes != NULL && u->n_holes < HOLES_MAX)
        u->holes[u->n_holes++] = *h;
}

/* NULL: the unit is not known. */
static void load_holes(struct loader *l, const struct raw_point *r, const struct point_conf *p,
                       struct unit_conf *u)
{
    const struct node *list = raw_field(r, "holes");
    struct hole_conf h = { .fc = p->read.fc };
    bool is_inside = false;

    for (const struct node *n = list == NULL ? NULL : list->first; n != NULL; n = n->next) {
        const char *s = value_scalar(l, n);
        if (s != NULL && read_hole(s, &h)) {
            add_hole(l, u, n, &h);
            is_inside = is_inside || overlaps(&h, &p->read);
        } else if (s != NULL) {
            report(l->d, &n->place, E_HOLE, s, NULL, NULL);
        }
    }
    if (is_inside)
        report(l->d, &r->own.map->place, W_POINT_IN_HOLE, NULL, NULL, NULL);
}

/* ---- limits of a request ---- */

static void load_most(struct loader *l, const struct raw_point *r, const struct point_conf *p,
                      struct unit_conf *u)
{
    int64_t most;
    char width[8], text[8];

    if (raw_field(r, "max_registers") == NULL ||
        !value_int(l, raw_source(r, "max_registers"), "max_registers", &most))
        return;
    if (u != NULL && (u->max_registers == 0 || most < u->max_registers))
        u->max_registers = (uint16_t)most;
    if (p->read.fc <= 2 || read_width(p->read.type) <= most)
        return;
    snprintf(width, sizeof width, "%u", read_width(p->read.type));
    snprintf(text, sizeof text, "%d", (int)most);
    report(l->d, &raw_field(r, "read")->key->place, E_TOO_WIDE, width, text, NULL);
}

static void load_gap(struct loader *l, const struct raw_point *r, struct unit_conf *u)
{
    int64_t most;

    if (raw_field(r, "max_gap") != NULL &&
        value_int(l, raw_source(r, "max_gap"), "max_gap", &most) && u != NULL && most < u->max_gap)
        u->max_gap = (uint16_t)most;
}

void load_request(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    struct unit_conf *u = p->unit == PLANT_NONE ? NULL : &l->plant->units[p->unit];
    const struct node *set = raw_field(r, "together");

    load_most(l, r, p, u);
    load_gap(l, r, u);
    load_holes(l, r, p, u);
    if (set != NULL && value_name(l, set, &p->together) && l->sets != NULL)
        l->sets[l->plant->n_points] = set;
}

/* ---- what is read at once ---- */

static void refuse(struct loader *l, size_t i, const char *zh, const char *en)
{
    report(l->d, &l->sets[i]->place, E_TOGETHER, l->plant->points[i].together, zh, en);
}

static bool is_of(const struct loader *l, size_t i, size_t first)
{
    const struct point_conf *p = &l->plant->points[i], *q = &l->plant->points[first];

    return l->sets[i] != NULL && l->sets[first] != NULL && strcmp(p->together, q->together) == 0;
}

static bool is_asked_with(const struct point_conf *p, const struct point_conf *q)
{
    return p->unit == q->unit && p->read.fc == q->read.fc && p->every_ms == q->every_ms;
}

static bool is_wanted(const struct plant *p, const struct point_conf *of, uint32_t address)
{
    for (size_t i = 0; i < p->n_points; i++) {
        const struct read_conf *r = &p->points[i].read;
        if (is_asked_with(&p->points[i], of) && address >= r->address &&
            address < r->address + read_width(r->type))
            return true;
    }
    return false;
}

static bool has_long_gap(const struct plant *p, const struct point_conf *of, uint32_t from,
                         uint32_t to)
{
    uint32_t run = 0, most = p->units[of->unit].max_gap;

    for (uint32_t a = from; a < to && most < to - from; a++) {
        run = is_wanted(p, of, a) ? 0 : run + 1;
        if (run > most)
            return true;
    }
    return false;
}

static bool has_hole_between(const struct unit_conf *u, uint8_t fc, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < u->n_holes; i++)
        if (u->holes[i].fc == fc && u->holes[i].address < to &&
            u->holes[i].address + u->holes[i].count > from)
            return true;
    return false;
}

/* Points first .. last of one set, told at its last one. */
static void check_set(struct loader *l, size_t first)
{
    const struct point_conf *p = &l->plant->points[first];
    uint32_t from = UINT32_MAX, to = 0;
    size_t last = first;

    for (size_t i = first; i < l->plant->n_points; i++) {
        const struct point_conf *q = &l->plant->points[i];
        if (!is_of(l, i, first))
            continue;
        if (!is_asked_with(p, q)) {
            refuse(l, i, "总线、从站、功能码或周期不同",
                   "another bus, unit, function code or period");
            return;
        }
        last = i;
        from = q->read.address < from ? q->read.address : from;
        to = q->read.address + read_width(q->read.type) > to
                 ? q->read.address + read_width(q->read.type)
                 : to;
    }
    const struct unit_conf *u = &l->plant->units[p->unit];
    uint32_t registers = u->max_registers > 0 ? u->max_registers : REGISTERS_MAX;
    if (to - from > (p->read.fc <= 2 ? BITS_MAX : registers))
        refuse(l, last, "一个请求读不完", "one request does not hold it");
    else if (last != first && has_hole_between(u, p->read.fc, from, to))
        refuse(l, last, "中间有 holes", "a hole lies between");
    else if (has_long_gap(l->plant, p, from, to))
        refuse(l, last, "中间的空隙比 max_gap 长", "a gap longer than max_gap lies between");
}

static bool is_first(const struct loader *l, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (is_of(l, k, i))
            return false;
    return true;
}

void load_together(struct loader *l)
{
    for (size_t i = 0;
         l->d->errors == 0 && l->err == RG_OK && l->sets != NULL && i < l->plant->n_points; i++)
        if (l->sets[i] != NULL && is_first(l, i))
            check_set(l, i);
}
