#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "rules/alarm.h"
#include "rules/engine.h"

static const struct limit_conf delayed = { .set = true, .after_ms = 500, .clear_after_ms = 700 };
static const struct limit_conf plain = { .set = true, .priority = 2 };

struct level_case {
    enum proc from;
    bool running;
    enum cond cond;
    const struct limit_conf *limit;
    enum proc next;
    int64_t due_ms; /* INT64_MAX: nothing runs */
};

#define NEVER INT64_MAX

/* At 1000 ms; a running delay began at 900 with 300 to go, a paused one has
 * 300 to go.  Every pair that is not here changes nothing. */
static const struct level_case level_cases[] = {
    { PROC_N, false, COND_TRUE, &plain, PROC_A, NEVER },
    { PROC_N, false, COND_TRUE, &delayed, PROC_PON, 1500 },
    { PROC_PON, true, COND_FALSE, &delayed, PROC_N, NEVER },
    { PROC_PON, false, COND_FALSE, &delayed, PROC_N, NEVER },
    { PROC_PON, true, COND_DUE, &delayed, PROC_A, NEVER },
    { PROC_PON, true, COND_UNKNOWN, &delayed, PROC_PON, NEVER },
    { PROC_PON, true, COND_BAD, &delayed, PROC_PON, NEVER },
    { PROC_PON, false, COND_TRUE, &delayed, PROC_PON, 1300 },
    { PROC_PON, false, COND_HOLDS, &delayed, PROC_PON, 1300 },
    { PROC_PON, false, COND_DUE, &delayed, PROC_A, NEVER },
    { PROC_A, false, COND_FALSE, &plain, PROC_N, NEVER },
    { PROC_A, false, COND_FALSE, &delayed, PROC_POFF, 1700 },
    { PROC_POFF, true, COND_TRUE, &delayed, PROC_A, NEVER },
    { PROC_POFF, false, COND_TRUE, &delayed, PROC_A, NEVER },
    { PROC_POFF, true, COND_DUE, &delayed, PROC_N, NEVER },
    { PROC_POFF, false, COND_DUE, &delayed, PROC_N, NEVER },
    { PROC_POFF, true, COND_UNKNOWN, &delayed, PROC_POFF, NEVER },
    { PROC_POFF, true, COND_BAD, &delayed, PROC_A, NEVER },
    { PROC_POFF, false, COND_BAD, &delayed, PROC_A, NEVER },
    { PROC_POFF, false, COND_FALSE, &delayed, PROC_POFF, 1300 },
    { PROC_POFF, false, COND_HOLDS, &delayed, PROC_POFF, 1300 },
    { PROC_POFF, true, COND_RESTORE, &delayed, PROC_A, NEVER },
    { PROC_POFF, false, COND_RESTORE, &delayed, PROC_A, NEVER },
};

static const struct instant at = { { 1000, 99 }, 1000 };

static struct level_state make_level(enum proc proc, bool running)
{
    struct level_state level = { .proc = proc, .left_ms = 300, .running = running };

    level.from_ms = running ? 900 : 0;
    return level;
}

static void each_row_moves_its_level(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof level_cases / sizeof level_cases[0]; i++) {
        const struct level_case *row = &level_cases[i];
        struct level_state level = make_level(row->from, row->running);

        if (!level_step(&level, row->cond, row->limit, &at) || level.proc != row->next ||
            level_due_ms(&level) != row->due_ms)
            fail_msg("row %zu: to %d, due %lld", i, (int)level.proc,
                     (long long)level_due_ms(&level));
    }
}

static bool is_listed(enum proc from, bool running, enum cond cond, const struct limit_conf *limit)
{
    for (size_t i = 0; i < sizeof level_cases / sizeof level_cases[0]; i++) {
        const struct level_case *row = &level_cases[i];

        if (row->from == from && row->running == running && row->cond == cond &&
            row->limit == limit)
            return true;
    }
    return false;
}

