/* Every state that the real engine can reach for one point with H and HH, for
 * the eight combinations of on-delay, off-delay and latching, and over every
 * step between them the invariants of the alarm model.  A state is known again
 * by what can still make a difference: times count from now, and beyond an age
 * nothing gets older.  Three sweeps, each with all that can happen of its kind:
 * signals, what people hold down, what they write and are waited for.  With
 * --full the second and third are one; --few leaves out those with an on-delay. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/property/alarm_states.h"

#define TABLE (1u << 24)

#define SIGNALS (BIT(RESTART + 1) - 1)
#define TOUCHED                                                                                    \
    (BIT(GOOD_LOW) | BIT(GOOD_BAND_H) | BIT(GOOD_H) | BIT(GOOD_HH) | BIT(BROKEN) | BIT(WAIT) |     \
     BIT(ACK) | BIT(RESET) | BIT(RESTART))
#define HELD                                                                                       \
    (BIT(SHELVE) | BIT(SHELVE_ONCE) | BIT(UNSHELVE) | BIT(OOS) | BIT(IN_SERVICE) | BIT(MAINT) |    \
     BIT(MAINT_STOP) | BIT(SUPPRESS) | BIT(FREE))
#define WRITTEN (BIT(HANDLE) | BIT(CLOSE) | BIT(COMMENT))
static const struct sweep slice[] = {
    { "signals", SIGNALS, false },
    { "holds", TOUCHED | HELD, false },
    { "paperwork", TOUCHED | WRITTEN | BIT(SHELVE) | BIT(UNSHELVE), true },
};
static const struct sweep full[] = {
    { "signals", SIGNALS, false },
    { "people", TOUCHED | HELD | WRITTEN, true },
};
static bool is_full, is_few;

static struct limit_conf make_limit(double limit, int64_t after, int64_t clear_after, bool latch)
{
    return (struct limit_conf){ .set = true,
                                .at = limit,
                                .clear = limit - 10,
                                .after_ms = after,
                                .clear_after_ms = clear_after,
                                .priority = limit > 150 ? 1 : 2,
                                .latch = latch };
}

/* Without faults of its silence the people's sweeps stay small. */
static void wait_for_people(struct search *s)
{
    if ((s->sweep->inputs & BIT(MISS)) == 0)
        s->unit.every_ms = s->point.every_ms = INT64_C(86400000);
    for (int i = LEVEL_H; i <= LEVEL_HH && s->sweep->is_waited_for; i++) {
        s->point.limits[i].respond_within_ms = i == LEVEL_H ? 4000 : 2000;
        s->point.limits[i].re_alarm_ms = 4000;
    }
}

static void start(struct search *s, const struct sweep *sweep, int combination)
{
    bool on = (combination & 1) != 0, off = (combination & 2) != 0, latch = (combination & 4) != 0;

    memset(s, 0, sizeof *s);
    s->sweep = sweep;
    s->bus = (struct bus_conf){ .name = "b" };
    s->unit = (struct unit_conf){ .unit_id = 1, .every_ms = 1000 };
    s->point = (struct point_conf){ .id = "a", .every_ms = 1000 };
    s->point.limits[LEVEL_H] = make_limit(100, on ? 4000 : 0, off ? 2000 : 0, latch);
    s->point.limits[LEVEL_HH] = make_limit(200, on ? 2000 : 0, off ? 4000 : 0, latch);
    wait_for_people(s);
    s->plant = (struct plant){ .shelve.max_ms = 10000,
                               .site = { .ent = "1", .gw = "1" },
                               .buses = &s->bus,
                               .n_buses = 1,
                               .units = &s->unit,
                               .n_units = 1,
                               .points = &s->point,
                               .n_points = 1 };
    assert_int_equal(engine_new(&s->e, &s->plant, 1, (struct stamp){ 0, 0 }), RG_OK);
    s->bytes = (size_t)((char *)s->e->ring.v - (char *)s->e);
    assert_int_equal(engine_new(&s->fresh, &s->plant, 1, (struct stamp){ 0, 0 }), RG_OK);
    s->born = malloc(s->bytes);
    memcpy(s->born, s->fresh, s->bytes);
    s->seen = calloc(TABLE, sizeof *s->seen);
    s->nodes = calloc(TABLE / 2, sizeof *s->nodes);
    s->frozen = calloc(TABLE / 2, sizeof *s->frozen);
}

