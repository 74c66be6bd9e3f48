#include "tests/sim/platform/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/platform/tally.h"

#define RECEIPT_MS 50 /* what comes together is answered together */

static const char usage[] =
    "platform --broker tcp://HOST:PORT [--ledger FILE] [--capture FILE] [--print]\n"
    "         [--ent E --gw G] [--receipts on|off|\"late 2s\"] [--client-id ID]\n"
    "         [--user U --password-file FILE]\n"
    "platform --check FILE     the account of a ledger or capture\n"
    "The county's end: receives, checks, keeps a ledger, sends receipts.  Commands on\n"
    "standard input: receipts on|off, request resend [TOPIC] EPOCH FROM TO,\n"
    "request meta, request active, judge, report.  SIGTERM ends it with the account;\n"
    "exit 0: everything is right, 1: something is wrong, 64: usage.\n";

bool options_receipts(struct county_conf *c, const char *text)
{
    char *end;
    double s;

    c->receipts = strcmp(text, "off") != 0;
    c->receipt_ms = RECEIPT_MS;
    if (strcmp(text, "on") == 0 || strcmp(text, "off") == 0)
        return true;
    if (strncmp(text, "late", 4) != 0)
        return false;
    s = strtod(text + 4 + strspn(text + 4, " :"), &end);
    c->receipt_ms = (int64_t)(s * (strcmp(end, "ms") == 0 ? 1 : 1000));
    return s > 0 && (strcmp(end, "s") == 0 || strcmp(end, "ms") == 0);
}

/* One line, without its end. */
static const char *read_secret(const char *path)
{
    static char text[256];
    FILE *f = fopen(path, "r");

    if (f == NULL || fgets(text, sizeof text, f) == NULL)
        text[0] = '\0';
    if (f != NULL)
        fclose(f);
    text[strcspn(text, "\r\n")] = '\0';
    return text;
}

static bool take(struct options *o, int which, const char *value)
{
    switch (which) {
    case 'b':
        o->link.broker = value;
        return true;
    case 'l':
        o->ledger = value;
        return true;
    case 'c':
        o->capture = value;
        return true;
    case 'k':
        o->check = value;
        return true;
    case 'p':
        o->print = true;
        return true;
    case 'e':
        o->link.ent = value;
        return true;
    case 'g':
        o->link.gw = value;
        return true;
    case 'r':
        return options_receipts(&o->county, value);
    case 'i':
        o->link.client_id = value;
        return true;
    case 'u':
        o->link.user = value;
        return true;
    case 'w':
        o->link.password = read_secret(value);
        return true;
    default:
        return false;
    }
}

bool options_parse(struct options *o, int argc, char **argv)
{
    static const struct option names[] = {
        { "broker", required_argument, NULL, 'b' },
        { "ledger", required_argument, NULL, 'l' },
        { "capture", required_argument, NULL, 'c' },
        { "print", no_argument, NULL, 'p' },
        { "check", required_argument, NULL, 'k' },
        { "ent", required_argument, NULL, 'e' },
        { "gw", required_argument, NULL, 'g' },
        { "receipts", required_argument, NULL, 'r' },
        { "client-id", required_argument, NULL, 'i' },
        { "user", required_argument, NULL, 'u' },
        { "password-file", required_argument, NULL, 'w' },
        { NULL, 0, NULL, 0 },
    };
    bool is_right = true;
    int which;

    *o = (struct options){ .link = { .ent = "+", .gw = "+", .client_id = "county" } };
    options_receipts(&o->county, "on");
    while ((which = getopt_long(argc, argv, "", names, NULL)) != -1)
        is_right = take(o, which, optarg) && is_right;
    is_right = is_right && (o->link.broker != NULL) != (o->check != NULL) && optind == argc;
    if (!is_right)
        fputs(usage, stderr);
    return is_right;
}
