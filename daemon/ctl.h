/* daemon/ctl.h - the control socket: one request a connection, for riskgwctl.
 * Request: one line, a JSON object {"verb": "...", ...}, at most 64 KB.
 * Answer: one line {"exit": N, "message": "..."} and, for what is read, the
 * document behind it up to the end of the connection.
 * Bounded: 16 connections, 5 s each, more wait at the door; a slow or dead
 * client holds nothing up.  Who belongs to no group is answered exit 4 unread.
 * Thread: the loop. */
#ifndef RG_DAEMON_CTL_H
#define RG_DAEMON_CTL_H

#include <uv.h>

#include "daemon/clock.h"
#include "daemon/gateway.h"

struct bus_loop;
struct ctl;
struct ctl_answer;
struct reload;
struct readings;

/* What the verbs work on; owned by the app. */
struct ctl_subject {
    struct gateway *gateway; /* NULL until the record was read */
    struct bus_loop **buses; /* n_buses of the plant */
    const struct plant *plant;
    const struct clock *clock;
    struct reload *reload;
    struct readings *readings;
};

/* Opens plant->control_socket (an old one of a dead daemon is replaced, a
 * living one is refused).  subject stays the caller's and may fill up later.
 * RG_OK, RG_EIO, RG_ENOMEM. */
int ctl_open(struct ctl **out, uv_loop_t *loop, const struct ctl_subject *subject);
/* The answer to a request that took its time; takes a->doc.  A client that left
 * meanwhile is no error. */
void ctl_finish(struct ctl *c, uint64_t ticket, struct ctl_answer *a);
/* The next piece of an answer that comes in pieces; text is copied.  Whoever asked
 * took it, or left (is_taken false: no more is wanted): told once.  False: he is
 * gone already, and nothing is told. */
typedef void ctl_taken(void *ctx, uint64_t ticket, bool is_taken);
struct ctl_piece {
    const char *text;
    size_t len;
    bool is_last;
    ctl_taken *taken;
    void *ctx;
};
bool ctl_piece(struct ctl *c, uint64_t ticket, const struct ctl_piece *piece);
void ctl_close(struct ctl *c); /* NULL-safe; removes the socket */

#endif
