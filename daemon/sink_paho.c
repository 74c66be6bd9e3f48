/* Callbacks copy, note, wake and return; everything else is called on the sink
 * thread. */
#include "daemon/sink_paho.h"

#include <stdio.h>
#include <string.h>

#include "config/err.h"
#include "daemon/clock.h"
#include "daemon/secret.h"
#include "daemon/sink_reason.h"
#include "daemon/sink_socket.h"

#define CONNECT_S      5      /* Source: the published contract, a slow broker is given up */
#define WILL_DELAY_S   5      /* a restart within it never says offline; the contract allows 15 */
#define DISCONNECT_US  300000 /* for the DISCONNECT packet to leave */
#define PACKET_MAX     (DOWNLINK_MAX + 512)
#define QOS            1
#define REASON_FAILURE 0x80 /* Source: MQTT 5.0 2.4 */
#define WITH_WILL      MQTTREASONCODE_DISCONNECT_WITH_WILL_MESSAGE

/* --- what becomes of an attempt --- */

/* Under the lock, as all below: of the attempt that the loop still wants. */
static bool is_wanted(const struct sink *s)
{
    return s->running == s->attempt && !s->fate.is_over;
}

static void end_fate(struct sink *s, bool is_refused, int reason, const char *text)
{
    if (!is_wanted(s))
        return;
    s->fate.is_over = true;
    s->fate.is_refused = is_refused;
    s->fate.reason = reason;
    snprintf(s->fate.text, sizeof s->fate.text, "%s", text);
    uv_async_send(&s->async);
    sink_wake(); /* another may now start to the same address */
}

void sink_over(struct sink *s, bool is_refused, int reason, const char *text)
{
    sink_lock();
    end_fate(s, is_refused, reason, text);
    sink_unlock();
}

/* What TLS knows of it needs a person: no certificate mends itself. */
static void link_failed(struct sink *s, const char *otherwise)
{
    sink_lock();
    bool is_refusal;
    const char *why = sink_tls_why(s, &is_refusal);
    end_fate(s, is_refusal, 0, why[0] != '\0' ? why : otherwise);
    sink_unlock();
}

/* code: above 0 the broker's own word, else paho's. */
static void broker_said(struct sink *s, int code, const char *otherwise)
{
    const struct sink_reason *r = sink_reason(code);

    if (code > 0)
        sink_over(s, r->is_refusal, code, r->text);
    else
        link_failed(s, otherwise);
}

/* --- callbacks: paho's threads --- */

static void connected(struct sink *s)
{
    sink_lock();
    if (is_wanted(s))
        s->fate.is_connected = true;
    sink_wake();
    sink_unlock();
}

static void on_connected(void *ctx, MQTTAsync_successData *d)
{
    (void)d;
    connected(ctx);
}

static void on_connected5(void *ctx, MQTTAsync_successData5 *d)
{
    (void)d;
    connected(ctx);
}

static void on_not_connected(void *ctx, MQTTAsync_failureData *d)
{
    broker_said(ctx, d != NULL ? d->code : 0, "the broker can't be reached");
}

static void on_not_connected5(void *ctx, MQTTAsync_failureData5 *d)
{
    int code = d == NULL ? 0 : d->code > 0 ? d->code : (int)d->reasonCode;

    broker_said(ctx, code, "the broker can't be reached");
}

static void on_lost(void *ctx, char *cause)
{
    (void)cause; /* never given */
    link_failed(ctx, "the connection is lost");
}

static void on_disconnect(void *ctx, MQTTProperties *p, enum MQTTReasonCodes reason)
{
    (void)p;
    broker_said(ctx, (int)reason, "the broker closed the connection");
}

static void on_ended(void *ctx)
{
    struct sink *s = ctx;

    sink_lock();
    s->is_disconnected = true;
    sink_wake();
    sink_unlock();
}

static void on_ended_well(void *ctx, MQTTAsync_successData *d)
{
    (void)d;
    on_ended(ctx);
}

