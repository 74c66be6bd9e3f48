#include "tests/unit/rules_rig.h"

#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UTC_START 1700000000000

void rig_bus(struct rig *r, const char *name)
{
    r->buses[r->plant.n_buses++] =
        (struct bus_conf){ .name = name, .kind = BUS_RTU, .device = name };
}

void rig_unit(struct rig *r, uint32_t bus, uint8_t unit_id)
{
    r->units[r->plant.n_units++] = (struct unit_conf){ .bus = bus, .unit_id = unit_id };
}

uint32_t rig_point(struct rig *r, const char *id, uint32_t unit, int64_t every_ms)
{
    struct unit_conf *u = &r->units[unit];

    r->points[r->plant.n_points] =
        (struct point_conf){ .id = id, .bus = u->bus, .unit = unit, .every_ms = every_ms };
    if (u->every_ms == 0 || every_ms < u->every_ms)
        u->every_ms = every_ms;
    return (uint32_t)r->plant.n_points++;
}

void rig_limit(struct rig *r, uint32_t point, enum level level, struct rig_limit limit)
{
    bool is_high = level == LEVEL_H || level == LEVEL_HH;

    r->points[point].limits[level] = (struct limit_conf){
        .set = true,
        .at = limit.at,
        .clear = is_high ? limit.at - 10 : limit.at + 10,
        .after_ms = limit.after_ms,
        .clear_after_ms = limit.clear_after_ms,
        .priority = level == LEVEL_H || level == LEVEL_L ? 2 : 1,
        .latch = limit.latch,
    };
}

static struct expr compiled(struct rig *r, const char *text, struct expr_code *code)
{
    uint32_t by_id[RIG_MAX];
    struct expr_names names = { r->points, by_id, r->plant.n_points };
    struct expr_fault fault;

    for (uint32_t i = 0; i < names.n; i++) {
        by_id[i] = i;
        assert_true(i == 0 || strcmp(r->points[i - 1].id, r->points[i].id) < 0);
    }
    if (!expr_compile(text, &names, EXPR_CONDITION, code, &fault))
        fail_msg("%s: E%d at %zu", text, (int)fault.finding, fault.from);
    return (struct expr){ text, code->steps, code->n, code->n_windows };
}

void rig_rule(struct rig *r, const char *id, const char *when, const char *clear_when,
              struct rig_limit limit)
{
    size_t n = r->plant.n_rules++;
    struct rule_conf *rule = &r->rules[n];

    *rule = (struct rule_conf){ .id = id,
                                .area = PLANT_NONE,
                                .limit = { .set = true,
                                           .after_ms = limit.after_ms,
                                           .clear_after_ms = limit.clear_after_ms,
                                           .priority = 2,
                                           .latch = limit.latch } };
    rule->when = compiled(r, when, &r->code[2 * n]);
    if (clear_when[0] != '\0')
        rule->clear_when = compiled(r, clear_when, &r->code[2 * n + 1]);
}

static void one_point(struct rig *r)
{
    memset(r, 0, sizeof *r);
    rig_bus(r, "b");
    rig_unit(r, 0, 1);
    rig_point(r, "a", 0, 1000);
}

void rig_one(struct rig *r, struct rig_limit h, struct rig_limit hh)
{
    one_point(r);
    rig_limit(r, 0, LEVEL_H, h);
    if (hh.at > 0)
        rig_limit(r, 0, LEVEL_HH, hh);
    rig_start(r);
}

void rig_one_low(struct rig *r, struct rig_limit l, struct rig_limit ll)
{
    one_point(r);
    rig_limit(r, 0, LEVEL_L, l);
    if (ll.at > 0)
        rig_limit(r, 0, LEVEL_LL, ll);
    rig_start(r);
}

void rig_start(struct rig *r)
{
    struct plant *p = &r->plant;

    p->site.ent = "140521000001";
    p->site.gw = "01";
    p->buses = r->buses;
    p->units = r->units;
    p->points = r->points;
    p->uplinks = r->uplinks;
    p->rules = r->rules;
    p->shelve.max_ms = 8 * 3600 * 1000;
    r->epoch = 3;
    assert_int_equal(engine_new(&r->engine, p, r->epoch, rig_now(r)), RG_OK);
}

void rig_stop(struct rig *r)
{
    engine_free(r->engine);
    r->engine = NULL;
}

struct stamp rig_now(const struct rig *r)
{
    return (struct stamp){ r->now_ms - r->began_ms, UTC_START + r->now_ms };
}

/* Keeps what a store would keep, by key. */
static void keep(struct rig *r, const struct saved_alarm *saved)
{
    size_t i = 0;

    while (i < r->n_stored && strcmp(r->store[i].key, saved->key) != 0)
        i++;
    assert_true(i < sizeof r->store / sizeof r->store[0]);
    if (i == r->n_stored)
        r->n_stored++;
    r->store[i] = *saved;
}

