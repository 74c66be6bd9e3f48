/* What stands in the files is what the plant is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/read_file.h"
#include "tests/unit/config_rig.h"

static struct plant *load_good(const char *text)
{
    struct diag_list found;
    struct plant *p = NULL;
    int err = load_text(&p, text, &found);

    if (err != RG_OK)
        diag_print(stderr, &found, "p.yaml", DIAG_EN);
    diag_fini(&found);
    assert_int_equal(err, RG_OK);
    return p;
}

static struct plant *load_example(const char *path)
{
    const struct file_reader reader = { .read = read_file };
    struct diag_list found;
    struct plant *p = NULL;

    diag_init(&found);
    int err = plant_load(&p, path, &reader, &found);
    diag_print(stderr, &found, path, DIAG_EN);
    assert_int_equal(found.warnings, 0);
    diag_fini(&found);
    assert_int_equal(err, RG_OK);
    return p;
}

static const struct point_conf *point(const struct plant *p, const char *id)
{
    uint32_t i = plant_find_point(p, id);

    assert_int_not_equal(i, PLANT_NONE);
    return &p->points[i];
}

static void assert_limit(const struct point_conf *p, enum level level, double at, double clear,
                         int64_t after_ms, int priority)
{
    const struct limit_conf *limit = &p->limits[level];

    assert_true(limit->set);
    assert_float_equal(limit->at, at, 0);
    assert_float_equal(limit->clear, clear, 0);
    assert_int_equal(limit->after_ms, after_ms);
    assert_int_equal(limit->priority, priority);
    assert_non_null(limit->basis);
    assert_true(limit->act.zh != NULL && limit->act.en != NULL);
}

static void what_is_kept_of_a_point_is_as_it_says(void **unused)
{
    static const struct {
        const char *text;
        bool all;
        int64_t every_ms;
        double deadband;
    } rows[] = {
        { "zh: 一氧化碳", false, 60000, 10 }, /* of its range */
        { "limits: {H: {at: 24 ppm, clear: 20 ppm}, HH: {at: 160 ppm, clear: 140 ppm, do: x, "
          "basis: y}}",
          false, 60000, 1.6 },
        { "record: {every: 10s, deadband: 0.5 ppm}", false, 10000, 0.5 },
        { "record: {every: 10s}", false, 10000, 10 },
        { "record: all", true, 60000, 10 },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct plant *p = load_good(framed(frame_point, rows[i].text));
        assert_int_equal(p->points[0].record.all, rows[i].all);
        assert_int_equal(p->points[0].record.every_ms, rows[i].every_ms);
        assert_float_equal(p->points[0].record.deadband, rows[i].deadband, 1e-12);
        assert_int_equal(p->ring_bytes, 4000000);
        plant_free(p);
    }
}

static void what_is_not_written_has_its_default(void **unused)
{
    struct plant *p = load_good(framed(frame_point, "zh: 一氧化碳"));
    const struct bus_conf *bus = &p->buses[0];

    (void)unused;
    assert_int_equal(p->telemetry_every_ms, 60000);
    assert_int_equal(p->keep_ms, INT64_C(365) * 86400000);
    assert_int_equal(p->keep_sent_ms, 7 * 86400000);
    assert_int_equal(p->max_bytes, INT64_C(8000000000));
    assert_string_equal(p->control_socket, "/run/riskgwd/ctl");
    assert_int_equal(p->site.zone_min, 480);
    assert_int_equal(bus->timeout_ms, 500);
    assert_int_equal(bus->retries, 1);
    assert_int_equal(bus->late_guard_ms, 3000);
    assert_int_equal(bus->pause_ms, 0);
    assert_int_equal(bus->dead_share_pct, 20);
    assert_int_equal(bus->in_flight, 1);
    assert_float_equal(p->points[0].read.scale, 1, 0);
    assert_int_equal(p->points[0].read.decimals, 0);
    assert_false(p->points[0].limits[LEVEL_H].set);
    plant_free(p);
}

