#include "daemon/payload.h"

#include <math.h>
#include <stdio.h>

#include "daemon/payload_parts.h"

/* ---- telemetry ---- */

static void put_reading(struct json *j, const struct envelope *e, uint32_t point, struct stamp at)
{
    const struct point_conf *p = &e->plant->points[point];
    const struct point_state *now = engine_point(e->engine, point);
    enum quality q = engine_point_quality(e->engine, point);
    bool is_good = quality_class(q) == QC_GOOD && isfinite(now->val);

    json_open(j, NULL, '{');
    json_str(j, "p", p->id);
    part_time(j, "t", e, is_good ? now->val_at.utc_ms : at.utc_ms);
    if (is_good)
        json_num(j, "val", now->val, p->read.decimals);
    part_unit_of_value(j, p);
    json_str(j, "q", quality_word(q));
    if (!is_good) {
        part_why(j, e, now->why, now->since, now->n);
        if (isfinite(now->val))
            part_last(j, e, p, now->val, now->val_at);
    }
    json_close(j, '}');
}

size_t payload_telemetry(char *body, const struct envelope *e, uint64_t seq, struct stamp at,
                         uint32_t *point)
{
    struct json j;

    part_head(&j, body, e, seq, at);
    json_open(&j, "points", '[');
    for (; *point < e->plant->n_points; ++*point) {
        struct json mark = j;

        put_reading(&j, e, *point, at);
        if (j.full || json_left(&j) < PART_TAIL_MAX) {
            j = mark;
            break;
        }
    }
    json_close(&j, ']');
    return part_tail(&j, e);
}

/* ---- ledger ---- */

static void put_place_in_time(struct json *j, const char *key, uint64_t epoch, uint64_t seq)
{
    json_open(j, key, '{');
    json_uint(j, "epoch", epoch);
    json_uint(j, "seq", seq);
    json_close(j, '}');
}

size_t payload_ledger(char *body, const struct envelope *e, uint64_t seq, struct stamp at,
                      const struct lost *v, size_t n)
{
    struct json j;

    part_head(&j, body, e, seq, at);
    json_open(&j, "lost", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&j, NULL, '{');
        json_str(&j, "topic", topic_words[v[i].topic]);
        put_place_in_time(&j, "from", v[i].from_epoch, v[i].from_seq);
        put_place_in_time(&j, "to", v[i].to_epoch, v[i].to_seq);
        part_time(&j, "t0", e, v[i].t0_utc_ms);
        part_time(&j, "t1", e, v[i].t1_utc_ms);
        json_str(&j, "reason", v[i].reason);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    return part_tail(&j, e);
}

/* ---- status ---- */

/* A value beyond its range is known to be beyond it: that point is watched. */
bool payload_is_monitored(enum quality q)
{
    return q == Q_OVER_RANGE || q == Q_UNDER_RANGE || (quality_class(q) == QC_GOOD && q != Q_MAINT);
}

bool payload_monitored(const struct engine *e, const struct plant *p)
{
    for (size_t i = 0; i < p->n_points; i++)
        if (!payload_is_monitored(engine_point_quality(e, (uint32_t)i)))
            return false;
    return true;
}

static void put_point_counts(struct json *j, const struct envelope *e)
{
    uint64_t n[] = { [QC_GOOD] = 0, [QC_UNKNOWN] = 0, [QC_BAD] = 0 };

    for (size_t i = 0; i < e->plant->n_points; i++)
        n[quality_class(engine_point_quality(e->engine, (uint32_t)i))]++;
    json_open(j, "points", '{');
    json_uint(j, "total", e->plant->n_points);
    json_uint(j, "good", n[QC_GOOD]);
    json_uint(j, "unknown", n[QC_UNKNOWN]);
    json_uint(j, "bad", n[QC_BAD]);
    json_close(j, '}');
}

static void put_alarm_counts(struct json *j, const struct envelope *e)
{
    uint64_t active = 0, unacked = 0, open = 0, inhibited = 0;
    char hash[17];

    for (size_t i = 0; i < engine_slots(e->engine); i++) {
        const struct alarm_state *st = &engine_slot(e->engine, i)->st;

        active += alarm_is_active(st);
        open += alarm_is_listed(st);
        unacked += alarm_is_listed(st) && !st->acked;
        inhibited += st->supp != 0;
    }
    payload_open_hash(e, hash);
    json_open(j, "alarms", '{');
    json_uint(j, "active", active);
    json_uint(j, "unacked", unacked);
    json_uint(j, "open", open);
    json_str(j, "hash", hash);
    json_uint(j, "inhibited", inhibited);
    json_close(j, '}');
}

