#include <stdio.h>
#include <string.h>

#include "tests/sim/world/world.h"

#define AGE_SPARE_US (1 * WORLD_S)   /* Source: the published contract, 3 polls + 1 s */
#define WAY_SPARE_US (1500 * 1000)   /* from the gateway to the desk */
#define L1_SPARE_US  (1 * WORLD_S)   /* 1 poll + 1 s */
#define FALSE_US     (120 * WORLD_S) /* whatever is broken: no desk is at ease for so long */

static bool way_is_well(const struct world *w)
{
    return w->box.is_alive && !w->box.stopping && w->box.link == BOX_LINK_UP && w->broker.is_up &&
           w->broker.gateway_conn == w->box.conn && !w->broker.is_silent && w->desk.is_up &&
           w->broker.county_on && w->weather.net_slow_us <= 100000;
}

static bool stands(const struct world *w, const char *key, bool active_only)
{
    const struct picture *p = &w->desk.picture;

    for (size_t i = 0; i < p->n_open; i++) {
        const struct shown *s = &p->v[p->open[i]];
        if (strcmp(s->key, key) == 0 && (s->active || !active_only))
            return true;
    }
    return desk_lists(w, key) && !active_only;
}

static void side_key(const struct world *w, uint32_t point, enum level level, char *key)
{
    snprintf(key, PICTURE_KEY_MAX, "%s/%s", w->plant->points[point].id,
             level >= LEVEL_H ? "high" : "low");
}

/* Something at the county's desk tells that this point is not known to be well. */
static bool has_fault(const struct world *w, uint32_t point)
{
    const struct point_conf *p = &w->plant->points[point];
    const char *bus = w->plant->buses[p->bus].name;
    char key[PICTURE_KEY_MAX];

    snprintf(key, sizeof key, "%s/fault", p->id);
    if (stands(w, key, false))
        return true;
    snprintf(key, sizeof key, "unit/%s/%u", bus, w->plant->units[p->unit].unit_id);
    if (stands(w, key, false))
        return true;
    snprintf(key, sizeof key, "bus/%s", bus);
    return stands(w, key, false);
}

static int64_t later(int64_t a_us, int64_t b_us)
{
    return a_us > b_us ? a_us : b_us;
}

/* --- L1: from the register to the desk --- */

/* The side's alarm stands since before: nothing new is to be told. */
static bool is_old_news(const struct world *w, uint32_t point, enum level level, int64_t over_us)
{
    const struct engine *e = gateway_engine(w->box.gateway);
    enum side side = level >= LEVEL_H ? SIDE_HIGH : SIDE_LOW;

    for (size_t i = 0; i < engine_slots(e); i++) {
        const struct slot *s = engine_slot(e, i);
        if (s->type == SLOT_LIMIT && s->ref == point && s->side == side)
            return alarm_is_active(&s->st) &&
                   s->st.announced.mono_ms * 1000 + w->box.began_us < over_us;
    }
    return true;
}

static void time_raise(struct world *w, uint32_t point, enum level level)
{
    const struct point_conf *p = &w->plant->points[point];
    struct watch *watch = &w->judge.points[point];
    int64_t over_us = w->truth.points[point].over_us[level];
    char key[PICTURE_KEY_MAX];

    if (over_us == INT64_MAX || p->limits[level].after_ms > 0 || watch->timed_us[level] == over_us)
        return;
    side_key(w, point, level, key);
    bool is_clean = w->judge.units[p->unit].well_us <= over_us && w->judge.way_us <= over_us &&
                    w->box.is_alive && w->box.began_us <= over_us &&
                    !is_old_news(w, point, level, over_us);
    if (!is_clean) {
        watch->timed_us[level] = over_us;
    } else if (stands(w, key, true)) {
        watch->timed_us[level] = over_us;
        w->counts.raises_timed++;
    } else if (w->now_us - over_us > p->every_ms * 1000 + L1_SPARE_US) {
        watch->timed_us[level] = over_us;
        world_violation(w,
                        "LATE: %s/%s is true for %" PRId64 " ms, all is well, and the county "
                        "has no alarm",
                        p->id, level_names[level], (w->now_us - over_us) / 1000);
    }
}

/* --- no false normal --- */

/* A block is late from the moment its unit could have brought it. */
static int64_t silent_since(const struct world *w, uint32_t point)
{
    return later(w->judge.points[point].seen_us,
                 w->judge.units[w->plant->points[point].unit].back_us);
}

