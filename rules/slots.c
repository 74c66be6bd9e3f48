#include "rules/engine_core.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* level of a side: [side][nearer, outer] */
static const enum level side_levels[2][LEVELS_A_SIDE] = {
    [SIDE_HIGH] = { LEVEL_H, LEVEL_HH },
    [SIDE_LOW] = { LEVEL_L, LEVEL_LL },
};
static const char *const side_words[2] = { [SIDE_HIGH] = "high", [SIDE_LOW] = "low" };
static const char *const sys_words[SYS_FAULTS] = {
    [SYS_STORE] = "store",       [SYS_TIME] = "time",     [SYS_CONFIG] = "config",
    [SYS_IDENTITY] = "identity", [SYS_UPLINK] = "uplink", [SYS_CERT] = "cert",
};

static bool has_side(const struct point_conf *p, int side)
{
    return p->limits[side_levels[side][0]].set || p->limits[side_levels[side][1]].set;
}

static uint32_t count_sides(const struct plant *p)
{
    uint32_t n = 0;

    for (size_t i = 0; i < p->n_points; i++)
        n += (uint32_t)has_side(&p->points[i], SIDE_HIGH) +
             (uint32_t)has_side(&p->points[i], SIDE_LOW);
    return n;
}

uint32_t slots_timed(const struct plant *p)
{
    return count_sides(p) + (uint32_t)p->n_rules;
}

uint32_t slots_count(const struct plant *p)
{
    return slots_timed(p) + (uint32_t)(p->n_points + p->n_units + p->n_buses) + SYS_UPLINK +
           (SYS_FAULTS - SYS_UPLINK) * (uint32_t)p->n_uplinks;
}

static uint32_t add(struct engine *e, enum slot_type type, uint32_t ref)
{
    struct slot *s = &e->slots[e->n_slots];

    s->type = type;
    s->ref = ref;
    s->st.val = NAN;
    s->st.peak = NAN;
    return e->n_slots++;
}

/* Sides and rules first: their number is also that of their timer. */
static void add_sides(struct engine *e)
{
    for (uint32_t i = 0; i < e->plant->n_points; i++)
        for (int side = SIDE_HIGH; side <= SIDE_LOW; side++) {
            struct slot *s = &e->slots[e->n_slots];

            e->points[i].slot[side] = SLOT_NONE;
            if (!has_side(&e->plant->points[i], side))
                continue;
            s->side = (enum side)side;
            snprintf(s->key, sizeof s->key, "%s/%s", e->plant->points[i].id, side_words[side]);
            e->points[i].slot[side] = add(e, SLOT_LIMIT, i);
        }
}

static void add_rules(struct engine *e)
{
    e->first_rule = e->n_slots;
    for (uint32_t i = 0; i < e->plant->n_rules; i++) {
        struct slot *s = &e->slots[e->n_slots];

        snprintf(s->key, sizeof s->key, "%s", e->plant->rules[i].id);
        add(e, SLOT_RULE, i);
    }
}

static void add_faults(struct engine *e)
{
    const struct plant *p = e->plant;

    for (uint32_t i = 0; i < p->n_points; i++) {
        struct slot *s = &e->slots[e->n_slots];

        snprintf(s->key, sizeof s->key, "%s/fault", p->points[i].id);
        e->points[i].fault = add(e, SLOT_POINT_FAULT, i);
    }
    for (uint32_t i = 0; i < p->n_units; i++) {
        struct slot *s = &e->slots[e->n_slots];

        snprintf(s->key, sizeof s->key, "unit/%s/%u", p->buses[p->units[i].bus].name,
                 (unsigned)p->units[i].unit_id);
        e->units[i].slot = add(e, SLOT_UNIT, i);
    }
    for (uint32_t i = 0; i < p->n_buses; i++) {
        struct slot *s = &e->slots[e->n_slots];

        snprintf(s->key, sizeof s->key, "bus/%s", p->buses[i].name);
        e->buses[i].slot = add(e, SLOT_BUS, i);
    }
}

static void add_sys_of_uplinks(struct engine *e, enum sys_fault f)
{
    for (uint32_t i = 0; i < e->plant->n_uplinks; i++) {
        struct slot *s = &e->slots[e->n_slots];

        s->sys = f;
        snprintf(s->key, sizeof s->key, "sys/%s/%s", sys_words[f], e->plant->uplinks[i].name);
        add(e, SLOT_SYS, i);
    }
}

static void add_sys(struct engine *e)
{
    for (uint32_t f = 0; f < SYS_UPLINK; f++) {
        struct slot *s = &e->slots[e->n_slots];

        s->sys = (enum sys_fault)f;
        snprintf(s->key, sizeof s->key, "sys/%s", sys_words[f]);
        add(e, SLOT_SYS, f);
    }
    for (uint32_t f = SYS_UPLINK; f < SYS_FAULTS; f++)
        add_sys_of_uplinks(e, (enum sys_fault)f);
}

static int compare_slots(const struct slot *a, const struct slot *b)
{
    int order = strcmp(a->key, b->key);

    return order != 0 ? order : (int)a->type - (int)b->type;
}

static int by_key(const void *a, const void *b, void *engine)
{
    const struct engine *e = engine;

    return compare_slots(&e->slots[*(const uint32_t *)a], &e->slots[*(const uint32_t *)b]);
}