static void on_ended_badly(void *ctx, MQTTAsync_failureData *d)
{
    (void)d;
    on_ended(ctx);
}

static void on_ended_well5(void *ctx, MQTTAsync_successData5 *d)
{
    (void)d;
    on_ended(ctx);
}

static void on_ended_badly5(void *ctx, MQTTAsync_failureData5 *d)
{
    (void)d;
    on_ended(ctx);
}

/* Alarms go up also without the way down: that it is missing is said, and
 * shows as a queue that is never receipted. */
static void subscribed(struct sink *s, int worst)
{
    sink_lock();
    if (is_wanted(s)) {
        s->fate.is_up = true;
        if (worst >= REASON_FAILURE)
            snprintf(s->fate.text, sizeof s->fate.text, "downlink topics refused: %s",
                     sink_reason(worst)->text);
        uv_async_send(&s->async);
    }
    sink_unlock();
}

static void on_subscribed(void *ctx, MQTTAsync_successData *d)
{
    int worst = 0;

    for (int i = 0; i < SINK_NEEDED; i++)
        if (d->alt.qosList[i] > worst)
            worst = d->alt.qosList[i];
    subscribed(ctx, worst);
}

static void on_subscribed5(void *ctx, MQTTAsync_successData5 *d)
{
    int worst = (int)d->reasonCode;

    for (int i = 0; i < d->alt.sub.reasonCodeCount && i < SINK_NEEDED; i++)
        if ((int)d->alt.sub.reasonCodes[i] > worst)
            worst = (int)d->alt.sub.reasonCodes[i];
    subscribed(ctx, worst);
}

static void answered(struct slot *slot, bool ok, int reason)
{
    struct sink *s = slot->sink;

    sink_lock();
    if (is_wanted(s) && slot->attempt == s->attempt &&
        (slot->state == SLOT_SENDING || slot->state == SLOT_FLYING)) {
        slot->state = SLOT_ANSWERED;
        slot->ok = ok;
        slot->reason = reason;
        uv_async_send(&s->async);
    }
    sink_unlock();
}

static void on_puback(void *ctx, MQTTAsync_successData *d)
{
    (void)d;
    answered(ctx, true, 0);
}

static void on_puback5(void *ctx, MQTTAsync_successData5 *d)
{
    answered(ctx, true, (int)d->reasonCode);
}

/* What the broker did not refuse was lost with its connection, which is told
 * by itself. */
static void on_no_puback5(void *ctx, MQTTAsync_failureData5 *d)
{
    if (d != NULL && (int)d->reasonCode >= REASON_FAILURE)
        answered(ctx, false, (int)d->reasonCode);
}

/* A topic with a NUL in it is none of ours. */
static bool put_in_inbox(struct inbox *in, const char *topic, const MQTTAsync_message *m)
{
    const struct inbox_item item = { .topic = topic,
                                     .body = m->payload,
                                     .len = (size_t)m->payloadlen,
                                     .is_retained = m->retained != 0 };

    return m->payloadlen >= 0 && m->payloadlen <= DOWNLINK_MAX && strlen(topic) < SINK_TOPIC_MAX &&
           inbox_put(in, &item);
}

/* Without room it is dropped and counted: the platform says again what it did
 * not see us act on. */
static int on_message(void *ctx, char *topic, int topic_len, MQTTAsync_message *m)
{
    struct sink *s = ctx;

    (void)topic_len;
    sink_lock();
    if (is_wanted(s)) {
        if (!put_in_inbox(&s->inbox, topic, m))
            s->inbox.dropped++;
        uv_async_send(&s->async);
    }
    sink_unlock();
    MQTTAsync_freeMessage(&m);
    MQTTAsync_free(topic);
    return 1;
}

/* --- the sink thread --- */

static bool is_v5(const struct sink *s)
{
    return s->uplink->protocol == 5;
}

