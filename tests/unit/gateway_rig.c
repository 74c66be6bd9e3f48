#include "daemon/gateway_samples.h"
#include "tests/unit/gateway_rig.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/err.h"
#include "tests/unit/emitted.h"

#define UTC_START 1795413600000 /* 2026-11-23T14:00:00+08:00 */
#define EVERY_MS  3600000       /* a test that does not poll hears of no silence */
#define PREFIX    "riskgw/v1/140521000001/01/"

/* --- the plant --- */

void grig_init(struct grig *r, size_t n_points, size_t n_uplinks)
{
    static char names[GRIG_POINTS][24], uplinks[GRIG_UPLINKS][24];

    memset(r, 0, sizeof *r);
    r->plant.site =
        (struct site_conf){ .ent = "140521000001", .gw = "01", .name.zh = "厂", .zone_min = 480 };
    r->plant.telemetry_every_ms = 60000;
    r->plant.shelve.max_ms = 8 * 3600 * 1000;
    r->plant.buses = r->buses;
    r->plant.units = r->units;
    r->plant.points = r->points;
    r->plant.uplinks = r->uplinks;
    r->plant.n_buses = r->plant.n_units = 1;
    r->plant.n_points = n_points;
    r->plant.n_uplinks = n_uplinks;
    r->buses[0].name = "b";
    r->buses[0].host = "127.0.0.1";
    r->units[0] = (struct unit_conf){ .unit_id = 1, .every_ms = EVERY_MS };
    for (size_t i = 0; i < n_points; i++) {
        snprintf(names[i], sizeof names[i], "p%zu", i);
        r->points[i] = (struct point_conf){
            .id = names[i],
            .area = PLANT_NONE,
            .every_ms = EVERY_MS,
            .limits[LEVEL_H] = { .set = true, .at = 100, .clear = 90, .priority = 2 }
        };
    }
    for (size_t i = 0; i < n_uplinks; i++) {
        snprintf(uplinks[i], sizeof uplinks[i], "u%zu", i);
        r->uplinks[i] = (struct uplink_conf){ .name = uplinks[i], .receipts = true };
        r->links[i] = (struct grig_link){ .accepts = true, .receipts = true };
    }
    r->prev.first = true;
    r->sync = true;
}

struct stamp grig_now(const struct grig *r)
{
    return (struct stamp){ r->now_ms - r->began_ms, UTC_START + r->now_ms };
}

static void make(struct grig *r)
{
    struct gateway_conf c = { .plant = &r->plant,
                              .epoch = ++r->epoch,
                              .is_volatile = r->is_volatile,
                              .clk_sync = r->sync,
                              .version = "0.1.0",
                              .install = "5f2b9a30c1de4477",
                              .config = "9c1185a5c5e9fc54",
                              .start_reason = r->life == 0 ? "first" : "crash",
                              .prev = &r->prev,
                              .next_id = 1,
                              .seed = 1 };

    r->life++;
    r->began_ms = r->now_ms;
    for (size_t i = 0; i < r->n_rows; i++) {
        const struct grig_row *row = &r->rows[i];
        enum lane lane = row->topic == TOPIC_TELEMETRY ? LANE_TELEMETRY : LANE_ALARM;

        c.next_id = row->id + 1;
        for (size_t u = 0; u < r->plant.n_uplinks; u++)
            c.owed[u][lane] += row->owed >> u & 1u;
    }
    assert_int_equal(gateway_new(&r->g, &c, grig_now(r)), RG_OK);
}

static void begin(struct grig *r)
{
    memset(r->prev.seq, 0, sizeof r->prev.seq);
    gateway_begin(r->g, grig_now(r));
    gateway_tick(r->g, r->sync, grig_now(r));
    grig_run(r);
}

void grig_start(struct grig *r)
{
    make(r);
    begin(r);
}

void grig_stop(struct grig *r)
{
    for (size_t i = 0; i < r->n_sent; i++) {
        free(r->sent[i].topic);
        free(r->sent[i].body);
    }
    for (size_t i = 0; i < r->n_rows; i++)
        free(r->rows[i].body);
    gateway_free(r->g);
}

