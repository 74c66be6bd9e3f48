#include "config/load_point.h"

#include <stdio.h>
#include <string.h>

#include "config/load_trace.h"
#include "config/values.h"

#define NAMES_SHOWN 64 /* looked at for a near miss */

static bool has(const struct fields *f, const char *key)
{
    return f->map != NULL && schema_find(f->section, key) != NULL && field(f, key) != NULL;
}

const struct fields *raw_source(const struct raw_point *r, const char *key)
{
    if (has(&r->own, key))
        return &r->own;
    if (r->device != NULL && has(&r->device->fields, key))
        return &r->device->fields;
    return has(&r->file->defaults, key) ? &r->file->defaults : &r->own;
}

const struct node *raw_field(const struct raw_point *r, const char *key)
{
    return field(raw_source(r, key), key);
}

/* There, but in a form that could not be read: told already. */
static bool is_unread(const struct fields *f, const char *key)
{
    return fields_excuse(f, key) && !has(f, key);
}

/* What only follows from something that was told is not told again. */
static bool is_excused(const struct raw_point *r, const char *key)
{
    if (is_unread(&r->own, key) || is_unread(&r->file->defaults, key) ||
        is_unread(&r->file->fields, "defaults"))
        return true;
    if (schema_find(SEC_DEVICE, key) == NULL)
        return false;
    return r->device_broken || is_unread(&r->own, "device") ||
           (r->device != NULL && is_unread(&r->device->fields, key));
}

static bool require(struct loader *l, const struct raw_point *r, const char *key)
{
    if (raw_field(r, key) != NULL)
        return true;
    if (!is_excused(r, key))
        report(l->d, &r->own.map->place, E_MISSING, key, NULL, NULL);
    return false;
}

/* `section`: that a file has, but in a form that could not be read. */
static bool is_lost(const struct loader *l, const char *section)
{
    for (size_t i = 0; i < l->n_plant_files; i++)
        if (l->files[i].root != NULL && is_unread(&l->files[i].fields, section))
            return true;
    return l->incomplete;
}

void no_such(struct loader *l, const struct place *at, const char *name, const char *section,
             const char *zh, const char *en, const char *const *names, size_t n_names)
{
    if (!is_lost(l, section))
        report_near(l->d, at, E_NO_SUCH, name, zh, en, nearest(name, names, n_names));
}

static uint32_t find_bus(struct loader *l, const struct node *n)
{
    const struct plant *p = l->plant;
    const char *names[NAMES_SHOWN];
    size_t n_names = 0;

    for (size_t i = 0; i < p->n_buses; i++) {
        if (strcmp(p->buses[i].name, n->text) == 0)
            return (uint32_t)i;
        if (n_names < NAMES_SHOWN)
            names[n_names++] = p->buses[i].name;
    }
    no_such(l, &n->place, n->text, "buses", "总线", "bus", names, n_names);
    return PLANT_NONE;
}

uint32_t find_area(struct loader *l, const struct node *n)
{
    const struct plant *p = l->plant;
    const char *names[NAMES_SHOWN];
    size_t n_names = 0;

    for (size_t i = 0; i < p->n_areas; i++) {
        if (strcmp(p->areas[i].name, n->text) == 0)
            return (uint32_t)i;
        if (n_names < NAMES_SHOWN)
            names[n_names++] = p->areas[i].name;
    }
    no_such(l, &n->place, n->text, "areas", "区域", "area", names, n_names);
    return PLANT_NONE;
}

static uint32_t unit_of(struct loader *l, uint32_t bus, uint8_t unit_id, int64_t every_ms)
{
    struct plant *p = l->plant;
    size_t i = 0;

    while (i < p->n_units && (p->units[i].bus != bus || p->units[i].unit_id != unit_id))
        i++;
    if (i == p->n_units)
        p->units[p->n_units++] = (struct unit_conf){
            .bus = bus, .unit_id = unit_id, .every_ms = every_ms, .max_gap = PLANT_ANY_GAP
        };
    if (every_ms < p->units[i].every_ms)
        p->units[i].every_ms = every_ms;
    return (uint32_t)i;
}

static void load_wiring(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    const struct node *bus = raw_field(r, "bus"), *area = raw_field(r, "area");
    int64_t unit_id = 0;

    p->bus = p->unit = p->area = PLANT_NONE;
    bool whole = require(l, r, "bus");
    whole &= require(l, r, "unit_id");
    whole &= require(l, r, "every");
    whole &= value_int(l, raw_source(r, "unit_id"), "unit_id", &unit_id);
    whole &= value_time(l, raw_source(r, "every"), "every", &p->every_ms);
    if (bus != NULL && value_scalar(l, bus) != NULL)
        p->bus = find_bus(l, bus);
    if (area != NULL && value_scalar(l, area) != NULL)
        p->area = find_area(l, area);
    if (!whole || p->bus == PLANT_NONE)
        return;
    const struct node *n = raw_field(r, "unit_id");
    if (l->plant->buses[p->bus].kind != BUS_TCP && (unit_id < 1 || unit_id > 247))
        report(l->d, &n->place, E_RANGE, n->text, "1 .. 247", NULL);
    else
        p->unit = unit_of(l, p->bus, (uint8_t)unit_id, p->every_ms);
}

