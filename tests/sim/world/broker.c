#include "tests/sim/world/broker.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sim/world/world.h"

#define SAVE_US      (1800 * WORLD_S) /* Source: mosquitto.conf(5), autosave_interval */
#define KEEPALIVE_US (15 * WORLD_S)   /* 1.5 x 10 s: the broker's patience */
#define NOTICE_US    (26 * WORLD_S)   /* paho's, of a frozen broker (measured) */

static int64_t latency_us(struct world *w)
{
    return dice_between(&w->dice, 1000, 30000) + w->weather.net_slow_us;
}

/* Wires keep order. */
static int64_t arrive_us(struct world *w, int64_t *wire_us, int64_t delay_us)
{
    if (*wire_us < w->now_us + delay_us)
        *wire_us = w->now_us + delay_us;
    return *wire_us;
}

/* The bytes of a task: a topic, its zero byte, a body. */
static void pack(struct task *t, char *bytes, const char *topic, const char *body, size_t len)
{
    size_t head = strlen(topic) + 1;

    memcpy(bytes, topic, head);
    memcpy(bytes + head, body, len);
    t->bytes = (uint8_t *)bytes;
    t->len = head + len;
}

static void unpack(struct letter *l, const struct task *t)
{
    const char *topic = (const char *)t->bytes;
    size_t head = strlen(topic) + 1;

    *l = letter_make(topic, topic + head, t->len - head, t->who != 0);
}

/* --- to the county --- */

static void deliver(struct world *w, const struct task *t)
{
    struct broker *b = &w->broker;

    if (t->life != b->county_conn || !b->county_on || b->mail.n == 0)
        return;
    struct letter l = letters_first(&b->mail);
    desk_take(w, &l);
    free(l.body);
}

static void plan_delivery(struct world *w)
{
    struct broker *b = &w->broker;

    world_at(w, arrive_us(w, &b->mail_wire_us, dice_between(&w->dice, 1000, 20000)), deliver,
             b->county_conn, 0);
}

static void forward(struct world *w, const struct letter *l)
{
    struct broker *b = &w->broker;

    if (!b->county_on && (b->county_is_clean || b->mail.n >= BROKER_MAIL)) {
        w->counts.mail_lost++;
        judge_way_broken(w);
        return;
    }
    struct letter copy = letter_make(l->topic, l->body, l->len, l->retain);
    letters_add(&b->mail, &copy);
    if (b->county_on)
        plan_delivery(w);
}

static void retain(struct broker *b, const struct letter *l)
{
    size_t i = 0;

    while (i < b->retained.n && strcmp(b->retained.v[i].topic, l->topic) != 0)
        i++;
    if (i < b->retained.n) {
        free(b->retained.v[i].body);
        b->retained.v[i] = b->retained.v[--b->retained.n];
    }
    if (l->len == 0)
        return;
    struct letter copy = letter_make(l->topic, l->body, l->len, true);
    letters_add(&b->retained, &copy);
}

static void accept_letter(struct world *w, const struct letter *l)
{
    if (l->retain)
        retain(&w->broker, l);
    forward(w, l);
}

/* --- the gateway's session --- */

static void publish_will(struct world *w)
{
    struct broker *b = &w->broker;

    if (b->will.body == NULL)
        return;
    world_trace(w, "will %.*s", (int)b->will.len, b->will.body);
    w->counts.wills++;
    accept_letter(w, &b->will);
    free(b->will.body);
    b->will.body = NULL;
}

static void will_due(struct world *w, const struct task *t)
{
    if (t->life == w->broker.sessions && w->broker.is_up)
        publish_will(w);
}

/* The broker has noticed that the connection is gone. */
static void session_over(struct world *w, const struct task *t)
{
    struct broker *b = &w->broker;

    if (!b->has_gateway || t->life != b->sessions || !b->is_up)
        return;
    b->has_gateway = false;
    b->gateway_conn = 0;
    if (t->who == 0) {
        free(b->will.body);
        b->will.body = NULL;
    } else {
        world_at(w, w->now_us + b->will_delay_us, will_due, b->sessions, 0);
    }
}

static void lose_session(struct world *w, int64_t after_us, bool with_will)
{
    if (w->broker.is_silent)
        after_us += KEEPALIVE_US;
    world_at(w, w->now_us + after_us, session_over, w->broker.sessions, with_will);
}

