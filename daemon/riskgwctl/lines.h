/* daemon/riskgwctl/lines.h - an answer that comes line by line, as long as it may
 * be: lines of recorded samples are put in the order of their time, a bounded
 * number at once.  Blocking. */
#ifndef RG_DAEMON_RISKGWCTL_LINES_H
#define RG_DAEMON_RISKGWCTL_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "daemon/riskgwctl/client.h"

/* What is written around an alarm is recorded behind what was written before it:
 * lines may be late by the black box and a batch's minute. */
#define LINES_LATE_MS 420000
#define LINES_MAX     100000

struct line {
    long long mono;
    size_t n; /* in the order in which they came */
    char *text;
};

struct lines {
    void (*tell)(void *ctx, const json_t *row);
    void *ctx;
    struct line *v;
    size_t n, room, come;
    long long newest, epoch;
};

void lines_init(struct lines *l, void (*tell)(void *ctx, const json_t *row), void *ctx);
void lines_fini(struct lines *l);
/* False: out of memory. */
bool lines_add(struct lines *l, const char *text);
void lines_flush(struct lines *l);

#endif
