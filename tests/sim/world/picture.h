/* tests/sim/world/picture.h - which alarms stand, as the alarm topic tells it:
 * a fold over its events by (epoch, seq), in whatever order they come. */
#ifndef RG_TESTS_SIM_WORLD_PICTURE_H
#define RG_TESTS_SIM_WORLD_PICTURE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PICTURE_ID_MAX  64
#define PICTURE_KEY_MAX 96

enum picture_state { PIC_NONE, PIC_OPEN, PIC_CLOSED, PIC_UNKNOWN };

struct deed { /* what one message did to one alarm */
    uint64_t epoch, seq;
    uint8_t what;
    bool active, acked, is_volatile;
};

struct shown {
    char id[PICTURE_ID_MAX];
    char key[PICTURE_KEY_MAX]; /* as the engine's slot: co.a/high, unit/r1/2 */
    uint64_t epoch;            /* of its raise */
    struct deed *deeds;
    size_t n_deeds, deeds_size;
    enum picture_state state;
    bool active, acked;
    bool has_cleared; /* its condition ended by an event, and nothing came after */
    bool is_unsure;   /* and that event was not recorded yet */
};

struct restart {
    uint64_t epoch, seq; /* of its last part */
    uint64_t have;       /* bits of the parts that came */
    bool is_whole;
    char (*open)[PICTURE_ID_MAX];
    size_t n_open;
};

struct picture {
    struct shown *v;
    size_t n, size;
    size_t *open; /* indices of those that stand */
    size_t n_open, open_size;
    struct restart *restarts;
    size_t n_restarts, restarts_size;
    uint32_t *index; /* hash of the id to place + 1 */
    size_t index_size;
};

void picture_event(struct picture *p, const json_t *doc);
const struct shown *picture_find(const struct picture *p, const char *id);
/* The slot's key of a rule, as it stands in messages. */
void picture_key(char key[PICTURE_KEY_MAX], const char *rule);
void picture_fini(struct picture *p);

#endif
