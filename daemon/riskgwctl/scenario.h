/* daemon/riskgwctl/scenario.h - a test of alarm rules as people write it: steps
 * on a virtual clock, and the events that they must bring about.
 * scenario_read() judges the file and the plants that it names; scenario_run()
 * plays it through the engine of the daemon; scenario_judge() compares.
 * Thread: one. */
#ifndef RG_DAEMON_RISKGWCTL_SCENARIO_H
#define RG_DAEMON_RISKGWCTL_SCENARIO_H

#include <jansson.h>
#include <stdio.h>

#include "config/arena.h"
#include "config/load.h"
#include "config/yaml_tree.h"
#include "drivers/sample.h"
#include "rules/people.h"

enum step_verb { STEP_SET, STEP_BAD, STEP_MISS, STEP_ACT, STEP_RESTART, STEP_RELOAD, STEP_CLOCK };

/* What a point answers from a step on. */
struct answer_conf {
    const char *point;
    enum sample_kind kind;
    enum quality q;
    double val;
};

struct step {
    int64_t at_ms;
    enum step_verb verb;
    struct person_act act;
    int64_t ms;          /* restart: down; clock_step: the offset */
    struct plant *plant; /* reload; NULL: its file is refused */
    struct answer_conf *answers;
    size_t n_answers;
    bool is_refused;
    const char *by;
    struct place place;
};

struct wanted {
    int64_t at_ms, within_ms;
    const char *ev, *rule;  /* NULL: any */
    const struct node *map; /* every other key is one of the message */
    bool is_seen;
};

/* One event as the message would carry it, and `t_ms`, `announced`. */
struct seen {
    int64_t t_ms;
    json_t *message;
    bool is_wanted;
};

struct scenario {
    const char *path;
    struct source source; /* its bytes */
    struct arena *arena;
    struct diag_list found;
    struct plant *plant; /* of the start */
    struct step *steps;
    size_t n_steps;
    struct wanted *wants, *forbids;
    size_t n_wants, n_forbids;
    int64_t until_ms; /* -1: not said */
    struct seen *seen;
    size_t n_seen, room;
    char **wrong; /* a sentence each: steps that were refused, or not */
    size_t n_wrong;
};

/* RG_OK; RG_ECONF: s->found says why; RG_ENOMEM.  scenario_fini() always. */
int scenario_read(struct scenario *s, const char *path);
void scenario_fini(struct scenario *s);
int scenario_run(struct scenario *s);
/* True: all is as wanted.  Else what differs is told. */
bool scenario_judge(struct scenario *s, FILE *to, bool is_zh);
void scenario_print(const struct scenario *s, FILE *to);
int64_t scenario_end_ms(const struct scenario *s);

#endif
