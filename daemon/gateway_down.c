#include "daemon/gateway_core.h"

#include <string.h>

#include "daemon/downlink.h"

#define META_EVERY_MS   10000
#define RESEND_EVERY_MS 1000
#define EPOCH_VOLATILE  ((uint64_t)1 << 52) /* Source: the published contract, epoch */

static int take_receipt(struct gateway *g, uint32_t uplink, const struct downlink *d,
                        struct stamp now)
{
    int err = RG_OK;

    for (size_t i = 0; i < d->n_seqs; i++)
        if (outbox_receipt(g->links[uplink].outbox, d->topic, d->epoch, d->seqs[i], d->upto,
                           now.mono_ms) != RG_OK)
            err = RG_EINVAL;
    return err;
}

/* The last number that may be asked for, 0: none.  What is not durable yet is on
 * its way anyway, and must not be called lost; nor what never was. */
static uint64_t last_known(const struct gateway *g, const struct downlink *d)
{
    if (d->epoch == g->conf.epoch)
        return g->durable[d->topic];
    if (g->conf.prev != NULL && g->prev.known && d->epoch == g->prev.epoch)
        return g->prev.seq[d->topic];
    if (d->epoch > g->conf.epoch && d->epoch < EPOCH_VOLATILE)
        return 0;
    return UINT64_MAX;
}

static int take_resend(struct gateway *g, uint32_t uplink, const struct downlink *d,
                       struct stamp now)
{
    struct link *l = &g->links[uplink];
    uint64_t last = last_known(g, d);

    if (d->from > last)
        return RG_EINVAL;
    if (now.mono_ms < l->resend_ms)
        return RG_EFULL;
    l->resend_ms = now.mono_ms + RESEND_EVERY_MS;
    return outbox_resend(l->outbox, d->topic, d->epoch, d->from, d->to < last ? d->to : last,
                         now.mono_ms);
}

static int take_meta(struct gateway *g, uint32_t uplink, struct stamp now)
{
    struct link *l = &g->links[uplink];

    if (now.mono_ms < l->meta_ms)
        return RG_EFULL;
    l->meta_ms = now.mono_ms + META_EVERY_MS;
    l->retained.meta = true;
    l->retained.meta_at = (struct meta_cursor){ 0 };
    return RG_OK;
}

static int take_downlink(struct gateway *g, uint32_t uplink, const struct downlink *d,
                         struct stamp now)
{
    switch (d->kind) {
    case DOWN_RECEIPT:
        return take_receipt(g, uplink, d, now);
    case DOWN_RESEND:
        return take_resend(g, uplink, d, now);
    case DOWN_META:
        return take_meta(g, uplink, now);
    case DOWN_ACTIVE:
        g->active_dirty = true;
        return RG_OK;
    }
    return RG_EINVAL;
}

int gateway_downlink(struct gateway *g, uint32_t uplink, const char *topic, const void *body,
                     size_t len, struct stamp now)
{
    struct link *l = &g->links[uplink];
    const char *word = NULL;
    struct downlink d;

    for (int i = 0; i < 2; i++)
        if (strcmp(topic, g->down[i]) == 0)
            word = strrchr(g->down[i], '/') + 1;
    if (word == NULL || downlink_parse(&d, word, body, len) != RG_OK) {
        l->malformed++;
        return RG_EINVAL;
    }
    return take_downlink(g, uplink, &d, now);
}
