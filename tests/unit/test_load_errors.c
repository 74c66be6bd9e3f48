/* Every mistake is told once, by its number, at its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/config_rig.h"

struct row {
    const char *frame;
    const char *text;
    int code;       /* of an error */
    const char *at; /* the text that the caret stands under, in `text` */
};

/* A limit that only lacks what the row is about. */
#define H(rest) "H: {at: 24 ppm, clear: 20 ppm" rest "}"
#define POINT(rest)                                                                                \
    "points: [{id: p1, bus: b1, unit_id: 1, every: 1s, county: c, read: {fc: 2, address: 0, "      \
    "type: bit}" rest "}]"
#define DEFAULTS                                                                                   \
    "defaults: {bus: b1, unit_id: 1, every: 1s, read: {fc: 2, address: 0, type: bit}}\n"
#define UPLINK(rest) "uplinks: {c: {client_id: x, " rest "}}"

static const struct row rows[] = {
    /* keys */
    { frame_root, "telemetri: {every: 1s}", 20, "telemetri" },
    { frame_point, "labal: x", 20, "labal" },
    { frame_limits, "H: {at: 24 ppm, claer: 20 ppm}", 20, "claer" },
    { frame_limits, "X: {at: 24 ppm}", 20, "X" },
    { frame_point, "zh: a, zh: b", 21, "zh: b" },
    { frame_root, "telemetry: {every: 1s}\ntelemetry: {every: 2s}", 21, "telemetry: {every: 2s}" },
    /* a dash is missing, told once for all of the entry; a key that is there twice */
    { frame_root, DEFAULTS "points:\n  - id: p1\n    zh: a\n    id: p2\n    zh: b", 62, "id: p2" },
    { frame_root, DEFAULTS "points: [{id: p1, id: p2}]", 21, "id: p2" },
    { frame_root, DEFAULTS "points:\n  - id: p1\n    zh: a\n    zh: b", 21, "zh: b" },
    { frame_bus, "tcp: \"h:1\"}\nareas:\n  a3:\n    zh: a\n    zh: b\n  a4: {", 21, "zh: b" },
    { frame_root, "telemetry:", 22, "telemetry" },
    { frame_root, "telemetry: ~", 22, "telemetry" },
    { frame_root, "telemetry: null", 22, "telemetry" },
    { frame_root, "telemetry: {every: }", 22, "every" },
    { frame_bus, "tcp: \"h:1\"}\nareas: {a2: ", 22, "a2" },
    { frame_root, "points: [~]", 22, "~" },
    { frame_root, "telemetry: 60s", 23, "60s" },
    { frame_root, "points: {id: p1}", 23, "{" },
    { frame_root, "points: [p1]", 23, "p1" },
    { frame_root, "include: gas.yaml", 23, "gas.yaml" },
    { frame_point, "use: CO", 23, "CO" },
    { frame_point, "zh: [a]", 23, "[" },
    { frame_point, "limits: {H: 24 ppm}", 23, "24 ppm" },
    { frame_point, "do: [a]", 23, "[" },
    { frame_point, "do: {zh: a, cn: b}", 20, "cn" },
    { frame_bus, "tcp: \"h:1\"}\nareas: {a2: x", 23, "x" },
    /* what is missing, at the map that lacks it */
    { frame_root, "uplinks: {c: {}}", 24, "{}" },
    { frame_limits, "H: {clear: 20 ppm}", 24, "{" },
    { frame_root,
      "points: [{bus: b1, unit_id: 1, every: 1s, county: c, read: {fc: 2, address: 0, type: bit}}]",
      24, "{" },
    { frame_root,
      "points: [{id: p1, unit_id: 1, every: 1s, county: c, read: {fc: 2, address: 0, type: bit}}]",
      24, "{" },
    { frame_root,
      "points: [{id: p1, bus: b1, every: 1s, county: c, read: {fc: 2, address: 0, type: bit}}]", 24,
      "{" },
    { frame_root,
      "points: [{id: p1, bus: b1, unit_id: 1, county: c, read: {fc: 2, address: 0, type: bit}}]",
      24, "{" },
    { frame_root, "points: [{id: p1, bus: b1, unit_id: 1, every: 1s, county: c}]", 24, "{" },
    { frame_root, "uplinks: {c: {client_id: x}}", 24, "{client_id" },
    { frame_root, "uplinks: {c: {mqtt: tcp://h:1}}", 24, "{mqtt" },
    /* names */
    { frame_bus, "tcp: \"h:1\"}\nareas: {一区: {}", 25, "一区" },
    { frame_root,
      "points: [{id: p 1, bus: b1, unit_id: 1, every: 1s, county: c, read: {fc: 2, address: 0, "
      "type: bit}}]",
      25, "p 1" },
    { frame_root,
      "points: [{id: \"\", bus: b1, unit_id: 1, every: 1s, county: c, read: {fc: 2, address: 0, "
      "type: bit}}]",
      25, "\"\"" },
    { frame_root,
      "points: [{id: a123456789b123456789c123456789d123456789e123456789f123456789g123, bus: b1, "
      "unit_id: 1, every: 1s, county: c, read: {fc: 2, address: 0, type: bit}}]",
      25, "a123456789" },
    { frame_root, POINT("") "\ndefaults: {zh: x}", 37, "zh: x" },
    { frame_root, POINT("") "\ndefaults: {every: 99ms}", 34, "99ms" },
    { frame_root, POINT("") "\ndefaults: {limits: {H: {at: 1, aftr: 1s}}}", 20, "aftr" },
    { frame_root, POINT("") "\ndefaults: {limits: {X: {at: 1}}}", 20, "X" },
    { frame_root,
      "points: [{id: b1, bus: b1, unit_id: 1, every: 1s, county: c, read: {fc: 2, address: 0, "
      "type: bit}}]",
      26, "b1, bus" },
    { frame_root,
      "points: [{id: a1, bus: b1, unit_id: 1, every: 1s, county: c, read: {fc: 2, address: 0, "
      "type: bit}}]",
      26, "a1" },
    { frame_root,
      "defaults: {bus: b1, unit_id: 1, every: 1s, read: {fc: 2, address: 0, type: bit}}\npoints: "
      "[{id: p1, county: c}, {id: p1, county: d}]",
      26, "p1, county: d" },
    { frame_root,
      "defaults: {bus: b1, unit_id: 1, every: 1s, read: {fc: 2, address: 0, type: bit}}\npoints: "
      "[{id: p1, county: c}, {id: p2, county: c}]",
      45, "c}]" },
    { frame_root, POINT(", area: a2"), 27, "a2" },
    { frame_root,
      "points: [{id: p1, bus: b2, unit_id: 1, every: 1s, county: c, read: {fc: 2, address: 0, "
      "type: bit}}]",
      27, "b2" },
    { frame_point, "device: co-2", 28, "co-2" },
    { frame_point, "use: [CO, C0]", 28, "C0" },
    { frame_point, "device: ../x", 25, "../x" },
    /* numbers and units */
    { frame_root, "telemetry: {every: fast}", 36, "fast" },
    { frame_root, "telemetry: {every: 60}", 32, "60" },
    { frame_root, "telemetry: {every: 60 sec}", 31, "sec" },
    { frame_root, "telemetry: {every: 0x3C s}", 31, "x3C s" },
    { frame_root, "telemetry: {every: 999ms}", 34, "999ms" },
    { frame_root, "telemetry: {every: 301s}", 34, "301s" },
    { frame_root, "telemetry: {every: -1s}", 34, "-1s" },
    { frame_root, "telemetry: {every: 1e999s}", 36, "1e999s" },
    { frame_root, "store: {max_size: 8 TB}", 31, "TB" },
    { frame_root, "store: {max_size: 9 MB}", 34, "9 MB" },
    { frame_bus, "tcp: \"h:1\", timeout: 19ms", 34, "19ms" },
    { frame_bus, "tcp: \"h:1\", timeout: 10001ms", 34, "10001ms" },
    { frame_bus, "tcp: \"h:1\", retries: 6", 34, "6" },
    { frame_bus, "tcp: \"h:1\", retries: -1", 34, "-1" },
    { frame_bus, "tcp: \"h:1\", retries: two", 30, "two" },
    { frame_bus, "tcp: \"h:1\", retries: 1.5", 30, "1.5" },
    { frame_bus, "tcp: \"h:1\", in_flight: 9", 34, "9" },
    { frame_bus, "port: /dev/ttyS1, in_flight: 2", 37, "in_flight" },
    { frame_bus, "tcp: \"h:1\", dead_share: 4 %", 34, "4 %" },
    { frame_bus, "tcp: \"h:1\", dead_share: 20", 32, "20" },
    { frame_root,
      "points: [{id: p1, bus: b1, unit_id: 1, every: 99ms, county: c, read: {fc: 2, address: 0, "
      "type: bit}}]",
      34, "99ms" },
    { frame_root,
      "points: [{id: p1, bus: b1, unit_id: 256, every: 1s, county: c, read: {fc: 2, address: 0, "
      "type: bit}}]",
      34, "256" },
    { frame_root,
      "points: [{id: p1, bus: b1, unit_id: 99999999999999999999, every: 1s, county: c, read: {fc: "
      "2, address: 0, type: bit}}]",
      34, "99999999999999999999" },
    { frame_limits, "H: {at: 24, clear: 20 ppm}", 32, "24" },
    { frame_limits, "H: {at: 24 pmm, clear: 20 ppm}", 31, "pmm" },
    { frame_limits, "H: {at: 24 mg/m3, clear: 20 ppm}", 33, "mg/m3" },
    { frame_limits, "H: {at: \"24 mg/m3\", clear: 20 ppm}", 33, "mg/m3" },
    { frame_limits, "H: {at: high, clear: 20 ppm}", 30, "high" },
    { frame_limits, "H: {at: nan ppm, clear: 20 ppm}", 30, "nan" },
    { frame_limits, "H: {at: inf ppm, clear: 20 ppm}", 30, "inf" },
    { frame_limits, "H: {at: \"1,000 ppm\", clear: 20 ppm}", 30, "1,000" },
    { frame_limits, "H: {at: 1e400 ppm, clear: 20 ppm}", 30, "1e400" },
    { frame_root, POINT(", unit: pmm"), 31, "pmm" },
    { frame_root, POINT(", unit: ℃"), 31, "℃" },
    { frame_root, POINT(", unit: kPa, range: 0 .. 10 kPa"), 32, "0 .." },
    { frame_root, POINT(", unit: kPa, range: 0 kPa .. 10"), 32, "10}" },
    { frame_root, POINT(", unit: kPa, range: 0 kPa - 10 kPa"), 36, "0 kPa -" },
    { frame_root, POINT(", unit: kPa, range: 10 kPa .. 0 kPa"), 36, "10 kPa" },
    { frame_root, POINT(", unit: kPa, range: 0 Pa .. 10 kPa"), 33, "Pa .." },
    { frame_root, POINT(", range: 0 kPa .. 10 kPa"), 24, "{id" },
    /* words and forms */
    { frame_limits, H(", latch: on"), 35, "on" },
    { frame_limits, H(", priority: 5"), 34, "5" },
    { frame_limits, H(", priority: 0"), 34, "0}" },
    { frame_limits, H(", after: 2 hours"), 31, "hours" },
    { frame_root, UPLINK("mqtt: tcp://h:1, protocol: 4"), 35, "4" },
    { frame_root, UPLINK("mqtt: tcp://h:1, receipts: maybe"), 35, "maybe" },
    { frame_root, UPLINK("mqtt: h:1883"), 36, "h:1883" },
    { frame_root, UPLINK("mqtt: tcp://h"), 36, "tcp://h" },
    { frame_root, UPLINK("mqtt: tcp://h:1883/x"), 36, "tcp://h:1883/x" },
    { frame_root, UPLINK("mqtt: tcp://h:65536"), 36, "tcp://h:65536" },
    { frame_root, UPLINK("mqtt: tcp://:1883"), 36, "tcp://:1883" },
    { frame_root, UPLINK("mqtt: tcp://h:1, keepalive: 11s"), 34, "11s" },
    /* no way leads past the verification of a TLS uplink */
    { frame_root, UPLINK("mqtt: ssl://h:1"), 24, "ssl://" },
    { frame_root, UPLINK("mqtt: ssl://h:1, tls: {}"), 24, "{}" },
    { frame_root, UPLINK("mqtt: ssl://h:1, tls: {crl: c.pem}"), 24, "{crl" },
    { frame_root, UPLINK("mqtt: ssl://h:1, tls: {ca: \"\"}"), 22, "\"\"" },
    { frame_root, UPLINK("mqtt: ssl://h:1, tls: {ca: a, verify: no}"), 20, "verify" },
    { frame_root, UPLINK("mqtt: ssl://h:1, tls: {ca: a, cert: c}"), 24, "cert" },
    { frame_root, UPLINK("mqtt: ssl://h:1, tls: {ca: a, key: k}"), 24, "key" },
    { frame_root, UPLINK("mqtt: tcp://h:1, tls: {ca: a}"), 37, "tls" },
    { frame_root, UPLINK("mqtt: ssl://h:1, tls: {ca: missing.pem}"), 47, "missing.pem" },
    { frame_root, UPLINK("mqtt: ssl://h:1, tls: {ca: a, crl: ended.pem}"), 48, "ended.pem" },
    { frame_root, UPLINK("mqtt: tls://h:1, tls: {ca: a}"), 36, "tls://" },
    { frame_root, UPLINK("mqtt: ssl://h, tls: {ca: a}"), 36, "ssl://h" },
    { frame_root, "uplinks: {c: {mqtt: tcp://h:1, client_id: \"\"}}", 22, "\"\"" },
    { frame_bus, "tcp: 192.168.1.10", 36, "192.168.1.10" },
    { frame_bus, "tcp: \"192.168.1.10:502x\"", 36, "\"192.168.1.10:502x\"" },
    { frame_bus, "tcp: \"fe80::1:502\"", 36, "\"fe80::1:502\"" },
    { frame_bus, "tcp: \"h:1\", port: /dev/ttyS1", 37, "port" },
    { frame_bus, "tcp: \"h:1\", line: 9600 8N1", 37, "line" },
    { frame_bus, "tcp: \"h:1\", rtu_over_tcp: \"h:2\"", 37, "rtu_over_tcp" },
    { frame_bus, "rtu_over_tcp: \"h:2\", port: /dev/ttyS1", 37, "rtu_over_tcp" },
    { frame_bus, "rtu_over_tcp: \"h:2\", line: 9600 8N1", 37, "line" },
    { frame_bus, "rtu_over_tcp: h", 36, "h" },
    { frame_bus, "rtu_over_tcp: \"h:2\"}\n  b2: {retries: 2, rtu_over_tcp: 'h:2'", 61, "'h:2'" },
    { frame_bus, "port: \"\"", 22, "\"\"" },
    { frame_bus, "port: COM3", 36, "COM3" },
    { frame_bus, "tcp: h, port: 502", 36, "h, port" },
    { frame_bus, "port: /dev/ttyS1, line: 9600-8-N-1", 36, "9600-8-N-1" },
    { frame_bus, "port: /dev/ttyS1, line: 9601 8N1", 36, "9601 8N1" },
    { frame_bus, "port: /dev/ttyS1, line: 9600 8n1", 36, "9600 8n1" },
    { frame_bus, "port: /dev/ttyS1, line: 9600 8N3", 36, "9600 8N3" },
    { frame_read, "fc: 3, address: 0, type: u17", 35, "u17" },
    { frame_read, "fc: 5, address: 0, type: u16", 34, "5" },
    { frame_read, "fc: 3, address: 65536, type: u16", 34, "65536" },
    { frame_read, "fc: 3, address: 65535, type: u32", 34, "65535" },
    { frame_read, "fc: 3, address: 0x10, type: u16", 30, "0x10" },
    { frame_read, "fc: 1, address: 0, type: u16", 44, "u16" },
    { frame_read, "fc: 3, address: 0, type: bit", 44, "bit" },
    { frame_read, "fc: 3, address: 0, type: u32, order: AABB", 35, "AABB" },
    { frame_read, "fc: 3, address: 0, type: u16, order: ABCD", 37, "order" },
    { frame_read, "fc: 3, address: 0, type: u16, scale: 0", 34, "0}" },
    { frame_read, "fc: 3, address: 0, type: u16, scale: 0.1x", 30, "0.1x" },
    { frame_read, "fc: 3, address: 0, type: u16, offset: 1 ppm", 30, "1 ppm" },
    { frame_root, "site: {ent: e, gw: g, zone: +8}", 21, "site" },
    /* limits that can't be meant */
    { frame_limits, "H: {at: 24 ppm, clear: 25 ppm}", 41, "25 ppm" },
    { frame_limits, "L: {at: 24 ppm, clear: 20 ppm}", 41, "20 ppm" },
    { frame_limits, "H: {at: 1001 ppm, clear: 20 ppm}", 42, "1001 ppm" },
    { frame_limits, "L: {at: -1 ppm, clear: 20 ppm}", 42, "-1 ppm" },
    { frame_limits, "H: {at: 24 ppm, clear: 0 ppm}", 42, "0 ppm" },
    { frame_limits, "L: {at: 24 ppm, clear: 1000 ppm}", 42, "1000 ppm" },
    { frame_limits, H("") ", HH: {at: 24 ppm, clear: 20 ppm}", 40, "24 ppm, clear: 20 ppm}}" },
    { frame_limits, H("") ", L: {at: 30 ppm, clear: 40 ppm}", 40, "24 ppm" },
    { frame_point, "use: [CO], limits: {H: {at: 19 ppm}}", 41, "19 ppm" },
    { frame_root, POINT(", limits: {H: {at: 1, clear: 0, priority: 1}}"), 43, "1, clear" },
    { frame_root, POINT(", limits: {HH: {at: 1, clear: 0}}"), 43, "1, clear" },
    { frame_root, POINT(", limits: {HH: {at: 1, clear: 0, do: x}}"), 43, "1, clear" },
    { frame_root, POINT(", use: [CO]"), 24, "{id" },
    { frame_root, POINT(", limits: {H: {at: 24 ppm, clear: 20 ppm}, L: {at: 2 ppm, clear: 3 ppm}}"),
      24, "{id" },
    { frame_root, POINT(", unit: kPa, use: [CO]"), 33, "CO]" },
    { frame_bus, "line: 9600 8N1, port: /dev/ttyS1}\n  b2: {port: /dev/ttyS1, retries: 2", 61,
      "/dev/ttyS1, retries" },
    /* a manual's number */
    { frame_read, "fc: 3, address: 400013, type: u16", 34, "400013" },
    { frame_read, "fc: 3, address: 500013, type: u16", 34, "500013" },
    { frame_read, "fc: 3, address: 99999999999999999999, type: u16", 34, "9999" },
    /* a quote that is never closed ends where the next one opens */
    { frame_point, "zh: \"1号, en: \"CO\"", 13, "\"1号" },
    { frame_point, "zh: \"1号\"2, en: CO", 14, "2" },
    /* YAML that hides or guesses */
    { frame_root, "telemetry: &a {every: 1s}", 7, "&a {" },
    { frame_root, "telemetry: !x {every: 1s}", 7, "!x {" },
    { frame_root, "telemetry: {every: !!str 1s}", 7, "!!str 1s" },
    { frame_root, "telemetry: *a", 7, "*a" },
    { frame_root, "telemetry: {<<: 1s}", 7, "<<" },
    { frame_root, "telemetry: {*a : 1s}", 7, "*a" },
    { frame_root, "include: [[a.yaml]]", 23, "[a.yaml" },
    { frame_point, "do: {zh: , en: x}", 22, "zh" },
    { frame_limits, "H: {at: \"2\\x34 ppn\", clear: 20 ppm}", 31, "\"2" },
    { frame_point, "use: [CO, CO, CO, CO, CO, CO, CO, CO, CO-own]", 34, "CO-own" },
    { frame_root, "telemetry: {[a]: 1s}", 7, "[" },
    { frame_root, "---\nversion: 1", 7, "---" },
    { frame_bus, "tcp: \"h:1\"}\nareas: {a2: {zh: \"a\\0b\"}", 5, "\"a\\0b\"" },
};

