#include "daemon/sink.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "daemon/log.h"
#include "daemon/sink_core.h"

#define LOOK_MS   60000 /* a renewal need not wait for the next connect */
#define ANSWER_MS 10000 /* of a connect, look-up and SUBACK included */

/* --- what happened, told on the loop --- */

static void tell(struct sink *s, const struct sink_event *ev)
{
    s->notify(s->ctx, ev);
}

static void tell_over(struct sink *s, const struct fate *f)
{
    struct sink_event ev = { .type = f->is_refused ? SINK_REFUSED : SINK_DOWN,
                             .reason = f->reason };

    s->is_over = true;
    uv_timer_stop(&s->bound);
    snprintf(ev.text, sizeof ev.text, "%s", f->text);
    tell(s, &ev);
}

static void tell_up(struct sink *s, const struct fate *f)
{
    struct sink_event ev = { .type = SINK_UP };

    s->is_told_up = true;
    uv_timer_stop(&s->bound);
    snprintf(ev.text, sizeof ev.text, "%s", f->text);
    tell(s, &ev);
}

static bool take_answer(struct sink *s, struct sink_event *ev)
{
    bool is_there = false;

    sink_lock();
    for (size_t i = 0; i < SINK_SLOTS && !is_there; i++) {
        struct slot *slot = &s->slots[i];

        if (slot->state != SLOT_ANSWERED)
            continue;
        slot->state = SLOT_FREE;
        *ev = (struct sink_event){
            .type = SINK_PUBACK, .token = slot->token, .ok = slot->ok, .reason = slot->reason
        };
        is_there = true;
        sink_wake(); /* there is room to fly */
    }
    sink_unlock();
    return is_there;
}

static void tell_answers(struct sink *s)
{
    struct sink_event ev;

    while (!s->is_over && take_answer(s, &ev))
        tell(s, &ev);
}

static void take_inbox(struct sink *s)
{
    sink_lock();
    s->taken.len = s->inbox.len;
    s->taken.dropped = s->inbox.dropped;
    memcpy(s->taken.bytes, s->inbox.bytes, s->inbox.len);
    s->inbox.len = 0;
    s->inbox.dropped = 0;
    sink_unlock();
    if (s->taken.dropped > 0)
        log_event(LOG_LEVEL_WARNING, "downlink_dropped", "uplink=%s n=%llu", s->uplink->name,
                  (unsigned long long)s->taken.dropped);
}

static void tell_messages(struct sink *s)
{
    take_inbox(s);
    for (size_t at = 0; at < s->taken.len && !s->is_over;) {
        struct sink_event ev = { .type = SINK_MESSAGE };
        struct inbox_item m;

        at = inbox_take(&s->taken, at, &m);
        ev.topic = m.topic;
        ev.body = m.body;
        ev.len = m.len;
        ev.is_retained = m.is_retained;
        tell(s, &ev);
    }
}

/* The latest word only: it is of all files together. */
static void tell_certs(struct sink *s)
{
    struct sink_event ev = { .type = SINK_CERT };

    sink_lock();
    bool is_new = s->tls.is_news;
    s->tls.is_news = false;
    ev.due_utc_ms = s->tls.due_utc_ms;
    ev.ends_utc_ms = s->tls.ends_utc_ms;
    snprintf(ev.text, sizeof ev.text, "%s", s->tls.what);
    sink_unlock();
    if (is_new)
        tell(s, &ev);
}

static void close_handles(struct sink *s);

static void woken(uv_async_t *async)
{
    struct sink *s = async->data;

    sink_lock();
    struct fate fate = s->fate;
    bool is_closed = s->is_closed;
    sink_unlock();
    if (is_closed) {
        close_handles(s);
        return;
    }
    tell_certs(s);
    if (!s->is_over && fate.is_up && !s->is_told_up)
        tell_up(s, &fate);
    tell_answers(s);
    tell_messages(s);
    if (!s->is_over && fate.is_over)
        tell_over(s, &fate);
}

/* --- connecting --- */

static void forget_sent(struct sink *s)
{
    s->n_queue = 0;
    s->inbox.len = 0;
    for (size_t i = 0; i < SINK_SLOTS; i++)
        if (s->slots[i].state != SLOT_SENDING) /* the thread reads it: it gives it back */
            s->slots[i].state = SLOT_FREE;
}

