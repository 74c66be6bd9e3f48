/* A watch at a desk: what it says, and when it rings. */
#include "daemon/riskgwctl/watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ALARM(seq, kind, lvl, state, announced)                                                    \
    "{\"alarm_id\":\"e-1-3-" #seq "\",\"kind\":\"" kind "\",\"lvl\":" #lvl                         \
    ",\"rule\":\"co.a/" kind                                                                       \
    "\",\"text\":\"炉前 CO\",\"since\":\"2026-11-23T14:02:31.204+08:00\",\"state\":\"" state       \
    "\",\"announced\":" #announced "}"

struct desk {
    struct watch w;
    char *text;
    size_t len, read;
};

static void sit_down(struct desk *d, enum lang lang, bool json)
{
    struct show s = { .lang = lang };

    *d = (struct desk){ .text = NULL };
    s.to = open_memstream(&d->text, &d->len);
    assert_non_null(s.to);
    watch_init(&d->w, &s, json);
}

static void get_up(struct desk *d)
{
    watch_fini(&d->w);
    fclose(d->w.show.to);
    free(d->text);
}

/* What the next document brings to the screen. */
static const char *look(struct desk *d, const char *alarms)
{
    char text[2048];
    json_t *doc;

    snprintf(text, sizeof text, "{\"v\":1,\"alarms\":[%s]}", alarms);
    doc = json_loads(text, 0, NULL);
    assert_non_null(doc);
    d->read = d->len;
    watch_look(&d->w, doc);
    json_decref(doc);
    return d->text + d->read;
}

static size_t bells(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++)
        n += *text == '\a';
    return n;
}

/* Steps of one alarm's life and how each must sound. */
static void only_what_calls_for_a_person_rings(void **unused)
{
    static const struct {
        const char *what, *alarms;
        size_t bells;
        bool is_told;
    } steps[] = {
        { "open before the watch began", ALARM(7, "H", 2, "unacked", true), 0, true },
        { "nothing new", ALARM(7, "H", 2, "unacked", true), 0, false },
        { "a new one", ALARM(7, "H", 2, "unacked", true) "," ALARM(9, "H", 2, "unacked", true), 1,
          true },
        { "acknowledged", ALARM(7, "H", 2, "acked", false) "," ALARM(9, "H", 2, "unacked", true), 0,
          true },
        { "worse, and so not acknowledged any more",
          ALARM(7, "HH", 1, "unacked", true) "," ALARM(9, "H", 2, "unacked", true), 1, true },
        { "worse while nobody had answered",
          ALARM(7, "HH", 1, "unacked", true) "," ALARM(9, "HH", 1, "unacked", true), 1, true },
        { "less bad", ALARM(7, "HH", 1, "unacked", true) "," ALARM(9, "H", 2, "unacked", true), 0,
          true },
        { "returned", ALARM(7, "HH", 1, "unacked", true) "," ALARM(9, "H", 2, "rtn_unacked", false),
          0, true },
        { "ended", ALARM(7, "HH", 1, "unacked", true), 0, true },
        { "a new one that its bus's alarm holds down",
          ALARM(7, "HH", 1, "unacked", true) "," ALARM(12, "COMM", 3, "suppressed", false), 0,
          true },
        { "free again",
          ALARM(7, "HH", 1, "unacked", true) "," ALARM(12, "COMM", 3, "unacked", true), 1, true },
        { "two at once",
          ALARM(7, "HH", 1, "unacked", true) "," ALARM(12, "COMM", 3, "unacked", true) "," ALARM(
              13, "H", 2, "unacked", true) "," ALARM(14, "H", 2, "unacked", true),
          1, true },
    };
    struct desk d;

    (void)unused;
    sit_down(&d, LANG_ZH, false);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const char *got = look(&d, steps[i].alarms);

        if (bells(got) != steps[i].bells || (strchr(got, '\n') != NULL) != steps[i].is_told)
            fail_msg("%s: %zu bells, \"%s\"", steps[i].what, bells(got), got);
    }
    get_up(&d);
}

static void an_alarm_that_ends_is_told(void **unused)
{
    struct desk d;

    (void)unused;
    sit_down(&d, LANG_ZH, false);
    look(&d, ALARM(7, "H", 2, "acked", false));
    assert_string_equal(look(&d, ""), "2026-11-23 14:02:31 +08:00  P2  已结束  co.a/H  炉前 CO\n");
    get_up(&d);
}

static void each_line_says_when_how_urgent_and_what(void **unused)
{
    struct desk d;

    (void)unused;
    sit_down(&d, LANG_EN, false);
    assert_string_equal(look(&d, ALARM(7, "HH", 1, "unacked", true)),
                        "2026-11-23 14:02:31 +08:00  P1  UNACKED  co.a/HH  HH\n");
    get_up(&d);
}

/* The worst fault of a screen is to look fine while it is dead. */
static void a_silent_daemon_is_told_once_and_rings(void **unused)
{
    struct desk d;

    (void)unused;
    sit_down(&d, LANG_EN, false);
    look(&d, "");
    watch_lost(&d.w, "no such file");
    assert_string_equal(d.text,
                        "\aNO ANSWER FROM THE GATEWAY, what stands above is old: no such file\n");
    d.read = d.len;
    watch_lost(&d.w, "no such file");
    assert_int_equal(d.len, d.read);
    assert_string_equal(look(&d, ALARM(9, "H", 2, "unacked", true)),
                        "the gateway answers again\n"
                        "2026-11-23 14:02:31 +08:00  P2  UNACKED  co.a/H  H\n\a");
    get_up(&d);
}

static void a_script_gets_one_object_a_line_and_no_bell(void **unused)
{
    const char *got;
    struct desk d;
    json_t *line;

    (void)unused;
    sit_down(&d, LANG_ZH, true);
    look(&d, ALARM(7, "H", 2, "acked", false));
    got = look(&d, ALARM(9, "H", 2, "unacked", true));
    assert_null(strchr(got, '\a'));
    for (int i = 0; i < 2; i++) {
        size_t len = strcspn(got, "\n");

        line = json_loadb(got, len, 0, NULL);
        assert_non_null(line);
        assert_string_equal(json_string_value(json_object_get(line, "state")),
                            i == 0 ? "unacked" : "normal");
        json_decref(line);
        got += len + 1;
    }
    assert_string_equal(got, "");
    get_up(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_calls_for_a_person_rings),
        cmocka_unit_test(an_alarm_that_ends_is_told),
        cmocka_unit_test(each_line_says_when_how_urgent_and_what),
        cmocka_unit_test(a_silent_daemon_is_told_once_and_rings),
        cmocka_unit_test(a_script_gets_one_object_a_line_and_no_bell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