static bool make_client(MQTTAsync *out, const char *uri, const char *id, int version)
{
    MQTTAsync_createOptions o = MQTTAsync_createOptions_initializer;

    o.MQTTVersion = version;
    return MQTTAsync_createWithOptions(out, uri, id, MQTTCLIENT_PERSISTENCE_NONE, NULL, &o) ==
           MQTTASYNC_SUCCESS;
}

MQTTAsync paho_anchor(void)
{
    MQTTAsync anchor = NULL;

    make_client(&anchor, "tcp://127.0.0.1:1", "anchor", MQTTVERSION_3_1_1);
    return anchor;
}

void paho_let_go(MQTTAsync *anchor)
{
    if (*anchor != NULL)
        MQTTAsync_destroy(anchor);
}

static void add_number(MQTTProperties *to, enum MQTTPropertyCodes code, unsigned n)
{
    MQTTProperty p = { .identifier = code };

    p.value.integer4 = n;
    MQTTProperties_add(to, &p);
}

struct options {
    MQTTAsync_connectOptions connect;
    MQTTAsync_willOptions will;
    MQTTAsync_SSLOptions ssl;
    MQTTProperties connect_properties, will_properties;
    char password[SECRET_MAX];
    size_t password_len;
};

static void fill_v5(struct options *o)
{
    o->connect.cleanstart = 1;
    add_number(&o->connect_properties, MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL, WILL_DELAY_S);
    add_number(&o->connect_properties, MQTTPROPERTY_CODE_MAXIMUM_PACKET_SIZE, PACKET_MAX);
    add_number(&o->will_properties, MQTTPROPERTY_CODE_WILL_DELAY_INTERVAL, WILL_DELAY_S);
    o->connect.connectProperties = &o->connect_properties;
    o->connect.willProperties = &o->will_properties;
    o->connect.onSuccess5 = on_connected5;
    o->connect.onFailure5 = on_not_connected5;
}

static void fill_v3(struct options *o)
{
    o->connect.cleansession = 1;
    o->connect.onSuccess = on_connected;
    o->connect.onFailure = on_not_connected;
}

static void fill(struct options *o, struct sink *s)
{
    const struct uplink_conf *u = s->uplink;

    o->will.topicName = s->will_topic;
    o->will.payload.data = s->will;
    o->will.payload.len = (int)s->will_len;
    o->will.retained = 1;
    o->will.qos = QOS;
    o->connect.will = &o->will;
    o->connect.MQTTVersion = is_v5(s) ? MQTTVERSION_5 : MQTTVERSION_3_1_1;
    o->connect.keepAliveInterval = u->keepalive_s;
    o->connect.connectTimeout = CONNECT_S;
    o->connect.maxInflight = SINK_SLOTS;
    o->connect.username = u->user;
    o->connect.binarypwd.data = o->password_len > 0 ? o->password : NULL;
    o->connect.binarypwd.len = (int)o->password_len;
    o->connect.context = s;
    if (u->tls.ca != NULL) {
        sink_tls_options(&o->ssl);
        o->connect.ssl = &o->ssl;
    }
    if (is_v5(s))
        fill_v5(o);
    else
        fill_v3(o);
}

static bool read_password(struct options *o, struct sink *s)
{
    char why[96];

    if (s->uplink->password_file == NULL || secret_read(s->uplink->password_file, o->password,
                                                        &o->password_len, why, sizeof why) == RG_OK)
        return true;
    sink_over(s, true, 0, why);
    return false;
}

/* The client first: paho's first one makes the heap that properties live in. */
static void connect_client(struct options *o, struct sink *s)
{
    int version = is_v5(s) ? MQTTVERSION_5 : MQTTVERSION_3_1_1;

    if (!make_client(&s->handle, s->uri, s->uplink->client_id, version)) {
        sink_over(s, false, 0, "no memory for a client");
        return;
    }
    MQTTAsync_setCallbacks(s->handle, s, on_lost, on_message, NULL);
    MQTTAsync_setDisconnected(s->handle, s, on_disconnect);
    fill(o, s);
    int rc = MQTTAsync_connect(s->handle, &o->connect);
    if (rc != MQTTASYNC_SUCCESS)
        sink_over(s, false, rc, MQTTAsync_strerror(rc));
    MQTTProperties_free(&o->connect_properties);
    MQTTProperties_free(&o->will_properties);
}

