/* Every state that the real engine can reach for one point with H and HH, for
 * the eight combinations of on-delay, off-delay and latching, and over every
 * step between them the invariants of the alarm model.  A state is known again
 * by what can still make a difference: times count from now, and beyond an age
 * nothing gets older. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/engine_core.h"

#define STEP_MS 2000
#define AGE_MS  4000 /* three polls of one second and one second */
#define SIDE    0    /* slots of this plant, in order */
#define FAULT   1
#define UNIT    2
#define BUS     3
#define SLOTS   7
#define TABLE   (1u << 24)

enum input {
    GOOD_LOW,
    GOOD_BAND_H,
    GOOD_H,
    GOOD_BAND_HH,
    GOOD_HH,
    OVER,
    UNDER,
    BROKEN,
    MISS,
    LINK,
    EXCEPTION,
    WAIT,
    ACK,
    ACK_FAULTS,
    RESET,
    RESTART,
    INPUTS
};
static const char *const input_words[] = { "50",   "95",         "120",         "195",
                                           "250",  "over_range", "under_range", "sensor_fault",
                                           "miss", "link",       "exception",   "wait",
                                           "ack",  "ack_faults", "reset",       "restart" };

struct step {
    enum input input;
    struct alarm_state before[SLOTS];
    enum quality q_before;
    uint64_t seq_before;
    struct event events[32];
    size_t n;
};

struct node { /* how a state was first reached */
    uint32_t parent;
    enum input input;
};

struct search {
    struct plant plant;
    struct bus_conf bus;
    struct unit_conf unit;
    struct point_conf point;
    struct engine *e;
    size_t bytes;
    uint64_t *seen;
    struct node *nodes;
    char **frozen; /* by node, until it is expanded */
    uint32_t n, next;
    uint64_t moves, poor; /* poor: with a quality that is not good */
    uint32_t now_node;
    struct step step;
};

static struct limit_conf make_limit(double limit, int64_t after, int64_t clear_after, bool latch)
{
    return (struct limit_conf){ true,  limit,       limit - 10,
                                after, clear_after, limit > 150 ? 1 : 2,
                                latch, NULL,        { NULL, NULL } };
}

static void start(struct search *s, int combination)
{
    bool on = (combination & 1) != 0, off = (combination & 2) != 0, latch = (combination & 4) != 0;

    memset(s, 0, sizeof *s);
    s->bus = (struct bus_conf){ .name = "b" };
    s->unit = (struct unit_conf){ .unit_id = 1, .every_ms = 1000 };
    s->point = (struct point_conf){ .id = "a", .every_ms = 1000 };
    s->point.limits[LEVEL_H] = make_limit(100, on ? 4000 : 0, off ? 2000 : 0, latch);
    s->point.limits[LEVEL_HH] = make_limit(200, on ? 2000 : 0, off ? 4000 : 0, latch);
    s->plant = (struct plant){ .site = { .ent = "1", .gw = "1" },
                               .buses = &s->bus,
                               .n_buses = 1,
                               .units = &s->unit,
                               .n_units = 1,
                               .points = &s->point,
                               .n_points = 1 };
    assert_int_equal(engine_new(&s->e, &s->plant, 1, (struct stamp){ 0, 0 }), RG_OK);
    s->bytes = (size_t)((char *)s->e->ring.v - (char *)s->e);
    s->seen = calloc(TABLE, sizeof *s->seen);
    s->nodes = calloc(TABLE / 2, sizeof *s->nodes);
    s->frozen = calloc(TABLE / 2, sizeof *s->frozen);
}

static void stop(struct search *s)
{
    engine_free(s->e);
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
    return p.bits | (uint64_t)1 << 63;
}

static bool is_new(struct search *s, uint64_t key)
{
    uint64_t at = key * 0x9E3779B97F4A7C15u >> 40;

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
    struct engine old = *s->e, *fresh;
    int64_t now = old.at.ms;

    for (int i = 0; i < SLOTS; i++) {
        memcpy(saved[i].key, s->e->slots[i].key, sizeof saved[i].key);
        saved[i].st = s->e->slots[i].st;
    }
    assert_int_equal(engine_new(&fresh, &s->plant, old.epoch + 1, (struct stamp){ 0, 0 }), RG_OK);
    assert_int_equal(engine_restore(fresh, saved, SLOTS, now, now, (struct stamp){ 0, 0 }), RG_OK);
    engine_restart(fresh, 1, (struct stamp){ 0, 0 });
    memcpy(s->e, fresh, old.bytes);
    engine_free(fresh);
    s->e->points = old.points;
    s->e->units = old.units;
    s->e->buses = old.buses;
    s->e->slots = old.slots;
    s->e->users = old.users;
    s->e->timers = (struct timers){ old.timers.timers, old.timers.heap, s->e->timers.n_set };
    s->e->ring.v = old.ring.v;
    s->step.seq_before = 0;
}

