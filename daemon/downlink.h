/* daemon/downlink.h - what a platform may say to us: receipts, and requests
 * that only read.  Untrusted bytes: bounded, parsed strictly, and nothing in
 * them names a limit, an alarm or a device.  Allocates while it parses.
 * Thread: the loop. */
#ifndef RG_DAEMON_DOWNLINK_H
#define RG_DAEMON_DOWNLINK_H

#include "daemon/message.h"

#define DOWNLINK_MAX      16384 /* bytes of a body */
#define DOWNLINK_SEQS_MAX 1024

enum downlink_kind { DOWN_RECEIPT, DOWN_RESEND, DOWN_META, DOWN_ACTIVE };

struct downlink {
    enum downlink_kind kind;
    enum topic topic; /* receipt, resend */
    uint64_t epoch;
    uint64_t from, to; /* resend */
    bool upto;         /* receipt: all up to seqs[0] */
    size_t n_seqs;
    uint64_t seqs[DOWNLINK_SEQS_MAX];
};

/* topic: the last word of the topic's name, receipt or request.
 * RG_OK or RG_EINVAL; *out is untouched then. */
int downlink_parse(struct downlink *out, const char *topic, const void *body, size_t len);

#endif
