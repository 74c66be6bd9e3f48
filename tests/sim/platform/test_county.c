/* The checker proves itself: a story of three epochs that is right in every
 * order of arrival, and the same story with one thing wrong at a time. */
#include "tests/sim/platform/county.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STORY      "tests/sim/platform/story.txt"
#define DEFECTS    "tests/sim/platform/defects.txt"
#define LINES      64
#define BODY_BYTES 2048
#define EPOCH_V    "4503599627370500" /* 2^52 + 4 */

struct line {
    char key[64];
    char topic[96];
    char body[BODY_BYTES];
    bool is_numbered, retain;
};
struct story {
    struct line v[LINES];
    size_t n;
};

/* ---- making the story ---- */

static void replace(char *text, const char *old, const char *new)
{
    char out[BODY_BYTES];
    char *at = strstr(text, old);

    if (at == NULL)
        fail_msg("no %s in %s", old, text);
    snprintf(out, sizeof out, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
    memcpy(text, out, sizeof out);
}

static int64_t take_number(char **at, const char *word)
{
    size_t n = strlen(word);

    if (strncmp(*at, word, n) != 0)
        return 0;
    *at += n;
    return strtoll(*at, at, 10);
}

/* KEY MONO [step=MS] FIELDS */
static void make_line(struct line *l, char *text)
{
    char *at = strchr(text, ' ') + 1, *slash = strchr(text, '/');
    int64_t mono_ms = take_number(&at, ""), ts_ms;
    unsigned long long epoch = strtoull(slash + 1, NULL, 10);
    char *second = strchr(slash + 1, '/');
    char seq[32] = "";

    at++;
    ts_ms = mono_ms + take_number(&at, "step=");
    at += at[0] == ' ';
    memset(l, 0, sizeof *l);
    snprintf(l->key, sizeof l->key, "%.*s", (int)strcspn(text, " "), text);
    l->is_numbered = second != NULL && second < strchr(text, ' ');
    l->retain = !l->is_numbered;
    if (l->is_numbered)
        snprintf(seq, sizeof seq, "\"seq\":%llu,", strtoull(second + 1, NULL, 10));
    snprintf(l->topic, sizeof l->topic, "riskgw/v1/140521000001/01/%.*s%s", (int)(slash - text),
             text, text[1] == 'c' ? "/0" : "");
    snprintf(l->body, sizeof l->body,
             "{\"v\":1,\"ent\":\"140521000001\",\"gw\":\"01\",\"epoch\":%llu,%s"
             "\"ts\":\"2026-11-23T%02d:00:%02d.%03d+08:00\",\"clk\":\"sync\",\"mono\":%lld,%s,"
             "\"replay\":false}",
             epoch, seq, (int)(14 + ts_ms / 3600000), (int)(ts_ms / 1000 % 60), (int)(ts_ms % 1000),
             (long long)mono_ms, at);
    for (char *id = strstr(l->body, "GW-"); id != NULL; id = strstr(l->body, "GW-"))
        replace(l->body, "GW-", "140521000001-01-");
}

static void read_story(struct story *s)
{
    FILE *f = fopen(STORY, "r");
    char text[BODY_BYTES];

    assert_non_null(f);
    s->n = 0;
    while (fgets(text, sizeof text, f) != NULL) {
        text[strcspn(text, "\n")] = '\0';
        if (text[0] != '#' && text[0] != '\0')
            make_line(&s->v[s->n++], text);
    }
    fclose(f);
}

static struct line *find(struct story *s, const char *key)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->v[i].key, key) == 0)
            return &s->v[i];
    fail_msg("no line %s", key);
    abort();
}

static void drop(struct story *s, struct line *l)
{
    memmove(l, l + 1, (size_t)(&s->v[--s->n] - l) * sizeof *l);
}

/* ---- playing it ---- */

static bool play_line(struct county *c, const struct line *l, int64_t now_ms)
{
    return county_message(
        c, &(struct county_message){ l->topic, l->body, strlen(l->body), l->retain, now_ms });
}

static struct county *new_county(void)
{
    return county_new(&(struct county_conf){ .receipts = true, .receipt_ms = 1000 });
}

static struct county *play(const struct story *s)
{
    struct county *c = new_county();