static void ack_faults(struct search *s)
{
    engine_ack(s->e, "a/fault", "p", NULL, now_of(s));
    engine_ack(s->e, "unit/b/1", "p", NULL, now_of(s));
    engine_ack(s->e, "bus/b", "p", NULL, now_of(s));
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
    else
        restart(s);
}

static void record(struct search *s)
{
    struct step *step = &s->step;

    for (step->n = 0; engine_take(s->e, &step->events[step->n]); step->n++)
        assert_true(step->n + 1 < sizeof step->events / sizeof step->events[0]);
}

/* ---- what must hold ---- */

static void print_path(const struct search *s, uint32_t node)
{
    enum input path[256];
    int n = 0;

    for (; node != 0 && n < 256; node = s->nodes[node].parent)
        path[n++] = s->nodes[node].input;
    while (n-- > 0)
        print_error("%s, ", input_words[path[n]]);
}

#define MUST(s, holds)                                                                             \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            print_path(s, (s)->now_node);                                                          \
            fail_msg("%s: %s", input_words[(s)->step.input], #holds);                              \
        }                                                                                          \
    } while (0)

static bool said(const struct step *step, uint32_t slot, enum event_type type)
{
    for (size_t i = 0; i < step->n; i++)
        if (step->events[i].slot == slot && step->events[i].type == type)
            return true;
    return false;
}

static bool said_bad_news(const struct step *step, uint32_t slot)
{
    return said(step, slot, EV_RAISE) || said(step, slot, EV_RE_RAISE) ||
           said(step, slot, EV_LEVEL_UP) || said(step, slot, EV_FAULT_RAISE);
}

static bool said_better_news(const struct step *step)
{
    return said(step, SIDE, EV_CLEAR) || said(step, SIDE, EV_RTN_LATCHED) ||
           said(step, SIDE, EV_LEVEL_DOWN);
}

static void check_shape(const struct search *s, uint32_t slot)
{
    const struct alarm_state *st = &s->e->slots[slot].st;
    const struct alarm_state *was = &s->step.before[slot];
    bool is_listed = st->active || st->latched || (st->id.epoch != 0 && !st->acked);

    MUST(s, !st->active || st->id.epoch != 0);
    MUST(s, !st->latched || st->id.epoch != 0);
    MUST(s, alarm_is_listed(st) == is_listed);
    MUST(s, st->supersedes.epoch == 0 || (st->id.epoch != 0 && !st->acked));
    if (st->active && !st->acked && !(was->active && !was->acked) && st->supp == 0)
        MUST(s, said_bad_news(&s->step, slot));
    if (s->step.input == ACK || s->step.input == ACK_FAULTS)
        MUST(s, st->active == was->active && st->latched == was->latched);
    if (st->active != was->active && !st->active)
        MUST(s, said(&s->step, slot, EV_CLEAR) || said(&s->step, slot, EV_RTN_LATCHED) ||
                    said(&s->step, slot, EV_FAULT_CLEAR));
    if (was->id.epoch != 0 && st->id.epoch == 0)
        MUST(s, said(&s->step, slot, EV_CLEAR) || said(&s->step, slot, EV_FAULT_CLEAR) ||
                    said(&s->step, slot, EV_ACK));
}

/* What the store has been told is what the engine would lose in a crash. */
static void check_store(const struct search *s, uint32_t slot)
{
    const struct alarm_state *st = &s->e->slots[slot].st;
    struct alarm_state kept = s->step.before[slot];

    for (size_t i = 0; i < s->step.n; i++)
        if (s->step.events[i].slot == slot)
            kept = s->step.events[i].after;
    if (s->step.input == RESTART && !alarm_is_listed(st) && st->levels[0].proc == PROC_N &&
        st->levels[1].proc == PROC_N)
        return; /* an empty state needs no row */
    MUST(s, memcmp(kept.levels, st->levels, sizeof st->levels) == 0);
    MUST(s, memcmp(&kept.active, &st->active, 5) == 0);
    MUST(s, memcmp(&kept.id, &st->id, sizeof st->id) == 0);
    MUST(s, kept.supersedes.seq == st->supersedes.seq);
    MUST(s, kept.since.mono_ms == st->since.mono_ms && kept.priority == st->priority);
}

