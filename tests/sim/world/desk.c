#include "tests/sim/world/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/world/world.h"

#define RECEIPT_MS 300
#define TRUST_US   (75 * WORLD_S) /* two statuses of 30 s that did not come */

static struct county *make_county(void)
{
    struct county_conf conf = { .receipts = true, .receipt_ms = RECEIPT_MS };

    return county_new(&conf);
}

void desk_init(struct world *w)
{
    w->desk = (struct desk){ .county = make_county(), .life = 1 };
    desk_start(w);
}

void desk_fini(struct world *w)
{
    county_free(w->desk.county);
    letters_fini(&w->desk.stored);
    picture_fini(&w->desk.picture);
}

/* --- receipts --- */

static void send_receipts(struct world *w, const struct task *t);

static void plan_receipts(struct world *w)
{
    struct desk *d = &w->desk;
    int64_t ms = county_next_ms(d->county);

    if (ms == INT64_MAX || d->receipt_us != 0)
        return;
    d->receipt_us = ms * 1000 > w->now_us ? ms * 1000 : w->now_us;
    world_at(w, d->receipt_us, send_receipts, d->life, 0);
}

static void send_receipts(struct world *w, const struct task *t)
{
    struct desk *d = &w->desk;
    struct county_down down;

    if (t->life != d->life)
        return;
    d->receipt_us = 0;
    while (county_next(d->county, w->now_us / 1000, &down))
        broker_county_says(w, down.topic, down.body, strlen(down.body));
    plan_receipts(w);
}

/* --- requests --- */

static void ask_again(struct world *w, char *body, size_t size)
{
    const struct book *said = &w->judge.said;
    const struct book_epoch *e = &said->v[dice_below(&w->dice, said->n)];
    enum topic t = (enum topic)dice_below(&w->dice, NUMBERED_TOPICS);
    uint64_t from = 1 + dice_below(&w->dice, e->topics[t].last + 1);

    snprintf(body, size,
             "{\"v\":1,\"req\":\"resend\",\"topic\":\"%s\",\"epoch\":%" PRIu64 ",\"from\":%" PRIu64
             ",\"to\":%" PRIu64 "}",
             topic_words[t], e->epoch, from, from + dice_below(&w->dice, 20));
}

void desk_asks(struct world *w)
{
    static const char *const others[] = { "meta", "active" };
    const struct site_conf *s = &w->plant->site;
    char topic[128], body[160];

    if (!w->desk.is_up || w->judge.said.n == 0)
        return;
    w->counts.asked++;
    snprintf(topic, sizeof topic, "riskgw/v1/%s/%s/down/request", s->ent, s->gw);
    if (dice_chance(&w->dice, 7000))
        ask_again(w, body, sizeof body);
    else
        snprintf(body, sizeof body, "{\"v\":1,\"req\":\"%s\"}", others[dice_below(&w->dice, 2)]);
    broker_county_says(w, topic, body, strlen(body));
}

/* --- what comes --- */

static void take_status(struct world *w, const char *body)
{
    struct desk *d = &w->desk;
    json_t *doc = json_loads(body, 0, NULL);

    d->is_online = json_is_true(json_object_get(doc, "online"));
    d->status_epoch = (uint64_t)json_integer_value(json_object_get(doc, "epoch"));
    d->status_us = w->now_us;
    json_decref(doc);
}

static void drop_before(struct desk *d, unsigned round)
{
    size_t kept = 0;

    for (size_t i = 0; i < d->n_listed; i++)
        if (d->listed[i].round >= round)
            d->listed[kept++] = d->listed[i];
    d->n_listed = kept;
}

/* An alarm may move to another part: it has left the list when a whole round has
 * come without it. */
static void take_active(struct desk *d, const char *topic, const char *body)
{
    unsigned part = (unsigned)strtoul(strrchr(topic, '/') + 1, NULL, 10);
    json_t *doc = json_loads(body, 0, NULL);
    const json_t *open = json_object_get(doc, "open");

    d->round += part == 0;
    for (size_t i = 0; i < json_array_size(open) && d->n_listed < DESK_LISTED; i++) {
        const char *rule = json_string_value(json_object_get(json_array_get(open, i), "rule"));
        struct listed *l = &d->listed[d->n_listed++];
        l->round = d->round;
        picture_key(l->key, rule == NULL ? "" : rule);
    }
    if (part + 1 >= (unsigned)json_integer_value(json_object_get(doc, "parts")))
        drop_before(d, d->round);
    json_decref(doc);
}

bool desk_lists(const struct world *w, const char *key)
{
    for (size_t i = 0; i < w->desk.n_listed; i++)
        if (strcmp(w->desk.listed[i].key, key) == 0)
            return true;
    return false;
}

static void take_numbered(struct world *w, enum topic topic, const struct letter *l)
{
    struct name name;

    if (!name_read(&name, topic, l->body, l->len)) {
        world_violation(w, "the county got a message without a number: %s", l->body);
        return;
    }
    judge_received(w, &name, l->body);
    if (topic != TOPIC_ALARM)
        return;
    json_t *doc = json_loads(l->body, 0, NULL);
    picture_event(&w->desk.picture, doc);
    json_decref(doc);
}

/* A status makes the county compare the pictures of the whole run: a few are
 * enough, beside the comparison at rests. */
static bool is_for_county(struct world *w, enum topic topic)
{
    return topic != TOPIC_STATUS || dice_chance(&w->dice, 50);
}

void desk_take(struct world *w, const struct letter *l)
{
    struct desk *d = &w->desk;
    struct county_message m = { .topic = l->topic,
                                .body = l->body,
                                .len = l->len,
                                .retain = l->retain,
                                .now_ms = w->now_us / 1000 };
    enum topic topic = name_topic(l->topic);

    if (!d->is_up)
        return;
    w->counts.received++;
    world_trace(w, "county < %s %.*s", l->topic, (int)l->len, l->body);
    if (is_for_county(w, topic) && county_message(d->county, &m)) {
        struct letter copy = letter_make(l->topic, l->body, l->len, l->retain);
        letters_add(&d->stored, &copy);
    }
    if (topic == TOPIC_STATUS)
        take_status(w, l->body);
    else if (topic == TOPIC_ACTIVE)
        take_active(d, l->topic, l->body);
    else if (topic < NUMBERED_TOPICS)
        take_numbered(w, topic, l);
    plan_receipts(w);
}

bool desk_trusts(const struct world *w)
{
    const struct desk *d = &w->desk;

    return d->is_up && w->broker.county_on && d->is_online && w->now_us - d->status_us < TRUST_US;
}

/* --- its life --- */

void desk_leave(struct world *w)
{
    struct desk *d = &w->desk;

    if (!d->is_up)
        return;
    world_trace(w, "county gone");
    w->counts.county_outages++;
    d->is_up = false;
    d->is_online = false;
    d->n_listed = 0;
    d->receipt_us = 0;
    d->life++;
    broker_county_gone(w);
    judge_way_broken(w);
}

void desk_crash(struct world *w)
{
    struct desk *d = &w->desk;

    desk_leave(w);
    county_free(d->county);
    d->county = make_county();
    for (size_t i = 0; i < d->stored.n; i++) {
        const struct letter *l = &d->stored.v[i];
        struct county_message m = { .topic = l->topic,
                                    .body = l->body,
                                    .len = l->len,
                                    .retain = l->retain,
                                    .now_ms = w->now_us / 1000 };
        county_recall(d->county, &m);
    }
}

void desk_start(struct world *w)
{
    w->desk.is_up = true;
    broker_county_connect(w);
    plan_receipts(w);
    judge_way_broken(w);
}
