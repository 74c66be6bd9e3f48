#include "rules/alarm.h"

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct level_row {
    int number;
    enum proc from;
    enum cond cond;
    bool (*guard)(const struct level_state *level, const struct limit_conf *limit);
    enum proc next;
    void (*delay)(struct level_state *level, const struct limit_conf *limit,
                  const struct instant *at);
};

static bool always(const struct level_state *level, const struct limit_conf *limit)
{
    (void)level;
    (void)limit;
    return true;
}

static bool no_on_delay(const struct level_state *level, const struct limit_conf *limit)
{
    (void)level;
    return limit->after_ms == 0;
}

static bool no_off_delay(const struct level_state *level, const struct limit_conf *limit)
{
    (void)level;
    return limit->clear_after_ms == 0;
}

static bool is_running(const struct level_state *level, const struct limit_conf *limit)
{
    (void)limit;
    return level->running;
}

static bool is_paused(const struct level_state *level, const struct limit_conf *limit)
{
    (void)limit;
    return !level->running;
}

static void no_delay(struct level_state *level, const struct limit_conf *limit,
                     const struct instant *at)
{
    (void)limit;
    (void)at;
    level->left_ms = 0;
    level->from_ms = 0;
    level->running = false;
}

static void run(struct level_state *level, const struct limit_conf *limit, const struct instant *at)
{
    (void)limit;
    level->from_ms = at->ms;
    level->running = true;
}

static void pause(struct level_state *level, const struct limit_conf *limit,
                  const struct instant *at)
{
    (void)limit;
    level->left_ms -= at->ms - level->from_ms;
    level->from_ms = 0;
    level->running = false;
}

static void cross(struct level_state *level, const struct limit_conf *limit,
                  const struct instant *at)
{
    (void)limit;
    level->crossed = at->label;
}

static void run_on(struct level_state *level, const struct limit_conf *limit,
                   const struct instant *at)
{
    level->crossed = at->label;
    level->left_ms = limit->after_ms;
    run(level, limit, at);
}

static void run_off(struct level_state *level, const struct limit_conf *limit,
                    const struct instant *at)
{
    level->left_ms = limit->clear_after_ms;
    run(level, limit, at);
}

/* A delay that an earlier epoch left is paused before it comes here. */
static const struct level_row level_rows[] = {
    /* no  from       condition     guard         next       delay */
    { 1, PROC_N, COND_TRUE, no_on_delay, PROC_A, cross },
    { 2, PROC_N, COND_TRUE, always, PROC_PON, run_on },
    { 3, PROC_PON, COND_FALSE, always, PROC_N, no_delay },
    { 4, PROC_PON, COND_DUE, always, PROC_A, no_delay },
    { 5, PROC_A, COND_FALSE, no_off_delay, PROC_N, no_delay },
    { 6, PROC_A, COND_FALSE, always, PROC_POFF, run_off },
    { 7, PROC_POFF, COND_TRUE, always, PROC_A, no_delay },
    { 8, PROC_POFF, COND_DUE, always, PROC_N, no_delay },
    { 8, PROC_POFF, COND_UNKNOWN, is_running, PROC_POFF, pause },
    { 20, PROC_PON, COND_UNKNOWN, is_running, PROC_PON, pause },
    { 20, PROC_PON, COND_BAD, is_running, PROC_PON, pause },
    { 20, PROC_POFF, COND_BAD, always, PROC_A, no_delay },
    { 22, PROC_PON, COND_TRUE, is_paused, PROC_PON, run },
    { 22, PROC_PON, COND_HOLDS, is_paused, PROC_PON, run },
    { 22, PROC_POFF, COND_FALSE, is_paused, PROC_POFF, run },
    { 22, PROC_POFF, COND_HOLDS, is_paused, PROC_POFF, run },
    { 28, PROC_POFF, COND_RESTORE, always, PROC_A, no_delay },
};

bool level_step(struct level_state *level, enum cond cond, const struct limit_conf *limit,
                const struct instant *at)
{
    for (size_t i = 0; i < COUNT(level_rows); i++) {
        const struct level_row *row = &level_rows[i];

        if (row->from != level->proc || row->cond != cond || !row->guard(level, limit))
            continue;
        level->proc = row->next;
        row->delay(level, limit, at);
        return true;
    }
    return false;
}

bool level_is_up(const struct level_state *level)
{
    return level->proc == PROC_A || level->proc == PROC_POFF;
}

int64_t level_due_ms(const struct level_state *level)
{
    return level->running ? level->from_ms + level->left_ms : INT64_MAX;
}