static void nothing_else_moves_a_level(void **unused)
{
    int tried = 0;

    (void)unused;
    for (int from = PROC_N; from < PROC_STATES; from++)
        for (int running = 0; running < 2; running++)
            for (int cond = COND_TRUE; cond <= COND_RESTORE; cond++) {
                struct level_state level = make_level((enum proc)from, running != 0), was = level;

                if (running != 0 && (from == PROC_N || from == PROC_A))
                    continue;
                if (is_listed((enum proc)from, running != 0, (enum cond)cond, &delayed))
                    continue;
                assert_false(level_step(&level, (enum cond)cond, &delayed, &at));
                assert_memory_equal(&level, &was, sizeof level);
                tried++;
            }
    assert_int_equal(tried, 21);
}

static void a_pause_keeps_what_is_left(void **unused)
{
    struct level_state level = make_level(PROC_PON, true);

    (void)unused;
    level_step(&level, COND_UNKNOWN, &delayed, &at);
    assert_int_equal(level.left_ms, 200);
    level_step(&level, COND_BAD, &delayed, &at);
    assert_int_equal(level.left_ms, 200);
}

static void only_a_new_excess_is_a_new_crossing(void **unused)
{
    struct level_state level = { .proc = PROC_N };
    struct instant later = { { 2000, 99 }, 2000 };

    (void)unused;
    level_step(&level, COND_TRUE, &delayed, &at);
    level_step(&level, COND_DUE, &delayed, &later);
    level_step(&level, COND_FALSE, &delayed, &later);
    level_step(&level, COND_TRUE, &delayed, &later);
    assert_int_equal(level.crossed.mono_ms, 1000);
    level_step(&level, COND_FALSE, &plain, &later);
    level_step(&level, COND_TRUE, &plain, &later);
    assert_int_equal(level.crossed.mono_ms, 2000);
}

/* ---- the alarm ---- */

struct move {
    const char *name;
    const char *before, *after; /* flags: levels' states, then what is set */
    enum alarm_input input;
    int number; /* 0: no row */
    enum event_type emits[ROW_EMITS];
    bool good;
};

/* "A. n": the nearer level A, the outer N; then a: active, k: acked,
 * l: latched, o: open, u: at the outer level, s: held down, p: supersedes. */
static struct alarm_state read_state(const char *text)
{
    static const char procs[] = "NPAF";
    struct alarm_state st = { .since = { 1, 1 } };

    for (int i = 0; i < 2; i++)
        st.levels[i].proc = (enum proc)(strchr(procs, text[i]) - procs);
    st.active = strchr(text, 'a') != NULL;
    st.acked = strchr(text, 'k') != NULL;
    st.latched = strchr(text, 'l') != NULL;
    st.level = strchr(text, 'u') != NULL;
    st.supp = strchr(text, 's') != NULL ? SUPP_BUS : 0;
    if (strchr(text, 'o') != NULL)
        st.id = (struct alarm_id){ 3, 7 };
    return st;
}

static bool agrees(const struct alarm_state *st, const char *text)
{
    struct alarm_state want = read_state(text);

    return st->active == want.active && st->acked == want.acked && st->latched == want.latched &&
           st->level == want.level && st->supp == want.supp &&
           (st->id.epoch != 0) == (want.id.epoch != 0) &&
           (st->supersedes.epoch != 0) == (strchr(text, 'p') != NULL);
}

