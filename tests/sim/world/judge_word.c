#include <jansson.h>
#include <string.h>

#include "daemon/message.h"
#include "tests/sim/world/judge.h"
#include "tests/sim/world/world.h"

/* A name has one content for ever. */
static struct entry *note(struct world *w, const struct name *n, const char *where)
{
    struct entry *e = book_entry(&w->judge.said, n);

    if (e->sum != 0 && e->sum != n->sum)
        world_violation(w, "TWO CONTENTS: %s %" PRIu64 "-%" PRIu64 ", %s another than before",
                        topic_words[n->topic], n->epoch, n->seq, where);
    if (e->sum == 0)
        e->sum = n->sum;
    return e;
}

static void fold(struct world *w, const struct message *m)
{
    json_t *doc = json_loadb(m->body, m->len, 0, NULL);

    if (doc == NULL)
        world_violation(w, "no JSON: %.*s", (int)m->len, m->body);
    picture_event(&w->judge.record, doc);
    json_decref(doc);
}

void judge_commit(struct world *w, const struct batch *b)
{
    for (size_t i = 0; i < b->n_records; i++) {
        const struct message *m = b->records[i].msg;
        struct name n;
        if (m == NULL)
            continue;
        world_trace(w, "recorded %.*s", (int)m->len, m->body);
        if (!name_read(&n, m->topic, m->body, m->len) || n.epoch != m->epoch || n.seq != m->seq) {
            world_violation(w, "a record's name is not its message's: %.*s", (int)m->len, m->body);
            continue;
        }
        struct entry *e = note(w, &n, "recorded");
        if ((e->marks & BOOK_DURABLE) == 0 && m->topic == TOPIC_ALARM)
            fold(w, m);
        e->marks |= BOOK_DURABLE;
    }
}

static bool is_bad_news(const char *body)
{
    static const char *const words[] = { "\"ev\":\"raise\"", "\"ev\":\"re_raise\"",
                                         "\"ev\":\"level_up\"", "\"ev\":\"fault_raise\"" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(body, words[i]) != NULL)
            return true;
    return false;
}

static void check_early(struct world *w, const struct name *n, const struct entry *e,
                        const char *body, const char *what)
{
    if ((e->marks & BOOK_DURABLE) == 0 && !is_bad_news(body) &&
        strstr(body, "\"volatile\":true") == NULL)
        world_violation(w, "TOO EARLY: %s %" PRIu64 "-%" PRIu64 " %s before it is recorded",
                        topic_words[n->topic], n->epoch, n->seq, what);
}

void judge_publish(struct world *w, const char *topic, const char *body, size_t len)
{
    enum topic t = name_topic(topic);
    char text[MESSAGE_MAX + 1];
    struct name n;

    memcpy(text, body, len);
    text[len] = '\0';
    world_trace(w, "gateway > %s %s", topic, text);
    if (t >= NUMBERED_TOPICS)
        return;
    if (!name_read(&n, t, text, len)) {
        world_violation(w, "a message without a number leaves: %s", text);
        return;
    }
    struct entry *e = note(w, &n, "sent");
    check_early(w, &n, e, text, "leaves");
    w->counts.published_again += (e->marks & BOOK_LEFT) != 0;
    e->marks |= BOOK_LEFT;
}

void judge_received(struct world *w, const struct name *n, const char *body)
{
    struct entry *e = note(w, n, "received");

    check_early(w, n, e, body, "arrives");

    e->marks |= BOOK_RECEIVED;
}

/* What was recorded of alarm and ledger is at the county. */
void judge_missing(struct world *w)
{
    static const enum topic topics[] = { TOPIC_ALARM, TOPIC_LEDGER };

    for (size_t i = 0; i < w->judge.said.n; i++)
        for (int k = 0; k < 2; k++) {
            const struct book_epoch *e = &w->judge.said.v[i];
            for (uint64_t seq = 1; seq <= e->topics[topics[k]].last; seq++)
                if (book_has(e, topics[k], seq, BOOK_DURABLE) &&
                    !book_has(e, topics[k], seq, BOOK_RECEIVED))
                    world_violation(
                        w, "MISSING: %s %" PRIu64 "-%" PRIu64 " is recorded and not at the county",
                        topic_words[topics[k]], e->epoch, seq);
        }
}
