#include "config/load_point.h"

#include <stdio.h>
#include <string.h>

struct type_row {
    const char *name;
    enum value_type type;
    uint8_t registers; /* 0: a bit */
};

static const struct type_row types[] = {
    { "bit", TYPE_BIT, 0 }, { "u16", TYPE_U16, 1 }, { "i16", TYPE_I16, 1 },
    { "u32", TYPE_U32, 2 }, { "i32", TYPE_I32, 2 }, { "f32", TYPE_F32, 2 },
};
static const char *const later_types[] = { "u64", "i64", "f64", "bcd4", "bcd8", "bits", "sm16" };

const struct node *raw_field(const struct raw_point *r, const char *key)
{
    const struct node *n = field(&r->own, key);

    if (n == NULL && r->has_device && schema_find(SEC_DEVICE, key) != NULL)
        n = field(&r->device, key);
    return n != NULL || r->defaults->map == NULL ? n : field(r->defaults, key);
}

/* The nearest source that has the key, for the value functions. */
static const struct fields *source_of(const struct raw_point *r, const char *key)
{
    if (field(&r->own, key) != NULL)
        return &r->own;
    if (r->has_device && schema_find(SEC_DEVICE, key) != NULL && field(&r->device, key) != NULL)
        return &r->device;
    return r->defaults->map != NULL && field(r->defaults, key) != NULL ? r->defaults : &r->own;
}

static bool require(struct loader *l, const struct raw_point *r, const char *key)
{
    if (raw_field(r, key) != NULL)
        return true;
    if (map_get(r->own.map, key) == NULL)
        report(l->d, &r->own.map->place, E_MISSING, key, NULL, NULL);
    return false;
}

static bool load_type(struct loader *l, const struct node *n, struct read_conf *read,
                      const struct type_row **row)
{
    const char *names[sizeof types / sizeof types[0] + 1] = { NULL };

    if (n->kind != NODE_SCALAR)
        return false;
    for (size_t i = 0; i < sizeof later_types / sizeof later_types[0]; i++)
        if (strcmp(later_types[i], n->text) == 0) {
            report(l->d, &n->place, E_NOT_BUILT, n->text, NULL, NULL);
            return false;
        }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        names[i] = types[i].name;
    int i = value_word(l, n, names);
    if (i < 0)
        return false;
    *row = &types[i];
    read->type = types[i].type;
    return true;
}

static void check_fc(struct loader *l, const struct fields *f, const struct read_conf *read,
                     const struct type_row *type)
{
    char fc[8], end[16];

    snprintf(fc, sizeof fc, "%u", read->fc);
    if ((type->registers == 0) != (read->fc <= 2))
        report(l->d, &field(f, "type")->place, E_FC_TYPE, fc, type->name, NULL);
    if (read->address + type->registers > 65536) {
        snprintf(end, sizeof end, "%u", read->address);
        report(l->d, &field(f, "address")->place, E_RANGE, end, "0 .. 65534", NULL);
    }
}

static void load_order(struct loader *l, const struct fields *f, const struct type_row *type,
                       struct read_conf *read)
{
    static const char *const orders[] = { "ABCD", "CDAB", "BADC", "DCBA", NULL };
    const struct node *n = field(f, "order");

    if (n == NULL)
        return;
    int i = value_word(l, n, orders);
    if (i >= 0)
        read->order = (enum byte_order)i;
    if (type->registers < 2)
        report(l->d, &n->key->place, E_NOT_ALLOWED, "order", NULL, NULL);
}

static void load_read(struct loader *l, const struct node *n, struct read_conf *read)
{
    const struct type_row *type = NULL;
    int64_t fc = 0, address = 0;
    struct fields f;

    fields_read(l, &f, n, SEC_READ);
    fields_require(l, &f);
    *read = (struct read_conf){ .scale = 1 };
    bool whole = value_int(l, &f, "fc", &fc) & value_int(l, &f, "address", &address);
    read->fc = (uint8_t)fc;
    read->address = (uint16_t)address;
    value_factor(l, &f, "scale", &read->scale, &read->decimals);
    value_factor(l, &f, "offset", &read->offset, &read->decimals);
    if (field(&f, "type") == NULL || !load_type(l, field(&f, "type"), read, &type))
        return;
    if (read->type == TYPE_F32)
        read->decimals = -1;
    load_order(l, &f, type, read);
    if (whole)
        check_fc(l, &f, read, type);
}

static uint32_t find_bus(struct loader *l, const struct node *n)
{
    for (size_t i = 0; i < l->plant->n_buses; i++)
        if (strcmp(l->plant->buses[i].name, n->text) == 0)
            return (uint32_t)i;
    report(l->d, &n->place, E_NO_SUCH, n->text, "总线", "bus");
    return PLANT_NONE;
}

static uint32_t find_area(struct loader *l, const struct node *n)
{
    for (size_t i = 0; i < l->plant->n_areas; i++)
        if (strcmp(l->plant->areas[i].name, n->text) == 0)
            return (uint32_t)i;
    report(l->d, &n->place, E_NO_SUCH, n->text, "区域", "area");
    return PLANT_NONE;
}

