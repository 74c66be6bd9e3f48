/* daemon/app_core.h - what the app's own files share.  Thread: the loop. */
#ifndef RG_DAEMON_APP_CORE_H
#define RG_DAEMON_APP_CORE_H

#include <uv.h>

#include "daemon/app.h"
#include "daemon/bus_loop.h"
#include "daemon/ctl.h"
#include "daemon/ctl_read.h"
#include "daemon/gateway_samples.h"
#include "daemon/hold.h"
#include "daemon/recovery.h"
#include "daemon/reload.h"
#include "daemon/uplink.h"

#define PROGRESS_MS 10000
#define GAP_MS      1250 /* the loop turns each second; 3 polls of 100 ms + 1 s are an age */

enum phase { PHASE_RUN, PHASE_DRAIN, PHASE_CLOSE, PHASE_END };

struct app {
    uv_loop_t loop;
    const struct app_conf *conf;
    const struct plant *plant; /* conf's, until a reload: then ours */
    bool on_last_good;
    struct clock clock;
    struct recovery *recovery;
    struct hold *hold;       /* NULL once the gateway runs */
    struct gateway *gateway; /* NULL until the record was read or given up */
    struct bus_timer *bus_timer;
    struct bus_loop **buses;
    struct uplink *uplinks[PLANT_UPLINKS_MAX];
    struct ctl_subject subject;
    struct ctl *ctl;
    struct readings *readings;
    struct reload *reload;
    uv_prepare_t pump;
    uv_timer_t wake;
    uv_timer_t second;
    uv_timer_t watchdog;
    uv_timer_t bound; /* of the phase of the end */
    uv_signal_t signals[3];
    enum phase phase;
    unsigned threads_left; /* of sinks and reload, at the end */
    unsigned seconds;
    bool clk_sync;
    int64_t turned_ms;  /* when the loop was last seen at work */
    int64_t sampled_us; /* of the last sample that was judged or held, */
    struct stamp sampled;
    int64_t every_ms; /* a sample comes at least so often */
    char install[17];
    char config[2][17]; /* hashes: of the plant that runs, and of the one before */
    int config_at;
    int exit_code;
};

/* app.c */
void app_sampled(void *ctx, const struct sample *s, int64_t mono_us);
void app_note_periods(struct app *a); /* of the plant's points */

/* app_reload.c */
int app_reload_begin(struct app *a);
void app_reload_by_signal(struct app *a);
/* Frees a plant that a reload has brought; conf's is not ours. */
void app_forget_plant(struct app *a, const struct plant *p);

#endif
