#include "daemon/outbox_shelf.h"

#include <stdlib.h>
#include <string.h>

#include "config/err.h"

int shelf_init(struct shelf *s, size_t size, uint64_t owed)
{
    *s = (struct shelf){ .size = size,
                         .floor = NO_FLOOR,
                         .owed = owed,
                         .unseen_born_ms = owed > 0 ? INT64_MIN : INT64_MAX };
    s->v = calloc(size, sizeof *s->v);
    return s->v == NULL ? RG_ENOMEM : RG_OK;
}

void shelf_fini(struct shelf *s)
{
    free(s->v);
    s->v = NULL;
}

/* Where id stands or would stand. */
static size_t place(const struct shelf *s, uint64_t id)
{
    size_t low = 0, high = s->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (s->v[mid].msg->id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct item *shelf_put(struct shelf *s, struct message *m)
{
    size_t at = place(s, m->id);

    if (s->n == s->size || (at < s->n && s->v[at].msg->id == m->id))
        return NULL;
    memmove(&s->v[at + 1], &s->v[at], (s->n - at) * sizeof *s->v);
    s->n++;
    s->v[at] = (struct item){ .msg = m, .state = ITEM_WAITS };
    return &s->v[at];
}

void shelf_remove(struct shelf *s, struct message_pool *pool, size_t i)
{
    message_drop(pool, s->v[i].msg);
    s->n--;
    memmove(&s->v[i], &s->v[i + 1], (s->n - i) * sizeof *s->v);
}

static void note_unseen(struct shelf *s, const struct message *m)
{
    if (m->id >= s->floor)
        s->floor = m->id + 1;
    if (m->id <= s->cursor)
        s->cursor = m->id - 1;
    if (m->born_ms < s->unseen_born_ms)
        s->unseen_born_ms = m->born_ms;
    s->exhausted = false;
    s->shed = true;
}

void shelf_shed(struct shelf *s, struct message_pool *pool, size_t keep)
{
    for (size_t i = 0; i < s->n && s->n > keep;) {
        struct item *it = &s->v[i];

        if (!it->msg->durable || it->state == ITEM_FLIES || it->state == ITEM_DONE) {
            i++;
            continue;
        }
        note_unseen(s, it->msg);
        shelf_remove(s, pool, i);
    }
}

void shelf_make_room(struct shelf *s, struct message_pool *pool, size_t keep)
{
    for (size_t i = s->n; i-- > 0 && s->n > keep;) {
        struct item *it = &s->v[i];

        if (!it->msg->durable || it->live || it->state != ITEM_WAITS || it->msg->id <= s->cursor)
            continue;
        note_unseen(s, it->msg);
        shelf_remove(s, pool, i);
    }
}

void shelf_done(struct shelf *s, struct item *it)
{
    if (it->state == ITEM_DONE)
        return;
    it->state = ITEM_DONE;
    if (!it->known_done && s->owed > 0)
        s->owed--;
}

struct item *shelf_find_token(struct shelf *s, uint32_t token)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->v[i].state == ITEM_FLIES && s->v[i].token == token)
            return &s->v[i];
    return NULL;
}

struct item *shelf_find_message(const struct shelf *s, const struct message *m)
{
    size_t at = place(s, m->id);

    return at < s->n && s->v[at].msg == m ? &s->v[at] : NULL;
}

void shelf_reset(struct shelf *s, struct message_pool *pool, size_t keep)
{
    for (size_t i = 0; i < s->n; i++) {
        struct item *it = &s->v[i];

        it->live = false;
        it->wait_ms = 0;
        if (it->state != ITEM_DONE)
            it->state = ITEM_WAITS;
    }
    shelf_shed(s, pool, keep);
}

void shelf_rewind(struct shelf *s)
{
    s->cursor = 0;
    s->exhausted = false;
    s->troubled = false;
    s->fetch_after_ms = INT64_MIN;
}

bool message_may_leave(const struct message *m, int64_t now_ms)
{
    if (m->durable || m->is_volatile)
        return true;
    return m->bad_news && now_ms >= m->born_ms + OUTBOX_EARLY_MS;
}

/* Backlog leaves in the order of its ids: what is younger than something that
 * the store still has to give waits for it.  What is not durable is not the
 * store's to give, and when it may leave it does not wait for a stuck disk. */
static bool in_turn(const struct shelf *s, const struct item *it, bool hasty)
{
    if (it->live || s->exhausted || it->msg->id <= s->cursor)
        return true;
    return hasty || !it->msg->durable;
}

struct item *shelf_first(const struct shelf *s, bool live, bool hasty, int64_t now_ms)
{
    for (size_t i = 0; i < s->n; i++) {
        struct item *it = &s->v[i];

        if (it->state == ITEM_WAITS && it->live == live && in_turn(s, it, hasty) &&
            message_may_leave(it->msg, now_ms))
            return it;
    }
    return NULL;
}

struct item *shelf_first_due(const struct shelf *s, enum item_state state, int64_t now_ms)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->v[i].state == state && (state == ITEM_DONE || s->v[i].due_ms <= now_ms))
            return &s->v[i];
    return NULL;
}

size_t shelf_count(const struct shelf *s, enum item_state state, bool live)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++)
        n += s->v[i].state == state && s->v[i].live == live;
    return n;
}

int64_t shelf_first_sent(const struct shelf *s)
{
    int64_t first_ms = INT64_MAX;

    for (size_t i = 0; i < s->n; i++)
        if (s->v[i].state == ITEM_FLIES && s->v[i].due_ms < first_ms)
            first_ms = s->v[i].due_ms;
    return first_ms;
}

int64_t shelf_until(const struct shelf *s, int64_t now_ms)
{
    int64_t until_ms = INT64_MAX;

    for (size_t i = 0; i < s->n; i++) {
        const struct item *it = &s->v[i];
        int64_t at_ms = INT64_MAX;

        if (it->state == ITEM_ACKED)
            at_ms = it->due_ms;
        else if (it->state == ITEM_WAITS && it->msg->bad_news &&
                 !message_may_leave(it->msg, now_ms))
            at_ms = it->msg->born_ms + OUTBOX_EARLY_MS;
        if (at_ms > now_ms && at_ms < until_ms)
            until_ms = at_ms;
    }
    return until_ms;
}