/* --- the store --- */

static void keep_state(struct grig *r, const struct saved_alarm *s)
{
    size_t i = 0;

    while (i < r->n_states && strcmp(r->states[i].key, s->key) != 0)
        i++;
    if (i == r->n_states)
        r->n_states++;
    r->states[i] = *s;
    if (s->st.id.epoch == 0 && s->st.levels[0].proc == PROC_N)
        r->states[i] = r->states[--r->n_states];
}

static void keep_message(struct grig *r, const struct record *rec)
{
    const struct message *m = rec->msg;
    struct grig_row *row = &r->rows[r->n_rows++];

    assert_true(r->n_rows <= GRIG_ROWS);
    *row = (struct grig_row){ m->id,   m->epoch,   m->seq,       m->topic, m->utc_ms,
                              r->life, m->born_ms, rec->uplinks, m->len,   malloc(m->len + 1u) };
    assert_non_null(row->body);
    memcpy(row->body, m->body, m->len + 1u);
    r->prev.seq[m->topic] = m->seq;
}

static void pay(struct grig *r, const struct done *d)
{
    for (size_t i = 0; i < r->n_rows; i++)
        if (r->rows[i].id == d->id)
            r->rows[i].owed &= ~(1u << d->uplink);
}

static void commit(struct grig *r, struct batch *b)
{
    r->commits++;
    if (r->store == GRIG_HANGS) {
        r->hung = b;
        return;
    }
    for (size_t i = 0; i < b->n_records && r->store == GRIG_GOOD; i++) {
        const struct message *m = b->records[i].msg;

        if (m != NULL && m->topic == TOPIC_AUDIT)
            snprintf(r->audit[r->n_audit++ % GRIG_AUDIT], sizeof r->audit[0], "%.511s", m->body);
        else if (m != NULL)
            keep_message(r, &b->records[i]);
        if (b->records[i].has_state)
            keep_state(r, &b->records[i].state);
        r->prev.died_ms = b->records[i].mono_ms;
    }
    for (size_t i = 0; i < b->n_dones && r->store == GRIG_GOOD; i++)
        pay(r, &b->dones[i]);
    gateway_committed(r->g, b, r->store == GRIG_GOOD ? RG_OK : RG_EIO, grig_now(r));
}

static bool is_asked(const struct grig_row *row, const struct fetch *f)
{
    enum lane lane = row->topic == TOPIC_TELEMETRY ? LANE_TELEMETRY : LANE_ALARM;

    if (f->by_seq)
        return row->topic == f->topic && row->epoch == f->epoch && row->seq >= f->from_seq &&
               row->seq <= f->to_seq;
    return lane == f->lane && row->id > f->after_id && row->id < f->below_id &&
           (row->owed >> f->uplink & 1u) != 0;
}

static void give(const struct grig *r, const struct grig_row *row, struct message *m)
{
    m->id = row->id;
    m->epoch = row->epoch;
    m->seq = row->seq;
    m->topic = row->topic;
    m->utc_ms = row->utc_ms;
    m->born_ms = row->life == r->life ? row->born_ms : INT64_MIN;
    m->len = row->len;
    m->sent = true;
    memcpy(m->body, row->body, row->len + 1u);
}

static void fetch(struct grig *r, uint32_t uplink, struct fetch *f)
{
    if (r->store == GRIG_HANGS) {
        r->asked = f;
        r->asked_by = uplink;
        return;
    }
    f->err = r->store == GRIG_GOOD ? RG_OK : RG_EIO;
    for (size_t i = 0; i < r->n_rows && f->err == RG_OK; i++) {
        if (!is_asked(&r->rows[i], f))
            continue;
        f->more = f->n == f->max;
        if (f->more)
            break;
        give(r, &r->rows[i], f->v[f->n++]);
    }
    gateway_fetched(r->g, uplink, f, grig_now(r));
}

