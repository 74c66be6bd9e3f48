/* tests/sim/world/desk.h - the county's end: its core (tests/sim/platform), what
 * it has stored, and the picture that a person at its desk sees. */
#ifndef RG_TESTS_SIM_WORLD_DESK_H
#define RG_TESTS_SIM_WORLD_DESK_H

#include "tests/sim/platform/county.h"
#include "tests/sim/world/letters.h"
#include "tests/sim/world/picture.h"

#define DESK_LISTED 512

struct listed {     /* an entry of the retained list of what stands */
    unsigned round; /* in which it was shown last */
    char key[PICTURE_KEY_MAX];
};

struct desk {
    struct county *county;
    struct letters stored; /* durable: what county_message() said to keep */
    bool is_up;
    uint64_t life;
    struct picture picture; /* of the alarm topic; durable as its messages are */
    bool is_online;         /* the last status of this life said so */
    uint64_t status_epoch;
    int64_t status_us; /* when it came */
    struct listed listed[DESK_LISTED];
    size_t n_listed;
    unsigned round;     /* of the list: from part 0 to its last */
    int64_t receipt_us; /* a receipt is planned for; 0: none */
};

struct world;
void desk_init(struct world *w);
void desk_fini(struct world *w);
void desk_take(struct world *w, const struct letter *l);
/* Its process dies (all but what it has stored is gone), or only its wire. */
void desk_crash(struct world *w);
void desk_leave(struct world *w);
void desk_start(struct world *w);
/* A person wants something again: a range of numbers, meta, or active. */
void desk_asks(struct world *w);
/* A person sees a gateway that is online and says that it watches. */
bool desk_trusts(const struct world *w);
/* Its newest list of active alarms has this key. */
bool desk_lists(const struct world *w, const char *key);

#endif