    for (size_t i = 0; i < s->n; i++)
        play_line(c, &s->v[i], (int64_t)i);
    return c;
}

static void complain(struct county *c)
{
    for (size_t i = 0; county_complaint(c, i) != NULL; i++)
        print_error("%s\n", county_complaint(c, i));
}

static void expect_right(struct county *c, const char *when)
{
    struct county_report r;

    county_report(c, &r);
    if (!r.right) {
        complain(c);
        fail_msg("%s: the right story is found wrong", when);
    }
    assert_int_equal(r.messages[0], 18);
    assert_int_equal(r.events, 19);
    assert_int_equal(r.expected, 19);
    assert_int_equal(r.epochs, 3);
    assert_int_equal(r.alarms, 6);
    assert_int_equal(r.open, 2);
    assert_int_equal(r.found[COUNTY_LOST], 2);
    assert_int_equal(r.found[COUNTY_UNRECORDED], 1);
    assert_int_equal(r.found[COUNTY_UNKNOWN], 1);
}

static void a_right_story_is_accepted_and_both_pictures_compared(void **unused)
{
    struct story s;
    struct county_report r;
    struct county *c;

    (void)unused;
    read_story(&s);
    c = play(&s);
    expect_right(c, "in order");
    county_report(c, &r);
    assert_int_equal(r.compared, 4);
    assert_int_equal(county_judge(c), COUNTY_SAME);
    county_free(c);
}

/* ---- orders of arrival ---- */

static void swap_lines(struct story *s, size_t i, size_t k)
{
    struct line l = s->v[i];

    s->v[i] = s->v[k];
    s->v[k] = l;
}

/* Those of epoch 1 are then no longer of the last epoch, and prove nothing. */
static void put_pictures_last(struct story *s)
{
    static const char *const keys[] = { "active/1", "status/1", "active/3", "status/3" };

    for (size_t i = 0; i < 4; i++)
        for (size_t k = (size_t)(find(s, keys[i]) - s->v); k + 1 < s->n; k++)
            swap_lines(s, k, k + 1);
}

/* xorshift64; the seed is the row's number */
static uint64_t next_random(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

static void the_order_of_arrival_and_copies_change_nothing(void **unused)
{
    struct story s;

    (void)unused;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        uint64_t x = seed * 0x9E3779B97F4A7C15u;
        struct county *c;
        char when[32];

        read_story(&s);
        put_pictures_last(&s);
        for (size_t i = s.n - 5; i > 1; i--) /* 1/1 comes first: the platform begins with it */
            swap_lines(&s, i, 1 + next_random(&x) % i);
        for (size_t i = 0; i < 8; i++) {
            s.v[s.n] = s.v[next_random(&x) % s.n];
            if (strstr(s.v[s.n].body, "\"replay\":false") != NULL && s.v[s.n].is_numbered)
                replace(s.v[s.n].body, "\"replay\":false", "\"replay\":true");
            s.n += s.v[s.n].is_numbered;
        }
        c = play(&s);
        snprintf(when, sizeof when, "seed %llu", (unsigned long long)seed);
        expect_right(c, when);
        assert_int_equal(county_judge(c), COUNTY_SAME);
        county_free(c);
    }
}

/* ---- one thing wrong ---- */

static void make_ids(char *text)
{
    while (strstr(text, "GW-") != NULL)
        replace(text, "GW-", "140521000001-01-");
}

static void spoil(struct story *s, const char *op, const char *key, char *rest)
{
    char old[BODY_BYTES], new[BODY_BYTES];
    char *arrow = strstr(rest, " => ");

    if (strcmp(op, "drop") == 0) {
        drop(s, find(s, key));
    } else if (strcmp(op, "retain") == 0) {
        find(s, key)->retain ^= true;
    } else if (strcmp(op, "edit") == 0) {
        assert_non_null(arrow);
        snprintf(old, sizeof old, "%.*s", (int)(arrow - rest), rest);
        snprintf(new, sizeof new, "%s", arrow + 4);
        make_ids(old);
        make_ids(new);
        replace(find(s, key)->body, old, new);
    } else {
        assert_string_equal(op, "add");
        snprintf(old, sizeof old, "%s %s", key, rest);
        make_line(&s->v[s->n++], old);
    }
}

