#include "tests/sim/plantsim/reply.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sim/plantsim/link.h"
#include "tests/sim/plantsim/plant.h"

/* A UART hands its bytes on in handfuls: 8 of the 16 of its FIFO. */
#define HANDFUL 8

static struct loop *loop_of(const struct reply *r)
{
    return &r->link->bus->plant->loop;
}

static void reply_free(struct reply *r)
{
    loop_disarm(loop_of(r), &r->timer);
    if (r->prev != NULL)
        r->prev->next = r->next;
    else
        r->link->replies = r->next;
    if (r->next != NULL)
        r->next->prev = r->prev;
    free(r);
}

/* When byte i has wholly left the wire. */
static int64_t byte_due(const struct reply *r, size_t i)
{
    return r->start_ns + (int64_t)(i + 1) * r->link->bus->char_ns + (int64_t)i * r->drip_ns +
           (r->split != 0 && i >= r->split ? r->split_ns : 0);
}

/* The bytes that follow each other without a pause, in handfuls on a line. */
static size_t piece_end(const struct reply *r)
{
    int64_t char_ns = r->link->bus->char_ns;
    size_t end = r->sent + 1;

    while (end < r->n && (char_ns == 0 || end - r->sent < HANDFUL) &&
           byte_due(r, end) - byte_due(r, end - 1) <= char_ns)
        end++;
    return end;
}

static void finish(struct reply *r)
{
    struct link *l = r->link;
    enum cut cut = r->cut;

    reply_free(r);
    if (cut != CUT_NONE && l->bus->kind != BUS_RTU)
        link_close(l, cut == CUT_RST ? LINK_RST : LINK_FIN);
}

/* Behind the reply before it, never among its bytes, and on a line with the
 * silence between two frames. */
static void start(struct reply *r, int64_t due_ns)
{
    struct link *l = r->link;
    int64_t free_ns = l->tx_free_ns + l->bus->gap_ns + 1;

    r->started = true;
    r->start_ns = due_ns > free_ns ? due_ns : free_ns;
    if (r->n > 0)
        l->tx_free_ns = byte_due(r, r->n - 1);
}

static void advance(struct timer *t)
{
    struct reply *r = (struct reply *)t;
    struct link *l = r->link;

    if (!r->started)
        start(r, t->due_ns);
    while (r->sent < r->n) {
        size_t end = piece_end(r);
        int64_t due = byte_due(r, end - 1);

        if (due > clock_ns()) {
            loop_arm(loop_of(r), t, due);
            return;
        }
        if (!link_write(l, r->bytes + r->sent, end - r->sent))
            return; /* gone with its link */
        r->sent = end;
    }
    finish(r);
}

struct reply *reply_new(struct link *l)
{
    struct reply *r = malloc(sizeof(*r));

    if (r == NULL)
        return NULL;
    memset(r, 0, offsetof(struct reply, bytes));
    r->timer.fire = advance;
    r->link = l;
    r->next = l->replies;
    if (r->next != NULL)
        r->next->prev = r;
    l->replies = r;
    return r;
}

void reply_send(struct reply *r, int64_t at_ns)
{
    if (at_ns > clock_ns()) {
        loop_arm(loop_of(r), &r->timer, at_ns);
        return;
    }
    r->timer.due_ns = at_ns;
    advance(&r->timer);
}

void reply_echo(struct link *l, const uint8_t *bytes, size_t n, int64_t at_ns)
{
    struct reply *r = reply_new(l);

    if (r == NULL)
        return;
    memcpy(r->bytes, bytes, n);
    r->n = n;
    reply_send(r, at_ns);
}

void replies_drop(struct link *l)
{
    while (l->replies != NULL)
        reply_free(l->replies);
}
