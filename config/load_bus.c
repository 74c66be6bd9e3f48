#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/loader.h"

/* How many entries a key's map has in all plant files together. */
static size_t count_entries(const struct loader *l, const char *key)
{
    size_t count = 0;

    for (size_t i = 0; i < l->n_plant_files; i++) {
        const struct node *map = l->files[i].root == NULL ? NULL : field(&l->files[i].fields, key);
        for (const struct node *n = map == NULL ? NULL : map->first; n != NULL; n = n->next)
            count++;
    }
    return count;
}

/* Buses, areas and points share one name space. */
static bool is_free_name(struct loader *l, const struct node *key, const char *name)
{
    const struct plant *p = l->plant;

    for (size_t i = 0; i < p->n_buses; i++)
        if (strcmp(p->buses[i].name, name) == 0) {
            report(l->d, &key->place, E_TAKEN, name, "bus", NULL);
            return false;
        }
    for (size_t i = 0; i < p->n_areas; i++)
        if (strcmp(p->areas[i].name, name) == 0) {
            report(l->d, &key->place, E_TAKEN, name, "area", NULL);
            return false;
        }
    return true;
}

static void load_tcp(struct loader *l, const struct node *n, struct bus_conf *b)
{
    const char *colon = strrchr(n->text, ':');
    long port = colon == NULL ? 0 : strtol(colon + 1, NULL, 10);

    if (colon == NULL || colon == n->text || port < 1 || port > 65535) {
        report(l->d, &n->place, E_FORM, n->text, "\"192.168.1.10:502\"", NULL);
        return;
    }
    b->kind = BUS_TCP;
    b->host = arena_copy(l->arena, n->text, (size_t)(colon - n->text));
    b->port = (uint16_t)port;
}

static void load_line(struct loader *l, const struct fields *f, struct bus_conf *b)
{
    const struct node *n = field(f, "line");
    const char *s = n == NULL ? "9600 8N1" : n->text;
    unsigned baud, data, stop;
    char parity, rest;

    if (sscanf(s, "%7u %1u%c%1u%c", &baud, &data, &parity, &stop, &rest) != 4 || baud < 300 ||
        baud > 4000000 || data < 7 || data > 8 || strchr("NEO", parity) == NULL || stop < 1 ||
        stop > 2) {
        report(l->d, n == NULL ? &f->map->place : &n->place, E_FORM, s, "9600 8N1", NULL);
        return;
    }
    b->baud = baud;
    b->data_bits = (uint8_t)data;
    b->parity = parity;
    b->stop_bits = (uint8_t)stop;
}

static void load_transport(struct loader *l, const struct fields *f, struct bus_conf *b)
{
    const struct node *tcp = field(f, "tcp"), *port = field(f, "port");
    bool later = map_get(f->map, "rtu_over_tcp") != NULL;

    if ((tcp == NULL) == (port == NULL) && !later) {
        report(l->d, &f->map->place, E_MISSING, "tcp | port", NULL, NULL);
        return;
    }
    if (tcp != NULL)
        load_tcp(l, tcp, b);
    if (port == NULL)
        return;
    b->kind = BUS_RTU;
    value_text(l, f, "port", &b->device);
    load_line(l, f, b);
}

static void load_bus(struct loader *l, const struct node *n)
{
    struct bus_conf *b = &l->plant->buses[l->plant->n_buses];
    int64_t retries = 1;
    struct fields f;

    fields_read(l, &f, n, SEC_BUS);
    *b = (struct bus_conf){ .kind = BUS_TCP };
    load_transport(l, &f, b);
    value_time(l, &f, "timeout", &b->timeout_ms);
    value_time(l, &f, "pause", &b->pause_ms);
    value_time(l, &f, "late_guard", &b->late_guard_ms);
    value_int(l, &f, "retries", &retries);
    b->retries = (uint8_t)retries;
    if (value_name(l, n->key, &b->name) && is_free_name(l, n->key, b->name))
        l->plant->n_buses++;
}

void load_buses(struct loader *l)
{
    l->plant->buses = loader_take(l, (count_entries(l, "buses") + 1) * sizeof *l->plant->buses);
    for (size_t i = 0; l->plant->buses != NULL && i < l->n_plant_files; i++) {
        const struct node *map = l->files[i].root == NULL ? NULL
                                                          : field(&l->files[i].fields, "buses");
        for (const struct node *n = map == NULL ? NULL : map->first; n != NULL; n = n->next)
            if (n->kind == NODE_MAP)
                load_bus(l, n);
            else
                report(l->d, &n->place, E_KIND, n->key->text, "键: 值", "a map of key: value");
    }
}

static void load_area(struct loader *l, const struct node *n)
{
    struct area_conf *a = &l->plant->areas[l->plant->n_areas];
    struct fields f;

    fields_read(l, &f, n, SEC_AREA);
    *a = (struct area_conf){ 0 };
    value_text(l, &f, "zh", &a->label.zh);
    value_text(l, &f, "en", &a->label.en);
    value_text(l, &f, "basis", &a->basis);
    if (field(&f, "do") != NULL)
        value_label(l, field(&f, "do"), &a->act);
    if (value_name(l, n->key, &a->name) && is_free_name(l, n->key, a->name))
        l->plant->n_areas++;
}

void load_areas(struct loader *l)
{
    l->plant->areas = loader_take(l, (count_entries(l, "areas") + 1) * sizeof *l->plant->areas);
    for (size_t i = 0; l->plant->areas != NULL && i < l->n_plant_files; i++) {
        const struct node *map = l->files[i].root == NULL ? NULL
                                                          : field(&l->files[i].fields, "areas");
        for (const struct node *n = map == NULL ? NULL : map->first; n != NULL; n = n->next)
            if (n->kind == NODE_MAP)
                load_area(l, n);
            else
                report(l->d, &n->place, E_KIND, n->key->text, "键: 值", "a map of key: value");
    }
}