static enum county_finding finding_of(const char *word)
{
    for (int f = 0; f < COUNTY_KINDS; f++)
        if (strcmp(word, county_words[f]) == 0)
            return (enum county_finding)f;
    fail_msg("no finding %s", word);
    return COUNTY_KINDS;
}

static void expect_found(char *row, bool *is_tried)
{
    char word[32], op[16], key[64];
    struct county_report right, r;
    enum county_finding f;
    struct county *c;
    struct story s;
    int n = 0;

    assert_int_equal(sscanf(row, "%31s %15s %63s %n", word, op, key, &n), 3);
    f = finding_of(word);
    is_tried[f] = true;
    read_story(&s);
    c = play(&s);
    county_report(c, &right);
    county_free(c);
    spoil(&s, op, key, row + n);
    c = play(&s);
    county_report(c, &r);
    if (r.found[f] <= right.found[f] || r.right == county_is_wrong(f)) {
        complain(c);
        fail_msg("not found: %s", row);
    }
    county_free(c);
}

static void every_planted_defect_is_found(void **unused)
{
    /* An own test has what is not one thing wrong with a message. */
    static const enum county_finding elsewhere[] = { COUNTY_TOO_LONG, COUNTY_DUPLICATE, COUNTY_LOST,
                                                     COUNTY_UNRECORDED, COUNTY_UNKNOWN };
    bool is_tried[COUNTY_KINDS] = { false };
    FILE *f = fopen(DEFECTS, "r");
    char row[BODY_BYTES];

    (void)unused;
    assert_non_null(f);
    while (fgets(row, sizeof row, f) != NULL) {
        row[strcspn(row, "\n")] = '\0';
        if (row[0] != '#')
            expect_found(row, is_tried);
    }
    fclose(f);
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
        is_tried[elsewhere[i]] = true;
    for (int k = 0; k < COUNTY_KINDS; k++)
        if (!is_tried[k])
            fail_msg("no defect is planted for %s", county_words[k]);
}

static void over_4096_bytes_is_too_long(void **unused)
{
    char *body = calloc(1, 4098);
    struct county *c = new_county();
    struct county_report r;

    (void)unused;
    assert_non_null(body);
    memset(body, ' ', 4097);
    body[0] = '{';
    body[4096] = '}';
    county_message(c, &(struct county_message){ "riskgw/v1/1/1/alarm", body, 4097, false, 0 });
    county_report(c, &r);
    assert_int_equal(r.found[COUNTY_TOO_LONG], 1);
    county_free(c);
    free(body);
}

/* ---- a volatile epoch ---- */

static void add(struct story *s, size_t at, const char *text)
{
    char copy[BODY_BYTES];

    snprintf(copy, sizeof copy, "%s", text);
    memmove(&s->v[at + 1], &s->v[at], (s->n++ - at) * sizeof s->v[0]);
    make_line(&s->v[at], copy);
}

static size_t index_of(struct story *s, const char *key)
{
    return (size_t)(find(s, key) - s->v);
}

#define RESTART_V "alarm/" EPOCH_V "/1 0 \"ev\":\"restart\",\"reason\":\"unknown\","
#define RAISE_V                                                                                    \
    "alarm/" EPOCH_V "/2 9 \"alarm_id\":\"GW-" EPOCH_V "-2\",\"ev\":\"raise\",\"kind\":\"H\","     \
    "\"lvl\":2,\"rule\":\"co.a/H\",\"since\":\"-\",\"text\":\"-\",\"volatile\":true"

/* In it nothing is known of the older alarms; the next epoch brings them back,
 * and what rose meanwhile is unknown from then on. */
static void an_epoch_that_can_not_be_recorded_hides_nothing(void **unused)
{
    static const char *const heads[] = {
        RESTART_V "\"prev\":null,\"part\":1,\"parts\":1,\"open\":null,\"volatile\":true",
        RESTART_V "\"prev\":{\"epoch\":2,\"alarm\":5,\"telemetry\":0,\"ledger\":0},\"part\":1,"
                  "\"parts\":1,\"open\":null,\"volatile\":true",
    };

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        struct story s;
        struct county_report r;
        struct county *c;

        read_story(&s);
        add(&s, i == 0 ? index_of(&s, "alarm/3/1") : s.n, RAISE_V);
        add(&s, index_of(&s, "alarm/" EPOCH_V "/2"), heads[i]);
        c = play(&s);
        county_report(c, &r);
        complain(c);
        assert_true(r.right);
        assert_int_equal(r.epochs, 4);
        assert_int_equal(r.open, 2);
        assert_int_equal(r.found[COUNTY_UNKNOWN], 4); /* 1-7, 2-4, 2-7, and its own */
        assert_int_equal(county_judge(c), COUNTY_SAME);
        county_free(c);
    }
}

