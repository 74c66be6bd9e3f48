/* tests/sim/world/weather.h - which faults are possible now.  Storms of chosen
 * kinds, and between them rests in which everything heals and the pictures
 * must become equal. */
#ifndef RG_TESTS_SIM_WORLD_WEATHER_H
#define RG_TESTS_SIM_WORLD_WEATHER_H

#include "tests/sim/world/dice.h"

enum storm {
    STORM_LINES = 1,
    STORM_DISK = 2,
    STORM_NET = 4,
    STORM_BROKER = 8,
    STORM_COUNTY = 16,
    STORM_KILLS = 32,
    STORM_RECEIPTS = 64,
    STORM_CLOCK = 128,
    STORM_ALL = 255
};

enum disk_mood { DISK_WELL, DISK_SLOW, DISK_STUCK, DISK_FAILING, DISK_GHOST };

struct weather {
    struct dice dice;
    uint32_t storm; /* kinds that blow now; 0: a rest */
    bool is_rest;
    bool is_last; /* no storm any more after this rest */
    bool is_over; /* and it was compared */
    int64_t since_us;
    uint64_t number; /* of the storm or rest: older tasks are void */
    enum disk_mood disk;
    int64_t disk_since_us;
    int64_t net_slow_us; /* extra latency of the uplink */
};

struct world;
void weather_init(struct world *w);
void weather_end(struct world *w); /* the last rest begins */
bool weather_blows(const struct world *w, enum storm kind);

#endif
