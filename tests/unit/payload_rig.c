#include "tests/unit/payload_rig.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/unit/emitted.h"

#define UTC_START 1795413600000 /* 2026-11-23T14:00:00+08:00 */

static const struct limit_conf co_high = {
    .set = true,
    .at = 24,
    .clear = 20,
    .priority = 2,
    .basis = "GB 6222-2005",
    .act = { "通风，查漏", "ventilate" },
};
static const struct limit_conf co_very_high = {
    .set = true,
    .at = 160,
    .clear = 140,
    .priority = 1,
    .basis = "GB 6222-2005",
    .act = { "撤离人员，佩戴空气呼吸器查漏", "evacuate" },
};

static void add_point(struct payload_rig *r, const struct point_conf *p)
{
    struct point_conf *to = &r->points[r->plant.n_points++];

    *to = *p;
    to->every_ms = 1000;
    to->bus = r->units[p->unit].bus;
}

static void add_points(struct payload_rig *r)
{
    add_point(r,
              &(struct point_conf){ .id = "co.bf1.front",
                                    .label = { "1#高炉炉前平台 CO", "BF1 cast house CO" },
                                    .county = "140521000001-0101001",
                                    .read.decimals = 1,
                                    .unit_of_value = UNIT_PPM,
                                    .has_range = true,
                                    .range_high = 1000,
                                    .limits = { [LEVEL_H] = co_high, [LEVEL_HH] = co_very_high } });
    add_point(r, &(struct point_conf){ .id = "co.bf1.tuyere",
                                       .label = { "1#高炉风口平台 CO", NULL },
                                       .unit = 1,
                                       .read.decimals = 1,
                                       .unit_of_value = UNIT_PPM,
                                       .limits = { [LEVEL_H] = co_high } });
    add_point(
        r, &(struct point_conf){
               .id = "holder.p",
               .label = { "煤气柜压力", "Holder pressure" },
               .area = 1,
               .unit = 2,
               .read.decimals = -1,
               .unit_of_value = UNIT_KPA,
               .limits = {
                   [LEVEL_LL] = { .set = true,
                                  .at = 1.05,
                                  .clear = 1.3,
                                  .priority = 1,
                                  .clear_after_ms = 1500 },
                   [LEVEL_L] = {
                       .set = true, .at = 1.5, .clear = 1.8, .priority = 2, .after_ms = 3000 } } });
    add_point(r,
              &(struct point_conf){
                  .id = "dust.inlet.t",
                  .label = { "除尘器入口温度", "Inlet temperature" },
                  .area = PLANT_NONE,
                  .unit = 3,
                  .read.decimals = 0,
                  .unit_of_value = UNIT_CELSIUS,
                  .limits = {
                      [LEVEL_HH] = {
                          .set = true, .at = 70.5, .clear = 65, .priority = 2, .latch = true } } });
    add_point(
        r, &(struct point_conf){
               .id = "dust.spark",
               .label = { "火花探测", "Spark" },
               .area = PLANT_NONE,
               .unit = 3,
               .limits = { [LEVEL_H] = { .set = true, .at = 1, .clear = 0.5, .priority = 2 } } });
    add_point(r, &(struct point_conf){ .id = "dust.air",
                                       .area = PLANT_NONE,
                                       .unit = 3,
                                       .unit_of_value = UNIT_M_S,
                                       .read.decimals = 2 });
}