static void load_labels(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    value_text(l, &r->own, "zh", &p->label.zh);
    value_text(l, &r->own, "en", &p->label.en);
    value_text(l, &r->own, "county", &p->county);
    if (field(&r->own, "do") != NULL)
        value_label(l, field(&r->own, "do"), &(struct text){ 0 });
    if (p->county != NULL)
        loader_name(l, names_of_county, p->county, field(&r->own, "county"), E_COUNTY_TWICE);
    else if (!fields_excuse(&r->own, "county") || field(&r->own, "county") != NULL)
        report(l->d, &r->own.map->place, W_NO_COUNTY, NULL, NULL, NULL);
}

/* The unit must be known before anything that is measured in it. */
static bool load_unit(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    const struct node *n = raw_field(r, "unit");

    return n == NULL ? !is_excused(r, "unit") : value_unit(l, n, &p->unit_of_value);
}

static void load_values(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    const struct node *range = raw_field(r, "range");
    bool unit_known = load_unit(l, r, p);

    if (unit_known && range != NULL)
        p->has_range = value_range(l, range, p->unit_of_value, &p->range_low, &p->range_high);
    if (require(l, r, "read"))
        load_read(l, r, p, unit_known, range == NULL && !is_excused(r, "range"));
    load_states(l, r, p);
    load_status(l, r, &p->status);
    value_time(l, raw_source(r, "settle"), "settle", &p->settle_ms);
    load_identity(l, r, p);
    if (unit_known)
        load_limits(l, r, p);
    load_record(l, r, p);
}

static void warn_same_register(struct loader *l, const struct raw_point *r,
                               const struct point_conf *p)
{
    char key[64];
    const struct node *before;
    const struct read_conf *read = &p->read;

    if (p->unit == PLANT_NONE || read->fc == 0)
        return;
    snprintf(key, sizeof key, "%u %u %u %d %u", p->unit, read->fc, read->address, read->type,
             read->mask);
    const char *kept = arena_copy(l->scratch, key, strlen(key));
    if (kept == NULL ||
        names_take(&l->names, l->scratch, names_of_registers, kept, r->own.map, &before) != RG_OK) {
        l->err = RG_ENOMEM;
        return;
    }
    const struct node *id = before == NULL ? NULL : map_get(before, "id");
    if (before != NULL)
        report(l->d, &r->own.map->place, W_SAME_REGISTER, id == NULL ? "?" : id->text, NULL, NULL);
}

/* Alarms of units, of buses and of the gateway itself are unit/.., bus/.., sys/..:
 * a point of that name could be taken for them. */
static void refuse_reserved(struct loader *l, const struct node *n, const char *id)
{
    static const char *const reserved[] = { "unit", "bus", "sys" };

    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (strcmp(id, reserved[i]) == 0)
            report(l->d, &n->place, E_OWN_NAME, id, NULL, NULL);
}

static bool load_id(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    const struct node *n = field(&r->own, "id");

    if (n == NULL) {
        if (!fields_excuse(&r->own, "id"))
            report(l->d, &r->own.map->place, E_MISSING, "id", NULL, NULL);
        return false;
    }
    if (!value_name(l, n, &p->id))
        return false;
    refuse_reserved(l, n, p->id);
    return loader_name(l, names_of_plant, p->id, n, E_TAKEN);
}

static void load_point(struct loader *l, const struct file *f, const struct node *n)
{
    struct point_conf *p = &l->plant->points[l->plant->n_points];
    struct raw_point r = { .file = f };

    if (n->kind != NODE_MAP) {
        if (n->fault == NODE_FINE)
            report(l->d, &n->place, E_KIND, "points", "{id: ...}", "a list of maps {id: ...}");
        return;
    }
    l->point = n;
    fields_read(l, &r.own, n, SEC_POINT);
    limits_read(l, &r.own_limits, field(&r.own, "limits"));
    *p = (struct point_conf){ .file = loader_copy(l, f->source.name),
                              .line = n->place.line,
                              .col = n->place.col };
    bool named = load_id(l, &r, p);
    load_templates(l, &r);
    load_channel(l, &r);
    load_wiring(l, &r, p);
    load_labels(l, &r, p);
    load_values(l, &r, p);
    load_request(l, &r, p);
    warn_same_register(l, &r, p);
    trace_point(l, &r, p);
    if (named)
        l->plant->n_points++;
}

void load_points(struct loader *l)
{
    size_t room = fields_count(l, "points") + 1;

    l->plant->points = loader_take(l, room * sizeof *l->plant->points);
    l->plant->units = loader_take(l, room * sizeof *l->plant->units);
    l->sets = arena_take(l->scratch, room * sizeof *l->sets);
    for (size_t i = 0; i < l->n_plant_files; i++) {
        const struct file *f = &l->files[i];
        const struct node *list = f->root == NULL ? NULL : field(&f->fields, "points");
        const struct node *n = list == NULL ? NULL : list->first;
        for (; n != NULL && l->err == RG_OK && l->d->errors < ERRORS_ENOUGH; n = n->next)
            load_point(l, f, n);
    }
    load_together(l);
}
