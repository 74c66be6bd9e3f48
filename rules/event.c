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

#define REASON_WORD(name, word) [name] = word,
static const char *const reason_words[END_REASON_COUNT] = { END_REASONS(REASON_WORD) };
#undef REASON_WORD

/* People see the first of these that holds. */
struct state_row {
    const char *word;
    bool (*holds)(const struct alarm_state *st);
};

static bool is_out_of_service(const struct alarm_state *st)
{
    return (st->supp & SUPP_OOS) != 0;
}

static bool is_suppressed(const struct alarm_state *st)
{
    return (st->supp & (SUPP_BUS | SUPP_RULE | SUPP_MAINT)) != 0;
}

static bool is_shelved(const struct alarm_state *st)
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
    { "oos", is_out_of_service },    { "suppressed", is_suppressed },
    { "shelved", is_shelved },       { "latched_unacked", is_latched_unacked },
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

const char *end_reason_word(enum end_reason r)
{
    return reason_words[r];
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

bool alarm_is_announced(const struct alarm_state *st)
{
    return alarm_is_active(st) && !st->acked && st->supp == 0;
}

bool alarm_is_empty(const struct alarm_state *st)
{
    return st->id.epoch == 0 && st->supersedes.epoch == 0 && (st->last.epoch == 0 || st->closed) &&
           !st->active && !st->latched && st->supp == 0 && st->levels[0].proc == PROC_N &&
           st->levels[1].proc == PROC_N;
}
