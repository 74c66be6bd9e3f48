#include "rules/event.h"

#include <stddef.h>

#include "rules/engine.h"

struct event_row {
    const char *word;
    bool is_bad_news;
};

#define EVENT_ROW(name, word, bad) [name] = { word, bad },
static const struct event_row event_rows[EVENT_TYPES] = { EVENTS(EVENT_ROW) };
#undef EVENT_ROW

#define KIND_WORD(name, word) [name] = word,
static const char *const kind_words[KIND_COUNT] = { ALARM_KINDS(KIND_WORD) };
#undef KIND_WORD

/* People see the first of these that holds. */
struct state_row {
    const char *word;
    bool (*holds)(const struct alarm_state *st);
};

static bool is_suppressed(const struct alarm_state *st)
{
    return st->supp != 0;
}

static bool is_latched_unacked(const struct alarm_state *st)
{
    return st->latched && !st->acked;
}

static bool is_latched(const struct alarm_state *st)
{
    return st->latched;
}

static bool is_unacked(const struct alarm_state *st)
{
    return st->active && !st->acked;
}

static bool is_acked(const struct alarm_state *st)
{
    return st->active;
}

static const struct state_row state_rows[] = {
    { "suppressed", is_suppressed }, { "latched_unacked", is_latched_unacked },
    { "latched_acked", is_latched }, { "unacked", is_unacked },
    { "acked", is_acked },           { "rtn_unacked", alarm_is_listed },
};

const char *event_word(enum event_type t)
{
    return event_rows[t].word;
}

bool event_is_bad_news(enum event_type t)
{
    return event_rows[t].is_bad_news;
}

const char *alarm_kind_word(enum alarm_kind k)
{
    return kind_words[k];
}

const char *alarm_state_word(const struct alarm_state *st)
{
    for (size_t i = 0; i < sizeof state_rows / sizeof state_rows[0]; i++)
        if (state_rows[i].holds(st))
            return state_rows[i].word;
    return "normal";
}

bool alarm_is_active(const struct alarm_state *st)
{
    return st->active || st->latched;
}

bool alarm_is_listed(const struct alarm_state *st)
{
    return st->id.epoch != 0;
}
