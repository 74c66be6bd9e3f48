/* tests/sim/platform/options.h - the command line of the platform. */
#ifndef RG_TESTS_SIM_PLATFORM_OPTIONS_H
#define RG_TESTS_SIM_PLATFORM_OPTIONS_H

#include <stdbool.h>

#include "tests/sim/platform/county.h"
#include "tests/sim/platform/link.h"

struct options {
    struct link_conf link;
    const char *ledger, *capture; /* NULL: none */
    const char *check;            /* a file to judge instead of receiving */
    bool print;
    struct county_conf county;
};

/* False: wrong; the usage was printed. */
bool options_parse(struct options *o, int argc, char **argv);
/* "on", "off", "late 2s"; false: none of them. */
bool options_receipts(struct county_conf *c, const char *text);

#endif
