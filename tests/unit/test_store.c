#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/err.h"
#include "tests/unit/store_rig.h"

static int begin(void **state)
{
    *state = rig_new();
    return 0;
}

static int end(void **state)
{
    rig_free(*state);
    return 0;
}

static void an_empty_folder_is_a_first_start(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 0);
    assert_true(r->opened.prev.first);
    assert_false(r->opened.prev.known);
    assert_false(r->opened.set_aside);
    assert_int_equal(r->opened.epoch, 0);
    assert_int_equal(r->opened.next_id, 1);
    assert_int_equal(r->opened.n_alarms, 0);
    assert_null(r->opened.alarms);
    assert_true(store_bytes(r->store) > 0);
}

static void a_message_comes_back_byte_for_byte(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 7);
    rig_add(r, TOPIC_ALARM, 7, 3, 41, 1u);
    assert_int_equal(rig_commit(r, 7), RG_OK);
    for (int start = 0; start < 2; start++) {
        assert_int_equal(rig_fetch(r, 0, LANE_ALARM, 0), 1);
        const struct message *m = r->fetch.v[0];
        assert_int_equal(m->id, 41);
        assert_int_equal(m->epoch, 7);
        assert_int_equal(m->seq, 3);
        assert_int_equal(m->topic, TOPIC_ALARM);
        assert_true(rig_is_as_made(m));
        assert_true(m->durable);
        assert_true(m->sent);
        assert_true(m->born_ms == (start == 0 ? 30 : INT64_MIN));
        rig_reopen(r, 8 + (uint64_t)start);
    }
}

static void a_body_of_the_greatest_size_fits(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 1);
    struct message *m = rig_add(r, TOPIC_ALARM, 1, 1, 1, 1u)->msg;
    memset(m->body, 'x', MESSAGE_MAX);
    m->len = MESSAGE_MAX;
    assert_int_equal(rig_commit(r, 1), RG_OK);
    assert_int_equal(rig_fetch(r, 0, LANE_ALARM, 0), 1);
    assert_int_equal(r->fetch.v[0]->len, MESSAGE_MAX);
    assert_memory_equal(r->fetch.v[0]->body, m->body, MESSAGE_MAX);
}

static void each_uplink_owes_until_it_is_done_itself(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 1);
    rig_add(r, TOPIC_ALARM, 1, 1, 1, 3u);
    rig_add(r, TOPIC_TELEMETRY, 1, 1, 2, 3u);
    rig_add(r, TOPIC_LEDGER, 1, 1, 3, 2u);
    assert_int_equal(rig_commit(r, 1), RG_OK);
    assert_int_equal(rig_fetch(r, 0, LANE_ALARM, 0), 1);
    assert_int_equal(rig_fetch(r, 1, LANE_ALARM, 0), 2);
    assert_int_equal(rig_fetch(r, 1, LANE_TELEMETRY, 0), 1);
    rig_done(r, 1, 0);
    rig_done(r, 2, 1);
    assert_int_equal(rig_commit(r, 1), RG_OK);
    rig_reopen(r, 2);
    assert_int_equal(rig_fetch(r, 0, LANE_ALARM, 0), 0);
    assert_int_equal(rig_fetch(r, 0, LANE_TELEMETRY, 0), 1);
    assert_int_equal(rig_fetch(r, 1, LANE_ALARM, 0), 2);
    assert_int_equal(rig_fetch(r, 1, LANE_TELEMETRY, 0), 0);
    assert_int_equal(r->opened.owed[0][LANE_ALARM], 0);
    assert_int_equal(r->opened.owed[0][LANE_TELEMETRY], 1);
    assert_int_equal(r->opened.owed[1][LANE_ALARM], 2);
    assert_int_equal(r->opened.owed[1][LANE_TELEMETRY], 0);
}