static void connect_fails(struct world *w, const struct task *t)
{
    w->counts.connects_failed++;
    box_link_down(w, t->life, t->who != 0);
}

static void connected(struct world *w, const struct task *t)
{
    struct broker *b = &w->broker;

    if (w->box.conn != t->life || w->box.link != BOX_LINK_TRIES)
        return;
    if (!b->is_up || b->is_silent || b->is_refusing) {
        struct task fail = { .life = t->life, .who = b->is_up && !b->is_silent };
        connect_fails(w, &fail);
        return;
    }
    publish_will(w); /* of a session that this one takes over */
    b->sessions++;
    b->has_gateway = true;
    b->gateway_conn = t->life;
    unpack(&b->will, t);
    b->will.retain = true;
    w->counts.connects++;
    box_link_up(w, t->life);
}

void broker_connect(struct world *w, const char *topic, const char *will, size_t len)
{
    struct broker *b = &w->broker;
    char bytes[MESSAGE_MAX + 256];
    struct task t = { .run = b->is_silent ? connect_fails : connected, .life = ++b->conns };

    w->box.conn = t.life;
    w->box.link = BOX_LINK_TRIES;
    t.at_us = w->now_us + (b->is_silent ? 10 * WORLD_S : 2 * latency_us(w));
    pack(&t, bytes, topic, will, len);
    b->up_wire_us = b->down_wire_us = t.at_us;
    queue_add(&w->queue, &t);
}

void broker_disconnect(struct world *w)
{
    w->box.link = BOX_LINK_NONE;
    lose_session(w, latency_us(w), dice_chance(&w->dice, 5000));
}

void broker_gateway_died(struct world *w, bool is_clean)
{
    w->box.link = BOX_LINK_NONE;
    if (w->broker.has_gateway)
        lose_session(w, latency_us(w), !is_clean);
}

/* --- publishing --- */

static void puback(struct world *w, const struct task *t)
{
    if (w->broker.is_silent)
        w->broker.gateway_conn = 0;
    else if (t->life == w->broker.gateway_conn)
        box_puback(w, t->life, t->token);
}

static void arrived(struct world *w, const struct task *t)
{
    struct broker *b = &w->broker;
    struct letter l;

    if (!b->is_up || t->life != b->gateway_conn)
        return;
    if (b->is_silent) {
        b->gateway_conn = 0;
        return;
    }
    unpack(&l, t);
    accept_letter(w, &l);
    free(l.body);
    struct task ack = { .at_us = arrive_us(w, &b->down_wire_us, latency_us(w)),
                        .run = puback,
                        .life = t->life,
                        .token = t->token };
    queue_add(&w->queue, &ack);
}

void broker_publish(struct world *w, const char *topic, const char *body, size_t len, bool retained,
                    uint32_t token)
{
    char bytes[MESSAGE_MAX + 256];
    struct task t = { .at_us = arrive_us(w, &w->broker.up_wire_us, latency_us(w)),
                      .run = arrived,
                      .life = w->box.conn,
                      .who = retained,
                      .token = token };

    pack(&t, bytes, topic, body, len);
    queue_add(&w->queue, &t);
}

/* --- the county --- */

void broker_county_connect(struct world *w)
{
    struct broker *b = &w->broker;

    if (!b->is_up)
        return;
    b->county_on = true;
    b->county_conn = ++b->conns;
    for (size_t i = 0; i < b->retained.n; i++) {
        const struct letter *l = &b->retained.v[i];
        struct letter copy = letter_make(l->topic, l->body, l->len, true);
        letters_add(&b->mail, &copy);
    }
    for (size_t i = 0; i < b->mail.n; i++)
        plan_delivery(w);
}

void broker_county_gone(struct world *w)
{
    struct broker *b = &w->broker;

    b->county_on = false;
    if (!b->county_is_clean)
        return;
    w->counts.mail_lost += b->mail.n;
    letters_clear(&b->mail);
}

static void down_arrived(struct world *w, const struct task *t)
{
    const char *topic = (const char *)t->bytes;
    size_t head = strlen(topic) + 1;

    if (w->broker.is_silent)
        w->broker.gateway_conn = 0;
    else if (t->life == w->broker.gateway_conn)
        box_down(w, t->life, topic, topic + head, t->len - head);
}

