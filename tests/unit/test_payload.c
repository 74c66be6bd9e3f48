#include "tests/unit/payload_rig.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#define GOLDEN "tests/unit/golden/payload.ndjson"

static const struct why timeout = { .code = WHY_TIMEOUT };
static const struct why exception_2 = { .code = WHY_EXCEPTION, .arg = 2 };

/* Polls all points with a quiet value at k x 1 s, but those in `skip`. */
static void poll_until(struct payload_rig *r, int64_t until_ms, unsigned skip)
{
    static const double quiet[PRIG_USED] = { 3, 2, 4.5, 31, 0, 18.5 };

    while (r->now_ms + 1000 <= until_ms) {
        prig_at(r, r->now_ms + 1000);
        for (uint32_t i = 0; i < PRIG_USED; i++)
            if ((skip & 1u << i) == 0)
                prig_value(r, i, quiet[i]);
    }
}

/* What people do, each act once; and what comes of it by itself. */
static void people(struct payload_rig *r)
{
    static const char co[] = "co.bf1.front/HH";

    r->points[CO_FRONT].limits[LEVEL_HH].respond_within_ms = 60000;
    prig_value(r, CO_FRONT, 186);
    prig_do(r, (struct person_act){
                   .act = ACT_OOS, .what = co, .comment = "票 2026-117", .for_ms = 3600000 });
    prig_value(r, CO_FRONT, 12);
    prig_value(r, CO_FRONT, 186);
    prig_active(r);
    prig_do(r, (struct person_act){ .act = ACT_IN_SERVICE, .what = co });
    prig_at(r, r->now_ms + 60000); /* nobody answers */
    prig_do(r, (struct person_act){ .act = ACT_ACK, .what = co });
    prig_value(r, CO_FRONT, 12);
    prig_do(r,
            (struct person_act){ .act = ACT_COMMENT, .what = co, .comment = "法兰渗漏，已上报" });
    prig_do(r,
            (struct person_act){
                .act = ACT_HANDLE, .what = co, .comment = "法兰垫片老化", .action = "更换垫片" });
    prig_do(r, (struct person_act){ .act = ACT_CLOSE, .what = co });
    prig_do(r, (struct person_act){ .act = ACT_SHELVE,
                                    .what = "co.bf1.front/H",
                                    .comment = "动火作业",
                                    .for_ms = 1800000,
                                    .once = true });
    prig_value(r, CO_FRONT, 30);
    prig_active(r);
    prig_value(r, CO_FRONT, 186);
    prig_do(r,
            (struct person_act){
                .act = ACT_MAINT, .what = "co.bf1.front", .comment = "标定", .for_ms = 1200000 });
    prig_value(r, CO_FRONT, 50);
    prig_telemetry(r);
    prig_do(r, (struct person_act){ .act = ACT_SUPPRESS, .what = co });
    prig_do(r, (struct person_act){ .act = ACT_MAINT_STOP, .what = "co.bf1.front" });
    prig_do(r, (struct person_act){ .act = ACT_UNSUPPRESS, .what = co });
    prig_status(r);
}

/* One day's worth of happenings, each kind of event once at least. */
static void story(struct payload_rig *r)
{
    static const struct lost lost[] = {
        { TOPIC_TELEMETRY, 3, 10, 3, 90, 1795413600000, 1795413660000, "disk_full" },
        { TOPIC_ALARM, 2, 4, 3, 6, 1795413600000, 1795413600000, "expired" },
    };

    prig_telemetry(r); /* never read */
    poll_until(r, 2000, 0);
    prig_value(r, CO_FRONT, 30);
    prig_at(r, 2600);
    prig_value(r, CO_FRONT, 186);
    prig_bad(r, CO_FRONT, Q_OVER_RANGE, 1000.5);
    prig_active(r);
    prig_value(r, CO_FRONT, 170);
    prig_ack(r, "co.bf1.front/HH", "王工", "已到现场，\"查漏\"");
    prig_value(r, CO_FRONT, 23);
    prig_value(r, CO_FRONT, 24);
    prig_value(r, CO_FRONT, 12);
    prig_value(r, INLET_T, 88);
    prig_value(r, INLET_T, 31);
    prig_value(r, INLET_T, 90);
    prig_value(r, INLET_T, 30);
    prig_ack(r, "dust.inlet.t/HH", "李工", "");
    prig_reset(r, "dust.inlet.t/HH", "李工");
    prig_value(r, SPARK, 1);
    prig_value(r, SPARK, 0);
    prig_value(r, SPARK, 1); /* supersedes */
    prig_value(r, HOLDER_P, 1.02f);
    prig_bad(r, HOLDER_P, Q_SENSOR_FAULT, NAN);
    prig_value(r, HOLDER_P, 1.02f);
    prig_miss(r, INLET_T, exception_2, true);
    poll_until(r, 8000, 1u << INLET_T); /* its block is refused: a fault of the point */
    prig_bad(r, CO_TUYERE, Q_OVER_RANGE, 1000.5);
    poll_until(r, 13000, 1u << CO_TUYERE); /* its unit falls silent */
    prig_miss(r, CO_TUYERE, timeout, false);
    for (uint32_t i = CO_FRONT; i <= HOLDER_P; i++)
        prig_miss(r, i, timeout, false);
    poll_until(r, 19000, 7); /* the bus is lost */
    prig_telemetry(r);
    prig_active(r);
    prig_status(r);
    prig_at(r, 19100);
    prig_value(r, CO_FRONT, 3);
    prig_sys(r, SYS_STORE, true);
    prig_sys(r, SYS_TIME, true);
    prig_sys(r, SYS_CONFIG, true);
    prig_sys(r, SYS_UPLINK, true);
    prig_sys(r, SYS_CERT, true);
    prig_sys(r, SYS_IDENTITY, true);
    prig_at(r, 19200);
    prig_sys(r, SYS_STORE, false);
    engine_clock_step(r->engine, -3600000, prig_now(r));
    prig_at(r, 19300);
    people(r);
    prig_ledger(r, lost, 2);
    prig_meta(r);
    prig_offline(r, NULL);
    prig_offline(r, "stop");
}

static char *read_all(FILE *f)
{
    long size;
    char *text;

    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    size = ftell(f);
    rewind(f);
    text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, f), (size_t)size);
    return text;
}

/* The line at which two texts part, for people. */
static void expect_same(const char *got, const char *wanted)
{
    size_t line = 1, start = 0, i = 0;

    for (; got[i] == wanted[i] && got[i] != '\0'; i++)
        if (got[i] == '\n') {
            line++;
            start = i + 1;
        }
    if (got[i] != wanted[i])
        fail_msg(GOLDEN ":%zu\n wanted: %.*s\n got:    %.*s", line,
                 (int)strcspn(wanted + start, "\n"), wanted + start,
                 (int)strcspn(got + start, "\n"), got + start);
}

/* The capture is what messages_valid gives to the schemas. */
static void every_message_is_made_byte_for_byte(void **state)
{
    const char *path = *state;
    struct payload_rig r;
    FILE *golden = fopen(GOLDEN, "r");
    char *wanted = golden == NULL ? NULL : read_all(golden), *got;

    prig_init(&r);
    r.capture = path == NULL ? tmpfile() : fopen(path, "w+");
    assert_non_null(r.capture);
    prig_start(&r);
    story(&r);
    prig_stop(&r);
    got = read_all(r.capture);
    fclose(r.capture);
    assert_non_null(wanted);
    expect_same(got, wanted);
    fclose(golden);
    free(wanted);
    free(got);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(every_message_is_made_byte_for_byte, argc > 1 ? argv[1] : NULL),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