static void stop(struct search *s)
{
    engine_free(s->e);
    engine_free(s->fresh);
    free(s->born);
    free(s->seen);
    free(s->nodes);
    free(s->frozen);
}

/* ---- what makes two states one ---- */

struct packer {
    uint64_t bits;
    unsigned used;
};

static void pack(struct packer *p, uint64_t value, unsigned width)
{
    assert_true(value < (uint64_t)1 << width);
    p->bits |= value << p->used;
    p->used += width;
    assert_true(p->used < 64);
}

static void pack_time(struct packer *p, int64_t ms)
{
    pack(p, (uint64_t)(ms > AGE_MS ? AGE_MS : ms) / STEP_MS, 2);
}

static void pack_level(struct packer *p, const struct level_state *l, int64_t now)
{
    pack(p, (uint64_t)l->proc, 2);
    pack(p, l->running, 1);
    pack_time(p, l->running ? level_due_ms(l) - now : l->left_ms);
}

static void pack_flags(struct packer *p, const struct alarm_state *st)
{
    pack(p, st->active, 1);
    pack(p, st->acked, 1);
    pack(p, st->id.epoch != 0, 1);
}

/* 0: not held. */
static void pack_hold(struct packer *p, const struct alarm_state *st, enum held hold, int64_t now)
{
    bool is_on = (st->supp & HOLD_BIT(hold)) != 0;

    pack(p, is_on ? (uint64_t)(st->until[hold].ms - now) / STEP_MS + 1 : 0, 2);
}

static void pack_people(struct packer *p, const struct engine *e)
{
    const struct alarm_state *st = &e->slots[SIDE].st;

    for (int hold = 0; hold < HOLDS; hold++)
        pack_hold(p, st, (enum held)hold, e->at.ms);
    pack(p, (st->supp & SUPP_RULE) != 0, 1);
    pack(p, st->once, 1);
    pack(p, e->slots[FAULT].st.supp != 0, 1);
    pack(p, st->last.epoch != 0, 1);
    pack(p, st->handled, 1);
    pack(p, st->closed, 1);
    pack(p, st->step, 2);
    pack(p, st->attend_ms == 0 ? 0 : (uint64_t)(st->attend_ms - e->at.ms) / STEP_MS + 1, 2);
}

static uint64_t key_of(const struct search *s)
{
    const struct engine *e = s->e;
    const struct unit_watch *u = &e->units[0];
    const struct point_state *ps = &e->points[0].st;
    const struct alarm_state *side = &e->slots[SIDE].st;
    struct packer p = { 0 };

    for (int i = 0; i < LEVELS_A_SIDE; i++)
        pack_level(&p, &side->levels[i], e->at.ms);
    for (int i = SIDE; i <= BUS; i++)
        pack_flags(&p, &e->slots[i].st);
    pack(&p, side->supersedes.epoch != 0, 1); /* of a fault it changes nothing */
    pack(&p, side->latched, 1);
    pack(&p, side->level, 1);
    pack(&p, e->slots[UNIT].st.supp, 1);
    pack(&p, (uint64_t)ps->q, 4);
    pack(&p, ps->seen_ever, 1);
    pack_time(&p, ps->seen_ever ? e->at.ms - ps->seen.mono_ms : 0);
    pack_time(&p, e->at.ms - u->proven_ms);
    pack_time(&p, e->at.ms - u->back_ms);
    pack(&p, u->lost, 1);
    pack(&p, u->silent, 1);
    pack(&p, e->buses[0].line_down, 1);
    pack(&p, timers_is_set(&e->timers, 0), 1);
    pack(&p, timers_is_set(&e->timers, 1), 1);
    pack_people(&p, e);
    return p.bits | (uint64_t)1 << 63;
}

