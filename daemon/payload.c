#include "daemon/payload.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "daemon/payload_parts.h"

#define VOLATILE_MARK  "\"volatile\":true,"
#define REPLAY_END     "\"replay\":false}"
#define REPLAYED_END   "\"replay\":true}"
#define PENDING_SHARE  800 /* bytes that `points` leaves to `pending` */
#define BYTES(literal) (sizeof(literal) - 1)

/* ---- times and ids ---- */

/* Year, month and day of a day count since 1970, proleptic Gregorian: years
 * begin in March, so that the leap day comes last.
 * Source: H. Hinnant, chrono-compatible low-level date algorithms. */
struct date {
    int64_t year, month, day;
};

static struct date date_of(int64_t days)
{
    int64_t since = days + 719468; /* 0000-03-01 */
    int64_t era = (since >= 0 ? since : since - 146096) / 146097;
    int64_t doe = since - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    struct date d = { yoe + era * 400, mp < 10 ? mp + 3 : mp - 9, doy - (153 * mp + 2) / 5 + 1 };

    d.year += d.month <= 2;
    return d;
}

void payload_time(char buf[32], int64_t utc_ms, int zone_min)
{
    const int64_t first = -62135596800000, last = 253402300799999; /* years 1 to 9999 */
    int64_t ms = utc_ms < first ? first : utc_ms > last ? last : utc_ms;
    int64_t day_ms = 86400000, in_day;
    int zone = zone_min < 0 ? -zone_min : zone_min;
    struct date d;

    ms += (int64_t)zone_min * 60000;
    ms = ms < first ? first : ms > last ? last : ms;
    in_day = ((ms % day_ms) + day_ms) % day_ms;
    d = date_of((ms - in_day) / day_ms);
    snprintf(buf, 32, "%04u-%02u-%02uT%02u:%02u:%02u.%03u%c%02u:%02u", (unsigned)d.year % 10000,
             (unsigned)d.month % 100, (unsigned)d.day % 100, (unsigned)(in_day / 3600000),
             (unsigned)(in_day / 60000 % 60), (unsigned)(in_day / 1000 % 60),
             (unsigned)(in_day % 1000), zone_min < 0 ? '-' : '+', (unsigned)zone / 60 % 100,
             (unsigned)zone % 60);
}

void payload_alarm_id(char *buf, size_t size, const struct plant *p, struct alarm_id id)
{
    snprintf(buf, size, "%s-%s-%llu-%llu", p->site.ent, p->site.gw, (unsigned long long)id.epoch,
             (unsigned long long)id.seq);
}

/* ---- head, tail, replay ---- */

void part_envelope(struct json *j, const struct envelope *e, uint64_t seq, struct stamp at)
{
    json_int(j, "v", 1);
    json_str(j, "ent", e->plant->site.ent);
    json_str(j, "gw", e->plant->site.gw);
    json_uint(j, "epoch", e->epoch);
    if (seq != 0)
        json_uint(j, "seq", seq);
    part_time(j, "ts", e, at.utc_ms);
    json_str(j, "clk", e->clk_sync ? "sync" : "unsync");
    json_int(j, "mono", at.mono_ms);
}

/* Room for the mark that payload_mark_volatile() may add is kept free. */
void part_head(struct json *j, char *body, const struct envelope *e, uint64_t seq, struct stamp at)
{
    json_init(j, body, MESSAGE_MAX - BYTES(VOLATILE_MARK));
    json_open(j, NULL, '{');
    part_envelope(j, e, seq, at);
}

size_t part_tail(struct json *j, const struct envelope *e)
{
    if (e->is_volatile) {
        j->size = MESSAGE_MAX;
        json_bool(j, "volatile", true);
    }
    json_bool(j, "replay", false);
    json_close(j, '}');
    return json_end(j);
}

static bool ends_with(const char *body, size_t len, const char *end, size_t n)
{
    return len >= n && memcmp(body + len - n, end, n) == 0;
}