static void down_passes(struct world *w, const struct task *t)
{
    struct broker *b = &w->broker;

    if (!b->is_up || b->gateway_conn == 0)
        return;
    struct task on = { .at_us = arrive_us(w, &b->down_wire_us, latency_us(w)),
                       .run = down_arrived,
                       .life = b->gateway_conn,
                       .bytes = t->bytes,
                       .len = t->len };
    queue_add(&w->queue, &on);
}

void broker_county_says(struct world *w, const char *topic, const char *body, size_t len)
{
    char bytes[MESSAGE_MAX + 256];
    int64_t delay_us = dice_between(&w->dice, 1000, 20000);

    w->counts.receipts++;
    if (weather_blows(w, STORM_RECEIPTS) && dice_chance(&w->dice, 2000)) {
        w->counts.receipts_lost++;
        return;
    }
    if (weather_blows(w, STORM_RECEIPTS) && dice_chance(&w->dice, 2000)) {
        w->counts.receipts_late++;
        delay_us = dice_between(&w->dice, 5 * WORLD_S, 60 * WORLD_S);
    }
    struct task t = { .at_us = w->now_us + delay_us, .run = down_passes };
    pack(&t, bytes, topic, body, len);
    queue_add(&w->queue, &t);
}

/* --- what befalls it --- */

static void link_breaks(struct world *w, const struct task *t)
{
    box_link_down(w, t->life, false);
}

/* Somebody tells the gateway, or it has to find out by itself. */
static void tell_gateway(struct world *w, bool is_told)
{
    int64_t after_us = is_told ? dice_between(&w->dice, 1000, 50000) : NOTICE_US;

    if (w->box.is_alive && w->box.link == BOX_LINK_UP)
        world_at(w, w->now_us + after_us, link_breaks, w->box.conn, 0);
}

void broker_kill(struct world *w)
{
    struct broker *b = &w->broker;

    if (!b->is_up)
        return;
    world_trace(w, "broker killed, %zu letters in it", b->mail.n);
    w->counts.broker_kills++;
    w->counts.mail_lost += b->mail.n;
    b->is_up = false;
    b->has_gateway = false;
    b->gateway_conn = 0;
    b->sessions++;
    free(b->will.body);
    b->will.body = NULL;
    b->county_on = false;
    letters_copy(&b->mail, &b->saved_mail);
    letters_copy(&b->retained, &b->saved_retained);
    tell_gateway(w, dice_chance(&w->dice, 7000));
    judge_way_broken(w);
}

void broker_start(struct world *w)
{
    w->broker.is_up = true;
    if (w->desk.is_up)
        broker_county_connect(w);
}

void broker_cut(struct world *w)
{
    struct broker *b = &w->broker;

    if (w->box.link != BOX_LINK_UP)
        return;
    w->counts.links_cut++;
    judge_way_broken(w);
    tell_gateway(w, true);
    if (b->has_gateway)
        lose_session(w, latency_us(w), true);
    b->gateway_conn = 0;
}

void broker_silence(struct world *w, bool is_silent)
{
    if (is_silent && !w->broker.is_silent) {
        w->counts.links_silent++;
        tell_gateway(w, false);
        if (w->broker.has_gateway)
            world_at(w, w->now_us + KEEPALIVE_US, session_over, w->broker.sessions, 1);
    }
    w->broker.is_silent = is_silent;
    judge_way_broken(w);
}

static void save(struct world *w, const struct task *t)
{
    (void)t;
    if (w->broker.is_up) {
        letters_copy(&w->broker.saved_retained, &w->broker.retained);
        letters_copy(&w->broker.saved_mail, &w->broker.mail);
    }
    world_at(w, w->now_us + SAVE_US, save, 0, 0);
}

void broker_init(struct world *w)
{
    w->broker = (struct broker){ .is_up = true,
                                 .county_is_clean = w->conf.seed % 2 != 0,
                                 .will_delay_us = w->conf.seed % 3 == 0 ? 15 * WORLD_S : 0 };
    world_at(w, SAVE_US, save, 0, 0);
}

void broker_fini(struct world *w)
{
    struct broker *b = &w->broker;

    letters_fini(&b->retained);
    letters_fini(&b->saved_retained);
    letters_fini(&b->mail);
    letters_fini(&b->saved_mail);
    free(b->will.body);
}
