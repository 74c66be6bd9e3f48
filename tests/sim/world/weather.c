#include "tests/sim/world/weather.h"

#include "tests/sim/world/world.h"

#define MINUTE (60 * WORLD_S)

bool weather_blows(const struct world *w, enum storm kind)
{
    return (w->weather.storm & (uint32_t)kind) != 0;
}

static struct dice *dice(struct world *w)
{
    return &w->weather.dice;
}

/* A task of this storm only. */
static void soon(struct world *w, int64_t mean_us, task_run *run, uint32_t who)
{
    world_at(w, w->now_us + dice_wait(dice(w), mean_us), run, w->weather.number, who);
}

static bool is_past(const struct world *w, const struct task *t)
{
    return t->life != w->weather.number;
}

/* --- lines --- */

static void set_rates(struct world *w, uint32_t bus, uint32_t share)
{
    struct line_rates *r = &w->lines[bus].rates;
    uint32_t most = share;

    *r = (struct line_rates){ 0 };
    if (share == 0)
        return;
    r->lost = (uint32_t)dice_below(dice(w), most);
    r->late = (uint32_t)dice_below(dice(w), most);
    r->corrupt = (uint32_t)dice_below(dice(w), most);
    r->twice = (uint32_t)dice_below(dice(w), most);
    r->foreign = (uint32_t)dice_below(dice(w), most);
    r->refused = (uint32_t)dice_below(dice(w), most / 4 + 1);
    r->split = (uint32_t)dice_below(dice(w), most);
    r->head = (uint32_t)dice_below(dice(w), most / 2 + 1);
    r->drop = w->lines[bus].is_rtu ? 0 : (uint32_t)dice_below(dice(w), most / 8 + 1);
    w->lines[bus].has_echo = w->lines[bus].is_rtu && dice_chance(dice(w), 1000);
}

static void change_lines(struct world *w, const struct task *t)
{
    static const uint32_t shares[] = { 0, 50, 300, 1200 };

    if (is_past(w, t))
        return;
    set_rates(w, t->who, shares[dice_below(dice(w), 4)]);
    soon(w, 3 * MINUTE, change_lines, t->who);
}

static void unit_dies(struct world *w, const struct task *t)
{
    struct line *l = &w->lines[dice_below(dice(w), WORLD_BUSES)];
    bool all = dice_chance(dice(w), 1500);

    if (is_past(w, t))
        return;
    int64_t until_us = w->now_us + dice_between(dice(w), 500000, 40 * WORLD_S);
    uint64_t one = 1 + dice_below(dice(w), 3);
    for (uint64_t unit = 1; unit <= 3; unit++)
        if (all || unit == one)
            l->dead_until_us[unit] = until_us;
    w->counts.units_dead++;
    judge_line_fault(w, l->bus);
    soon(w, 2 * MINUTE, unit_dies, 0);
}

static void line_heals(struct world *w, const struct task *t)
{
    if (!is_past(w, t))
        line_cut(w, t->who, false);
}

static void line_breaks(struct world *w, const struct task *t)
{
    uint32_t bus = (uint32_t)dice_below(dice(w), WORLD_BUSES);

    if (is_past(w, t))
        return;
    if (dice_chance(dice(w), 5000)) {
        line_drop(w, bus);
    } else {
        line_cut(w, bus, true);
        world_at(w, w->now_us + dice_between(dice(w), 100000, 30 * WORLD_S), line_heals,
                 w->weather.number, bus);
    }
    soon(w, 4 * MINUTE, line_breaks, 0);
}

/* --- disk --- */

static void change_disk(struct world *w, const struct task *t)
{
    static const enum disk_mood moods[] = { DISK_WELL, DISK_SLOW,    DISK_STUCK,
                                            DISK_WELL, DISK_FAILING, DISK_GHOST };

    if (is_past(w, t))
        return;
    w->weather.disk = moods[dice_below(dice(w), sizeof moods / sizeof moods[0])];
    w->weather.disk_since_us = w->now_us;
    world_trace(w, "disk mood %d", (int)w->weather.disk);
    soon(w, 20 * WORLD_S, change_disk, 0);
}

/* --- the way to the county --- */

static void net_wakes(struct world *w, const struct task *t)
{
    if (!is_past(w, t))
        broker_silence(w, false);
}

static void net_trouble(struct world *w, const struct task *t)
{
    if (is_past(w, t))
        return;
    switch (dice_below(dice(w), 4)) {
    case 0:
        broker_cut(w);
        break;
    case 1:
        broker_silence(w, true);
        world_at(w, w->now_us + dice_between(dice(w), WORLD_S, 90 * WORLD_S), net_wakes,
                 w->weather.number, 0);
        break;
    case 2:
        w->weather.net_slow_us = dice_between(dice(w), 100000, 3 * WORLD_S);
        break;
    default:
        w->weather.net_slow_us = 0;
        break;
    }
    judge_way_broken(w);
    soon(w, 90 * WORLD_S, net_trouble, 0);
}

static void broker_back(struct world *w, const struct task *t)
{
    (void)t;
    if (!w->broker.is_up)
        broker_start(w);
}

static void broker_dies(struct world *w, const struct task *t)
{
    if (is_past(w, t))
        return;
    broker_kill(w);
    world_at(w, w->now_us + dice_wait(dice(w), 20 * WORLD_S), broker_back, 0, 0);
    soon(w, 5 * MINUTE, broker_dies, 0);
}

static void broker_mind(struct world *w, const struct task *t)
{
    if (is_past(w, t))
        return;
    w->broker.is_refusing = !w->broker.is_refusing && dice_chance(dice(w), 2000);
    judge_way_broken(w);
    soon(w, 3 * MINUTE, broker_mind, 0);
}