/* The end of the audit trail: what is cut off behind it can be told. */
static void put_audit(struct json *j, const struct audit_head *a)
{
    char head[17];

    if (a->n == 0)
        return;
    for (size_t i = 0; i < 8; i++)
        snprintf(head + 2 * i, 3, "%02x", a->hash[i]);
    json_open(j, "audit", '{');
    json_uint(j, "n", a->n);
    json_str(j, "head", head);
    if (a->broken_at != 0)
        json_uint(j, "broken_at", a->broken_at);
    json_close(j, '}');
}

static int64_t count_units(const struct envelope *e, size_t bus, bool silent_only)
{
    int64_t n = 0;

    for (size_t i = 0; i < e->plant->n_units; i++)
        if (e->plant->units[i].bus == bus)
            n += !silent_only || engine_unit_silent(e->engine, (uint32_t)i);
    return n;
}

enum which_buses { BUSES_ALL, BUSES_WITH_SILENCE, BUSES_WITHOUT };

static bool put_bus(struct json *j, const struct envelope *e, const struct status_facts *f,
                    size_t bus)
{
    struct json mark = *j;

    json_open(j, NULL, '{');
    json_str(j, "bus", e->plant->buses[bus].name);
    json_int(j, "units", count_units(e, bus, false));
    json_int(j, "silent", count_units(e, bus, true));
    json_num(j, "use_pct", f->use_pct[bus], 1);
    json_close(j, '}');
    if (!j->full && json_left(j) >= 2 * PART_TAIL_MAX)
        return true;
    *j = mark;
    return false;
}

static bool put_these_buses(struct json *j, const struct envelope *e, const struct status_facts *f,
                            enum which_buses which)
{
    for (size_t i = 0; i < e->plant->n_buses; i++)
        if (which == BUSES_ALL || (count_units(e, i, true) > 0) == (which == BUSES_WITH_SILENCE))
            if (!put_bus(j, e, f, i))
                return false;
    return true;
}

/* Where they do not all fit, those with a silent unit come first and the rest
 * is left out; what follows them always fits. */
static void put_buses(struct json *j, const struct envelope *e, const struct status_facts *f)
{
    struct json mark;

    json_open(j, "buses", '[');
    mark = *j;
    if (!put_these_buses(j, e, f, BUSES_ALL)) {
        *j = mark;
        if (put_these_buses(j, e, f, BUSES_WITH_SILENCE))
            put_these_buses(j, e, f, BUSES_WITHOUT);
    }
    json_close(j, ']');
}

void part_status(struct json *j, const struct envelope *e, const struct status_facts *f)
{
    json_bool(j, "online", true);
    json_str_cut(j, "version", e->version, PART_NAME_MAX);
    json_str_cut(j, "config", e->config, PART_NAME_MAX);
    json_str_cut(j, "install", e->install, PART_NAME_MAX);
    if (f->last_good)
        json_bool(j, "last_good", true);
    json_bool(j, "monitored", payload_monitored(e->engine, e->plant));
    put_point_counts(j, e);
    put_alarm_counts(j, e);
    json_open(j, "queue", '{');
    json_uint(j, "alarm", f->queue_alarm);
    json_uint(j, "telemetry", f->queue_telemetry);
    json_int(j, "oldest_s", f->oldest_s);
    json_close(j, '}');
    put_buses(j, e, f);
    json_open(j, "store", '{');
    json_bool(j, "ok", f->store_ok);
    json_int(j, "bytes", f->store_bytes);
    json_close(j, '}');
    json_bool(j, "receipts", f->receipts);
    put_audit(j, &f->audit);
}

size_t payload_status(char *body, const struct envelope *e, struct stamp at,
                      const struct status_facts *f)
{
    struct json j;

    part_head(&j, body, e, 0, at);
    part_status(&j, e, f);
    return part_tail(&j, e);
}

/* The will stands for a time that nobody knows yet: it carries no clk, mono or
 * replay.  An epoch that is not durable says so here as well. */
size_t payload_offline(char *body, const struct envelope *e, struct stamp at, const char *reason)
{
    struct json j;

    json_init(&j, body, MESSAGE_MAX);
    json_open(&j, NULL, '{');
    json_int(&j, "v", 1);
    json_str(&j, "ent", e->plant->site.ent);
    json_str(&j, "gw", e->plant->site.gw);
    json_uint(&j, "epoch", e->epoch);
    part_time(&j, "ts", e, at.utc_ms);
    json_bool(&j, "online", false);
    part_note(&j, "reason", reason, PART_NAME_MAX);
    if (e->is_volatile)
        json_bool(&j, "volatile", true);
    json_close(&j, '}');
    return json_end(&j);
}
