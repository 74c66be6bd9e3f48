/* riskgwctl - the technician's tool: asks the daemon and shows the answer. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/load.h"
#include "config/read_file.h"
#include "daemon/riskgwctl/client.h"
#include "daemon/riskgwctl/socket.h"
#include "daemon/riskgwctl/table.h"
#include "daemon/riskgwctl/verbs.h"

#define DEFAULT_CONFIG "/etc/riskgwd/riskgwd.yaml"

enum option_id {
    OPT_SOCKET = 256,
    OPT_JSON,
    OPT_LANG,
    OPT_COLOR,
    OPT_BY,
    OPT_ONCE,
    OPT_ALL,
    OPT_STRICT,
    OPT_PRINT,
    OPT_HELP,
    OPT_VERSION,
    OPT_SAID /* the first of SAID_COUNT */
};

static const struct option options[] = {
    { "config", required_argument, NULL, 'c' },
    { "socket", required_argument, NULL, OPT_SOCKET },
    { "json", no_argument, NULL, OPT_JSON },
    { "lang", required_argument, NULL, OPT_LANG },
    { "color", required_argument, NULL, OPT_COLOR },
    { "by", required_argument, NULL, OPT_BY },
    { "once", no_argument, NULL, OPT_ONCE },
#define SAID_OPTION(name, word) { word, required_argument, NULL, OPT_SAID + name },
    SAID(SAID_OPTION)
#undef SAID_OPTION
        { "all", no_argument, NULL, OPT_ALL },
    { "strict", no_argument, NULL, OPT_STRICT },
    { "print", no_argument, NULL, OPT_PRINT },
    { "help", no_argument, NULL, OPT_HELP },
    { "version", no_argument, NULL, OPT_VERSION },
    { NULL, 0, NULL, 0 },
};

/* What is only for this file. */
struct wish {
    const char *verb;
    const char *lang, *colour; /* as given, or NULL */
    bool help, version;
};

static void usage(FILE *to, enum lang lang)
{
    fprintf(to,
            "%s: riskgwctl [-c FILE | --socket PATH] [--json] [--lang zh|en] "
            "[--color auto|always|never] VERB ...\n%s:\n",
            phrase(PHRASE_USAGE, lang), phrase(PHRASE_VERBS, lang));
    verb_list(to, lang);
}

static enum lang lang_of(const char *asked)
{
    const char *names[] = { asked, getenv("RISKGW_LANG"), getenv("LANG") };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i] != NULL && names[i][0] != '\0')
            return strncmp(names[i], "zh", 2) == 0 ? LANG_ZH : LANG_EN;
    return LANG_ZH;
}