static void county_back(struct world *w, const struct task *t)
{
    (void)t;
    if (!w->desk.is_up)
        desk_start(w);
}

static void county_goes(struct world *w, const struct task *t)
{
    if (is_past(w, t))
        return;
    if (dice_chance(dice(w), 500))
        desk_crash(w);
    else
        desk_leave(w);
    world_at(w, w->now_us + dice_wait(dice(w), 60 * WORLD_S), county_back, 0, 0);
    soon(w, 6 * MINUTE, county_goes, 0);
}

static void county_asks(struct world *w, const struct task *t)
{
    if (is_past(w, t))
        return;
    desk_asks(w);
    soon(w, 30 * WORLD_S, county_asks, 0);
}

/* --- the gateway's process --- */

static void kill_comes(struct world *w, const struct task *t)
{
    if (is_past(w, t))
        return;
    if (w->box.is_alive && dice_chance(dice(w), 1500))
        box_stop(w);
    else if (w->box.is_alive && dice_chance(dice(w), 5000))
        w->box.kill_in = (uint32_t)dice_between(dice(w), 1, 25); /* between two actions */
    else
        box_kill(w);
    soon(w, 4 * MINUTE, kill_comes, 0);
}

static void reload_comes(struct world *w, const struct task *t)
{
    if (is_past(w, t))
        return;
    box_reload(w);
    soon(w, 2 * MINUTE, reload_comes, 0);
}

static void clock_jumps(struct world *w, const struct task *t)
{
    if (is_past(w, t))
        return;
    box_clock_step(w, dice_between(dice(w), -7200000, 7200000));
    soon(w, 10 * MINUTE, clock_jumps, 0);
}

/* --- storms and rests --- */

static void begin_storm(struct world *w, const struct task *t);

/* Everything is mended; the levels of the plant stand still. */
static void heal(struct world *w)
{
    struct weather *a = &w->weather;

    a->disk = DISK_WELL;
    a->net_slow_us = 0;
    w->broker.is_refusing = false;
    broker_silence(w, false);
    for (uint32_t bus = 0; bus < WORLD_BUSES; bus++) {
        line_cut(w, bus, false);
        set_rates(w, bus, 0);
        w->lines[bus].has_echo = false;
        for (int unit = 0; unit < LINE_UNITS; unit++)
            w->lines[bus].dead_until_us[unit] = 0;
    }
}

static void look_for_rest(struct world *w, const struct task *t)
{
    if (is_past(w, t))
        return;
    bool is_done = judge_rest(w);
    w->weather.is_over = is_done && w->weather.is_last;
    if (is_done && !w->weather.is_last)
        begin_storm(w, t);
    else if (!is_done)
        world_at(w, w->now_us + WORLD_S, look_for_rest, w->weather.number, 0);
}

static void rest(struct world *w)
{
    struct weather *a = &w->weather;

    a->number++;
    a->storm = 0;
    a->is_rest = true;
    a->since_us = w->now_us;
    heal(w);
    world_trace(w, "rest");
    world_at(w, w->now_us + 20 * WORLD_S, look_for_rest, a->number, 0);
}

static void begin_rest(struct world *w, const struct task *t)
{
    if (!is_past(w, t))
        rest(w);
}

void weather_end(struct world *w)
{
    w->weather.is_last = true;
    if (!w->weather.is_rest)
        rest(w);
}

/* One kind alone as often as all of them: what holds in a storm of one kind
 * can be asked for more strictly. */
static uint32_t choose(struct world *w)
{
    if (dice_chance(dice(w), 4000))
        return 1u << dice_below(dice(w), 8);
    return (uint32_t)dice_below(dice(w), STORM_ALL + 1);
}

static void begin_storm(struct world *w, const struct task *t)
{
    struct weather *a = &w->weather;

    (void)t;
    a->number++;
    a->is_rest = false;
    a->since_us = w->now_us;
    a->storm = choose(w);
    world_trace(w, "storm %x", a->storm);
    for (uint32_t bus = 0; bus < WORLD_BUSES && weather_blows(w, STORM_LINES); bus++)
        soon(w, WORLD_S, change_lines, bus);
    if (weather_blows(w, STORM_LINES)) {
        soon(w, MINUTE, unit_dies, 0);
        soon(w, 2 * MINUTE, line_breaks, 0);
    }
    if (weather_blows(w, STORM_DISK))
        soon(w, 10 * WORLD_S, change_disk, 0);
    if (weather_blows(w, STORM_NET))
        soon(w, MINUTE, net_trouble, 0);
    if (weather_blows(w, STORM_BROKER)) {
        soon(w, 2 * MINUTE, broker_dies, 0);
        soon(w, 2 * MINUTE, broker_mind, 0);
    }
    if (weather_blows(w, STORM_COUNTY))
        soon(w, 2 * MINUTE, county_goes, 0);
    if (weather_blows(w, STORM_RECEIPTS))
        soon(w, MINUTE, county_asks, 0);
    if (weather_blows(w, STORM_KILLS))
        soon(w, 2 * MINUTE, kill_comes, 0);
    if (weather_blows(w, STORM_CLOCK))
        soon(w, 5 * MINUTE, clock_jumps, 0);
    soon(w, MINUTE, reload_comes, 0);
    soon(w, 12 * MINUTE, begin_rest, 0);
}

void weather_init(struct world *w)
{
    dice_init(dice(w), w->conf.seed, 'W');
    begin_storm(w, NULL);
}