static void a_fetch_goes_on_after_the_last_id_in_order(void **state)
{
    struct store_rig *r = *state;
    uint64_t after = 0, seen = 0;

    rig_open(r, 1);
    for (uint64_t i = 1; i <= 100; i++)
        rig_add(r, i % 2 == 0 ? TOPIC_ALARM : TOPIC_TELEMETRY, 1, i, i, 1u);
    assert_int_equal(rig_commit(r, 1), RG_OK);
    r->fetch.max = 7;
    do {
        rig_fetch(r, 0, LANE_ALARM, after);
        for (size_t i = 0; i < r->fetch.n; i++) {
            assert_int_equal(r->fetch.v[i]->id, after + 2);
            after = r->fetch.v[i]->id;
            seen++;
        }
        assert_int_equal(r->fetch.more, after < 100);
    } while (r->fetch.more);
    assert_int_equal(seen, 50);
    r->fetch.below_id = 10;
    r->fetch.after_id = 4;
    assert_int_equal(store_fetch(r->store, &r->fetch), RG_OK);
    assert_int_equal(r->fetch.n, 2);
    assert_int_equal(r->fetch.v[0]->id, 6);
    assert_int_equal(r->fetch.v[1]->id, 8);
    assert_false(r->fetch.more);
}

static void a_resend_finds_what_is_done_too(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 1);
    for (uint64_t i = 1; i <= 9; i++) {
        rig_add(r, TOPIC_ALARM, 1, i, i, 1u);
        rig_done(r, i, 0);
    }
    assert_int_equal(rig_commit(r, 1), RG_OK);
    rig_reopen(r, 2);
    rig_add(r, TOPIC_ALARM, 2, 4, 10, 1u);
    assert_int_equal(rig_commit(r, 2), RG_OK);
    assert_int_equal(rig_fetch_seq(r, TOPIC_ALARM, 1, 4, 6), 3);
    for (uint64_t i = 0; i < 3; i++) {
        assert_int_equal(r->fetch.v[i]->seq, 4 + i);
        assert_int_equal(r->fetch.v[i]->epoch, 1);
        assert_true(rig_is_as_made(r->fetch.v[i]));
    }
    r->fetch.max = 2;
    assert_int_equal(rig_fetch_seq(r, TOPIC_ALARM, 1, 4, 6), 2);
    assert_true(r->fetch.more);
    assert_int_equal(rig_fetch_seq(r, TOPIC_LEDGER, 1, 1, UINT64_MAX), 0);
}

static void assert_same_alarm(const struct saved_alarm *a, const struct saved_alarm *b)
{
    const struct alarm_state *x = &a->st, *y = &b->st;

    assert_string_equal(a->key, b->key);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(x->levels[i].proc, y->levels[i].proc);
        assert_int_equal(x->levels[i].left_ms, y->levels[i].left_ms);
        assert_int_equal(x->levels[i].from_ms, y->levels[i].from_ms);
        assert_int_equal(x->levels[i].running, y->levels[i].running);
        assert_int_equal(x->levels[i].crossed.mono_ms, y->levels[i].crossed.mono_ms);
        assert_int_equal(x->levels[i].crossed.utc_ms, y->levels[i].crossed.utc_ms);
    }
    assert_int_equal(x->active, y->active);
    assert_int_equal(x->acked, y->acked);
    assert_int_equal(x->latched, y->latched);
    assert_int_equal(x->level, y->level);
    assert_int_equal(x->supp, y->supp);
    assert_memory_equal(&x->id, &y->id, sizeof x->id);
    assert_memory_equal(&x->supersedes, &y->supersedes, sizeof x->supersedes);
    assert_memory_equal(&x->since, &y->since, sizeof x->since);
    assert_memory_equal(&x->announced, &y->announced, sizeof x->announced);
    assert_true(x->val == y->val || (isnan(x->val) && isnan(y->val)));
    assert_memory_equal(&x->sampled, &y->sampled, sizeof x->sampled);
    assert_true(x->peak == y->peak || (isnan(x->peak) && isnan(y->peak)));
    assert_memory_equal(&x->peak_at, &y->peak_at, sizeof x->peak_at);
    assert_int_equal(x->priority, y->priority);
    assert_int_equal(x->why.code, y->why.code);
    assert_int_equal(x->why.arg, y->why.arg);
    assert_int_equal(x->q, y->q);
    for (int i = 0; i < HOLDS; i++) {
        assert_memory_equal(&x->until[i], &y->until[i], sizeof x->until[i]);
        assert_string_equal(a->words[i].by, b->words[i].by);
        assert_string_equal(a->words[i].why, b->words[i].why);
    }
    assert_int_equal(x->once, y->once);
    assert_memory_equal(&x->last, &y->last, sizeof x->last);
    assert_true(x->handled == y->handled && x->closed == y->closed);
    assert_int_equal(x->step, y->step);
    assert_int_equal(x->attend_ms, y->attend_ms);
}

