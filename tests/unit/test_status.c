/* The status word in the files: what it means, and each slip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/read_file.h"
#include "tests/unit/config_rig.h"

#define WORD "read: {fc: 4, address: 30005, base: modicon, type: u16}"

static struct plant *loaded(const char *rest)
{
    struct diag_list found;
    struct plant *p = NULL;

    if (load_text(&p, framed(frame_point, rest), &found) != RG_OK) {
        diag_print(stderr, &found, "p.yaml", DIAG_EN);
        fail_msg("%s", rest);
    }
    diag_fini(&found);
    return p;
}

static void a_status_word_arrives_with_its_bits(void **unused)
{
    struct plant *p = loaded("status: {" WORD ", bits: {0: sensor_fault, 1: over_range, "
                             "2: calibrating, 3: warming_up, 15: sensor_fault}}, warmup: 180s");
    const struct status_conf *s = &p->points[0].status;

    (void)unused;
    assert_int_equal(s->read.fc, 4);
    assert_int_equal(s->read.address, 4);
    assert_int_equal(s->read.type, TYPE_U16);
    assert_int_equal(s->bits[STATUS_SENSOR_FAULT], 0x8001);
    assert_int_equal(s->bits[STATUS_OVER_RANGE], 2);
    assert_int_equal(s->bits[STATUS_CALIBRATING], 4);
    assert_int_equal(s->bits[STATUS_WARMING_UP], 8);
    assert_int_equal(s->bits[STATUS_UNDER_RANGE], 0);
    assert_int_equal(s->away_ms, 180000);
    plant_free(p);
}

static void a_word_may_be_of_32_bits_or_one_discrete_input(void **unused)
{
    struct plant *p = loaded("status: {read: {fc: 3, address: 1, type: u32, order: CDAB}, "
                             "bits: {31: warming_up}}");

    (void)unused;
    assert_int_equal(p->points[0].status.bits[STATUS_WARMING_UP], 0x80000000);
    assert_int_equal(p->points[0].status.read.order, ORDER_CDAB);
    assert_int_equal(p->points[0].status.away_ms, 30 * 60 * 1000);
    plant_free(p);
    p = loaded("status: {read: {fc: 2, address: 7, type: bit}, bits: {0: sensor_fault}}");
    assert_int_equal(p->points[0].status.read.fc, 2);
    plant_free(p);
}

static void a_point_without_a_word_has_none(void **unused)
{
    struct plant *p = loaded("zh: a");

    (void)unused;
    assert_int_equal(p->points[0].status.read.fc, 0);
    plant_free(p);
}

static void settling_is_of_the_point_or_its_device(void **unused)
{
    struct plant *p = loaded("settle: 10s");

    (void)unused;
    assert_int_equal(p->points[0].settle_ms, 10000);
    plant_free(p);
    p = loaded("zh: a");
    assert_int_equal(p->points[0].settle_ms, 0);
    plant_free(p);
}

static void an_identity_is_a_number_or_a_text_of_one_point_of_the_unit(void **unused)
{
    struct plant *p = loaded("identity: {read: {fc: 4, address: 9, type: u32}, equals: 0xABCD}");

    (void)unused;
    assert_int_equal(p->points[0].identity.read.fc, 4);
    assert_int_equal(p->points[0].identity.read.address, 9);
    assert_int_equal(p->points[0].identity.registers, 2);
    assert_int_equal(p->points[0].identity.code, 0xABCD);
    plant_free(p);
    p = loaded("identity: {read: {fc: 3, address: 9, type: text}, equals: CO-10}");
    assert_int_equal(p->points[0].identity.registers, 3);
    assert_string_equal(p->points[0].identity.text, "CO-10");
    plant_free(p);
    p = loaded("identity: {read: {fc: 3, address: 9, type: text}, equals: CO-10, registers: 8}");
    assert_int_equal(p->points[0].identity.registers, 8);
    plant_free(p);
}

static void a_word_comes_from_the_device_or_the_defaults(void **unused)
{
    struct memory_files files = {
        .n = 2,
        .v = { { "p.yaml",
                 "version: 1\nsite: {ent: e, gw: g}\nbuses: {b1: {tcp: \"h:1\"}}\n"
                 "defaults: {bus: b1, unit_id: 1, every: 1s, warmup: 60s}\n"
                 "points:\n"
                 "  - {id: p1, device: co-9}\n"
                 "  - {id: p2, read: {fc: 3, address: 1, type: u16}}\n"
                 "  - {id: p3, device: co-9, status: {read: {fc: 3, address: 2, type: u16}, "
                 "bits: {1: calibrating}}}\n",
                 0 },
               { "devices/co-9.yaml",
                 "device: co-9\nmanual: m\nread: {fc: 3, address: 0, type: u16}\nwarmup: 90s\n"
                 "status: {read: {fc: 3, address: 4, type: u16}, bits: {0: warming_up}}\n",
                 0 } }
    };
    struct diag_list found;
    struct plant *p = NULL;

    (void)unused;
    assert_int_equal(load_memory(&p, &files, &found), RG_OK);
    assert_int_equal(p->points[0].status.read.address, 4);
    assert_int_equal(p->points[0].status.away_ms, 90000);
    assert_int_equal(p->points[1].status.read.fc, 0);
    assert_int_equal(p->points[2].status.read.address, 2);
    assert_int_equal(p->points[2].status.bits[STATUS_WARMING_UP], 0);
    plant_free(p);
    diag_fini(&found);
}

static int disk_or_memory(void *ctx, const char *path, char **text, size_t *len)
{
    int err = read_memory(ctx, path, text, len);

    return err == RG_ENOENT ? read_file(NULL, path, text, len) : err;
}

static int load_controller(const char *points, struct plant **p, struct diag_list *found)
{
    struct memory_files files = { .n = 1, .v = { { "config/p.yaml", NULL, 0 } } };
    const struct file_reader reader = { .ctx = &files, .read = disk_or_memory };
    char text[1024];

    snprintf(text, sizeof text,
             "version: 1\nsite: {ent: e, gw: g}\nbuses: {b1: {tcp: \"h:1\"}}\n"
             "defaults: {bus: b1, "
             "unit_id: 9, every: 1s, "
             "device: "
             "demo-gac-16}\npoints:\n%s",
             points);
    files.v[0].text = text;
    diag_init(found);
    return plant_load(p, "config/p.yaml", &reader, found);
}

static void a_shipped_controller_has_many_channels_each_with_its_own_bits(void **unused)
{
    struct diag_list found;
    struct plant *p = NULL;

    (void)unused;
    assert_int_equal(load_controller("  - {id: g1, channel: 1, county: a, use: [GBT50493-LEL]}\n"
                                     "  - {id: g16, channel: 16, county: b}\n"
                                     "  - {id: g16.own, device: demo-gac-16-alarm, channel: 16, "
                                     "county: c}\n",
                                     &p, &found),
                     RG_OK);
    assert_int_equal(found.warnings, 0);
    assert_int_equal(p->n_units, 1);
    assert_int_equal(p->points[0].read.address, 1000);
    assert_int_equal(p->points[0].status.read.address, 1001);
    assert_int_equal(p->points[1].read.address, 1030);
    assert_int_equal(p->points[1].status.read.address, 1031);
    assert_int_equal(p->points[1].status.bits[STATUS_SENSOR_FAULT], 0x0101);
    assert_int_equal(p->points[2].read.address, 1031);
    assert_int_equal(p->points[2].read.mask, 0x0030);
    assert_int_equal(p->points[2].limits[LEVEL_HH].priority, 1);
    plant_free(p);
    diag_fini(&found);
}

static void a_channel_that_the_device_has_not_is_told(void **unused)
{
    static const struct {
        const char *points;
        int code;
    } rows[] = { { "  - {id: g1, county: a}\n", 24 },
                 { "  - {id: g1, county: a, channel: 17}\n", 34 },
                 { "  - {id: g1, county: a, channel: 0}\n", 34 },
                 { "  - {id: g1, county: a, channel: x}\n", 30 },
                 { "  - {id: g1, county: a, device: demo-co-1000, channel: 1}\n", 37 },
                 { "  - {id: g1, county: a, channel: 3}\n  - {id: g2, county: b, channel: 3}\n",
                   54 } };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct diag_list found;
        struct plant *p = NULL;
        load_controller(rows[i].points, &p, &found);
        if (find_diag(&found, rows[i].code) == NULL || found.errors + found.warnings != 1) {
            diag_print(stderr, &found, "p.yaml", DIAG_EN);
            fail_msg("%s", rows[i].points);
        }
        plant_free(p);
        diag_fini(&found);
    }
}

#define BITS       "bits: {0: warming_up}"
#define READ(rest) "read: {fc: 3, address: 4, type: u16" rest "}"

static const struct {
    const char *text;
    int code;
    const char *at;
} slips[] = {
    { "status: 0x0004", 23, "0x0004" },
    { "status: {" BITS "}", 24, "{" BITS },
    { "status: {" READ("") "}", 24, "{read" },
    { "status: {read: {fc: 3, address: 4}, " BITS "}", 24, "{fc" },
    { "status: {" READ("") ", bits: {}}", 22, "bits" },
    { "status: {" READ("") ", bits: {16: warming_up}}", 34, "16: w" },
    { "status: {" READ("") ", bits: {a: warming_up}}", 30, "a: warming" },
    { "status: {" READ("") ", bits: {0: warm}}", 35, "warm}" },
    { "status: {" READ("") ", bits: {0: [warming_up]}}", 23, "[warming_up]" },
    { "status: {" READ("") ", bits: {0: warming_up, 0: calibrating}}", 21, "0: cali" },
    { "status: {read: {fc: 2, address: 4, type: bit}, bits: {1: warming_up}}", 34, "1: w" },
    { "status: {read: {fc: 3, address: 4, type: f32}, " BITS "}", 35, "f32" },
    { "status: {read: {fc: 1, address: 4, type: u16}, " BITS "}", 44, "u16" },
    { "status: {" READ(", scale: 2") ", " BITS "}", 37, "scale" },
    { "status: {" READ(", mask: 2") ", " BITS "}", 37, "mask" },
    { "status: {" READ(", ne43: yes") ", " BITS "}", 37, "ne43" },
    { "status: {" READ("") ", bit: {0: warming_up}}", 20, "bit:" },
    { "bits: {0: warming_up}", 18, "bits" },
    { "warmup: 180s", 37, "warmup" },
    { "warmup: 180s, status: {" READ("") ", bits: {0: sensor_fault}}", 37, "warmup" },
    { "warmup: 0s, status: {" READ("") ", " BITS "}", 34, "0s" },
};

static void each_slip_is_told_once_at_its_place(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        const char *text = framed(frame_point, slips[i].text);
        struct diag_list found;
        struct plant *p = NULL;
        int err = load_text(&p, text, &found);
        const struct diag *d = find_diag(&found, slips[i].code);
        long col = strstr(slips[i].text, slips[i].at) - slips[i].text + 6;
        if (err != RG_ECONF || d == NULL || found.errors != 1 || d->col != col) {
            diag_print(stderr, &found, "p.yaml", DIAG_EN);
            fail_msg("%s: E%03d at column %ld", slips[i].text, slips[i].code, col);
        }
        diag_fini(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_word_arrives_with_its_bits),
        cmocka_unit_test(a_word_may_be_of_32_bits_or_one_discrete_input),
        cmocka_unit_test(a_point_without_a_word_has_none),
        cmocka_unit_test(settling_is_of_the_point_or_its_device),
        cmocka_unit_test(an_identity_is_a_number_or_a_text_of_one_point_of_the_unit),
        cmocka_unit_test(a_word_comes_from_the_device_or_the_defaults),
        cmocka_unit_test(a_shipped_controller_has_many_channels_each_with_its_own_bits),
        cmocka_unit_test(a_channel_that_the_device_has_not_is_told),
        cmocka_unit_test(each_slip_is_told_once_at_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
