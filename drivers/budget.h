/* drivers/budget.h - what one bus needs of its line's time, worked out from the
 * plan before anything is polled.  Pure.  Thread: any.
 *
 * A request costs its bytes on the wire, the time that its unit takes to answer
 * (assumed: ANSWER_*), the silence that ends a frame and the bus's pause.  Three
 * cases are worked out:
 *   all answer;
 *   a third of the units, the cheapest, has been silent for long: probes of
 *   them take what the schedule gives them, `dead_share` of the line's time,
 *   however many they are, and one probe may just be under way;
 *   the dearest unit falls silent: its polls with all their retries, until it
 *   counts as silent.
 * The bound holds however first polls fall together, as long as the load leaves
 * dead units their share, also with one request on its way at a time, which
 * `in_flight` only betters.  It does not count what a noisy line asks again, nor a
 * line that is lost. */
#ifndef RG_DRIVERS_BUDGET_H
#define RG_DRIVERS_BUDGET_H

#include "config/diag.h"
#include "config/model.h"

#define ANSWER_SERIAL_US 20000 /* assumed until `riskgwctl bus` shows what they take */
#define ANSWER_TCP_US    10000

enum budget_case { BUDGET_ALL_ANSWER, BUDGET_THIRD_SILENT, BUDGET_ONE_FALLS, BUDGET_CASES };

/* Each request once. */
struct budget_round {
    size_t requests;
    size_t bytes; /* of requests and replies on a serial line; 0 on others */
    int64_t char_us, answer_us, gap_us, pause_us;
    int64_t round_us; /* = bytes x char + requests x (answer + gap + pause) */
};

enum budget_class { BUDGET_PLAIN, BUDGET_ALARM, BUDGET_CLASSES };

struct budget {
    struct budget_round round;
    double load;      /* share of the line's time that one poll each `every` takes */
    double at_once;   /* the same if every unit answered without delay: what no device can better */
    int64_t apart_us; /* what requests of one unit wait for each other, to be told apart */
    size_t units, silent; /* of the third case; 0: the bus has one unit, which has no neighbour */
    /* Of late_us, what goes to the units that don't answer. */
    int64_t lost_us[BUDGET_CASES][BUDGET_CLASSES];
    /* From a due poll to its answer, at most; what can raise an alarm goes first. */
    int64_t late_us[BUDGET_CASES][BUDGET_CLASSES];
};

/* RG_OK or RG_ENOMEM. */
int budget_of_bus(struct budget *out, const struct plant *p, uint32_t bus);
enum budget_class budget_class(const struct point_conf *c);
/* The longest time between two answers of the point, and what it may be: one
 * more and the gateway itself calls it lost (3 x every + 1 s), or a delay of
 * at least one period ends without a sample (every + after).  0: the case does
 * not concern it. */
int64_t budget_gap_ms(const struct budget *b, const struct point_conf *c, enum budget_case which);
int64_t budget_allowed_ms(const struct point_conf *c, enum budget_case which);

/* What each bus of a plant, as plant_load() made it, can't do in time becomes a
 * finding with its arithmetic; the list is sorted again.  RG_OK, RG_ENOMEM, or
 * RG_ECONF when a plan is impossible. */
int budget_check(const struct plant *p, struct diag_list *d);

#endif