void prig_init(struct payload_rig *r)
{
    memset(r, 0, sizeof *r);
    r->plant.site = (struct site_conf){ .ent = "140521000001",
                                        .gw = "01",
                                        .name = { "示范钢厂", "Demo steel plant" },
                                        .zone_min = 480 };
    r->plant.telemetry_every_ms = 60000;
    r->areas[0] =
        (struct area_conf){ .name = "bf-gas", .label = { "高炉煤气区", "Blast-furnace gas" } };
    r->areas[1] = (struct area_conf){ .name = "holder", .label = { "煤气柜", NULL } };
    r->buses[0] = (struct bus_conf){ .name = "gas485", .kind = BUS_RTU };
    r->buses[1] = (struct bus_conf){ .name = "dust", .kind = BUS_TCP };
    r->uplinks[0] = (struct uplink_conf){ .name = "county", .receipts = true };
    r->uplinks[1] = (struct uplink_conf){ .name = "group" };
    for (uint8_t i = 0; i < 4; i++)
        r->units[i] =
            (struct unit_conf){ .bus = i == 3, .unit_id = (uint8_t)(i + 1), .every_ms = 1000 };
    r->plant.n_areas = r->plant.n_buses = r->plant.n_uplinks = 2;
    r->plant.n_units = 4;
    add_points(r);
    r->prev = (struct store_prev){ .known = true, .epoch = 2, .seq = { 41, 300, 0 } };
    r->env = (struct envelope){ .epoch = 3,
                                .clk_sync = true,
                                .version = "0.1.0",
                                .install = "5f2b9a30c1de4477",
                                .config = "9c1185a5c5e9fc54" };
    r->facts = (struct status_facts){
        .use_pct = r->use_pct, .store_ok = true, .store_bytes = 1245184, .receipts = true
    };
}

struct stamp prig_now(const struct payload_rig *r)
{
    return (struct stamp){ r->now_ms, UTC_START + r->now_ms };
}

/* Parses the body strictly, keeps it, and writes it to the capture. */
static void keep(struct payload_rig *r, const char *topic, size_t len)
{
    char name[160];
    json_error_t err;
    json_t *body = json_loadb(r->body, len, JSON_REJECT_DUPLICATES, &err);

    if (body == NULL)
        fail_msg("%zu bytes: %s at %d: %.*s", len, err.text, err.position, (int)len, r->body);
    assert_true(len > 0 && len <= MESSAGE_MAX - 17); /* volatile may still be added */
    r->len = len;
    snprintf(name, sizeof name, "riskgw/v1/%s/%s/%s", r->plant.site.ent, r->plant.site.gw, topic);
    emitted(name, r->body, len);
    if (r->capture != NULL)
        fprintf(r->capture, "{\"topic\":\"%s\",\"body\":%.*s}\n", name, (int)len, r->body);
    json_array_append_new(r->seen, json_pack("{s:s, s:o}", "topic", topic, "body", body));
}

static void forget(struct payload_rig *r)
{
    json_array_clear(r->seen);
}

static void drain(struct payload_rig *r)
{
    struct event ev;

    while (engine_take(r->engine, &ev)) {
        if (ev.type == EV_NONE)
            continue;
        r->seq[TOPIC_ALARM] = ev.seq;
        keep(r, "alarm",
             ev.type == EV_RESTART ? payload_restart(r->body, &r->env, &ev, &r->prev, "power")
                                   : payload_event(r->body, &r->env, &ev));
    }
}

void prig_start(struct payload_rig *r)
{
    r->plant.areas = r->areas;
    r->plant.buses = r->buses;
    r->plant.units = r->units;
    r->plant.points = r->points;
    r->plant.uplinks = r->uplinks;
    r->plant.shelve.max_ms = 8 * 3600 * 1000;
    r->facts.audit = (struct audit_head){ .n = 12, .hash = { 0xa5, 0x01, 0xff } };
    assert_int_equal(engine_new(&r->engine, &r->plant, r->env.epoch, prig_now(r)), RG_OK);
    r->env.plant = &r->plant;
    r->env.engine = r->engine;
    r->seen = json_array();
    assert_non_null(r->seen);
    prig_restart(r);
}

void prig_restart(struct payload_rig *r)
{
    forget(r);
    engine_restart(r->engine, payload_restart_parts(&r->env), prig_now(r));
    drain(r);
}

void prig_stop(struct payload_rig *r)
{
    engine_free(r->engine);
    json_decref(r->seen);
}

static void sample(struct payload_rig *r, const struct sample *s)
{
    forget(r);
    engine_sample(r->engine, s, prig_now(r));
    engine_tick(r->engine, prig_now(r));
    drain(r);
}

void prig_value(struct payload_rig *r, uint32_t point, double val)
{
    sample(r, &(struct sample){
                  .point = point, .alive = true, .q = Q_GOOD, .val = val, .why.code = WHY_NONE });
}