static void give_up(struct sink *s, const char *why)
{
    struct fate f = { 0 };

    sink_lock();
    s->must_end = true;
    sink_wake();
    sink_unlock();
    snprintf(f.text, sizeof f.text, "%s", why);
    tell_over(s, &f);
}

static void bound_passed(uv_timer_t *t)
{
    struct sink *s = t->data;

    give_up(s,
            s->is_looking_up ? "the name look-up does not answer" : "the broker does not answer");
}

/* The next address each time: a dead one is no reason to stay away. */
static void start_with_address(struct sink *s)
{
    const char *uri = s->address[s->next_address++ % s->n_addresses];

    sink_lock();
    snprintf(s->uri, sizeof s->uri, "%s", uri);
    s->may_start = true;
    sink_wake();
    sink_unlock();
}

bool sink_uri(char out[SINK_URI_MAX], const char *scheme, const struct sockaddr *at)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)at;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)at;
    char name[INET6_ADDRSTRLEN];

    if (at->sa_family == AF_INET && uv_ip4_name(v4, name, sizeof name) == 0)
        snprintf(out, SINK_URI_MAX, "%s://%s:%u", scheme, name, ntohs(v4->sin_port));
    else if (at->sa_family == AF_INET6 && uv_ip6_name(v6, name, sizeof name) == 0)
        snprintf(out, SINK_URI_MAX, "%s://[%s]:%u", scheme, name, ntohs(v6->sin6_port));
    else
        return false;
    return true;
}

static void note_address(struct sink *s, const struct sockaddr *at)
{
    const char *scheme = s->uplink->tls.ca != NULL ? "ssl" : "tcp";

    s->n_addresses += sink_uri(s->address[s->n_addresses], scheme, at);
}

static void looked_up(uv_getaddrinfo_t *req, int status, struct addrinfo *found)
{
    struct sink *s = req->data;

    s->is_looking_up = false;
    if (s->handles == 0) { /* closed meanwhile */
        uv_freeaddrinfo(found);
        free(s);
        return;
    }
    s->n_addresses = 0;
    for (struct addrinfo *a = found; a != NULL && s->n_addresses < SINK_ADDRESSES; a = a->ai_next)
        if (a->ai_family == AF_INET || a->ai_family == AF_INET6)
            note_address(s, a->ai_addr);
    uv_freeaddrinfo(found);
    if (s->is_over)
        return;
    if (s->n_addresses > 0)
        start_with_address(s);
    else
        give_up(s, status != 0 ? uv_strerror(status) : "the name has no address");
}

/* Our own look-up, just before the connect: paho's would hold its lock, and so
 * every other uplink, while a name hangs. */
static void look_up(struct sink *s)
{
    static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
    char port[8];
    int err;

    if (s->is_looking_up)
        return; /* a hanging one serves this attempt too, if it ends in time */
    s->lookup.data = s;
    snprintf(port, sizeof port, "%u", s->uplink->port);
    err = uv_getaddrinfo(s->loop, &s->lookup, looked_up, s->uplink->host, port, &hints);
    s->is_looking_up = err == 0;
}

static bool is_literal(struct sink *s)
{
    struct sockaddr_in6 a6;
    struct sockaddr_in a4;

    s->n_addresses = 0;
    if (uv_ip4_addr(s->uplink->host, s->uplink->port, &a4) == 0)
        note_address(s, (const struct sockaddr *)&a4);
    else if (uv_ip6_addr(s->uplink->host, s->uplink->port, &a6) == 0)
        note_address(s, (const struct sockaddr *)&a6);
    return s->n_addresses > 0;
}

static void mqtt_connect(struct sink *s, const char *will, size_t len)
{
    s->is_over = false;
    s->is_told_up = false;
    sink_lock();
    s->attempt++;
    s->may_start = false;
    s->must_end = false;
    s->fate = (struct fate){ .is_up = false };
    s->will_len = len < sizeof s->will ? len : 0;
    memcpy(s->will, will, s->will_len);
    forget_sent(s);
    sink_unlock();
    uv_update_time(s->loop);
    uv_timer_start(&s->bound, bound_passed, ANSWER_MS, 0);
    if (is_literal(s))
        start_with_address(s);
    else
        look_up(s);
}

static void mqtt_disconnect(struct sink *s)
{
    s->is_over = true;
    uv_timer_stop(&s->bound);
    sink_lock();
    s->must_end = true;
    forget_sent(s);
    sink_wake();
    sink_unlock();
}

/* --- publishing --- */

