#include "drivers/plan_cut.h"

uint32_t plan_bytes(uint8_t fc, uint32_t count)
{
    return fc <= 2 ? (count + 7) / 8 : 2 * count;
}

/* The first register that a request from `address` on may not hold. */
static uint32_t limit_of(const struct plan_rule *rule, uint32_t address)
{
    uint32_t limit = address + rule->most;

    for (size_t i = 0; i < rule->n_holes; i++) {
        const struct hole_conf *h = &rule->holes[i];
        uint32_t at = h->address > address ? h->address : address;
        bool is_ahead = h->count > 0 ? h->address + h->count > address : h->address > address;
        if (h->fc == rule->fc && is_ahead && at < limit)
            limit = at;
    }
    return limit;
}

bool plan_allows(const struct plan_rule *rule, uint32_t address, uint32_t end)
{
    return end <= limit_of(rule, address);
}

/* ---- what may not be cut, and what must be ---- */

static void mark_gaps(struct plan_item *items, size_t n, const struct plan_rule *rule)
{
    uint32_t end = n > 0 ? items[0].address : 0;

    for (size_t i = 0; i < n; i++) {
        bool is_gap = items[i].address > end && items[i].address - end > rule->max_gap;
        items[i].is_apart = is_gap || items[i].is_lone;
        items[i].is_joined = items[i].is_first = false;
        end = items[i].end > end ? items[i].end : end;
    }
}

/* items[i] and items[k], and what stands between, into one request if that can be. */
static void join(struct plan_item *items, size_t n, size_t i, size_t k,
                 const struct plan_rule *rule)
{
    size_t first = i, last = k;
    uint32_t end = 0;

    while (items[first].is_joined)
        first--;
    while (last + 1 < n && items[last + 1].is_joined)
        last++;
    for (size_t m = first; m <= last; m++) {
        end = items[m].end > end ? items[m].end : end;
        if (m > first && items[m].is_apart)
            return;
    }
    if (!plan_allows(rule, items[first].address, end))
        return;
    for (size_t m = i + 1; m <= k; m++)
        items[m].is_joined = true;
}

static void join_sets(struct plan_item *items, size_t n, int kind, const struct plan_rule *rule)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; items[i].sets[kind] != PLAN_NO_SET && k < n &&
                               items[k].address < items[i].address + rule->most;
             k++)
            if (items[k].sets[kind] == items[i].sets[kind])
                join(items, n, i, k, rule);
}

/* ---- the least cost ---- */

/* Every request that begins at items[i] as the last one of those before its end. */
static void reach(struct plan_item *items, size_t n, size_t i, const struct plan_rule *rule)
{
    uint32_t limit = limit_of(rule, items[i].address), end = 0;

    for (size_t k = i; k < n && (k == i || !items[k].is_apart); k++) {
        end = items[k].end > end ? items[k].end : end;
        if (k > i && end > limit)
            break;
        int64_t cost = items[i].cost + rule->cost.request +
                       rule->cost.byte * plan_bytes(rule->fc, end - items[i].address);
        if ((k + 1 == n || !items[k + 1].is_joined) && cost <= items[k + 1].cost) {
            items[k + 1].cost = cost;
            items[k + 1].from = (uint32_t)i;
        }
    }
}

void plan_cut(struct plan_item *items, size_t n, const struct plan_rule *rule)
{
    mark_gaps(items, n, rule);
    join_sets(items, n, 0, rule);
    join_sets(items, n, 1, rule);
    for (size_t i = 0; i <= n; i++)
        items[i].cost = i == 0 ? 0 : INT64_MAX;
    for (size_t i = 0; i < n; i++)
        if (!items[i].is_joined)
            reach(items, n, i, rule);
    for (size_t k = n; k > 0; k = items[k].from)
        items[items[k].from].is_first = true;
}
