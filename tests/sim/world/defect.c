#include "tests/sim/world/defect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/world/world.h"

#define MARK_US (5 * WORLD_S)

const char *const defect_names[DEFECTS] = {
    [DEFECT_NONE] = "none",       [DEFECT_FORGETS] = "forgets", [DEFECT_CLEAR] = "clear_early",
    [DEFECT_LATE] = "late_guard", [DEFECT_EPOCH] = "epoch",     [DEFECT_PUBACK] = "puback",
    [DEFECT_STATE] = "state",     [DEFECT_SKIP] = "skip",       [DEFECT_ZERO] = "zero",
    [DEFECT_ACTIVE] = "active",   [DEFECT_HOLD] = "hold",
};

static void mark(struct world *w, const struct task *t)
{
    (void)t;
    w->box.kind->mark(w->box.disk);
    world_at(w, w->now_us + MARK_US, mark, 0, 0);
}

void defect_init(struct world *w)
{
    if (w->conf.defect == DEFECT_LATE)
        w->plant->buses[1].late_guard_ms = 0;
    if (w->conf.defect == DEFECT_PUBACK)
        w->plant->uplinks[0].receipts = false;
    if (w->conf.defect == DEFECT_FORGETS)
        world_at(w, 0, mark, 0, 0);
}

bool defect_epoch(struct world *w, uint64_t last)
{
    return w->conf.defect == DEFECT_EPOCH && last > 0 && dice_chance(&w->dice, 2000);
}

void defect_sample(struct world *w, struct sample *s)
{
    if (w->conf.defect != DEFECT_ZERO || s->kind != SAMPLE_MISS || s->why.code != WHY_TIMEOUT ||
        !dice_chance(&w->dice, 1000))
        return;
    s->kind = SAMPLE_VALUE;
    s->alive = true;
    s->q = Q_GOOD;
    s->val = 0;
    s->why = (struct why){ .code = WHY_NONE };
}

/* --- messages --- */

static bool is_clear(const struct message *m)
{
    return m != NULL && m->topic == TOPIC_ALARM && strstr(m->body, "\"ev\":\"clear\"") != NULL;
}

static void topic_name(const struct world *w, enum topic t, char *out, size_t size)
{
    const struct site_conf *s = &w->plant->site;

    snprintf(out, size, "riskgw/v1/%s/%s/%s", s->ent, s->gw, topic_words[t]);
}

void defect_lent(struct world *w, const struct batch *b)
{
    char topic[128];

    topic_name(w, TOPIC_ALARM, topic, sizeof topic);
    for (size_t i = 0; i < b->n_records; i++) {
        const struct message *m = b->records[i].msg;
        struct name n;
        if (w->conf.defect == DEFECT_CLEAR && is_clear(m) && w->box.link == BOX_LINK_UP)
            broker_publish(w, topic, m->body, m->len, false, 0);
        if (w->conf.defect == DEFECT_SKIP && m != NULL && m->topic == TOPIC_ALARM &&
            dice_chance(&w->dice, 100) && name_read(&n, m->topic, m->body, m->len))
            w->skipped = n;
    }
}

const struct batch *defect_batch(struct world *w, const struct batch *b)
{
    static struct batch changed;

    if (w->conf.defect != DEFECT_STATE && w->conf.defect != DEFECT_SKIP)
        return b;
    changed = *b;
    for (size_t i = 0; i < changed.n_records; i++) {
        struct record *r = &changed.records[i];
        if (w->conf.defect == DEFECT_STATE)
            r->has_state = r->has_state && !dice_chance(&w->dice, 500);
        else if (r->msg != NULL && r->msg->topic == TOPIC_ALARM &&
                 r->msg->epoch == w->skipped.epoch && r->msg->seq == w->skipped.seq)
            r->msg = NULL;
    }
    return &changed;
}

/* --- what leaves --- */

static void forged(struct world *w, const struct task *t)
{
    char topic[128];
    char body[160];
    const struct site_conf *s = &w->plant->site;

    box_puback(w, t->life, t->token);
    if (t->len == 0)
        return;
    snprintf(topic, sizeof topic, "riskgw/v1/%s/%s/down/receipt", s->ent, s->gw);
    snprintf(body, sizeof body, "{\"v\":1,\"topic\":\"alarm\",\"epoch\":%llu,\"seqs\":[%llu]}",
             (unsigned long long)w->skipped.epoch, (unsigned long long)w->skipped.seq);
    box_down(w, t->life, topic, body, strlen(body));
}

static void swallow(struct world *w, uint32_t token, bool with_receipt)
{
    struct task t = { .at_us = w->now_us + 10000,
                      .run = forged,
                      .life = w->box.conn,
                      .token = token,
                      .bytes = (uint8_t[]){ 0 },
                      .len = with_receipt };

    queue_add(&w->queue, &t);
}

bool defect_publish(struct world *w, const char *topic, const char *body, size_t len,
                    uint32_t token)
{
    enum topic t = name_topic(topic);
    struct name n;

    if (w->conf.defect == DEFECT_ACTIVE && t == TOPIC_ACTIVE && dice_chance(&w->dice, 3000)) {
        swallow(w, token, false);
        return true;
    }
    if (w->conf.defect == DEFECT_HOLD && t == TOPIC_ALARM && w->box.batch != NULL)
        w->broker.up_wire_us = w->now_us + 3 * WORLD_S;
    if (w->conf.defect != DEFECT_SKIP || t != TOPIC_ALARM || !name_read(&n, t, body, len) ||
        n.epoch != w->skipped.epoch || n.seq != w->skipped.seq)
        return false;
    swallow(w, token, true);
    return true;
}