static void every_key_arrives_where_it_belongs(void **unused)
{
    struct plant *p = load_good(
        "version: 1\n"
        "site: {ent: \"E1\", gw: \"02\", zh: 厂, en: Works, zone: \"-03:30\"}\n"
        "store: {keep: 30d, max_size: 500 MB, keep_sent: 2 d}\n"
        "control: {socket: run/ctl}\n"
        "telemetry: {every: 5 min}\n"
        "buses:\n"
        "  b1: {tcp: \"[fe80::1]:5020\", timeout: 1.5 s, retries: 0, pause: 20ms, late_guard: 5s,\n"
        "       dead_share: 10%, in_flight: 4}\n"
        "  b2: {port: /dev/ttyS1, line: 19200 8E1}\n"
        "  b3: {rtu_over_tcp: \"serial1.example:4001\"}\n"
        "areas: {a1: {zh: 一区, en: one}}\n"
        "points:\n"
        "  - {id: p1, bus: b2, unit_id: 247, every: 100ms, area: a1, zh: 温度, en: T, county: "
        "c-1,\n"
        "     read: {fc: 4, address: 65534, type: f32, order: CDAB, scale: 0.25, offset: -40},\n"
        "     unit: °C, range: -40 °C .. 200°C,\n"
        "     limits: {LL: {at: -20 °C, clear: -15 °C, after: 5s, clear_after: 1min, priority: 3,\n"
        "                  respond_within: 5min, re_alarm: 1h,\n"
        "                   latch: yes, basis: 规程 3, do: {zh: 保温, en: heat}}}}\n"
        "uplinks:\n"
        "  city: {mqtt: tcp://mq.example:1884, protocol: 3.1.1, client_id: x, user: u,\n"
        "         password_file: secrets/city, keepalive: 5s, receipts: none}\n"
        "  state: {mqtt: \"ssl://[fe80::2]:8883\", client_id: y,\n"
        "          tls: {ca: tls/ca.pem, cert: tls/gw.pem, key: /run/gw.key, crl: crl.pem}}\n");
    const struct point_conf *q = &p->points[0];

    (void)unused;
    assert_string_equal(p->site.name.en, "Works");
    assert_int_equal(p->site.zone_min, -210);
    assert_int_equal(p->telemetry_every_ms, 300000);
    assert_string_equal(p->control_socket, "run/ctl");
    assert_string_equal(p->buses[0].host, "fe80::1");
    assert_int_equal(p->buses[0].port, 5020);
    assert_int_equal(p->buses[0].timeout_ms, 1500);
    assert_int_equal(p->buses[0].dead_share_pct, 10);
    assert_int_equal(p->buses[0].in_flight, 4);
    assert_int_equal(p->buses[1].kind, BUS_RTU);
    assert_int_equal(p->buses[1].baud, 19200);
    assert_int_equal(p->buses[1].parity, 'E');
    assert_int_equal(p->buses[2].kind, BUS_RTU_OVER_TCP);
    assert_string_equal(p->buses[2].host, "serial1.example");
    assert_int_equal(p->buses[2].port, 4001);
    assert_int_equal(q->read.order, ORDER_CDAB);
    assert_int_equal(q->read.address, 65534);
    assert_float_equal(q->read.offset, -40, 0);
    assert_int_equal(q->read.decimals, -1);
    assert_float_equal(q->range_low, -40, 0);
    assert_float_equal(q->range_high, 200, 0);
    assert_limit(q, LEVEL_LL, -20, -15, 5000, 3);
    assert_int_equal(q->limits[LEVEL_LL].clear_after_ms, 60000);
    assert_int_equal(q->limits[LEVEL_LL].respond_within_ms, 300000);
    assert_int_equal(q->limits[LEVEL_LL].re_alarm_ms, 3600000);
    assert_true(q->limits[LEVEL_LL].latch);
    assert_string_equal(p->areas[q->area].name, "a1");
    assert_int_equal(p->units[q->unit].unit_id, 247);
    assert_int_equal(p->uplinks[0].protocol, 4);
    assert_false(p->uplinks[0].receipts);
    assert_string_equal(p->uplinks[0].password_file, "secrets/city");
    assert_int_equal(p->uplinks[0].keepalive_s, 5);
    assert_null(p->uplinks[0].tls.ca);
    assert_string_equal(p->uplinks[1].host, "fe80::2");
    assert_string_equal(p->uplinks[1].tls.ca, "tls/ca.pem");
    assert_string_equal(p->uplinks[1].tls.cert, "tls/gw.pem");
    assert_string_equal(p->uplinks[1].tls.key, "/run/gw.key");
    assert_string_equal(p->uplinks[1].tls.crl, "crl.pem");
    plant_free(p);
}

#define TWO_SETS "device: co-1, use: [CO, CO-own], "