/* It was killed before its first commit; what rose in its 300 ms left early. */
static void an_epoch_that_recorded_nothing_is_no_loss(void **unused)
{
    struct story s;
    struct county_report r;
    struct county *c;

    (void)unused;
    read_story(&s);
    add(&s, index_of(&s, "alarm/3/1"),
        "alarm/9/4 9 \"alarm_id\":\"GW-9-4\",\"ev\":\"raise\",\"kind\":\"H\",\"lvl\":2,"
        "\"rule\":\"co.d/H\",\"since\":\"-\",\"text\":\"-\"");
    c = play(&s);
    county_report(c, &r);
    complain(c);
    assert_true(r.right);
    assert_int_equal(r.found[COUNTY_UNRECORDED], 1 + 3);
    assert_int_equal(r.found[COUNTY_UNKNOWN], 1 + 1);
    assert_int_equal(r.open, 2);
    county_free(c);
}

/* ---- what it believes ---- */

static struct county_alarm alarm_named(struct county *c, const char *id)
{
    size_t n = county_alarms(c);
    struct county_alarm a = { .id = NULL };

    for (size_t i = 0; i < n; i++) {
        county_alarm(c, i, &a);
        if (strcmp(a.id, id) == 0)
            return a;
    }
    fail_msg("no alarm %s", id);
    return a;
}

static void an_alarm_not_in_open_becomes_unknown_and_never_normal(void **unused)
{
    struct story s;
    struct county *c;
    struct county_alarm a;

    (void)unused;
    read_story(&s);
    c = play(&s);
    a = alarm_named(c, "140521000001-01-2-7");
    assert_true(a.unknown);
    assert_true(a.active);
    assert_false(a.over);
    a = alarm_named(c, "140521000001-01-2-4");
    assert_false(a.active);
    assert_false(a.over);
    a = alarm_named(c, "140521000001-01-1-2");
    assert_true(a.over);
    assert_true(alarm_named(c, "140521000001-01-3-3").drill);
    county_free(c);
}

/* A broker that was killed brings back what it had saved long ago: a part of a
 * list that had more of them. */
static void an_old_part_behind_the_list_is_not_of_the_list(void **unused)
{
    static const char body[] =
        "{\"v\":1,\"ent\":\"140521000001\",\"gw\":\"01\",\"epoch\":1,\"ts\":"
        "\"2026-11-23T14:00:00.000+08:00\",\"clk\":\"sync\",\"mono\":5,\"n\":1,\"parts\":2,"
        "\"open\":"
        "[{\"alarm_id\":\"140521000001-01-1-2\",\"rule\":\"co.a/HH\",\"kind\":\"HH\",\"lvl\":1,"
        "\"active\":true,\"acked\":true}],\"replay\":false}";
    struct county_message m = { "riskgw/v1/140521000001/01/active/1", body, sizeof body - 1, true,
                                9000 };
    struct story s;
    struct county *c;
    struct county_report r;

    (void)unused;
    read_story(&s);
    c = play(&s);
    county_message(c, &m);
    assert_int_equal(county_judge(c), COUNTY_SAME);
    county_report(c, &r);
    complain(c);
    assert_true(r.right);
    county_free(c);
}

/* ---- receipts ---- */

static void expect_receipt(struct county *c, int64_t now_ms, const char *body)
{
    struct county_down d;

    assert_true(county_next(c, now_ms, &d));
    assert_string_equal(d.topic, "riskgw/v1/140521000001/01/down/receipt");
    assert_string_equal(d.body, body);
}

