/* daemon/riskgwctl/verbs.h - what the tool can do: one const table of verbs.
 * A new verb is a file of its own and a row in verbs.c. */
#ifndef RG_DAEMON_RISKGWCTL_VERBS_H
#define RG_DAEMON_RISKGWCTL_VERBS_H

#include "daemon/riskgwctl/show.h"

#define WORDS_MAX 64

/* Options that go into the request as they are, under their own name. */
#define SAID(X)                                                                                    \
    X(SAID_COMMENT, "comment")                                                                     \
    X(SAID_CAUSE, "cause")                                                                         \
    X(SAID_ACTION, "action")                                                                       \
    X(SAID_REASON, "reason")                                                                       \
    X(SAID_PERMIT, "permit")                                                                       \
    X(SAID_FOR, "for")                                                                             \
    X(SAID_UNTIL, "until")                                                                         \
    X(SAID_FROM, "from")                                                                           \
    X(SAID_TO, "to")
#define SAID_NUMBER(name, word) name,
enum said_by { SAID(SAID_NUMBER) SAID_COUNT };
#undef SAID_NUMBER
extern const char *const said_words[SAID_COUNT];

/* The command line, taken apart. */
struct call {
    const char *config;
    const char *socket; /* from --socket, else from the configuration */
    const char *by;
    const char *said[SAID_COUNT]; /* texts of options, by enum said_by */
    bool once;
    int wait_s; /* for the answer; 0: as long as usual */
    bool json;
    bool all;
    bool strict; /* warnings count */
    bool print;  /* every event, as a line */
    struct show show;
    const char *words[WORDS_MAX]; /* what stands behind the verb */
    int n_words;
};

struct verb {
    const char *name;
    int min_words, max_words;
    bool is_local;        /* needs no daemon, and so no socket */
    const char *word_key; /* the request's key for the last word, or NULL */
    void (*show)(const struct show *s, const json_t *doc);  /* NULL: only a message */
    int (*run)(const struct verb *v, const struct call *c); /* exit code */
    const char *usage;
    const char *help[LANGS];
};

/* NULL: no such verb. */
const struct verb *verb_find(const char *name);
/* read.c: what was recorded, piece by piece. */
int verb_read(const struct verb *v, const struct call *c);
int verb_export(const struct verb *v, const struct call *c);
/* Planned, and not in this version. */
bool verb_is_planned(const char *name);
/* The nearest verb to a slip of the hand, NULL: none is near. */
const char *verb_near(const char *name);
/* What a reload found, as it is printed. */
void show_reload(const struct show *s, const json_t *doc);
void verb_list(FILE *to, enum lang lang);

/* Ask the daemon and show the answer: most verbs. */
int verb_ask(const struct verb *v, const struct call *c);
/* maint start POINT, maint stop POINT. */
int verb_maint(const struct verb *v, const struct call *c);
/* The files are read, and the disk is waited for. */
int verb_reload(const struct verb *v, const struct call *c);
/* Follow the alarms until interrupted; a new one rings the terminal's bell. */
int verb_watch(const struct verb *v, const struct call *c);

#endif
