#include "tests/sim/plantsim/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool say_error(struct reply_text *a, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(a->text, sizeof a->text, fmt, args);
    va_end(args);
    return false;
}

static const struct command *find(const char *name)
{
    const struct command *const families[] = { define_commands, steer_commands, upset_commands };

    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        for (const struct command *c = families[i]; c->name != NULL; c++)
            if (strcmp(c->name, name) == 0)
                return c;
    return NULL;
}

bool command_run(struct plant *p, const char *line, struct reply_text *a)
{
    const struct command *c;
    char copy[1024];
    struct words w;

    a->text[0] = '\0';
    if (strlen(line) >= sizeof copy)
        return say_error(a, "the line is longer than %zu bytes", sizeof copy - 1);
    memcpy(copy, line, strlen(line) + 1);
    if (!words_cut(&w, copy))
        return say_error(a, "more than %d words", WORDS_MAX);
    if (w.n == 0)
        return true;
    c = find(w.v[0]);
    if (c == NULL)
        return say_error(a, "unknown command '%s'; plantsim --help lists them", w.v[0]);
    w.n--;
    memmove(w.v, w.v + 1, (size_t)w.n * sizeof *w.v);
    if (w.n < c->min_words || w.n > c->max_words)
        return say_error(a, "usage: %s %s", c->name, c->usage);
    return c->run(p, c, &w, a);
}

/* Up to four parts between slashes; how many there are. */
static int parts_of(char *text, char *part[4])
{
    char *save;
    int n = 0;

    for (char *t = strtok_r(text, "/", &save); t; t = strtok_r(NULL, "/", &save)) {
        if (n == 4)
            return 5;
        part[n++] = t;
    }
    return n;
}

static bool target_parse(const struct plant *p, const char *text, struct target *t, int want,
                         struct reply_text *a)
{
    char copy[128], *part[4];
    int n;

    if (strlen(text) >= sizeof copy)
        return say_error(a, "'%s' is too long", text);
    memcpy(copy, text, strlen(text) + 1);
    n = parts_of(copy, part);
    if (want == 4 ? n != 4 : n != 1 && n != 2)
        return say_error(a, "'%s' is not %s", text,
                         want == 4 ? "BUS/UNIT/TABLE/ADDRESS" : "BUS or BUS/UNIT");
    t->bus = plant_bus(p, part[0]);
    if (t->bus == NULL)
        return say_error(a, "there is no bus '%s'", part[0]);
    t->unit_from = 0;
    t->unit_to = 255;
    if (n > 1 && !word_range(part[1], 0, 255, &t->unit_from, &t->unit_to))
        return say_error(a, "'%s' is no unit (0..255)", part[1]);
    if (n < 4)
        return true;
    for (int i = 0; i < TABLES; i++)
        if (strcmp(part[2], table_names[i]) == 0) {
            t->table = (enum table)i;
            return word_range(part[3], 0, 65535, &t->from, &t->to) ||
                   say_error(a, "'%s' is no address (0..65535)", part[3]);
        }
    return say_error(a, "'%s' is no table (hold, input, coil, discrete)", part[2]);
}

bool target_units(const struct plant *p, const char *text, struct target *t, struct reply_text *a)
{
    if (!target_parse(p, text, t, 2, a))
        return false;
    for (long i = t->unit_from; i <= t->unit_to; i++)
        if (t->bus->units[i] != NULL)
            return true;
    return say_error(a, "there is no unit '%s'", text);
}

size_t target_next(const struct plant *p, const struct target *t, size_t i)
{
    for (; i < p->n_points; i++) {
        const struct point *x = &p->points[i];

        if (x->table == t->table && x->address >= (unsigned)t->from &&
            x->address <= (unsigned)t->to && x->unit->id >= t->unit_from &&
            x->unit->id <= t->unit_to && t->bus->units[x->unit->id] == x->unit)
            return i;
    }
    return p->n_points;
}

bool target_points(const struct plant *p, const char *text, struct target *t, struct reply_text *a)
{
    if (!target_parse(p, text, t, 4, a))
        return false;
    return target_next(p, t, 0) < p->n_points || say_error(a, "there is no point '%s'", text);
}