static void add_state(struct store_rig *r, const struct saved_alarm *a)
{
    r->batch.records[r->batch.n_records++] =
        (struct record){ .has_state = true, .state = *a, .mono_ms = 99 };
}

static void every_field_of_an_alarm_comes_back(void **state)
{
    struct store_rig *r = *state;
    struct saved_alarm want[3];

    for (unsigned i = 0; i < 3; i++) {
        const char *const keys[] = { "bus/燃气485", RIG_KEY, "unit/gas485/3" };
        want[i] = rig_alarm(keys[i], i);
    }
    want[1].st.val = NAN;
    want[2].st.val = -INFINITY;
    want[2].st.peak = NAN;
    want[0].st.since.mono_ms = INT64_MIN;
    want[0].st.id.epoch = UINT64_MAX;
    rig_open(r, 1);
    for (int i = 0; i < 3; i++)
        add_state(r, &want[i]);
    assert_int_equal(rig_commit(r, 1), RG_OK);
    rig_reopen(r, 2);
    assert_int_equal(r->opened.n_alarms, 3);
    for (int i = 0; i < 3; i++)
        assert_same_alarm(&r->opened.alarms[i], &want[i]);
}

static void the_latest_state_replaces_and_a_normal_one_deletes(void **state)
{
    struct store_rig *r = *state;
    struct saved_alarm a = rig_alarm(RIG_KEY, 1), later = rig_alarm(RIG_KEY, 2);
    struct saved_alarm normal = { .key = RIG_KEY };

    normal.st.val = 12.0;
    rig_open(r, 1);
    add_state(r, &a);
    add_state(r, &later);
    assert_int_equal(rig_commit(r, 1), RG_OK);
    rig_reopen(r, 2);
    assert_int_equal(r->opened.n_alarms, 1);
    assert_same_alarm(&r->opened.alarms[0], &later);
    add_state(r, &normal);
    assert_int_equal(rig_commit(r, 2), RG_OK);
    rig_reopen(r, 3);
    assert_int_equal(r->opened.n_alarms, 0);
}

/* What a restart must know keeps its row, each condition alone. */
static void nothing_that_stands_is_taken_for_normal(void **state)
{
    struct store_rig *r = *state;
    struct saved_alarm v[9];

    memset(v, 0, sizeof v);
    v[0].st.active = true;
    v[1].st.latched = true;
    v[2].st.supp = SUPP_BUS;
    v[3].st.levels[0].proc = PROC_PON;
    v[4].st.levels[1].proc = PROC_PON;
    v[5].st.levels[1].proc = PROC_POFF;
    v[6].st.id.epoch = 1;
    v[7].st.supersedes.epoch = 1;
    v[8].st.last.epoch = 1; /* over, and its case is not closed */
    rig_open(r, 1);
    for (int i = 0; i < 9; i++) {
        v[i].key[0] = (char)('a' + i);
        add_state(r, &v[i]);
    }
    assert_int_equal(rig_commit(r, 1), RG_OK);
    rig_reopen(r, 2);
    assert_int_equal(r->opened.n_alarms, 9);
}

