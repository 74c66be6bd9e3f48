#include "daemon/hold.h"

#include <stdlib.h>

#include "config/err.h"

#define HOLD_BYTES (4u << 20)

struct held {
    struct sample sample;
    struct stamp at;
};

struct hold {
    struct held *ring;
    size_t size, first, n;
    size_t lost;
};

static size_t room_for(const struct plant *p, int64_t for_ms)
{
    const size_t most = HOLD_BYTES / sizeof(struct held);
    size_t n = 1;

    for (size_t i = 0; i < p->n_points && n < most; i++)
        n += (size_t)(for_ms / p->points[i].every_ms) + 1;
    return n < most ? n : most;
}

int hold_new(struct hold **out, const struct plant *p, int64_t for_ms)
{
    struct hold *h = calloc(1, sizeof *h);

    if (h == NULL)
        return RG_ENOMEM;
    h->size = room_for(p, for_ms);
    h->ring = calloc(h->size, sizeof *h->ring);
    if (h->ring == NULL) {
        free(h);
        return RG_ENOMEM;
    }
    *out = h;
    return RG_OK;
}

void hold_free(struct hold *h)
{
    if (h == NULL)
        return;
    free(h->ring);
    free(h);
}

bool hold_take(struct hold *h, struct sample *s, struct stamp *at)
{
    if (h->n == 0)
        return false;
    *s = h->ring[h->first].sample;
    *at = h->ring[h->first].at;
    h->first = (h->first + 1) % h->size;
    h->n--;
    return true;
}

void hold_put(struct hold *h, const struct sample *s, struct stamp at)
{
    if (h->n == h->size) {
        h->first = (h->first + 1) % h->size;
        h->n--;
        h->lost++;
    }
    h->ring[(h->first + h->n++) % h->size] = (struct held){ *s, at };
}

size_t hold_lost(const struct hold *h)
{
    return h->lost;
}