void slots_build(struct engine *e)
{
    add_sides(e);
    add_rules(e);
    e->n_timed = e->n_slots;
    add_faults(e);
    add_sys(e);
    assert(e->n_slots == slots_count(e->plant));
    for (uint32_t i = 0; i < e->n_slots; i++)
        e->by_key[i] = i;
    qsort_r(e->by_key, e->n_slots, sizeof *e->by_key, by_key, e);
}

/* Place in by_key of the first slot that is not before s. */
static uint32_t lower_bound(const struct engine *e, const struct slot *s)
{
    uint32_t from = 0, to = e->n_slots;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;

        if (compare_slots(&e->slots[e->by_key[middle]], s) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

uint32_t slots_find_same(const struct engine *e, const struct slot *s)
{
    uint32_t at = lower_bound(e, s);

    return at < e->n_slots && compare_slots(&e->slots[e->by_key[at]], s) == 0 ? e->by_key[at]
                                                                              : SLOT_NONE;
}

uint32_t slots_find_key(const struct engine *e, const char *key)
{
    struct slot s = { .type = SLOT_LIMIT };
    uint32_t at;

    snprintf(s.key, sizeof s.key, "%s", key);
    at = lower_bound(e, &s);
    return at < e->n_slots && strcmp(e->slots[e->by_key[at]].key, key) == 0 ? e->by_key[at]
                                                                            : SLOT_NONE;
}

uint32_t slots_find_sys(const struct engine *e, enum sys_fault f, uint32_t uplink)
{
    for (uint32_t i = 0; i < e->n_slots; i++) {
        const struct slot *s = &e->slots[i];

        if (s->type == SLOT_SYS && s->sys == f && (f < SYS_UPLINK || s->ref == uplink))
            return i;
    }
    return SLOT_NONE;
}

/* Digits only, no sign, no blank; moves *text past them. */
static bool read_number(const char **text, uint64_t *out)
{
    char *end;

    if (**text < '0' || **text > '9')
        return false;
    *out = strtoull(*text, &end, 10);
    *text = end;
    return true;
}

static bool read_alarm_id(const struct engine *e, const char *rule, struct alarm_id *id)
{
    const char *parts[] = { e->plant->site.ent, "-", e->plant->site.gw, "-" };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t len = strlen(parts[i]);

        if (strncmp(rule, parts[i], len) != 0)
            return false;
        rule += len;
    }
    if (!read_number(&rule, &id->epoch) || *rule++ != '-' || !read_number(&rule, &id->seq))
        return false;
    return *rule == '\0' && id->epoch != 0;
}

/* "co.a/HH" with the level among those that are set on this side. */
static bool names_side(const struct engine *e, const struct slot *s, const char *rule)
{
    const char *id = e->plant->points[s->ref].id;
    size_t len = strlen(id);

    if (strncmp(rule, id, len) != 0 || rule[len] != '/')
        return false;
    for (int level = 0; level < LEVELS_A_SIDE; level++) {
        const char *word = alarm_kind_word((enum alarm_kind)slot_level(s, level));

        if (slot_limit(e, s, level)->set && strcmp(rule + len + 1, word) == 0)
            return true;
    }
    return false;
}

uint32_t slots_find_rule(const struct engine *e, const char *rule)
{
    struct alarm_id id;
    bool is_id = read_alarm_id(e, rule, &id);

    for (uint32_t i = 0; i < e->n_slots; i++) {
        const struct slot *s = &e->slots[i];

        if (is_id && s->st.last.epoch == id.epoch && s->st.last.seq == id.seq)
            return i;
        if (s->type == SLOT_LIMIT ? names_side(e, s, rule) : strcmp(s->key, rule) == 0)
            return i;
    }
    return SLOT_NONE;
}

enum level slot_level(const struct slot *s, int level)
{
    return side_levels[s->side][level];
}

const struct limit_conf *slot_limit(const struct engine *e, const struct slot *s, int level)
{
    static const struct limit_conf none = { .set = false };

    if (s->type == SLOT_RULE)
        return level == 0 ? &e->plant->rules[s->ref].limit : &none;
    return &e->plant->points[s->ref].limits[slot_level(s, level)];
}

bool slot_has_levels(const struct slot *s)
{
    return s->type == SLOT_LIMIT || s->type == SLOT_RULE;
}

enum alarm_kind slot_kind(const struct slot *s)
{
    static const enum alarm_kind kinds[] = { [SLOT_RULE] = KIND_COMPOSITE,
                                             [SLOT_POINT_FAULT] = KIND_FAULT,
                                             [SLOT_UNIT] = KIND_COMM,
                                             [SLOT_BUS] = KIND_BUS };
    static const enum alarm_kind sys_kinds[SYS_FAULTS] = {
        [SYS_STORE] = KIND_STORE,     [SYS_TIME] = KIND_TIME,     [SYS_CONFIG] = KIND_CONFIG,
        [SYS_IDENTITY] = KIND_UPLINK, [SYS_UPLINK] = KIND_UPLINK, [SYS_CERT] = KIND_UPLINK,
    };

    if (s->type == SLOT_LIMIT)
        return (enum alarm_kind)slot_level(s, s->st.level);
    return s->type == SLOT_SYS ? sys_kinds[s->sys] : kinds[s->type];
}

const char *engine_rule(const struct engine *e, uint32_t slot, char *buf, size_t size)
{
    const struct slot *s = &e->slots[slot];

    if (s->type == SLOT_LIMIT)
        snprintf(buf, size, "%s/%s", e->plant->points[s->ref].id, alarm_kind_word(slot_kind(s)));
    else
        snprintf(buf, size, "%s", s->key);
    return buf;
}
