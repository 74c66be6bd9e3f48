#include "drivers/budget.h"

#include <stdlib.h>

#include "config/err.h"
#include "drivers/bus_parts.h"
#include "drivers/wire.h"

#define THIRD     3
#define AGE_POLLS 3 /* as the engine's: silence that is a fault */
#define AGE_MS    1000

/* One request of the plan. */
struct cost {
    uint32_t unit;
    bool is_alarm;
    bool is_gone; /* its unit is silent */
    int64_t every_us;
    int64_t us;
    int64_t silent_us; /* when nobody answers */
};

struct costs {
    struct cost *v;
    size_t n;
};

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* RTU requests may read a little more than they need (bus_shape.c). */
static uint32_t data_bytes(const struct bus_conf *c, const struct plan_block *b)
{
    uint32_t stretch = c->kind == BUS_TCP ? 0 : STRETCH_MAX;
    uint32_t bytes = b->fc <= 2 ? (b->count + 7u) / 8 + stretch : 2 * (b->count + stretch);

    return bytes < FRAME_DATA_MAX ? bytes : FRAME_DATA_MAX;
}

static void cost_of(struct cost *to, const struct bus_conf *c, const struct plan_block *b,
                    int64_t answer_us)
{
    int64_t line_us = wire_us(c, data_bytes(c, b)) + c->pause_ms * 1000;

    *to = (struct cost){ .unit = b->unit,
                         .is_alarm = b->has_limits,
                         .every_us = b->every_ms * 1000,
                         .us = line_us + answer_us,
                         .silent_us = line_us + c->timeout_ms * 1000 };
}

static void sum_up(struct budget *out, const struct bus_conf *c, const struct plan *plan,
                   int64_t answer_us)
{
    struct wire w = wire_of(c);
    struct budget_round *r = &out->round;
    bool is_serial = c->kind == BUS_RTU;

    *r = (struct budget_round){ .requests = plan->n_blocks,
                                .char_us = w.char_us,
                                .answer_us = answer_us,
                                .gap_us = is_serial ? w.gap_us : 0,
                                .pause_us = c->pause_ms * 1000 };
    for (size_t i = 0; is_serial && i < plan->n_blocks; i++)
        r->bytes += REQUEST_BYTES + RTU_AROUND + data_bytes(c, &plan->blocks[i]);
    r->round_us = (int64_t)r->bytes * r->char_us +
                  (int64_t)r->requests * (answer_us + r->gap_us + r->pause_us);
}

static void share_out(struct budget *out, const struct costs *k)
{
    for (size_t i = 0; i < k->n; i++) {
        const struct cost *c = &k->v[i];
        out->load += (double)c->us / (double)c->every_us;
        out->at_once += (double)(c->us - out->round.answer_us) / (double)c->every_us;
    }
}

/* ---- how long the line stays busy ---- */

static bool is_asked(const struct cost *c, bool only_alarms)
{
    return !c->is_gone && (c->is_alarm || !only_alarms);
}

/* From an instant at which all polls fall due until nothing is left to ask. */
static int64_t busy_us(const struct costs *k, bool only_alarms, int64_t extra_us, double share,
                       int64_t most_us)
{
    int64_t busy = extra_us, before;

    do {
        int64_t asked_us = 0;
        before = busy;
        for (size_t i = 0; i < k->n; i++)
            if (is_asked(&k->v[i], only_alarms))
                asked_us += k->v[i].us * (before / k->v[i].every_us + 1);
        busy = extra_us + (int64_t)((double)asked_us / share);
    } while (busy > before && busy < most_us);
    return busy < most_us ? busy : most_us;
}

/* Polls wait in the order in which they fell due, one for each request whatever
 * it has missed: before a poll's turn comes each other one is asked twice at
 * most, the second time for what it was late itself; what can't raise an alarm
 * is let pass by shorter periods. */