void grig_store(struct grig *r, enum grig_store mode)
{
    struct batch *b = r->hung;
    struct fetch *f = r->asked;

    r->store = mode;
    r->hung = NULL;
    r->asked = NULL;
    if (b != NULL)
        commit(r, b);
    if (f != NULL)
        fetch(r, r->asked_by, f);
    grig_run(r);
}

/* --- the brokers --- */

static uint64_t number_behind(const char *body, const char *key)
{
    const char *at = strstr(body, key);

    return at == NULL ? 0 : strtoull(at + strlen(key), NULL, 10);
}

static void answer(struct grig *r, uint32_t uplink, struct grig_sent *s)
{
    uint64_t seq = number_behind(s->body, "\"seq\":");
    char body[160];

    s->acked = true;
    gateway_puback(r->g, uplink, s->token, true, grig_now(r));
    if (!r->links[uplink].receipts || seq == 0 || strcmp(s->topic, "telemetry") == 0)
        return;
    snprintf(body, sizeof body, "{\"v\":1,\"topic\":\"%s\",\"epoch\":%llu,\"seqs\":[%llu]}",
             s->topic, (unsigned long long)number_behind(s->body, "\"epoch\":"),
             (unsigned long long)seq);
    gateway_downlink(r->g, uplink, PREFIX "down/receipt", body, strlen(body), grig_now(r));
}

static void publish(struct grig *r, const struct gateway_action *a)
{
    struct grig_sent *s = &r->sent[r->n_sent++];

    assert_true(r->n_sent <= GRIG_SENT);
    assert_true(r->links[a->uplink].is_up);
    assert_memory_equal(a->topic, PREFIX, strlen(PREFIX));
    assert_true(a->len <= MESSAGE_MAX);
    emitted(a->topic, a->body, a->len);
    *s = (struct grig_sent){ .at_ms = r->now_ms,
                             .uplink = a->uplink,
                             .token = a->token,
                             .retain = a->retain,
                             .topic = strdup(a->topic + strlen(PREFIX)),
                             .body = strndup(a->body, a->len) };
    assert_non_null(s->topic);
    assert_non_null(s->body);
    if (!r->links[a->uplink].holds_acks)
        answer(r, a->uplink, s);
}

static void connect(struct grig *r, uint32_t uplink)
{
    struct grig_link *l = &r->links[uplink];

    l->connects++;
    l->is_up = l->accepts && !l->refuses;
    if (l->is_up)
        gateway_up(r->g, uplink, grig_now(r));
    else
        gateway_down(r->g, uplink, l->refuses, grig_now(r));
}

void grig_link_down(struct grig *r, uint32_t uplink)
{
    r->links[uplink].is_up = false;
    for (size_t i = 0; i < r->n_sent; i++)
        r->sent[i].acked = true; /* nobody will answer it any more */
    gateway_down(r->g, uplink, false, grig_now(r));
    grig_run(r);
}

void grig_ack_all(struct grig *r, uint32_t uplink)
{
    for (size_t i = 0; i < r->n_sent; i++) {
        if (r->sent[i].acked || r->sent[i].uplink != uplink)
            continue;
        r->sent[i].acked = true;
        gateway_puback(r->g, uplink, r->sent[i].token, true, grig_now(r));
    }
    grig_run(r);
}

static void down(struct grig *r, uint32_t uplink, const char *topic, const char *body)
{
    gateway_downlink(r->g, uplink, topic, body, strlen(body), grig_now(r));
    grig_run(r);
}

void grig_receipt(struct grig *r, uint32_t uplink, const char *body)
{
    down(r, uplink, PREFIX "down/receipt", body);
}

void grig_request(struct grig *r, uint32_t uplink, const char *body)
{
    down(r, uplink, PREFIX "down/request", body);
}

/* --- time --- */

