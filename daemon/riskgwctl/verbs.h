/* daemon/riskgwctl/verbs.h - what the tool can do: one const table of verbs. */
#ifndef RG_DAEMON_RISKGWCTL_VERBS_H
#define RG_DAEMON_RISKGWCTL_VERBS_H

#include "daemon/riskgwctl/show.h"

#define WORDS_MAX 4

/* The command line, taken apart. */
struct call {
    const char *config;
    const char *socket; /* from --socket, else from the configuration */
    const char *by;
    const char *comment;
    bool json;
    bool all;
    struct show show;
    const char *verb;
    const char *words[WORDS_MAX]; /* what stands behind the verb */
    int n_words;
};

struct verb {
    const char *name;
    int min_words, max_words;
    const char *word_key; /* the request's key for the first word, or NULL */
    void (*show)(const struct show *s, const json_t *doc); /* NULL: only a message */
    int (*run)(const struct verb *v, const struct call *c); /* exit code */
    const char *usage;
};

extern const struct verb verbs[];
extern const size_t n_verbs;
const struct verb *verb_find(const char *name);

/* Ask the daemon and show the answer: most verbs. */
int verb_ask(const struct verb *v, const struct call *c);
/* Follow the alarms until interrupted; a new one rings the terminal's bell. */
int verb_watch(const struct verb *v, const struct call *c);

#endif
