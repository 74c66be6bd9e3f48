/* daemon/reload.h - reads the configuration again while the daemon runs.
 * Files are read and checked on a thread of their own; what is good is handed
 * to the host on the loop, between two samples; then the thread keeps it as the
 * last good one.  One at a time; one more may wait.  Nothing here fails the
 * daemon: what goes wrong is the answer.  Thread: the loop. */
#ifndef RG_DAEMON_RELOAD_H
#define RG_DAEMON_RELOAD_H

#include <uv.h>

#include "config/diag.h"
#include "daemon/payload_config.h"

struct reload;

/* How it went. */
enum reload_end {
    RELOAD_DONE,
    RELOAD_INVALID, /* the configuration is wrong: nothing has changed */
    RELOAD_REFUSED  /* it can't be done now: nothing has changed */
};
struct reload_result {
    enum reload_end end;
    char message[256];
    const char *findings; /* as they are printed, "" when there are none; during the call */
};

struct reload_order {
    char by[PERSON_MAX]; /* "": a signal */
    enum diag_lang lang;
    /* Told once, unless reload_stop() comes before; NULL: nobody waits. */
    void (*done)(void *ctx, uint64_t ticket, const struct reload_result *r);
    void *ctx;
    uint64_t ticket;
};

struct reload_conf {
    const char *config; /* main file; must outlive the reload, as state */
    const char *state;
    /* Runs `next` from now on, and owns it, or returns an error with the reason
     * in `why`: RG_ECONF when it can't be run without a restart.  hash: its. */
    int (*swap)(void *ctx, struct plant *next, const char *hash, const char *by, char *why,
                size_t size);
    /* Tell the platform that it was refused. */
    void (*refused)(void *ctx, const struct config_news *n, const char *by);
    void *ctx;
};

int reload_new(struct reload **out, uv_loop_t *loop, const struct reload_conf *c);
/* false: one is running and one waits. */
bool reload_ask(struct reload *r, const struct reload_order *o);
/* Keep this plant's files as the last good ones; it must stay until then, which
 * holds as long as only `swap` replaces it.  When nothing else runs. */
void reload_keep(struct reload *r, const struct plant *p);
/* No call of the host and no answer comes after this.  *left is counted down on
 * the loop when the thread has let go of the files and the plant.  NULL-safe. */
void reload_stop(struct reload *r, unsigned *left);

#endif