static int64_t act(struct grig *r)
{
    struct gateway_action a;

    for (int i = 0; i < 200000; i++) {
        gateway_next(r->g, grig_now(r), &a);
        switch (a.what) {
        case GW_SLEEP:
            return a.until_ms;
        case GW_COMMIT:
            commit(r, a.batch);
            break;
        case GW_RECORD:
            gateway_samples_written(r->g, r->store == GRIG_FAILS ? RG_EIO : RG_OK, grig_now(r));
            break;
        case GW_FETCH:
            fetch(r, a.uplink, a.fetch);
            break;
        case GW_CONNECT:
            connect(r, a.uplink);
            break;
        case GW_DISCONNECT:
            r->links[a.uplink].disconnects++;
            r->links[a.uplink].is_up = false;
            break;
        case GW_PUBLISH:
            publish(r, &a);
            break;
        }
    }
    fail_msg("the gateway never sleeps at %lld", (long long)r->now_ms);
    return 0;
}

void grig_run(struct grig *r)
{
    act(r);
}

/* An instant that has passed asks for a tick now; but that must come to an end. */
void grig_to(struct grig *r, int64_t ms)
{
    unsigned ticks = 0;

    for (;;) {
        int64_t until_ms = act(r);

        until_ms = until_ms == INT64_MAX ? INT64_MAX : until_ms + r->began_ms;
        if (until_ms > ms)
            break;
        ticks = until_ms > r->now_ms ? 0 : ticks + 1;
        if (ticks > 4)
            fail_msg("no sleep at %lld", (long long)r->now_ms);
        r->now_ms = until_ms > r->now_ms ? until_ms : r->now_ms;
        gateway_tick(r->g, r->sync, grig_now(r));
    }
    r->now_ms = ms;
    gateway_tick(r->g, r->sync, grig_now(r));
    act(r);
}

void grig_value(struct grig *r, uint32_t point, double val)
{
    struct sample s = {
        .point = point, .alive = true, .q = Q_GOOD, .val = val, .why.code = WHY_NONE
    };

    gateway_sample(r->g, &s, grig_now(r));
    gateway_tick(r->g, r->sync, grig_now(r));
    grig_run(r);
}

void grig_poll(struct grig *r, double val, int64_t until_ms)
{
    while (r->now_ms + 1000 <= until_ms) {
        grig_to(r, r->now_ms + 1000);
        for (uint32_t i = 0; i < r->plant.n_points; i++)
            grig_value(r, i, val);
    }
}

void grig_kill(struct grig *r, int64_t down_ms)
{
    uint64_t epoch = r->epoch;
    int64_t shift_ms = r->now_ms + down_ms - r->began_ms;

    gateway_free(r->g);
    r->g = NULL;
    r->hung = NULL;
    r->asked = NULL;
    r->now_ms += down_ms;
    for (size_t i = 0; i < r->plant.n_uplinks; i++)
        r->links[i].is_up = false;
    r->prev.known = true;
    r->prev.first = false;
    r->prev.epoch = epoch;
    make(r);
    assert_int_equal(
        gateway_restore(r->g, r->states, r->n_states, shift_ms, r->prev.died_ms, grig_now(r)),
        RG_OK);
    begin(r);
}

/* --- what was sent --- */

static bool is_like(const struct grig_sent *s, const char *topic, const char *text)
{
    return strcmp(s->topic, topic) == 0 && (text == NULL || strstr(s->body, text) != NULL);
}

size_t grig_count(const struct grig *r, const char *topic, const char *text)
{
    size_t n = 0;

    for (size_t i = r->from; i < r->n_sent; i++)
        n += is_like(&r->sent[i], topic, text);
    return n;
}

const struct grig_sent *grig_last(const struct grig *r, const char *topic, const char *text)
{
    for (size_t i = r->n_sent; i-- > r->from;)
        if (is_like(&r->sent[i], topic, text))
            return &r->sent[i];
    return NULL;
}

void grig_forget(struct grig *r)
{
    r->from = r->n_sent;
}

uint64_t grig_queue(const struct grig *r, uint32_t uplink, enum lane lane)
{
    struct outbox_stats s;

    gateway_uplink_stats(r->g, uplink, &s);
    return s.queue[lane];
}