static const struct move moves[] = {
    { "raise", "AN", "AN ao", ALARM_JUDGE, 1, { EV_RAISE }, true },
    { "raise at the outer", "AA", "AA aou", ALARM_JUDGE, 1, { EV_RAISE }, true },
    { "raise beside a delay", "PA", "PA aou", ALARM_JUDGE, 1, { EV_RAISE }, false },
    { "no raise in the delay", "PN", "PN", ALARM_JUDGE, 0, { EV_NONE }, true },
    { "raise over returned", "AN o", "AN aop", ALARM_JUDGE, 1, { EV_RAISE }, true },
    { "raise over closed, whatever it says", "AN k", "AN ao", ALARM_JUDGE, 1, { EV_RAISE }, true },
    { "raise again", "AN olk", "AN aol", ALARM_JUDGE, 1, { EV_RE_RAISE }, true },
    { "stays", "AN aok", "AN aok", ALARM_JUDGE, 0, { EV_NONE }, true },
    { "stays in the off-delay", "FN ao", "FN ao", ALARM_JUDGE, 0, { EV_NONE }, true },
    { "up", "AA aok", "AA aou", ALARM_JUDGE, 9, { EV_LEVEL_UP }, true },
    { "up beyond the range", "AA aok", "AA aou", ALARM_JUDGE, 9, { EV_LEVEL_UP }, false },
    { "down", "AN aouk", "AN aok", ALARM_JUDGE, 10, { EV_LEVEL_DOWN }, true },
    { "not down while the outer comes", "AP aou", "AP aou", ALARM_JUDGE, 0, { EV_NONE }, true },
    { "not down while ending", "FN aou", "FN aou", ALARM_JUDGE, 0, { EV_NONE }, true },
    { "not down while the outer ends", "AF aou", "AF aou", ALARM_JUDGE, 0, { EV_NONE }, true },
    { "clear unacked", "NN aou", "NN ou", ALARM_JUDGE, 12, { EV_CLEAR }, true },
    { "clear acked", "NN aok", "NN", ALARM_JUDGE, 12, { EV_CLEAR }, true },
    { "no clear in a delay", "PN aouk", "PN aouk", ALARM_JUDGE, 0, { EV_NONE }, true },
    { "returned, latched", "NN aolk", "NN olk", ALARM_JUDGE, 13, { EV_RTN_LATCHED }, true },
    { "ack active", "AN ao", "AN aok", ALARM_ACK, 11, { EV_ACK }, true },
    { "ack returned", "NN o", "NN", ALARM_ACK, 11, { EV_ACK }, true },
    { "ack latched", "NN ol", "NN olk", ALARM_ACK, 11, { EV_ACK }, true },
    { "ack twice", "AN aok", "AN aok", ALARM_ACK, 0, { EV_NONE }, true },
    { "ack of nothing", "PN", "PN", ALARM_ACK, 0, { EV_NONE }, true },
    { "reset", "NN olk", "NN", ALARM_RESET, 14, { EV_RESET, EV_CLEAR }, true },
    { "reset unacked", "NN ol", "NN ol", ALARM_RESET, 0, { EV_NONE }, true },
    { "reset active", "AN aolk", "AN aolk", ALARM_RESET, 0, { EV_NONE }, true },
    { "reset in the on-delay", "PN olk", "PN olk", ALARM_RESET, 0, { EV_NONE }, true },
    { "reset of the outer's delay", "NP olk", "NP olk", ALARM_RESET, 0, { EV_NONE }, true },
    { "reset of what does not latch", "NN ok", "NN ok", ALARM_RESET, 0, { EV_NONE }, true },
    { "fault", "NN", "NN ao", ALARM_FAULT, 20, { EV_FAULT_RAISE }, false },
    { "fault over returned", "NN o", "NN aop", ALARM_FAULT, 20, { EV_FAULT_RAISE }, false },
    { "fault once", "NN aok", "NN aok", ALARM_FAULT, 0, { EV_NONE }, false },
    { "fault ends", "NN ao", "NN o", ALARM_FAULT_END, 22, { EV_FAULT_CLEAR }, true },
    { "fault ends acked", "NN aok", "NN", ALARM_FAULT_END, 22, { EV_FAULT_CLEAR }, true },
    { "no fault to end", "NN o", "NN o", ALARM_FAULT_END, 0, { EV_NONE }, true },
    { "hold", "NN aok", "NN aoks", ALARM_HOLD_DOWN, 23, { EV_SUPPRESS }, false },
    { "hold once", "NN aos", "NN aos", ALARM_HOLD_DOWN, 0, { EV_NONE }, false },
    { "nothing to hold", "NN o", "NN o", ALARM_HOLD_DOWN, 0, { EV_NONE }, false },
    { "free", "NN aoks", "NN ao", ALARM_FREE, 23, { EV_UNSUPPRESS, EV_RE_RAISE }, false },
    { "free and back", "NN aoks", "NN aok", ALARM_FREE, 23, { EV_UNSUPPRESS }, true },
    { "nothing to free", "NN aok", "NN aok", ALARM_FREE, 0, { EV_NONE }, false },
};

