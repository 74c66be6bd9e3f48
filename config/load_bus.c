#include <stdio.h>
#include <string.h>

#include "config/load_trace.h"
#include "config/values.h"

/* What a Linux serial port can be set to; libmodbus takes any other for 9600
 * without a word. */
static const unsigned bauds[] = { 300,   600,   1200,   2400,   4800,   9600,  19200,
                                  38400, 57600, 115200, 230400, 460800, 921600 };

static bool is_baud(unsigned baud)
{
    for (size_t i = 0; i < sizeof bauds / sizeof bauds[0]; i++)
        if (bauds[i] == baud)
            return true;
    return false;
}

/* "9600 8N1" */
static bool read_line(const char *s, struct bus_conf *b)
{
    unsigned baud, data, stop;
    char parity, rest;

    if (sscanf(s, "%7u %1u%c%1u%c", &baud, &data, &parity, &stop, &rest) != 4 || !is_baud(baud) ||
        data < 7 || data > 8 || strchr("NEO", parity) == NULL || stop < 1 || stop > 2)
        return false;
    b->baud = baud;
    b->data_bits = (uint8_t)data;
    b->parity = parity;
    b->stop_bits = (uint8_t)stop;
    return true;
}

static void load_line(struct loader *l, const struct fields *f, struct bus_conf *b)
{
    const struct node *n = field(f, "line");
    const char *s = NULL;

    if (value_filled(l, f, "line", &s) && !read_line(s, b))
        report(l->d, &n->place, E_FORM, n->text, "9600 8N1, 19200 8E1", NULL);
}

static void refuse_here(struct loader *l, const struct node *n, const char *zh, const char *en)
{
    if (n != NULL)
        report(l->d, &n->key->place, E_NOT_HERE, n->key->text, zh, en);
}

static void check_device(struct loader *l, const struct node *n)
{
    if (n->text[0] != '/')
        report(l->d, &n->place, E_FORM, n->text, "/dev/serial/by-path/..., /dev/ttyS1", NULL);
    else if (strncmp(n->text, "/dev/ttyUSB", 11) == 0 || strncmp(n->text, "/dev/ttyACM", 11) == 0)
        report(l->d, &n->place, W_MOVING_PORT, n->text, NULL, NULL);
}

static bool is_one_line(const struct bus_conf *a, const struct bus_conf *b)
{
    if (a->kind != b->kind || a->kind == BUS_TCP)
        return false;
    return a->kind == BUS_RTU
               ? a->device != NULL && strcmp(a->device, b->device) == 0
               : a->host != NULL && a->port == b->port && strcmp(a->host, b->host) == 0;
}

/* Two masters on one line would take each other's replies. */
static void check_line_of_one(struct loader *l, const struct node *n, const struct bus_conf *b)
{
    for (size_t i = 0; i < l->plant->n_buses; i++)
        if (is_one_line(&l->plant->buses[i], b)) {
            report(l->d, &n->place, E_PORT_TWICE, n->text, l->plant->buses[i].name, NULL);
            return;
        }
}

/* A bus has one of them; the first counts. */
static const struct transport_row {
    const char *key;
    enum bus_kind kind;
    const char *zh, *en; /* why another one can't stand beside it */
} transports[] = {
    { "tcp", BUS_TCP, "已经有 tcp", "the bus has tcp already" },
    { "port", BUS_RTU, "已经有 port", "the bus has port already" },
    { "rtu_over_tcp", BUS_RTU_OVER_TCP, "已经有 rtu_over_tcp", "the bus has rtu_over_tcp already" },
};
#define TRANSPORTS (sizeof transports / sizeof transports[0])

static void refuse_others(struct loader *l, const struct fields *f, const struct transport_row *row)
{
    for (const struct transport_row *other = row + 1; other < transports + TRANSPORTS; other++)
        refuse_here(l, field(f, other->key), row->zh, row->en);
    if (row->kind != BUS_RTU)
        refuse_here(l, field(f, "line"), "只用于串口总线", "it is of a serial bus");
}