static int64_t turn_us(const struct costs *k, bool only_alarms, int64_t extra_us, double share)
{
    int64_t longest_us = 0;
    double asked_us = 0;

    for (size_t i = 0; i < k->n; i++)
        if (is_asked(&k->v[i], only_alarms))
            longest_us = larger(longest_us, k->v[i].every_us);
    for (size_t i = 0; i < k->n; i++) {
        const struct cost *c = &k->v[i];
        int64_t more = only_alarms ? 0 : longest_us / c->every_us - 1;
        if (is_asked(c, only_alarms))
            asked_us += (double)(c->us * (2 + (more > 0 ? more : 0)));
    }
    return busy_us(k, only_alarms, extra_us, share, extra_us + (int64_t)(asked_us / share));
}

/* The longest request and the shortest period of what can't raise an alarm. */
static void plain_of(const struct costs *k, int64_t *longest_us, int64_t *every_us)
{
    *longest_us = 0;
    *every_us = INT64_MAX;
    for (size_t i = 0; i < k->n; i++) {
        const struct cost *c = &k->v[i];
        if (c->is_alarm || c->is_gone)
            continue;
        *longest_us = larger(*longest_us, c->us);
        *every_us = c->every_us < *every_us ? c->every_us : *every_us;
    }
}

/* The others go before an alarm's poll only when they have waited a period
 * longer, or are under way. */
static void judge(struct budget *out, enum budget_case which, const struct costs *k, double share)
{
    int64_t *late_us = out->late_us[which];
    const int64_t *lost_us = out->lost_us[which];
    int64_t longest_us, every_us;

    plain_of(k, &longest_us, &every_us);
    late_us[BUDGET_PLAIN] = turn_us(k, false, lost_us[BUDGET_PLAIN] + out->apart_us, share);
    late_us[BUDGET_ALARM] = late_us[BUDGET_PLAIN];
    if (late_us[BUDGET_PLAIN] < every_us)
        late_us[BUDGET_ALARM] =
            turn_us(k, true, lost_us[BUDGET_ALARM] + out->apart_us + longest_us, share);
}

/* ---- the three cases ---- */

/* Requests of one unit can't be told apart by more than STRETCH_MAX + 1 shapes:
 * the next one waits until a copy has had its time, a timeout at most. */
static int64_t apart_us(const struct bus_conf *c, const struct costs *k)
{
    size_t most = 0;

    for (size_t i = 0; c->kind != BUS_TCP && i < k->n; i++) {
        size_t same = 0;
        for (size_t m = 0; m < k->n; m++)
            same += k->v[m].unit == k->v[i].unit;
        most = same > most ? same : most;
    }
    return most == 0 ? 0 : (int64_t)((most - 1) / (STRETCH_MAX + 1)) * c->timeout_ms * 1000;
}

/* What a unit costs, answering and falling silent. */
struct unit_cost {
    int64_t us, lost_us;
    size_t requests;
};

static struct unit_cost unit_cost(const struct bus_conf *conf, const struct costs *k, uint32_t unit)
{
    struct unit_cost u = { 0 };
    int64_t longest_us = 0;

    for (size_t i = 0; i < k->n; i++) {
        const struct cost *c = &k->v[i];
        if (c->unit != unit)
            continue;
        u.us += c->us;
        u.requests++;
        longest_us = larger(longest_us, c->silent_us);
    }
    u.lost_us = longest_us * (1 + conf->retries);
    return u;
}

/* How many of its lost polls another one waits for: it has as many as it has
 * requests before the next round is due, but for one that may wait longer. */
static int64_t polls_waited_for(const struct costs *k, const struct unit_cost *u, bool only_alarms)
{
    bool is_even = true;

    for (size_t i = 1; i < k->n; i++)
        is_even = is_even && k->v[i].every_us == k->v[0].every_us;
    return (only_alarms || is_even) && u->requests < SILENT_POLLS ? (int64_t)u->requests
                                                                  : SILENT_POLLS;
}

static void falls_silent(struct budget *out, const struct plant *p, uint32_t bus,
                         const struct costs *k)
{
    int64_t *lost_us = out->lost_us[BUDGET_ONE_FALLS];

    for (uint32_t i = 0; i < p->n_units; i++) {
        if (p->units[i].bus != bus)
            continue;
        struct unit_cost u = unit_cost(&p->buses[bus], k, i);
        for (int class = 0; class < BUDGET_CLASSES; class ++)
            lost_us[class] =
                larger(lost_us[class], u.lost_us * polls_waited_for(k, &u, class == BUDGET_ALARM));
    }
    judge(out, BUDGET_ONE_FALLS, k, 1);
}

