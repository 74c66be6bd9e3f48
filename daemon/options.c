#include "daemon/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum option_id { OPT_STATE = 256, OPT_CHECK, OPT_VERSION, OPT_HELP };

static const struct option rows[] = {
    { "state", required_argument, NULL, OPT_STATE },
    { "check", no_argument, NULL, OPT_CHECK },
    { "version", no_argument, NULL, OPT_VERSION },
    { "help", no_argument, NULL, OPT_HELP },
    { NULL, 0, NULL, 0 },
};

static void usage(FILE *to)
{
    fprintf(to, "usage: riskgwd [-c FILE] [--state DIR] [-f] [--check] [--version]\n"
                "  -c FILE      configuration, default /etc/riskgwd/riskgwd.yaml\n"
                "  --state DIR  record, epoch and last good configuration\n"
                "  -f           stay in front, log to standard error\n"
                "  --check      check the configuration and end\n");
}

static bool take(struct options *o, int opt, int *code)
{
    switch (opt) {
    case 'c':
        o->config = optarg;
        return true;
    case 'f':
        return true; /* it never leaves the front: Type=notify */
    case OPT_STATE:
        o->state = optarg;
        return true;
    case OPT_CHECK:
        o->check = true;
        return true;
    case OPT_VERSION:
        printf("riskgwd %s\n", RISKGW_VERSION);
        *code = 0;
        return false;
    case OPT_HELP:
        usage(stdout);
        *code = 0;
        return false;
    default:
        usage(stderr);
        *code = 64;
        return false;
    }
}

/* RISKGW_LANG, then LANG; Chinese when neither is set. */
static bool wants_chinese(void)
{
    const char *lang = getenv("RISKGW_LANG");

    if (lang == NULL || lang[0] == '\0')
        lang = getenv("LANG");
    return lang == NULL || lang[0] == '\0' || strncmp(lang, "zh", 2) == 0;
}

bool options_read(struct options *o, int argc, char **argv, int *code)
{
    const char *state = getenv("STATE_DIRECTORY");
    int opt;

    *o = (struct options){ .config = "/etc/riskgwd/riskgwd.yaml",
                           .state = state != NULL ? state : "/var/lib/riskgwd",
                           .chinese = wants_chinese() };
    while ((opt = getopt_long(argc, argv, "c:f", rows, NULL)) != -1)
        if (!take(o, opt, code))
            return false;
    if (optind == argc)
        return true;
    usage(stderr);
    *code = 64;
    return false;
}