static void each_row_moves_its_alarm_and_says_so(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        const struct move *m = &moves[i];
        struct alarm_state st = read_state(m->before);
        struct alarm_case c = { .limits = { &plain, &plain }, .id = { 3, 8 }, .good = m->good };
        const struct alarm_row *row = alarm_step(&st, m->input, &c);

        if ((row == NULL ? 0 : row->number) != m->number || !agrees(&st, m->after))
            fail_msg("%s: row %d", m->name, row == NULL ? 0 : row->number);
        for (int k = 0; row != NULL && k < ROW_EMITS; k++)
            if (row->emits[k] != m->emits[k])
                fail_msg("%s: emits %s", m->name, event_word(row->emits[k]));
    }
}

static void a_new_instance_has_its_own_id_times_and_priority(void **unused)
{
    struct alarm_state st = read_state("AN o");
    struct alarm_case c = { .limits = { &plain, &plain }, .id = { 3, 8 }, .now = { 50, 60 } };

    (void)unused;
    st.levels[0].crossed = (struct stamp){ 40, 41 };
    alarm_step(&st, ALARM_JUDGE, &c);
    assert_int_equal(st.id.seq, 8);
    assert_int_equal(st.supersedes.seq, 7);
    assert_int_equal(st.since.mono_ms, 40);
    assert_int_equal(st.announced.utc_ms, 60);
    assert_int_equal(st.priority, 2);
    alarm_step(&st, ALARM_ACK, &c);
    assert_int_equal(st.supersedes.epoch, 0);
}

static void a_fault_says_since_when_why_and_what(void **unused)
{
    struct alarm_state st = read_state("NN");
    struct alarm_case c = { .id = { 3, 8 }, .now = { 50, 60 }, .priority = 1, .q = Q_COMM_FAIL };

    (void)unused;
    c.why.code = WHY_LINK;
    alarm_step(&st, ALARM_FAULT, &c);
    assert_int_equal(st.since.mono_ms, 50);
    assert_int_equal(st.priority, 1);
    assert_int_equal(st.q, Q_COMM_FAIL);
    assert_int_equal(st.why.code, WHY_LINK);
}

struct word_case {
    const char *state, *word;
    bool active;
};

static void every_state_has_its_word(void **unused)
{
    static const struct word_case words[] = {
        { "NN", "normal", false },           { "PN", "normal", false },
        { "AN ao", "unacked", true },        { "AN aok", "acked", true },
        { "NN o", "rtn_unacked", false },    { "NN ol", "latched_unacked", true },
        { "NN olk", "latched_acked", true }, { "AN aol", "latched_unacked", true },
        { "NN aos", "suppressed", true },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct alarm_state st = read_state(words[i].state);

        assert_string_equal(alarm_state_word(&st), words[i].word);
        assert_int_equal(alarm_is_active(&st), words[i].active);
    }
    assert_string_equal(event_word(EV_RE_RAISE), "re_raise");
    assert_true(event_is_bad_news(EV_RAISE) && !event_is_bad_news(EV_CLEAR));
    assert_string_equal(alarm_kind_word(KIND_UPLINK), "UPLINK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_moves_its_level),
        cmocka_unit_test(nothing_else_moves_a_level),
        cmocka_unit_test(a_pause_keeps_what_is_left),
        cmocka_unit_test(only_a_new_excess_is_a_new_crossing),
        cmocka_unit_test(each_row_moves_its_alarm_and_says_so),
        cmocka_unit_test(a_new_instance_has_its_own_id_times_and_priority),
        cmocka_unit_test(a_fault_says_since_when_why_and_what),
        cmocka_unit_test(every_state_has_its_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