static void take_cheapest(const struct plant *p, uint32_t bus, struct costs *k)
{
    uint32_t cheapest = PLANT_NONE;
    int64_t least_us = INT64_MAX;

    for (uint32_t i = 0; i < p->n_units; i++) {
        int64_t us = 0;
        for (size_t m = 0; p->units[i].bus == bus && m < k->n; m++)
            us += k->v[m].unit == i && !k->v[m].is_gone ? k->v[m].us : 0;
        if (us > 0 && us < least_us) {
            least_us = us;
            cheapest = i;
        }
    }
    for (size_t m = 0; m < k->n; m++)
        k->v[m].is_gone = k->v[m].is_gone || k->v[m].unit == cheapest;
}

static void are_silent(struct budget *out, const struct plant *p, uint32_t bus, struct costs *k,
                       int64_t probe_us)
{
    int64_t *lost_us = out->lost_us[BUDGET_THIRD_SILENT];

    out->silent = (out->units + THIRD - 1) / THIRD;
    for (size_t i = 0; i < out->silent; i++)
        take_cheapest(p, bus, k);
    lost_us[BUDGET_PLAIN] = lost_us[BUDGET_ALARM] = probe_us;
    judge(out, BUDGET_THIRD_SILENT, k, 1 - (double)bus_dead_share(&p->buses[bus]) / 100);
}

static void work_out(struct budget *out, const struct plant *p, uint32_t bus, struct costs *k)
{
    int64_t probe_us = 0;

    out->apart_us = apart_us(&p->buses[bus], k);
    for (size_t i = 0; i < k->n; i++)
        probe_us = larger(probe_us, k->v[i].silent_us);
    for (size_t i = 0; i < p->n_units; i++)
        out->units += p->units[i].bus == bus;
    judge(out, BUDGET_ALL_ANSWER, k, 1);
    if (out->units < 2)
        return;
    falls_silent(out, p, bus, k);
    are_silent(out, p, bus, k, probe_us);
}

int budget_of_bus(struct budget *out, const struct plant *p, uint32_t bus)
{
    const struct bus_conf *c = &p->buses[bus];
    int64_t answer_us = c->kind == BUS_RTU ? ANSWER_SERIAL_US : ANSWER_TCP_US;
    struct costs k = { 0 };
    struct plan plan;

    if (plan_make(&plan, p, bus) != RG_OK)
        return RG_ENOMEM;
    k.v = calloc(plan.n_blocks + 1, sizeof *k.v);
    if (k.v == NULL) {
        plan_fini(&plan);
        return RG_ENOMEM;
    }
    for (; k.n < plan.n_blocks; k.n++)
        cost_of(&k.v[k.n], c, &plan.blocks[k.n], answer_us);
    *out = (struct budget){ 0 };
    sum_up(out, c, &plan, answer_us);
    share_out(out, &k);
    work_out(out, p, bus, &k);
    free(k.v);
    plan_fini(&plan);
    return RG_OK;
}

/* ---- one point ---- */

enum budget_class budget_class(const struct point_conf *c)
{
    for (int i = 0; i < LEVELS; i++)
        if (c->limits[i].set)
            return BUDGET_ALARM;
    return BUDGET_PLAIN;
}

int64_t budget_gap_ms(const struct budget *b, const struct point_conf *c, enum budget_case which)
{
    int64_t late_us = b->late_us[which][budget_class(c)];

    return late_us == 0 ? 0 : c->every_ms + (late_us + 999) / 1000;
}

int64_t budget_allowed_ms(const struct point_conf *c, enum budget_case which)
{
    int64_t most_ms = AGE_POLLS * c->every_ms + AGE_MS;

    if (which == BUDGET_ALL_ANSWER)
        return 2 * c->every_ms;
    for (int i = 0; i < LEVELS; i++) {
        const struct limit_conf *l = &c->limits[i];
        if (l->set && l->after_ms >= c->every_ms && c->every_ms + l->after_ms < most_ms)
            most_ms = c->every_ms + l->after_ms;
    }
    return most_ms;
}