void payload_mark_volatile(struct message *m)
{
    char *at = m->body + m->len - BYTES(REPLAY_END);

    m->is_volatile = true;
    if (ends_with(m->body, m->len, VOLATILE_MARK REPLAY_END, BYTES(VOLATILE_MARK REPLAY_END)) ||
        m->len + BYTES(VOLATILE_MARK) >= MESSAGE_MAX)
        return;
    memmove(at + BYTES(VOLATILE_MARK), at, BYTES(REPLAY_END) + 1);
    memcpy(at, VOLATILE_MARK, BYTES(VOLATILE_MARK));
    m->len = (uint16_t)(m->len + BYTES(VOLATILE_MARK));
}

size_t payload_with_replay(char *out, const char *body, size_t len, bool replay)
{
    memcpy(out, body, len);
    if (!replay || !ends_with(body, len, REPLAY_END, BYTES(REPLAY_END)))
        return len;
    memcpy(out + len - BYTES(REPLAY_END), REPLAYED_END, BYTES(REPLAYED_END));
    return len - (BYTES(REPLAY_END) - BYTES(REPLAYED_END));
}

/* ---- events ---- */

static void put_values(struct json *j, const struct envelope *e, const struct event *ev,
                       const struct point_conf *p)
{
    const struct point_state *now = engine_point(e->engine, (uint32_t)(p - e->plant->points));

    if (ev->has_val)
        json_num(j, "val", ev->val, p->read.decimals);
    if (ev->has_val || ev->has_last || ev->has_limit)
        part_unit_of_value(j, p);
    if (ev->has_limit)
        json_num(j, "limit", ev->limit, part_limit_decimals(p, ev->limit));
    json_str(j, "q", quality_word(ev->q));
    if (ev->has_val)
        part_time(j, "sampled", e,
                  now->val == ev->val ? now->val_at.utc_ms : ev->after.sampled.utc_ms);
    if (ev->has_last)
        part_last(j, e, p, ev->last, ev->last_at);
}

static void put_end(struct json *j, const struct envelope *e, const struct event *ev,
                    const struct point_conf *p)
{
    if (p != NULL && isfinite(ev->after.peak)) {
        json_num(j, "peak", ev->after.peak, p->read.decimals);
        part_time(j, "t_peak", e, ev->after.peak_at.utc_ms);
    }
    json_num(j, "duration_s", (double)ev->duration_ms / 1000, 3);
    json_str(j, "reason", end_reason_word(ev->reason));
}

/* What a person says, under the name that it has in this act. */
static const char *const said_as[EVENT_TYPES] = {
    [EV_HANDLE] = "cause",
    [EV_SHELVE] = "reason",
    [EV_OOS] = "permit",
    [EV_SUPPRESS] = "reason",
};

static void put_person(struct json *j, const struct event *ev)
{
    const char *key = said_as[ev->type] != NULL ? said_as[ev->type] : "comment";

    if (ev->by[0] == '\0')
        return;
    json_str_cut(j, "by", ev->by, PART_NAME_MAX);
    part_note(j, key, ev->comment, PART_NOTE_MAX);
    part_note(j, "action", ev->action, PART_NOTE_MAX);
}

static void put_hold(struct json *j, const struct envelope *e, const struct event *ev)
{
    const struct until *until = ev->after.until;

    if (ev->type == EV_SHELVE)
        part_time(j, "until", e, until[HOLD_SHELF].utc_ms);
    if (ev->type == EV_SHELVE && ev->after.once)
        json_bool(j, "once", true);
    if (ev->type == EV_OOS)
        part_time(j, "until", e, until[HOLD_OOS].utc_ms);
    if (ev->type == EV_SUPPRESS && ev->hold == SUPP_MAINT)
        part_time(j, "until", e, until[HOLD_MAINT].utc_ms);
    if (ev->type == EV_UNSHELVE || ev->type == EV_IN_SERVICE ||
        (ev->type == EV_UNSUPPRESS && ev->hold == SUPP_MAINT))
        json_str(j, "reason", end_reason_word(ev->reason));
}

