/* drivers/bus_telling.h - what a bus tells of the block that it has just read.
 * Thread: the loop. */
#ifndef RG_DRIVERS_BUS_TELLING_H
#define RG_DRIVERS_BUS_TELLING_H

#include "drivers/frame.h"
#include "drivers/sample.h"

struct block;

/* A point's status word, as its last poll left it. */
struct word {
    bool is_known;
    struct why why; /* else */
    uint64_t raw;
    int64_t at_us; /* of that poll */
};

/* What is being told to the engine: one sample for each point of a block. */
struct telling {
    const struct block *block; /* NULL: nothing */
    uint32_t next;
    bool has_values;
    bool alive;
    int64_t at_us;    /* when its frame was proven, or was given up */
    uint16_t address; /* of the first value */
    struct why why;
    uint8_t data[FRAME_DATA_MAX + 2];
};

#endif