static void receipts_name_all_that_is_here_and_nothing_else(void **unused)
{
    struct county *c = new_county();
    struct county_down d;
    struct story s;

    (void)unused;
    read_story(&s);
    play_line(c, find(&s, "alarm/1/1"), 0);
    play_line(c, find(&s, "telemetry/1/1"), 0);
    play_line(c, find(&s, "alarm/1/2"), 10);
    play_line(c, find(&s, "alarm/1/5"), 20);
    play_line(c, find(&s, "alarm/1/7"), 30);
    play_line(c, find(&s, "ledger/1/1"), 40);
    assert_int_equal(county_next_ms(c), 1000);
    assert_false(county_next(c, 999, &d));
    expect_receipt(c, 1000, "{\"v\":1,\"topic\":\"alarm\",\"epoch\":1,\"upto\":2}");
    assert_int_equal(county_next_ms(c), 1020);
    expect_receipt(c, 1020, "{\"v\":1,\"topic\":\"alarm\",\"epoch\":1,\"seqs\":[5,7]}");
    expect_receipt(c, 1040, "{\"v\":1,\"topic\":\"ledger\",\"epoch\":1,\"upto\":1}");
    assert_false(county_next(c, 9999, &d));
    assert_false(play_line(c, find(&s, "alarm/1/2"), 2000)); /* a copy is answered, too */
    expect_receipt(c, 3000, "{\"v\":1,\"topic\":\"alarm\",\"epoch\":1,\"upto\":2}");
    assert_int_equal(county_next_ms(c), INT64_MAX);
    play_line(c, find(&s, "alarm/1/3"), 4000);
    county_receipts(c, &(struct county_conf){ .receipts = false });
    play_line(c, find(&s, "alarm/1/4"), 4000);
    assert_false(county_next(c, 9999, &d));
    county_free(c);
}

static void a_hundred_messages_are_receipted_at_once(void **unused)
{
    struct county *c = new_county();
    struct county_down d;
    struct line l;

    (void)unused;
    for (int i = 2; i <= 101; i++) {
        char text[128];

        snprintf(text, sizeof text, "alarm/1/%d 5 \"ev\":\"flood\"", i);
        make_line(&l, text);
        assert_false(county_next(c, 0, &d));
        assert_true(play_line(c, &l, 0));
    }
    assert_true(county_next(c, 0, &d));
    assert_non_null(strstr(d.body, "\"seqs\":[2,3,"));
    assert_non_null(strstr(d.body, ",100,101]}"));
    assert_false(county_next(c, 9999, &d));
    county_free(c);
}

static void what_was_kept_makes_the_same_ledger_again_and_owes_nothing(void **unused)
{
    struct county *c, *again = new_county();
    struct county_report r, r_again;
    struct county_down d;
    struct story s;

    (void)unused;
    read_story(&s);
    spoil(&s, "add", "telemetry/1/4", (char[]){ "6600 \"points\":[1]" });
    c = new_county();
    for (size_t i = 0; i < s.n; i++)
        if (play_line(c, &s.v[i], 0)) {
            struct line *l = &s.v[i];

            county_recall(again, &(struct county_message){ l->topic, l->body, strlen(l->body),
                                                           l->retain, 0 });
        }
    county_report(c, &r);
    county_report(again, &r_again);
    r.compared = r_again.compared = 0;
    assert_memory_equal(&r, &r_again, sizeof r);
    assert_int_equal(r.found[COUNTY_TWO_CONTENTS], 1);
    assert_false(county_next(again, INT64_MAX, &d));
    county_free(c);
    county_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_story_is_accepted_and_both_pictures_compared),
        cmocka_unit_test(the_order_of_arrival_and_copies_change_nothing),
        cmocka_unit_test(every_planted_defect_is_found),
        cmocka_unit_test(over_4096_bytes_is_too_long),
        cmocka_unit_test(an_epoch_that_can_not_be_recorded_hides_nothing),
        cmocka_unit_test(an_epoch_that_recorded_nothing_is_no_loss),
        cmocka_unit_test(an_alarm_not_in_open_becomes_unknown_and_never_normal),
        cmocka_unit_test(an_old_part_behind_the_list_is_not_of_the_list),
        cmocka_unit_test(receipts_name_all_that_is_here_and_nothing_else),
        cmocka_unit_test(a_hundred_messages_are_receipted_at_once),
        cmocka_unit_test(what_was_kept_makes_the_same_ledger_again_and_owes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
