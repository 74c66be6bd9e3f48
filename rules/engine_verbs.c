#include "rules/engine_core.h"

static void start_case(const struct engine *e, const struct slot *s, struct alarm_case *c)
{
    *c = (struct alarm_case){ .q = s->st.q };
    if (!slot_has_levels(s))
        return;
    for (int i = 0; i < LEVELS_A_SIDE; i++)
        c->limits[i] = slot_limit(e, s, i);
}

static int move_by_hand(struct engine *e, const char *rule, enum alarm_input input,
                        const struct note *note, struct stamp now)
{
    uint32_t slot = slots_find_rule(e, rule);
    struct alarm_case c;

    if (slot == SLOT_NONE)
        return RG_ENOENT;
    ring_release(e);
    e->at.label = now;
    start_case(e, &e->slots[slot], &c);
    if (engine_move(e, slot, input, &c, note))
        return RG_OK;
    if (input == ALARM_ACK && alarm_is_listed(&e->slots[slot].st))
        return RG_EALREADY;
    return RG_EREFUSED;
}

int engine_ack(struct engine *e, const char *rule, const char *by, const char *comment,
               struct stamp now)
{
    return move_by_hand(e, rule, ALARM_ACK, &(struct note){ .by = by, .comment = comment }, now);
}

int engine_reset(struct engine *e, const char *rule, const char *by, struct stamp now)
{
    return move_by_hand(e, rule, ALARM_RESET, &(struct note){ .by = by }, now);
}
