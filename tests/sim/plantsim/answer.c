#include "tests/sim/plantsim/answer.h"

#include <string.h>

#include "tests/sim/plantsim/frame.h"
#include "tests/sim/plantsim/link.h"
#include "tests/sim/plantsim/lie.h"
#include "tests/sim/plantsim/plant.h"
#include "tests/sim/plantsim/reply.h"

/* How the reply travels: late, in pieces, cut. */
static void travel(struct reply *r, const struct fault *f, uint32_t hits, struct rng *rng)
{
    if (hits & FAULT_BIT(FAULT_DRIP))
        r->drip_ns = f[FAULT_DRIP].delay_ns;
    if (hits & FAULT_BIT(FAULT_SPLIT)) {
        size_t at = (size_t)f[FAULT_SPLIT].number;

        r->split = at > 0 && at < r->n ? at : 1 + rng_below(rng, (unsigned)r->n - 1);
        r->split_ns = f[FAULT_SPLIT].delay_ns;
    }
    if (hits & FAULT_BIT(FAULT_CUT)) {
        r->cut = (enum cut)f[FAULT_CUT].number;
        r->n = r->cut == CUT_FIN ? 0 : r->n / 2;
    }
}

static struct reply *copy_of(const struct reply *first)
{
    struct reply *r = reply_new(first->link);

    if (r == NULL)
        return NULL;
    memcpy(r->bytes, first->bytes, first->n);
    r->n = first->n;
    return r;
}

static void write_all(struct bus *b, const uint8_t *pdu, size_t n)
{
    uint8_t nobody_hears[PDU_MAX];

    for (int i = 1; i < 256; i++)
        if (b->units[i] != NULL && n > 0 && pdu[0] >= 5)
            unit_answer(b->units[i], pdu, n, nobody_hears);
}

void answer(struct link *l, uint8_t id, uint16_t tid, const uint8_t *pdu, size_t n,
            int64_t ended_ns)
{
    struct bus *b = l->bus;
    struct unit *u = b->units[id];
    struct rng *rng = &b->plant->rng;
    struct reply *r, *again = NULL;
    uint32_t hits;

    b->count.requests++;
    l->tid = tid;
    if (b->silent)
        return;
    if (id == 0 && b->kind != BUS_TCP) /* a broadcast is done and not answered */
        write_all(b, pdu, n);
    if (u == NULL) {
        b->count.unknown += id != 0;
        return;
    }
    hits = faults_draw(u->faults, ended_ns, rng);
    if (hits & FAULT_BIT(FAULT_DEAD) || (r = reply_new(l)) == NULL)
        return;
    u->zero = ended_ns < u->zero_until_ns;
    r->n = lie(u, &(struct request){ b->kind == BUS_TCP, tid, pdu, n }, hits, rng, r->bytes);
    travel(r, u->faults, hits, rng);
    if (hits & FAULT_BIT(FAULT_LATE))
        ended_ns += u->faults[FAULT_LATE].delay_ns;
    b->count.replies++;
    if (hits & FAULT_BIT(FAULT_DUP))
        again = copy_of(r);
    reply_send(r, ended_ns);
    if (again != NULL && l->watch.fd >= 0) /* else it is gone with its link */
        reply_send(again, ended_ns + u->faults[FAULT_DUP].delay_ns);
}