static void the_nearest_source_wins_key_by_key(void **unused)
{
    static const struct {
        const char *text;
        double h_at, h_clear;
        int64_t h_after_ms;
        double hh_at, range_high;
        int address;
    } rows[] = {
        { "device: co-1, use: [CO]", 24, 20, 3000, 160, 500, 7 },
        { "device: co-1, use: [CO, CO-own]", 15, 12, 3000, 160, 500, 7 },
        { "device: co-1, use: [CO-own, CO]", 24, 20, 3000, 160, 500, 7 },
        { TWO_SETS "limits: {H: {at: 18 ppm}}", 18, 12, 3000, 160, 500, 7 },
        { TWO_SETS "limits: {HH: {at: 90 ppm, clear: 80 ppm}}", 15, 12, 3000, 90, 500, 7 },
        { TWO_SETS "range: 0 ppm .. 300 ppm", 15, 12, 3000, 160, 300, 7 },
        { TWO_SETS "read: {fc: 3, address: 9, type: u16}", 15, 12, 3000, 160, 500, 9 },
        { "use: [CO]", 24, 20, 3000, 160, 900, 1 },
    };
    char text[1024];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(text, sizeof text,
                 "defaults: {bus: b1, every: 2s, area: a1, unit: ppm, range: 0 ppm .. 900 ppm, "
                 "read: {fc: 3, address: 1, type: u16}}\n"
                 "points:\n  - {id: p1, unit_id: 1, county: c1, %s}",
                 rows[i].text);
        struct plant *p = load_good(framed(frame_root, text));
        const struct point_conf *q = &p->points[0];
        assert_float_equal(q->limits[LEVEL_H].at, rows[i].h_at, 0);
        assert_float_equal(q->limits[LEVEL_H].clear, rows[i].h_clear, 0);
        assert_int_equal(q->limits[LEVEL_H].after_ms, rows[i].h_after_ms);
        assert_float_equal(q->limits[LEVEL_HH].at, rows[i].hh_at, 0);
        assert_float_equal(q->range_high, rows[i].range_high, 0);
        assert_int_equal(q->read.address, rows[i].address);
        assert_int_equal(q->every_ms, 2000);
        plant_free(p);
    }
}

static void do_and_basis_come_from_limit_rule_set_point_then_area(void **unused)
{
    static const struct {
        const char *limit, *point, *use;
        const char *basis, *act;
    } rows[] = {
        { "basis: L, do: l, ", "basis: P, do: p, ", "", "L", "l" },
        { "", "basis: P, do: p, ", "", "P", "p" },
        { "", "", "", "本厂规定 1", "撤离" },
        { "do: l, ", "basis: P, ", "", "P", "l" },
        { "", "basis: P, do: p, ", "use: [CO], ", "表 1", "查漏" },
    };
    char text[512];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(text, sizeof text, "%s%slimits: {H: {%sat: 24 ppm, clear: 20 ppm}}", rows[i].use,
                 rows[i].point, rows[i].limit);
        struct plant *p = load_good(framed(frame_point, text));
        assert_string_equal(p->points[0].limits[LEVEL_H].basis, rows[i].basis);
        assert_string_equal(p->points[0].limits[LEVEL_H].act.zh, rows[i].act);
        plant_free(p);
    }
}

static void defaults_count_in_their_own_file_only(void **unused)
{
    static const char main_text[] = "version: 1\nsite: {ent: e, gw: g}\ninclude: [a.yaml, b.yaml]\n"
                                    "buses: {b1: {tcp: \"h:1\"}}\n";
    static const char a_text[] =
        "defaults: {bus: b1, every: 1s, read: {fc: 2, address: 0, type: bit}}\n"
        "points: [{id: p1, unit_id: 1, county: a}]\n";
    struct memory_files files = { .n = 3,
                                  .v = { { "p.yaml", main_text, 0 },
                                         { "a.yaml", a_text, 0 },
                                         { "b.yaml", "points: [{id: p2, unit_id: 1, county: b}]\n",
                                           0 } } };
    struct diag_list found;
    struct plant *p = NULL;

    (void)unused;
    assert_int_equal(load_memory(&p, &files, &found), RG_ECONF);
    assert_int_equal(found.errors, 3); /* bus, every, read of p2 */
    for (size_t i = 0; i < found.n; i++)
        assert_string_equal(found.v[i].file, "b.yaml");
    diag_fini(&found);
}

static void points_of_one_bus_and_number_share_one_unit(void **unused)
{
    struct plant *p = load_good(framed(
        frame_root, "defaults: {bus: b1, unit_id: 5, read: {fc: 2, address: 0, type: bit}}\n"
                    "points: [{id: p1, every: 2s, county: 1}, {id: p2, every: 500ms, county: 2},\n"
                    "         {id: p3, every: 1s, county: 3, unit_id: 6}]"));

    (void)unused;
    assert_int_equal(p->n_units, 2);
    assert_int_equal(p->points[0].unit, p->points[1].unit);
    assert_int_not_equal(p->points[0].unit, p->points[2].unit);
    assert_int_equal(p->units[p->points[0].unit].every_ms, 500);
    plant_free(p);
}

