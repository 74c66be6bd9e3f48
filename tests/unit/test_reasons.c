/* Whatever the daemon says of an uplink, a technician reads it in Chinese. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/riskgwctl/reasons.h"
#include "daemon/sink_reason.h"
#include "daemon/tls_reason.h"

static void assert_chinese(const char *text)
{
    char out[REASON_WORDS_MAX];

    if (((unsigned char)reason_words(out, text, LANG_ZH)[0] & 0x80) == 0 &&
        strncmp(out, "CA ", 3) != 0 && strncmp(out, "TLS ", 4) != 0 && strncmp(out, "tls", 3) != 0)
        fail_msg("%s", out);
    assert_string_equal(reason_words(out, text, LANG_EN), text);
}

static void every_word_of_a_broker_has_a_chinese_one(void **unused)
{
    (void)unused;
    for (int code = 0; code < 256; code++)
        assert_chinese(sink_reason(code)->text);
}

static void every_word_about_a_certificate_has_a_chinese_one(void **unused)
{
    char text[TLS_REASON_MAX];

    (void)unused;
    for (int err = 1; err < 100; err++)
        for (int depth = 0; depth < 2; depth++) {
            tls_reason_of_chain(text, err, depth, NULL, "h");
            assert_chinese(text);
        }
    for (int code = 0; code < 256; code++)
        for (int by_broker = 0; by_broker < 2; by_broker++)
            if (tls_reason_of_alert(text, code, by_broker))
                assert_chinese(text);
}

static void what_stands_behind_the_words_is_kept(void **unused)
{
    static const struct {
        const char *en, *zh;
    } rows[] = {
        { "the broker's certificate expired on 2024-02-01", "平台证书已到期：2024-02-01" },
        { "downlink topics refused: not authorised", "平台拒绝订阅下行主题：没有权限" },
        { "another gateway goes by this one's name: 5f2b", "另一台网关正在使用本网关的身份: 5f2b" },
        { "/etc/x.pem: empty", "/etc/x.pem: empty" },
        { "", "" },
    };
    char out[REASON_WORDS_MAX];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(reason_words(out, rows[i].en, LANG_ZH), rows[i].zh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_of_a_broker_has_a_chinese_one),
        cmocka_unit_test(every_word_about_a_certificate_has_a_chinese_one),
        cmocka_unit_test(what_stands_behind_the_words_is_kept),
    };

    return cmocka_run_group_tests_name("reasons", tests, NULL, NULL);
}
