#include "daemon/gateway_watch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/payload_parts.h"

#define DOCUMENT_FIRST (32u << 10) /* bytes; doubled until the document fits */
#define DOCUMENT_MAX   (64u << 20)
#define PRIORITIES     4

struct document {
    const struct gateway *gateway;
    struct stamp now;
    struct envelope env;
    struct status_facts facts;
    uint32_t point; /* PLANT_NONE: all */
    bool all;
};

static void start(struct document *d, const struct gateway *g, struct stamp now)
{
    *d = (struct document){ .gateway = g, .now = now, .point = PLANT_NONE };
    gateway_facts(g, now, &d->env, &d->facts);
}

static int write_out(const struct document *d, struct buffer *to,
                     void (*put)(struct json *j, const struct document *d))
{
    struct json j;

    for (size_t size = DOCUMENT_FIRST; size <= DOCUMENT_MAX; size *= 2) {
        char *text = realloc(to->text, size);

        if (text == NULL)
            return RG_ENOMEM;
        to->text = text;
        to->size = size;
        json_init(&j, text, size);
        json_open(&j, NULL, '{');
        put(&j, d);
        json_close(&j, '}');
        to->len = json_end(&j);
        if (to->len > 0)
            return RG_OK;
    }
    return RG_EFULL;
}

/* ---- status ---- */

static void put_cert(struct json *j, const struct document *d, const struct cert_state *c)
{
    if (c->what[0] == '\0')
        return;
    json_open(j, "cert", '{');
    json_bool(j, "due", d->now.utc_ms >= c->due_utc_ms);
    if (c->ends_utc_ms != INT64_MAX)
        part_time(j, "ends", &d->env, c->ends_utc_ms);
    json_str(j, "what", c->what);
    json_close(j, '}');
}

static void put_uplink(struct json *j, const struct document *d, uint32_t uplink)
{
    const char *why = gateway_uplink_why(d->gateway, uplink);
    int64_t now_ms = d->now.mono_ms;
    struct outbox_stats s;

    gateway_uplink_stats(d->gateway, uplink, &s);
    json_open(j, NULL, '{');
    json_str(j, "name", d->env.plant->uplinks[uplink].name);
    json_bool(j, "connected", s.up);
    json_int(j, "since_s", (now_ms - (s.up ? s.up_since_ms : s.down_since_ms)) / 1000);
    if (why[0] != '\0')
        json_str(j, "error", why);
    put_cert(j, d, gateway_cert_state(d->gateway, uplink));
    json_uint(j, "queue", s.queue[LANE_ALARM] + s.queue[LANE_TELEMETRY]);
    json_int(j, "oldest_s", gateway_oldest_ms(&s, d->now) / 1000);
    if (s.last_receipt_ms != INT64_MIN)
        json_num(j, "last_receipt_s", (double)(now_ms - s.last_receipt_ms) / 1000, 1);
    json_close(j, '}');
}

static void put_label(struct json *j, const struct text *label)
{
    if (label->zh != NULL)
        json_str(j, "zh", label->zh);
    if (label->en != NULL)
        json_str(j, "en", label->en);
}