static void find_place(const char *text, const char *in, const char *at, int *line, int *col)
{
    const char *place = strstr(text, in);

    assert_non_null(place);
    place = strstr(place, at);
    assert_non_null(place);
    *line = *col = 1;
    for (const char *c = text; c < place; c++) {
        *col = *c == '\n' ? 1 : *col + ((*c & 0xC0) != 0x80);
        *line += *c == '\n';
    }
}

static size_t others(const struct diag_list *found, const struct row *row)
{
    size_t n = 0;

    for (size_t i = 0; i < found->n; i++)
        n += !found->v[i].warning && found->v[i].code != row->code;
    return n;
}

static void every_mistake_has_its_number_and_place(void **unused)
{
    int failed = 0;

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = framed(rows[i].frame, rows[i].text);
        struct diag_list found;
        struct plant *p = NULL;
        int line, col, err = load_text(&p, text, &found);
        const struct diag *g = find_diag(&found, rows[i].code);
        find_place(text, rows[i].text, rows[i].at, &line, &col);
        if (err != RG_ECONF || g == NULL || g->line != line || g->col != col ||
            others(&found, &rows[i]) > 0) {
            fprintf(stderr, "%s: E%03d at %d:%d\n", rows[i].text, rows[i].code, line, col);
            diag_print(stderr, &found, "p.yaml", DIAG_EN);
            failed++;
        }
        plant_free(p);
        diag_fini(&found);
    }
    assert_int_equal(failed, 0);
}