__attribute__((format(printf, 2, 3))) static void tell(struct rig *r, const char *format, ...)
{
    size_t len = strlen(r->out);
    va_list args;

    va_start(args, format);
    vsnprintf(r->out + len, sizeof r->out - len, format, args);
    va_end(args);
}

static void tell_fault(struct rig *r, const struct event *ev)
{
    static const enum level order[] = { LEVEL_L, LEVEL_LL, LEVEL_H, LEVEL_HH };
    char why[24];

    tell(r, " p%d %s", ev->lvl, why_word(ev->after.why, why, sizeof why));
    if ((ev->pending & PENDING_RULE) != 0)
        tell(r, " +rule");
    for (int i = 0; i < LEVELS; i++)
        if ((ev->pending & 1u << order[i]) != 0)
            tell(r, " +%s", alarm_kind_word((enum alarm_kind)order[i]));
}

static void tell_event(struct rig *r, const struct event *ev)
{
    const struct slot *s = ev->slot == SLOT_NONE ? NULL : engine_slot(r->engine, ev->slot);

    if (ev->type == EV_NONE && !r->tell_states)
        return;
    tell(r, "%s%lld %s", r->out[0] == '\0' ? "" : "; ", (long long)(ev->at.mono_ms + r->began_ms),
         event_word(ev->type));
    if (s == NULL)
        tell(r, " %s", ev->comment);
    else if (s->type == SLOT_LIMIT)
        tell(r, " %s/%s", r->points[s->ref].id, alarm_kind_word(ev->kind));
    else
        tell(r, " %s", s->key);
    if (ev->type == EV_FAULT_RAISE)
        tell_fault(r, ev);
    if (ev->type == EV_RAISE && ev->after.since.mono_ms != ev->at.mono_ms)
        tell(r, " since %lld", (long long)(ev->after.since.mono_ms + r->began_ms));
    if (ev->after.supersedes.epoch != 0 && ev->type == EV_RAISE)
        tell(r, " over %d", (int)ev->after.supersedes.seq);
    if (ev->type == EV_CLEAR && ev->reason == CLEAR_RESET)
        tell(r, " by reset");
    if (ev->hold != 0 && ev->by[0] == '\0' && ev->hold != SUPP_BUS && ev->type != EV_SUPPRESS)
        tell(r, " %s", end_reason_word(ev->reason));
}

void rig_drain(struct rig *r)
{
    struct event ev;

    while (engine_take(r->engine, &ev)) {
        struct saved_alarm saved;

        if (ev.slot != SLOT_NONE) {
            engine_save(r->engine, ev.slot, &ev.after, &saved);
            keep(r, &saved);
        }
        tell_event(r, &ev);
    }
}

void rig_tick_until(struct rig *r, int64_t ms)
{
    while (engine_next_ms(r->engine) < ms - r->began_ms) {
        int64_t due = engine_next_ms(r->engine) + r->began_ms;

        assert_true(due >= r->now_ms);
        r->now_ms = due;
        engine_tick(r->engine, rig_now(r));
        rig_drain(r);
    }
    r->now_ms = ms;
}

static void restart(struct rig *r, int64_t down_ms)
{
    int64_t died_ms = r->now_ms - r->began_ms;
    int64_t shift_ms = died_ms + down_ms;

    engine_free(r->engine);
    r->now_ms += down_ms;
    r->began_ms = r->now_ms;
    r->epoch++;
    assert_int_equal(engine_new(&r->engine, &r->plant, r->epoch, rig_now(r)), RG_OK);
    assert_int_equal(
        engine_restore(r->engine, r->store, r->n_stored, shift_ms, died_ms, rig_now(r)), RG_OK);
    rig_drain(r);
    engine_restart(r->engine, 1, rig_now(r));
}

static void stand_still(struct rig *r, int64_t for_ms)
{
    int64_t from_ms = r->now_ms - r->began_ms;

    r->now_ms += for_ms;
    engine_gap(r->engine, from_ms, rig_now(r));
}

static uint32_t find_point(const struct rig *r, const char *id)
{
    for (uint32_t i = 0; i < r->plant.n_points; i++)
        if (strcmp(r->points[i].id, id) == 0)
            return i;
    fail_msg("no point %s", id);
    return 0;
}

static enum quality find_quality(const char *word)
{
    for (int q = 0; q < QUALITY_COUNT; q++)
        if (strcmp(quality_word((enum quality)q), word) == 0)
            return (enum quality)q;
    fail_msg("no quality %s", word);
    return Q_GOOD;
}

