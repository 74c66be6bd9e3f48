/* What is there: buses and the registers of their units. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/plantsim/bus.h"
#include "tests/sim/plantsim/command.h"

static bool fill_name(struct plant *p, struct bus *b, const char *name, struct reply_text *a)
{
    if (strlen(name) >= sizeof b->name || strchr(name, '/') != NULL)
        return say_error(a, "'%s' is no name for a bus (31 bytes, no '/')", name);
    if (plant_bus(p, name) != NULL)
        return say_error(a, "there is a bus '%s' already", name);
    memcpy(b->name, name, strlen(name) + 1);
    return true;
}

static bool fill_port(struct bus *b, const char *text, struct reply_text *a)
{
    const char *colon = strrchr(text, ':');
    long port;

    if (colon == NULL || (size_t)(colon - text) >= sizeof b->host ||
        !word_int(colon + 1, 0, 65535, &port))
        return say_error(a, "'%s' is not ADDRESS:PORT", text);
    memcpy(b->host, text, (size_t)(colon - text));
    b->port = (unsigned)port;
    return true;
}

static bool fill_line(struct bus *b, struct words *w, struct reply_text *a)
{
    const char *line = w->v[2];
    long baud, bits;

    if (strlen(w->v[0]) >= sizeof b->path)
        return say_error(a, "the path is too long");
    memcpy(b->path, w->v[0], strlen(w->v[0]) + 1);
    if (!word_int(w->v[1], 300, 1000000, &baud))
        return say_error(a, "'%s' is no baud rate", w->v[1]);
    if (strlen(line) != 3 || line[0] != '8' || strchr("NEO", line[1]) == NULL ||
        (line[2] != '1' && line[2] != '2'))
        return say_error(a, "'%s' is not 8N1, 8E1, 8O1 or 8N2", line);
    bits = 1 + 8 + (line[1] != 'N') + (line[2] - '0');
    b->baud = (uint32_t)baud;
    b->char_ns = bits * NS_S / baud;
    b->gap_ns = bus_gap_ns(b->baud);
    return true;
}

static bool add_bus(struct plant *p, const struct bus *made, const char *kind, struct reply_text *a)
{
    char place[PATH_MAX];
    struct bus *b;

    if (p->n_buses == BUSES_MAX)
        return say_error(a, "more than %d buses", BUSES_MAX);
    b = malloc(sizeof(*b));
    if (b == NULL)
        return say_error(a, "no memory");
    *b = *made;
    b->plant = p;
    if (bus_up(b) != 0) {
        int e = errno;

        bus_place(b, place, sizeof place);
        free(b);
        return say_error(a, "%.180s: %s", place, strerror(e));
    }
    p->buses[p->n_buses++] = b;
    bus_place(b, place, sizeof place);
    printf("%s %s %s\n", kind, b->name, place);
    return true;
}

static bool run_tcp(struct plant *p, const struct command *c, struct words *w, struct reply_text *a)
{
    bool rtu = strcmp(c->name, "rtutcp") == 0;
    struct bus b = { .kind = rtu ? BUS_RTU_OVER_TCP : BUS_TCP };

    if (strcmp(w->v[1], "as") != 0)
        return say_error(a, "usage: %s %s", c->name, c->usage);
    return fill_port(&b, w->v[0], a) && fill_name(p, &b, w->v[2], a) &&
           (a->dry || add_bus(p, &b, c->name, a));
}

static bool run_rtu(struct plant *p, const struct command *c, struct words *w, struct reply_text *a)
{
    struct bus b = { .kind = BUS_RTU };

    if (strcmp(w->v[3], "as") != 0)
        return say_error(a, "usage: %s %s", c->name, c->usage);
    return fill_line(&b, w, a) && fill_name(p, &b, w->v[4], a) &&
           (a->dry || add_bus(p, &b, c->name, a));
}

static struct unit *unit_at(struct bus *b, long id)
{
    if (b->units[id] == NULL)
        b->units[id] = unit_new((uint8_t)id);
    return b->units[id];
}

struct registers {
    enum table table;
    long from, to;
    struct coding coding;
    double value;
};

static bool parse_value(const char *text, double *v)
{
    if (strcmp(text, "on") == 0 || strcmp(text, "off") == 0) {
        *v = text[1] == 'n';
        return true;
    }
    return word_number(text, v);
}

static bool parse_registers(struct registers *r, struct words *w, struct reply_text *a)
{
    const char *order = w->n == 7 ? w->v[5] : NULL;
    int t = 0;

    while (t < TABLES && strcmp(w->v[2], table_names[t]) != 0)
        t++;
    if (t == TABLES)
        return say_error(a, "'%s' is no table (hold, input, coil, discrete)", w->v[2]);
    r->table = (enum table)t;
    if (!word_range(w->v[3], 0, 65535, &r->from, &r->to))
        return say_error(a, "'%s' is no address (0..65535)", w->v[3]);
    if (!coding_parse(&r->coding, w->v[4], order))
        return say_error(a,
                         "'%s%s%s' is no type (bit, u16, i16; u32, i32, f32 with ABCD, CDAB, "
                         "BADC or DCBA)",
                         w->v[4], order ? " " : "", order ? order : "");
    if ((t == TABLE_COIL || t == TABLE_DISCRETE) != (r->coding.type == TYPE_BIT))
        return say_error(a, "%s registers hold %s", table_names[t],
                         t == TABLE_COIL || t == TABLE_DISCRETE ? "bit" : "numbers, not bit");
    if (!parse_value(w->v[w->n - 1], &r->value) || !coding_holds(&r->coding, r->value))
        return say_error(a, "'%s' is no value of a %s", w->v[w->n - 1], w->v[4]);
    return true;
}

static bool add_registers(struct plant *p, struct unit *u, const struct registers *r,
                          struct reply_text *a)
{
    for (long at = r->from; at <= r->to; at += coding_registers(&r->coding)) {
        struct point *x = plant_add_point(p, u, r->table, (unsigned)at, &r->coding);

        if (x == NULL)
            return say_error(a, "unit %d: %s %ld is there already", u->id, table_names[r->table],
                             at);
        point_set(x, r->value, clock_ns());
    }
    return true;
}

static bool run_unit(struct plant *p, const struct command *c, struct words *w,
                     struct reply_text *a)
{
    struct bus *b = plant_bus(p, w->v[0]);
    struct registers r = { .to = -1 };
    bool tag = w->n == 3 && strcmp(w->v[2], "tag") == 0;
    long from, to;

    if (b == NULL)
        return say_error(a, "there is no bus '%s'", w->v[0]);
    if (!word_range(w->v[1], 0, 255, &from, &to))
        return say_error(a, "'%s' is no unit (0..255)", w->v[1]);
    if (!tag && w->n < 6)
        return say_error(a, "usage: %s %s", c->name, c->usage);
    if (!tag && !parse_registers(&r, w, a))
        return false;
    for (long id = from; id <= to && !a->dry; id++) {
        struct unit *u = unit_at(b, id);

        if (u == NULL)
            return say_error(a, "no memory");
        u->tag |= tag;
        if (!tag && !add_registers(p, u, &r, a))
            return false;
    }
    return true;
}

const struct command define_commands[] = {
    { "tcp", 3, 3, run_tcp, "ADDRESS:PORT as NAME" },
    { "rtutcp", 3, 3, run_tcp, "ADDRESS:PORT as NAME" },
    { "rtu", 5, 5, run_rtu, "PATH BAUD 8N1 as NAME" },
    { "unit", 3, 7, run_unit,
      "BUS N tag | BUS N hold|input|coil|discrete ADDR TYPE [ORDER] VALUE" },
    { NULL, 0, 0, NULL, NULL },
};
