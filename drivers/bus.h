/* drivers/bus.h - one bus as a pure core: what to send, when, and what the
 * answers prove.  No I/O, no clock: time and bytes are arguments, and the host
 * pulls actions until the bus wants to sleep.  All memory is taken by
 * bus_new(); afterwards nothing allocates.  Thread: the loop.
 *
 * The host's loop, after every call below and at `until_us`:
 *     for (;;) { bus_next(b, now_us, &a); if (a.what == BUS_SLEEP) break; ... }
 *
 * Frame proof: a value counts only when CRC (RTU) or transaction id, protocol
 * id and length (TCP), and unit, function and byte count all match before the
 * transaction's one absolute deadline. */
#ifndef RG_DRIVERS_BUS_H
#define RG_DRIVERS_BUS_H

#include <stddef.h>
#include <stdint.h>

#include "config/model.h"
#include "drivers/sample.h"

struct bus;

enum bus_what {
    BUS_SLEEP,   /* nothing to do before until_us */
    BUS_CONNECT, /* open the line or connection; answer bus_up() or bus_down() */
    BUS_CLOSE,   /* close it; no answer is expected */
    BUS_SEND,    /* put bytes[len] on the line; they stay valid until the next call */
    BUS_SAMPLE   /* hand `sample` to the engine */
};

struct bus_action {
    enum bus_what what;
    int64_t until_us;
    const uint8_t *bytes;
    size_t len;
    struct sample sample;
    bool is_last; /* of the samples of one transaction */
};

enum unit_state { UNIT_UNKNOWN, UNIT_GOOD, UNIT_LATE, UNIT_SILENT, UNIT_REFUSING, UNIT_STATES };
extern const char *const unit_state_words[UNIT_STATES];

/* Counted from bus_new() on; times in microseconds. */
struct unit_stats {
    uint8_t unit_id;
    enum unit_state state;
    uint64_t requests;
    uint64_t good;
    uint64_t timeouts;
    uint64_t quarantined;
    uint64_t rejected[REJECT_CAUSES];
    uint64_t exceptions[256];
    int64_t rtt_p50_us, rtt_p95_us, rtt_max_us; /* -1: no reply yet */
    int64_t period_p50_us, period_p95_us;       /* -1: fewer than two polls */
    const char *identity;                       /* a trust_words, NULL: nothing to prove */
};

/* What an RTU line carries that is not ours. */
struct bus_master {
    uint64_t requests; /* whole requests that this bus did not send */
    uint64_t replies;  /* whole replies to them, or of units that it does not read */
    uint8_t unit_id;   /* in the last of them, */
    int64_t heard_us;  /* and when it came */
};

/* What the plan reads at once: how often it was really read. */
struct set_stats {
    uint8_t unit_id, fc;
    uint16_t address, count;
    int64_t every_us;
    int64_t period_p50_us, period_p95_us; /* -1: fewer than two answers */
};

/* seed: spreads the first polls and reconnects.  now_us: monotonic, >= 0.
 * RG_OK or RG_ENOMEM. */
int bus_new(struct bus **out, const struct plant *p, uint32_t bus_index, int64_t now_us,
            uint64_t seed);
void bus_free(struct bus *b); /* NULL-safe */

void bus_next(struct bus *b, int64_t now_us, struct bus_action *a);
void bus_up(struct bus *b, int64_t now_us);
/* Also for a failed BUS_CONNECT. */
void bus_down(struct bus *b, int64_t now_us);
void bus_input(struct bus *b, const uint8_t *bytes, size_t n, int64_t now_us);

size_t bus_units(const struct bus *b);
void bus_unit_stats(const struct bus *b, size_t i, struct unit_stats *out);
/* Share of wall time the line was in use over the last minute, and over the last
 * 15, 0..100. */
double bus_use_pct(const struct bus *b, int64_t now_us);
double bus_use15_pct(const struct bus *b, int64_t now_us);
size_t bus_sets(const struct bus *b);
void bus_set_stats(const struct bus *b, size_t i, struct set_stats *out);
int bus_is_up(const struct bus *b);
/* True while another master is on the line: three frames or more of it within
 * the last minute.  *out is filled in any case. */
bool bus_master_heard(const struct bus *b, int64_t now_us, struct bus_master *out);

#endif