/* A list that is cut where no more of it fits; its count is said then. */
struct cut_list {
    struct json *j;
    size_t spare; /* bytes that must be left for what follows */
    bool is_cut;
    int64_t n;
};

static void put_item(struct cut_list *l, const char *id)
{
    struct json mark = *l->j;

    l->n++;
    if (l->is_cut)
        return;
    json_str(l->j, NULL, id);
    if (!l->j->full && json_left(l->j) >= l->spare)
        return;
    *l->j = mark;
    l->is_cut = true;
}

static void end_list(struct cut_list *l, const char *count)
{
    json_close(l->j, ']');
    if (l->is_cut)
        json_int(l->j, count, l->n);
}

static bool is_on(const struct slot *s, const struct point_conf *p)
{
    return s->type == SLOT_UNIT ? p->unit == s->ref : p->bus == s->ref;
}

static void put_points(struct json *j, const struct plant *p, const struct slot *s,
                       bool is_pending_next)
{
    struct cut_list l = { .j = j, .spare = PART_TAIL_MAX + (is_pending_next ? PENDING_SHARE : 0) };

    json_open(j, "points", '[');
    for (size_t i = 0; i < p->n_points; i++)
        if (is_on(s, &p->points[i]))
            put_item(&l, p->points[i].id);
    end_list(&l, "n_points");
}

/* A level that runs its delay or is up, or whose latch still stands: the fault
 * has caught it. */
static void put_caught(struct cut_list *l, const struct point_conf *p, const struct slot *s)
{
    static const enum alarm_kind kinds[2][2] = { { KIND_H, KIND_HH }, { KIND_L, KIND_LL } };
    char rule[PART_RULE_MAX];

    for (int i = 0; i < 2; i++) {
        if (s->st.levels[i].proc == PROC_N && !(alarm_is_active(&s->st) && s->st.level == i))
            continue;
        snprintf(rule, sizeof rule, "%s/%s", p->id, alarm_kind_word(kinds[s->side][i]));
        put_item(l, rule);
    }
}

static bool is_caught(const struct slot *fault, const struct point_conf *p, uint32_t point)
{
    return fault->type == SLOT_POINT_FAULT ? fault->ref == point : is_on(fault, p);
}

static bool is_rule_caught(const struct envelope *e, const struct slot *fault, uint32_t rule)
{
    for (uint32_t i = 0; i < e->plant->n_points; i++)
        if (is_caught(fault, &e->plant->points[i], i) && engine_rule_names(e->engine, rule, i))
            return true;
    return false;
}

static bool is_under_way(const struct alarm_state *st)
{
    return st->levels[0].proc != PROC_N || alarm_is_active(st);
}

static void put_pending(struct json *j, const struct envelope *e, const struct slot *fault)
{
    struct cut_list l = { .j = j, .spare = PART_TAIL_MAX };

    json_open(j, "pending", '[');
    for (size_t i = 0; i < engine_slots(e->engine); i++) {
        const struct slot *s = engine_slot(e->engine, i);

        if (s->type == SLOT_LIMIT && is_caught(fault, &e->plant->points[s->ref], s->ref))
            put_caught(&l, &e->plant->points[s->ref], s);
        if (s->type == SLOT_RULE && is_under_way(&s->st) && is_rule_caught(e, fault, (uint32_t)i))
            put_item(&l, s->key);
    }
    end_list(&l, "n_pending");
}

static void put_why(struct json *j, const struct envelope *e, const struct event *ev,
                    const struct slot *s)
{
    const struct point_state *now =
        s->type == SLOT_POINT_FAULT ? engine_point(e->engine, s->ref) : NULL;

    part_why(j, e, ev->after.why, now == NULL ? ev->after.since : now->since,
             now == NULL ? 0 : now->n);
}

static void put_text(struct json *j, const struct envelope *e, const struct event *ev)
{
    char text[PART_TEXT_MAX];

    text_event(text, sizeof text, e, ev);
    json_str_cut(j, "text", text, PART_TEXT_MAX);
}

