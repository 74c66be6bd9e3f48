#include <stdio.h>
#include <string.h>

#include "tests/sim/world/world.h"

#define QUIET_US     (3 * WORLD_S)    /* active is renewed once a second */
#define COUNTY_EVERY 4                /* its look at the whole run costs 0.1 s */
#define NEVER_US     (1500 * WORLD_S) /* resends are at most 10 min apart */

static bool is_quiet(const struct world *w)
{
    const struct book_epoch *e = book_find(&w->judge.said, w->box.epoch);
    struct outbox_stats s;

    if (!w->box.is_alive || w->box.stopping || w->judge.way_us == INT64_MAX ||
        w->box.batch != NULL || w->broker.mail.n > 0)
        return false;
    gateway_uplink_stats(w->box.gateway, 0, &s);
    uint64_t last = engine_seq(gateway_engine(w->box.gateway));
    return s.queue[LANE_ALARM] == 0 && book_has(e, TOPIC_ALARM, last, BOOK_RECEIVED);
}

static void compare_open(struct world *w)
{
    const struct engine *e = gateway_engine(w->box.gateway);
    const struct picture *p = &w->desk.picture;
    char id[PICTURE_ID_MAX];
    size_t n = 0;

    for (size_t i = 0; i < engine_slots(e); i++) {
        const struct slot *s = engine_slot(e, i);
        if (!alarm_is_listed(&s->st))
            continue;
        n++;
        payload_alarm_id(id, sizeof id, w->plant, s->st.id);
        const struct shown *shown = picture_find(p, id);
        if (shown == NULL || shown->state != PIC_OPEN)
            world_violation(w, "PICTURE: %s (%s) stands, the county does not list it", id, s->key);
        else if (shown->active != alarm_is_active(&s->st) || shown->acked != s->st.acked)
            world_violation(w, "PICTURE: %s (%s) is another thing at the county", id, s->key);
    }
    if (n != p->n_open)
        world_violation(w, "PICTURE: %zu alarms stand, the county lists %zu", n, p->n_open);
}

static void compare_county(struct world *w)
{
    struct county_report r;
    const char *line;

    static const char *const words[] = { "is", "differs from", "can't be compared with" };
    enum county_match match = county_judge(w->desk.county);

    if (match != COUNTY_SAME)
        world_violation(w, "PICTURE: active %s the county's own picture", words[match]);
    county_report(w->desk.county, &r);
    for (size_t i = 0; !r.right && (line = county_complaint(w->desk.county, i)) != NULL; i++)
        world_violation(w, "COUNTY: %s", line);
}

bool judge_rest(struct world *w)
{
    struct judge *j = &w->judge;
    uint64_t seq = w->box.is_alive ? engine_seq(gateway_engine(w->box.gateway)) : 0;

    if (w->now_us - w->weather.since_us > NEVER_US) {
        world_violation(w, "it never comes to rest");
        w->is_over = true;
        return true;
    }
    if (!is_quiet(w) || seq != j->quiet_seq) {
        j->quiet_us = w->now_us;
        j->quiet_seq = seq;
        return false;
    }
    if (w->now_us - j->quiet_us < QUIET_US)
        return false;
    w->counts.rests++;
    judge_missing(w);
    compare_open(w);
    if (w->weather.is_last || w->counts.rests % COUNTY_EVERY == 0)
        compare_county(w);
    return true;
}