static void check_shown(struct world *w, uint32_t point, int64_t since_us, const char *what)
{
    const struct point_conf *p = &w->plant->points[point];
    int64_t age_us = 3 * p->every_ms * 1000 + AGE_SPARE_US + WAY_SPARE_US;
    int64_t back_us = w->judge.units[p->unit].back_us;
    int64_t from_us = later(later(since_us, back_us), later(w->judge.way_us, w->box.began_us));
    bool is_late = w->judge.way_us != INT64_MAX && w->now_us - from_us > age_us;

    if (is_late || w->now_us - later(since_us, w->judge.trust_us) > FALSE_US)
        world_violation(w,
                        "FALSE NORMAL: %s %s for %" PRId64 " ms, and the county shows it as well",
                        p->id, what, (w->now_us - since_us) / 1000);
}

static void check_over(struct world *w, uint32_t point, enum level level)
{
    int64_t over_us = w->truth.points[point].over_us[level];
    char key[PICTURE_KEY_MAX];

    if (over_us == INT64_MAX || w->plant->points[point].limits[level].after_ms > 0)
        return;
    side_key(w, point, level, key);
    if (!stands(w, key, false) && !has_fault(w, point))
        check_shown(w, point, over_us, "is over its limit");
}

static void check_point(struct world *w, uint32_t point)
{
    const struct point_conf *p = &w->plant->points[point];
    int64_t since_us = silent_since(w, point);

    for (int level = 0; level < LEVELS; level++) {
        time_raise(w, point, (enum level)level);
        if (desk_trusts(w))
            check_over(w, point, (enum level)level);
    }
    if (desk_trusts(w) && w->box.is_alive && !has_fault(w, point) &&
        w->now_us - since_us > 3 * p->every_ms * 1000 + AGE_SPARE_US)
        check_shown(w, point, since_us, "is unknown");
}

/* --- the gateway's own word --- */

static bool slot_stands(const struct world *w, enum slot_type type, uint32_t ref)
{
    const struct engine *e = gateway_engine(w->box.gateway);

    for (size_t i = 0; i < engine_slots(e); i++) {
        const struct slot *s = engine_slot(e, i);
        if (s->type == type && s->ref == ref && s->st.active)
            return true;
    }
    return false;
}

/* L3: silence is a fault at its age, whatever disk and network do. */
static void check_age(struct world *w, uint32_t point)
{
    const struct point_conf *p = &w->plant->points[point];
    int64_t silent_us = w->now_us - silent_since(w, point);
    int64_t age_us = 3 * p->every_ms * 1000 + AGE_SPARE_US;
    const struct engine *e = gateway_engine(w->box.gateway);

    if (silent_us <= age_us + 10000)
        return;
    if (quality_class(engine_point_quality(e, point)) != QC_BAD)
        world_violation(w, "%s is silent for %" PRId64 " ms and not bad", p->id, silent_us / 1000);
    if (!slot_stands(w, SLOT_POINT_FAULT, point) && !slot_stands(w, SLOT_UNIT, p->unit) &&
        !slot_stands(w, SLOT_BUS, p->bus))
        world_violation(w, "%s is silent for %" PRId64 " ms and no fault stands", p->id,
                        silent_us / 1000);
}

static bool knows_epoch(const struct world *w)
{
    return book_has(book_find(&w->judge.said, w->box.epoch), TOPIC_ALARM, 1, BOOK_RECEIVED);
}

/* What stands at the gateway has not ended at the county.  A clear that left
 * unrecorded says so; it holds until the restart event that does not know it. */
static void check_cleared(struct world *w)
{
    const struct engine *e = gateway_engine(w->box.gateway);
    char id[PICTURE_ID_MAX];

    for (size_t i = 0; i < engine_slots(e); i++) {
        const struct slot *s = engine_slot(e, i);
        if (!alarm_is_active(&s->st))
            continue;
        payload_alarm_id(id, sizeof id, w->plant, s->st.id);
        const struct shown *shown = picture_find(&w->desk.picture, id);
        if (shown != NULL && shown->has_cleared && (!shown->is_unsure || knows_epoch(w)))
            world_violation(w, "FALSE CLEAR: %s (%s) stands, and the county shows it ended", id,
                            s->key);
    }
}

void judge_second(struct world *w)
{
    if (!desk_trusts(w))
        w->judge.trust_us = w->now_us;
    if (!way_is_well(w))
        judge_way_broken(w);
    else if (w->judge.way_us == INT64_MAX)
        w->judge.way_us = w->now_us;
    for (uint32_t i = 0; i < w->plant->n_points; i++)
        check_point(w, i);
    if (!w->box.is_alive || w->box.stopping)
        return;
    for (uint32_t i = 0; i < w->plant->n_points; i++)
        check_age(w, i);
    check_cleared(w);
}