void prig_bad(struct payload_rig *r, uint32_t point, enum quality q, double val)
{
    sample(r, &(struct sample){ .point = point,
                                .alive = true,
                                .q = q,
                                .val = val,
                                .why.code = q == Q_SENSOR_FAULT ? WHY_NAN : WHY_RANGE });
}

void prig_miss(struct payload_rig *r, uint32_t point, struct why why, bool alive)
{
    sample(r, &(struct sample){
                  .point = point, .kind = SAMPLE_MISS, .alive = alive, .val = NAN, .why = why });
}

void prig_at(struct payload_rig *r, int64_t ms)
{
    forget(r);
    while (engine_next_ms(r->engine) < ms) {
        int64_t due_ms = engine_next_ms(r->engine);

        r->now_ms = due_ms > r->now_ms ? due_ms : r->now_ms;
        engine_tick(r->engine, prig_now(r));
        drain(r);
    }
    r->now_ms = ms;
    engine_tick(r->engine, prig_now(r));
    drain(r);
}

void prig_ack(struct payload_rig *r, const char *rule, const char *by, const char *comment)
{
    forget(r);
    assert_int_equal(engine_ack(r->engine, rule, by, comment, prig_now(r)), RG_OK);
    drain(r);
}

void prig_reset(struct payload_rig *r, const char *rule, const char *by)
{
    forget(r);
    assert_int_equal(engine_reset(r->engine, rule, by, prig_now(r)), RG_OK);
    drain(r);
}

void prig_do(struct payload_rig *r, struct person_act act)
{
    forget(r);
    act.by = act.by == NULL ? "王工 (lisi)" : act.by;
    assert_int_equal(engine_do(r->engine, &act, prig_now(r)), ACT_DONE);
    drain(r);
}

void prig_sys(struct payload_rig *r, enum sys_fault f, bool bad)
{
    forget(r);
    engine_sys(r->engine, f, 0, bad, (struct why){ .code = WHY_NONE }, prig_now(r));
    drain(r);
}

void prig_telemetry(struct payload_rig *r)
{
    uint32_t point = 0;

    forget(r);
    while (point < r->plant.n_points) {
        uint32_t before = point;

        keep(r, "telemetry",
             payload_telemetry(r->body, &r->env, ++r->seq[TOPIC_TELEMETRY], prig_now(r), &point));
        assert_true(point > before);
    }
}

void prig_active(struct payload_rig *r)
{
    struct active_cursor at = { 0 };
    char topic[24];

    forget(r);
    while (at.n < payload_active_parts(&r->env)) {
        snprintf(topic, sizeof topic, "active/%u", at.n);
        keep(r, topic, payload_active(r->body, &r->env, prig_now(r), &at));
    }
}

void prig_meta(struct payload_rig *r)
{
    struct meta_cursor at = { 0 };
    char topic[24];

    forget(r);
    while (at.n < payload_meta_parts(&r->env)) {
        snprintf(topic, sizeof topic, "meta/%u", at.n);
        keep(r, topic, payload_meta(r->body, &r->env, prig_now(r), &at));
    }
    assert_int_equal(at.point, r->env.plant->n_points);
}

void prig_status(struct payload_rig *r)
{
    forget(r);
    keep(r, "status", payload_status(r->body, &r->env, prig_now(r), &r->facts));
}

void prig_offline(struct payload_rig *r, const char *reason)
{
    forget(r);
    keep(r, "status", payload_offline(r->body, &r->env, prig_now(r), reason));
}

void prig_ledger(struct payload_rig *r, const struct lost *v, size_t n)
{
    forget(r);
    keep(r, "ledger", payload_ledger(r->body, &r->env, ++r->seq[TOPIC_LEDGER], prig_now(r), v, n));
}

const struct json_t *prig_event(const struct payload_rig *r, const char *ev)
{
    const json_t *entry;
    size_t i;

    json_array_foreach (r->seen, i, entry) {
        const json_t *body = json_object_get(entry, "body");
        const char *word = json_string_value(json_object_get(body, "ev"));

        if (word != NULL && strcmp(word, ev) == 0)
            return body;
    }
    fail_msg("no %s among %zu messages", ev, json_array_size(r->seen));
    return NULL;
}

const char *prig_text(const struct json_t *o, const char *key)
{
    return json_string_value(json_object_get(o, key));
}
