/* riskgwd - the plant end of a county's safety-risk monitoring. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/load.h"
#include "config/read_file.h"
#include "daemon/app.h"
#include "daemon/options.h"

static int load(struct plant **out, const struct options *o)
{
    const struct file_reader reader = { .read = read_file };
    struct diag_list found;

    diag_init(&found);
    int err = plant_load(out, o->config, &reader, &found);
    diag_print(o->check ? stdout : stderr, &found, o->config, o->chinese ? DIAG_ZH : DIAG_EN);
    diag_fini(&found);
    return err;
}

int main(int argc, char **argv)
{
    struct options o;
    struct plant *plant = NULL;
    int code;

    if (!options_read(&o, argc, argv, &code))
        return code;
    signal(SIGPIPE, SIG_IGN); /* a client that left is an error code, no end */
    signal(SIGXFSZ, SIG_IGN); /* a full quota too: EFBIG */
    if (load(&plant, &o) != RG_OK)
        return 2;
    code = o.check ? EXIT_SUCCESS : app_run(plant, o.state);
    plant_free(plant);
    return code;
}
