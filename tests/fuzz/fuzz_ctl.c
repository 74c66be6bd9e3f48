/* Bytes as a request on the control socket: never a crash, never a refusal
 * without a word, and nothing but an ack is ever changed by them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/ctl_verbs.h"
#include "tests/unit/gateway_rig.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static struct grig rig;
static struct clock clock_of_run;
static struct bus_loop *buses[2]; /* none is open */

static void begin(void)
{
    clock_begin(&clock_of_run);
    grig_init(&rig, 2, 1);
    grig_start(&rig);
    grig_value(&rig, 0, 150.0); /* p0 is over its H */
    grig_value(&rig, 1, 10.0);
    grig_run(&rig);
}

static size_t count_active(void)
{
    const struct engine *e = gateway_engine(rig.g);
    size_t n = 0;

    for (size_t i = 0; i < engine_slots(e); i++)
        n += alarm_is_active(&engine_slot(e, i)->st);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static bool has_begun;
    const struct peer who = { .right = RIGHT_CHANGE, .name = "fuzz" };
    const struct ctl_asker asker = { &who, NULL, 1 };
    struct ctl_answer a;

    if (!has_begun)
        begin();
    has_begun = true;
    const struct ctl_subject s = {
        .gateway = rig.g, .buses = buses, .plant = &rig.plant, .clock = &clock_of_run
    };
    size_t active = count_active();
    ctl_answer(&s, &asker, (const char *)bytes, len, &a);
    if ((a.exit != CTL_FINE && a.message[0] == '\0' && a.doc.len == 0) || count_active() != active)
        abort();
    free(a.doc.text);
    return 0;
}
