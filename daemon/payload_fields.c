#include "daemon/payload_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void part_time(struct json *j, const char *key, const struct envelope *e, int64_t utc_ms)
{
    char time[32];

    payload_time(time, utc_ms, e->plant->site.zone_min);
    json_str(j, key, time);
}

void part_id(struct json *j, const char *key, const struct envelope *e, struct alarm_id id)
{
    char text[PART_ID_MAX];

    payload_alarm_id(text, sizeof text, e->plant, id);
    json_str(j, key, text);
}

void part_note(struct json *j, const char *key, const char *text, size_t max)
{
    if (text != NULL && text[0] != '\0')
        json_str_cut(j, key, text, max);
}

void part_unit_of_value(struct json *j, const struct point_conf *p)
{
    part_note(j, "u", unit_name(p->unit_of_value), PART_NAME_MAX);
}

void part_last(struct json *j, const struct envelope *e, const struct point_conf *p, double val,
               struct stamp at)
{
    json_open(j, "last", '{');
    json_num(j, "val", val, p->read.decimals);
    part_time(j, "t", e, at.utc_ms);
    json_close(j, '}');
}

void part_why(struct json *j, const struct envelope *e, struct why why, struct stamp since,
              uint32_t n)
{
    char word[24];

    if (why.code == WHY_NONE)
        return;
    json_open(j, "why", '{');
    json_str(j, "code", why_word(why, word, sizeof word));
    part_time(j, "since", e, since.utc_ms);
    if (n != 0)
        json_uint(j, "n", n);
    json_close(j, '}');
}

const struct point_conf *part_point(const struct plant *p, const struct slot *s)
{
    return s->type == SLOT_LIMIT || s->type == SLOT_POINT_FAULT ? &p->points[s->ref] : NULL;
}

/* The bus a slot lies on, PLANT_NONE: none. */
static uint32_t bus_of(const struct plant *p, const struct slot *s)
{
    switch (s->type) {
    case SLOT_LIMIT:
    case SLOT_POINT_FAULT:
        return p->points[s->ref].bus;
    case SLOT_UNIT:
        return p->units[s->ref].bus;
    case SLOT_BUS:
        return s->ref;
    case SLOT_RULE:
    case SLOT_SYS:
        break;
    }
    return PLANT_NONE;
}

void part_place(struct json *j, const struct envelope *e, const struct slot *s)
{
    const struct plant *p = e->plant;
    const struct point_conf *point = part_point(p, s);
    uint32_t bus = bus_of(p, s);
    uint32_t unit = point != NULL ? point->unit : s->type == SLOT_UNIT ? s->ref : PLANT_NONE;

    uint32_t area = point != NULL          ? point->area
                    : s->type == SLOT_RULE ? p->rules[s->ref].area
                                           : PLANT_NONE;

    if (point != NULL)
        json_str(j, "point", point->id);
    if (bus != PLANT_NONE)
        json_str(j, "bus", p->buses[bus].name);
    if (unit != PLANT_NONE)
        json_int(j, "unit_id", p->units[unit].unit_id);
    if (area != PLANT_NONE)
        json_str(j, "area", p->areas[area].name);
    if (point != NULL)
        part_note(j, "county", point->county, PART_NAME_MAX);
}

void part_rule(struct json *j, const struct slot *s, const struct point_conf *p,
               enum alarm_kind kind)
{
    char rule[PART_RULE_MAX];

    if (s->type == SLOT_LIMIT)
        snprintf(rule, sizeof rule, "%s/%s", p->id, alarm_kind_word(kind));
    json_str(j, "rule", s->type == SLOT_LIMIT ? rule : s->key);
}

static void put_bus_hold(struct json *j, const struct envelope *e, const struct slot *s)
{
    uint32_t bus = bus_of(e->plant, s);
    char by[PART_RULE_MAX];

    snprintf(by, sizeof by, "bus/%s", bus == PLANT_NONE ? "-" : e->plant->buses[bus].name);
    json_str(j, "kind", "bus");
    json_str(j, "by", by);
}

