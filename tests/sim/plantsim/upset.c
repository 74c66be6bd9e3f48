/* What goes wrong: faults of units, switches of buses. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/plantsim/bus.h"
#include "tests/sim/plantsim/command.h"

enum { NEEDS_DELAY = 1, NEEDS_NUMBER = 2, TCP_ONLY = 4, TAKES_DELAY = 8, TAKES_NUMBER = 16 };

struct fault_word {
    const char *name;
    enum fault_kind kind;
    unsigned takes;
    long number, lo, hi; /* default and range */
    int64_t delay_ns;    /* default */
};

static const struct fault_word fault_words[] = {
    { "dead", FAULT_DEAD, 0, 0, 0, 0, 0 },
    { "late", FAULT_LATE, NEEDS_DELAY, 0, 0, 0, 0 },
    { "exception", FAULT_EXCEPTION, NEEDS_NUMBER, 0, 0, 255, 0 },
    { "busy", FAULT_EXCEPTION, 0, EXC_BUSY, 0, 0, 0 },
    { "fc", FAULT_FC, TAKES_NUMBER, 0, 1, 255, 0 },
    { "count", FAULT_COUNT, TAKES_NUMBER, 2, -255, 255, 0 },
    { "extra", FAULT_EXTRA, TAKES_NUMBER, 1, 1, 64, 0 },
    { "foreign", FAULT_FOREIGN, TAKES_NUMBER, 0, 1, 255, 0 },
    { "tid", FAULT_TID, TCP_ONLY | TAKES_NUMBER, 0, -65535, 65535, 0 },
    { "proto", FAULT_PROTO, TCP_ONLY | TAKES_NUMBER, 7, 1, 65535, 0 },
    { "len", FAULT_LEN, TCP_ONLY | TAKES_NUMBER, 200, 0, 65535, 0 },
    { "corrupt", FAULT_CORRUPT, TAKES_NUMBER, 0, 1, 16, 0 },
    { "glue", FAULT_GLUE, 0, 0, 0, 0, 0 },
    { "noisebytes", FAULT_NOISE, TAKES_NUMBER, 3, 1, 64, 0 },
    { "dup", FAULT_DUP, TAKES_DELAY, 0, 0, 0, 0 },
    { "drip", FAULT_DRIP, TAKES_DELAY, 0, 0, 0, 250 * NS_MS },
    { "split", FAULT_SPLIT, TAKES_DELAY | TAKES_NUMBER, 0, 1, 1023, 20 * NS_MS },
    { "cut", FAULT_CUT, 0, CUT_RST, 0, 0, 0 },
};

static const struct fault_word *fault_word(const char *name)
{
    const struct fault_word *f = fault_words;

    while (strcmp(f->name, name) != 0)
        f++;
    return f;
}

static bool is_filler(const char *word)
{
    static const char *const fillers[] = { "by", "as", "at", "bits", "code" };

    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
        if (strcmp(word, fillers[i]) == 0)
            return true;
    return false;
}

static bool parse_cut(const char *word, struct fault *f)
{
    static const char *const cuts[] = { [CUT_MID] = "mid", [CUT_RST] = "rst", [CUT_FIN] = "fin" };

    for (int i = CUT_MID; i <= CUT_FIN; i++)
        if (strcmp(word, cuts[i]) == 0) {
            f->number = i;
            return true;
        }
    return false;
}

/* `next K`, `p 10%`, `for 5s`: how often and how long. */
static bool parse_extent(const char *word, const char *value, struct fault *f, struct reply_text *a)
{
    int64_t span;

    if (strcmp(word, "next") == 0)
        return word_int(value, 1, 1000000000, &f->left) ||
               say_error(a, "'next %s': how many replies?", value);
    if (strcmp(word, "p") == 0) {
        f->chance = true;
        return word_share(value, &f->p) || say_error(a, "'p %s': 0%% to 100%%", value);
    }
    if (!word_duration(value, &span))
        return say_error(a, "'for %s': how long?", value);
    f->until_ns = clock_ns() + span;
    return true;
}

static bool is_extent(const char *word)
{
    return strcmp(word, "next") == 0 || strcmp(word, "p") == 0 || strcmp(word, "for") == 0;
}

static bool parse_fault(const struct fault_word *fw, struct words *w, struct fault *f,
                        struct reply_text *a)
{
    unsigned missing = fw->takes & (NEEDS_DELAY | NEEDS_NUMBER);
    bool takes_delay = fw->takes & (NEEDS_DELAY | TAKES_DELAY);
    bool takes_number = fw->takes & (NEEDS_NUMBER | TAKES_NUMBER);

