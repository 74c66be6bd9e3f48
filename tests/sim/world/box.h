/* tests/sim/world/box.h - the gateway's process: the real cores, carried by a
 * host that does as daemon/app.c and daemon/recovery.c do, and that can be
 * killed between any two actions. */
#ifndef RG_TESTS_SIM_WORLD_BOX_H
#define RG_TESTS_SIM_WORLD_BOX_H

#include "daemon/gateway.h"
#include "drivers/bus.h"
#include "tests/sim/world/disk.h"

#define BOX_BUSES 2

enum box_link { BOX_LINK_NONE, BOX_LINK_TRIES, BOX_LINK_UP };

struct box {
    const struct disk_kind *kind;
    struct disk *disk;   /* outlives the process */
    uint64_t epoch_file; /* so does this */
    bool is_alive;
    uint64_t life; /* of the process: older tasks are void */
    struct gateway *gateway;
    struct bus *buses[BOX_BUSES];
    int64_t bus_us[BOX_BUSES]; /* when each wants to be asked again */
    int64_t gateway_us;
    int64_t began_us;
    uint64_t epoch;
    struct batch *batch; /* at the store */
    uint64_t batch_sum;
    bool batch_is_written;
    struct fetch *fetch;
    enum box_link link;
    uint64_t conn; /* the broker's number of it */
    bool clk_sync;
    bool stopping;
    uint32_t kill_in; /* actions left; 0: none is planned */
    int64_t ran_us;   /* for noticing a core that never sleeps */
    uint32_t runs;
};

struct world;
void box_init(struct world *w);
void box_fini(struct world *w);
void box_kill(struct world *w);
void box_stop(struct world *w); /* SIGTERM */
void box_reload(struct world *w);
/* Everything that is due now. */
void box_run(struct world *w);
int64_t box_next_us(const struct world *w);

/* box_hear.c: what reaches it */
void box_line_up(struct world *w, uint32_t bus);
void box_line_down(struct world *w, uint32_t bus);
void box_line_bytes(struct world *w, uint32_t bus, const uint8_t *bytes, size_t len);
void box_link_up(struct world *w, uint64_t conn);
void box_link_down(struct world *w, uint64_t conn, bool refused);
void box_puback(struct world *w, uint64_t conn, uint32_t token);
void box_down(struct world *w, uint64_t conn, const char *topic, const char *body, size_t len);
void box_clock_step(struct world *w, int64_t offset_ms);

/* box_disk.c: its record, with what can befall it */
void box_disk_commit(struct world *w, struct batch *b);
void box_disk_fetch(struct world *w, struct fetch *f);
void box_disk_settle(struct world *w); /* the process ends: is the batch there? */

#endif
