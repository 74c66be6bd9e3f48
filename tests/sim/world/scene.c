#include "tests/sim/world/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/load.h"

/* Values stand at least 0.5 from every limit, so that their last digits, which
 * tell point and instant, never cross one (truth.c). */
static const char text[] =
    "version: 1\n"
    "site: {ent: \"140521000001\", gw: \"01\", zh: 世界, en: World, zone: \"+08:00\"}\n"
    "store: {keep_sent: 1h}\n"
    "telemetry: {every: 60s}\n"
    "buses:\n"
    "  t1: {tcp: \"127.0.0.1:5020\", timeout: 500ms, retries: 1}\n"
    "  r1: {port: /dev/ttyS1, line: 9600 8N1, timeout: 300ms, retries: 1}\n"
    "areas:\n"
    "  hall: {zh: 厂房, en: Hall, basis: the plant's own rule 7, do: leave and call dispatch}\n"
    "defaults: {every: 1s, area: hall}\n"
    "points:\n"
    "  - {id: co.a, bus: t1, unit_id: 1, read: {fc: 3, address: 0, type: u16, scale: 0.01},\n"
    "     unit: ppm, range: 0 ppm .. 600 ppm,\n"
    "     limits: {H: {at: 100 ppm, clear: 90 ppm}, HH: {at: 200 ppm, clear: 180 ppm}}}\n"
    "  - {id: co.b, bus: t1, unit_id: 1, read: {fc: 3, address: 1, type: u16, scale: 0.01},\n"
    "     unit: ppm, range: 0 ppm .. 600 ppm,\n"
    "     limits: {H: {at: 100 ppm, clear: 95 ppm, after: 3s, clear_after: 5s},\n"
    "              HH: {at: 200 ppm, clear: 190 ppm}}}\n"
    "  - {id: t.in, bus: t1, unit_id: 1, read: {fc: 3, address: 2, type: f32}, unit: °C,\n"
    "     range: -50 °C .. 500 °C,\n"
    "     limits: {H: {at: 80 °C, clear: 75 °C, clear_after: 10s}, HH: {at: 120 °C, clear: 110 "
    "°C}}}\n"
    "  - {id: lel, bus: t1, unit_id: 2,\n"
    "     read: {fc: 4, address: 10, type: u32, order: CDAB, scale: 0.001}, unit: LEL%,\n"
    "     range: 0 LEL% .. 100 LEL%,\n"
    "     limits: {H: {at: 20 LEL%, clear: 18 LEL%, latch: yes}, HH: {at: 50 LEL%, clear: 45 "
    "LEL%}}}\n"
    "  - {id: o2, bus: t1, unit_id: 2, read: {fc: 4, address: 12, type: i16, scale: 0.01},\n"
    "     unit: VOL%, range: 0 VOL% .. 40 VOL%,\n"
    "     limits: {LL: {at: 17.5 VOL%, clear: 18.5 VOL%}, L: {at: 19.5 VOL%, clear: 20.5 VOL%},\n"
    "              H: {at: 24 VOL%, clear: 23 VOL%}}}\n"
    "  - {id: co.c, bus: r1, unit_id: 1, read: {fc: 3, address: 0, type: u16, scale: 0.01},\n"
    "     unit: ppm, range: 0 ppm .. 600 ppm,\n"
    "     limits: {H: {at: 100 ppm, clear: 90 ppm}, HH: {at: 200 ppm, clear: 180 ppm}}}\n"
    "  - {id: co.d, bus: r1, unit_id: 1, read: {fc: 3, address: 100, type: u16, scale: 0.01},\n"
    "     unit: ppm, range: 0 ppm .. 600 ppm,\n"
    "     limits: {H: {at: 100 ppm, clear: 90 ppm}, HH: {at: 200 ppm, clear: 180 ppm}}}\n"
    "  - {id: co.e, bus: r1, unit_id: 2, read: {fc: 3, address: 0, type: u16, scale: 0.01},\n"
    "     unit: ppm, range: 0 ppm .. 600 ppm,\n"
    "     limits: {H: {at: 100 ppm, clear: 90 ppm, after: 2s}, HH: {at: 200 ppm, clear: 180 "
    "ppm}}}\n"
    "  - {id: dust, bus: r1, unit_id: 2, read: {fc: 3, address: 1, type: u32, scale: 0.001},\n"
    "     unit: mg/m3, range: 0 mg/m3 .. 1000 mg/m3,\n"
    "     limits: {H: {at: 10 mg/m3, clear: 8 mg/m3, clear_after: 3s}, HH: {at: 20 mg/m3, clear: "
    "18 mg/m3}}}\n"
    "  - {id: pit.t, bus: r1, unit_id: 3, every: 2s,\n"
    "     read: {fc: 4, address: 5, type: i16, scale: 0.01}, unit: °C, range: -40 °C .. 200 °C,\n"
    "     limits: {L: {at: -10.5 °C, clear: -8.5 °C}, H: {at: 80 °C, clear: 75 °C}}}\n"
    "  - {id: fan, bus: r1, unit_id: 3, every: 2s, read: {fc: 2, address: 3, type: bit}}\n"
    "uplinks:\n"
    "  county: {mqtt: \"tcp://127.0.0.1:1883\", protocol: 5, client_id: riskgwd-world,\n"
    "           keepalive: 10s, receipts: required}\n";

static int read_scene(void *ctx, const char *path, char **out, size_t *len)
{
    (void)ctx;
    if (strcmp(path, "world.yaml") != 0)
        return RG_ENOENT;
    *out = strdup(text);
    *len = strlen(text);
    return *out == NULL ? RG_ENOMEM : RG_OK;
}

struct plant *scene_load(void)
{
    struct file_reader reader = { .read = read_scene };
    struct diag_list d;
    struct plant *plant = NULL;

    diag_init(&d);
    int err = plant_load(&plant, "world.yaml", &reader, &d);
    if (err != RG_OK)
        diag_print(stderr, &d, "world.yaml", DIAG_EN);
    diag_fini(&d);
    return err == RG_OK ? plant : NULL;
}