static void put_advice(struct json *j, const struct plant *p, const struct slot *s,
                       enum alarm_kind kind)
{
    const struct limit_conf *limit = part_advice(p, s, kind);

    if (limit == NULL)
        return;
    part_note(j, "basis", limit->basis, PART_NOTE_MAX);
    part_note(j, "do", text_pick(&limit->act, "zh"), PART_NOTE_MAX);
}

static void put_happening(struct json *j, const struct envelope *e, const struct event *ev,
                          const struct slot *s)
{
    const struct point_conf *p = part_point(e->plant, s);

    if (p != NULL)
        put_values(j, e, ev, p);
    if (ev->id.epoch != 0)
        part_time(j, "since", e, ev->after.since.utc_ms);
    if (ev->type == EV_FAULT_RAISE)
        put_why(j, e, ev, s);
    if (ev->type == EV_RETIRE)
        json_str(j, "reason", "removed");
    if (ev->type == EV_CLEAR || ev->type == EV_FAULT_CLEAR)
        put_end(j, e, ev, p);
    if ((ev->type == EV_RAISE || ev->type == EV_FAULT_RAISE) && ev->after.supersedes.epoch != 0)
        part_id(j, "supersedes", e, ev->after.supersedes);
    part_inhibited(j, e, s, &ev->after);
    if (ev->type == EV_ESCALATE)
        json_int(j, "step", ev->after.step);
    put_hold(j, e, ev);
    put_person(j, ev);
}

static void put_alarm(struct json *j, const struct envelope *e, const struct event *ev)
{
    const struct slot *s = engine_slot(e->engine, ev->slot);
    bool is_pending = ev->type == EV_FAULT_RAISE && ev->pending != 0;

    bool is_paperwork = ev->type == EV_HANDLE || ev->type == EV_CLOSE || ev->type == EV_COMMENT;

    if (ev->id.epoch != 0)
        part_id(j, "alarm_id", e, ev->id);
    json_str(j, "ev", event_word(ev->type));
    json_str(j, "kind", alarm_kind_word(ev->kind));
    if (ev->id.epoch != 0)
        json_int(j, "lvl", ev->lvl);
    part_rule(j, s, part_point(e->plant, s), ev->kind);
    part_place(j, e, s);
    put_happening(j, e, ev, s);
    put_text(j, e, ev);
    if (!is_paperwork)
        put_advice(j, e->plant, s, ev->kind);
    if (s->type == SLOT_UNIT || s->type == SLOT_BUS)
        put_points(j, e->plant, s, is_pending);
    if (is_pending)
        put_pending(j, e, s);
}

/* The store's key of a side, as the rule that people know. */
static void put_retired(struct json *j, const struct envelope *e, const struct event *ev)
{
    const char *side = strrchr(ev->comment, '/');
    bool is_level = ev->kind <= KIND_HH && side != NULL;
    char rule[PART_RULE_MAX];

    snprintf(rule, sizeof rule, "%.*s%s",
             is_level ? (int)(side - ev->comment) + 1 : (int)strlen(ev->comment), ev->comment,
             is_level ? alarm_kind_word(ev->kind) : "");
    part_id(j, "alarm_id", e, ev->id);
    json_str(j, "ev", event_word(ev->type));
    json_str(j, "kind", alarm_kind_word(ev->kind));
    json_int(j, "lvl", ev->lvl);
    json_str_cut(j, "rule", rule, PART_RULE_MAX);
    json_str(j, "reason", "removed");
}

size_t payload_event(char *body, const struct envelope *e, const struct event *ev)
{
    struct json j;

    part_head(&j, body, e, ev->seq, ev->at);
    if (ev->slot != SLOT_NONE) {
        put_alarm(&j, e, ev);
    } else {
        if (ev->type == EV_RETIRE) {
            put_retired(&j, e, ev);
        } else {
            json_str(&j, "ev", event_word(ev->type));
            json_int(&j, "offset_ms", ev->offset_ms);
        }
        put_text(&j, e, ev);
    }
    return part_tail(&j, e);
}
