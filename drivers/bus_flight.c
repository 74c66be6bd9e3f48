#include "drivers/bus_parts.h"

static struct transaction *find_free(struct bus *b)
{
    for (int i = 0; i < b->conf->in_flight - 1; i++)
        if (b->parked[i].block == NULL)
            return &b->parked[i];
    return NULL;
}

static bool is_like(const struct transaction *t, const struct block *block)
{
    return t->block != NULL && t->block->unit == block->unit && t->request.fc == block->plan->fc &&
           t->request.count == block->plan->count;
}

bool flight_takes(const struct bus *b, const struct block *block)
{
    bool has_room = b->now.block == NULL;

    if (is_like(&b->now, block))
        return false;
    for (int i = 0; i < b->conf->in_flight - 1; i++) {
        if (is_like(&b->parked[i], block))
            return false;
        has_room = has_room || b->parked[i].block == NULL;
    }
    return has_room;
}

bool flight_is_empty(const struct bus *b)
{
    for (int i = 0; i < b->conf->in_flight - 1; i++)
        if (b->parked[i].block != NULL)
            return false;
    return b->now.block == NULL;
}

void flight_park(struct bus *b)
{
    struct transaction *place = b->now.block != NULL ? find_free(b) : NULL;

    if (place == NULL)
        return;
    *place = b->now;
    b->now.block = NULL;
}

static void turn_to(struct bus *b, struct transaction *t)
{
    struct transaction other = b->now;

    b->now = *t;
    *t = other;
}

void flight_turn_to(struct bus *b, uint16_t tid)
{
    for (int i = 0; i < b->conf->in_flight - 1; i++)
        if (b->parked[i].block != NULL && b->parked[i].request.tid == tid) {
            turn_to(b, &b->parked[i]);
            return;
        }
}

bool flight_turn_to_any(struct bus *b)
{
    for (int i = 0; i < b->conf->in_flight - 1 && b->now.block == NULL; i++)
        if (b->parked[i].block != NULL)
            turn_to(b, &b->parked[i]);
    return b->now.block != NULL;
}

static bool is_late(const struct transaction *t, int64_t now_us)
{
    return t->block != NULL && now_us >= t->deadline_us;
}

bool flight_turn_to_late(struct bus *b, int64_t now_us)
{
    for (int i = 0; i < b->conf->in_flight - 1 && !is_late(&b->now, now_us); i++)
        if (is_late(&b->parked[i], now_us))
            turn_to(b, &b->parked[i]);
    return is_late(&b->now, now_us);
}

int64_t flight_until_us(const struct bus *b)
{
    int64_t until_us = b->now.block != NULL ? b->now.deadline_us : INT64_MAX;

    for (int i = 0; i < b->conf->in_flight - 1; i++)
        if (b->parked[i].block != NULL && b->parked[i].deadline_us < until_us)
            until_us = b->parked[i].deadline_us;
    return until_us;
}
