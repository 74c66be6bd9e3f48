/* tests/sim/plantsim/command.h - the language of the plant, one line a command;
 * docs/plantsim.md is its reference. */
#ifndef RG_PLANTSIM_COMMAND_H
#define RG_PLANTSIM_COMMAND_H

#include <stdbool.h>

#include "tests/sim/plantsim/bus.h"
#include "tests/sim/plantsim/plant.h"
#include "tests/sim/plantsim/words.h"

/* What the line is answered with, without "ok" or "error". */
struct reply_text {
    bool dry; /* check only, change nothing */
    char text[240];
};

bool say_error(struct reply_text *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* false: refused, with the reason in a->text; nothing was changed then. */
bool command_run(struct plant *p, const char *line, struct reply_text *a);

/* The families of commands; each handler has the words after its own. */
struct command {
    const char *name;
    int min_words, max_words; /* after the name */
    bool (*run)(struct plant *p, const struct command *c, struct words *w, struct reply_text *a);
    const char *usage;
};
extern const struct command define_commands[], steer_commands[], upset_commands[];

/* BUS, BUS/N, BUS/1..32, and for points /TABLE/ADDR or /TABLE/0..99. */
struct target {
    struct bus *bus;
    long unit_from, unit_to;
    enum table table;
    long from, to;
};
bool target_units(const struct plant *p, const char *text, struct target *t, struct reply_text *a);
bool target_points(const struct plant *p, const char *text, struct target *t, struct reply_text *a);
/* The next point of the target at or after index i; p->n_points: none. */
size_t target_next(const struct plant *p, const struct target *t, size_t i);

#endif
