#include "rules/engine_core.h"
#include "rules/holds.h"

#include <string.h>

#define VERDICT_WORD(name, word) [name] = word,
static const char *const verdict_words[REFUSALS] = { VERDICTS(VERDICT_WORD) };
#undef VERDICT_WORD

const char *refusal_word(enum refusal r)
{
    return verdict_words[r];
}

/* ---- what an act is about ---- */

/* "co.a/HH" names a level; an alarm, a side at rest or a fault has its own. */
static uint8_t class_of(const struct engine *e, const struct slot *s, const char *what)
{
    const char *word = strrchr(what, '/');
    uint8_t mildest = 0;

    if (!slot_has_levels(s))
        return alarm_is_active(&s->st) ? s->st.priority : FAULT_PRIORITY;
    if (alarm_is_active(&s->st))
        return s->st.priority;
    for (int i = 0; i < LEVELS_A_SIDE; i++) {
        const struct limit_conf *limit = slot_limit(e, s, i);

        if (s->type == SLOT_LIMIT && limit->set && word != NULL &&
            strcmp(word + 1, alarm_kind_word((enum alarm_kind)slot_level(s, i))) == 0)
            return limit->priority;
        if (limit->set && limit->priority > mildest)
            mildest = limit->priority;
    }
    return mildest;
}

static void start_case(const struct engine *e, const struct slot *s, struct alarm_case *c)
{
    *c = (struct alarm_case){ .q = s->st.q, .shelves_p1 = e->plant->shelve.p1 };
    if (!slot_has_levels(s))
        return;
    for (int i = 0; i < LEVELS_A_SIDE; i++)
        c->limits[i] = slot_limit(e, s, i);
}

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

/* ---- why not ---- */

static enum refusal why_not_reset(const struct alarm_state *st)
{
    if (!st->latched)
        return ACT_NOT_LATCHED;
    return st->acked ? ACT_STILL_ACTIVE : ACT_NOT_ACKED;
}

static enum refusal why_not_close(const struct alarm_state *st)
{
    if (st->last.epoch == 0 || st->closed)
        return ACT_NO_CASE;
    if (alarm_is_active(st))
        return ACT_STILL_ACTIVE;
    return st->id.epoch != 0 ? ACT_NOT_ACKED : ACT_NOT_HANDLED;
}

static enum refusal why_not(const struct alarm_state *st, enum act act)
{
    switch (act) {
    case ACT_ACK:
        return alarm_is_listed(st) ? ACT_ALREADY : ACT_NOTHING_OPEN;
    case ACT_RESET:
        return why_not_reset(st);
    case ACT_CLOSE:
        return why_not_close(st);
    case ACT_HANDLE:
    case ACT_COMMENT:
        return ACT_NO_CASE;
    case ACT_SHELVE:
        return (st->supp & SUPP_OOS) != 0 ? ACT_IS_OOS : ACT_BARRED_CLASS;
    case ACT_OOS:
        return ACT_IS_OOS;
    case ACT_SUPPRESS:
    case ACT_MAINT:
        return ACT_IS_HELD;
    case ACT_UNSHELVE:
    case ACT_IN_SERVICE:
    case ACT_UNSUPPRESS:
    case ACT_MAINT_STOP:
    case ACT_COUNT:
        break;
    }
    return ACT_NOT_HELD;
}

/* ---- the acts ---- */

static const struct act_row {
    enum alarm_input input;
    uint8_t bit;      /* of SUPP_* */
    bool needs_words; /* a reason, or what stands for it */
    bool needs_end;
} acts[ACT_COUNT] = {
    [ACT_ACK] = { ALARM_ACK, 0, false, false },
    [ACT_RESET] = { ALARM_RESET, 0, false, false },
    [ACT_COMMENT] = { ALARM_COMMENT, 0, true, false },
    [ACT_HANDLE] = { ALARM_HANDLE, 0, true, false },
    [ACT_CLOSE] = { ALARM_CLOSE, 0, false, false },
    [ACT_SHELVE] = { ALARM_SHELVE, SUPP_SHELF, true, true },
    [ACT_UNSHELVE] = { ALARM_UNSHELVE, SUPP_SHELF, false, false },
    [ACT_OOS] = { ALARM_OOS, SUPP_OOS, true, true },
    [ACT_IN_SERVICE] = { ALARM_IN_SERVICE, SUPP_OOS, false, false },
    [ACT_SUPPRESS] = { ALARM_SUPPRESS, SUPP_RULE, false, false },
    [ACT_UNSUPPRESS] = { ALARM_UNSUPPRESS, SUPP_RULE, false, false },
    [ACT_MAINT] = { ALARM_SUPPRESS, SUPP_MAINT, true, true },
    [ACT_MAINT_STOP] = { ALARM_UNSUPPRESS, SUPP_MAINT, false, false },
};