static void the_next_start_reads_the_last_numbers(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 5);
    rig_add(r, TOPIC_ALARM, 5, 1, 1, 1u);
    rig_add(r, TOPIC_ALARM, 5, 2, 2, 1u);
    rig_add(r, TOPIC_TELEMETRY, 5, 9, 3, 1u);
    assert_int_equal(rig_commit(r, 5), RG_OK);
    rig_reopen(r, 0);
    const struct store_prev *prev = &r->opened.prev;
    assert_true(prev->known);
    assert_false(prev->first);
    assert_int_equal(prev->epoch, 5);
    assert_int_equal(prev->seq[TOPIC_ALARM], 2);
    assert_int_equal(prev->seq[TOPIC_TELEMETRY], 9);
    assert_int_equal(prev->seq[TOPIC_LEDGER], 0);
    assert_int_equal(prev->died_ms, 90);
    assert_true(prev->began_utc_ms == 1700000000005);
    assert_int_equal(prev->began_boot_ms, 5000);
    assert_string_equal(prev->boot_id, "boot-a");
    assert_false(prev->clean_stop);
    assert_int_equal(r->opened.epoch, 5);
    assert_int_equal(r->opened.next_id, 4);
    assert_int_equal(store_begin_epoch(r->store, 6, 1, 2, "boot-b"), RG_OK);
    rig_add(r, TOPIC_ALARM, 6, 1, 4, 1u);
    assert_int_equal(rig_commit(r, 6), RG_OK);
    assert_int_equal(store_clean_stop(r->store, 6, 77), RG_OK);
    rig_reopen(r, 0);
    assert_int_equal(r->opened.prev.epoch, 6);
    assert_true(r->opened.prev.clean_stop);
    assert_int_equal(r->opened.prev.died_ms, 77);
}

/* One that was killed before its first commit has no restart event, so nobody
 * could learn from it what the one before it had recorded; and the alarms of
 * the record still tell the time of that one. */
static void an_epoch_that_recorded_nothing_is_passed_over(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 5);
    rig_add(r, TOPIC_ALARM, 5, 1, 1, 1u);
    assert_int_equal(rig_commit(r, 5), RG_OK);
    rig_reopen(r, 6);
    rig_reopen(r, 0);
    assert_int_equal(r->opened.prev.epoch, 5);
    assert_int_equal(r->opened.prev.seq[TOPIC_ALARM], 1);
    assert_int_equal(r->opened.epoch, 6);
}

/* A volatile epoch has a greater number than those that follow it, and theirs go
 * on from the last that was counted: a number from 2^52 on says volatile. */
static void the_epoch_before_is_the_one_that_began_last(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, UINT64_C(1) << 52);
    rig_add(r, TOPIC_ALARM, UINT64_C(1) << 52, 1, 1, 1u);
    assert_int_equal(rig_commit(r, UINT64_C(1) << 52), RG_OK);
    rig_reopen(r, 8);
    rig_add(r, TOPIC_ALARM, 8, 1, 2, 1u);
    assert_int_equal(rig_commit(r, 8), RG_OK);
    rig_reopen(r, 0);
    assert_int_equal(r->opened.prev.epoch, 8);
    assert_int_equal(r->opened.epoch, 8);
}

static void an_epoch_begins_once(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 4);
    assert_int_equal(store_begin_epoch(r->store, 4, 1700000000004, 5000, "boot-a"), RG_OK);
    assert_int_equal(store_begin_epoch(r->store, 4, 1700000000999, 5000, "boot-a"), RG_EINVAL);
    assert_non_null(strstr(store_error(r->store), "epoch 4"));
    rig_add(r, TOPIC_ALARM, 9, 1, 1, 1u);
    assert_int_equal(rig_commit(r, 9), RG_EINVAL);
    assert_int_equal(rig_fetch(r, 0, LANE_ALARM, 0), 0);
}