static bool is_new(struct search *s, uint64_t key)
{
    uint64_t at = (key ^ key >> 31) * 0x9E3779B97F4A7C15u >> 40;

    for (;; at = (at + 1) % TABLE) {
        if (s->seen[at] == key)
            return false;
        if (s->seen[at] == 0)
            break;
    }
    s->seen[at] = key;
    return true;
}

static void freeze(struct search *s, enum input how)
{
    assert_true(s->n < TABLE / 2);
    s->nodes[s->n] = (struct node){ s->now_node, how };
    s->frozen[s->n] = malloc(s->bytes);
    assert_non_null(s->frozen[s->n]);
    memcpy(s->frozen[s->n++], s->e, s->bytes);
}

/* ---- one step ---- */

static struct stamp now_of(const struct search *s)
{
    return (struct stamp){ s->e->at.ms, 0 };
}

static void give(struct search *s, enum sample_kind kind, enum quality q, double val,
                 enum why_code why)
{
    struct sample sample = { 0, kind, kind == SAMPLE_VALUE || why == WHY_EXCEPTION,
                             q, val,  { why, 2 } };

    engine_sample(s->e, &sample, now_of(s));
}

/* A new engine takes over what a store would have, and moves into the old
 * one's place, where the frozen states belong. */
static void restart(struct search *s)
{
    struct saved_alarm saved[SLOTS];
    struct engine old = *s->e, *fresh = s->fresh;
    int64_t now = old.at.ms;

    for (int i = 0; i < SLOTS; i++) {
        engine_save(s->e, (uint32_t)i, &s->e->slots[i].st, &saved[i]);
    }
    memcpy(fresh, s->born, s->bytes);
    fresh->epoch = old.epoch + 1;
    for (int i = 0; i < 8; i++)
        fresh->words[i].by[0] = '\0';
    assert_int_equal(engine_restore(fresh, saved, SLOTS, now, now, (struct stamp){ 0, 0 }), RG_OK);
    engine_restart(fresh, 1, (struct stamp){ 0, 0 });
    memcpy(s->e, fresh, s->bytes);
    memcpy(old.ring.v, fresh->ring.v, (fresh->ring.head + fresh->ring.n) * sizeof *old.ring.v);
    s->e->points = old.points;
    s->e->units = old.units;
    s->e->buses = old.buses;
    s->e->slots = old.slots;
    s->e->users = old.users;
    s->e->timers = (struct timers){ old.timers.timers, old.timers.heap, s->e->timers.n_set };
    s->e->ring.v = old.ring.v;
    s->e->words = old.words;
    s->step.seq_before = 0;
}

static void ack_faults(struct search *s)
{
    engine_ack(s->e, "a/fault", "p", NULL, now_of(s));
    engine_ack(s->e, "unit/b/1", "p", NULL, now_of(s));
    engine_ack(s->e, "bus/b", "p", NULL, now_of(s));
}

static void by_hand(struct search *s, enum input input)
{
    static const enum act acts[] = { ACT_SHELVE,     ACT_SHELVE, ACT_UNSHELVE,   ACT_OOS,
                                     ACT_IN_SERVICE, ACT_MAINT,  ACT_MAINT_STOP, ACT_SUPPRESS,
                                     ACT_UNSUPPRESS, ACT_HANDLE, ACT_CLOSE,      ACT_COMMENT };
    struct person_act a = { .act = acts[input - SHELVE],
                            .what = input == MAINT || input == MAINT_STOP ? "a" : "a/H",
                            .by = "p",
                            .comment = "c",
                            .action = "d",
                            .for_ms = 4000,
                            .once = input == SHELVE_ONCE };

    engine_do(s->e, &a, now_of(s));
}