/* RAISE and CLEAR alternate, and each is said of the state it ends. */
static void check_events(const struct search *s)
{
    bool active[SLOTS];
    uint64_t seq = s->step.seq_before;

    for (int i = 0; i < SLOTS; i++)
        active[i] = alarm_is_active(&s->step.before[i]);
    for (size_t i = 0; i < s->step.n; i++) {
        const struct event *ev = &s->step.events[i];
        bool raises = ev->type == EV_RAISE || ev->type == EV_FAULT_RAISE;
        bool clears = ev->type == EV_CLEAR || ev->type == EV_FAULT_CLEAR;

        MUST(s, ev->seq == (ev->type == EV_NONE ? 0 : ++seq));
        if (ev->slot == SLOT_NONE)
            continue;
        MUST(s, !raises || !active[ev->slot]);
        MUST(s, !clears || active[ev->slot]);
        MUST(s, !raises || (ev->id.epoch == s->e->epoch && ev->id.seq == ev->seq));
        MUST(s, ev->type == EV_NONE || ev->id.epoch != 0);
        if (raises || clears)
            active[ev->slot] = raises;
    }
    MUST(s, seq == engine_seq(s->e));
}

static bool may_get_better(const struct step *step)
{
    if (step->input <= GOOD_HH)
        return true;
    return step->input == WAIT && quality_class(step->q_before) == QC_GOOD;
}

static void check_better_news(const struct search *s)
{
    const struct step *step = &s->step;
    const struct alarm_state *st = &s->e->slots[SIDE].st;

    MUST(s, step->input != RESET || !said(step, SIDE, EV_CLEAR) || step->before[SIDE].acked);
    if (step->input == RESET)
        return;
    MUST(s, may_get_better(step) || !said_better_news(step));
    MUST(s, may_get_better(step) || st->active >= step->before[SIDE].active);
    MUST(s, may_get_better(step) || st->level >= step->before[SIDE].level || !st->active);
    if (step->input == GOOD_H || step->input == GOOD_BAND_HH || step->input == GOOD_HH)
        MUST(s, !said(step, SIDE, EV_CLEAR) && !said(step, SIDE, EV_RTN_LATCHED));
    if (step->input == GOOD_HH || step->input == OVER)
        MUST(s, !said(step, SIDE, EV_LEVEL_DOWN));
}

static bool is_over(const struct search *s, enum level level)
{
    enum input input = s->step.input;

    return input == GOOD_HH || input == OVER ||
           (level == LEVEL_H && (input == GOOD_H || input == GOOD_BAND_HH));
}

/* No missed alarm, and a level that is over is in its delay or up. */
static void check_levels(const struct search *s)
{
    static const enum level levels[] = { LEVEL_H, LEVEL_HH };
    const struct alarm_state *st = &s->e->slots[SIDE].st;
    int top = level_is_up(&st->levels[1]) ? 1 : level_is_up(&st->levels[0]) ? 0 : -1;

    for (int i = 0; i < LEVELS_A_SIDE; i++) {
        const struct limit_conf *limit = &s->point.limits[levels[i]];
        const struct level_state *l = &st->levels[i];

        if (is_over(s, levels[i]))
            MUST(s,
                 l->proc == PROC_A || (l->proc == PROC_PON && l->running && limit->after_ms > 0));
        if (s->step.input == GOOD_LOW)
            MUST(s, l->proc == PROC_N ||
                        (l->proc == PROC_POFF && l->running && limit->clear_after_ms > 0));
        MUST(s, l->running || l->from_ms == 0);
        MUST(s, l->proc == PROC_PON || l->proc == PROC_POFF || (!l->running && l->left_ms == 0));
    }
    MUST(s, top < 0 || (st->active && st->level >= top));
    if (s->step.input <= GOOD_HH && top >= 0 && st->level > top)
        MUST(s, st->levels[top].proc != PROC_A);
    MUST(s, !st->active || st->levels[0].proc != PROC_N || st->levels[1].proc != PROC_N);
}

/* A delay runs only while the quality is good, or beyond the range on this
 * side; and its timer is the one that ends first. */
static void check_delays(const struct search *s)
{
    const struct engine *e = s->e;
    const struct alarm_state *st = &e->slots[SIDE].st;
    enum quality q = e->points[0].st.q;
    int64_t due = INT64_MAX;

    for (int i = 0; i < LEVELS_A_SIDE; i++) {
        const struct level_state *l = &st->levels[i];

        if (l->running)
            MUST(s, quality_class(q) == QC_GOOD || (q == Q_OVER_RANGE && l->proc == PROC_PON));
        if (quality_class(q) == QC_BAD)
            MUST(s, l->proc != PROC_POFF);
        if (level_due_ms(l) < due)
            due = level_due_ms(l);
    }
    MUST(s, timers_is_set(&e->timers, 2) == (due != INT64_MAX));
    MUST(s, due == INT64_MAX || e->timers.timers[2].due_ms == due);
    MUST(s, s->step.input != WAIT || engine_next_ms(e) > e->at.ms);
}