static uint32_t unit_of(struct loader *l, uint32_t bus, uint8_t unit_id, int64_t every_ms)
{
    struct plant *p = l->plant;
    size_t i = 0;

    while (i < p->n_units && (p->units[i].bus != bus || p->units[i].unit_id != unit_id))
        i++;
    if (i == p->n_units)
        p->units[p->n_units++] = (struct unit_conf){ bus, unit_id, every_ms };
    if (every_ms < p->units[i].every_ms)
        p->units[i].every_ms = every_ms;
    return (uint32_t)i;
}

static void load_wiring(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    int64_t unit_id = 0, every_ms = 0;

    p->bus = p->unit = p->area = PLANT_NONE;
    bool whole = require(l, r, "bus") & require(l, r, "unit_id") & require(l, r, "every");
    if (whole)
        whole = value_int(l, source_of(r, "unit_id"), "unit_id", &unit_id) &
                value_time(l, source_of(r, "every"), "every", &every_ms);
    if (raw_field(r, "bus") != NULL)
        p->bus = find_bus(l, raw_field(r, "bus"));
    if (raw_field(r, "area") != NULL)
        p->area = find_area(l, raw_field(r, "area"));
    if (!whole || p->bus == PLANT_NONE)
        return;
    if (l->plant->buses[p->bus].kind == BUS_RTU && (unit_id < 1 || unit_id > 247)) {
        report(l->d, &raw_field(r, "unit_id")->place, E_RANGE, raw_field(r, "unit_id")->text,
               "1 .. 247", NULL);
        return;
    }
    p->every_ms = every_ms;
    p->unit = unit_of(l, p->bus, (uint8_t)unit_id, every_ms);
}

static void load_unit(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    const struct node *n = raw_field(r, "unit");

    if (n == NULL)
        return;
    p->unit_of_value = unit_find(n->text);
    if (p->unit_of_value != UNIT_COUNT)
        return;
    p->unit_of_value = UNIT_NONE;
    value_unknown_unit(l, n);
}

static void load_labels(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    value_text(l, &r->own, "zh", &p->label.zh);
    value_text(l, &r->own, "en", &p->label.en);
    value_text(l, &r->own, "county", &p->county);
    if (p->county == NULL) {
        report(l->d, &r->own.map->place, W_NO_COUNTY, NULL, NULL, NULL);
        return;
    }
    for (size_t i = 0; i < l->plant->n_points; i++)
        if (l->plant->points[i].county != NULL &&
            strcmp(l->plant->points[i].county, p->county) == 0)
            report(l->d, &field(&r->own, "county")->place, E_COUNTY_TWICE, p->county,
                   l->plant->points[i].id, NULL);
}

static void load_values(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    const struct node *range = raw_field(r, "range");

    if (require(l, r, "read"))
        load_read(l, raw_field(r, "read"), &p->read);
    load_unit(l, r, p);
    if (range != NULL)
        p->has_range = value_range(l, range, p->unit_of_value, &p->range_low, &p->range_high);
    load_limits(l, r, p);
}

static bool load_id(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    const struct node *n = field(&r->own, "id");

    if (n == NULL) {
        if (map_get(r->own.map, "id") == NULL)
            report(l->d, &r->own.map->place, E_MISSING, "id", NULL, NULL);
        return false;
    }
    if (!value_name(l, n, &p->id))
        return false;
    bool taken = plant_find_point(l->plant, p->id) != PLANT_NONE;
    for (size_t i = 0; i < l->plant->n_buses; i++)
        taken |= strcmp(l->plant->buses[i].name, p->id) == 0;
    for (size_t i = 0; i < l->plant->n_areas; i++)
        taken |= strcmp(l->plant->areas[i].name, p->id) == 0;
    if (taken)
        report(l->d, &n->place, E_TAKEN, p->id, "-", NULL);
    return !taken;
}

static void load_point(struct loader *l, struct file *f, const struct node *n)
{
    struct raw_point *r = loader_take(l, sizeof *r);
    struct point_conf *p = &l->plant->points[l->plant->n_points];

    if (r == NULL)
        return;
    if (n->kind != NODE_MAP) {
        report(l->d, &n->place, E_KIND, "points", "{id: ...}", "maps {id: ...}");
        return;
    }
    fields_read(l, &r->own, n, SEC_POINT);
    r->defaults = &f->defaults;
    *p = (struct point_conf){ .file = f->source.name, .line = n->place.line };
    bool named = load_id(l, r, p);
    load_templates(l, r);
    load_wiring(l, r, p);
    load_labels(l, r, p);
    load_values(l, r, p);
    if (named)
        l->plant->n_points++;
}

void load_points(struct loader *l)
{
    size_t count = 1;

    for (size_t i = 0; i < l->n_plant_files; i++) {
        const struct node *list = l->files[i].root == NULL ? NULL
                                                           : field(&l->files[i].fields, "points");
        for (const struct node *n = list == NULL ? NULL : list->first; n != NULL; n = n->next)
            count++;
    }
    l->plant->points = loader_take(l, count * sizeof *l->plant->points);
    l->plant->units = loader_take(l, count * sizeof *l->plant->units);
    for (size_t i = 0; l->err == RG_OK && i < l->n_plant_files; i++) {
        const struct node *list = l->files[i].root == NULL ? NULL
                                                           : field(&l->files[i].fields, "points");
        for (const struct node *n = list == NULL ? NULL : list->first; n != NULL; n = n->next)
            load_point(l, &l->files[i], n);
    }
}
