/* riskgwctl - the technician's tool: asks the daemon and shows the answer. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/load.h"
#include "config/read_file.h"
#include "daemon/riskgwctl/client.h"
#include "daemon/riskgwctl/table.h"
#include "daemon/riskgwctl/verbs.h"

#define DEFAULT_CONFIG "/etc/riskgwd/riskgwd.yaml"

enum option_id { OPT_SOCKET = 256, OPT_JSON, OPT_LANG, OPT_BY, OPT_COMMENT, OPT_ALL, OPT_HELP,
                 OPT_VERSION };

static const struct option options[] = {
    { "socket", required_argument, NULL, OPT_SOCKET }, { "json", no_argument, NULL, OPT_JSON },
    { "lang", required_argument, NULL, OPT_LANG },     { "by", required_argument, NULL, OPT_BY },
    { "comment", required_argument, NULL, OPT_COMMENT }, { "all", no_argument, NULL, OPT_ALL },
    { "help", no_argument, NULL, OPT_HELP },           { "version", no_argument, NULL, OPT_VERSION },
    { NULL, 0, NULL, 0 },
};

static void usage(FILE *to)
{
    fprintf(to, "usage: riskgwctl [-c FILE | --socket PATH] [--json] [--lang zh|en] VERB ...\n");
    for (size_t i = 0; i < n_verbs; i++)
        fprintf(to, "  riskgwctl %s\n", verbs[i].usage);
}

static enum lang lang_of(const char *asked)
{
    const char *names[] = { asked, getenv("RISKGW_LANG"), getenv("LANG") };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i] != NULL && names[i][0] != '\0')
            return strncmp(names[i], "zh", 2) == 0 ? LANG_ZH : LANG_EN;
    return LANG_ZH;
}

/* true: go on; false: *code is the exit code. */
static bool take_option(struct call *c, int opt, const char **lang, int *code)
{
    *code = EXIT_FINE;
    switch (opt) {
    case 'c': c->config = optarg; return true;
    case OPT_SOCKET: c->socket = optarg; return true;
    case OPT_JSON: c->json = true; return true;
    case OPT_LANG: *lang = optarg; return true;
    case OPT_BY: c->by = optarg; return true;
    case OPT_COMMENT: c->comment = optarg; return true;
    case OPT_ALL: c->all = true; return true;
    case OPT_HELP: usage(stdout); return false;
    case OPT_VERSION: printf("riskgwctl %s\n", RISKGW_VERSION); return false;
    default:
        usage(stderr);
        *code = EXIT_USAGE;
        return false;
    }
}

static bool take_words(struct call *c, int argc, char **argv)
{
    if (optind == argc)
        return false;
    c->verb = argv[optind++];
    while (optind < argc && c->n_words < WORDS_MAX)
        c->words[c->n_words++] = argv[optind++];
    return optind == argc;
}

/* The socket stands in the configuration; --socket needs none. */
static int find_socket(struct call *c, struct plant **plant)
{
    const struct file_reader reader = { .read = read_file };
    struct diag_list found;
    int err;

    if (c->socket != NULL)
        return EXIT_FINE;
    diag_init(&found);
    err = plant_load(plant, c->config, &reader, &found);
    if (err == RG_OK)
        c->socket = (*plant)->control_socket;
    else
        diag_print(stderr, &found, c->config, c->show.lang == LANG_ZH ? DIAG_ZH : DIAG_EN);
    diag_fini(&found);
    return err == RG_OK ? EXIT_FINE : EXIT_INPUT;
}

static int run(struct call *c)
{
    const struct verb *v = verb_find(c->verb);
    struct plant *plant = NULL;

    if (v == NULL) {
        fprintf(stderr, "riskgwctl: %s: not in this version\n", c->verb);
        usage(stderr);
        return EXIT_USAGE;
    }
    if (c->n_words < v->min_words || c->n_words > v->max_words) {
        fprintf(stderr, "usage: riskgwctl %s\n", v->usage);
        return EXIT_USAGE;
    }
    int code = find_socket(c, &plant);
    if (code == EXIT_FINE)
        code = v->run(v, c);
    plant_free(plant);
    return code;
}

int main(int argc, char **argv)
{
    struct call c = { .config = DEFAULT_CONFIG, .show.to = stdout };
    const char *lang = NULL;
    int opt, code;

    table_locale();
    while ((opt = getopt_long(argc, argv, "c:", options, NULL)) != -1)
        if (!take_option(&c, opt, &lang, &code))
            return code;
    c.show.lang = lang_of(lang);
    c.show.colour = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
    if (!take_words(&c, argc, argv)) {
        usage(stderr);
        return EXIT_USAGE;
    }
    return run(&c);
}