/* What nobody watches now, with its reason: the first thing that people ask. */
static void put_not_monitored(struct json *j, const struct document *d)
{
    json_open(j, "not_monitored", '[');
    for (uint32_t i = 0; i < d->env.plant->n_points; i++) {
        const struct point_state *st = engine_point(d->env.engine, i);
        enum quality q = engine_point_quality(d->env.engine, i);

        if (payload_is_monitored(q))
            continue;
        json_open(j, NULL, '{');
        json_str(j, "p", d->env.plant->points[i].id);
        put_label(j, &d->env.plant->points[i].label);
        json_str(j, "q", quality_word(q));
        part_why(j, &d->env, st->why, st->since, st->n);
        json_int(j, "since_s", (d->now.mono_ms - st->since.mono_ms) / 1000);
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* Active alarms by priority, 1 to 4. */
static void put_priorities(struct json *j, const struct document *d)
{
    uint64_t n[PRIORITIES] = { 0 };

    for (size_t i = 0; i < engine_slots(d->env.engine); i++) {
        const struct alarm_state *st = &engine_slot(d->env.engine, i)->st;

        if (alarm_is_active(st) && st->priority >= 1 && st->priority <= PRIORITIES)
            n[st->priority - 1]++;
    }
    json_open(j, "active_by_lvl", '[');
    for (int i = 0; i < PRIORITIES; i++)
        json_uint(j, NULL, n[i]);
    json_close(j, ']');
}

static void put_status(struct json *j, const struct document *d)
{
    part_envelope(j, &d->env, 0, d->now);
    part_status(j, &d->env, &d->facts);
    json_open(j, "uplinks", '[');
    for (size_t i = 0; i < d->env.plant->n_uplinks; i++)
        put_uplink(j, d, (uint32_t)i);
    json_close(j, ']');
    json_int(j, "uptime_s", d->now.mono_ms / 1000);
    json_open(j, "site", '{');
    put_label(j, &d->env.plant->site.name);
    json_close(j, '}');
    put_priorities(j, d);
    put_not_monitored(j, d);
    json_bool(j, "replay", false);
}

int gateway_json_status(const struct gateway *g, struct buffer *to, struct stamp now)
{
    struct document d;

    start(&d, g, now);
    return write_out(&d, to, put_status);
}

/* ---- points ---- */

/* t and age_s are of the last proven answer, whatever it said. */
static void put_point(struct json *j, const struct document *d, uint32_t point)
{
    const struct plant *plant = d->env.plant;
    const struct point_conf *p = &plant->points[point];
    const struct point_state *st = engine_point(d->env.engine, point);
    enum quality q = engine_point_quality(d->env.engine, point);
    bool is_good = quality_class(q) == QC_GOOD && isfinite(st->val);

    json_open(j, NULL, '{');
    json_str(j, "p", p->id);
    put_label(j, &p->label);
    if (is_good)
        json_num(j, "val", st->val, p->read.decimals);
    part_unit_of_value(j, p);
    json_str(j, "q", quality_word(q));
    if (!is_good) {
        part_why(j, &d->env, st->why, st->since, st->n);
        if (isfinite(st->val))
            part_last(j, &d->env, p, st->val, st->val_at);
    }
    if (st->seen_ever) {
        part_time(j, "t", &d->env, st->seen.utc_ms);
        json_num(j, "age_s", (double)(d->now.mono_ms - st->seen.mono_ms) / 1000, 3);
    }
    part_time(j, "since", &d->env, st->since.utc_ms);
    json_str(j, "bus", plant->buses[p->bus].name);
    json_int(j, "unit_id", plant->units[p->unit].unit_id);
    json_close(j, '}');
}

static void put_points(struct json *j, const struct document *d)
{
    json_int(j, "v", 1);
    part_time(j, "ts", &d->env, d->now.utc_ms);
    json_open(j, "points", '[');
    for (size_t i = 0; i < d->env.plant->n_points; i++)
        if (d->point == PLANT_NONE || d->point == i)
            put_point(j, d, (uint32_t)i);
    json_close(j, ']');
}

int gateway_json_points(const struct gateway *g, const char *id, struct buffer *to,
                        struct stamp now)
{
    struct document d;

    start(&d, g, now);
    if (id != NULL) {
        d.point = plant_find_point(d.env.plant, id);
        if (d.point == PLANT_NONE)
            return RG_ENOENT;
    }
    return write_out(&d, to, put_points);
}

/* ---- alarms ---- */

/* A side that is at rest shows the nearest level that it has. */
static enum alarm_kind kind_of(const struct plant *p, const struct slot *s)
{
    enum alarm_kind kind = part_kind(s);

    if (s->type != SLOT_LIMIT || part_limit(&p->points[s->ref], kind) != NULL)
        return kind;
    return s->side == SIDE_HIGH ? KIND_HH : KIND_LL;
}

static void put_values(struct json *j, const struct document *d, const struct slot *s,
                       const struct limit_conf *limit)
{
    const struct point_conf *p = part_point(d->env.plant, s);
    const struct point_state *st = engine_point(d->env.engine, s->ref);
    enum quality q = engine_point_quality(d->env.engine, s->ref);
    bool is_good = quality_class(q) == QC_GOOD && isfinite(st->val);

    if (is_good)
        json_num(j, "val", st->val, p->read.decimals);
    part_unit_of_value(j, p);
    if (limit != NULL)
        json_num(j, "limit", limit->at, part_limit_decimals(p, limit->at));
    json_str(j, "q", quality_word(q));
    if (is_good)
        part_time(j, "sampled", &d->env, st->val_at.utc_ms);
    else if (isfinite(st->val))
        part_last(j, &d->env, p, st->val, st->val_at);
}

static void put_names(struct json *j, const struct document *d, const struct slot *s,
                      const struct limit_conf *limit)
{
    const struct point_conf *p = part_point(d->env.plant, s);
    enum alarm_kind kind = kind_of(d->env.plant, s);

    if (alarm_is_listed(&s->st))
        part_id(j, "alarm_id", &d->env, s->st.id);
    json_str(j, "kind", alarm_kind_word(kind));
    if (alarm_is_listed(&s->st))
        json_int(j, "lvl", s->st.priority);
    else if (limit != NULL)
        json_int(j, "lvl", limit->priority);
    part_rule(j, s, p, kind);
    part_place(j, &d->env, s);
}

static void put_words(struct json *j, const struct document *d, uint32_t slot,
                      const struct limit_conf *limit)
{
    const struct slot *s = engine_slot(d->env.engine, slot);
    char text[PART_TEXT_MAX];

    if (alarm_is_listed(&s->st)) {
        text_standing(text, sizeof text, &d->env, slot, true);
        json_str_cut(j, "text", text, PART_TEXT_MAX);
    }
    if (limit == NULL)
        return;
    part_note(j, "basis", limit->basis, PART_NOTE_MAX);
    part_note(j, "do", text_pick(&limit->act, "zh"), PART_NOTE_MAX);
}

static void put_alarm(struct json *j, const struct document *d, uint32_t slot)
{
    const struct slot *s = engine_slot(d->env.engine, slot);
    const struct limit_conf *limit = part_advice(d->env.plant, s, kind_of(d->env.plant, s));

    json_open(j, NULL, '{');
    put_names(j, d, s, limit);
    if (part_point(d->env.plant, s) != NULL)
        put_values(j, d, s, limit);
    put_words(j, d, slot, limit);
    json_str(j, "state", alarm_state_word(&s->st));
    json_bool(j, "acked", s->st.acked);
    if (alarm_is_listed(&s->st))
        part_time(j, "since", &d->env, s->st.since.utc_ms);
    if (limit == NULL && s->st.active)
        part_why(j, &d->env, s->st.why, s->st.since, 0);
    part_inhibited(j, &d->env, s, &s->st);
    json_bool(j, "announced", alarm_is_announced(&s->st));
    json_close(j, '}');
}

static void put_alarms(struct json *j, const struct document *d)
{
    json_int(j, "v", 1);
    part_time(j, "ts", &d->env, d->now.utc_ms);
    json_open(j, "alarms", '[');
    for (size_t i = 0; i < engine_slots(d->env.engine); i++) {
        const struct alarm_state *st = &engine_slot(d->env.engine, i)->st;

        if (d->all || alarm_is_listed(st) || st->supp != 0)
            put_alarm(j, d, (uint32_t)i);
    }
    json_close(j, ']');
}

int gateway_json_alarms(const struct gateway *g, bool all, struct buffer *to, struct stamp now)
{
    struct document d;

    start(&d, g, now);
    d.all = all;
    return write_out(&d, to, put_alarms);
}