static void a_template_is_looked_up_beside_the_main_file_first(void **unused)
{
    static const char main_text[] =
        "version: 1\nsite: {ent: e, gw: g}\ntemplates: [other, /usr/share/x]\n"
        "buses: {b1: {tcp: \"h:1\"}}\ndefaults: {bus: b1, unit_id: 1, every: 1s}\n"
        "points: [{id: p1, device: d1, county: 1}, {id: p2, device: d2, county: 2},\n"
        "         {id: p3, device: d3, county: 3}]\n";
#define DEVICE(name, address)                                                                      \
    "device: " name "\nmanual: m\nread: {fc: 3, address: " address ", type: u16}\n"
    struct memory_files files = { .n = 6,
                                  .v = {
                                      { "etc/p.yaml", main_text, 0 },
                                      { "etc/devices/d1.yaml", DEVICE("d1", "1"), 0 },
                                      { "etc/other/devices/d1.yaml", DEVICE("d1", "11"), 0 },
                                      { "etc/other/devices/d2.yaml", DEVICE("d2", "2"), 0 },
                                      { "/usr/share/x/devices/d2.yaml", DEVICE("d2", "12"), 0 },
                                      { "/usr/share/x/devices/d3.yaml", DEVICE("d3", "3"), 0 } } };
    const struct file_reader reader = { .ctx = &files, .read = read_memory };
    struct diag_list found;
    struct plant *p = NULL;

    (void)unused;
    diag_init(&found);
    assert_int_equal(plant_load(&p, "etc/p.yaml", &reader, &found), RG_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(p->points[i].read.address, i + 1);
    assert_int_equal(p->n_files, 4); /* the bytes that were checked: main and three devices */
    diag_fini(&found);
    plant_free(p);
}

static void the_plant_keeps_the_exact_bytes_of_its_files(void **unused)
{
    static const char text[] = "\xEF\xBB\xBFversion: 1\r\nsite: {ent: e, gw: g}\r\n";
    struct memory_files files = { .n = 1, .v = { { "p.yaml", text, 0 } } };
    struct diag_list found;
    struct plant *p = NULL;

    (void)unused;
    assert_int_equal(load_memory(&p, &files, &found), RG_OK);
    assert_int_equal(p->files[0].len, sizeof text - 1);
    assert_memory_equal(p->files[0].text, text, sizeof text);
    assert_non_null(find_diag(&found, 9)); /* told once, as a warning */
    diag_fini(&found);
    plant_free(p);
}

static void the_steel_example_is_what_its_page_says(void **unused)
{
    struct plant *p = load_example("config/examples/steel/riskgwd.yaml");
    const struct point_conf *co = point(p, "co.drip"), *holder = point(p, "holder.p");

    (void)unused;
    assert_int_equal(p->n_points, 7);
    assert_int_equal(p->n_units, 7);
    assert_int_equal(p->buses[0].kind, BUS_RTU);
    assert_int_equal(co->read.fc, 3);
    assert_int_equal(co->read.decimals, 1);
    assert_float_equal(co->range_high, 1000, 0);
    assert_limit(co, LEVEL_H, 24, 20, 3000, 2);
    assert_limit(co, LEVEL_HH, 160, 140, 0, 1);
    assert_int_equal(holder->read.order, ORDER_CDAB);
    assert_limit(holder, LEVEL_LL, 1.0, 1.3, 5000, 1);
    assert_limit(holder, LEVEL_L, 1.5, 1.8, 10000, 2);
    assert_limit(holder, LEVEL_H, 6.0, 5.7, 10000, 2);
    assert_limit(holder, LEVEL_HH, 7.0, 6.7, 5000, 1);
    assert_true(p->uplinks[0].receipts);
    plant_free(p);
}

static void the_wood_dust_example_is_what_its_page_says(void **unused)
{
    struct plant *p = load_example("config/examples/wood-dust/riskgwd.yaml");
    static const struct {
        const char *id;
        int fc, address;
        enum value_type type;
        double scale;
        enum unit_id unit;
    } rows[] = {
        { "dc1.t_in", 4, 0, TYPE_I16, 0.1, UNIT_CELSIUS },
        { "dc1.t_hopper", 4, 1, TYPE_I16, 0.1, UNIT_CELSIUS },
        { "dc1.dp", 4, 2, TYPE_U16, 1, UNIT_PA },
        { "dc1.dust", 4, 4, TYPE_F32, 1, UNIT_G_M3 },
        { "dc1.fan", 2, 0, TYPE_BIT, 1, UNIT_NONE },
        { "dc1.saw", 2, 1, TYPE_BIT, 1, UNIT_NONE },
    };

    (void)unused;
    assert_int_equal(p->n_points, sizeof rows / sizeof rows[0]);
    assert_int_equal(p->n_units, 1);
    assert_int_equal(p->buses[0].kind, BUS_TCP);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct point_conf *q = point(p, rows[i].id);
        assert_int_equal(q->read.fc, rows[i].fc);
        assert_int_equal(q->read.address, rows[i].address);
        assert_int_equal(q->read.type, rows[i].type);
        assert_float_equal(q->read.scale, rows[i].scale, 0);
        assert_int_equal(q->unit_of_value, rows[i].unit);
    }
    assert_limit(point(p, "dc1.t_in"), LEVEL_H, 70, 65, 5000, 1);
    assert_limit(point(p, "dc1.dust"), LEVEL_HH, 15, 12, 10000, 1);
    plant_free(p);
}

