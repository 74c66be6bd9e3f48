/* daemon/riskgwctl/scenario_parts.h - reading a scenario: what its two halves, the
 * steps and the file around them, share.  A finding is reported where it stands;
 * false says that there is one. */
#ifndef RG_DAEMON_RISKGWCTL_SCENARIO_PARTS_H
#define RG_DAEMON_RISKGWCTL_SCENARIO_PARTS_H

#include "daemon/riskgwctl/scenario.h"

struct reading {
    struct scenario *s;
    const struct plant *plant; /* that runs at the step that is read */
    int64_t last_ms;           /* of the step before, its down-time included */
    int err;
};

bool scenario_refuse(struct reading *r, const struct node *n, enum finding f, const char *a0,
                     const char *a1, const char *a2);
/* n things and one more, zeroed, for as long as the scenario; NULL: no memory (r->err). */
void *scenario_take(struct reading *r, size_t n, size_t size);
bool scenario_scalar(struct reading *r, const struct node *n);
/* `true` or `yes`; NULL and all else: no. */
bool scenario_yes(const struct node *n);
size_t scenario_children(const struct node *n); /* NULL: 0 */
bool scenario_duration(struct reading *r, const struct node *n, bool is_signed, int64_t *out);
/* The duration of the key `at`. */
bool scenario_at(struct reading *r, const struct node *map, int64_t *out);
/* A plant that is refused tells why itself, unless that is what is wanted. */
struct plant *scenario_plant(struct reading *r, const struct node *n, bool may_be_wrong);
/* What a person does: the rule alone, or a map of it and its words. */
bool scenario_act(struct reading *r, struct step *step, const struct node *n);
/* One more step from its map. */
void scenario_step(struct reading *r, const struct node *map);

#endif
