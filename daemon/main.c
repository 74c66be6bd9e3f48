/* riskgwd - the plant end of a county's safety-risk monitoring. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "config/load.h"
#include "config/read_file.h"
#include "daemon/app.h"
#include "daemon/check_cert.h"
#include "daemon/check_secret.h"
#include "daemon/last_good.h"
#include "daemon/log.h"
#include "daemon/options.h"
#include "daemon/other.h"
#include "drivers/budget.h"

static int load(struct plant **out, const struct options *o)
{
    const struct file_reader reader = { .read = read_file,
                                        .secret = o->check ? check_secret : NULL,
                                        .certs = o->check ? check_certs : NULL };
    struct diag_list found;

    diag_init(&found);
    int err = plant_load(out, o->config, &reader, &found);
    if (err == RG_OK && o->check && (err = budget_check(*out, &found)) != RG_OK) {
        plant_free(*out);
        *out = NULL;
    }
    diag_print(o->check ? stdout : stderr, &found, o->config, o->chinese ? DIAG_ZH : DIAG_EN);
    if (err != RG_OK && found.errors == 0)
        log_event(LOG_LEVEL_ERROR, "config", "file=%s error=\"%s\"", o->config, rg_error_text(err));
    diag_fini(&found);
    return err;
}

/* A broken file never means that nothing is watched. */
static int load_last_good(struct plant **out, const struct options *o)
{
    struct diag_list found;

    diag_init(&found);
    int err = last_good_load(out, o->state, &found);
    diag_fini(&found);
    if (err == RG_OK)
        log_event(LOG_LEVEL_ERROR, "last_good",
                  "config=%s error=\"it is wrong: the last good one "
                  "runs\"",
                  o->config);
    else if (err != RG_ENOENT)
        log_event(LOG_LEVEL_ERROR, "last_good", "state=%s error=\"%s\"", o->state,
                  rg_error_text(err));
    return err;
}

static int run(struct plant *plant, const struct options *o, bool on_last_good)
{
    const struct app_conf c = {
        .plant = plant, .on_last_good = on_last_good, .config = o->config, .state = o->state
    };

    pid_t other = other_daemon(plant->control_socket);

    if (other != 0) {
        log_event(LOG_LEVEL_ERROR, "already_running",
                  "pid=%d socket=%s error=\"stop that one first; a second gateway needs its own "
                  "control: socket, --state and site\"",
                  (int)other, plant->control_socket);
        return EXIT_FAILURE;
    }
    return app_run(&c);
}

int main(int argc, char **argv)
{
    struct options o;
    struct plant *plant = NULL;
    int code;

    if (!options_read(&o, argc, argv, &code))
        return code;
    prctl(PR_SET_DUMPABLE, 0); /* passwords and keys are in no core, whoever starts it */
    umask(0077);               /* the record is nobody else's to read */
    signal(SIGPIPE, SIG_IGN);  /* a client that left is an error code, no end */
    signal(SIGXFSZ, SIG_IGN);  /* a full quota too: EFBIG */
    bool is_good = load(&plant, &o) == RG_OK;
    if (!is_good && (o.check || load_last_good(&plant, &o) != RG_OK))
        return 2;
    code = o.check ? EXIT_SUCCESS : run(plant, &o, !is_good);
    plant_free(plant);
    return code;
}
