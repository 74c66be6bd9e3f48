/* drivers/trust.h - whether a unit is the device that its points were written
 * for.  Before that is proven none of its values counts; the proof is asked for
 * again when it comes back and once a minute.  Pure.  Thread: the loop. */
#ifndef RG_DRIVERS_TRUST_H
#define RG_DRIVERS_TRUST_H

#include "config/model.h"
#include "drivers/sample.h"

#define TRUST_EVERY_MS 60000

enum trust_state { TRUST_UNCHECKED, TRUST_RIGHT, TRUST_WRONG, TRUST_STATES };
extern const char *const trust_words[TRUST_STATES];

struct trust {
    bool is_asked; /* else nothing is to be proven */
    enum trust_state state;
    struct why why; /* of TRUST_UNCHECKED */
};

/* Its registers were read: data[2 * c->registers]. */
void trust_judge(struct trust *t, const struct identity_conf *c, const uint8_t *data);
/* The device refused them: a reading that it does not know is no proof. */
void trust_refused(struct trust *t, struct why why);
/* What the unit proved before counts no more. */
void trust_forget(struct trust *t);
/* A value of the unit as it may be told; s as it was judged. */
void trust_apply(const struct trust *t, struct sample *s);

#endif
