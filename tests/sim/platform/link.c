#include "tests/sim/platform/link.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <MQTTClient.h>

#include "tests/sim/platform/tally.h"

#define KEEPALIVE_S   10
#define CONNECT_S     2
#define SESSION_S     3600
#define IN_FLIGHT     1000
#define FILTERS       3
#define FILTER_BYTES  192
#define DISCONNECT_MS 200

struct link {
    struct link_conf conf;
    MQTTClient client;
    int fd;
    pthread_mutex_t lock; /* of what follows */
    struct arrival *first, **last;
    bool is_up;
};

static void wake(struct link *l)
{
    if (write(l->fd, &(uint64_t){ 1 }, sizeof(uint64_t)) < 0)
        return; /* it is awake already */
}

static int on_message(void *context, char *topic, int topic_len, MQTTClient_message *m)
{
    struct link *l = context;
    struct arrival *a = must(calloc(1, sizeof *a));
    size_t n = topic_len > 0 ? (size_t)topic_len : strlen(topic);

    a->topic = must(strndup(topic, n));
    a->len = (size_t)m->payloadlen;
    a->body = must(calloc(1, a->len + 1));
    memcpy(a->body, m->payload, a->len);
    a->retain = m->retained != 0;
    pthread_mutex_lock(&l->lock);
    *l->last = a;
    l->last = &a->next;
    pthread_mutex_unlock(&l->lock);
    wake(l);
    MQTTClient_freeMessage(&m);
    MQTTClient_free(topic);
    return 1;
}

static void set_up(struct link *l, bool is_up)
{
    pthread_mutex_lock(&l->lock);
    l->is_up = is_up;
    pthread_mutex_unlock(&l->lock);
}

static void on_lost(void *context, char *cause)
{
    (void)cause;
    set_up(context, false);
    wake(context);
}

struct link *link_new(const struct link_conf *conf)
{
    MQTTClient_createOptions create = MQTTClient_createOptions_initializer;
    struct link *l = must(calloc(1, sizeof *l));

    l->conf = *conf;
    l->last = &l->first;
    l->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pthread_mutex_init(&l->lock, NULL);
    create.MQTTVersion = MQTTVERSION_5;
    if (l->fd < 0 ||
        MQTTClient_createWithOptions(&l->client, conf->broker, conf->client_id,
                                     MQTTCLIENT_PERSISTENCE_NONE, NULL,
                                     &create) != MQTTCLIENT_SUCCESS ||
        MQTTClient_setCallbacks(l->client, l, on_lost, on_message, NULL) != MQTTCLIENT_SUCCESS) {
        free(l);
        return NULL;
    }
    return l;
}

void arrival_free(struct arrival *a)
{
    free(a->topic);
    free(a->body);
    free(a);
}

void link_free(struct link *l)
{
    struct arrival *a;

    MQTTClient_disconnect5(l->client, DISCONNECT_MS, MQTTREASONCODE_SUCCESS, NULL);
    MQTTClient_destroy(&l->client);
    while ((a = l->first) != NULL) {
        l->first = a->next;
        arrival_free(a);
    }
    pthread_mutex_destroy(&l->lock);
    close(l->fd);
    free(l);
}

int link_fd(const struct link *l)
{
    return l->fd;
}

bool link_is_up(const struct link *l)
{
    bool is_up;

    pthread_mutex_lock((pthread_mutex_t *)&l->lock);
    is_up = l->is_up;
    pthread_mutex_unlock((pthread_mutex_t *)&l->lock);
    return is_up;
}

static const char *subscribe(struct link *l)
{
    static const char *const ends[FILTERS] = { "+", "active/+", "meta/+" };
    char names[FILTERS][FILTER_BYTES], *filters[FILTERS];
    MQTTSubscribe_options options[FILTERS];
    int qos[FILTERS];
    MQTTResponse r;
    int rc;

    for (int i = 0; i < FILTERS; i++) {
        snprintf(names[i], FILTER_BYTES, "riskgw/v1/%s/%s/%s", l->conf.ent, l->conf.gw, ends[i]);
        filters[i] = names[i];
        qos[i] = 1;
        options[i] = (MQTTSubscribe_options)MQTTSubscribe_options_initializer;
        options[i].retainAsPublished = 1;
    }
    r = MQTTClient_subscribeMany5(l->client, FILTERS, filters, qos, options, NULL);
    rc = (int)r.reasonCode;
    MQTTResponse_free(r);
    return rc < 0 || rc >= MQTTREASONCODE_UNSPECIFIED_ERROR ? "subscription refused" : NULL;
}

const char *link_connect(struct link *l)
{
    MQTTClient_connectOptions o = MQTTClient_connectOptions_initializer5;
    MQTTProperties props = MQTTProperties_initializer;
    MQTTProperty session = { .identifier = MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL,
                             .value.integer4 = SESSION_S };
    const char *why = NULL;
    MQTTResponse r;

    MQTTProperties_add(&props, &session);
    o.keepAliveInterval = KEEPALIVE_S;
    o.connectTimeout = CONNECT_S;
    o.cleanstart = 0;
    o.reliable = 0;
    o.maxInflightMessages = IN_FLIGHT;
    o.username = l->conf.user;
    o.password = l->conf.password;
    r = MQTTClient_connect5(l->client, &o, &props, NULL);
    MQTTProperties_free(&props);
    if (r.reasonCode != MQTTREASONCODE_SUCCESS)
        why = "not connected";
    MQTTResponse_free(r);
    if (why == NULL)
        why = subscribe(l);
    set_up(l, why == NULL);
    return why;
}

struct arrival *link_take(struct link *l)
{
    struct arrival *first;
    uint64_t count;

    while (read(l->fd, &count, sizeof count) > 0)
        ;
    pthread_mutex_lock(&l->lock);
    first = l->first;
    l->first = NULL;
    l->last = &l->first;
    pthread_mutex_unlock(&l->lock);
    return first;
}

void link_publish(struct link *l, const char *topic, const char *body)
{
    MQTTResponse r =
        MQTTClient_publish5(l->client, topic, (int)strlen(body), body, 1, 0, NULL, NULL);

    MQTTResponse_free(r);
}