static const struct row warnings[] = {
    { frame_bus,
      "port: /dev/ttyUSB0}\n  b2: {tcp: \"h:1\"}\npoints: [{id: p1, bus: b2, unit_id: 1, every: "
      "1s, county: c, read: {fc: 2, address: 0, type: bit}}]\nareas: {",
      58, "/dev/ttyUSB0" },
    { frame_read, "fc: 3, address: 40013, type: u16", 63, "40013" },
    { frame_read, "fc: 4, address: 30001, type: u16", 63, "30001" },
    { frame_limits, "H: {at: 24 ppm}", 53, "24 ppm" },
    { frame_limits, "H: {at: 24 ppm, clear: 24 ppm}", 53, "24 ppm" },
    { frame_point, "use: [CO], limits: {H: {at: 30 ppm, clear: 25 ppm}}", 51, "30 ppm" },
    { frame_root, POINT(", limits: {H: {at: 1, clear: 0}}"), 50, "1, clear" },
    { frame_root, POINT(", limits: {H: {at: 1, clear: 0, do: x}}"), 50, "1, clear" },
    { frame_root,
      "points: [{id: p1, bus: b1, unit_id: 1, every: 1s, read: {fc: 2, address: 0, type: bit}}]",
      52, "{id" },
    { frame_root,
      "defaults: {bus: b1, unit_id: 1, every: 1s, read: {fc: 2, address: 0, type: bit}}\npoints: "
      "[{id: p1, county: c}, {id: p2, county: d}]",
      54, "{id: p2" },
};

