#include "tests/sim/world/book.h"

#include <stdlib.h>
#include <string.h>

#define HEAD "\"epoch\":"
#define SEQ  "\"seq\":"
#define TAIL ",\"replay\":"

enum topic name_topic(const char *topic)
{
    const char *word = strrchr(topic, '/');

    for (int t = 0; word != NULL && t < NUMBERED_TOPICS; t++)
        if (strcmp(word + 1, topic_words[t]) == 0)
            return (enum topic)t;
    if (word != NULL && strcmp(word, "/status") == 0)
        return TOPIC_STATUS;
    if (strstr(topic, "/active/") != NULL)
        return TOPIC_ACTIVE;
    return strstr(topic, "/meta/") != NULL ? TOPIC_META : TOPICS;
}

/* Source: FNV-1a, G. Fowler, L. C. Noll, K.-P. Vo; eight bytes a step. */
static uint64_t sum_of(const char *bytes, size_t len)
{
    uint64_t sum = 0xCBF29CE484222325u, eight;

    for (; len >= 8; len -= 8, bytes += 8) {
        memcpy(&eight, bytes, 8);
        sum = (sum ^ eight) * 0x100000001B3u;
        sum ^= sum >> 29;
    }
    for (; len > 0; len--, bytes++)
        sum = (sum ^ (unsigned char)*bytes) * 0x100000001B3u;
    return sum == 0 ? 1 : sum;
}

static size_t without_tail(const char *body, size_t len)
{
    size_t tail = len < 24 ? 0 : len - 24;

    for (size_t i = tail; i + strlen(TAIL) <= len; i++)
        if (memcmp(body + i, TAIL, strlen(TAIL)) == 0)
            return i;
    return len;
}

bool name_read(struct name *out, enum topic t, const char *body, size_t len)
{
    const char *epoch = strstr(body, HEAD);
    const char *seq = epoch == NULL ? NULL : strstr(epoch, SEQ);

    if (t >= NUMBERED_TOPICS || seq == NULL)
        return false;
    *out = (struct name){ .topic = t,
                          .epoch = strtoull(epoch + strlen(HEAD), NULL, 10),
                          .seq = strtoull(seq + strlen(SEQ), NULL, 10),
                          .sum = sum_of(body, without_tail(body, len)) };
    return out->epoch != 0 && out->seq != 0 && out->seq < UINT32_MAX;
}

static struct book_epoch *find(const struct book *b, uint64_t epoch)
{
    for (size_t i = b->n; i-- > 0;)
        if (b->v[i].epoch == epoch)
            return &b->v[i];
    return NULL;
}

const struct book_epoch *book_find(const struct book *b, uint64_t epoch)
{
    return find(b, epoch);
}

static struct book_epoch *find_or_make(struct book *b, uint64_t epoch)
{
    struct book_epoch *e = find(b, epoch);

    if (e != NULL)
        return e;
    if (b->n == b->size) {
        b->size = b->size == 0 ? 16 : b->size * 2;
        b->v = realloc(b->v, b->size * sizeof *b->v);
        if (b->v == NULL)
            abort();
    }
    b->v[b->n] = (struct book_epoch){ .epoch = epoch };
    return &b->v[b->n++];
}

static void reach(struct chapter *c, uint64_t seq)
{
    size_t size = c->size == 0 ? 64 : c->size;

    while (size <= seq)
        size *= 2;
    if (size == c->size)
        return;
    c->v = realloc(c->v, size * sizeof *c->v);
    if (c->v == NULL)
        abort();
    memset(c->v + c->size, 0, (size - c->size) * sizeof *c->v);
    c->size = size;
}

struct entry *book_entry(struct book *b, const struct name *n)
{
    struct chapter *c = &find_or_make(b, n->epoch)->topics[n->topic];

    reach(c, n->seq);
    if (n->seq > c->last)
        c->last = n->seq;
    return &c->v[n->seq];
}

bool book_has(const struct book_epoch *e, enum topic t, uint64_t seq, uint8_t marks)
{
    return e != NULL && seq < e->topics[t].size && e->topics[t].v[seq].sum != 0 &&
           (e->topics[t].v[seq].marks & marks) == marks;
}

void book_fini(struct book *b)
{
    for (size_t i = 0; i < b->n; i++)
        for (int t = 0; t < NUMBERED_TOPICS; t++)
            free(b->v[i].topics[t].v);
    free(b->v);
    *b = (struct book){ 0 };
}
