#include "rules/engine_core.h"
#include "rules/holds.h"

#include <math.h>

#define NO_WHY ((struct why){ .code = WHY_NONE })

int64_t faults_age_ms(int64_t every_ms)
{
    return AGE_POLLS * every_ms + AGE_SPARE_MS;
}

static uint32_t unit_timer(uint32_t unit)
{
    return unit;
}

uint32_t faults_point_timer(const struct engine *e, uint32_t point)
{
    return (uint32_t)e->plant->n_units + point;
}

static void arm_unit(struct engine *e, uint32_t unit)
{
    const struct unit_watch *u = &e->units[unit];

    if (!timers_is_set(&e->timers, unit_timer(unit)))
        timers_set(&e->timers, unit_timer(unit), u->proven_ms + u->age_ms);
}

/* A point is judged late from the moment its unit could have brought it. */
static int64_t point_from_ms(const struct engine *e, uint32_t point)
{
    const struct point_watch *p = &e->points[point];
    int64_t back_ms = e->units[e->plant->points[point].unit].back_ms;
    int64_t from_ms = p->st.seen.mono_ms;

    if (!p->st.seen_ever || from_ms < back_ms)
        from_ms = back_ms;
    return from_ms < p->from_ms ? p->from_ms : from_ms;
}

int64_t faults_point_due_ms(const struct engine *e, uint32_t point)
{
    return point_from_ms(e, point) + faults_age_ms(e->plant->points[point].every_ms);
}

static void arm_point(struct engine *e, uint32_t point)
{
    if (!timers_is_set(&e->timers, faults_point_timer(e, point)))
        timers_set(&e->timers, faults_point_timer(e, point), faults_point_due_ms(e, point));
}

static void start_unit(struct engine *e, uint32_t unit)
{
    const struct unit_conf *conf = &e->plant->units[unit];
    struct unit_watch *u = &e->units[unit];
    struct bus_watch *bus = &e->buses[conf->bus];

    u->proven_ms = e->at.ms;
    u->back_ms = e->at.ms;
    u->age_ms = faults_age_ms(conf->every_ms);
    u->why = (struct why){ .code = WHY_NEVER };
    u->silent = true;
    u->first_point = PLANT_NONE;
    u->next = bus->first_unit;
    bus->first_unit = unit;
    bus->n_units++;
    arm_unit(e, unit);
}

static void start_point(struct engine *e, uint32_t point)
{
    struct unit_watch *u = &e->units[e->plant->points[point].unit];
    struct point_watch *p = &e->points[point];

    p->st.q = Q_NEVER_READ;
    p->st.val = NAN;
    p->st.since = e->at.label;
    p->st.why = (struct why){ .code = WHY_NEVER };
    p->from_ms = e->at.ms;
    p->next = u->first_point;
    u->first_point = point;
    arm_point(e, point);
}

/* Backwards, so that the lists run in the order of the files. */
void faults_start(struct engine *e)
{
    for (size_t i = 0; i < e->plant->n_buses; i++) {
        e->buses[i].first_unit = PLANT_NONE;
        e->buses[i].why = (struct why){ .code = WHY_NEVER };
    }
    for (size_t i = e->plant->n_units; i-- > 0;)
        start_unit(e, (uint32_t)i);
    for (size_t i = e->plant->n_points; i-- > 0;)
        start_point(e, (uint32_t)i);
}

/* ---- what a fault says ---- */

/* No poll has failed, and yet time has passed: silence all the same. */
static struct why why_silent(struct why why)
{
    return why.code == WHY_NONE ? (struct why){ .code = WHY_TIMEOUT } : why;
}

static bool fault_stands(const struct engine *e, uint32_t slot)
{
    return e->slots[slot].st.active;
}

static void raise_fault(struct engine *e, uint32_t slot, struct alarm_case *c, uint32_t pending)
{
    c->shelves_p1 = e->plant->shelve.p1;
    engine_move(e, slot, ALARM_CLASS, c, NULL);
    engine_move(e, slot, ALARM_FAULT, c, &(struct note){ .pending = pending });
}

static void end_fault(struct engine *e, uint32_t slot)
{
    struct alarm_case c = { .good = true, .q = Q_GOOD };

    engine_move(e, slot, ALARM_FAULT_END, &c, NULL);
}

static uint32_t pending_of_unit(const struct engine *e, uint32_t unit, uint8_t *priority)
{
    uint32_t bits = 0;

    for (uint32_t i = e->units[unit].first_point; i != PLANT_NONE; i = e->points[i].next)
        bits |= limits_pending(e, i, priority);
    return bits;
}

/* ---- points ---- */

static void point_is_lost(struct engine *e, uint32_t point)
{
    if (e->points[point].st.q == Q_COMM_FAIL)
        return;
    point_set_quality(e, point, Q_COMM_FAIL);
    limits_freeze(e, point);
    users_tell(e, point);
}

