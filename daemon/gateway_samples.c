#include "daemon/gateway_samples.h"

#include <string.h>

#include "daemon/gateway_core.h"

static bool carries_value(const struct sample *s)
{
    return s->kind == SAMPLE_VALUE &&
           (quality_class(s->q) == QC_GOOD || s->q == Q_OVER_RANGE || s->q == Q_UNDER_RANGE);
}

void gateway_note_sample(struct gateway *g, const struct sample *s, struct stamp now)
{
    struct sample_row row = { .t_ms = now.mono_ms, .point = s->point };
    bool has_val = carries_value(s);

    row.q = (uint8_t)(s->kind == SAMPLE_VALUE ? s->q : engine_point_quality(g->engine, s->point));
    row.has_val = has_val;
    if (has_val)
        row.val = s->val;
    else
        row.why = s->why;
    recorder_put(g->recorder, &row);
}

static bool reads_point(enum expr_op op)
{
    return op >= EXPR_POINT && op <= EXPR_BAD;
}

static void add_points_of(struct incident *x, const struct expr *e)
{
    for (uint32_t i = 0; i < e->n && x->n < INCIDENT_POINTS; i++)
        if (reads_point(e->steps[i].op) && !incident_has(x, e->steps[i].arg, PLANT_NONE))
            x->points[x->n++] = e->steps[i].arg;
}

/* A process alarm that rises is an incident. */
void gateway_note_raise(struct gateway *g, const struct event *ev, struct stamp now)
{
    bool rises = ev->type == EV_RAISE || ev->type == EV_LEVEL_UP || ev->type == EV_RE_RAISE;
    const struct slot *s = rises && ev->slot != SLOT_NONE ? engine_slot(g->engine, ev->slot) : NULL;
    const struct plant *p = g->conf.plant;
    struct incident x = { .id = ev->id, .t_ms = now.mono_ms };

    if (s == NULL || (s->type != SLOT_LIMIT && s->type != SLOT_RULE))
        return;
    if (s->type == SLOT_LIMIT) {
        x.points[x.n++] = s->ref;
        x.area = p->points[s->ref].area;
    } else {
        add_points_of(&x, &p->rules[s->ref].when);
        x.area = p->rules[s->ref].area;
    }
    recorder_raise(g->recorder, &x);
}

bool gateway_record_next(struct gateway *g, struct stamp now, struct gateway_action *a,
                         int64_t *until_ms)
{
    int64_t at_ms;

    a->samples = recorder_next(g->recorder, now, g->env.clk_sync, &at_ms);
    if (a->samples == NULL) {
        gateway_sooner(until_ms, at_ms);
        return false;
    }
    a->what = GW_RECORD;
    return true;
}

void gateway_samples_written(struct gateway *g, int err, struct stamp now)
{
    recorder_written(g->recorder, err, now.mono_ms);
}

static void lose_topic(struct gateway *g, enum topic t, struct stamp now)
{
    struct lost l = { .topic = t,
                      .from_epoch = g->conf.epoch,
                      .from_seq = 1,
                      .to_epoch = g->conf.epoch,
                      .to_seq = g->durable[t],
                      .t0_utc_ms = now.utc_ms - now.mono_ms,
                      .t1_utc_ms = now.utc_ms,
                      .reason = "damaged" };

    if (g->durable[t] > 0)
        gateway_lost(g, &l);
}

/* Which of them the platform has is not known here: too much is said rather than
 * too little. */
void gateway_record_lost(struct gateway *g, struct stamp now)
{
    for (size_t i = 0; i < engine_slots(g->engine); i++) {
        const struct slot *s = engine_slot(g->engine, i);
        struct record r = { .has_state = true, .mono_ms = now.mono_ms };
        memcpy(r.state.key, s->key, sizeof r.state.key);
        r.state.st = s->st;
        journal_add(g->journal, &r);
    }
    lose_topic(g, TOPIC_ALARM, now);
    lose_topic(g, TOPIC_TELEMETRY, now);
}