static enum why_code find_why(const char *word)
{
    char buf[24];

    for (int w = 0; w < WHY_CODE_COUNT; w++)
        if (strcmp(why_word((struct why){ (enum why_code)w, 0 }, buf, sizeof buf), word) == 0)
            return (enum why_code)w;
    return WHY_TIMEOUT;
}

static void sample(struct rig *r, const char *verb, const char *point, const char *arg)
{
    struct sample s = { .point = find_point(r, point), .val = NAN, .why.code = WHY_NONE };

    if (verb[0] == 'v') {
        s.alive = true;
        s.q = Q_GOOD;
        s.val = strtod(arg, NULL);
    } else if (verb[0] == 'b') {
        s.alive = true;
        s.q = find_quality(arg);
        s.why.code = WHY_RANGE;
        s.val = s.q == Q_OVER_RANGE ? 999 : s.q == Q_UNDER_RANGE ? -999 : NAN;
    } else {
        s.kind = SAMPLE_MISS;
        s.alive = verb[0] == 'x';
        s.why.code = s.alive ? WHY_EXCEPTION : find_why(arg);
        s.why.arg = s.alive ? (uint16_t)strtoul(arg, NULL, 10) : 0;
    }
    engine_sample(r->engine, &s, rig_now(r));
}

/* "10s" after the rule: for so many seconds; "once": and until it is over. */
static struct person_act read_act(const char *verb, const char *what, const char *more)
{
    static const char *const words[ACT_COUNT] = {
        [ACT_ACK] = "ack",           [ACT_RESET] = "reset",     [ACT_COMMENT] = "comment",
        [ACT_HANDLE] = "handle",     [ACT_CLOSE] = "close",     [ACT_SHELVE] = "shelve",
        [ACT_UNSHELVE] = "unshelve", [ACT_OOS] = "oos",         [ACT_IN_SERVICE] = "in",
        [ACT_SUPPRESS] = "suppress", [ACT_UNSUPPRESS] = "free", [ACT_MAINT] = "maint",
        [ACT_MAINT_STOP] = "stop",
    };
    struct person_act a = { .what = what, .by = "王工", .comment = "已到现场", .action = "换探头" };

    while (a.act < ACT_COUNT && strcmp(words[a.act], verb) != 0)
        a.act++;
    a.for_ms = strtoll(more, NULL, 10) * 1000;
    a.once = strstr(more, "once") != NULL;
    if (a.act == ACT_SUPPRESS || a.act == ACT_UNSUPPRESS)
        a.by = NULL;
    return a;
}

static bool by_hand(struct rig *r, const char *verb, const char *what, const char *more)
{
    struct person_act a = read_act(verb, what, more);
    enum refusal verdict;

    if (a.act == ACT_COUNT)
        return false;
    verdict = engine_do(r->engine, &a, rig_now(r));
    if ((strchr(more, '!') != NULL) != (verdict != ACT_DONE))
        fail_msg("%lld %s %s: %d", (long long)r->now_ms, verb, what, (int)verdict);
    return true;
}

static void act(struct rig *r, const char *verb, const char *first, const char *second)
{
    if (strcmp(verb, "end") == 0 || by_hand(r, verb, first, second))
        return;
    if (strcmp(verb, "restart") == 0)
        restart(r, strtoll(first, NULL, 10));
    else if (strcmp(verb, "gap") == 0)
        stand_still(r, strtoll(first, NULL, 10));
    else if (strcmp(verb, "sys") == 0)
        engine_sys(r->engine, strcmp(first, "time") == 0 ? SYS_TIME : SYS_STORE, 0,
                   second[0] == '1', (struct why){ .code = WHY_NONE }, rig_now(r));
    else
        sample(r, verb, first, second);
}

const char *rig_run(struct rig *r, const char *script)
{
    while (*script != '\0') {
        long long ms;
        char verb[16] = "", first[40] = "", second[40] = "";
        int read = sscanf(script, " %lld %15[^ ;] %39[^ ;] %39[^ ;]", &ms, verb, first, second);

        assert_true(read >= 2);
        assert_true(ms >= r->now_ms);
        rig_tick_until(r, ms);
        act(r, verb, first, second);
        rig_drain(r);
        script += strcspn(script, ";");
        script += *script == ';';
        if (strtoll(script, NULL, 10) != ms) {
            engine_tick(r->engine, rig_now(r));
            rig_drain(r);
        }
    }
    return r->out;
}

void rig_expect(struct rig *r, const struct rig_row *row)
{
    const char *out = rig_run(r, row->script);

    if (strcmp(out, row->events) != 0)
        fail_msg("%s\n script: %s\n wanted: %s\n got:    %s", row->name, row->script, row->events,
                 out);
}
