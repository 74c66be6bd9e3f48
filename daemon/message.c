#include "daemon/message.h"

#include <assert.h>
#include <stdlib.h>

#include "config/err.h"

const char *const topic_words[TOPICS] = {
    [TOPIC_ALARM] = "alarm",   [TOPIC_TELEMETRY] = "telemetry", [TOPIC_LEDGER] = "ledger",
    [TOPIC_ACTIVE] = "active", [TOPIC_STATUS] = "status",       [TOPIC_META] = "meta",
};

/* The free list is a stack, and what was never used is not even in it: a quiet
 * gateway stays in the same few pages. */
struct message_pool {
    struct message *v;
    struct message *free;
    size_t size;
    size_t fresh; /* v[fresh..] were never taken */
    size_t left;
};

int message_pool_new(struct message_pool **out, size_t n)
{
    struct message_pool *p = calloc(1, sizeof *p);

    if (p == NULL)
        return RG_ENOMEM;
    p->v = calloc(n, sizeof *p->v);
    if (p->v == NULL) {
        free(p);
        return RG_ENOMEM;
    }
    p->size = n;
    p->left = n;
    *out = p;
    return RG_OK;
}

void message_pool_free(struct message_pool *p)
{
    if (p == NULL)
        return;
    free(p->v);
    free(p);
}

struct message *message_take(struct message_pool *p)
{
    struct message *m = p->free;

    if (m != NULL)
        p->free = m->next_free;
    else if (p->fresh < p->size)
        m = &p->v[p->fresh++];
    else
        return NULL;
    p->left--;
    m->id = m->epoch = m->seq = 0;
    m->born_ms = m->utc_ms = 0;
    m->topic = TOPIC_ALARM;
    m->bad_news = m->durable = m->is_volatile = m->sent = false;
    m->len = 0;
    m->refs = 1;
    m->next_free = NULL;
    return m;
}

struct message *message_ref(struct message *m)
{
    assert(m->refs > 0);
    m->refs++;
    return m;
}

void message_drop(struct message_pool *p, struct message *m)
{
    if (m == NULL)
        return;
    assert(m->refs > 0);
    if (--m->refs > 0)
        return;
    m->next_free = p->free;
    p->free = m;
    p->left++;
}

size_t message_pool_left(const struct message_pool *p)
{
    return p->left;
}

size_t message_pool_size(const struct message_pool *p)
{
    return p->size;
}

enum lane message_lane(const struct message *m)
{
    return m->topic == TOPIC_TELEMETRY ? LANE_TELEMETRY : LANE_ALARM;
}
