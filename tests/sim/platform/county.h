/* tests/sim/platform/county.h - the county's end as a pure core: what a
 * platform must keep, answer and prove of the messages of its gateways.
 * Bytes go in (topic, body, retain, time); what to keep, receipts and findings
 * come out.  No MQTT, no files, no clock, no log.  Aborts when memory runs out:
 * it is a test's tool.  Thread: one at a time.
 *
 * The order of every host: county_message(); store durably what it said to
 * keep; only then county_next() until it has nothing more.  A host that dies
 * begins anew with county_recall() of all that it had stored, in that order.
 *
 * Findings are a function of the set of messages, not of the order in which
 * they came: a hole that is filled later is no finding any more. */
#ifndef RG_TESTS_SIM_PLATFORM_COUNTY_H
#define RG_TESTS_SIM_PLATFORM_COUNTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/sim/platform/findings.h"

struct county_conf {
    bool receipts;
    int64_t receipt_ms; /* at most so long after the arrival; the contract says 5 s */
};

struct county;
struct county *county_new(const struct county_conf *conf);
void county_free(struct county *c); /* NULL-safe */
/* From now on.  Without receipts, what is owed is forgotten. */
void county_receipts(struct county *c, const struct county_conf *conf);

struct county_message {
    const char *topic;
    const void *body;
    size_t len;
    bool retain; /* as published */
    int64_t now_ms;
};
/* True: new (or a second content of a known id), to be stored before county_next(). */
bool county_message(struct county *c, const struct county_message *m);
/* What an earlier life stored; owes no receipt. */
void county_recall(struct county *c, const struct county_message *m);

struct county_down {
    char topic[192];
    char body[2048];
};
/* The next receipt that is due: 100 messages, or receipt_ms after the first. */
bool county_next(struct county *c, int64_t now_ms, struct county_down *out);
int64_t county_next_ms(const struct county *c); /* INT64_MAX: nothing is owed */

/* What the platform believes of one alarm, by the events alone. */
struct county_alarm {
    const char *id, *rule, *kind;
    int lvl;
    bool active, acked, inhibited, drill;
    bool unknown; /* since a restart that did not list it: never "normal" */
    bool over;    /* returned and acked, reset, superseded or retired */
};
size_t county_alarms(struct county *c); /* all that were ever raised */
void county_alarm(struct county *c, size_t i, struct county_alarm *out);

enum county_match { COUNTY_SAME, COUNTY_DIFFERS, COUNTY_UNPROVEN };
/* Compare `active` with the own picture now.  The caller vouches that the
 * gateway is at rest and has every receipt: a difference becomes a finding.
 * UNPROVEN: messages are missing, or `active` is not whole or older than the
 * last event.  Without this call pictures are compared whenever a status says
 * that nothing waits (queue.alarm 0), as of its own mono. */
enum county_match county_judge(struct county *c);

struct county_report {
    uint64_t found[COUNTY_KINDS];
    uint64_t messages[3];                    /* distinct ids: alarm, telemetry, ledger */
    uint64_t events;                         /* alarm and ledger, received */
    uint64_t expected;                       /* events and what is missing of them */
    uint64_t epochs, alarms, open, compared; /* compared: pictures that could be */
    bool right;                              /* nothing that is wrong was found */
};
void county_report(struct county *c, struct county_report *out);
/* The i-th thing that is wrong, as a line for people; NULL: no more (at most 64
 * are kept).  Valid until the next call of anything here. */
const char *county_complaint(struct county *c, size_t i);

#endif
