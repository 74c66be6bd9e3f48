/* tests/sim/platform/envelope.h - a topic's name and a message's head and end. */
#ifndef RG_TESTS_SIM_PLATFORM_ENVELOPE_H
#define RG_TESTS_SIM_PLATFORM_ENVELOPE_H

#include <jansson.h>

#include "tests/sim/platform/county.h"
#include "tests/sim/platform/tally.h"

#define MESSAGE_BYTES  4096 /* Source: the published contract */
#define EPOCH_VOLATILE (UINT64_C(1) << 52)
#define SUM_BYTES      16
#define NAME_BYTES     64

enum numbered { ALARM, TELEMETRY, LEDGER, NUMBERED };
extern const char *const numbered_words[NUMBERED];

enum place_kind { PLACE_NUMBERED, PLACE_ACTIVE, PLACE_STATUS, PLACE_META };
struct place {
    char ent[NAME_BYTES], gw[NAME_BYTES];
    enum place_kind kind;
    enum numbered numbered; /* PLACE_NUMBERED */
    unsigned n;             /* active, meta */
};

struct envelope {
    uint64_t epoch, seq;
    int64_t ts_ms, mono_ms;
    bool is_volatile;
    bool is_offline; /* the will, or the word of a clean stop */
};

bool place_parse(struct place *out, const char *topic);
/* False: it can't be used at all.  What is wrong is noted either way. */
bool envelope_check(struct tally *t, const struct place *p, const struct county_message *m,
                    const json_t *body, struct envelope *out);
/* Of the bytes but for the value of `replay` at their end. */
void bytes_sum(unsigned char sum[SUM_BYTES], const void *body, size_t len);
/* 2026-11-23T14:02:31.204+08:00 */
bool time_parse(const char *text, int64_t *utc_ms);

#endif