static void points_are_lost(struct engine *e, uint32_t unit)
{
    for (uint32_t i = e->units[unit].first_point; i != PLANT_NONE; i = e->points[i].next)
        point_is_lost(e, i);
}

static void raise_point(struct engine *e, uint32_t point)
{
    const struct point_watch *p = &e->points[point];
    struct alarm_case c = { .priority = FAULT_PRIORITY, .why = p->st.why, .q = p->st.q };
    uint32_t pending = limits_pending(e, point, &c.priority);

    raise_fault(e, p->fault, &c, pending);
}

/* Silence of the whole unit is the unit's or the bus's to say; the timer is set
 * again when the unit comes back. */
void faults_point_due(struct engine *e, uint32_t point)
{
    struct point_watch *p = &e->points[point];
    const struct unit_watch *u = &e->units[e->plant->points[point].unit];

    if (e->at.ms < faults_point_due_ms(e, point)) {
        arm_point(e, point);
        return;
    }
    p->st.why = why_silent(p->st.why);
    point_is_lost(e, point);
    if (!u->lost)
        raise_point(e, point);
}

static void note_miss(struct point_state *st, struct why why, bool was_miss)
{
    st->n = was_miss ? st->n + 1 : 1;
    st->why = why;
}

static void point_missed(struct engine *e, const struct sample *s)
{
    struct point_state *st = &e->points[s->point].st;

    note_miss(st, s->why, st->why.code != WHY_NONE);
    if (st->q != Q_COMM_FAIL && st->q != Q_NEVER_READ)
        point_set_quality(e, s->point, Q_STALE);
    limits_sample(e, s->point, s);
    users_tell(e, s->point);
}

void faults_miss(struct engine *e, const struct sample *s)
{
    const struct point_conf *conf = &e->plant->points[s->point];
    struct unit_watch *u = &e->units[conf->unit];
    struct bus_watch *bus = &e->buses[conf->bus];

    if (!s->alive) {
        u->silent = true;
        u->why = s->why;
        bus->why = s->why;
        bus->line_down = s->why.code == WHY_LINK;
    }
    point_missed(e, s);
}

static void miss_by_gap(struct engine *e, uint32_t point)
{
    struct sample s = {
        .point = point, .kind = SAMPLE_MISS, .q = Q_STALE, .val = NAN, .why = { .code = WHY_GAP }
    };

    point_missed(e, &s);
}

/* One gap excuses who did not answer in it; who has not answered since the last one
 * is not excused again, or a machine that starves would hide him for ever. */
void faults_gap(struct engine *e, int64_t end_ms)
{
    for (uint32_t i = 0; i < e->plant->n_units; i++)
        if (!e->units[i].lost && e->units[i].proven_ms > e->gap_ms)
            e->units[i].proven_ms = end_ms;
    for (uint32_t i = 0; i < e->plant->n_points; i++) {
        if (point_from_ms(e, i) > e->gap_ms)
            e->points[i].from_ms = end_ms;
        miss_by_gap(e, i);
    }
    e->gap_ms = end_ms;
}

static void note_good(struct engine *e, const struct sample *s)
{
    struct point_state *st = &e->points[s->point].st;

    st->val = s->val;
    st->val_at = e->at.label;
    st->why = NO_WHY;
    st->n = 0;
}

/* A fault stands only while the quality says so: of a point that was good
 * before, its slot need not even be looked at. */
void faults_value(struct engine *e, const struct sample *s)
{
    struct point_watch *p = &e->points[s->point];
    enum quality_class class = quality_class(s->q);
    bool was_good = quality_class(p->st.q) == QC_GOOD;

    p->st.seen = e->at.label;
    p->st.seen_ever = true;
    arm_point(e, s->point);
    if (class == QC_GOOD)
        note_good(e, s);
    else
        note_miss(&p->st, s->why, p->st.why.code != WHY_NONE);
    point_set_quality(e, s->point, s->q);
    if (s->q == Q_GOOD && (e->slots[p->fault].st.supp & SUPP_MAINT) != 0)
        point_set_quality(e, s->point, Q_MAINT);
    limits_sample(e, s->point, s);
    users_tell(e, s->point);
    if (class == QC_BAD)
        raise_point(e, s->point);
    else if (class == QC_GOOD && !was_good)
        end_fault(e, p->fault);
}

/* ---- units and buses ---- */

static void raise_unit(struct engine *e, uint32_t unit)
{
    const struct unit_watch *u = &e->units[unit];
    struct alarm_case c = { .priority = FAULT_PRIORITY,
                            .why = why_silent(u->why),
                            .q = Q_COMM_FAIL };
    uint32_t pending = pending_of_unit(e, unit, &c.priority);

    raise_fault(e, u->slot, &c, pending);
}

/* Also one whose next poll has yet to be lost: on a slow line others may take
 * all the time until its age. */
static bool is_unknown(const struct engine *e, const struct unit_watch *u)
{
    return u->silent || e->at.ms >= u->proven_ms + u->age_ms;
}

/* All silent, or the line itself gone: then no unit can be blamed.  The only
 * unit of a bus is its own witness as long as the line stands. */