/* A commit may have happened although it was reported as failed. */
static void a_batch_given_twice_counts_once(void **state)
{
    struct store_rig *r = *state;
    struct saved_alarm a = rig_alarm(RIG_KEY, 1);

    rig_open(r, 1);
    rig_add(r, TOPIC_ALARM, 1, 1, 1, 3u);
    rig_add(r, TOPIC_ALARM, 1, 2, 2, 3u);
    rig_done(r, 1, 0);
    add_state(r, &a);
    for (int i = 0; i < 3; i++)
        assert_int_equal(store_commit(r->store, 1, &r->batch), RG_OK);
    assert_int_equal(rig_fetch(r, 0, LANE_ALARM, 0), 1);
    assert_int_equal(rig_fetch(r, 1, LANE_ALARM, 0), 2);
    r->batch.n_records = r->batch.n_dones = 0;
    rig_reopen(r, 2);
    assert_int_equal(r->opened.n_alarms, 1);
    assert_int_equal(r->opened.owed[0][LANE_ALARM], 1);
    assert_int_equal(r->opened.next_id, 3);
}

static void two_messages_never_share_an_id_or_a_number(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 1);
    rig_add(r, TOPIC_ALARM, 1, 1, 1, 1u);
    assert_int_equal(rig_commit(r, 1), RG_OK);
    rig_add(r, TOPIC_LEDGER, 1, 1, 2, 1u);
    rig_add(r, TOPIC_ALARM, 1, 2, 1, 1u);
    assert_int_equal(rig_commit(r, 1), RG_EINVAL);
    r->batch.n_records = 0;
    rig_add(r, TOPIC_ALARM, 1, 1, 3, 1u);
    assert_int_equal(rig_commit(r, 1), RG_EIO);
    r->batch.n_records = 0;
    assert_int_equal(rig_fetch(r, 0, LANE_ALARM, 0), 1);
    assert_true(rig_is_as_made(r->fetch.v[0]));
}

static void an_uplink_keeps_its_debts_when_the_file_moves_it(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 1);
    rig_add(r, TOPIC_ALARM, 1, 1, 1, 1u);
    rig_add(r, TOPIC_ALARM, 1, 2, 2, 2u);
    assert_int_equal(rig_commit(r, 1), RG_OK);
    r->uplinks[0].name = "province";
    r->uplinks[1].name = "county";
    rig_reopen(r, 2);
    assert_int_equal(rig_fetch(r, 0, LANE_ALARM, 0), 0);
    assert_int_equal(rig_fetch(r, 1, LANE_ALARM, 0), 1);
    assert_int_equal(r->fetch.v[0]->id, 1);
    r->uplinks[0].name = "city";
    rig_reopen(r, 3);
    assert_int_equal(rig_fetch(r, 0, LANE_ALARM, 0), 1);
    assert_int_equal(r->fetch.v[0]->id, 2);
    assert_int_equal(r->opened.owed[0][LANE_ALARM], 1);
}

static void a_new_uplink_owes_nothing_of_a_forgotten_one(void **state)
{
    struct store_rig *r = *state;
    char name[16];

    rig_open(r, 1);
    rig_add(r, TOPIC_ALARM, 1, 1, 1, 3u);
    assert_int_equal(rig_commit(r, 1), RG_OK);
    for (unsigned i = 0; i < 40; i++) { /* more names than bits */
        snprintf(name, sizeof name, "u%u", i);
        r->uplinks[0].name = name;
        rig_reopen(r, 2 + i);
        assert_int_equal(rig_fetch(r, 0, LANE_ALARM, 0), 0);
        assert_int_equal(rig_fetch(r, 1, LANE_ALARM, 0), 1);
    }
}