static struct slot *free_slot(struct sink *s)
{
    for (size_t i = 0; i < SINK_SLOTS; i++)
        if (s->slots[i].state == SLOT_FREE)
            return &s->slots[i];
    return NULL;
}

static void fill_slot(struct sink *s, struct slot *slot, const char *topic, const void *body,
                      size_t len)
{
    slot->attempt = s->attempt;
    slot->len = len;
    snprintf(slot->topic, sizeof slot->topic, "%s", topic);
    memcpy(slot->body, body, len);
    slot->state = SLOT_QUEUED;
    s->queue[s->n_queue++] = (uint8_t)(slot - s->slots);
    sink_wake();
}

static bool mqtt_publish(struct sink *s, const char *topic, const void *body, size_t len,
                         bool retain, uint32_t token)
{
    if (s->is_over || len > MESSAGE_MAX || strlen(topic) >= SINK_TOPIC_MAX)
        return false;
    sink_lock();
    struct slot *slot = free_slot(s);
    if (slot != NULL) {
        slot->retain = retain;
        slot->token = token;
        fill_slot(s, slot, topic, body, len);
    }
    sink_unlock();
    return slot != NULL;
}

/* --- its life --- */

static void handle_closed(uv_handle_t *h)
{
    struct sink *s = h->data;

    if (--s->handles > 0)
        return;
    if (s->closed != NULL)
        s->closed(s->closed_ctx);
    if (!s->is_looking_up) /* else looked_up() does it */
        free(s);
}

static void close_handles(struct sink *s)
{
    if (uv_is_closing((uv_handle_t *)&s->async))
        return;
    sink_thread_leave(s);
    uv_close((uv_handle_t *)&s->async, handle_closed);
    uv_close((uv_handle_t *)&s->bound, handle_closed);
    uv_close((uv_handle_t *)&s->look, handle_closed);
}

static void mqtt_close(struct sink *s, void (*closed)(void *ctx), void *ctx)
{
    s->closed = closed;
    s->closed_ctx = ctx;
    s->is_over = true;
    uv_timer_stop(&s->bound);
    uv_timer_stop(&s->look);
    sink_lock();
    s->must_close = true;
    sink_wake();
    sink_unlock();
}

static struct sink *make(const struct sink_conf *c)
{
    struct sink *s = calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->uplink = c->uplink;
    s->is_over = true;
    snprintf(s->will_topic, sizeof s->will_topic, "%s", c->will_topic);
    for (; s->n_topics < SINK_NEEDED; s->n_topics++)
        snprintf(s->subscribe[s->n_topics], SINK_TOPIC_MAX, "%s", c->subscribe[s->n_topics]);
    if (c->listen != NULL)
        snprintf(s->subscribe[s->n_topics++], SINK_TOPIC_MAX, "%s", c->listen);
    for (size_t i = 0; i < SINK_SLOTS; i++)
        s->slots[i].sink = s;
    return s;
}

static void look(uv_timer_t *t)
{
    struct sink *s = t->data;

    sink_lock();
    s->must_look = true;
    sink_wake();
    sink_unlock();
}

static int mqtt_open(struct sink **out, struct uv_loop_s *loop, const struct sink_conf *c,
                     sink_notify *notify, void *ctx)
{
    struct sink *s = make(c);

    if (s == NULL)
        return RG_ENOMEM;
    s->loop = loop;
    s->notify = notify;
    s->ctx = ctx;
    if (uv_async_init(loop, &s->async, woken) != 0) {
        free(s);
        return RG_EIO;
    }
    uv_timer_init(loop, &s->bound);
    uv_timer_init(loop, &s->look);
    s->async.data = s->bound.data = s->look.data = s;
    s->handles = 3;
    int err = sink_thread_join(s);
    if (err != RG_OK) {
        uv_close((uv_handle_t *)&s->async, handle_closed);
        uv_close((uv_handle_t *)&s->bound, handle_closed);
        uv_close((uv_handle_t *)&s->look, handle_closed);
        return err;
    }
    uint64_t look_ms = c->look_ms > 0 ? (uint64_t)c->look_ms : LOOK_MS;
    if (s->uplink->tls.ca != NULL)
        uv_timer_start(&s->look, look, look_ms, look_ms);
    *out = s;
    return RG_OK;
}

const struct sink_kind sink_mqtt = {
    .name = "mqtt",
    .open = mqtt_open,
    .connect = mqtt_connect,
    .disconnect = mqtt_disconnect,
    .publish = mqtt_publish,
    .close = mqtt_close,
};