static bool bus_is_lost(const struct engine *e, uint32_t bus)
{
    const struct bus_watch *b = &e->buses[bus];

    if (b->line_down)
        return true;
    for (uint32_t i = b->first_unit; i != PLANT_NONE; i = e->units[i].next)
        if (!is_unknown(e, &e->units[i]))
            return false;
    return b->n_units >= 2;
}

static void hold_units(struct engine *e, uint32_t bus)
{
    struct alarm_case c = { .q = Q_COMM_FAIL };

    for (uint32_t i = e->buses[bus].first_unit; i != PLANT_NONE; i = e->units[i].next)
        engine_move(e, e->units[i].slot, ALARM_HOLD_DOWN, &c, NULL);
}

static void raise_bus(struct engine *e, uint32_t bus)
{
    const struct bus_watch *b = &e->buses[bus];
    struct alarm_case c = { .priority = FAULT_PRIORITY,
                            .why = why_silent(b->why),
                            .q = Q_COMM_FAIL };
    uint32_t pending = 0;

    for (uint32_t i = b->first_unit; i != PLANT_NONE; i = e->units[i].next) {
        e->units[i].lost = true;
        points_are_lost(e, i);
        pending |= pending_of_unit(e, i, &c.priority);
    }
    raise_fault(e, b->slot, &c, pending);
    hold_units(e, bus);
}

void faults_unit_due(struct engine *e, uint32_t unit)
{
    struct unit_watch *u = &e->units[unit];
    uint32_t bus = e->plant->units[unit].bus;

    if (e->at.ms < u->proven_ms + u->age_ms) {
        arm_unit(e, unit);
        return;
    }
    u->lost = true;
    points_are_lost(e, unit);
    if (fault_stands(e, e->buses[bus].slot))
        return;
    if (bus_is_lost(e, bus))
        raise_bus(e, bus);
    else
        raise_unit(e, unit);
}

static void free_unit(struct engine *e, uint32_t unit, bool is_back)
{
    struct alarm_case c = { .good = is_back, .q = Q_COMM_FAIL };

    engine_move(e, e->units[unit].slot, ALARM_FREE, &c, NULL);
}

/* Its points are judged one by one again; what is too old by now says so. */
static void watch_points(struct engine *e, uint32_t unit)
{
    e->units[unit].lost = false;
    for (uint32_t i = e->units[unit].first_point; i != PLANT_NONE; i = e->points[i].next)
        faults_point_due(e, i);
}

/* `spoke`: the unit whose frame has just proven that the bus is there.  A unit
 * that was taken along before its own age is neither blamed nor covered now. */
static void end_bus(struct engine *e, uint32_t bus, uint32_t spoke)
{
    const struct bus_watch *b = &e->buses[bus];

    end_fault(e, b->slot);
    for (uint32_t i = b->first_unit; i != PLANT_NONE; i = e->units[i].next) {
        const struct unit_watch *u = &e->units[i];

        free_unit(e, i, i == spoke);
        if (i == spoke)
            continue;
        if (e->at.ms >= u->proven_ms + u->age_ms)
            raise_unit(e, i);
        else
            watch_points(e, i);
    }
}

static void unit_is_back(struct engine *e, uint32_t unit)
{
    e->units[unit].back_ms = e->at.ms;
    watch_points(e, unit);
}

void faults_frame(struct engine *e, uint32_t unit)
{
    struct unit_watch *u = &e->units[unit];
    uint32_t bus = e->plant->units[unit].bus;

    u->proven_ms = e->at.ms;
    u->silent = false;
    u->why = NO_WHY;
    e->buses[bus].line_down = false;
    e->buses[bus].why = NO_WHY;
    if (u->lost)
        unit_is_back(e, unit);
    arm_unit(e, unit);
    if (fault_stands(e, e->buses[bus].slot))
        end_bus(e, bus, unit);
    end_fault(e, u->slot);
}

void faults_settle(struct engine *e)
{
    for (uint32_t bus = 0; bus < e->plant->n_buses; bus++) {
        if (fault_stands(e, e->buses[bus].slot)) {
            hold_units(e, bus);
            continue;
        }
        for (uint32_t i = e->buses[bus].first_unit; i != PLANT_NONE; i = e->units[i].next)
            free_unit(e, i, false);
    }
}

void engine_sys(struct engine *e, enum sys_fault f, uint32_t uplink, bool bad, struct why why,
                struct stamp now)
{
    uint32_t slot = slots_find_sys(e, f, uplink);
    struct alarm_case c = { .priority = FAULT_PRIORITY, .why = why, .q = Q_GOOD };

    if (slot == SLOT_NONE)
        return;
    ring_release(e);
    e->at.label = now;
    if (f == SYS_TIME && !bad)
        e->time_known = true;
    if (bad)
        raise_fault(e, slot, &c, 0);
    else
        end_fault(e, slot);
    if (f == SYS_TIME && bad && !e->time_known)
        holds_lost_time(e);
}
