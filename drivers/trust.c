#include "drivers/trust.h"

#include <math.h>
#include <string.h>

#include "drivers/decode.h"

#define EXC_ILLEGAL_VALUE 3

const char *const trust_words[TRUST_STATES] = { "unchecked", "right", "wrong" };

/* What stands behind the text is filled up with NUL or blanks. */
static bool is_text(const struct identity_conf *c, const uint8_t *data)
{
    size_t len = strlen(c->text), size = 2u * c->registers;

    if (len > size || memcmp(data, c->text, len) != 0)
        return false;
    for (size_t i = len; i < size; i++)
        if (data[i] != '\0' && data[i] != ' ')
            return false;
    return true;
}

void trust_judge(struct trust *t, const struct identity_conf *c, const uint8_t *data)
{
    bool is_right =
        c->text != NULL ? is_text(c, data) : decode_raw(&c->read, data, 0).code == c->code;

    t->state = is_right ? TRUST_RIGHT : TRUST_WRONG;
}

/* Busy or failing (4, 5, 6) says nothing of who it is. */
void trust_refused(struct trust *t, struct why why)
{
    if (why.code != WHY_EXCEPTION || why.arg > EXC_ILLEGAL_VALUE)
        return;
    t->state = TRUST_UNCHECKED;
    t->why = why;
}

void trust_forget(struct trust *t)
{
    t->state = TRUST_UNCHECKED;
    t->why = (struct why){ WHY_IDENTITY, 0 };
}

void trust_apply(const struct trust *t, struct sample *s)
{
    if (!t->is_asked || t->state == TRUST_RIGHT)
        return;
    s->val = NAN;
    s->why = t->state == TRUST_WRONG ? (struct why){ WHY_IDENTITY, 0 } : t->why;
    s->kind = t->state == TRUST_WRONG ? SAMPLE_VALUE : SAMPLE_MISS;
    s->q = t->state == TRUST_WRONG ? Q_IDENTITY : Q_STALE;
}