    *f = (struct fault){ .on = true, .left = -1, .number = fw->number, .delay_ns = fw->delay_ns };
    for (int i = 1; i < w->n; i++) {
        const char *word = w->v[i];

        if (is_extent(word) && i + 1 < w->n) {
            if (!parse_extent(word, w->v[++i], f, a))
                return false;
        } else if (strcmp(word, "off") == 0) {
            f->on = false;
            missing = 0;
        } else if (takes_delay && word_duration(word, &f->delay_ns)) {
            missing &= ~(unsigned)NEEDS_DELAY;
        } else if (takes_number && word_int(word, fw->lo, fw->hi, &f->number)) {
            missing &= ~(unsigned)NEEDS_NUMBER;
        } else if (!(fw->kind == FAULT_CUT && parse_cut(word, f)) && !is_filler(word)) {
            return say_error(a, "%s: '%s' is not understood", fw->name, word);
        }
    }
    if (missing != 0)
        return say_error(a, "%s: %s", fw->name,
                         missing & NEEDS_DELAY ? "by how much? (late BUS/N by 800ms)"
                                               : "which code? (exception BUS/N 2)");
    return true;
}

static bool run_fault(struct plant *p, const struct command *c, struct words *w,
                      struct reply_text *a)
{
    const struct fault_word *fw = fault_word(c->name);
    struct target t;
    struct fault f;

    if (!target_units(p, w->v[0], &t, a) || !parse_fault(fw, w, &f, a))
        return false;
    if (fw->takes & TCP_ONLY && t.bus->kind != BUS_TCP)
        return say_error(a, "%s: only frames of Modbus TCP have it", c->name);
    if (fw->kind == FAULT_CUT && t.bus->kind == BUS_RTU && f.number != CUT_MID)
        return say_error(a, "cut: a serial line knows only 'mid'");
    for (long i = t.unit_from; i <= t.unit_to && !a->dry; i++)
        if (t.bus->units[i] != NULL)
            t.bus->units[i]->faults[fw->kind] = f;
    return true;
}

static bool run_mend(struct plant *p, const struct command *c, struct words *w,
                     struct reply_text *a)
{
    bool all = strcmp(c->name, "clear") == 0;
    struct target t;

    if (!target_units(p, w->v[0], &t, a))
        return false;
    for (long i = t.unit_from; i <= t.unit_to && !a->dry; i++)
        for (int k = 0; t.bus->units[i] != NULL && k < (all ? FAULTS : FAULT_DEAD + 1); k++)
            t.bus->units[i]->faults[k].on = false;
    return true;
}

static bool run_reboot(struct plant *p, const struct command *c, struct words *w,
                       struct reply_text *a)
{
    struct target t;
    int64_t span;

    (void)c;
    if (!target_units(p, w->v[0], &t, a))
        return false;
    if (!word_duration(w->v[w->n - 1], &span))
        return say_error(a, "'%s' is no duration (5s)", w->v[w->n - 1]);
    for (long i = t.unit_from; i <= t.unit_to && !a->dry; i++)
        if (t.bus->units[i] != NULL)
            t.bus->units[i]->zero_until_ns = clock_ns() + span;
    return true;
}

static bool run_swap(struct plant *p, const struct command *c, struct words *w,
                     struct reply_text *a)
{
    struct target t, o;
    struct unit *one, *other;

    (void)c;
    if (!target_units(p, w->v[0], &t, a) || !target_units(p, w->v[1], &o, a))
        return false;
    if (t.bus != o.bus || t.unit_from != t.unit_to || o.unit_from != o.unit_to)
        return say_error(a, "two units of one bus can be swapped");
    if (a->dry)
        return true;
    one = t.bus->units[t.unit_from];
    other = t.bus->units[o.unit_from];
    t.bus->units[t.unit_from] = other;
    t.bus->units[o.unit_from] = one;
    other->id = (uint8_t)t.unit_from;
    one->id = (uint8_t)o.unit_from;
    return true;
}

static bool run_switch(struct plant *p, const struct command *c, struct words *w,
                       struct reply_text *a)
{
    struct bus *b = plant_bus(p, w->v[0]);
    bool on = strcmp(w->v[1], "on") == 0;

    if (b == NULL)
        return say_error(a, "there is no bus '%s'", w->v[0]);
    if (!on && strcmp(w->v[1], "off") != 0)
        return say_error(a, "'%s' is neither on nor off", w->v[1]);
    if (strcmp(c->name, "echo") == 0 ? b->kind != BUS_RTU
                                     : strcmp(c->name, "one-client") == 0 && b->kind == BUS_RTU)
        return say_error(a, "%s: not on this kind of bus", c->name);
    if (a->dry)
        return true;
    if (strcmp(c->name, "echo") == 0)
        b->echo = on;
    else if (strcmp(c->name, "silence") == 0)
        b->silent = on;
    else
        b->one_client = on;
    return true;
}