static bool load_device(struct loader *l, const struct fields *f, const struct node *n,
                        struct bus_conf *b)
{
    load_line(l, f, b);
    if (!value_filled(l, f, "port", &b->device))
        return false;
    check_device(l, n);
    return true;
}

static void load_place(struct loader *l, const struct fields *f, const struct transport_row *row,
                       struct bus_conf *b)
{
    const struct node *n = field(f, row->key);
    bool is_right;

    b->kind = row->kind;
    if (row->kind == BUS_RTU)
        is_right = load_device(l, f, n, b);
    else
        is_right = value_scalar(l, n) != NULL &&
                   value_endpoint(l, n, n->text, "\"192.168.1.10:502\"", &b->host, &b->port);
    if (!is_right)
        return;
    check_line_of_one(l, n, b);
    refuse_others(l, f, row);
}

static void load_transport(struct loader *l, const struct fields *f, struct bus_conf *b)
{
    bool is_excused = false;

    for (size_t i = 0; i < TRANSPORTS; i++) {
        if (field(f, transports[i].key) != NULL) {
            load_place(l, f, &transports[i], b);
            return;
        }
        is_excused = is_excused || fields_excuse(f, transports[i].key);
    }
    if (!is_excused)
        report(l->d, &f->map->place, E_MISSING, "tcp | port | rtu_over_tcp", NULL, NULL);
}

static void load_bus(struct loader *l, const struct node *n)
{
    struct bus_conf *b = &l->plant->buses[l->plant->n_buses];
    int64_t retries = 1, share = 20, in_flight = 1;
    struct fields f;

    fields_read(l, &f, n, SEC_BUS);
    *b = (struct bus_conf){ .kind = BUS_TCP,
                            .file = loader_copy(l, n->key->place.source->name),
                            .line = n->key->place.line,
                            .col = n->key->place.col };
    load_transport(l, &f, b);
    trace_fields(l, "buses", n->key->text, &f);
    value_time(l, &f, "timeout", &b->timeout_ms);
    value_time(l, &f, "pause", &b->pause_ms);
    value_time(l, &f, "late_guard", &b->late_guard_ms);
    value_int(l, &f, "retries", &retries);
    value_share(l, &f, "dead_share", &share);
    value_int(l, &f, "in_flight", &in_flight);
    if (b->kind != BUS_TCP)
        refuse_here(l, field(&f, "in_flight"), "只用于 Modbus TCP", "it is of Modbus TCP");
    b->retries = (uint8_t)retries;
    b->dead_share_pct = (uint8_t)share;
    b->in_flight = (uint8_t)in_flight;
    if (!value_name(l, n->key, &b->name))
        b->name = loader_copy(l, n->key->text); /* who names it has made no mistake */
    if (b->name != NULL && loader_name(l, names_of_plant, b->name, n->key, E_TAKEN))
        l->plant->n_buses++;
}

void load_buses(struct loader *l)
{
    l->plant->buses = loader_take(l, (fields_count(l, "buses") + 1) * sizeof *l->plant->buses);
    if (l->plant->buses != NULL)
        fields_each(l, "buses", load_bus);
}

static void load_area(struct loader *l, const struct node *n)
{
    struct area_conf *a = &l->plant->areas[l->plant->n_areas];
    struct fields f;

    fields_read(l, &f, n, SEC_AREA);
    trace_fields(l, "areas", n->key->text, &f);
    *a = (struct area_conf){ 0 };
    value_text(l, &f, "zh", &a->label.zh);
    value_text(l, &f, "en", &a->label.en);
    value_text(l, &f, "basis", &a->basis);
    if (field(&f, "do") != NULL)
        value_label(l, field(&f, "do"), &a->act);
    if (!value_name(l, n->key, &a->name))
        a->name = loader_copy(l, n->key->text);
    if (a->name != NULL && loader_name(l, names_of_plant, a->name, n->key, E_TAKEN))
        l->plant->n_areas++;
}

void load_areas(struct loader *l)
{
    l->plant->areas = loader_take(l, (fields_count(l, "areas") + 1) * sizeof *l->plant->areas);
    if (l->plant->areas != NULL)
        fields_each(l, "areas", load_area);
}