static void what_is_legal_and_unwise_is_a_warning(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof warnings / sizeof warnings[0]; i++) {
        const char *text = framed(warnings[i].frame, warnings[i].text);
        struct diag_list found;
        struct plant *p = NULL;
        int line, col, err = load_text(&p, text, &found);
        const struct diag *g = find_diag(&found, warnings[i].code);
        find_place(text, warnings[i].text, warnings[i].at, &line, &col);
        if (err != RG_OK || found.warnings != 1 || g == NULL || g->line != line || g->col != col) {
            diag_print(stderr, &found, "p.yaml", DIAG_EN);
            fail_msg("%s: E%03d at %d:%d", warnings[i].text, warnings[i].code, line, col);
        }
        plant_free(p);
        diag_fini(&found);
    }
}

static void near_misses_are_suggested(void **unused)
{
    static const struct {
        const char *frame, *text;
        int code;
        const char *near;
    } misses[] = {
        { frame_root, "telemetri: {every: 1s}", 20, "‘telemetry’" },
        { frame_limits, "H: {at: 24 PPM, clear: 20 ppm}", 31, "‘ppm’" },
        { frame_limits, "H: {at: 24 %LEL, clear: 20 ppm}", 31, "‘LEL%’" },
        { frame_root, POINT(", unit: ℃"), 31, "‘°C’" },
        { frame_root, POINT(", area: A1"), 27, "‘a1’" },
        { frame_root, UPLINK("mqtt: tcp://h:1, receipts: requird"), 35, "‘required’" },
        { frame_root, "telemetry: {every: 60 sec}", 31, "‘s’" },
        { frame_read, "fc: 3, address: 0, type: U16", 35, "‘u16’" },
        { frame_read, "fc: 3, address: 0, type: float", 35, "‘f32’" },
        { frame_read, "function: 3, address: 0, type: u16", 20, "‘fc’" },
        { frame_root, "telemetry: {every: 60秒}", 31, "‘s’" },
        { frame_read, "fc: 3, address: 400013, type: u16", 34, "‘12’" },
        { frame_read, "fc: 4, address: 365536, type: u16", 34, "‘65535’" },
        { frame_point, "use: [CO, C0]", 28, "‘CO’" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof misses / sizeof misses[0]; i++) {
        struct diag_list found;
        struct plant *p = NULL;
        assert_int_equal(load_text(&p, framed(misses[i].frame, misses[i].text), &found), RG_ECONF);
        const struct diag *g = find_diag(&found, misses[i].code);
        assert_non_null(g);
        for (int lang = 0; lang < 2; lang++)
            if (strstr(g->help[lang], misses[i].near) == NULL)
                fail_msg("%s: %s", misses[i].text, g->help[lang]);
        diag_fini(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mistake_has_its_number_and_place),
        cmocka_unit_test(what_is_legal_and_unwise_is_a_warning),
        cmocka_unit_test(near_misses_are_suggested),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
