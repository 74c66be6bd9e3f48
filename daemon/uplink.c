#include "daemon/uplink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "daemon/gateway_watch.h"
#include "daemon/log.h"
#include "daemon/sink.h"
#include "daemon/sink_reason.h"

#define TOPIC_MAX 160

struct uplink {
    const struct sink_kind *kind;
    struct sink *sink;
    struct gateway *gateway;
    const struct clock *clock;
    uint32_t index;
    const char *name;
    unsigned *left; /* set while closing */
    struct log_gate gate;
    char will_topic[TOPIC_MAX];
    char receipt_topic[TOPIC_MAX];
    char request_topic[TOPIC_MAX];
};

static void went_down(struct uplink *u, const struct sink_event *ev)
{
    gateway_uplink_note(u->gateway, u->index, ev->text);
    if (ev->reason == SINK_REASON_TAKEN_OVER)
        gateway_taken_over(u->gateway, u->index, clock_now(u->clock));
    if (log_gate_open(&u->gate, clock_mono_us() / 1000))
        log_event(LOG_LEVEL_WARNING, ev->type == SINK_REFUSED ? "uplink_refused" : "uplink_down",
                  "uplink=%s reason=%d error=\"%s\"", u->name, ev->reason, ev->text);
    gateway_down(u->gateway, u->index, ev->type == SINK_REFUSED, clock_now(u->clock));
}

static void went_up(struct uplink *u, const struct sink_event *ev)
{
    bool is_whole = ev->text[0] == '\0';

    gateway_uplink_note(u->gateway, u->index, ev->text);
    log_gate_reset(&u->gate);
    log_event(is_whole ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "uplink_up", "uplink=%s%s%s%s",
              u->name, is_whole ? "" : " error=\"", ev->text, is_whole ? "" : "\"");
    gateway_up(u->gateway, u->index, clock_now(u->clock));
}

static void own_status(struct uplink *u, const struct sink_event *ev)
{
    if (gateway_own_status(u->gateway, u->index, ev->body, ev->len, clock_now(u->clock)) &&
        log_gate_open(&u->gate, clock_mono_us() / 1000))
        log_event(LOG_LEVEL_WARNING, "identity_shared", "uplink=%s error=\"%s\"", u->name,
                  gateway_uplink_why(u->gateway, u->index));
}

static void took_note(struct uplink *u, const struct sink_event *ev)
{
    struct cert_state c = { .due_utc_ms = ev->due_utc_ms, .ends_utc_ms = ev->ends_utc_ms };

    snprintf(c.what, sizeof c.what, "%s", ev->text);
    log_event(LOG_LEVEL_INFO, "certificates", "uplink=%s next=\"%s\"", u->name, c.what);
    gateway_cert(u->gateway, u->index, &c);
}

static void came_down(struct uplink *u, const struct sink_event *ev)
{
    if (strcmp(ev->topic, u->will_topic) == 0) {
        own_status(u, ev);
        return;
    }
    int err =
        gateway_downlink(u->gateway, u->index, ev->topic, ev->body, ev->len, clock_now(u->clock));

    if (err != RG_OK && log_gate_open(&u->gate, clock_mono_us() / 1000))
        log_event(LOG_LEVEL_WARNING, "downlink_refused",
                  "uplink=%s topic=%s bytes=%zu error=\"%s\"", u->name, ev->topic, ev->len,
                  rg_error_text(err));
}

static void happened(void *ctx, const struct sink_event *ev)
{
    struct uplink *u = ctx;

    if (u->left != NULL)
        return;
    switch (ev->type) {
    case SINK_UP:
        went_up(u, ev);
        break;
    case SINK_DOWN:
    case SINK_REFUSED:
        went_down(u, ev);
        break;
    case SINK_PUBACK:
        gateway_puback(u->gateway, u->index, ev->token, ev->ok, clock_now(u->clock));
        break;
    case SINK_MESSAGE:
        came_down(u, ev);
        break;
    case SINK_CERT:
        took_note(u, ev);
        break;
    }
}

int uplink_open(struct uplink **out, uv_loop_t *loop, struct gateway *g, uint32_t index,
                const struct clock *clock)
{
    const struct plant *p = gateway_plant(g);
    struct uplink *u = calloc(1, sizeof *u);
    struct sink_conf conf = { .uplink = &p->uplinks[index] };

    if (u == NULL)
        return RG_ENOMEM;
    *u = (struct uplink){ .kind = &sink_mqtt,
                          .gateway = g,
                          .clock = clock,
                          .index = index,
                          .name = p->uplinks[index].name };
    snprintf(u->will_topic, TOPIC_MAX, "riskgw/v1/%s/%s/status", p->site.ent, p->site.gw);
    snprintf(u->receipt_topic, TOPIC_MAX, "riskgw/v1/%s/%s/down/receipt", p->site.ent, p->site.gw);
    snprintf(u->request_topic, TOPIC_MAX, "riskgw/v1/%s/%s/down/request", p->site.ent, p->site.gw);
    conf.will_topic = conf.listen = u->will_topic;
    conf.subscribe[0] = u->receipt_topic;
    conf.subscribe[1] = u->request_topic;
    int err = u->kind->open(&u->sink, loop, &conf, happened, u);
    if (err != RG_OK) {
        free(u);
        return err;
    }
    *out = u;
    return RG_OK;
}

static void sink_closed(void *ctx)
{
    struct uplink *u = ctx;

    (*u->left)--;
    free(u);
}

void uplink_close(struct uplink *u, unsigned *left)
{
    if (u == NULL)
        return;
    u->left = left;
    (*left)++;
    u->kind->close(u->sink, sink_closed, u);
}

void uplink_connect(struct uplink *u)
{
    struct stamp now = clock_now(u->clock);
    char will[MESSAGE_MAX];
    size_t len = gateway_will(u->gateway, will, now);

    gateway_note_will(u->gateway, u->index, now);
    u->kind->connect(u->sink, will, len);
}

void uplink_disconnect(struct uplink *u)
{
    u->kind->disconnect(u->sink);
}

void uplink_publish(struct uplink *u, const struct gateway_action *a)
{
    if (u->kind->publish(u->sink, a->topic, a->body, a->len, a->retain, a->token))
        return;
    /* The window is smaller than the sink's queue, so a full queue means that
     * the sink thread no longer moves: begin again from the record. */
    struct sink_event ev = { .type = SINK_DOWN, .text = "the sink's queue is full" };
    uplink_disconnect(u);
    went_down(u, &ev);
}
