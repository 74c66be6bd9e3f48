/* What reaches the process: bytes, connections, acknowledgements, a clock. */
#include "tests/sim/world/world.h"

static bool hears(const struct world *w)
{
    return w->box.is_alive && !w->box.stopping;
}

void box_line_up(struct world *w, uint32_t bus)
{
    if (!hears(w))
        return;
    bus_up(w->box.buses[bus], w->now_us);
    w->box.bus_us[bus] = w->now_us;
}

void box_line_down(struct world *w, uint32_t bus)
{
    if (!hears(w))
        return;
    bus_down(w->box.buses[bus], w->now_us);
    w->box.bus_us[bus] = w->now_us;
}

void box_line_bytes(struct world *w, uint32_t bus, const uint8_t *bytes, size_t len)
{
    if (!hears(w))
        return;
    bus_input(w->box.buses[bus], bytes, len, w->now_us);
    w->box.bus_us[bus] = w->now_us;
}

void box_link_up(struct world *w, uint64_t conn)
{
    struct box *b = &w->box;

    if (!b->is_alive || conn != b->conn || b->link != BOX_LINK_TRIES)
        return;
    b->link = BOX_LINK_UP;
    gateway_up(b->gateway, 0, world_stamp(w));
    b->gateway_us = w->now_us;
    judge_way_broken(w);
}

void box_link_down(struct world *w, uint64_t conn, bool refused)
{
    struct box *b = &w->box;

    if (!b->is_alive || conn != b->conn || b->link == BOX_LINK_NONE)
        return;
    b->link = BOX_LINK_NONE;
    gateway_down(b->gateway, 0, refused, world_stamp(w));
    b->gateway_us = w->now_us;
    judge_way_broken(w);
}

void box_puback(struct world *w, uint64_t conn, uint32_t token)
{
    struct box *b = &w->box;

    if (!b->is_alive || conn != b->conn || b->link != BOX_LINK_UP)
        return;
    gateway_puback(b->gateway, 0, token, true, world_stamp(w));
    b->gateway_us = w->now_us;
}

void box_down(struct world *w, uint64_t conn, const char *topic, const char *body, size_t len)
{
    struct box *b = &w->box;

    if (!b->is_alive || conn != b->conn || b->link != BOX_LINK_UP)
        return;
    world_trace(w, "gateway < %.*s", (int)len, body);
    gateway_downlink(b->gateway, 0, topic, body, len, world_stamp(w));
    b->gateway_us = w->now_us;
}

void box_clock_step(struct world *w, int64_t offset_ms)
{
    w->counts.clock_steps++;
    w->wall_offset_ms += offset_ms;
    if (!w->box.is_alive)
        return;
    gateway_clock_step(w->box.gateway, offset_ms, world_stamp(w));
    w->box.gateway_us = w->now_us;
}
