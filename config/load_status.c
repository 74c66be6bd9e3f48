/* `status`: the device's own word about a value. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/load_point.h"
#include "config/load_read.h"
#include "config/values.h"

#define AWAY_DEFAULT_MS (30 * 60 * 1000) /* Source: the alarm model, an instrument that is away */

/* A word is bits: what makes a number of it would do nothing. */
static void only_bits(struct loader *l, const struct fields *f, const struct read_type *type)
{
    static const char *const others[] = {
        "mask", "scale", "offset", "raw", "to", "broken", "ne43"
    };
    bool is_bits = type->type == TYPE_BIT || type->type == TYPE_U16 || type->type == TYPE_U32;

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (field(f, others[i]) != NULL)
            report(l->d, &field(f, others[i])->key->place, E_NOT_HERE, others[i], "状态字只按位读",
                   "of a status word only bits are read");
    if (!is_bits)
        report(l->d, &field(f, "type")->place, E_WORD, type->name, "u16 u32 bit", NULL);
}

static void load_bit(struct loader *l, const struct node *n, const struct read_type *type,
                     struct status_conf *status)
{
    const char *words[STATUS_WORDS + 1] = { NULL };
    const char *s = n->key->text;
    int most = type->registers == 0 ? 0 : type->registers * 16 - 1;
    char allowed[16];

    memcpy(words, status_names, sizeof status_names);
    int word = value_word(l, n, words);
    snprintf(allowed, sizeof allowed, "0 .. %d", most);
    long bit = strtol(s, NULL, 10);
    if (s[0] == '\0' || strspn(s, "0123456789") != strlen(s))
        report(l->d, &n->key->place, E_NUMBER, s, "0", NULL);
    else if (bit > most || strlen(s) > 2)
        report(l->d, &n->key->place, E_RANGE, s, allowed, NULL);
    else if (word >= 0)
        status->bits[word] |= UINT32_C(1) << bit;
}

static void load_bits(struct loader *l, const struct node *n, const struct read_type *type,
                      struct status_conf *status)
{
    if (n->first == NULL)
        report(l->d, &n->key->place, E_NULL, "bits", NULL, NULL);
    for (const struct node *c = n->first; c != NULL; c = c->next)
        load_bit(l, c, type, status);
}

static void load_word(struct loader *l, const struct node *n, uint32_t shift,
                      struct status_conf *status)
{
    struct fields f, read;

    fields_read(l, &f, n, SEC_STATUS);
    fields_require(l, &f);
    if (field(&f, "read") == NULL)
        return;
    fields_read(l, &read, field(&f, "read"), SEC_READ);
    fields_require(l, &read);
    const struct read_type *type = read_place(l, &read, shift, &status->read);
    if (type == NULL)
        return;
    only_bits(l, &read, type);
    if (field(&f, "bits") != NULL)
        load_bits(l, field(&f, "bits"), type, status);
}

/* A file's defaults may have it for those of its points that warm up. */
static void check_warmup(struct loader *l, const struct raw_point *r, const struct node *status,
                         const struct status_conf *s)
{
    const struct node *n = raw_field(r, "warmup");
    bool may_be_away = (s->bits[STATUS_CALIBRATING] | s->bits[STATUS_WARMING_UP]) != 0;

    if (n == NULL || raw_source(r, "warmup") == &r->file->defaults || may_be_away)
        return;
    if (status == NULL || s->read.fc != 0)
        report(l->d, &n->key->place, E_NOT_HERE, "warmup", "没有 calibrating 或 warming_up 状态位",
               "no status bit says calibrating or warming_up");
}

void load_status(struct loader *l, const struct raw_point *r, struct status_conf *status)
{
    const struct node *n = raw_field(r, "status");

    *status = (struct status_conf){ .away_ms = AWAY_DEFAULT_MS };
    value_time(l, raw_source(r, "warmup"), "warmup", &status->away_ms);
    if (n != NULL)
        load_word(l, n, channel_shift(r, raw_source(r, "status")), status);
    check_warmup(l, r, n, status);
}