static void trimming_takes_what_is_done_and_old(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 1);
    for (uint64_t batch = 0; batch < 6; batch++) {
        for (uint64_t i = batch * 200 + 1; i <= batch * 200 + 200; i++) {
            rig_add(r, TOPIC_ALARM, 1, i, i, 1u);
            if (i % 2 == 0)
                rig_done(r, i, 0);
        }
        assert_int_equal(rig_commit(r, 1), RG_OK);
    }
    for (int i = 0; i < 4; i++) /* of utc_ms below: seq 1..1000 */
        assert_int_equal(store_trim(r->store, 0, 1700000000000 + 1001), RG_OK);
    assert_int_equal(rig_fetch_seq(r, TOPIC_ALARM, 1, 995, 1006), 9);
    assert_int_equal(rig_fetch_seq(r, TOPIC_ALARM, 1, 1, 20), 10);
    rig_reopen(r, 2);
    assert_int_equal(r->opened.owed[0][LANE_ALARM], 600);
    assert_int_equal(r->opened.prev.seq[TOPIC_ALARM], 1200);
}

static void telemetry_goes_with_keep_sent_and_alarms_stay_for_keep(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 1);
    rig_add(r, TOPIC_ALARM, 1, 1, 1, 0);
    rig_add(r, TOPIC_TELEMETRY, 1, 1, 2, 0);
    assert_int_equal(rig_commit(r, 1), RG_OK);
    assert_int_equal(store_trim(r->store, INT64_MAX, 0), RG_OK);
    assert_int_equal(rig_fetch_seq(r, TOPIC_ALARM, 1, 1, 1), 1);
    assert_int_equal(rig_fetch_seq(r, TOPIC_TELEMETRY, 1, 1, 1), 0);
}

static void trimming_never_gives_an_id_or_a_number_back(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 1);
    for (uint64_t i = 1; i <= 5; i++) {
        rig_add(r, TOPIC_ALARM, 1, i, i, 1u);
        rig_done(r, i, 0);
    }
    assert_int_equal(rig_commit(r, 1), RG_OK);
    assert_int_equal(store_trim(r->store, INT64_MAX, INT64_MAX), RG_OK);
    assert_int_equal(rig_fetch_seq(r, TOPIC_ALARM, 1, 1, 5), 0);
    rig_reopen(r, 2);
    assert_int_equal(r->opened.next_id, 6);
    assert_int_equal(r->opened.prev.seq[TOPIC_ALARM], 5);
}

static void the_debts_of_a_forgotten_uplink_end_with_their_age(void **state)
{
    struct store_rig *r = *state;

    rig_open(r, 1);
    rig_add(r, TOPIC_ALARM, 1, 1, 1, 2u);
    rig_add(r, TOPIC_ALARM, 1, 2, 2, 3u);
    assert_int_equal(rig_commit(r, 1), RG_OK);
    r->plant.n_uplinks = 1;
    rig_reopen(r, 2);
    assert_int_equal(store_trim(r->store, INT64_MAX, INT64_MAX), RG_OK);
    assert_int_equal(rig_fetch_seq(r, TOPIC_ALARM, 1, 1, 2), 1);
    assert_int_equal(r->fetch.v[0]->seq, 2);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_empty_folder_is_a_first_start),
        T(a_message_comes_back_byte_for_byte),
        T(a_body_of_the_greatest_size_fits),
        T(each_uplink_owes_until_it_is_done_itself),
        T(a_fetch_goes_on_after_the_last_id_in_order),
        T(a_resend_finds_what_is_done_too),
        T(every_field_of_an_alarm_comes_back),
        T(the_latest_state_replaces_and_a_normal_one_deletes),
        T(nothing_that_stands_is_taken_for_normal),
        T(the_next_start_reads_the_last_numbers),
        T(an_epoch_that_recorded_nothing_is_passed_over),
        T(the_epoch_before_is_the_one_that_began_last),
        T(an_epoch_begins_once),
        T(a_batch_given_twice_counts_once),
        T(two_messages_never_share_an_id_or_a_number),
        T(an_uplink_keeps_its_debts_when_the_file_moves_it),
        T(a_new_uplink_owes_nothing_of_a_forgotten_one),
        T(trimming_takes_what_is_done_and_old),
        T(telemetry_goes_with_keep_sent_and_alarms_stay_for_keep),
        T(trimming_never_gives_an_id_or_a_number_back),
        T(the_debts_of_a_forgotten_uplink_end_with_their_age),
    };

    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
