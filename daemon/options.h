/* daemon/options.h - the daemon's command line.  Thread: start-up. */
#ifndef RG_DAEMON_OPTIONS_H
#define RG_DAEMON_OPTIONS_H

#include <stdbool.h>

struct options {
    const char *config; /* main file */
    const char *state;  /* state folder: --state, $STATE_DIRECTORY, /var/lib/riskgwd */
    bool check;
    bool chinese; /* the language of findings */
};

/* true: go on; false: *code is the exit code (help, version, usage). */
bool options_read(struct options *o, int argc, char **argv, int *code);

#endif
