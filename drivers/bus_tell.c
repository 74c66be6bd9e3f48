#include "drivers/bus_parts.h"

#include <math.h>
#include <string.h>

#include "drivers/decode.h"
#include "drivers/judge.h"

#define WORD_PERIODS 2 /* a word that was asked in time is younger than that */

static const struct plan_place *place_of(const struct bus *b, const struct block *block, uint32_t i)
{
    return &b->plan.places[block->plan->first + i];
}

static uint16_t offset_of(const struct bus *b, const struct plan_place *place)
{
    const struct point_conf *c = &b->plant->points[place->point];

    return (uint16_t)(plan_span(c, place->which).address - b->telling.address);
}

/* A status word gives no sample: its value, which may stand in another block, does. */
static void keep_word(struct bus *b, const struct plan_place *place)
{
    const struct telling *t = &b->telling;
    const struct read_conf *read = &b->plant->points[place->point].status.read;
    struct word *w = &b->words[place->word];

    *w = (struct word){ .is_known = t->has_values, .why = t->why, .at_us = t->at_us };
    if (t->has_values)
        w->raw = decode_raw(read, t->data, offset_of(b, place)).code;
}

static void skip_words(struct bus *b)
{
    struct telling *t = &b->telling;
    uint32_t n = t->block->plan->n;

    while (t->next < n && place_of(b, t->block, t->next)->which != PLAN_VALUE)
        t->next++;
    if (t->next == n)
        t->block = NULL;
}

/* A device that starts anew answers before it measures: most often with zeros.
 * And it may be another one. */
static void came_back(struct bus *b, struct unit *u, int64_t now_us)
{
    u->back_us = now_us;
    if (u->identity == NO_BLOCK)
        return;
    trust_forget(&u->trust);
    if (b->blocks[u->identity].due_us > now_us)
        b->blocks[u->identity].due_us = now_us;
}

static void note_alive(struct bus *b, struct unit *u, int64_t now_us)
{
    if (u->is_back || u->alive_us < b->link_us)
        came_back(b, u, now_us);
    u->is_back = false;
    u->alive_us = now_us;
}

/* It gives no sample either. */
static void keep_identity(struct bus *b, const struct plan_place *place, struct unit *u)
{
    const struct telling *t = &b->telling;

    if (t->has_values)
        trust_judge(&u->trust, &b->plant->points[place->point].identity,
                    t->data + 2 * offset_of(b, place));
    else if (t->alive)
        trust_refused(&u->trust, t->why);
}

static void keep_place(struct bus *b, const struct plan_place *place, struct unit *u)
{
    if (place->which == PLAN_STATUS)
        keep_word(b, place);
    else if (place->which == PLAN_IDENTITY)
        keep_identity(b, place, u);
}

/* Until it is proven it is asked for as often as values are. */
static void ask_identity_again(struct bus *b, const struct unit *u, int64_t now_us)
{
    int64_t again_us = now_us + b->plant->units[u->of_plant].every_ms * 1000;
    struct block *block = &b->blocks[u->identity];

    if (u->trust.state != TRUST_RIGHT && block->due_us > again_us)
        block->due_us = again_us;
}

static void tell(struct bus *b, struct block *block, int64_t now_us)
{
    struct unit *u = &b->units[block->unit];

    if (b->telling.alive)
        note_alive(b, u, now_us);
    b->telling.block = block;
    b->telling.next = 0;
    b->telling.at_us = now_us;
    for (uint32_t i = 0; i < block->plan->n; i++)
        keep_place(b, place_of(b, block, i), u);
    skip_words(b);
    schedule_told(block, now_us);
    if (u->identity != NO_BLOCK)
        ask_identity_again(b, u, now_us);
}

void tell_miss(struct bus *b, struct block *block, struct why why, bool alive, int64_t now_us)
{
    if (block->due_us > now_us && !alive)
        return; /* a probe that came before its poll was due */
    b->telling.has_values = false;
    b->telling.alive = alive;
    b->telling.why = why;
    tell(b, block, now_us);
}

void tell_values(struct bus *b, struct block *block, const uint8_t *data, size_t len,
                 int64_t now_us)
{
    b->telling.has_values = true;
    b->telling.alive = true;
    b->telling.address = b->now.request.address;
    memcpy(b->telling.data, data, len);
    tell(b, block, now_us);
}

/* What a value is worth without its status word, nobody knows.  A word is of the
 * same frame, or of its own poll in the same period. */
static bool is_told(const struct bus *b, const struct plan_place *place, struct sample *s)
{
    const struct telling *t = &b->telling;
    const struct word *w = place->word == PLAN_NO_WORD ? NULL : &b->words[place->word];

    if (!t->has_values || w == NULL)
        return t->has_values;
    s->why = w->is_known ? (struct why){ WHY_TIMEOUT, 0 } : w->why;
    return w->is_known && t->at_us - w->at_us <= WORD_PERIODS * t->block->every_us;
}

static void judge_place(struct bus *b, const struct plan_place *place, struct sample *s)
{
    const struct point_conf *conf = &b->plant->points[place->point];
    const struct telling *t = &b->telling;
    struct reading r = { .raw = decode_raw(&conf->read, t->data, offset_of(b, place)),
                         .has_status = place->word != PLAN_NO_WORD,
                         .at_us = t->at_us,
                         .back_us = b->units[t->block->unit].back_us };

    if (r.has_status)
        r.status = b->words[place->word].raw;
    judge_reading(conf, &r, &b->memory[place - b->plan.places], s);
}

bool tell_next(struct bus *b, struct bus_action *a)
{
    struct telling *t = &b->telling;

    if (t->block == NULL)
        return false;
    const struct plan_place *place = place_of(b, t->block, t->next++);
    a->what = BUS_SAMPLE;
    a->sample = (struct sample){ .point = place->point,
                                 .kind = SAMPLE_MISS,
                                 .alive = t->alive,
                                 .q = Q_STALE,
                                 .val = NAN,
                                 .why = t->why };
    if (is_told(b, place, &a->sample)) {
        judge_place(b, place, &a->sample);
        trust_apply(&b->units[t->block->unit].trust, &a->sample);
    }
    skip_words(b);
    a->is_last = t->block == NULL;
    return true;
}
