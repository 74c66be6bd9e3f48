#include "daemon/gateway_people.h"

#include "daemon/gateway_core.h"

enum refusal gateway_do(struct gateway *g, const struct person_act *a, struct stamp now)
{
    enum refusal verdict = engine_do(g->engine, a, now);

    gateway_drain(g, now);
    return verdict;
}

int gateway_audit(struct gateway *g, const struct audit_entry *e, struct stamp now)
{
    struct record r = { .mono_ms = now.mono_ms };

    r.msg = gateway_take(g);
    if (r.msg == NULL)
        return RG_EFULL;
    r.msg->epoch = g->conf.epoch;
    audit_write(r.msg, e, now.utc_ms, g->conf.plant->site.zone_min);
    int err = journal_add(g->journal, &r);
    message_drop(g->pool, r.msg);
    return err;
}