static void apply(struct search *s, enum input input)
{
    static const double values[] = { 50, 95, 120, 195, 250 };
    static const enum quality bad[] = { Q_OVER_RANGE, Q_UNDER_RANGE, Q_SENSOR_FAULT };
    static const enum why_code why[] = { WHY_TIMEOUT, WHY_LINK, WHY_EXCEPTION };
    struct stamp later = { s->e->at.ms + STEP_MS, 0 };

    if (input <= GOOD_HH)
        give(s, SAMPLE_VALUE, Q_GOOD, values[input], WHY_NONE);
    else if (input <= BROKEN)
        give(s, SAMPLE_VALUE, bad[input - OVER], NAN, WHY_RANGE);
    else if (input <= EXCEPTION)
        give(s, SAMPLE_MISS, Q_GOOD, NAN, why[input - MISS]);
    else if (input == WAIT)
        engine_tick(s->e, later);
    else if (input == ACK)
        engine_ack(s->e, "a/H", "p", NULL, now_of(s));
    else if (input == ACK_FAULTS)
        ack_faults(s);
    else if (input == RESET)
        engine_reset(s->e, "a/H", "p", now_of(s));
    else if (input == RESTART)
        restart(s);
    else
        by_hand(s, input);
}

static void record(struct search *s)
{
    struct step *step = &s->step;

    for (step->n = 0; engine_take(s->e, &step->events[step->n]); step->n++)
        assert_true(step->n + 1 < sizeof step->events / sizeof step->events[0]);
}

static void take_step(struct search *s, enum input input)
{
    struct step *step = &s->step;

    step->input = input;
    step->seq_before = engine_seq(s->e);
    step->q_before = s->e->points[0].st.q;
    for (int i = 0; i < SLOTS; i++)
        step->before[i] = s->e->slots[i].st;
    apply(s, input);
    record(s);
    states_check(s);
    s->moves++;
    s->poor += !states_may_get_better(step) && input < ACK;
    if (is_new(s, key_of(s)))
        freeze(s, input);
}

/* They stand behind the ring, outside of what is frozen: who holds what is
 * nobody's business here but that each place is taken once. */
static void remember_words(struct engine *e)
{
    for (int i = 0; i < 8; i++)
        e->words[i].by[0] = '\0';
    for (int i = SIDE; i <= FAULT; i++)
        for (int hold = 0; hold < HOLDS; hold++)
            if (e->slots[i].st.words[hold] != 0)
                e->words[e->slots[i].st.words[hold] - 1].by[0] = 'p';
}

static void explore(struct search *s)
{
    is_new(s, key_of(s));
    freeze(s, WAIT);
    for (s->next = 0; s->next < s->n; s->next++) {
        s->now_node = s->next;
        for (int input = 0; input < INPUTS; input++) {
            if ((s->sweep->inputs & BIT(input)) == 0)
                continue;
            memcpy(s->e, s->frozen[s->next], s->bytes);
            remember_words(s->e);
            take_step(s, (enum input)input);
        }
        free(s->frozen[s->next]);
    }
}

struct counts {
    uint64_t states, moves, poor;
};

static void sweep(const struct sweep *what, struct counts *n)
{
    static struct search s;

    for (int combination = 0; combination < 8; combination += is_few ? 2 : 1) {
        start(&s, what, combination);
        explore(&s);
        print_message("%s, on-delay %d, off-delay %d, latching %d: %u states, %ju transitions\n",
                      what->name, combination & 1, combination >> 1 & 1, combination >> 2, s.n,
                      (uintmax_t)s.moves);
        n->states += s.n;
        n->moves += s.moves;
        n->poor += s.poor;
        stop(&s);
    }
}

static void every_reachable_state_keeps_the_invariants(void **unused)
{
    const struct sweep *v = is_full ? full : slice;
    size_t n_sweeps = is_full ? sizeof full / sizeof full[0] : sizeof slice / sizeof slice[0];
    struct counts n = { 0 };

    (void)unused;
    for (size_t i = 0; i < n_sweeps; i++)
        sweep(&v[i], &n);
    print_message("together: %ju states, %ju transitions, %ju of them with a bad, unknown or "
                  "beyond-range quality: 0 clears\n",
                  (uintmax_t)n.states, (uintmax_t)n.moves, (uintmax_t)n.poor);
    assert_true(n.states > 10000);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reachable_state_keeps_the_invariants),
    };

    is_full = argc > 1 && strcmp(argv[1], "--full") == 0;
    is_few = argc > 1 && strcmp(argv[1], "--few") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
