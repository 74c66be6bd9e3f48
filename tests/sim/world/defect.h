/* tests/sim/world/defect.h - defects planted on purpose, each in the world's
 * own parts: the cores under test stay as they are. */
#ifndef RG_TESTS_SIM_WORLD_DEFECT_H
#define RG_TESTS_SIM_WORLD_DEFECT_H

#include "daemon/record.h"
#include "drivers/sample.h"

struct world;
void defect_init(struct world *w);                 /* the plant is loaded, nothing runs */
bool defect_epoch(struct world *w, uint64_t last); /* give `last` again? */
void defect_sample(struct world *w, struct sample *s);
void defect_lent(struct world *w, const struct batch *b);
const struct batch *defect_batch(struct world *w, const struct batch *b); /* what is recorded */
/* True: the message was dealt with. */
bool defect_publish(struct world *w, const char *topic, const char *body, size_t len,
                    uint32_t token);

#endif