void paho_start(struct sink *s)
{
    static const MQTTAsync_connectOptions v5 = MQTTAsync_connectOptions_initializer5;
    static const MQTTAsync_connectOptions v3 = MQTTAsync_connectOptions_initializer;
    static const MQTTAsync_willOptions will = MQTTAsync_willOptions_initializer;
    struct options o = { .connect = is_v5(s) ? v5 : v3, .will = will };

    if ((s->uplink->tls.ca == NULL || sink_tls_begin(s)) && read_password(&o, s))
        connect_client(&o, s);
    explicit_bzero(o.password, sizeof o.password);
}

void paho_subscribe(struct sink *s)
{
    MQTTAsync_responseOptions r = MQTTAsync_responseOptions_initializer;
    char *const topics[SINK_TOPICS] = { s->subscribe[0], s->subscribe[1], s->subscribe[2] };
    const int qos[SINK_TOPICS] = { QOS, QOS, QOS };

    sink_no_delay(s->uri);
    r.context = s;
    if (is_v5(s))
        r.onSuccess5 = on_subscribed5;
    else
        r.onSuccess = on_subscribed;
    int rc = MQTTAsync_subscribeMany(s->handle, (int)s->n_topics, topics, qos, &r);
    if (rc != MQTTASYNC_SUCCESS)
        sink_over(s, false, rc, MQTTAsync_strerror(rc));
}

static void settle(struct slot *slot, int rc)
{
    struct sink *s = slot->sink;

    sink_lock();
    if (slot->attempt != s->attempt)
        slot->state = SLOT_FREE;
    else if (slot->state == SLOT_SENDING)
        slot->state = SLOT_FLYING;
    if (rc != MQTTASYNC_SUCCESS)
        end_fate(s, false, rc, MQTTAsync_strerror(rc));
    sink_unlock();
}

void paho_send(struct sink *s, struct slot *slot)
{
    MQTTAsync_responseOptions r = MQTTAsync_responseOptions_initializer;

    r.context = slot;
    if (is_v5(s)) {
        r.onSuccess5 = on_puback5;
        r.onFailure5 = on_no_puback5;
    } else {
        r.onSuccess = on_puback;
    }
    settle(slot, MQTTAsync_send(s->handle, slot->topic, (int)slot->len, slot->body, QOS,
                                slot->retain, &r));
}

static void disconnect(struct sink *s, bool is_clean)
{
    static const MQTTAsync_disconnectOptions v5 = MQTTAsync_disconnectOptions_initializer5;
    static const MQTTAsync_disconnectOptions v3 = MQTTAsync_disconnectOptions_initializer;
    MQTTAsync_disconnectOptions o = is_v5(s) ? v5 : v3;
    int64_t until_us = clock_mono_us() + DISCONNECT_US;

    o.context = s;
    if (is_v5(s)) {
        o.reasonCode = is_clean ? MQTTREASONCODE_NORMAL_DISCONNECTION : WITH_WILL;
        o.onSuccess5 = on_ended_well5;
        o.onFailure5 = on_ended_badly5;
    } else {
        o.onSuccess = on_ended_well;
        o.onFailure = on_ended_badly;
    }
    s->is_disconnected = false;
    if (MQTTAsync_disconnect(s->handle, &o) != MQTTASYNC_SUCCESS)
        return;
    sink_lock();
    while (!s->is_disconnected && sink_wait(until_us))
        ;
    sink_unlock();
}

void paho_end(struct sink *s, bool is_clean)
{
    if (s->handle != NULL && MQTTAsync_isConnected(s->handle))
        disconnect(s, is_clean);
    if (s->handle != NULL)
        MQTTAsync_destroy(&s->handle);
    sink_tls_end(s);
}
