#include "daemon/journal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "daemon/payload.h"

#define SPARE_RECORDS  256
#define DONES_MAX      4096
#define DONES_ENOUGH   256 /* as many do not wait for a record to travel with */
#define DONES_WAIT_MS  1000
#define RETRY_FIRST_MS 500
#define RETRY_LAST_MS  5000
#define NO_ENTRY       UINT32_MAX

enum batch_state { BATCH_EMPTY, BATCH_LENT, BATCH_FAILED };

struct journal {
    struct message_pool *pool;
    struct record *ring;
    size_t size, head, n;
    uint32_t *seen; /* by hash of the key, for compact() alone */
    size_t seen_size;
    struct done dones[DONES_MAX];
    size_t dones_head, n_dones;
    int64_t dones_since_ms;
    struct batch batch;
    enum batch_state at;
    int64_t lent_ms;
    int64_t retry_ms; /* BATCH_FAILED: when to try again */
    int64_t wait_ms;  /* the last back-off */
    bool flush;
};

static struct record *entry(const struct journal *j, size_t i)
{
    return &j->ring[(j->head + i) % j->size];
}

int journal_new(struct journal **out, struct message_pool *pool, size_t states)
{
    struct journal *j = calloc(1, sizeof *j);

    if (j == NULL)
        return RG_ENOMEM;
    j->pool = pool;
    if (journal_grow(j, states) != RG_OK) {
        journal_free(j);
        return RG_ENOMEM;
    }
    *out = j;
    return RG_OK;
}

static void move_ring(struct journal *j, struct record *to, size_t size)
{
    for (size_t i = 0; i < j->n; i++)
        to[i] = *entry(j, i);
    free(j->ring);
    j->ring = to;
    j->size = size;
    j->head = 0;
}

int journal_grow(struct journal *j, size_t states)
{
    size_t size = message_pool_size(j->pool) + j->n + states + SPARE_RECORDS, seen_size = 1;
    struct record *ring;
    uint32_t *seen;

    if (size <= j->size)
        return RG_OK;
    while (seen_size < 2 * size)
        seen_size *= 2;
    ring = calloc(size, sizeof *ring);
    seen = calloc(seen_size, sizeof *seen);
    if (ring == NULL || seen == NULL) {
        free(ring);
        free(seen);
        return RG_ENOMEM;
    }
    move_ring(j, ring, size);
    free(j->seen);
    j->seen = seen;
    j->seen_size = seen_size;
    return RG_OK;
}

void journal_free(struct journal *j)
{
    if (j == NULL)
        return;
    free(j->ring);
    free(j->seen);
    free(j);
}

static size_t hash_key(const char *key)
{
    uint64_t h = 0xCBF29CE484222325u;

    for (; *key != '\0'; key++)
        h = (h ^ (unsigned char)*key) * 0x100000001B3u;
    return (size_t)(h ^ (h >> 32));
}

/* True when a younger record of this key was seen before. */
static bool seen_before(struct journal *j, uint32_t i)
{
    size_t at = hash_key(entry(j, i)->state.key) & (j->seen_size - 1);

    while (j->seen[at] != NO_ENTRY) {
        if (strcmp(entry(j, j->seen[at])->state.key, entry(j, i)->state.key) == 0)
            return true;
        at = (at + 1) & (j->seen_size - 1);
    }
    j->seen[at] = i;
    return false;
}

/* A state without a message says nothing once a younger state of the same
 * alarm stands behind it.  What is left is bounded: one for each message of
 * the pool, one for each alarm. */
static void compact(struct journal *j)
{
    size_t kept = 0;

    for (size_t i = 0; i < j->seen_size; i++)
        j->seen[i] = NO_ENTRY;
    for (size_t i = j->n; i-- > 0;) {
        struct record *r = entry(j, i);

        if (r->has_state && seen_before(j, (uint32_t)i) && r->msg == NULL)
            r->has_state = false;
    }
    for (size_t i = 0; i < j->n; i++) {
        struct record *r = entry(j, i);

        if (r->msg != NULL || r->has_state)
            *entry(j, kept++) = *r;
    }
    j->n = kept;
}

int journal_add(struct journal *j, const struct record *r)
{
    if (j->n == j->size)
        compact(j);
    if (j->n == j->size)
        return RG_EFULL;
    if (j->n == 0)
        j->head = 0; /* stay in the same few pages */
    *entry(j, j->n++) = *r;
    if (r->msg != NULL)
        message_ref(r->msg);
    return RG_OK;
}