static int read_memory_then_disk(void *ctx, const char *path, char **text, size_t *len)
{
    int err = read_memory(ctx, path, text, len);

    return err == RG_ENOENT ? read_file(NULL, path, text, len) : err;
}

static void every_shipped_rule_set_carries_its_clause(void **unused)
{
    static const struct {
        const char *name, *unit;
        enum level level;
        double at;
        const char *source;
    } rows[] = {
        { "GB6222-CO", "ppm", LEVEL_H, 24, "GB 6222-2005" },
        { "GB6222-CO", "ppm", LEVEL_HH, 160, "GB 6222-2005" },
        { "GBT50493-CO", "mg/m3", LEVEL_H, 20, "GB/T 50493-2019 5.5.2" },
        { "GBT50493-CO", "mg/m3", LEVEL_HH, 40, "GB/T 50493-2019 5.5.2" },
        { "GBT50493-O2", "VOL%", LEVEL_L, 19.5, "GB/T 50493-2019 5.5.2" },
        { "GBT50493-O2", "VOL%", LEVEL_H, 23.5, "GB/T 50493-2019 5.5.2" },
        { "GBT50493-LEL", "LEL%", LEVEL_H, 25, "GB/T 50493-2019 5.5.2" },
        { "GBT50493-LEL", "LEL%", LEVEL_HH, 50, "GB/T 50493-2019 5.5.2" },
        { "AQ4273-INLET-T", "°C", LEVEL_H, 70, "AQ 4273 5.1 c" },
    };
    struct memory_files main_file = { .n = 1, .v = { { "config/p.yaml", NULL, 0 } } };
    const struct file_reader reader = { .ctx = &main_file, .read = read_memory_then_disk };
    struct diag_list found;
    char text[512];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct plant *p = NULL;
        snprintf(text, sizeof text,
                 "version: 1\nsite: {ent: e, gw: g}\nbuses: {b1: {tcp: \"h:1\"}}\npoints:\n"
                 "  - {id: p1, bus: b1, unit_id: 1, every: 1s, county: c, "
                 "read: {fc: 3, address: 0, type: f32}, unit: %s, use: [%s]}\n",
                 rows[i].unit, rows[i].name);
        main_file.v[0].text = text;
        diag_init(&found);
        assert_int_equal(plant_load(&p, "config/p.yaml", &reader, &found), RG_OK);
        assert_int_equal(found.warnings, 0);
        const struct limit_conf *limit = &p->points[0].limits[rows[i].level];
        assert_float_equal(limit->at, rows[i].at, 0);
        assert_true(limit->act.zh != NULL && limit->act.en != NULL);
        assert_non_null(strstr(limit->basis, rows[i].source));
        diag_fini(&found);
        plant_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_written_has_its_default),
        cmocka_unit_test(what_is_kept_of_a_point_is_as_it_says),
        cmocka_unit_test(every_key_arrives_where_it_belongs),
        cmocka_unit_test(the_nearest_source_wins_key_by_key),
        cmocka_unit_test(do_and_basis_come_from_limit_rule_set_point_then_area),
        cmocka_unit_test(defaults_count_in_their_own_file_only),
        cmocka_unit_test(points_of_one_bus_and_number_share_one_unit),
        cmocka_unit_test(a_template_is_looked_up_beside_the_main_file_first),
        cmocka_unit_test(the_plant_keeps_the_exact_bytes_of_its_files),
        cmocka_unit_test(the_steel_example_is_what_its_page_says),
        cmocka_unit_test(the_wood_dust_example_is_what_its_page_says),
        cmocka_unit_test(every_shipped_rule_set_carries_its_clause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
