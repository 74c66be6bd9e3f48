#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/load_point.h"
#include "config/values.h"

static bool state_number(struct loader *l, const struct node *n, const struct point_conf *p,
                         double *out)
{
    const char *s = n->key->text;
    bool is_bit = p->read.type == TYPE_BIT;

    if (s[0] == '\0' || number_length(s) != strlen(s) || strlen(s) > 20) {
        report(l->d, &n->key->place, E_NUMBER, s, "0, 1", NULL);
        return false;
    }
    *out = strtod(s, NULL);
    if (is_bit && *out != 0 && *out != 1) {
        report(l->d, &n->key->place, E_RANGE, s, "0 .. 1", NULL);
        return false;
    }
    return true;
}

void load_states(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    const struct node *map = raw_field(r, "states");
    struct state_conf *v;
    size_t n = 0;

    if (map == NULL)
        return;
    for (const struct node *c = map->first; c != NULL; c = c->next)
        n++;
    v = loader_take(l, (n + 1) * sizeof *v);
    if (v == NULL)
        return;
    for (const struct node *c = map->first; c != NULL; c = c->next)
        if (c->fault == NODE_NULL)
            report(l->d, &c->key->place, E_NULL, c->key->text, NULL, NULL);
        else if (state_number(l, c, p, &v[p->n_states].value) &&
                 value_label(l, c, &v[p->n_states].label))
            p->n_states++;
    p->states = v;
}