void journal_done(struct journal *j, struct done d, int64_t now_ms)
{
    for (size_t i = 0; i < j->n; i++) {
        struct record *r = entry(j, i);

        if (r->msg == NULL || r->msg->id != d.id)
            continue;
        r->uplinks &= ~(1u << d.uplink); /* done before it was recorded as owed */
        return;
    }
    if (j->n_dones == DONES_MAX)
        return;
    if (j->n_dones == 0)
        j->dones_since_ms = now_ms;
    j->dones[(j->dones_head + j->n_dones++) % DONES_MAX] = d;
}

void journal_flush(struct journal *j)
{
    j->flush = true;
}

static void fill(struct journal *j)
{
    struct batch *b = &j->batch;

    for (b->n_records = 0; b->n_records < BATCH_RECORDS && j->n > 0; j->n--) {
        b->records[b->n_records++] = j->ring[j->head];
        j->head = (j->head + 1) % j->size;
    }
    for (b->n_dones = 0; b->n_dones < BATCH_DONES && j->n_dones > 0; j->n_dones--) {
        b->dones[b->n_dones++] = j->dones[j->dones_head];
        j->dones_head = (j->dones_head + 1) % DONES_MAX;
    }
}

/* When a batch is worth a transaction. */
static int64_t due_ms(const struct journal *j, int64_t now_ms)
{
    if (j->at == BATCH_FAILED)
        return j->retry_ms;
    if (j->n > 0 || j->n_dones >= DONES_ENOUGH || (j->flush && j->n_dones > 0))
        return now_ms;
    return j->n_dones > 0 ? j->dones_since_ms + DONES_WAIT_MS : INT64_MAX;
}

struct batch *journal_next(struct journal *j, int64_t now_ms, int64_t *until_ms)
{
    if (j->at == BATCH_LENT) {
        int64_t late_ms = j->lent_ms + JOURNAL_PENDING_MS;

        *until_ms = now_ms < late_ms ? late_ms : INT64_MAX;
        return NULL;
    }
    *until_ms = due_ms(j, now_ms);
    if (*until_ms > now_ms)
        return NULL;
    if (j->at == BATCH_EMPTY) {
        fill(j);
        j->dones_since_ms = now_ms;
    }
    j->at = BATCH_LENT;
    j->lent_ms = now_ms;
    return &j->batch;
}

static void settle(struct journal *j)
{
    for (size_t i = 0; i < j->batch.n_records; i++) {
        struct message *m = j->batch.records[i].msg;

        if (m == NULL)
            continue;
        m->durable = true;
        message_drop(j->pool, m);
    }
    j->batch.n_records = 0;
    j->batch.n_dones = 0;
    j->wait_ms = 0;
}

void journal_committed(struct journal *j, struct batch *b, int err, int64_t now_ms)
{
    assert(b == &j->batch && j->at == BATCH_LENT);
    (void)b;
    if (err == RG_OK) {
        settle(j);
        j->at = BATCH_EMPTY;
        return;
    }
    j->at = BATCH_FAILED;
    j->wait_ms = j->wait_ms == 0 ? RETRY_FIRST_MS : j->wait_ms * 2;
    if (j->wait_ms > RETRY_LAST_MS)
        j->wait_ms = RETRY_LAST_MS;
    j->retry_ms = now_ms + j->wait_ms;
}

bool journal_failing(const struct journal *j, int64_t now_ms)
{
    return j->wait_ms > 0 || (j->at == BATCH_LENT && now_ms - j->lent_ms >= JOURNAL_PENDING_MS);
}

static void mark(struct message *m)
{
    if (m == NULL || m->sent || m->is_volatile)
        return;
    payload_mark_volatile(m);
    m->is_volatile = true;
}

void journal_mark_volatile(struct journal *j)
{
    for (size_t i = 0; i < j->n; i++)
        mark(entry(j, i)->msg);
}

bool journal_is_empty(const struct journal *j)
{
    return j->at == BATCH_EMPTY && j->n == 0 && j->n_dones == 0;
}

size_t journal_length(const struct journal *j)
{
    return j->n;
}

struct message *journal_message(const struct journal *j, size_t i)
{
    return entry(j, i)->msg;
}

void journal_give_up(struct journal *j, size_t i)
{
    struct record *r = entry(j, i);

    message_drop(j->pool, r->msg);
    r->msg = NULL;
}
