/* Another gateway under our name: what is evidence, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/identity.h"
#include "daemon/message.h"

static const struct identity_wills wills = { .ts = { "t1", "t2" } };
static const struct identity self = {
    .install = "ours", .epoch = 7, .mono_ms = 90000, .wills = &wills
};

#define STATUS(epoch, mono, rest)                                                                  \
    "{\"v\":1,\"ent\":\"e\",\"gw\":\"01\",\"epoch\":" epoch ",\"mono\":" mono "," rest "}"
#define ONLINE(install) "\"online\":true,\"install\":\"" install "\""

static void only_who_is_online_and_not_us_is_another(void **unused)
{
    static const struct {
        const char *body;
        bool is_foreign;
    } rows[] = {
        { STATUS("7", "30000", ONLINE("ours")), false }, /* our own words come back */
        { STATUS("7", "90000", ONLINE("ours")), false },
        { STATUS("6", "990000", ONLINE("ours")), false }, /* what our last epoch left */
        { STATUS("3", "1", ONLINE("other")), true },
        { STATUS("7", "30000", ONLINE("other")), true },
        { STATUS("8", "1", ONLINE("ours")), true },      /* a copy that is ahead */
        { STATUS("7", "90001", ONLINE("ours")), true },  /* a copy that began before us */
        { STATUS("3", "1", "\"online\":false"), false }, /* it is gone, by its own will */
        { STATUS("9", "1", "\"online\":false,\"reason\":\"stop\""), false },
        { STATUS("3", "1", "\"online\":false,\"install\":\"other\""), false },
        { STATUS("4503599627370497", "1", ONLINE("ours") ",\"volatile\":true"), false },
        { "", false },
        { "null", false },
        { "[]", false },
        { "{\"v\":2,\"online\":true,\"install\":\"other\"}", false },
        { "{\"v\":1,\"online\":\"true\",\"install\":\"other\"}", false },
        { "{\"v\":1,\"online\":true,\"install\":3}", false },
        { "{\"v\":1,\"online\":true,\"install\":\"other\"", false },
        { "{\"v\":1,\"v\":1,\"online\":true,\"install\":\"other\"}", false },
    };
    char who[16];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (identity_is_foreign(&self, rows[i].body, strlen(rows[i].body), who, sizeof who) !=
            rows[i].is_foreign)
            fail_msg("%s", rows[i].body);
}

static void a_will_is_evidence_only_while_the_link_is_fought_for(void **unused)
{
    static const struct {
        const char *body;
        bool is_foreign;
    } rows[] = {
        { "{\"v\":1,\"epoch\":7,\"ts\":\"t1\",\"online\":false}", false }, /* ours */
        { "{\"v\":1,\"epoch\":7,\"ts\":\"t2\",\"online\":false}", false },
        { "{\"v\":1,\"epoch\":7,\"ts\":\"t3\",\"online\":false}", true },
        { "{\"v\":1,\"epoch\":8,\"ts\":\"t3\",\"online\":false}", true },
        { "{\"v\":1,\"epoch\":6,\"ts\":\"t0\",\"online\":false}", false }, /* our past */
        { "{\"v\":1,\"epoch\":4503599627370497,\"ts\":\"t3\",\"online\":false,\"volatile\":true}",
          false },
        { "{\"v\":1,\"epoch\":7,\"online\":false}", false },
        { "{\"v\":1,\"ts\":\"t3\",\"online\":false}", false },
        { "{\"v\":1,\"epoch\":8,\"ts\":\"t3\"}", false },
    };
    struct identity fights = self;
    char who[16];

    (void)unused;
    fights.is_flapping = true;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *body = rows[i].body;
        if (identity_is_foreign(&fights, body, strlen(body), who, sizeof who) != rows[i].is_foreign)
            fail_msg("%s", body);
        assert_false(identity_is_foreign(&self, body, strlen(body), who, sizeof who));
    }
}

static void who_does_not_know_himself_accuses_nobody(void **unused)
{
    static const char copy[] = STATUS("8", "1", ONLINE("ours"));
    static const char other[] = STATUS("8", "1", ONLINE("other"));
    struct identity unsure = self;
    char who[16];

    (void)unused;
    unsure.is_volatile = true;
    assert_false(identity_is_foreign(&unsure, copy, sizeof copy - 1, who, sizeof who));
    assert_true(identity_is_foreign(&unsure, other, sizeof other - 1, who, sizeof who));
    unsure.install = "";
    assert_false(identity_is_foreign(&unsure, other, sizeof other - 1, who, sizeof who));
}

static void its_name_is_cut_and_can_not_break_a_line(void **unused)
{
    static const char body[] = STATUS("8", "1", ONLINE("a\\nb\\\"c \\u4e2d and a long tail"));
    static char long_one[MESSAGE_MAX + 2];
    char who[8];

    (void)unused;
    assert_true(identity_is_foreign(&self, body, sizeof body - 1, who, sizeof who));
    assert_string_equal(who, "a?b?c??");
    memset(long_one, ' ', sizeof long_one);
    memcpy(long_one, body, sizeof body - 1);
    assert_true(identity_is_foreign(&self, long_one, MESSAGE_MAX, who, sizeof who));
    assert_false(identity_is_foreign(&self, long_one, MESSAGE_MAX + 1, who, sizeof who));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_who_is_online_and_not_us_is_another),
        cmocka_unit_test(a_will_is_evidence_only_while_the_link_is_fought_for),
        cmocka_unit_test(who_does_not_know_himself_accuses_nobody),
        cmocka_unit_test(its_name_is_cut_and_can_not_break_a_line),
    };

    return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