static bool run_power(struct plant *p, const struct command *c, struct words *w,
                      struct reply_text *a)
{
    struct bus *b = plant_bus(p, w->v[0]);
    bool down = strcmp(c->name, "down") == 0;

    if (b == NULL)
        return say_error(a, "there is no bus '%s'", w->v[0]);
    if (a->dry || b->down == down)
        return true;
    if (down)
        bus_down(b);
    else if (bus_up(b) != 0)
        return say_error(a, "%s: %s", b->name, strerror(errno));
    return true;
}

/* `master BUS N every 500ms`, `flood BUS every 1ms`, and off. */
static bool run_disturb(struct plant *p, const struct command *c, struct words *w,
                        struct reply_text *a)
{
    enum disturbance kind = strcmp(c->name, "master") == 0 ? DISTURB_MASTER : DISTURB_FLOOD;
    struct bus *b = plant_bus(p, w->v[0]);
    bool off = w->n == 2 && strcmp(w->v[1], "off") == 0;
    int64_t every = 0;
    long unit = 1;

    if (b == NULL)
        return say_error(a, "there is no bus '%s'", w->v[0]);
    if (kind == DISTURB_MASTER && b->kind != BUS_RTU)
        return say_error(a, "master: only a serial line is shared");
    if (!off && (strcmp(w->v[w->n - 2], "every") != 0 || w->n != (kind == DISTURB_MASTER ? 4 : 3)))
        return say_error(a, "usage: %s %s", c->name, c->usage);
    if (!off && kind == DISTURB_MASTER && !word_int(w->v[1], 1, 247, &unit))
        return say_error(a, "'%s' is no unit (1..247)", w->v[1]);
    if (!off && (!word_duration(w->v[w->n - 1], &every) || every < 10 * NS_US))
        return say_error(a, "'%s' is no duration of 10us or more", w->v[w->n - 1]);
    if (!a->dry)
        disturb_set(b, kind, (uint8_t)unit, every);
    return true;
}

static bool run_stats(struct plant *p, const struct command *c, struct words *w,
                      struct reply_text *a)
{
    const struct bus *b = plant_bus(p, w->v[0]);

    (void)c;
    if (b == NULL)
        return say_error(a, "there is no bus '%s'", w->v[0]);
    snprintf(a->text, sizeof a->text,
             "requests=%llu replies=%llu damaged=%llu unknown=%llu too_soon=%llu baud=%llu "
             "links=%llu",
             (unsigned long long)b->count.requests, (unsigned long long)b->count.replies,
             (unsigned long long)b->count.damaged, (unsigned long long)b->count.unknown,
             (unsigned long long)b->count.too_soon, (unsigned long long)b->count.baud,
             (unsigned long long)b->count.links);
    return true;
}

#define EXTENT "[next K | p 10%] [for 5s] | UNITS off"
#define FAULT(name, more)                                                                          \
    {                                                                                              \
        name, 1, 9, run_fault, "UNITS " more EXTENT                                                \
    }
const struct command upset_commands[] = {
    FAULT("dead", ""),
    FAULT("late", "by 800ms "),
    FAULT("exception", "CODE "),
    FAULT("busy", ""),
    FAULT("fc", "[CODE] "),
    FAULT("count", "[OFF-BY] "),
    FAULT("extra", "[BYTES] "),
    FAULT("foreign", "[as UNIT] "),
    FAULT("tid", "[OFF-BY] "),
    FAULT("proto", "[ID] "),
    FAULT("len", "[LENGTH] "),
    FAULT("corrupt", "[bits K] "),
    FAULT("glue", ""),
    FAULT("noisebytes", "[BYTES] "),
    FAULT("dup", "[by 50ms] "),
    FAULT("drip", "[by 250ms] "),
    FAULT("split", "[at BYTE] [by 20ms] "),
    FAULT("cut", "[mid|rst|fin] "),
    { "alive", 1, 1, run_mend, "UNITS" },
    { "clear", 1, 1, run_mend, "UNITS" },
    { "reboot", 2, 3, run_reboot, "UNITS for 5s" },
    { "swap", 2, 2, run_swap, "BUS/N BUS/M" },
    { "echo", 2, 2, run_switch, "BUS on|off" },
    { "silence", 2, 2, run_switch, "BUS on|off" },
    { "one-client", 2, 2, run_switch, "BUS on|off" },
    { "master", 2, 4, run_disturb, "BUS N every 500ms | BUS off" },
    { "flood", 2, 3, run_disturb, "BUS every 1ms | BUS off" },
    { "down", 1, 1, run_power, "BUS" },
    { "up", 1, 1, run_power, "BUS" },
    { "stats", 1, 1, run_stats, "BUS" },
    { NULL, 0, 0, NULL, NULL },
};
#undef FAULT
#undef EXTENT
