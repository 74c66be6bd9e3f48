/* daemon/riskgwctl/client.h - one question to the daemon, one answer.
 * Blocking, bounded. */
#ifndef RG_DAEMON_RISKGWCTL_CLIENT_H
#define RG_DAEMON_RISKGWCTL_CLIENT_H

#include <stddef.h>

#include "daemon/riskgwctl/phrases.h"

/* Exit codes of the tool; Source: the published contract. */
enum {
    EXIT_FINE = 0,
    EXIT_NO = 1,
    EXIT_INPUT = 2,
    EXIT_UNREACHABLE = 3,
    EXIT_DENIED = 4,
    EXIT_USAGE = 64
};

struct answer {
    int exit;
    char message[512];
    char *doc; /* malloc'd, NUL-terminated; "" when there is none */
    size_t len;
};

/* request: one line of JSON without its line feed.  wait_s 0: 5 s.  What goes wrong stands in
 * *a (EXIT_UNREACHABLE, a sentence); answer_fini() always. */
void client_ask(const char *socket_path, const char *request, enum lang lang, int wait_s,
                struct answer *a);
/* The same for an answer in lines, each handed to `lines` as it comes; a->doc stays
 * NULL. */
struct lines;
void client_lines(const char *socket_path, const char *request, enum lang lang, int wait_s,
                  struct lines *lines, struct answer *a);
void answer_fini(struct answer *a);

#endif