static enum refusal judge_words(const struct engine *e, const struct person_act *a)
{
    const struct act_row *row = &acts[a->act];

    if (row->needs_words && is_blank(a->comment))
        return ACT_NO_REASON;
    if (a->act == ACT_HANDLE && is_blank(a->action))
        return ACT_NO_REASON;
    if (!row->needs_end)
        return ACT_DONE;
    if (a->for_ms <= 0)
        return ACT_NO_END;
    if (a->for_ms > (a->act == ACT_SHELVE ? e->plant->shelve.max_ms : HOLD_MS_MAX))
        return ACT_TOO_LONG;
    return ACT_DONE;
}

static struct until until_of(const struct engine *e, int64_t for_ms)
{
    return (struct until){ e->at.ms + for_ms, e->at.label.utc_ms + for_ms };
}

static enum refusal do_to(struct engine *e, uint32_t slot, const struct person_act *a)
{
    const struct act_row *row = &acts[a->act];
    struct note note = { .by = a->by, .comment = a->comment, .action = a->action };
    struct alarm_state before = e->slots[slot].st;
    struct alarm_case c;

    start_case(e, &e->slots[slot], &c);
    c.class = class_of(e, &e->slots[slot], a->what);
    c.bit = row->bit;
    c.once = a->once;
    c.until = until_of(e, a->for_ms);
    note.reason = END_PERSON;
    if (row->needs_end) {
        c.words = holds_keep(e, a->by, a->comment);
        if (c.words == 0)
            return ACT_TOO_MANY;
    }
    if (engine_move(e, slot, row->input, &c, &note))
        return ACT_DONE;
    if (c.words != 0)
        e->words[c.words - 1] = (struct hold_words){ .by = "" };
    return why_not(&before, a->act);
}

/* Its two sides, where it has them, and its fault. */
static enum refusal do_to_point(struct engine *e, uint32_t point, const struct person_act *a)
{
    const struct point_watch *p = &e->points[point];
    enum refusal verdict;

    if (a->act == ACT_MAINT && holds_room(e) < 3)
        return ACT_TOO_MANY;
    verdict = do_to(e, p->fault, a);
    for (int side = SIDE_HIGH; side <= SIDE_LOW && verdict == ACT_DONE; side++)
        if (p->slot[side] != SLOT_NONE)
            do_to(e, p->slot[side], a);
    return verdict;
}

enum refusal engine_do(struct engine *e, const struct person_act *a, struct stamp now)
{
    bool is_point = a->act == ACT_MAINT || a->act == ACT_MAINT_STOP;
    uint32_t at = is_point ? plant_find_point(e->plant, a->what) : slots_find_rule(e, a->what);
    enum refusal verdict = judge_words(e, a);

    if (at == UINT32_MAX)
        return ACT_NO_RULE;
    if (verdict != ACT_DONE)
        return verdict;
    ring_release(e);
    e->at = (struct instant){ now, now.mono_ms };
    return is_point ? do_to_point(e, at, a) : do_to(e, at, a);
}

/* ---- the two that are asked for most ---- */

static int code_of(enum refusal verdict)
{
    if (verdict == ACT_DONE)
        return RG_OK;
    if (verdict == ACT_ALREADY)
        return RG_EALREADY;
    return verdict == ACT_NO_RULE ? RG_ENOENT : RG_EREFUSED;
}

int engine_ack(struct engine *e, const char *rule, const char *by, const char *comment,
               struct stamp now)
{
    struct person_act a = { .act = ACT_ACK, .what = rule, .by = by, .comment = comment };

    return code_of(engine_do(e, &a, now));
}

int engine_reset(struct engine *e, const char *rule, const char *by, struct stamp now)
{
    return code_of(
        engine_do(e, &(struct person_act){ .act = ACT_RESET, .what = rule, .by = by }, now));
}
