#include "daemon/sink_core.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "config/err.h"
#include "daemon/sink_paho.h"

/* One for the process, as paho itself is one: its lock, lists and two threads
 * are the library's own. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_made;
    pthread_t id;
    struct sink *first;
    bool is_ending;
    MQTTAsync anchor; /* the thread's */
} all = { .lock = PTHREAD_MUTEX_INITIALIZER };

enum work { WORK_NONE, WORK_CLOSE, WORK_END, WORK_LOOK, WORK_START, WORK_SUBSCRIBE, WORK_SEND };

void sink_lock(void)
{
    pthread_mutex_lock(&all.lock);
}

void sink_unlock(void)
{
    pthread_mutex_unlock(&all.lock);
}

void sink_wake(void)
{
    pthread_cond_broadcast(&all.changed);
}

bool sink_wait(int64_t until_us)
{
    struct timespec t = { .tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000 };

    return pthread_cond_timedwait(&all.changed, &all.lock, &t) == 0;
}

/* What the kernel surely takes at once: behind bytes that it did not take, a
 * live alarm would wait, and paho loses the memory of what never left. */
static bool may_fly(const struct sink *s)
{
    size_t bytes = 0;

    for (size_t i = 0; i < SINK_SLOTS; i++)
        if (s->slots[i].state == SLOT_FLYING)
            bytes += s->slots[i].len;
    return bytes == 0 || bytes + s->slots[s->queue[0]].len <= SINK_FLYING_MAX;
}

static bool is_on_the_way(const struct sink *s, const char *uri)
{
    return s->running != 0 && s->running == s->attempt && !s->fate.is_over &&
           !s->fate.is_connected && !s->tls.is_matched && strcmp(s->uri, uri) == 0;
}

struct sink *sink_on_the_way(const char *uri)
{
    struct sink *s = all.first;

    while (s != NULL && !is_on_the_way(s, uri))
        s = s->next;
    return s;
}

/* A handshake finds its uplink by the address: one at a time to each. */
static bool may_start(const struct sink *s)
{
    bool is_tls = s->uplink->tls.ca != NULL;

    return s->may_start && !s->must_end && (!is_tls || sink_on_the_way(s->uri) == NULL);
}

/* What is wanted of a sink, most urgent first. */
static enum work work_of(const struct sink *s)
{
    if (s->is_closed)
        return WORK_NONE;
    if (s->must_close)
        return WORK_CLOSE;
    if (s->running != 0 && (s->must_end || s->running != s->attempt))
        return WORK_END;
    if (s->must_look)
        return WORK_LOOK;
    if (s->running != s->attempt)
        return may_start(s) ? WORK_START : WORK_NONE;
    if (s->fate.is_over || !s->fate.is_connected)
        return WORK_NONE;
    if (!s->is_subscribed)
        return WORK_SUBSCRIBE;
    return s->fate.is_up && s->n_queue > 0 && may_fly(s) ? WORK_SEND : WORK_NONE;
}

/* The list goes round, so that a busy uplink never holds up another. */
static struct sink *next_busy(enum work *work)
{
    struct sink **at = &all.first;
    struct sink *s;

    for (; (s = *at) != NULL; at = &s->next) {
        *work = work_of(s);
        if (*work == WORK_NONE)
            continue;
        *at = s->next;
        for (struct sink **last = at;; last = &(*last)->next)
            if (*last == NULL) {
                *last = s;
                s->next = NULL;
                return s;
            }
    }
    return NULL;
}

static bool is_last(const struct sink *s)
{
    for (const struct sink *other = all.first; other != NULL; other = other->next)
        if (other != s && !other->is_closed)
            return false;
    return true;
}

static struct slot *take_slot(struct sink *s)
{
    struct slot *slot = &s->slots[s->queue[0]];

    s->n_queue--;
    for (size_t i = 0; i < s->n_queue; i++)
        s->queue[i] = s->queue[i + 1];
    slot->state = SLOT_SENDING;
    return slot;
}

static void end(struct sink *s, bool is_clean)
{
    sink_unlock();
    paho_end(s, is_clean);
    sink_lock();
    s->running = 0;
}

static void close_sink(struct sink *s)
{
    end(s, true);
    if (is_last(s)) {
        sink_unlock();
        paho_let_go(&all.anchor);
        sink_lock();
    }
    s->is_closed = true;
    uv_async_send(&s->async);
}

static void look(struct sink *s)
{
    s->must_look = false;
    sink_unlock();
    sink_tls_look(s);
    sink_lock();
}

static void start(struct sink *s)
{
    s->running = s->attempt;
    s->is_subscribed = false;
    sink_unlock();
    if (all.anchor == NULL)
        all.anchor = paho_anchor();
    paho_start(s);
    sink_lock();
}

static void subscribe(struct sink *s)
{
    s->is_subscribed = true;
    sink_unlock();
    paho_subscribe(s);
    sink_lock();
}

static void send_first(struct sink *s)
{
    struct slot *slot = take_slot(s);

    sink_unlock();
    paho_send(s, slot);
    sink_lock();
}

static void do_work(struct sink *s, enum work work)
{
    switch (work) {
    case WORK_NONE:
        break;
    case WORK_CLOSE:
        close_sink(s);
        break;
    case WORK_END:
        end(s, false);
        break;
    case WORK_LOOK:
        look(s);
        break;
    case WORK_START:
        start(s);
        break;
    case WORK_SUBSCRIBE:
        subscribe(s);
        break;
    case WORK_SEND:
        send_first(s);
        break;
    }
}

static void *serve(void *unused)
{
    enum work work;

    (void)unused;
    sink_lock();
    while (!all.is_ending) {
        struct sink *s = next_busy(&work);

        if (s != NULL)
            do_work(s, work);
        else
            pthread_cond_wait(&all.changed, &all.lock);
    }
    sink_unlock();
    return NULL;
}

static void make_once(void)
{
    pthread_condattr_t attr;

    if (all.is_made)
        return;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&all.changed, &attr);
    pthread_condattr_destroy(&attr);
    all.is_made = true;
}

int sink_thread_join(struct sink *s)
{
    make_once();
    sink_lock();
    bool is_running = all.first != NULL;
    s->next = all.first;
    all.first = s;
    all.is_ending = false;
    sink_unlock();
    if (is_running || pthread_create(&all.id, NULL, serve, NULL) == 0)
        return RG_OK;
    all.first = NULL;
    return RG_EIO;
}

void sink_thread_leave(struct sink *s)
{
    sink_lock();
    for (struct sink **at = &all.first; *at != NULL; at = &(*at)->next)
        if (*at == s) {
            *at = s->next;
            break;
        }
    bool was_last = all.first == NULL;
    all.is_ending = was_last;
    sink_wake();
    sink_unlock();
    if (was_last)
        pthread_join(all.id, NULL);
}