/* Silence is a fault at its age and no later; what is proven ends it. */
static void check_faults(const struct search *s)
{
    const struct engine *e = s->e;
    enum input input = s->step.input;
    bool unit = e->slots[UNIT].st.active, bus = e->slots[BUS].st.active;
    bool point = e->slots[FAULT].st.active;
    int64_t silent_ms = e->at.ms - e->units[0].proven_ms;

    if (input <= BROKEN || input == EXCEPTION)
        MUST(s, !unit && !bus && silent_ms == 0);
    if (input <= GOOD_HH)
        MUST(s, !point && e->points[0].st.q == Q_GOOD);
    if (input == OVER || input == UNDER || input == BROKEN)
        MUST(s, point);
    if (input == WAIT && silent_ms >= AGE_MS)
        MUST(s, (unit || bus) && e->points[0].st.q == Q_COMM_FAIL);
    if (input == WAIT && silent_ms < AGE_MS && e->at.ms - e->units[0].back_ms >= AGE_MS &&
        (!e->points[0].st.seen_ever || e->at.ms - e->points[0].st.seen.mono_ms >= AGE_MS))
        MUST(s, point && e->points[0].st.q == Q_COMM_FAIL);
    MUST(s, !bus || !unit || e->slots[UNIT].st.supp != 0);
    MUST(s, bus || e->slots[UNIT].st.supp == 0);
    MUST(s, e->units[0].lost || (timers_is_set(&e->timers, 0) &&
                                 e->timers.timers[0].due_ms <= e->units[0].proven_ms + AGE_MS));
}

static void check_restart(const struct search *s)
{
    for (int i = 0; i < SLOTS; i++) {
        const struct alarm_state *st = &s->e->slots[i].st, *was = &s->step.before[i];

        MUST(s, st->active == was->active && st->acked == was->acked);
        MUST(s, st->latched == was->latched && st->level == was->level && st->supp == was->supp);
        MUST(s, memcmp(&st->id, &was->id, sizeof st->id) == 0);
        for (int l = 0; l < LEVELS_A_SIDE; l++)
            MUST(s, st->levels[l].proc ==
                        (was->levels[l].proc == PROC_POFF ? PROC_A : was->levels[l].proc));
    }
    for (size_t i = 0; i < s->step.n; i++)
        MUST(s, s->step.events[i].type == EV_NONE || s->step.events[i].type == EV_RESTART);
}

static void check(const struct search *s)
{
    for (uint32_t i = SIDE; i <= BUS; i++) {
        if (s->step.input != RESTART)
            check_shape(s, i);
        check_store(s, i);
    }
    check_events(s);
    check_better_news(s);
    if (s->step.input != RESTART)
        check_levels(s);
    check_delays(s);
    check_faults(s);
    if (s->step.input == RESTART)
        check_restart(s);
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
    check(s);
    s->moves++;
    s->poor += !may_get_better(step) && input < ACK;
    if (is_new(s, key_of(s)))
        freeze(s, input);
}

static void explore(struct search *s)
{
    is_new(s, key_of(s));
    freeze(s, WAIT);
    for (s->next = 0; s->next < s->n; s->next++) {
        s->now_node = s->next;
        for (int input = 0; input < INPUTS; input++) {
            memcpy(s->e, s->frozen[s->next], s->bytes);
            take_step(s, (enum input)input);
        }
        free(s->frozen[s->next]);
    }
}

static void every_reachable_state_keeps_the_invariants(void **unused)
{
    static struct search s;
    uint64_t states = 0, moves = 0, poor = 0;

    (void)unused;
    for (int combination = 0; combination < 8; combination++) {
        start(&s, combination);
        explore(&s);
        print_message("on-delay %d, off-delay %d, latching %d: %u states, %llu transitions\n",
                      combination & 1, combination >> 1 & 1, combination >> 2, s.n,
                      (unsigned long long)s.moves);
        states += s.n;
        moves += s.moves;
        poor += s.poor;
        stop(&s);
    }
    print_message("together: %ju states, %ju transitions, %ju of them with a bad, unknown or "
                  "beyond-range quality: 0 clears\n",
                  (uintmax_t)states, (uintmax_t)moves, (uintmax_t)poor);
    assert_true(states > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reachable_state_keeps_the_invariants),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
