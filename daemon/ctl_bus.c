#include "daemon/ctl_bus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "daemon/bus_loop.h"
#include "daemon/json.h"

#define UNIT_BYTES 2048 /* the longest a unit's object gets, tested */
#define BUS_BYTES  640
#define SET_BYTES  192

static void put_rejected(struct json *j, const struct unit_stats *u)
{
    char word[24];

    json_open(j, "rejected", '{');
    for (int c = 0; c < REJECT_CAUSES; c++)
        if (u->rejected[c] > 0)
            json_uint(j, why_word((struct why){ (enum why_code)c, 0 }, word, sizeof word),
                      u->rejected[c]);
    json_close(j, '}');
}

static void put_exceptions(struct json *j, const struct unit_stats *u)
{
    char code[8];

    json_open(j, "exceptions", '{');
    for (unsigned c = 0; c < 256; c++) {
        if (u->exceptions[c] == 0)
            continue;
        snprintf(code, sizeof code, "%u", c);
        json_uint(j, code, u->exceptions[c]);
    }
    json_close(j, '}');
}

static void put_ms(struct json *j, const char *key, int64_t us)
{
    if (us < 0)
        json_nil(j, key);
    else
        json_num(j, key, (double)us / 1000.0, 1);
}

/* What came and was refused. */
static uint64_t refused(const struct unit_stats *u)
{
    uint64_t n = 0;

    for (int c = 0; c < REJECT_CAUSES; c++)
        n += u->rejected[c];
    return n;
}

/* Of all that came. */
static void put_noise(struct json *j, uint64_t refused, uint64_t taken)
{
    uint64_t all = refused + taken;

    json_num(j, "noise_pct", all == 0 ? 0 : 100.0 * (double)refused / (double)all, 2);
}

static uint64_t taken(const struct unit_stats *u)
{
    uint64_t n = u->good;

    for (unsigned c = 0; c < 256; c++)
        n += u->exceptions[c];
    return n;
}

static void put_unit(struct json *j, const struct unit_stats *u)
{
    json_open(j, NULL, '{');
    json_uint(j, "unit_id", u->unit_id);
    json_uint(j, "requests", u->requests);
    json_uint(j, "good", u->good);
    json_uint(j, "timeouts", u->timeouts);
    put_rejected(j, u);
    put_exceptions(j, u);
    json_str(j, "state", unit_state_words[u->state]);
    json_open(j, "rtt_ms", '{');
    put_ms(j, "p50", u->rtt_p50_us);
    put_ms(j, "p95", u->rtt_p95_us);
    put_ms(j, "max", u->rtt_max_us);
    json_close(j, '}');
    json_open(j, "period_ms", '{');
    put_ms(j, "p50", u->period_p50_us);
    put_ms(j, "p95", u->period_p95_us);
    json_close(j, '}');
    json_uint(j, "quarantined", u->quarantined);
    put_noise(j, refused(u), taken(u));
    if (u->identity != NULL)
        json_str(j, "identity", u->identity);
    json_close(j, '}');
}

static void put_master(struct json *j, const struct bus *core)
{
    int64_t now_us = clock_mono_us();
    struct bus_master m;

    if (!bus_master_heard(core, now_us, &m))
        return;
    json_open(j, "master", '{');
    json_uint(j, "unit_id", m.unit_id);
    json_uint(j, "requests", m.requests);
    json_uint(j, "replies", m.replies);
    json_num(j, "last_s", (double)(now_us - m.heard_us) / 1e6, 1);
    json_close(j, '}');
}

static void put_set(struct json *j, const struct set_stats *s)
{
    json_open(j, NULL, '{');
    json_uint(j, "unit_id", s->unit_id);
    json_uint(j, "fc", s->fc);
    json_uint(j, "address", s->address);
    json_uint(j, "count", s->count);
    put_ms(j, "every_ms", s->every_us);
    json_open(j, "period_ms", '{');
    put_ms(j, "p50", s->period_p50_us);
    put_ms(j, "p95", s->period_p95_us);
    json_close(j, '}');
    json_close(j, '}');
}

static void put_sets(struct json *j, const struct bus *core)
{
    struct set_stats set;

    json_open(j, "sets", '[');
    for (size_t n = 0; n < bus_sets(core); n++) {
        bus_set_stats(core, n, &set);
        put_set(j, &set);
    }
    json_close(j, ']');
}

static void put_use(struct json *j, const struct bus *core)
{
    double use_pct = bus_use_pct(core, clock_mono_us());
    uint64_t all_refused = 0, all_taken = 0;
    struct unit_stats u;

    json_num(j, "use_pct", use_pct, 1);
    json_num(j, "use15_pct", bus_use15_pct(core, clock_mono_us()), 1);
    json_num(j, "idle_pct", use_pct < 100 ? 100 - use_pct : 0, 1);
    for (size_t n = 0; n < bus_units(core); n++) {
        bus_unit_stats(core, n, &u);
        all_refused += refused(&u);
        all_taken += taken(&u);
    }
    put_noise(j, all_refused, all_taken);
}

static void put_bus(struct json *j, const struct ctl_subject *s, size_t i)
{
    const struct bus *core = bus_loop_core(s->buses[i]);
    const char *error = bus_loop_error(s->buses[i]);
    struct unit_stats u;

    json_open(j, NULL, '{');
    json_str(j, "bus", s->plant->buses[i].name);
    json_str(j, "state", bus_is_up(core) ? "up" : "down");
    if (error[0] != '\0')
        json_str(j, "error", error);
    put_use(j, core);
    put_master(j, core);
    json_open(j, "units", '[');
    for (size_t n = 0; n < bus_units(core); n++) {
        bus_unit_stats(core, n, &u);
        put_unit(j, &u);
    }
    json_close(j, ']');
    put_sets(j, core);
    json_close(j, '}');
}

static bool is_wanted(const struct ctl_subject *s, size_t i, const char *name)
{
    return s->buses[i] != NULL && (name == NULL || strcmp(name, s->plant->buses[i].name) == 0);
}

int ctl_bus_json(const struct ctl_subject *s, const char *name, struct buffer *to)
{
    size_t wanted = 0;
    struct json j;

    to->size = BUS_BYTES;
    for (size_t i = 0; i < s->plant->n_buses; i++) {
        if (!is_wanted(s, i, name))
            continue;
        wanted++;
        const struct bus *core = bus_loop_core(s->buses[i]);
        to->size += BUS_BYTES + bus_units(core) * UNIT_BYTES + bus_sets(core) * SET_BYTES;
    }
    if (name != NULL && wanted == 0)
        return RG_ENOENT;
    to->text = malloc(to->size);
    if (to->text == NULL)
        return RG_ENOMEM;
    json_init(&j, to->text, to->size);
    json_open(&j, NULL, '{');
    json_int(&j, "v", 1);
    json_open(&j, "buses", '[');
    for (size_t i = 0; i < s->plant->n_buses; i++)
        if (is_wanted(s, i, name))
            put_bus(&j, s, i);
    json_close(&j, ']');
    json_close(&j, '}');
    to->len = json_end(&j);
    return to->len > 0 ? RG_OK : RG_EFULL;
}
