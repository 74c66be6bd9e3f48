/* tests/property/alarm_states.h - what the search through all states and the
 * invariants share.  Thread: the test's. */
#ifndef RG_TESTS_PROPERTY_ALARM_STATES_H
#define RG_TESTS_PROPERTY_ALARM_STATES_H

#include "rules/engine_core.h"

#define STEP_MS 2000
#define AGE_MS  4000 /* three polls of one second and one second */
#define SIDE    0    /* slots of this plant, in order */
#define FAULT   1
#define UNIT    2
#define BUS     3
#define SLOTS   7

enum input {
    GOOD_LOW,
    GOOD_BAND_H,
    GOOD_H,
    GOOD_BAND_HH,
    GOOD_HH,
    OVER,
    UNDER,
    BROKEN,
    MISS,
    LINK,
    EXCEPTION,
    WAIT,
    ACK,
    ACK_FAULTS,
    RESET,
    RESTART,
    SHELVE,
    SHELVE_ONCE,
    UNSHELVE,
    OOS,
    IN_SERVICE,
    MAINT,
    MAINT_STOP,
    SUPPRESS,
    FREE,
    HANDLE,
    CLOSE,
    COMMENT,
    INPUTS
};
struct sweep {
    const char *name;
    uint32_t inputs; /* bits */
    bool is_waited_for;
};
#define BIT(input) (1u << (input))

struct step {
    enum input input;
    struct alarm_state before[SLOTS];
    enum quality q_before;
    uint64_t seq_before;
    struct event events[32];
    size_t n;
};

struct node { /* how a state was first reached */
    uint32_t parent;
    enum input input;
};

struct search {
    struct plant plant;
    struct bus_conf bus;
    struct unit_conf unit;
    struct point_conf point;
    struct engine *e, *fresh;
    void *born; /* what a fresh one holds */
    size_t bytes;
    uint64_t *seen;
    struct node *nodes;
    char **frozen; /* by node, until it is expanded */
    uint32_t n, next;
    uint64_t moves, poor; /* poor: with a quality that is not good */
    uint32_t now_node;
    struct step step;
    const struct sweep *sweep;
};

bool states_may_get_better(const struct step *step);
/* Everything that must hold after a step; fails the test with the way to it. */
void states_check(const struct search *s);

#endif