static void put_hold(struct json *j, const struct envelope *e, const struct alarm_state *st,
                     enum held hold)
{
    static const char *const kinds[HOLDS] = { "maint", "shelf", "oos" };
    const struct hold_words *words = engine_words(e->engine, st, hold);

    json_str(j, "kind", kinds[hold]);
    json_str_cut(j, "by", words == NULL ? "-" : words->by, PART_NAME_MAX);
    if (words != NULL)
        part_note(j, "reason", words->why, PART_WHY_MAX);
    part_time(j, "until", e, st->until[hold].utc_ms);
}

void part_inhibited(struct json *j, const struct envelope *e, const struct slot *s,
                    const struct alarm_state *st)
{
    if (st->supp == 0)
        return;
    json_open(j, "inhibited", '{');
    if ((st->supp & SUPP_OOS) != 0) {
        put_hold(j, e, st, HOLD_OOS);
    } else if ((st->supp & SUPP_BUS) != 0) {
        put_bus_hold(j, e, s);
    } else if ((st->supp & SUPP_MAINT) != 0) {
        put_hold(j, e, st, HOLD_MAINT);
    } else if ((st->supp & SUPP_RULE) != 0) {
        json_str(j, "kind", "suppress");
        json_str(j, "by", "only_when");
    } else {
        put_hold(j, e, st, HOLD_SHELF);
    }
    json_close(j, '}');
}

enum alarm_kind part_kind(const struct slot *s)
{
    static const enum alarm_kind sides[2][2] = {
        [SIDE_HIGH] = { KIND_H, KIND_HH }, [SIDE_LOW] = { KIND_L, KIND_LL }
    };
    static const enum alarm_kind others[] = { [SLOT_RULE] = KIND_COMPOSITE,
                                              [SLOT_POINT_FAULT] = KIND_FAULT,
                                              [SLOT_UNIT] = KIND_COMM,
                                              [SLOT_BUS] = KIND_BUS };
    static const enum alarm_kind sys[SYS_FAULTS] = {
        [SYS_STORE] = KIND_STORE,     [SYS_TIME] = KIND_TIME,     [SYS_CONFIG] = KIND_CONFIG,
        [SYS_IDENTITY] = KIND_UPLINK, [SYS_UPLINK] = KIND_UPLINK, [SYS_CERT] = KIND_UPLINK,
    };

    if (s->type == SLOT_LIMIT)
        return sides[s->side][s->st.level != 0];
    return s->type == SLOT_SYS ? sys[s->sys] : others[s->type];
}

const struct limit_conf *part_advice(const struct plant *p, const struct slot *s,
                                     enum alarm_kind kind)
{
    return s->type == SLOT_RULE    ? &p->rules[s->ref].limit
           : s->type == SLOT_LIMIT ? part_limit(&p->points[s->ref], kind)
                                   : NULL;
}

/* The levels come first among the kinds, in their own order. */
const struct limit_conf *part_limit(const struct point_conf *p, enum alarm_kind kind)
{
    if (p == NULL || kind > KIND_HH || !p->limits[kind].set)
        return NULL;
    return &p->limits[kind];
}

int part_limit_decimals(const struct point_conf *p, double at)
{
    int decimals = p->read.decimals < 0 ? 0 : p->read.decimals;
    char digits[JSON_NUMBER_MAX];

    while (decimals < 9 && strtod(json_digits(digits, at, decimals), NULL) != at)
        decimals++;
    return decimals;
}

void part_open(struct json *j, const struct envelope *e, uint32_t slot)
{
    const struct slot *s = engine_slot(e->engine, slot);
    char rule[PART_RULE_MAX];

    part_id(j, "alarm_id", e, s->st.id);
    json_str(j, "rule", engine_rule(e->engine, slot, rule, sizeof rule));
    json_str(j, "kind", alarm_kind_word(part_kind(s)));
    json_int(j, "lvl", s->st.priority);
}