static bool is_coloured(const char *asked)
{
    const char *never = getenv("NO_COLOR");

    if (asked != NULL && strcmp(asked, "auto") != 0)
        return strcmp(asked, "always") == 0;
    return isatty(STDOUT_FILENO) && (never == NULL || never[0] == '\0');
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return word == NULL || strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

static bool take_option(struct call *c, struct wish *w, int opt)
{
    switch (opt) {
    case 'c':
        c->config = optarg;
        return true;
    case OPT_SOCKET:
        c->socket = optarg;
        return true;
    case OPT_JSON:
        c->json = true;
        return true;
    case OPT_LANG:
        w->lang = optarg;
        return true;
    case OPT_COLOR:
        w->colour = optarg;
        return true;
    case OPT_BY:
        c->by = optarg;
        return true;
    case OPT_ONCE:
        c->once = true;
        return true;
    case OPT_ALL:
        c->all = true;
        return true;
    case OPT_STRICT:
        c->strict = true;
        return true;
    case OPT_PRINT:
        c->print = true;
        return true;
    case OPT_HELP:
        w->help = true;
        return true;
    case OPT_VERSION:
        w->version = true;
        return true;
    default:
        if (opt < OPT_SAID || opt >= OPT_SAID + SAID_COUNT)
            return false; /* getopt has said what is wrong */
        c->said[opt - OPT_SAID] = optarg;
        return true;
    }
}

static bool take_arguments(struct call *c, struct wish *w, int argc, char **argv)
{
    int opt;

    while ((opt = getopt_long(argc, argv, "c:", options, NULL)) != -1)
        if (!take_option(c, w, opt))
            return false;
    if (optind < argc)
        w->verb = argv[optind++];
    while (optind < argc && c->n_words < WORDS_MAX)
        c->words[c->n_words++] = argv[optind++];
    return optind == argc && is_one_of(w->lang, "zh", "en", "en") &&
           is_one_of(w->colour, "auto", "always", "never");
}

/* Wrong as the file may be, the daemon that was started from it may run. */
static const char *guess_socket(const char *config)
{
    static char path[128];
    char *text = NULL;
    size_t len;

    if (read_file(NULL, config, &text, &len) != RG_OK || !socket_named(text, path, sizeof path))
        snprintf(path, sizeof path, "%s", SOCKET_DEFAULT);
    free(text);
    return path;
}

/* The socket stands in the configuration; --socket needs none. */
static void find_socket(struct call *c, struct plant **plant, struct diag_list *found)
{
    const struct file_reader reader = { .read = read_file };

    if (c->socket != NULL)
        return;
    if (plant_load(plant, c->config, &reader, found) == RG_OK)
        c->socket = (*plant)->control_socket;
    else
        c->socket = guess_socket(c->config);
}

/* Nobody answers where a wrong file seemed to say: the file is what is wrong. */
static int blame_file(const struct call *c, const struct diag_list *found, int code)
{
    if (code != EXIT_UNREACHABLE || found->errors == 0)
        return code;
    diag_print(stderr, found, c->config, c->show.lang == LANG_ZH ? DIAG_ZH : DIAG_EN);
    return EXIT_INPUT;
}

static int no_such_verb(const char *name, enum lang lang)
{
    const char *near = verb_near(name);

    if (verb_is_planned(name))
        fprintf(stderr, "riskgwctl: %s: %s\n", name, phrase(PHRASE_NOT_IN_VERSION, lang));
    else if (near != NULL)
        fprintf(stderr, "riskgwctl: %s: %s; %s '%s'?\n", name, phrase(PHRASE_NO_SUCH_VERB, lang),
                phrase(PHRASE_DID_YOU_MEAN, lang), near);
    else
        fprintf(stderr, "riskgwctl: %s: %s\n", name, phrase(PHRASE_NO_SUCH_VERB, lang));
    return EXIT_USAGE;
}

static int run(struct call *c, const char *name)
{
    const struct verb *v = verb_find(name);
    struct plant *plant = NULL;
    struct diag_list found;
    int code;

    if (v == NULL)
        return no_such_verb(name, c->show.lang);
    if (c->n_words < v->min_words || c->n_words > v->max_words) {
        fprintf(stderr, "%s: riskgwctl %s\n", show_word(&c->show, PHRASE_USAGE), v->usage);
        return EXIT_USAGE;
    }
    diag_init(&found);
    if (!v->is_local)
        find_socket(c, &plant, &found);
    code = blame_file(c, &found, v->run(v, c));
    diag_fini(&found);
    plant_free(plant);
    return code;
}

int main(int argc, char **argv)
{
    struct call c = { .config = DEFAULT_CONFIG, .show.to = stdout };
    struct wish w = { .verb = NULL };
    bool is_whole = take_arguments(&c, &w, argc, argv);

    table_locale();
    c.show.lang = lang_of(w.lang);
    c.show.colour = is_coloured(w.colour);
    if (is_whole && w.version) {
        printf("riskgwctl %s\n", RISKGW_VERSION);
        return EXIT_FINE;
    }
    if (is_whole && w.help) {
        usage(stdout, c.show.lang);
        return EXIT_FINE;
    }
    if (!is_whole || w.verb == NULL) {
        usage(stderr, c.show.lang);
        return EXIT_USAGE;
    }
    return run(&c, w.verb);
}
