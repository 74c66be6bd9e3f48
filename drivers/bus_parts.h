/* drivers/bus_parts.h - what the files of one bus do for each other.
 * Thread: the loop. */
#ifndef RG_DRIVERS_BUS_PARTS_H
#define RG_DRIVERS_BUS_PARTS_H

#include "drivers/bus_core.h"

#define STRETCH_MAX 4 /* more registers (or bytes of bits) than a block needs */

/* bus.c */
uint64_t bus_random(struct bus *b);
void bus_note_use(struct bus *b, int64_t from_us, int64_t to_us);

/* bus_schedule.c */
/* Tell one poll that is lost unasked, or ask the most urgent; false: neither. */
bool schedule_step(struct bus *b, int64_t now_us);
int64_t schedule_until_us(const struct bus *b, int64_t now_us);
void schedule_told(struct block *block, int64_t now_us);
/* The probe that ends now was lost: rest before the next one. */
void schedule_lost_probe(struct bus *b, int64_t now_us);
/* The poll of a block that ends now was lost in silence. */
void schedule_lost_block(struct bus *b, struct block *block, int64_t now_us);
/* Its unit answers again. */
void schedule_unit_back(struct bus *b, uint32_t unit);

/* bus_link.c */
void link_lost(struct bus *b, int64_t now_us);
bool link_next(struct bus *b, int64_t now_us, struct bus_action *a);
int64_t link_until_us(const struct bus *b); /* INT64_MAX: nothing to wait for */
/* Every unit silent on a connection that still stands: open it anew. */
void link_doubt(struct bus *b, int64_t now_us);

/* bus_shape.c */
/* Of the requests that would read the block, one whose reply can be told from
 * what may still come; false: there is none. */
bool shape_request(const struct bus *b, const struct block *block, int64_t now_us,
                   struct request *r);
/* From when on its reply could be told from a duplicate of another block's. */
int64_t shape_ready_us(const struct bus *b, const struct block *block, int64_t now_us);
/* The device refused the request that runs, which asked for more than the block. */
void shape_refused(struct bus *b);
/* What came may come once more, or was not meant for the request that runs. */
void shape_doubt(struct bus *b, int64_t now_us);
/* The answer of the request that runs came and was spoilt. */
void shape_spoilt(struct bus *b, int64_t now_us);
/* The request that runs is given up: its reply may still come. */
void shape_owed(struct bus *b, int64_t now_us);
/* The line is open: what a run before this one asked for may still come. */
void shape_inherit(struct bus *b, int64_t now_us);
bool shape_is_stretched(const struct bus *b);
/* How far it can be stretched, as far as the files say. */
void shape_borders(const struct bus *b, struct block *block);

/* bus_split.c: one register that is refused must not cost its neighbours. */
/* Refused as a whole (exceptions 2, 3): true when it is asked in two parts now. */
bool split_refused(struct bus *b, struct block *block, int64_t now_us);
void split_read(struct bus *b, const struct block *block);
void split_join_due(struct bus *b, int64_t now_us);

/* bus_talk.c: how a request begins, and how it ends. */
struct unit *talk_unit(struct bus *b);   /* that is asked */
struct unit *talk_blamed(struct bus *b); /* it, else the first: somebody has to count */
/* Ask for the block now; false: shape_request() found nothing, and the poll is
 * to be told as a miss. */
bool talk_begin(struct bus *b, struct block *block, int64_t now_us);
void talk_succeed(struct bus *b, const struct frame *f, int64_t now_us);
void talk_refuse(struct bus *b, uint8_t code, int64_t now_us); /* an exception came */
/* The reply did not come, or something else did: it is still owed. */
void talk_fail(struct bus *b, struct why why, int64_t now_us);
/* What came may have been the answer, or not: ours may still come. */
void talk_linger(struct bus *b, struct why why);
void talk_timed_out(struct bus *b, int64_t now_us);
void talk_abandon(struct bus *b, int64_t now_us); /* the link is gone */

/* bus_flight.c: several requests on their way, told apart by transaction ids.
 * All else knows the one at hand only, b->now; here it is exchanged. */
/* Has it room for one more?  Two whose replies nothing but their ids would tell
 * apart are never on their way together: devices mix up ids. */
bool flight_takes(const struct bus *b, const struct block *block);
bool flight_is_empty(const struct bus *b);
void flight_park(struct bus *b);                         /* none is at hand afterwards */
void flight_turn_to(struct bus *b, uint16_t tid);        /* if there is such a one */
bool flight_turn_to_any(struct bus *b);                  /* false: none is left */
bool flight_turn_to_late(struct bus *b, int64_t now_us); /* false: no deadline has passed */
int64_t flight_until_us(const struct bus *b);            /* the first deadline; INT64_MAX: none */

/* bus_hear.c: what comes in. */
void hear_drop(struct bus *b, size_t n);
void hear_forget(struct bus *b, enum why_code cause); /* all that came; counted */
bool hear_has_part(const struct bus *b); /* of the answer to the request at hand, perhaps */
/* What the bytes, the silence and the deadline say by now; false: nothing new. */
bool hear_step(struct bus *b, int64_t now_us);
int64_t hear_until_us(const struct bus *b);

/* bus_master.c: another master on an RTU line.  Its request is taken out of rx
 * by the caller, afterwards. */
void master_note_sent(struct bus *b);     /* the request in tx is on its way */
void master_note_answered(struct bus *b); /* the one that runs */
bool master_is_echo(const struct bus *b); /* the request in rx is one of ours */
/* u: the unit that it asks, NULL: none of ours. */
void master_asked(struct bus *b, struct unit *u, const struct frame *f, int64_t now_us);
bool master_replied(struct bus *b, const struct frame *f, int64_t now_us); /* was it for him? */
/* A reply of a unit that is not ours. */
void master_stranger(struct bus *b, const struct frame *f, int64_t now_us);

/* bus_tell.c: one sample for each point of the block, then its next due time. */
void tell_miss(struct bus *b, struct block *block, struct why why, bool alive, int64_t now_us);
void tell_values(struct bus *b, struct block *block, const uint8_t *data, size_t len,
                 int64_t now_us);
bool tell_next(struct bus *b, struct bus_action *a);

#endif
