/* tests/unit/bus_rig.h - one bus on a virtual clock against a simulated line.
 * Every register holds its unit and address, so a value that was read from
 * the wrong place, or believed without proof, tells on itself. */
#ifndef RG_TESTS_UNIT_BUS_RIG_H
#define RG_TESTS_UNIT_BUS_RIG_H

#include "drivers/bus.h"
#include "drivers/frame.h"

#define RIG_UNITS  64
#define RIG_POINTS 256
#define RIG_FLIGHT 256 /* deliveries under way */
#define RIG_MS     1000
#define RIG_S      1000000

struct bus_rig;

/* What the plant sends for a request; honest[n] is what an honest unit would. */
typedef void bus_rig_answer(struct bus_rig *r, const struct request *asked, const uint8_t *honest,
                            size_t n);

struct bus_flight {
    int64_t at_us;
    uint64_t order;
    size_t len;
    uint8_t bytes[FRAME_MAX + 16];
    bool hangs_up; /* the connection ends here */
};

struct bus_point {
    uint64_t samples, values, misses;
    int64_t first_us, last_us; /* of its samples */
    int64_t value_us;          /* of its last value */
    struct sample last;
};

struct bus_rig {
    struct plant plant;
    struct bus_conf conf;
    struct unit_conf units[RIG_UNITS];
    struct point_conf points[RIG_POINTS];
    struct bus *bus;
    int64_t now_us;
    int64_t turn_us; /* what an honest unit takes */
    bus_rig_answer *answer;
    bool refuses; /* connections fail */
    bool is_heir; /* a run before this one may have left replies under way */
    bool is_mute; /* bytes that are sent go nowhere */
    void *ctx;
    uint64_t sends, connects, closes, wrong;
    int64_t connect_us;   /* of the last attempt */
    struct request asked; /* the last request */
    struct bus_flight flight[RIG_FLIGHT];
    uint64_t order;
    int64_t last_us; /* TCP: when the last of them arrives */
    struct bus_point seen[RIG_POINTS];
};

void bus_rig_init(struct bus_rig *r, enum bus_kind kind);
uint32_t bus_rig_unit(struct bus_rig *r, uint8_t unit_id);
/* One u16 holding register. */
uint32_t bus_rig_point(struct bus_rig *r, uint32_t unit, uint16_t address, int64_t every_ms);
void bus_rig_start(struct bus_rig *r, uint64_t seed);
void bus_rig_stop(struct bus_rig *r);
void bus_rig_run(struct bus_rig *r, int64_t until_us);

uint16_t bus_rig_register(uint8_t unit, uint16_t address);
size_t bus_rig_honest(const struct bus_rig *r, const struct request *q, uint8_t *out);
size_t bus_rig_exception(const struct bus_rig *r, const struct request *q, uint8_t code,
                         uint8_t *out);
void bus_rig_seal(const struct bus_rig *r, uint8_t *frame, size_t n); /* sets an RTU frame's CRC */
void bus_rig_deliver(struct bus_rig *r, int64_t after_us, const uint8_t *bytes, size_t n);
void bus_rig_hang_up(struct bus_rig *r, int64_t after_us);
/* What arrives first of all that is under way, NULL: nothing; at_us 0 frees it. */
struct bus_flight *bus_rig_next(struct bus_rig *r);
struct request bus_rig_parse(const struct bus_rig *r, const uint8_t *frame);
bus_rig_answer bus_rig_answers; /* the honest one, after turn_us and the wire's time */
struct unit_stats bus_rig_stats(const struct bus_rig *r, size_t unit);

#endif
