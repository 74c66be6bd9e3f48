#include "daemon/sink_inbox.h"

#include <string.h>

struct head {
    size_t topic, body; /* bytes; the topic with its NUL */
    bool is_retained;
};

bool inbox_put(struct inbox *in, const struct inbox_item *m)
{
    struct head h = { .topic = strlen(m->topic) + 1,
                      .body = m->len,
                      .is_retained = m->is_retained };
    size_t room = sizeof in->bytes - in->len;
    char *to = in->bytes + in->len;

    if (h.body > room || sizeof h + h.topic > room - h.body)
        return false;
    memcpy(to, &h, sizeof h);
    memcpy(to + sizeof h, m->topic, h.topic);
    memcpy(to + sizeof h + h.topic, m->body, h.body);
    in->len += sizeof h + h.topic + h.body;
    return true;
}

size_t inbox_take(const struct inbox *in, size_t at, struct inbox_item *m)
{
    struct head h;

    memcpy(&h, in->bytes + at, sizeof h);
    m->topic = in->bytes + at + sizeof h;
    m->body = m->topic + h.topic;
    m->len = h.body;
    m->is_retained = h.is_retained;
    return at + sizeof h + h.topic + h.body;
}
