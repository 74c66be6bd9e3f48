/* tests/unit/hostile.h - a plant that does anything to its replies, under a
 * seed: some are late, lost, doubled, bent, foreign, cut, glued or refused.
 * Units 1 .. HOSTILE_IDS; own blocks are two registers at a multiple of ten. */
#ifndef RG_TESTS_UNIT_HOSTILE_H
#define RG_TESTS_UNIT_HOSTILE_H

#include "tests/unit/bus_rig.h"

#define HOSTILE_IDS 3
#define HOSTILE_OLD 32

struct hostile_old {
    size_t n;
    uint8_t bytes[FRAME_MAX];
};

struct hostile {
    struct bus_rig *rig; /* its ctx is this */
    uint64_t random;
    unsigned percent;     /* of the replies that are spoilt */
    int64_t late_ms;      /* the latest of the late ones */
    uint16_t strict_from; /* units from this number on refuse other registers */
    uint64_t transactions;
    struct hostile_old old[HOSTILE_OLD]; /* honest replies of before */
};

uint64_t hostile_pick(struct hostile *h, uint64_t n); /* 0 .. n - 1 */
bus_rig_answer hostile_answer;

#endif
